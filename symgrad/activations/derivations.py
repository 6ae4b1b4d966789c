"""Derivations: a derivative by the rules of calculus, one rule in each step, every step an equality that replays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from ..claims import Ground, Relation, Step, Strength, Symbolic, symbol

__all__ = ["definition", "derivative_steps", "equality"]

X = symbol("x")
_MOST_STEPS = 60  # longer than any derivation that a person reads; the rest is one step


def equality(before: sp.Expr, after: sp.Expr, reason: str) -> Step:
    """Return the step ``before = after`` on symbolic ground."""
    return Step(before, Relation.EQ, after, reason, Symbolic())


def derivative_steps(expression: sp.Expr, derivative: sp.Expr) -> tuple[Step, ...]:
    """Derive the derivative, from the definition to the form in which it is used.

    Parameters
    ----------
    expression : sympy.Expr
        The function, in the symbol x.
    derivative : sympy.Expr
        The form that the last step ends with.

    Returns
    -------
    tuple of Step
        Each begins where the one before ended.

    Examples
    --------
    >>> [step.reason for step in derivative_steps(X * sp.exp(X), X * sp.exp(X) + sp.exp(X))]
    ['product rule', 'derivative of exp']
    """
    current = sp.Derivative(expression, X)
    if isinstance(expression, sp.Piecewise):
        reason = "differentiate piece by piece; a kink has the slope of the side it belongs to"
        return (Step(current, Relation.EQ, derivative, reason, PieceByPiece()),)
    steps: list[Step] = []
    defined = definition(expression)
    if defined is not None:
        steps.append(equality(current, sp.Derivative(defined, X), "definition"))
        current = steps[-1].after
    while current.has(sp.Derivative) and len(steps) < _MOST_STEPS:
        target = _next(current)
        replacement, reason = _differentiate(target.expr)
        steps.append(equality(current, current.xreplace({target: replacement}), reason))
        current = steps[-1].after
    if current != derivative:
        steps.append(equality(current, derivative, "collect, and write with the functions themselves"))
    return tuple(steps) or (equality(current, derivative, "a linear function"),)


@dataclass(frozen=True)
class PieceByPiece(Ground):
    """Both sides are derivatives of piecewise functions: on each piece algebra proves that they agree."""

    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Differentiate every branch again, and compare it with every branch of the right side that it may meet."""
        own, other = _branches(step.before.expr), _branches(step.after)
        pairs = ((sp.diff(a[2], X), b[2]) for a in own for b in other if _may_meet(a, b))
        agree = all(equality(a, b, "on this piece").replay() is Strength.SYMBOLIC for a, b in pairs)
        return Strength.SYMBOLIC if agree else Strength.BROKEN


Branch = tuple[sp.Expr, sp.Expr, sp.Expr]


def _branches(expression: sp.Expr) -> list[Branch]:
    """Return the branches of conditions ``x <= c`` or ``x < c``, each with the ends of its interval."""
    found, lower = [], -sp.oo
    for branch, condition in expression.args if isinstance(expression, sp.Piecewise) else ((expression, sp.true),):
        upper = sp.oo if condition == sp.true else condition.gts
        found.append((lower, upper, branch))
        lower = upper
    return found


def _may_meet(a: Branch, b: Branch) -> bool:
    """Say whether two open intervals may have a common point; where parameters hide it, they may."""
    gaps = [later - earlier for later, earlier in ((a[0], b[1]), (b[0], a[1])) if later.is_finite and earlier.is_finite]
    return not any(sp.simplify(gap).is_nonnegative for gap in gaps) and a[0] != a[1] and b[0] != b[1]


def definition(expression: sp.Expr) -> sp.Expr | None:
    """Return the definition of a function that is one word, applied to x itself; None for any other.

    Parameters
    ----------
    expression : sympy.Expr
        In the symbol x.

    Returns
    -------
    sympy.Expr or None
        In functions with fewer conventions.

    Examples
    --------
    >>> definition(sp.tanh(X))
    sinh(x)/cosh(x)
    """
    if not expression.args or expression.args[0] != X:
        return None
    if expression.func == sp.tanh:
        return sp.sinh(X) / sp.cosh(X)
    defined = getattr(expression.func, "defined", None)
    return None if defined is None else defined(X)


def _next(current: sp.Expr) -> sp.Derivative:
    return max(current.atoms(sp.Derivative), key=lambda d: (d.count_ops(), str(d)))


def _slope(inner: sp.Expr) -> sp.Expr:
    """Return the derivative of a linear function at once, and leave any other for a step of its own."""
    linear = inner.is_polynomial(X) and sp.degree(inner, X) <= 1
    return sp.diff(inner, X) if linear or not inner.has(X) else sp.Derivative(inner, X)


def _differentiate(expression: sp.Expr) -> tuple[sp.Expr, str]:
    for head, rule in _RULES:
        if isinstance(expression, head):
            return rule(expression)
    return sp.diff(expression, X), "table of derivatives"


def _sum_rule(total: sp.Expr) -> tuple[sp.Expr, str]:
    return sp.Add(*(_slope(term) for term in total.args)), "sum rule"


def _product_rule(product: sp.Expr) -> tuple[sp.Expr, str]:
    constant, rest = product.as_independent(X, as_Add=False)
    if constant != 1:
        return constant * _slope(rest), "constant factor"
    below = [f for f in rest.args if isinstance(f, sp.Pow) and f.exp.is_Rational and f.exp.is_negative]
    if below:
        numerator = sp.Mul(*(f for f in rest.args if f not in below))
        denominator = sp.Mul(*(1 / f for f in below))
        fraction = (_slope(numerator) * denominator - numerator * _slope(denominator)) / denominator**2
        return fraction, "quotient rule"
    first, second = rest.as_two_terms()
    return _slope(first) * second + first * _slope(second), "product rule"


def _power_rule(power: sp.Expr) -> tuple[sp.Expr, str]:
    base, exponent = power.as_base_exp()
    if exponent.has(X):
        return sp.log(base) * power * _slope(exponent), "chain rule"
    if exponent.is_negative:
        below = base**-exponent
        return -_slope(below) / below**2, "quotient rule"
    return exponent * base ** (exponent - 1) * _slope(base), "power rule"


def _function_rule(application: sp.Expr) -> tuple[sp.Expr, str]:
    *_, inner = application.args  # an order may stand before it
    outer = application.fdiff(len(application.args))
    if inner == X:
        return outer, f"derivative of {getattr(application.func, 'plain_name', application.func.__name__)}"
    return outer * _slope(inner), "chain rule"


_RULES: tuple[tuple[type[sp.Basic], Callable[[sp.Expr], tuple[sp.Expr, str]]], ...] = (
    (sp.Add, _sum_rule),
    (sp.Mul, _product_rule),
    (sp.Pow, _power_rule),
    (sp.Function, _function_rule),
)
