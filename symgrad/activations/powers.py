"""Powers: the sizes that an expression may reach before its numbers leave what can be computed with."""

from __future__ import annotations

import sympy as sp

__all__ = ["check_growth", "check_power"]

_LARGEST_DEGREE = 64  # of powers inside powers, multiplied up
_LARGEST_BITS = 4096  # of a number
_LARGEST_CONSTANT = 1000  # argument of an exponential of a number
_DEEPEST_GROWTH = 3  # exponentials inside exponentials
_GROWING = (sp.exp, sp.sinh, sp.cosh)


def check_power(base: sp.Expr, exponent: sp.Expr) -> None:
    """Refuse a power before it is formed if it is not real or too large.

    Parameters
    ----------
    base, exponent : sympy.Expr
        Already checked themselves.

    Raises
    ------
    ValueError
        If the exponent is a variable on a base that is not a positive number, or larger than the limits.
    """
    if not exponent.is_Rational:
        if not (base.is_number and base.is_positive):
            raise ValueError(
                f"the power {base}**({exponent}) has a base that is not a positive number; "
                "write a rational exponent, or exp(b*log(a)) with a > 0"
            )
        return
    if base.is_zero and exponent.is_negative:
        raise ValueError("a division by zero; check the denominators")
    size = max(abs(exponent.p), exponent.q)
    if base.is_Rational:
        bits = max(abs(base.p), base.q).bit_length()
        if bits > 1 and bits * size > _LARGEST_BITS:
            raise ValueError(f"a number to the power {exponent} has more than {_LARGEST_BITS} bits; use a smaller one")
    elif _degree(base) * size > _LARGEST_DEGREE:
        raise ValueError(
            f"powers inside powers multiply up to {_degree(base) * size}; at most {_LARGEST_DEGREE} is allowed"
        )


def _degree(expr: sp.Expr) -> int:
    """Bound the exponents that multiply up along any path of the tree."""
    inner = max((_degree(arg) for arg in expr.args), default=1)
    if isinstance(expr, sp.Pow) and expr.exp.is_Rational:
        return int(inner * max(abs(expr.exp.p), expr.exp.q))
    return inner


def check_growth(expr: sp.Expr) -> None:
    """Refuse exponentials of exponentials that no arithmetic can evaluate.

    Parameters
    ----------
    expr : sympy.Expr
        Whose arguments have already passed.

    Raises
    ------
    ValueError
        If a number in an exponential is larger than 1000, or more than three exponentials are nested.
    """
    exponent = _exponent(expr)
    if exponent is None:
        return
    if exponent.is_number and abs(exponent.evalf(15)) > _LARGEST_CONSTANT:
        raise ValueError(f"the exponential of a number beyond {_LARGEST_CONSTANT} is too large; scale the expression")
    if _growth(expr) > _DEEPEST_GROWTH:
        raise ValueError(f"more than {_DEEPEST_GROWTH} exponentials inside each other grow too fast; simplify")


def _growth(expr: sp.Expr) -> int:
    inner = max((_growth(arg) for arg in expr.args), default=0)
    return inner + (_exponent(expr) is not None)


def _exponent(expr: sp.Expr) -> sp.Expr | None:
    if isinstance(expr, _GROWING):
        return expr.args[0]
    if isinstance(expr, sp.Pow) and not expr.exp.is_Rational:
        return expr.exp
    return None
