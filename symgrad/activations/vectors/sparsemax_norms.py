r"""How large the Jacobian of sparsemax is: on a support of :math:`k` components, a projection over the temperature."""

from __future__ import annotations

import sympy as sp

from ...claims import Fact, Measurable, Norm, Relation, Step, Symbolic, Tightness, display
from ..derivations import equality
from .laws import TAU, WIDTH, Law, attained, infix, rooted

__all__ = ["norm_law"]

_SIZE = sp.Symbol("k", integer=True, positive=True)
_MORE = sp.Symbol("m", integer=True, nonnegative=True)
_FITS = Fact(WIDTH, Relation.EQ, _SIZE + _MORE, "the support is part of all components")
_EQUAL = attained("where the support is everything, as at equal logits")

Derived = tuple[sp.Expr, tuple[Step, ...], Tightness]


def norm_law(norm: Norm) -> Law:
    """State the largest norm of the Jacobian of sparsemax."""
    bound, steps, tightness = _DERIVATIONS[norm]()
    name = f"vector_jacobian_{infix(norm)}norm_sup_eq_{_NAMES[norm]}"
    return Law(name, Measurable.VECTOR_JACOBIAN_NORM_SUP, norm, Relation.EQ, bound, steps, tightness)


_NAMES = {
    Norm.SPECTRAL: "inverse_temperature",
    Norm.ONE: "two_less_two_over_width",
    Norm.INF: "two_less_two_over_width",
    Norm.FROBENIUS: "root_width_less_one",
}


def _spectral() -> Derived:
    delta, value = display(r"\delta_{ij}", nonnegative=True), display(r"\lambda", real=True)
    projected = delta - 2 / _SIZE + _SIZE / _SIZE**2
    idempotent = Fact(value**2, Relation.EQ, value, "an eigenvalue of P = P²")
    square = Fact(sp.S.Zero, Relation.LE, 1 - 2 * value + value**2, "a square, (1 − λ)²")
    last = equality(
        ((1 - 1 / _SIZE) + 1 / _SIZE) / TAU, 1 / TAU, "attained by u = (1, −1, 0, ...)/√2 on a support of two or more"
    )
    steps = (
        equality(projected, delta - 1 / _SIZE, "the entries of P², on the support: P = I − 11ᵀ/k is a projection"),
        Step(value, Relation.LE, sp.S.One, "so no eigenvalue exceeds 1", Symbolic((idempotent, square), (sp.S.One,))),
        last,
    )
    return 1 / TAU, steps, attained("wherever the support has two components or more: projections do not stretch")


def _summed() -> Derived:
    row = (1 - 1 / _SIZE) + (_SIZE - 1) / _SIZE
    total, bound = 2 - 2 / _SIZE, (2 - 2 / WIDTH) / TAU
    steps = (
        equality(row, total, "add up the absolute values of a row, which are those of a column"),
        Step(total, Relation.LE, 2 - 2 / WIDTH, "more support, more to add", Symbolic((_FITS,))),
        equality(sp.Subs(total / TAU, _SIZE, WIDTH), bound, "attained at full support"),
    )
    return bound, steps, _EQUAL


def _frobenius() -> Derived:
    square = _SIZE * (1 - 1 / _SIZE) ** 2 + _SIZE * (_SIZE - 1) / _SIZE**2
    bound = sp.sqrt(WIDTH - 1) / TAU
    last = equality(sp.Subs((_SIZE - 1) / TAU**2, _SIZE, WIDTH), (WIDTH - 1) / TAU**2, "attained at full support")
    steps = (
        equality(square, _SIZE - 1, "add up the squares of all entries"),
        Step(_SIZE - 1, Relation.LE, WIDTH - 1, "more support, more to add", Symbolic((_FITS,))),
        last,
        rooted(last, bound, Norm.FROBENIUS),
    )
    return bound, steps, _EQUAL


_DERIVATIONS = {Norm.SPECTRAL: _spectral, Norm.ONE: _summed, Norm.INF: _summed, Norm.FROBENIUS: _frobenius}
