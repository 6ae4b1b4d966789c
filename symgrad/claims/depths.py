"""The depth at which a bound falls below a threshold, in exact arithmetic.

A logarithm in floating point misrounds at exact powers; here the comparison at the candidate depth is made on the
exact numbers.
"""

from __future__ import annotations

import sympy as sp

from .logarithms import log_of

__all__ = ["smallest_depth"]

_DIGITS = 40  # digits at which the sign of a difference of logarithms is read
_LARGEST = 10**15  # deeper than any network; beyond, the bound counts as never falling


def smallest_depth(name: str, bound: sp.Expr, depth: sp.Symbol, threshold: sp.Expr) -> sp.Expr:
    """Return the smallest depth at which a bound is strictly below a threshold.

    Parameters
    ----------
    name : str
        Of the claim, for the messages.
    bound : sympy.Expr
        A positive expression in the depth alone.
    depth : sympy.Symbol
        Its symbol.
    threshold : sympy.Expr
        A positive number.

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
    The bounds of the package are eventually monotone in the depth: a doubling finds a depth at which the bound is
    below the threshold, a bisection the first. For ``r**depth`` this is floor(log(threshold)/log(r)) + 1.

    Examples
    --------
    >>> import sympy as sp
    >>> L = sp.Symbol("L", integer=True, nonnegative=True)
    >>> smallest_depth("example", sp.Rational(1, 4) ** L, L, sp.Rational(1, 10**6))
    10
    """
    _check(name, bound, depth, threshold)
    log = log_of(bound)
    below = _below(log, bound, depth, threshold)
    high = 1
    if below(0):
        return sp.S.Zero
    while not below(high):
        if high > _LARGEST:
            return sp.oo
        high *= 2
    return _bisect(below, high // 2, high)


def _check(name: str, bound: sp.Expr, depth: sp.Symbol, threshold: sp.Expr) -> None:
    if not threshold.is_positive:
        raise ValueError(f"threshold = {threshold} is not positive; give one such as 1e-6")
    others = bound.free_symbols - {depth}
    if others:
        names = ", ".join(sorted(str(s) for s in others))
        raise ValueError(f"the bound of {name} also depends on {names}; give a value with subs() first")
    if depth not in bound.free_symbols:
        raise ValueError(f"the bound of {name} does not depend on the depth")


def _below(log: sp.Expr, bound: sp.Expr, depth: sp.Symbol, threshold: sp.Expr):  # type: ignore[no-untyped-def]
    log_threshold = log_of(threshold)

    def below(candidate: int) -> bool:
        difference = (log.xreplace({depth: sp.Integer(candidate)}) - log_threshold).evalf(_DIGITS)
        if difference.is_finite is not True:  # the formula has no value there, as a union bound over no layers
            return False
        if abs(difference) > sp.Float(10) ** (5 - _DIGITS) * (1 + abs(log_threshold.evalf())):
            return bool(difference < 0)
        return bool(sp.simplify(bound.xreplace({depth: sp.Integer(candidate)}) - threshold) < 0)

    return below


def _bisect(below, low: int, high: int) -> sp.Expr:  # type: ignore[no-untyped-def]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if below(middle) else (middle, high)
    return sp.Integer(high)
