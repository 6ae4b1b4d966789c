"""Random recurrent networks: Wick sums against a list of all pairings, tied against fresh weights, and the mean field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import Outcome, Strength, symbol
from symgrad.networks import Recurrence
from symgrad.theorems import claim, second_moment_of_power
from symgrad.theorems.recurrences.unrollings import unrolled
from symgrad.theorems.recurrences.wick_sums import wick_coefficients, wick_sum

WIDTH = symbol("width")
TIED = "mean_square_gradient_eq_wick_sum_of_tied_weights"
FRESH = "mean_square_gradient_eq_pow_weight_var_of_fresh_weights"
WIDE = "mean_square_gradient_tendsto_pow_mean_square_gain_over_time"

# ------------------------------------------------------------------------------------------------------------ Wick sums


def pairings(items: list[int]) -> Iterator[list[tuple[int, int]]]:
    if not items:
        yield []
        return
    first, *rest = items
    for place, other in enumerate(rest):
        for left in pairings(rest[:place] + rest[place + 1 :]):
            yield [(first, other), *left]


def loops(pairing: list[tuple[int, int]], power: int) -> int:
    """Count index classes that no end of the chain holds: letters sit between indices 0 to 2T, and reach u at both ends.

    The chain is ``u G^T ... G^T G ... G u``; letter k stands between the indices k and k + 1, and the row of a transposed
    one is the index at its right.
    """
    parent = list(range(2 * power + 1))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    def row_and_column(letter: int) -> tuple[int, int]:
        return (letter + 1, letter) if letter < power else (letter, letter + 1)

    for one, other in pairing:
        for i, j in zip(row_and_column(one), row_and_column(other), strict=True):
            parent[root(i)] = root(j)
    classes = {root(i) for i in range(2 * power + 1)}
    return len(classes - {root(0), root(2 * power)})


@pytest.mark.parametrize("power", range(6))
def test_wick_sums_against_a_list_of_all_pairings(power: int) -> None:
    counted = Counter(loops(pairing, power) for pairing in pairings(list(range(2 * power))))
    assert wick_coefficients(power) == counted


# From a list of all two million pairings of T = 8, in one over the width; computed elsewhere, by another program.
LISTED = {
    6: {0: 1, 2: 118, 3: 314, 4: 2426, 5: 3880, 6: 3656},
    7: {0: 1, 2: 204, 3: 748, 4: 9046, 5: 25512, 6: 58312, 7: 41312},
    8: {0: 1, 2: 328, 3: 1556, 4: 27184, 5: 116900, 6: 470832, 7: 800624, 8: 609600},
}


@pytest.mark.parametrize("power", LISTED)
def test_longer_wick_sums_against_a_published_table(power: int) -> None:
    assert wick_coefficients(power) == {power - k: count for k, count in LISTED[power].items()}


def test_at_width_one_all_moments_of_a_normal_number_come_out() -> None:
    """E w^(2T) = (2T - 1)!!."""
    for power in range(1, 10):
        assert wick_sum(power).subs(WIDTH, 1) == sp.factorial2(2 * power - 1)


def test_the_moment_of_a_power_is_certified_and_refuses_what_is_out_of_range() -> None:
    found = second_moment_of_power(3)
    assert found.replay() is Strength.CERTIFIED
    wrong = replace(found.derivation[1], after=found.bound + 1)
    assert wrong.replay() is Strength.BROKEN
    for power in (-1, 11, sp.Rational(1, 2)):
        with pytest.raises(ValueError, match=r"power = .* is out of range; give an integer from 0 to 10"):
            second_moment_of_power(power)


# -------------------------------------------------------------------------------------------------- tied against fresh


def linear(**options: object) -> Recurrence:
    return sg.rnn(activation="identity", **options)


def test_many_draws_tell_tied_from_fresh_weights() -> None:
    """At width 4 over 2 steps the tied mean is 9/8; 400 draws, as every theorem gets, do not tell that from 1."""
    tied, fresh = linear(width=4, steps=2), linear(width=4, steps=2, tied=False)
    for own, other in ((tied, fresh), (fresh, tied)):
        sample = sg.simulate(own, "mean_square_gradient", trials=10_000, rng=1)
        made, foreign = (claim(TIED if net.tied else FRESH, net) for net in (own, other))
        assert sg.verify(made, sample).outcome in (Outcome.CONSISTENT, Outcome.PROVED)
        guess = replace(foreign, derivation=(), premises=())  # proved of another network, and a guess about this one
        assert sg.verify(guess, sample).outcome is Outcome.REFUTED


def test_the_sum_against_powers_of_drawn_matrices() -> None:
    """Naive: 20 000 matrices of width 10 to the fourth power; the mean is 1.3128, fresh ones have 1."""
    rng = np.random.default_rng(5)
    matrix, vector = rng.normal(0, 10**-0.5, (20_000, 10, 10)), np.zeros((20_000, 10, 1))
    vector[:, 0] = 1
    squares = ((matrix @ (matrix @ (matrix @ (matrix @ vector)))) ** 2).sum((1, 2))
    expected = float(second_moment_of_power(4).bound.subs(WIDTH, 10))
    # Four standard errors: a mean of skewed numbers errs once in some thousand times, and the seed is fixed.
    assert squares.mean() == pytest.approx(expected, abs=4 * squares.std() / 20_000**0.5)
    assert expected == pytest.approx(1.3128)


@pytest.mark.parametrize(
    ("name", "net", "words"),
    [
        (FRESH, linear(width=4, steps=3), "one matrix serves all steps, as in every recurrent network that is trained"),
        (TIED, linear(width=4, steps=3, tied=False), "every step has weights of its own"),
        (TIED, linear(width=4, steps=30), "there are 30 steps, whose pairings are too many"),
        (TIED, linear(width=4, steps=sp.Symbol("T", integer=True, nonnegative=True)), "is a symbol; give it a number"),
        (TIED, sg.rnn(width=4, steps=3, activation="relu"), "the units are relu, not linear"),
        (WIDE, sg.rnn(width=4, steps=0), "there is no step"),
        (WIDE, sg.rnn(width=4, steps=3, biases={"b": 1}), "there is a bias 1"),
        (WIDE, sg.rnn(width=1, steps=2, inputs=[[1.0], [2.0]]), "the inputs are given"),
        (WIDE, sg.rnn(width=4, steps=sp.Symbol("T", integer=True, nonnegative=True)), "may be 0"),
    ],
)
def test_refusals_say_why(name: str, net: Recurrence, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        claim(name, net)


# -------------------------------------------------------------------------------------------------------- the mean field


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("activation", ["sigmoid", "gelu", "relu"])
def test_the_mean_field_needs_no_odd_activation(activation: str, tied: bool) -> None:
    """Sigmoid, GELU and ReLU are not odd, and their states are not centred: over a few steps the limit is the same."""
    net = sg.rnn(width=128, steps=3, activation=activation, weight_var=2, bias_var=0.5, tied=tied)
    made = claim(WIDE, net)
    assert sg.assert_holds(made, net, trials=600, rng=2).outcome is Outcome.CONSISTENT
    with pytest.raises(AssertionError, match="is refuted"):  # without what biases add, 4 to 15 per cent in each step
        sg.assert_holds(without_biases(net), net, trials=600, rng=2)


def without_biases(net: Recurrence) -> sg.Claim:
    made, other = claim(WIDE, net), claim(WIDE, sg.rnn(width=128, steps=3, activation="tanh", weight_var=2))
    return replace(made, values=other.values)


def test_the_states_of_unrolled_layers_are_those_of_the_steps() -> None:
    """Variances by a naive loop over one matrix, at width 1000: fluctuations are of the order of one in thirty."""
    net = sg.rnn(width=1000, steps=4, weight_var=2, bias_var=0.25, input_mean_square=0.5, state_mean_square=2)
    twin = unrolled(net)
    rng = np.random.default_rng(0)
    recurrent, inputs = rng.normal(0, (2 / 1000) ** 0.5, (1000, 1000)), rng.normal(0, 1000**-0.5, (1000, 1000))
    bias, state = rng.normal(0, 0.5, 1000), rng.normal(0, 2**0.5, 1000)
    for steps in range(1, 5):
        drawn = recurrent @ state + inputs @ rng.normal(0, 0.5**0.5, 1000) + bias
        state = np.tanh(drawn)
        limit = claim("preactivation_var_tendsto_variance_map", twin.after(0) if steps == 4 else shorter(net, steps))
        assert drawn @ drawn / 1000 == pytest.approx(float(limit.valued()), rel=0.2)


def shorter(net: Recurrence, steps: int) -> sg.Network:
    return unrolled(net.with_steps(steps))


def test_a_wide_network_of_many_steps_gets_its_number() -> None:
    net = sg.rnn(width=500, steps=1000, gain=1.5, input_mean_square=0, state_mean_square=1)
    exponent = sg.theorems.lyapunov_exponent("tanh", 1.5).bound.evalf(15)
    # A thousand steps at the rate of the fixed point, of which the first dozens are a little off it.
    assert float(claim(WIDE, net).log) / 2000 == pytest.approx(float(exponent), rel=0.02)


# ------------------------------------------------------------------------------------------------------------ the edge

EDGE = "jacobian_norm_tendsto_fuss_catalan_edge"


@pytest.mark.parametrize("steps", [1, 2, 5, 20])
def test_the_edge_is_where_fuss_catalan_numbers_grow(steps: int) -> None:
    """The ratio of neighbouring moments tends to the square of the edge, off by a part of 3/(2k) at index k."""
    found = float(claim(EDGE, linear(width=4, steps=steps)).valued()) ** 2
    assert fuss_ratio(steps, 10**6) == pytest.approx(found, rel=2e-6)
    # sqrt(e (T + 1/2)) is off by a part of 1/(48 T^2) and less than twice that
    assert found == pytest.approx(np.e * (steps + 0.5), rel=1 / (12 * steps**2))


def fuss_ratio(steps: int, k: int) -> float:
    """The quotient of the moments k + 1 and k, factor by factor: binomials of neighbours share nearly all factors."""
    upper = np.prod([((steps + 1) * k + j) / (k * (steps + 1)) for j in range(1, steps + 2)]) * (steps + 1) ** (
        steps + 1
    )
    lower = np.prod([(steps * k + j) / (k * steps) for j in range(1, steps + 1)]) * float(steps) ** steps
    return float(upper / lower * (k / (k + 1)) * (steps * k + 1) / (steps * (k + 1) + 1))


@pytest.mark.parametrize("tied", [True, False])
def test_the_edge_is_that_of_tied_and_of_fresh_weights(tied: bool) -> None:
    net = linear(width=128, steps=3, weight_var=2, tied=tied)
    assert sg.assert_holds(claim(EDGE, net), net, trials=100, rng=1).outcome is Outcome.CONSISTENT


# ------------------------------------------------------------------------------------------------------------- leaks

LEAKY = "mean_square_gradient_eq_pow_of_fresh_kept_state"


def test_a_leak_makes_tied_and_fresh_weights_differ_at_once() -> None:
    """At rate 1/2 and gain 1 fresh weights say (1/4 + 1/4)^T; one matrix has over four times that after 4 steps."""
    fresh, tied = (linear(width=32, steps=4, leak=0.5, tied=each) for each in (False, True))
    made = claim(LEAKY, fresh)
    assert made.valued() == sp.Rational(1, 16)
    with pytest.raises(ValueError, match="one matrix serves all steps"):
        claim(LEAKY, tied)
    sample = sg.simulate(tied, "mean_square_gradient", trials=1000, rng=4)
    assert sg.verify(replace(made, derivation=()), sample).outcome is Outcome.REFUTED
    # The limit of one matrix is the sum of squared binomials, sum C(4, k)^2 / 2^8 = C(8, 4)/2^8; at width 32, up to 5 %
    mean = np.exp(np.asarray(sample.at(0))).mean()
    assert mean == pytest.approx(float(sp.binomial(8, 4)) / 2**8, rel=0.15)
