"""Jacobians: an entry of each, derived on the diagonal and beside it, for any number of components."""

from __future__ import annotations

import sympy as sp

from ...claims import AnyActivation, AnySlope, Fact, Measurable, Norm, Relation, Step, Symbolic, display
from ..derivations import equality
from .laws import EXACT, TAU, CaseByCase, I, J, Law, P

__all__ = ["gated_law", "log_softmax_law", "softmax_law", "sparsemax_law"]

_Z = display("z_i", real=True)
_OTHER = display("z_j", real=True)
_REST = display(r"\textstyle\sum_{\mathrm{others}}e^{z_k/\tau}", positive=True)  # of what is not differentiated by
_ENTRY = display(r"J_{ij}", real=True)
_DELTA = sp.KroneckerDelta(I, J)

Steps = tuple[Step, ...]


def _law(formula: sp.Expr, diagonal: Steps, beside: Steps) -> Law:
    both = Step(_ENTRY, Relation.EQ, formula, "both cases in one formula", CaseByCase(diagonal, beside))
    steps = (*diagonal, *beside, both)
    return Law(
        "vector_jacobian_eq_by_rules_of_calculus",
        Measurable.VECTOR_JACOBIAN,
        Norm.SPECTRAL,
        Relation.EQ,
        formula,
        steps,
        EXACT,
        (),
    )


def _case(function: sp.Expr, by: sp.Symbol, end: sp.Expr, rule: str, given: tuple[Fact, ...]) -> Steps:
    """Differentiate by the rules, and name the probabilities."""
    plain = sp.diff(function, by)
    first = equality(sp.Derivative(function, by), plain, rule)
    return first, Step(plain, Relation.EQ, end, "name the probabilities", Symbolic(given))


def _named(index: sp.Symbol, power: sp.Expr, total: sp.Expr) -> Fact:
    return Fact(P[index], Relation.EQ, power / total, "definition of a probability")


def softmax_law(sign: int) -> Law:
    """State the entry ``p_i (delta_ij - p_j)/tau``, with the sign of softmin."""
    scale = sign / TAU
    own, other = sp.exp(scale * _Z), sp.exp(scale * _OTHER)
    diagonal = _case(
        own / (own + _REST),
        _Z,
        scale * P[I] * (1 - P[I]),
        "quotient rule, where the input is in both",
        (_named(I, own, own + _REST),),
    )
    beside = _case(
        own / (other + _REST),
        _OTHER,
        -scale * P[I] * P[J],
        "quotient rule, where the input is in the sum only",
        (_named(I, own, other + _REST), _named(J, other, other + _REST)),
    )
    return _law(scale * P[I] * (_DELTA - P[J]), diagonal, beside)


def log_softmax_law() -> Law:
    """State the entry ``(delta_ij - p_j)/tau``."""
    own, other = sp.exp(_Z / TAU), sp.exp(_OTHER / TAU)
    diagonal = _case(
        _Z / TAU - sp.log(own + _REST),
        _Z,
        (1 - P[I]) / TAU,
        "chain rule, where the input is in both terms",
        (_named(I, own, own + _REST),),
    )
    beside = _case(
        _Z / TAU - sp.log(other + _REST),
        _OTHER,
        -P[J] / TAU,
        "chain rule, where the input is in the sum only",
        (_named(J, other, other + _REST),),
    )
    return _law((_DELTA - P[J]) / TAU, diagonal, beside)


def sparsemax_law() -> Law:
    """State the entry ``(delta_ij - 1/k)/tau`` on a support of ``k`` components; all others vanish."""
    size = display("|S|", positive=True, integer=True)
    rest = display(r"\textstyle\sum_{\mathrm{others}}z_k/\tau", real=True)
    own = _Z / TAU - ((_Z / TAU + rest) - 1) / size
    beside = _Z / TAU - ((_OTHER / TAU + rest) - 1) / size
    reason = "on the support an output is its input less a threshold, which makes the sum one"
    return _law(
        (_DELTA - 1 / size) / TAU,
        (equality(sp.Derivative(own, _Z), (1 - 1 / size) / TAU, reason),),
        (equality(sp.Derivative(beside, _OTHER), -1 / (size * TAU), reason),),
    )


def gated_law() -> Law:
    """State the differential ``phi(b) da + a phi'(b) db`` of one output, which depends on its own two inputs only."""
    a, b = display("a_i", real=True), display("b_i", real=True)
    da, db = display(r"\mathrm{d}a_i", real=True), display(r"\mathrm{d}b_i", real=True)
    t = sp.Symbol("t", real=True)
    product = (a + t * da) * AnyActivation(b + t * db)
    formula = AnyActivation(b) * da + a * AnySlope(b) * db
    along = sp.Subs(sp.Derivative(product, t), t, 0)
    step = equality(along, formula, "product rule and chain rule, along a change of the two inputs")
    name, what = "vector_jacobian_eq_by_rules_of_calculus", Measurable.VECTOR_JACOBIAN
    return Law(name, what, Norm.SPECTRAL, Relation.EQ, formula, (step,), EXACT, ())
