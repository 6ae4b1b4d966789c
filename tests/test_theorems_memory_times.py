"""Memory times against mpmath: the three times of a gate at its bias, and which gates have one."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.networks import CELLS, Cell, ChronoBiases, Recurrence
from symgrad.theorems import claim
from symgrad.theorems.recurrences.keeping_gates import keeping_bias

HALF_LIFE, FORGETTING = "half_life_eq_log_ratio_of_forget_bias", "forgetting_time_eq_one_plus_exp_forget_bias"
BELOW, ABOVE = "time_constant_ge_exp_forget_bias", "time_constant_lt_half_plus_exp_forget_bias"


def at(bias: sp.Expr | int) -> Recurrence:
    return sg.lstm(width=3, steps=5, forget_bias=bias)


@pytest.mark.parametrize("bias", [-5, -1, 0, 1, 2, 3, 5, 12])
def test_the_gate_at_its_bias_to_the_power_of_the_half_life_is_a_half(bias: int) -> None:
    with mpmath.workdps(40):
        gate = 1 / (1 + mpmath.exp(-bias))
        half_life = mpmath.mpf(str(claim(HALF_LIFE, at(bias)).valued().evalf(40)))
        assert abs(gate**half_life - mpmath.mpf(1) / 2) < mpmath.mpf(10) ** -33  # 12 + 1/2 has lost six digits of 40
        constant = -1 / mpmath.log(gate)
        below, above = (mpmath.mpf(str(claim(name, at(bias)).valued().evalf(40))) for name in (BELOW, ABOVE))
        assert below < constant < above
        forgetting = mpmath.mpf(str(claim(FORGETTING, at(bias)).valued().evalf(40)))
        assert abs(forgetting * (1 - gate) - 1) < mpmath.mpf(10) ** -33


def test_published_half_lives() -> None:
    """Those of the forget biases 0 and 1 that frameworks have by default."""
    assert claim(HALF_LIFE, at(0)).valued() == 1
    assert float(claim(HALF_LIFE, at(1)).valued()) == pytest.approx(2.2127, abs=5e-5)


def test_the_bias_may_be_a_symbol() -> None:
    b = sp.Symbol("b", real=True)
    assert claim(HALF_LIFE, at(b)).valued() == sp.log(2) / sp.log(1 + sp.exp(-b))


@pytest.mark.parametrize(
    ("cell", "bias"),
    [
        (CELLS["lstm"](), "b_f"),
        (CELLS["lstm"](forget_gate=False), ""),
        (CELLS["lstm"](peepholes=True), ""),  # its gate changes with the state
        (CELLS["gru"](), "b_z"),
        (CELLS["gru"](reset_after=False), "b_z"),
        (CELLS["mgu"](), ""),  # it keeps one minus its gate
        (CELLS["janet"](), "b_f"),
        (CELLS["minimalrnn"](), "b_u"),
        (CELLS["input_gated"](), "b_f"),
        (CELLS["rnn"](), ""),
        (CELLS["diagonal"](), ""),
    ],
    ids=["lstm", "bare", "peepholes", "gru", "before", "mgu", "janet", "minimal", "input", "rnn", "diagonal"],
)
def test_which_gate_keeps_the_state(cell: Cell, bias: str) -> None:
    assert keeping_bias(cell) == bias


@pytest.mark.parametrize("biases", [{"b_f": [1.0, 2.0, 1.0]}, {"b_f": ChronoBiases(9)}])
def test_a_time_of_one_bias_is_not_told_of_several(biases: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="all units have the same bias at that gate: b_f is not one number"):
        claim(HALF_LIFE, sg.lstm(width=3, steps=5, biases=biases))


def test_a_given_bias_that_all_units_share_is_one_number() -> None:
    assert (
        claim(HALF_LIFE, sg.lstm(width=2, steps=5, biases={"b_f": [1.0, 1.0]})).valued()
        == claim(HALF_LIFE, at(1)).valued()
    )
