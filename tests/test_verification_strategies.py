"""Strategies: they draw from all of the catalogue and what users write, and only what fits."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import symgrad as sg
from symgrad.activations import CATALOGUE
from symgrad.claims import Assumption, no, yes
from symgrad.networks import CELLS, Cell, GivenBiases, Network, Recurrence
from symgrad.verification.strategies import activations, cells, networks, recurrences

NAMES = {row.name for row in CATALOGUE.values()}
UNBOUNDED = {"exponential", "gcu", "hermite", "monomial", "relu_squared"}  # whose slopes grow without end
STEADY = settings(max_examples=40, derandomize=True, deadline=None, database=None)


def names_of(network: Network) -> set[str]:
    return {phi.name for phi in network.activations}


def test_every_activation_of_bounded_slope_is_drawn_and_no_other() -> None:
    """300 draws see most of the 54; the seed is fixed, but Hypothesis likes to draw the same again."""
    seen: set[str] = set()

    @settings(STEADY, max_examples=300, suppress_health_check=list(HealthCheck))
    @given(networks(max_width=1, max_depth=1).filter(lambda network: network.depth > 0))
    def draw(network: Network) -> None:
        seen.update(names_of(network))

    draw()
    assert seen <= NAMES - UNBOUNDED
    assert len(seen) > 35


@STEADY
@given(activations(expressions=True), st.floats(-3, 3).filter(lambda x: abs(x * 64 - round(x * 64)) > 1e-3))
def test_every_activation_that_is_drawn_has_the_slope_of_a_difference(phi: sg.Activation, x: float) -> None:
    """Central differences with h = 1e-5: off by h^2 f'''/6, and by a rounding of 1e-16 |f|/h; siren has f''' = 27000."""
    h = 1e-5
    kinks = [abs(x - float(kink)) for kink in phi.kinks]
    if min(kinks, default=math.inf) > h:
        found = (phi(x + h) - phi(x - h)) / (2 * h)
        assert abs(found - phi.slope(x)) <= 1e-6 * (1 + abs(phi(x)) + abs(phi.slope(x)))


def test_expressions_are_drawn_where_asked_for() -> None:
    few = settings(STEADY, max_examples=30, suppress_health_check=list(HealthCheck))
    phi = find(activations(expressions=True), lambda phi: phi.name not in NAMES, settings=few)
    assert phi.lipschitz.bound is not None
    with pytest.raises(NoSuchExample):
        find(activations(), lambda phi: phi.name not in NAMES, settings=few)


def test_networks_take_activations_of_the_callers_choice() -> None:
    chosen = networks(max_width=2, max_depth=1, activations=st.just(sg.activation("exponential")))
    drawn = find(chosen, lambda network: network.depth == 1, settings=settings(STEADY))
    assert names_of(drawn) == {"exponential"}


# ---------------------------------------------------------------------------------------------------- recurrent ones

DRAWN = settings(STEADY, max_examples=150, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def test_every_cell_is_drawn() -> None:
    seen: set[str] = set()

    @DRAWN
    @given(cells())
    def draw(cell: Cell) -> None:
        seen.add(cell.name)

    draw()
    others = {CELLS["gru"](reset_after=False).name, CELLS["diagonal"](is_complex=False).name}
    assert seen == others | {build().name for build in CELLS.values()}


def test_recurrent_networks_of_every_kind_are_drawn() -> None:
    """All ten kinds are common; of 150 draws a kind of probability 1/10 is missed once in seven million times."""
    seen: set[str] = set()

    @DRAWN
    @given(recurrences(cells=st.just(CELLS["gru"]())))
    def draw(network: Recurrence) -> None:
        seen.add("tied" if network.tied else "fresh")
        seen.add("stacked" if len(network.layers) == 2 else "one layer")
        seen.add("given" if isinstance(network.layers[0].vectors[0][1], GivenBiases) else "drawn")
        seen.add("driven" if network.inputs.mean_square else "no input")
        seen.add("steps" if network.steps else "no steps")

    draw()
    assert seen == {
        "tied",
        "fresh",
        "stacked",
        "one layer",
        "given",
        "drawn",
        "driven",
        "no input",
        "steps",
        "no steps",
    }


def test_recurrent_networks_keep_what_they_are_to_hold() -> None:
    fresh = Assumption("fresh", "weights are fresh", "", lambda network: no("tied") if network.tied else yes("fresh"))
    few = settings(DRAWN, max_examples=30)
    with pytest.raises(NoSuchExample):
        find(recurrences(holding=[fresh], cells=st.just(CELLS["lstm"]())), lambda network: network.tied, settings=few)


@pytest.mark.parametrize("sizes", [{"max_width": 0}, {"max_steps": -1}])
def test_sizes_that_leave_nothing_to_draw_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a width is at least 1, steps at least 0"):
        recurrences(**sizes)
