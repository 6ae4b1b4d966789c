"""Why norms multiply: the steps that the norm products of `norm_products` and the norm powers of recurrences share.

The four norms differ in one place, why the norm of a product is at most the product of the norms; the induction over
the layers is the same. A recurrent network has the same factor in every step.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..claims import Fact, Induction, Norm, Relation, Step, Symbolic, display, symbol

__all__ = ["norm_power_steps", "norm_product_steps"]

LAYER, DEPTH = symbol("layer"), symbol("depth")
STEP, STEPS = symbol("step"), symbol("steps")
_FROM_ONE = display(r"\ell", integer=True, positive=True)  # the index of a layer where there must be one
_SLOPE = display(r"\gamma_{#}", LAYER, nonnegative=True)  # the largest slope of the activation of the layer


@dataclass(frozen=True)
class _Letters:
    """Norms of the vectors and matrices that occur on the way, as a paper writes them.

    Parameters
    ----------
    norm : Norm
        Which norm.
    slopes, weights : str
        The two matrices of a layer or a step.
    largest : sympy.Expr
        The largest slope there.
    factor : sympy.Expr or None
        The norm of the weights there; by default a symbol of its own for each layer.
    """

    norm: Norm
    slopes: str = r"D_\ell"
    weights: str = r"W_\ell"
    largest: sp.Expr = _SLOPE
    factor: sp.Expr | None = None

    def of(self, text: str, index: sp.Expr | None = None) -> sp.Expr:
        """Return the norm of what the text names, at an index if it has one."""
        return display(rf"\lVert {text}\rVert_{{{self.norm.latex}}}", index, nonnegative=True)

    @property
    def image(self) -> sp.Expr:
        """The norm of what a layer makes of a vector, or for the Frobenius norm of a matrix."""
        return self.of(rf"{self.slopes} {self.weights} {self._argument}")

    @property
    def vector(self) -> sp.Expr:
        """The norm of that vector or matrix."""
        return self.of(self._argument)

    @property
    def scaled(self) -> sp.Expr:
        """Its norm after the weights, before the slopes."""
        return self.of(rf"{self.weights} {self._argument}")

    @property
    def _argument(self) -> str:
        return "A" if self.norm is Norm.FROBENIUS else "v"

    @property
    def weight(self) -> sp.Expr:
        """The norm of the weights of the layer."""
        return self.of("W_{#}", LAYER) if self.factor is None else self.factor


def _slope_step(letters: _Letters) -> Step:
    """Bound one unit: |d_i v_i| <= gamma |v_i|."""
    slope, entry = display(r"|d_i|", nonnegative=True), display(r"|v_i|", nonnegative=True)
    largest = Fact(slope, Relation.LE, letters.largest, "the largest slope of the activation")
    return Step(
        slope * entry,
        Relation.LE,
        letters.largest * entry,
        "every slope is at most the largest one, so in every unit",
        Symbolic((largest,), (entry,)),
    )


def _operator_step(letters: _Letters) -> Step:
    """|D W A| <= |D| |W| |A| for a norm that is the largest stretch of a vector."""
    stretched = Fact(letters.scaled, Relation.LE, letters.weight * letters.vector, "definition of the operator norm")
    return _layer_step(
        letters, "the norm grows with each |entry|", stretched, "the norm of a matrix is its largest stretch"
    )


def _layer_step(letters: _Letters, grows: str, stretched: Fact, reason: str) -> Step:
    """Put slopes and weights of a layer together."""
    slopes = Fact(letters.image, Relation.LE, letters.largest * letters.scaled, f"the slopes, in every unit: {grows}")
    return Step(
        letters.image,
        Relation.LE,
        letters.largest * letters.weight * letters.vector,
        reason,
        Symbolic((slopes, stretched), (sp.S.One, letters.largest)),
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
    summed = Fact(
        letters.scaled, Relation.LE, letters.weight * letters.vector, "the line above, summed over all entries"
    )
    return entry, _layer_step(letters, "it sums the squares of all", summed, "sum over all entries and take the root")


def _induction(letters: _Letters, layer_step: Step, bound: sp.Expr) -> tuple[Step, ...]:
    """Multiply up: if the first l-1 layers stretch by at most the product of their factors, layer l adds its own."""
    layer, first = (_FROM_ONE, sp.S.One) if letters.norm is Norm.FROBENIUS else (LAYER, sp.S.Zero)
    factor = (_SLOPE * letters.weight).xreplace({LAYER: layer})
    jacobian, product = letters.of("J_{#:0}", layer), display(r"\Pi_{#}", layer, nonnegative=True)
    before, product_before = (each.xreplace({layer: layer - 1}) for each in (jacobian, product))
    one_more = layer_step.at(
        {letters.image: jacobian, letters.vector: before, LAYER: layer}, "the line above, after the layers before"
    )
    recursion = Fact(product, Relation.EQ, factor * product_before, "definition of the product")
    start = {layer: first}
    base = _base(letters.norm, jacobian.xreplace(start), product.xreplace(start), factor.xreplace(start))
    all_layers = Step(
        jacobian,
        Relation.LE,
        product,
        "induction over the layers; Π multiplies the largest slope and the norm of the weights of each",
        Induction(layer, first, base, Symbolic((one_more, recursion), (factor, sp.S.One))),
    )
    mean = Fact(product.xreplace({layer: DEPTH}), Relation.EQ, bound, "definition of the geometric means")
    return all_layers, Step(
        jacobian.xreplace({layer: DEPTH}),
        Relation.LE,
        bound,
        "at the last layer, the product as a power of geometric means",
        Symbolic((mean, all_layers.at({layer: DEPTH})), (sp.S.One,)),
    )


def _base(norm: Norm, jacobian: sp.Expr, product: sp.Expr, factor: sp.Expr) -> Symbolic:
    """Start without layers, where the Jacobian is the identity; its Frobenius norm is not 1, so there with one layer."""
    if norm is not Norm.FROBENIUS:
        identity = Fact(jacobian, Relation.EQ, sp.S.One, "without layers, the identity")
        return Symbolic((identity, Fact(product, Relation.EQ, sp.S.One, "the empty product")))
    slopes = Fact(jacobian, Relation.LE, factor, "every slope is at most the largest one, in every entry")
    return Symbolic((slopes, Fact(product, Relation.EQ, factor, "a product of one")), (sp.S.One,))


def norm_product_steps(norm: Norm, bound: sp.Expr) -> tuple[Step, ...]:
    """Return the derivation of ``|J| <= bound`` in a norm, ``bound`` being the power of slope and mean weight norm."""
    letters = _Letters(norm)
    layer = _frobenius_steps(letters) if norm is Norm.FROBENIUS else (_operator_step(letters),)
    return (_slope_step(letters), *layer, *_induction(letters, layer[-1], bound))


def norm_power_steps(
    norm: Norm, slope: sp.Expr, weight: sp.Expr, matrix: str = "R", product: str = "J_{#:0}"
) -> tuple[Step, ...]:
    """Return the derivation of ``|J_{T:0}| <= (slope * weight)^T`` in an operator norm, through the steps of a recurrence.

    The matrix of a step and the product of all may be written otherwise, where they are not those of the network.
    """
    letters = _Letters(norm, "D_t", matrix, slope, weight)
    factor = _operator_step(letters)
    jacobian = letters.of(product, STEP)
    before, power = jacobian.xreplace({STEP: STEP - 1}), slope**STEP * weight**STEP
    one_more = factor.at({letters.image: jacobian, letters.vector: before}, "the line above, after the steps before")
    identity = Fact(jacobian.xreplace({STEP: sp.S.Zero}), Relation.EQ, sp.S.One, "before the first step, the identity")
    all_steps = Step(
        jacobian,
        Relation.LE,
        power,
        "induction over the steps: each adds the same factor, whatever came in",
        Induction(STEP, sp.S.Zero, Symbolic((identity,)), Symbolic((one_more,), (slope * weight, sp.S.One))),
    )
    last = Step(
        jacobian.xreplace({STEP: STEPS}),
        Relation.LE,
        power.xreplace({STEP: STEPS}),
        "at the last step",
        Symbolic((all_steps.at({STEP: STEPS}),), (sp.S.One,)),
    )
    return _slope_step(letters), factor, all_steps, last
