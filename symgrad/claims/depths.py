"""The depth at which a bound falls below a threshold, in exact arithmetic.

A logarithm in floating point misrounds at exact powers; here the comparison at the candidate depth is made on the
exact numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from .logarithms import log_of

__all__ = ["smallest_depth"]

_DIGITS = (40, 400)  # at which the sign of a difference of logarithms is read; what is zero to the last is zero
_LOST = 5  # digits that cancellation may cost besides those of the terms
_LARGEST = 10**15  # deeper than any network; beyond, the bound counts as never falling


def smallest_depth(name: str, bound: sp.Expr, depth: sp.Symbol, threshold: sp.Expr, least: int = 0) -> sp.Expr:
    """Return the smallest depth at which a bound is strictly below a threshold.

    Parameters
    ----------
    name : str
        Of the claim, for the messages.
    bound : sympy.Expr
        A positive expression in the depth alone, whose logarithm is convex in the depth: a power, or a power whose
        base grows with the depth.
    depth : sympy.Symbol
        Its symbol.
    threshold : sympy.Expr
        A positive number.
    least : int, default 0
        Depth of the shallowest network that the bound is about.

    Returns
    -------
    sympy.Expr
        A non-negative integer, or ``oo``.

    Raises
    ------
    ValueError
        If the threshold is not positive or the bound has other symbols, or none.

    Notes
    -----
    A convex sequence falls up to one depth and rises from there. Doubling finds a depth that is below the threshold,
    or from which on the bound rises; a bisection then finds the lowest point if need be, and another one the first
    depth below. For ``r**depth`` this is floor(log(threshold)/log(r)) + 1. Each comparison is one of exact numbers.

    Examples
    --------
    >>> import sympy as sp
    >>> L = sp.Symbol("L", integer=True, nonnegative=True)
    >>> smallest_depth("example", sp.Rational(1, 4) ** L, L, sp.Rational(1, 10**6))
    10
    """
    _check(name, bound, depth, threshold)
    log, goal = log_of(bound), log_of(threshold)
    if log.has(sp.zoo):  # a factor is zero: so is every power of it, but the empty one
        return sp.Integer(_first(lambda at: bound.xreplace({depth: sp.Integer(at)}) < threshold, least, least + 2))

    def is_below(at: int) -> bool:
        return _sign(_value(log, depth, at) - goal) < 0

    def is_rising(at: int) -> bool:
        return _sign(_value(log, depth, at + 1) - _value(log, depth, at)) >= 0

    low, high = least, least
    while not is_below(high) and not is_rising(high):
        if high > _LARGEST:
            return sp.oo
        low, high = high, max(1, 2 * high)
    lowest = high if is_below(high) else _first(is_rising, low, high)
    return sp.Integer(_first(is_below, low, lowest)) if is_below(lowest) else sp.oo


def _check(name: str, bound: sp.Expr, depth: sp.Symbol, threshold: sp.Expr) -> None:
    if not threshold.is_positive:
        raise ValueError(f"threshold = {threshold} is not positive; give one such as 1e-6")
    others = bound.free_symbols - {depth}
    if others:
        names = ", ".join(sorted(str(s) for s in others))
        raise ValueError(f"the bound of {name} also depends on {names}; give a value with subs() first")
    if depth not in bound.free_symbols:
        raise ValueError(f"the bound of {name} does not depend on the depth")


def _value(log: sp.Expr, depth: sp.Symbol, at: int) -> sp.Expr:
    """Return the logarithm at a depth; ``oo`` where the formula has none, as a union bound over no layers."""
    value = log.xreplace({depth: sp.Integer(at)})
    return sp.oo if value.has(sp.zoo, sp.nan) else value


def _sign(difference: sp.Expr) -> int:
    if difference.is_infinite or difference is sp.nan:  # from oo to a number, or between two depths without a value
        return -1 if difference is not sp.oo else 1
    scale = 1 + sum((abs(term.evalf(_LOST)) for term in sp.Add.make_args(difference)), sp.S.Zero)
    for digits in _DIGITS:
        value = difference.evalf(digits)
        if abs(value) > scale * sp.Float(10) ** (_LOST - digits):
            return 1 if value > 0 else -1
    return 0


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first number at which a property holds, which once it holds goes on holding; `high` if none does."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
