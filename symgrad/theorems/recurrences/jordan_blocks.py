"""Jordan blocks: linear recurrences that grow for a while although every eigenvalue is below one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Assumption,
    Claim,
    Fact,
    FiniteSum,
    Holding,
    Measurable,
    Norm,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    jacobian_norm,
    no,
    symbol,
    yes,
)
from ...networks import GivenWeights, Recurrence, rnn
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL

__all__ = ["jacobian_fro_norm_eq_binomial_sum_of_jordan_block", "transient_peak_eq_inverse_log_of_jordan_pair"]

EIGENVALUE, STEPS, WIDTH = symbol("eigenvalue"), symbol("steps"), symbol("width")
_LINE = sp.Symbol("d", integer=True, nonnegative=True)  # how far above the diagonal
_LINEAR = rnn(width=1, steps=1, activation="identity").activations[0]
_POWERS = cite("horn_johnson_1991", "section 6.2")


def jordan_block(eigenvalue: float, size: int) -> np.ndarray:
    """Return a number on the diagonal and ones above it."""
    return eigenvalue * np.eye(size) + np.eye(size, k=1)


def _eigenvalue(network: Recurrence) -> float | None:
    law = network.layers[0].recurrent[0]
    if not isinstance(law, GivenWeights) or len(law.array) < 2:
        return None
    first = float(law.array[0, 0])
    return first if np.array_equal(law.array, jordan_block(first, len(law.array))) else None


def _linear(network: Recurrence) -> Holding:
    others = [phi for phi in network.activations if phi != _LINEAR]
    return no(f"the activation is {others[0]}") if others else yes("units are linear")


def _jordan(network: Recurrence) -> Holding:
    found = _eigenvalue(network)
    if found is None:
        return no("the recurrent weights are not one number on the diagonal with ones above it")
    return yes(f"its eigenvalue is {found}") if found else no("its eigenvalue is 0, and a power of it vanishes")


def _pair(network: Recurrence) -> Holding:
    width = network.widths[0]
    return yes("it has two units") if width == 2 else no(f"it has {width} units")


def _decaying(network: Recurrence) -> Holding:
    found = _eigenvalue(network)
    inside = found is not None and 0 < found < 1
    return yes(f"its eigenvalue is {found}") if inside else no(f"its eigenvalue is {found}, not between 0 and 1")


LINEAR_UNITS = Assumption("linear_units", "units are linear", r"\varphi(x)=x", _linear)
JORDAN_BLOCK = Assumption(
    "jordan_block", "the recurrent weights are a Jordan block", r"R=\lambda I+N,\ \lambda\ne0", _jordan
)
JORDAN_PAIR = Assumption("jordan_pair", "the block has two units", "n=2", _pair)
DECAYING_BLOCK = Assumption("decaying_block", "its eigenvalue lies between 0 and 1", r"0<\lambda<1", _decaying)
_BLOCK = (ONE_RECURRENT_LAYER, VANILLA_CELL, LINEAR_UNITS, JORDAN_BLOCK)
_PAIR = (*_BLOCK, JORDAN_PAIR, DECAYING_BLOCK)


def _example() -> Recurrence:
    weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": jordan_block(0.75, 2)}
    return rnn(steps=8, activation="identity", weights=weights)


def _value(network: Recurrence) -> sp.Expr:
    found = _eigenvalue(network)
    return sp.nan if found is None else sp.Rational(found)  # which the assumptions exclude


def _entry(steps: sp.Expr, line: sp.Expr) -> sp.Expr:
    return sp.binomial(steps, line) * EIGENVALUE ** (steps - line)


def _pascal() -> Step:
    steps = sp.Symbol("T", integer=True, positive=True)
    return Step(
        EIGENVALUE * _entry(steps - 1, _LINE) + _entry(steps - 1, _LINE - 1),
        Relation.EQ,
        _entry(steps, _LINE),
        "one more factor: a row of the block has its number and a one beside it; Pascal's rule",
        Symbolic(),
    )


def _block_steps(bound: sp.Expr) -> tuple[Step, ...]:
    pascal, entry = _pascal(), display(r"(R^T)_{i,i+#}", _LINE, real=True)
    norm = display(r"\lVert J_{T:0}\rVert_F", nonnegative=True)
    squares = FiniteSum((WIDTH - _LINE) * entry**2, (_LINE, 0, WIDTH - 1))
    known = Fact(entry, Relation.EQ, _entry(STEPS, _LINE), "entries of the identity at T = 0, and the line above")
    square = Step(entry**2, Relation.EQ, _entry(STEPS, _LINE) ** 2, "squared", Symbolic((known, pascal.at())))
    lines = Fact(
        norm, Relation.EQ, sp.sqrt(squares), "the Jacobian is the power; d above the diagonal are n - d entries"
    )
    put_in = Fact(squares, Relation.EQ, bound**2, "term by term, by the line above")
    return pascal, square, Step(norm, Relation.EQ, bound, "add up", Symbolic((lines, put_in, square.at())))


def _as_if_normal(claim: Claim) -> Claim:
    return replace(claim, bound=sp.sqrt(WIDTH) * sp.Abs(EIGENVALUE) ** STEPS)


@theorem(assumptions=_BLOCK, mutant=_as_if_normal, example=_example, about=Recurrence)
def jacobian_fro_norm_eq_binomial_sum_of_jordan_block(network: Recurrence) -> Claim:
    r"""The Jacobian through time of a linear recurrence that is a Jordan block, entry by entry.

    **Statement.** :math:`(R^T)_{i,i+d}=\binom Td\lambda^{T-d}`, so
    :math:`\lVert J_{T:0}\rVert_F^2=\sum_{d=0}^{n-1}(n-d)\binom Td^2\lambda^{2(T-d)}`. A spectral radius of 1 does not
    keep it bounded: it grows as :math:`T^{n-1}`; and one below 1 lets it grow at first.

    **Assumptions.** one_recurrent_layer, vanilla_cell, linear_units, jordan_block.

    **Derivation.** The Jacobian of linear units is the power of the weights; Pascal's rule; count the entries of each
    diagonal.

    **Tightness.** Exact.

    **Source.** Horn and Johnson 1991, section 6.2.

    See Also
    --------
    transient_peak_eq_inverse_log_of_jordan_pair : how high it comes before it decays

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[1.0, 1.0], [0.0, 1.0]])}
    >>> net = sg.rnn(steps=4, activation="identity", weights=weights)
    >>> sg.theorems.claim("jacobian_fro_norm_eq_binomial_sum_of_jordan_block", net).valued().doit()
    3*sqrt(2)
    """
    bound = sp.sqrt(FiniteSum((WIDTH - _LINE) * _entry(STEPS, _LINE) ** 2, (_LINE, 0, WIDTH - 1)))
    return Claim(
        name="jacobian_fro_norm_eq_binomial_sum_of_jordan_block",
        subject=str(network),
        quantity=jacobian_norm(0, Norm.FROBENIUS).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_BLOCK,
        derivation=_block_steps(bound),
        sources=(_POWERS,),
        tightness=Tightness(TightnessKind.EXACT, "every entry is known"),
        values=((EIGENVALUE, _value(network)), (WIDTH, network.widths[0]), (STEPS, network.steps)),
    )


def _peak_steps(bound: sp.Expr) -> tuple[Step, ...]:
    time, log, peak = (
        display("t", positive=True),
        display(r"\ln\lambda", negative=True),
        display(r"\max", positive=True),
    )
    entry = time * sp.exp((time - 1) * log)
    slope = Step(
        sp.Derivative(entry, time),
        Relation.EQ,
        (1 + time * log) * sp.exp((time - 1) * log),
        "the entry T λ^(T-1) as a function of time",
        Symbolic(),
    )
    top = Step(
        entry.subs(time, -1 / log),
        Relation.EQ,
        -sp.exp(-1 - log) / log,
        "it rises as long as t is below -1/ln λ, and falls from there on",
        Symbolic(),
    )
    named = Fact(sp.log(EIGENVALUE), Relation.EQ, log, "what the logarithm stands for")
    inverse = Fact(EIGENVALUE, Relation.EQ, sp.exp(log), "the same")
    reached = Fact(peak, Relation.EQ, top.before, "at that time")
    given = (reached, named, inverse, slope.at(), top.at())
    return slope, top, Step(peak, Relation.EQ, bound, "in terms of the eigenvalue", Symbolic(given))


def _time_of_the_peak(claim: Claim) -> Claim:
    """Take the time of the peak for its height."""
    return replace(claim, bound=-1 / sp.log(EIGENVALUE))


@theorem(assumptions=_PAIR, mutant=_time_of_the_peak, example=_example, about=Recurrence)
def transient_peak_eq_inverse_log_of_jordan_pair(network: Recurrence) -> Claim:
    r"""How high a linear recurrence of two units grows before it vanishes, its eigenvalue being below one.

    **Statement.** The entry :math:`T\lambda^{T-1}` of :math:`R^T` peaks at :math:`T=-1/\ln\lambda` with the height
    :math:`\frac1{e\lambda|\ln\lambda|}`, which is about :math:`\frac1{e(1-\lambda)}`: a radius below 1 does not say that
    gradients shrink in every step.

    **Assumptions.** one_recurrent_layer, vanilla_cell, linear_units, jordan_block, jordan_pair, decaying_block.

    **Derivation.** Differentiate; the value where the slope vanishes.

    **Tightness.** Exact over real times; over whole steps it is at most that.

    **Source.** Horn and Johnson 1991, section 6.2.

    See Also
    --------
    jacobian_fro_norm_eq_binomial_sum_of_jordan_block : all entries

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[0.96875, 1.0], [0.0, 0.96875]])}
    >>> net = sg.rnn(steps=100, activation="identity", weights=weights)
    >>> sg.theorems.claim("transient_peak_eq_inverse_log_of_jordan_pair", net).valued().evalf(4)
    11.96
    """
    bound = -1 / (sp.E * EIGENVALUE * sp.log(EIGENVALUE))
    return Claim(
        name="transient_peak_eq_inverse_log_of_jordan_pair",
        subject=str(network),
        quantity=Quantity(Measurable.TRANSIENT_PEAK).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_PAIR,
        derivation=_peak_steps(bound),
        sources=(_POWERS,),
        tightness=Tightness(TightnessKind.EXACT, "over real times; at most that over whole steps"),
        values=((EIGENVALUE, _value(network)),),
        condition=EIGENVALUE < 1,
    )
