"""The largest stretch of a linear network over several steps, as its width grows: the edge of the Fuss-Catalan law."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    AsWidthGrows,
    Cited,
    Claim,
    Fact,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    jacobian_norm,
    symbol,
)
from ...networks import Recurrence, rnn
from ..registries import theorem
from .hypotheses import GAUSSIAN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER, VANILLA_CELL
from .isometries import LINEAR_UNITS
from .unrollings import recurrent_weight_var

__all__ = ["jacobian_norm_tendsto_fuss_catalan_edge"]

WEIGHT_VAR, STEPS, WIDTH = symbol("weight_var"), symbol("steps"), symbol("width")
_ASSUMPTIONS = (ONE_RECURRENT_LAYER, VANILLA_CELL, LINEAR_UNITS, GAUSSIAN_RECURRENT_WEIGHTS)
_BULK, _EDGE = cite("alexeev_2010"), cite("bandeira_2023")
_RATE = WIDTH ** -sp.Rational(2, 3)  # the width of the law of Tracy and Widom at a soft edge


_POWER = display("T", positive=True, integer=True)
_TOP = (_POWER + 1) ** (_POWER + 1) / _POWER**_POWER


def _top_of_the_law() -> tuple[Step, ...]:
    """Find the top of the law of the squared singular values from the generating function of its moments."""
    k, series = display("k", positive=True, integer=True), display("G", positive=True)
    moment = display(r"\tfrac1n\operatorname{tr}(JJ^\top)^{k}/\sigma_w^{2Tk}", nonnegative=True)
    turning, argument = (_POWER + 1) / _POWER, (series - 1) / series ** (_POWER + 1)
    edge, nearest = display("e", positive=True), display("z_*", positive=True)
    bulk = Step(
        moment,
        Relation.TENDSTO,
        sp.binomial((_POWER + 1) * k, k) / (_POWER * k + 1),
        "singular values squared have the Fuss-Catalan law in the limit, with tied weights as with fresh ones",
        Cited(_BULK),
    )
    slope = Step(
        sp.Derivative(argument, series),
        Relation.EQ,
        (_POWER + 1 - _POWER * series) / series ** (_POWER + 2),
        "the generating function of these numbers solves G = 1 + z G^(T+1); differentiate z = (G − 1)/G^(T+1)",
        Symbolic(),
    )
    flat = Step(
        sp.Subs(slope.after, series, turning),
        Relation.EQ,
        sp.S.Zero,
        "so z is largest, and G no longer a function of it, at G = (T+1)/T",
        Symbolic(),
    )
    there = Fact(nearest, Relation.EQ, argument.subs(series, turning), "the singularity that is nearest to zero")
    growth = Fact(edge, Relation.EQ, 1 / nearest, "moments grow like powers of the top of the law (Pringsheim)")
    top = Step(edge, Relation.EQ, _TOP, "the top of the law of the squares", Symbolic((growth, there)))
    return bulk, slope, flat, top


def _steps(bound: sp.Expr) -> tuple[Step, ...]:
    stretch = display(r"\lVert J\rVert/\sigma_w^T", positive=True)
    norm = Step(
        stretch,
        Relation.TENDSTO,
        sp.sqrt(_TOP),
        "no singular value stays beyond it: symmetric and antisymmetric parts are independent, strongly free in the limit",
        Cited(_EDGE),
    )
    jacobian = display(r"\lVert J_{T:0}\rVert_2", nonnegative=True)
    scaled = Fact(jacobian, Relation.EQ, WEIGHT_VAR ** (STEPS / 2) * stretch, "R = σG, T times")
    last = Step(jacobian, Relation.TENDSTO, bound, "times σ^T", Symbolic((scaled, norm.at({_POWER: STEPS}))))
    return *_top_of_the_law(), norm, last


@theorem(
    about=Recurrence,
    assumptions=_ASSUMPTIONS,
    mutant=lambda claim: replace(claim, bound=WEIGHT_VAR ** (STEPS / 2)),
    example=lambda: rnn(width=64, steps=2, activation="identity", weight_var=2),
)
def jacobian_norm_tendsto_fuss_catalan_edge(network: Recurrence) -> Claim:
    r"""The largest stretch of a wide linear network grows like the root of the steps beyond a power of its spectral radius.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\to\sigma_w^T\sqrt{(T+1)^{T+1}/T^T}\approx\sigma_w^T\sqrt{e(T+\tfrac12)}` as
    the width grows; :math:`2\sigma_w` for one step. The spectral radius tends to :math:`\sigma_w` (circular law), so that at
    :math:`\sigma_w=1` the growth is that of a matrix that is not normal.

    **Assumptions.** one_recurrent_layer, vanilla_cell, linear_units, gaussian_recurrent_weights. Tied or fresh.

    **Derivation.** The generating function of the moments solves :math:`G=1+zG^{T+1}` and has its nearest singularity at
    :math:`z_*=T^T/(T+1)^{T+1}`, one over the top of the law; by strong asymptotic freeness no singular value stays beyond.

    **Tightness.** Exact in the limit, approached from below like :math:`n^{-2/3}`.

    **Source.** Alexeev, Götze and Tikhomirov 2010; Bandeira et al. 2023.

    See Also
    --------
    mean_square_gradient_eq_wick_sum_of_tied_weights : what happens to one direction, in mean

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=256, steps=2, activation="identity")
    >>> sg.theorems.claim("jacobian_norm_tendsto_fuss_catalan_edge", net).valued()
    3*sqrt(3)/2
    """
    bound = WEIGHT_VAR ** (STEPS / 2) * sp.sqrt((STEPS + 1) ** (STEPS + 1) / STEPS**STEPS)
    return Claim(
        name="jacobian_norm_tendsto_fuss_catalan_edge",
        subject=str(network),
        quantity=jacobian_norm(0).in_time(),
        relation=Relation.TENDSTO,
        bound=bound,
        mode=AsWidthGrows(_RATE),
        assumptions=_ASSUMPTIONS,
        derivation=_steps(bound),
        sources=(_BULK, _EDGE),
        tightness=Tightness(TightnessKind.EXACT, "in the limit, approached from below"),
        values=((WEIGHT_VAR, recurrent_weight_var(network)), (STEPS, network.steps)),
    )
