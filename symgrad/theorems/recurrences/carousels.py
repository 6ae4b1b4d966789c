"""Carousels: an LSTM whose gates are constant lets a gradient through by its forget gate alone, step after step."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Induction,
    InMean,
    Logistic,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    gradient_norm,
    mean_square_gradient,
    symbol,
)
from ...networks import ChronoBiases, Recurrence, lstm
from ..registries import theorem
from .chrono_laws import CHRONO_KEEPING_BIAS, longest_memory
from .chrono_survivals import survival, survival_steps
from .hypotheses import ONE_RECURRENT_LAYER
from .keeping_gates import (
    CONSTANT_GATES,
    EMPTY_CELL,
    ONE_KEEPING_BIAS,
    ONE_OUTPUT_BIAS,
    PLAIN_LSTM,
    SOME_STEPS,
    bias_number,
)

__all__ = [
    "gradient_norm_eq_pow_forget_gate_of_constant_gates",
    "mean_square_gradient_eq_incomplete_beta_of_chrono_biases",
]

FORGET, OUTPUT, STEPS, LONGEST = (symbol(name) for name in ("forget_gate", "output_gate", "steps", "longest_memory"))
_QUIET = (ONE_RECURRENT_LAYER, PLAIN_LSTM, CONSTANT_GATES, EMPTY_CELL)
_CAROUSEL, _FORGET_GATE = cite("hochreiter_schmidhuber_1997", "section 3.2"), cite("gers_2000")


def _gate(network: Recurrence, name: str) -> sp.Expr:
    number = bias_number(network.layers[0], name)
    return sp.nan if number is None else Logistic(number)  # which the assumptions exclude


_CELL = display("c_T", real=True)
_TIME = sp.Symbol("t", integer=True, nonnegative=True)


def _carousel() -> tuple[Step, Step, Step]:
    """Differentiate the cell with its gates held fixed: by the state before, and the output by the state."""
    before, taken = display("c_{t-1}", real=True), display("i_tg_t", real=True)
    kept = Step(
        sp.Derivative(FORGET * before + taken, before), Relation.EQ, FORGET, "the gates are held fixed", Symbolic()
    )
    passed = display(r"\frac{dc_{#}}{dc_0}", _TIME, nonnegative=True)
    first = Fact(passed.xreplace({_TIME: sp.S.Zero}), Relation.EQ, sp.S.One, "the cell state itself")
    each = Fact(passed, Relation.EQ, kept.before * passed.xreplace({_TIME: _TIME - 1}), "chain rule")
    power = Step(
        passed,
        Relation.EQ,
        FORGET**_TIME,
        "induction over the steps: the constant error carousel",
        Induction(_TIME, sp.S.Zero, Symbolic((first,)), Symbolic((each, kept.at()))),
    )
    output = Step(
        sp.Derivative(OUTPUT * sp.tanh(_CELL), _CELL),
        Relation.EQ,
        OUTPUT / sp.cosh(_CELL) ** 2,
        "the output by the cell state",
        Symbolic(),
    )
    return kept, power, output


def _one_unit() -> tuple[Step, ...]:
    """What one unit lets through, all in all: its output gate and all its forget gates."""
    kept, power, output = _carousel()
    empty = Fact(_CELL, Relation.EQ, sp.S.Zero, "nothing was written into the cell")
    through = display(r"\left|\frac{dh_T}{dc_0}\right|", nonnegative=True)
    chain = Fact(through, Relation.EQ, output.after * power.before.xreplace({_TIME: STEPS}), "chain rule")
    unit = Step(
        through,
        Relation.EQ,
        OUTPUT * FORGET**STEPS,
        "through the output and then the carousel",
        Symbolic((chain, empty, power.at({_TIME: STEPS}))),
    )
    return kept, power, output, unit


def _gradient_steps(bound: sp.Expr) -> tuple[Step, ...]:
    lines = _one_unit()
    gradient = display(r"\lVert g_0\rVert/\lVert g_T\rVert", nonnegative=True)
    alike = Fact(gradient, Relation.EQ, lines[-1].before, "every unit sees itself alone, and all are alike")
    return (*lines, Step(gradient, Relation.EQ, bound, "the line above", Symbolic((alike, lines[-1].at()))))


def _output_left_out(claim: Claim) -> Claim:
    return replace(claim, bound=FORGET**STEPS)


@theorem(
    assumptions=(*_QUIET, ONE_KEEPING_BIAS, ONE_OUTPUT_BIAS, SOME_STEPS),
    mutant=_output_left_out,
    example=lambda: lstm(width=4, steps=10, weight_var=0, input_mean_square=0, forget_bias=1),
    about=Recurrence,
)
def gradient_norm_eq_pow_forget_gate_of_constant_gates(network: Recurrence) -> Claim:
    r"""An LSTM whose gates are constant and whose cell is empty lets its forget gate through in every step.

    **Statement.** :math:`\lVert g_0\rVert=o\,f^T\lVert g_T\rVert`, where the loss sees the output :math:`h_T` and
    :math:`g_0` is the gradient by the whole state. In general :math:`\partial c_t/\partial c_{t-1}=f_t` only if the gates
    are held fixed: the total derivative has every path through them as well.

    **Assumptions.** one_recurrent_layer, plain_lstm, constant_gates, empty_cell, one_keeping_bias, one_output_bias,
    some_steps.

    **Derivation.** :math:`\partial c_t/\partial c_{t-1}=f`, its powers by induction, and :math:`\partial h/\partial c=o`.

    **Tightness.** Exact.

    **Source.** Hochreiter and Schmidhuber 1997, section 3.2; Gers, Schmidhuber and Cummins 2000 for the forget gate.

    See Also
    --------
    half_life_eq_log_ratio_of_forget_bias : after how many steps half is left

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.lstm(width=8, steps=10, weight_var=0, input_mean_square=0, forget_bias=0)
    >>> sg.theorems.claim("gradient_norm_eq_pow_forget_gate_of_constant_gates", net).valued()
    1/2048
    """
    bound = OUTPUT * FORGET**STEPS
    return Claim(
        name="gradient_norm_eq_pow_forget_gate_of_constant_gates",
        subject=str(network),
        quantity=gradient_norm(0).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=(*_QUIET, ONE_KEEPING_BIAS, ONE_OUTPUT_BIAS, SOME_STEPS),
        derivation=_gradient_steps(bound),
        sources=(_CAROUSEL, _FORGET_GATE),
        tightness=Tightness(TightnessKind.EXACT, "while the gates stay where their biases put them"),
        values=((FORGET, _gate(network, "b_f")), (OUTPUT, _gate(network, "b_o")), (STEPS, network.steps)),
        condition=STEPS >= 1,
    )


def _chrono_steps(bound: sp.Expr) -> tuple[Step, ...]:
    lines, chances = _one_unit(), survival_steps(2 * STEPS)
    unit, number, entry = sp.Symbol("i", integer=True), symbol("width"), sp.IndexedBase("g", real=True)
    mean, length = (
        display(r"\mathbb{E}\lVert g_0\rVert^2", nonnegative=True),
        sp.Sum(entry[unit] ** 2, (unit, 1, number)),
    )
    square = Step(
        lines[-1].before ** 2, Relation.EQ, OUTPUT**2 * FORGET ** (2 * STEPS), "squared", Symbolic((lines[-1].at(),))
    )
    units = Fact(
        mean,
        Relation.EQ,
        OUTPUT**2 * chances[-1].before * length,
        "the mean of the line above, over units that are drawn alike and independently of the gradient at the output",
    )
    unit_vector = Fact(length, Relation.EQ, sp.S.One, "that gradient has length 1")
    given = (units, unit_vector, chances[-1].at(), square.at())
    return (*lines, *chances, square, Step(mean, Relation.EQ, bound, "put together", Symbolic(given)))


def _square_forgotten(claim: Claim) -> Claim:
    return replace(claim, bound=OUTPUT**2 * survival(LONGEST, STEPS))


@theorem(
    assumptions=(*_QUIET, CHRONO_KEEPING_BIAS, ONE_OUTPUT_BIAS, SOME_STEPS),
    mutant=_square_forgotten,
    example=lambda: lstm(width=16, steps=10, weight_var=0, input_mean_square=0, forget_bias=ChronoBiases(30)),
    about=Recurrence,
)
def mean_square_gradient_eq_incomplete_beta_of_chrono_biases(network: Recurrence) -> Claim:
    r"""The mean-square gradient that an LSTM with chrono biases lets through, gates at their biases.

    **Statement.** :math:`\mathbb E\frac{\lVert g_0\rVert^2}{\lVert g_T\rVert^2}=\frac{o^2}{T_{\max}-2}
    \int_1^{T_{\max}-1}\Bigl(\frac v{1+v}\Bigr)^{2T}dv`.

    **Assumptions.** one_recurrent_layer, plain_lstm, constant_gates, empty_cell, chrono_keeping_bias, one_output_bias,
    some_steps.

    **Derivation.** :math:`o\,f^T` in every unit; :math:`f=v/(1+v)`; the mean over :math:`v`, an incomplete beta function.

    **Tightness.** Exact, at every width.

    **Source.** Hochreiter and Schmidhuber 1997, section 3.2; Tallec and Ollivier 2018, section 2, for the biases.

    See Also
    --------
    mean_survival_tendsto_exponential_integral_of_chrono_biases : for long memories

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import ChronoBiases
    >>> net = sg.lstm(width=8, steps=10, weight_var=0, input_mean_square=0, forget_bias=ChronoBiases(30))
    >>> sg.theorems.claim("mean_square_gradient_eq_incomplete_beta_of_chrono_biases", net).valued().evalf(4)
    0.06407
    """
    bound = OUTPUT**2 * survival(LONGEST, 2 * STEPS)
    return Claim(
        name="mean_square_gradient_eq_incomplete_beta_of_chrono_biases",
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=InMean(),
        assumptions=(*_QUIET, CHRONO_KEEPING_BIAS, ONE_OUTPUT_BIAS, SOME_STEPS),
        derivation=_chrono_steps(bound),
        sources=(_CAROUSEL, cite("tallec_ollivier_2018", "section 2")),
        tightness=Tightness(TightnessKind.EXACT, "at every width"),
        values=((OUTPUT, _gate(network, "b_o")), (STEPS, network.steps), (LONGEST, longest_memory(network))),
        condition=STEPS >= 1,
    )
