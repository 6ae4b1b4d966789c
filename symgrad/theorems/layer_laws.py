"""Exact laws of one Gaussian layer."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp
from sympy.stats import ChiSquared

from ..claims import (
    Claim,
    Fact,
    InLaw,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    symbol,
    weight_image_square_norm,
)
from ..networks import Network, mlp
from .hypotheses import AT_LEAST_ONE_LAYER, GAUSSIAN_WEIGHTS, PLAIN_LAYERS, WEIGHTS_THAT_VARY
from .registries import theorem

__all__ = ["weight_image_square_norm_eq_chi_square_of_gaussian_weights"]

FAN_IN, FAN_OUT, WEIGHT_VAR = symbol("fan_in"), symbol("fan_out"), symbol("weight_var")


def _density(at: sp.Expr, variance: sp.Expr) -> sp.Expr:
    return sp.exp(-(at**2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


def _steps(bound: sp.Expr, chi_square: sp.Expr) -> tuple[Step, ...]:
    one, two = display("a", positive=True), display("b", positive=True)
    there, total = sp.Symbol("y", real=True), display("z", real=True)
    direction, entry_var = display(r"\lVert u\rVert^2", positive=True), WEIGHT_VAR / FAN_IN
    unit = Fact(direction, Relation.EQ, sp.S.One, "u is a unit vector")
    normal, row = sp.IndexedBase("g", real=True), sp.Symbol("i", integer=True)
    image = display(r"\lVert W_\ell u\rVert^2", nonnegative=True)

    def summed(square: sp.Expr) -> sp.Expr:
        return sp.Sum(square, (row, 1, FAN_OUT))

    entries = Fact(
        image,
        Relation.EQ,
        summed((sp.sqrt(entry_var) * normal[row]) ** 2),
        "an entry is its deviation times a standard normal, and the rows are independent",
    )
    chi = Fact(summed(normal[row] ** 2), Relation.EQ, chi_square, "definition of the chi-square law")
    scaled = Step(
        entries.after, Relation.EQ, entry_var * chi.before, "take the common variance out of the sum", Symbolic()
    )
    return (
        Step(
            sp.Integral(_density(there, one) * _density(total - there, two), (there, -sp.oo, sp.oo)),
            Relation.EQ,
            _density(total, one + two),
            "a sum of independent Gaussians is Gaussian, and variances add: convolve the densities",
            Symbolic(),
        ),
        Step(
            entry_var * direction,
            Relation.EQ,
            entry_var,
            "so an entry of Wu, a sum over the coordinates of u, has this variance",
            Symbolic((unit,)),
        ),
        scaled,
        Step(image, Relation.EQ, bound, "a sum of squares of standard normals", Symbolic((entries, scaled.at(), chi))),
    )


def _one_degree_less(claim: Claim) -> Claim:
    """Count the inputs' constraint as a lost degree of freedom, as for a sample variance."""
    chi_square = next(iter(claim.bound.atoms(sp.stats.rv.RandomSymbol)))
    return replace(claim, bound=claim.bound.subs(chi_square, ChiSquared(symbol("chi_square"), FAN_OUT - 1)))


@theorem(
    assumptions=(PLAIN_LAYERS, GAUSSIAN_WEIGHTS, WEIGHTS_THAT_VARY, AT_LEAST_ONE_LAYER),
    mutant=_one_degree_less,
    example=lambda: mlp(width=4, depth=1, activation="tanh", weight_var=2),
)
def weight_image_square_norm_eq_chi_square_of_gaussian_weights(network: Network) -> Claim:
    r"""The squared norm of a direction after one Gaussian layer is a scaled chi-square variable, at every width.

    **Statement.** :math:`\lVert W_1u\rVert^2\overset d=\frac{\sigma_w^2}{n_0}\chi^2_{n_1}` for every unit vector
    :math:`u` that does not depend on :math:`W_1`; for the other layers alike.

    **Assumptions.** plain_layers, gaussian_weights, weights_that_vary, at_least_one_layer.

    **Derivation.** Sums of independent Gaussians are Gaussian; the rows are independent; definition of chi-square.

    **Tightness.** Exact.

    **Source.** Vershynin 2012.

    See Also
    --------
    mean_square_gradient_tendsto_pow_mean_square_gain : what many layers do as the width grows

    Examples
    --------
    >>> import symgrad as sg
    >>> name = "weight_image_square_norm_eq_chi_square_of_gaussian_weights"
    >>> sg.theorems.claim(name, sg.mlp(width=8, depth=2)).mode.words()
    'in law'
    """
    chi_square = ChiSquared(symbol("chi_square"), FAN_OUT)
    bound = WEIGHT_VAR / FAN_IN * chi_square
    layer = network.matrices[0]
    return Claim(
        name="weight_image_square_norm_eq_chi_square_of_gaussian_weights",
        subject=str(network),
        quantity=weight_image_square_norm(1),
        relation=Relation.EQ,
        bound=bound,
        mode=InLaw(),
        assumptions=(PLAIN_LAYERS, GAUSSIAN_WEIGHTS, WEIGHTS_THAT_VARY, AT_LEAST_ONE_LAYER),
        derivation=_steps(bound, chi_square),
        sources=(cite("vershynin_2012", "section 5.2"),),
        tightness=Tightness(TightnessKind.EXACT, "the law itself, at every width"),
        values=((FAN_IN, layer.fan_in), (FAN_OUT, layer.fan_out), (WEIGHT_VAR, layer.weight_var)),
    )
