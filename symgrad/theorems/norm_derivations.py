"""Why norms multiply: the steps that the norm products of `norm_products` share.

The four norms differ in one place, why the norm of a product is at most the product of the norms; the induction over
the layers is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..claims import Fact, Norm, Relation, Step, Symbolic, display, symbol

__all__ = ["norm_product_steps"]

GAMMA, DEPTH = symbol("lipschitz"), symbol("depth")


@dataclass(frozen=True)
class _Letters:
    """Norms of the vectors and matrices that occur on the way, as a paper writes them."""

    norm: Norm

    def of(self, text: str) -> sp.Symbol:
        """Return the norm of what the text names."""
        return display(rf"\lVert {text}\rVert_{{{self.norm.latex}}}", nonnegative=True)


def _slope_step(letters: _Letters) -> Step:
    """|D v| <= gamma |v|, unit by unit: |d_i v_i| <= gamma |v_i|; norms that grow with |v_i| preserve it."""
    slope, entry = display(r"|d_i|", nonnegative=True), display(r"|v_i|", nonnegative=True)
    largest = Fact(slope, Relation.LE, GAMMA, "the largest slope of the activation")
    return Step(
        slope * entry,
        Relation.LE,
        GAMMA * entry,
        "every slope is at most the largest one, so in every unit",
        Symbolic((largest,), (entry,)),
    )


def _operator_step(letters: _Letters) -> Step:
    """|D W A| <= |D| |W| |A| for a norm that is the largest stretch of a vector."""
    image, inner, outer = letters.of(r"D_\ell W_\ell v"), letters.of(r"W_\ell v"), letters.of("v")
    weight = letters.of(r"W_\ell")
    facts = (
        Fact(image, Relation.LE, GAMMA * inner, "the line above, in every unit"),
        Fact(inner, Relation.LE, weight * outer, "definition of the operator norm"),
    )
    return Step(
        image,
        Relation.LE,
        GAMMA * weight * outer,
        "the norm of a matrix is its largest stretch",
        Symbolic(facts, (sp.S.One, GAMMA)),
    )


def _frobenius_steps(letters: _Letters) -> tuple[Step, ...]:
    """|W A|_F <= |W|_F |A|_F: Cauchy-Schwarz for each entry, a row of W against a column of A."""
    row, column = display(r"\lVert w_i\rVert_2^2", positive=True), display(r"\lVert a_j\rVert_2^2", positive=True)
    product = display(r"\langle w_i,a_j\rangle", real=True)
    ratio = product / column
    square = Fact(sp.S.Zero, Relation.LE, row - 2 * ratio * product + ratio**2 * column, "a squared length")
    entry = Step(
        product**2,
        Relation.LE,
        row * column,
        "Cauchy–Schwarz for every entry of the product: the squared length of w − (⟨w,a⟩/‖a‖²) a is not negative",
        Symbolic((square,), (column,)),
    )
    image, weight, inner = letters.of(r"D_\ell W_\ell A"), letters.of(r"W_\ell"), letters.of("A")
    unscaled = letters.of(r"W_\ell A")
    facts = (
        Fact(image, Relation.LE, GAMMA * unscaled, "every slope is at most the largest one"),
        Fact(unscaled, Relation.LE, weight * inner, "the line above, summed over all entries"),
    )
    return entry, Step(
        image,
        Relation.LE,
        GAMMA * weight * inner,
        "sum over all entries and take the root",
        Symbolic(facts, (sp.S.One, GAMMA)),
    )


def _induction(letters: _Letters, bound: sp.Expr) -> tuple[Step, ...]:
    """Multiply up: if the first l-1 layers stretch by at most gamma^(l-1) P, layer l adds its factor."""
    layer = symbol("layer")
    product, weight = display(r"\Pi_{\ell-1}", nonnegative=True), letters.of(r"W_\ell")
    before, now = letters.of(r"J_{\ell-1:0}"), letters.of(r"J_{\ell:0}")
    facts = (
        Fact(now, Relation.LE, GAMMA * weight * before, "the line above for this layer"),
        Fact(before, Relation.LE, GAMMA ** (layer - 1) * product, "the induction hypothesis"),
    )
    total = display(r"\Pi_L", nonnegative=True)
    jacobian = letters.of(r"J_{L:0}")
    mean = Fact(total, Relation.EQ, bound / GAMMA**DEPTH, "definition of the geometric mean of the norms")
    return (
        Step(
            now,
            Relation.LE,
            GAMMA**layer * weight * product,
            "induction over the layers; Π is the product of the norms of the weights",
            Symbolic(facts, (sp.S.One, GAMMA * weight)),
        ),
        Step(
            jacobian,
            Relation.LE,
            bound,
            "at the last layer, the product of the norms as a power of their geometric mean",
            Symbolic((mean, Fact(jacobian, Relation.LE, GAMMA**DEPTH * total, "the line above")), (sp.S.One,)),
        ),
    )


def norm_product_steps(norm: Norm, bound: sp.Expr) -> tuple[Step, ...]:
    """Return the derivation of ``|J| <= bound`` in a norm, ``bound`` being the power of slope and mean weight norm."""
    letters = _Letters(norm)
    layer = _frobenius_steps(letters) if norm is Norm.FROBENIUS else (_operator_step(letters),)
    return (_slope_step(letters), *layer, *_induction(letters, bound))
