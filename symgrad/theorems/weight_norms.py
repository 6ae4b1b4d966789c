"""Norms of Gaussian weights: what they stay below with high probability, so that a bound becomes a number."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ..claims import (
    Always,
    Cited,
    Claim,
    Fact,
    Norm,
    Quantity,
    Relation,
    Source,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    WithProbability,
    cite,
    display,
    symbol,
    weight_norm,
)
from ..networks import DrawnWeights, GaussianWeights, Network, OrthogonalWeights, mlp
from .hypotheses import AT_LEAST_ONE_LAYER, GAUSSIAN_WEIGHTS, PLAIN_LAYERS
from .rates import FAILURE, gaussian_weight_norm, is_random, norm_limit
from .registries import theorem

__all__ = [
    "gaussian_norm_claim",
    "limited_norm_claim",
    "weight_norm_le_root_widths_of_gaussian_weights",
    "weight_norm_premise",
]

DELTA = symbol("failure_probability")
FAN_IN, FAN_OUT, WEIGHT_VAR = symbol("fan_in"), symbol("fan_out"), symbol("weight_var")
_NAMES = {Norm.SPECTRAL: "", Norm.ONE: "one_", Norm.INF: "inf_", Norm.FROBENIUS: "fro_"}


def _source(norm: Norm) -> Source:
    if norm is Norm.SPECTRAL:
        return cite("davidson_szarek_2001", "Theorem II.13")
    return cite("vershynin_2012", "Proposition 5.34")


def _steps(weight: Quantity, bound: sp.Expr, terms: sp.Expr) -> tuple[Step, ...]:
    norm = weight.norm
    deviation = sp.Symbol("t", positive=True)
    tail = terms * sp.exp(-(deviation**2) / 2)
    fails = display(r"P(\text{fails})", nonnegative=True)
    chosen = Fact(deviation, Relation.EQ, sp.sqrt(2 * sp.log(terms / DELTA)), "the choice of t")
    norm_symbol = display(weight.latex(), nonnegative=True)
    return (
        Step(
            fails,
            Relation.LE,
            tail,
            "Gaussian concentration, and the union bound over the maximum",
            Cited(_source(norm)),
        ),
        Step(tail, Relation.EQ, DELTA, "choose t = √(2 log(terms/δ))", Symbolic((chosen,))),
        Step(norm_symbol, Relation.LE, bound, "mean plus t, scaled by the deviation of an entry", Cited(_source(norm))),
    )


def _weight_norm_claim(norm: Norm, network: Network, layers: sp.Expr) -> Claim:
    layers_that_draw = ((layer, law) for layer in network.matrices if isinstance(law := layer.weights, GaussianWeights))
    actual, law = next(layers_that_draw)
    sizes = (actual.fan_in, actual.fan_out)
    claim = gaussian_norm_claim(weight_norm(symbol("layer"), norm), law, sizes, layers, str(network))
    return replace(
        claim,
        quantity=weight_norm(1, norm),
        assumptions=(PLAIN_LAYERS, GAUSSIAN_WEIGHTS, AT_LEAST_ONE_LAYER),
        values=(*claim.values, (symbol("depth"), network.depth)),
    )


def gaussian_norm_claim(
    weight: Quantity, law: DrawnWeights, sizes: tuple[sp.Expr, sp.Expr], draws: sp.Expr, subject: str
) -> Claim:
    """State what the norms of independent Gaussian matrices of inputs by outputs stay below, so many of them together."""
    norm = weight.norm
    bound = gaussian_weight_norm(FAN_IN, FAN_OUT, WEIGHT_VAR, norm, draws)
    terms = draws * {Norm.ONE: FAN_IN, Norm.INF: FAN_OUT}.get(norm, sp.S.One)
    return Claim(
        name=f"{weight.name.replace('norm', f'{_NAMES[norm]}norm')}_le_root_widths_of_gaussian_weights",
        subject=subject,
        quantity=weight,
        relation=Relation.LE,
        bound=bound,
        mode=WithProbability(FAILURE),
        assumptions=(),
        derivation=_steps(weight, bound, terms),
        sources=(_source(norm),),
        tightness=Tightness(
            TightnessKind.UPPER, "sharp to leading order in the width: the norm concentrates at the mean"
        ),
        values=((FAN_IN, sizes[0]), (FAN_OUT, sizes[1]), (WEIGHT_VAR, law.weight_var), (DELTA, FAILURE)),
    )


def weight_norm_premise(network: Network, norm: Norm) -> tuple[Claim, ...]:
    """Return the claims that a bound by drawn weights rests on; none for given weights, whose norm is computed."""
    drawn = [(layer, law) for layer in network.matrices if isinstance(law := layer.weights, DrawnWeights)]
    limited = [(layer, law) for layer, law in drawn if not isinstance(law, GaussianWeights)]
    gaussian = (_weight_norm_claim(norm, network, symbol("depth")),) if is_random(network) else ()
    weight = weight_norm(symbol("layer"), norm)
    return (*gaussian, *(limited_norm_claim(weight, law, (layer.fan_in, layer.fan_out)) for layer, law in limited))


def limited_norm_claim(weight: Quantity, law: DrawnWeights, sizes: tuple[sp.Expr, sp.Expr]) -> Claim:
    """State what the norm of weights of a bounded law, inputs by outputs, never exceeds."""
    norm = weight.norm
    count, limit = norm_limit(replace(law, weight_var=WEIGHT_VAR), FAN_IN, FAN_OUT, norm)
    return Claim(
        name=f"{weight.name.replace('norm', f'{_NAMES[norm]}norm')}_le_limit_of_bounded_weights",
        subject=law.words,
        quantity=weight,
        relation=Relation.LE,
        bound=count * limit,
        mode=Always(),
        assumptions=(),
        derivation=(_limited_step(norm, display(weight.latex(), nonnegative=True), law, count, limit),),
        sources=(),
        tightness=Tightness(TightnessKind.UPPER, "attained if all entries, or all singular values, are largest"),
        values=((FAN_IN, sizes[0]), (FAN_OUT, sizes[1]), (WEIGHT_VAR, law.weight_var)),
    )


def _limited_step(norm: Norm, written: sp.Expr, law: DrawnWeights, count: sp.Expr, limit: sp.Expr) -> Step:
    if isinstance(law, OrthogonalWeights):
        largest, what = display(r"s_{\max}", nonnegative=True), "all singular values are the root of the variance"
        why = _BY_SINGULAR_VALUES[norm]
    else:
        largest, what = display(r"\max|w_{ij}|", nonnegative=True), f"no entry is larger: {law.kind} weights"
        why = _BY_ENTRIES[norm]
    facts = Fact(written, Relation.LE, count * largest, why), Fact(largest, Relation.LE, limit, what)
    return Step(written, Relation.LE, count * limit, "by the law of the weights", Symbolic(facts, (sp.S.One, count)))


_BY_SINGULAR_VALUES = {
    Norm.SPECTRAL: "the norm is the largest singular value",
    Norm.FROBENIUS: "its square adds up the squares of as many singular values as the shorter side has entries",
    Norm.ONE: "a column has at most that length; Cauchy–Schwarz",
    Norm.INF: "a row has at most that length; Cauchy–Schwarz",
}
_BY_ENTRIES = {
    Norm.SPECTRAL: "it is at most the Frobenius norm, the root of the sum of all squares",
    Norm.FROBENIUS: "the root of the sum of all squares",
    Norm.ONE: "a column adds up as many entries as there are outputs",
    Norm.INF: "a row adds up as many entries as there are inputs",
}


def _without_inputs(claim: Claim) -> Claim:
    """Forget what the inputs of the layer add to the norm."""
    return replace(claim, bound=claim.bound.subs(sp.sqrt(FAN_IN) + sp.sqrt(FAN_OUT), sp.sqrt(FAN_OUT)))


@theorem(
    assumptions=(PLAIN_LAYERS, GAUSSIAN_WEIGHTS, AT_LEAST_ONE_LAYER),
    mutant=_without_inputs,
    example=lambda: mlp(width=20, depth=1, activation="tanh"),
)
def weight_norm_le_root_widths_of_gaussian_weights(network: Network) -> Claim:
    r"""The spectral norm of Gaussian weights is hardly larger than the sum of the roots of its two sides.

    **Statement.** :math:`\lVert W_1\rVert_2\le\frac{\sigma_w}{\sqrt{n_0}}\bigl(\sqrt{n_1}+\sqrt{n_0}+t\bigr)` with
    probability at least :math:`1-\delta`, :math:`t=\sqrt{2\log(1/\delta)}`; for the other layers alike.

    **Assumptions.** plain_layers, gaussian_weights, at_least_one_layer.

    **Derivation.** The norm is 1-Lipschitz in the matrix and its mean is at most the sum of the roots; Gaussian
    concentration adds t.

    **Tightness.** Sharp to leading order in the width.

    **Source.** Davidson and Szarek 2001, Theorem II.13, with the corrigendum of 2003; Vershynin 2012.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz : which needs it for all layers at once

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=100, depth=1, activation="tanh")
    >>> round(float(sg.theorems.claim("weight_norm_le_root_widths_of_gaussian_weights", net).valued()), 3)
    2.303
    """
    return _weight_norm_claim(Norm.SPECTRAL, network, sp.S.One)
