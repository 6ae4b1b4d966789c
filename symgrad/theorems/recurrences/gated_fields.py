"""The mean field of a gated cell, the minimalRNN, with fresh weights: a theory that most take for that of one matrix."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import sympy as sp

from ...activations import activation
from ...claims import (
    Assumption,
    AsWidthGrows,
    Axis,
    Claim,
    Fact,
    Holding,
    Logistic,
    Particular,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    mean_square_gradient,
    no,
    symbol,
    yes,
)
from ...networks import CELLS, ConstantBiases, DrawnWeights, GaussianBiases, GaussianWeights, Recurrence, WhiteInputs
from ...networks import recurrence as recurrent_network
from ...rigor import CannotEnclose, EnclosedConstant, Enclosure, enclose
from ..gains import geometric_mean
from ..mean_fields import from_the_last_back
from ..registries import theorem
from ..variance_maps import mean_square
from .hypotheses import FRESH_WEIGHTS, GAUSSIAN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER
from .mean_fields import AT_LEAST_ONE_STEP, WHITE_INPUTS

__all__ = ["mean_square_gradient_tendsto_pow_gain_of_fresh_minimal_cell"]

WEIGHT_VAR, STEPS, WIDTH, GAIN = (symbol(name) for name in ("weight_var", "steps", "width", "mean_square_gain"))
_X = symbol("x")
_LIMIT, _MINIMAL = cite("yang_2020", "Theorem 7.2"), cite("chen_2018")
_MOST = 256  # steps, at four integrals of about 10 ms
_DIGITS = 15


def _minimal_cell(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    return yes("the cell is a minimalRNN") if cell == CELLS["minimalrnn"]() else no(f"the cell is {cell.name}")


def _biases(network: Recurrence) -> Holding:
    layer = network.layers[0]
    if not isinstance(layer.vector("b_z"), GaussianBiases):
        return no(f"the candidate has {layer.vector('b_z').words}, and is not centred")
    gate = layer.vector("b_u")
    if isinstance(gate, GaussianBiases | ConstantBiases):
        return yes("biases of the candidate are centred, those of the gate Gaussian or alike")
    return no("biases of the gate are neither Gaussian nor alike")


MINIMAL_CELL = Assumption("minimal_cell", "the cell is a minimalRNN", r"h_t=u_th_{t-1}+(1-u_t)z_t", _minimal_cell)
CENTRED_CANDIDATE = Assumption(
    "centred_candidate",
    "the candidate is centred, and the gate has one bias or a Gaussian one",
    r"\mathbb Ez=0",
    _biases,
)
_WIDE = (
    ONE_RECURRENT_LAYER,
    MINIMAL_CELL,
    GAUSSIAN_RECURRENT_WEIGHTS,
    FRESH_WEIGHTS,
    WHITE_INPUTS,
    CENTRED_CANDIDATE,
    AT_LEAST_ONE_STEP,
)

# ---------------------------------------------------------------------------------------------------------- the numbers


@dataclass(frozen=True)
class _Laws:
    """Variances that come in at each step, and the mean of the gate's preactivation."""

    weight_var: sp.Expr
    candidate_var: sp.Expr
    gate_var: sp.Expr
    gate_mean: sp.Expr


def _laws(network: Recurrence) -> _Laws:
    layer, square = network.layers[0], cast("WhiteInputs", network.inputs).mean_square
    candidate, gate = (cast("GaussianWeights", layer.matrix(name)).weight_var * square for name in ("W_z", "W_u"))
    bias, other = layer.vector("b_u"), cast("GaussianBiases", layer.vector("b_z"))
    mean = bias.value if isinstance(bias, ConstantBiases) else sp.S.Zero
    spread = bias.bias_var if isinstance(bias, GaussianBiases) else sp.S.Zero
    return _Laws(cast("DrawnWeights", layer.recurrent[0]).weight_var, candidate + other.bias_var, gate + spread, mean)


def step_gain(network: Recurrence) -> sp.Expr:
    """Return the geometric mean over the steps of the gain, enclosed.

    Parameters
    ----------
    network : Recurrence
        A minimalRNN as the theorem assumes, without symbols.

    Returns
    -------
    sympy.Expr
        The mean.

    Raises
    ------
    CannotEnclose
        If there are too many steps.

    Notes
    -----
    Chen, Pennington and Schoenholz 2018, for a fresh matrix: with the gate ``u`` at variance ``weight_var Q + gate_var``,
    ``Q' = E u^2 Q + E (1 - u)^2 R`` and ``gain = E u^2 + weight_var (Q + R) E (u (1 - u))^2``, ``R = E z^2``.
    """
    if network.steps > _MOST:
        raise CannotEnclose(f"{network.steps} steps are more than are iterated, {_MOST}; ask about fewer")
    laws, phi = _laws(network), activation("sigmoid").expression.subs(_X, _X + _laws(network).gate_mean)
    candidate = mean_square(activation("tanh").expression, enclose(laws.candidate_var, 25))
    weight, added, state = (enclose(each, 25) for each in (laws.weight_var, laws.gate_var, network.state_mean_square))
    gains = []
    for _ in range(int(network.steps)):
        variance = _combined((weight, state), added)
        kept, new, bent = (mean_square(each, variance) for each in (phi, 1 - phi, phi * (1 - phi)))
        spread = Enclosure(state.lower + candidate.lower, state.upper + candidate.upper, _DIGITS, "sum")
        gains.append((_combined((weight, spread, bent), kept), 1))
        state = _combined((kept, state), _combined((new, candidate)))
    return EnclosedConstant(r"\chi", geometric_mean(gains))


def _combined(factors: tuple[Enclosure, ...], added: Enclosure | None = None) -> Enclosure:
    """A product of enclosures of numbers that are not negative, plus another, end by end."""
    lower, upper = (
        sp.Mul(*(getattr(each, end) for each in factors)) + (getattr(added, end) if added else 0)
        for end in ("lower", "upper")
    )
    return Enclosure(lower, upper, _DIGITS, "the variance map of a gated cell, end by end")


# ---------------------------------------------------------------------------------------------------------- the theorem


def _steps(bound: sp.Expr) -> tuple[Step, ...]:
    a, h, z = (sp.Symbol(name, real=True) for name in "ahz")
    kept, bent = display(r"\mathbb{E}\,u^2", nonnegative=True), display(r"\mathbb{E}\,(u(1-u))^2", nonnegative=True)
    state, candidate = display("Q", nonnegative=True), display("R", nonnegative=True)
    both, apart = display(r"\mathbb{E}\,hz", real=True), display(r"\mathbb{E}\,(h-z)^2", nonnegative=True)
    gate, chi = Logistic(a), display(r"\chi", nonnegative=True)
    through = Step(
        sp.Derivative(gate * h + (1 - gate) * z, a),
        Relation.EQ,
        (h - z) * gate * (1 - gate),
        "what the gate does to the state of its unit",
        Symbolic(),
    )
    square = Fact(apart, Relation.EQ, state - 2 * both + candidate, "the square of h − z, in mean")
    centred = Fact(both, Relation.EQ, sp.S.Zero, "candidates are centred, and independent of the state before")
    spread = Step(apart, Relation.EQ, state + candidate, "so the two do not correlate", Symbolic((square, centred)))
    parts = Fact(
        chi,
        Relation.EQ,
        kept + WEIGHT_VAR * apart * bent,
        "what goes past the gate, and what goes through it by fresh centred weights, add up in mean square",
    )
    value = kept + WEIGHT_VAR * (state + candidate) * bent
    gain = Step(chi, Relation.EQ, value, "the gain of a step", Symbolic((parts, spread.at())))
    words = "E u² + σ² (Q + R) E (u(1 − u))²"
    return through, spread, gain, *from_the_last_back(bound, Axis.TIME, _LIMIT, words)


@theorem(
    about=Recurrence,
    assumptions=_WIDE,
    mutant=lambda claim: replace(claim, bound=(GAIN**2) ** STEPS),
    example=lambda: recurrent_network("minimalrnn", 64, 3, 4, tied=False, state_mean_square=sp.Rational(1, 2)),
)
def mean_square_gradient_tendsto_pow_gain_of_fresh_minimal_cell(network: Recurrence) -> Claim:
    r"""In a wide minimalRNN with fresh weights every step multiplies the squared gradient by a gain that the gate sets.

    **Statement.** :math:`\lVert g_0\rVert^2/\lVert g_T\rVert^2\to\prod_t\chi_t` as the width grows, with
    :math:`\chi=\mathbb Eu^2+\sigma_w^2(Q+R)\,\mathbb E(u(1-u))^2`, :math:`Q'=\mathbb Eu^2\,Q+\mathbb E(1-u)^2R` for the mean
    square of the state and :math:`R=\mathbb Ez^2`; the bound has the geometric mean of the gains.

    **Assumptions.** one_recurrent_layer, minimal_cell, gaussian_recurrent_weights, fresh_weights, white_inputs,
    centred_candidate, at_least_one_step.

    **Derivation.** What goes past the gate and what goes through it do not correlate where the weights of a step are fresh;
    induction over the steps.

    **Tightness.** Exact in the limit. One matrix at every step is another matter: what goes past the gate has gone through
    the same weights before, and the two correlate. Over three steps at weight variance 4 its squared gradient is a third
    larger (the tests have it).

    **Source.** Chen, Pennington and Schoenholz 2018; Yang 2020.

    See Also
    --------
    mean_square_gradient_tendsto_pow_mean_square_gain_over_time : vanilla cells, tied too

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.recurrence("minimalrnn", width=64, steps=2, weight_var=4, biases={"b_u": 2}, tied=False)
    >>> claim = sg.theorems.claim("mean_square_gradient_tendsto_pow_gain_of_fresh_minimal_cell", net)
    >>> round(float(claim.valued()), 6)
    0.572251
    """
    return Claim(
        name="mean_square_gradient_tendsto_pow_gain_of_fresh_minimal_cell",
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=Relation.TENDSTO,
        bound=GAIN**STEPS,
        mode=AsWidthGrows(1 / WIDTH),
        assumptions=_WIDE,
        derivation=_steps(GAIN**STEPS),
        sources=(_MINIMAL, _LIMIT),
        tightness=Tightness(TightnessKind.EXACT, "in the limit, for fresh weights alone"),
        values=((STEPS, network.steps), *_enclosed(network)),
        particulars=(Particular(GAIN, (STEPS,)),),
    )


def _enclosed(network: Recurrence) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    if network.free_symbols:
        return ()
    try:
        return ((GAIN, step_gain(network)),)
    except CannotEnclose:
        return ()
