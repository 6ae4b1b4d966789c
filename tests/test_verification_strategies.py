"""Strategies: they draw from all of the catalogue and what users write, and only what fits."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import symgrad as sg
from symgrad.activations import CATALOGUE
from symgrad.networks import Network
from symgrad.verification.strategies import activations, networks

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
