"""Diagonals: hypotheses on linear recurrences whose units are each multiplied by a number."""

from __future__ import annotations

from dataclasses import replace

from ...claims import (
    Assumption,
    Holding,
    no,
    unknown,
    yes,
)
from ...networks import CELLS, Recurrence, RingEigenvalues
from .keeping_gates import bias_number

__all__ = [
    "COMPLEX_DIAGONAL",
    "INNER_RING",
    "ONE_STABLE_EIGENVALUE",
    "REAL_DIAGONAL",
    "RING_LAW",
    "ring_law",
]


def _complex(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    return yes("each unit is a complex number") if cell == CELLS["diagonal"]() else no(f"the cell is {cell.name}")


def _real(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    return (
        yes("each unit is a number") if cell == CELLS["diagonal"](is_complex=False) else no(f"the cell is {cell.name}")
    )


def ring_law(network: Recurrence) -> RingEigenvalues | None:
    """Return the law of eigenvalues on a ring, or None if they have another."""
    real, imaginary = (network.layers[0].vector(name) for name in "pq")
    if not isinstance(real, RingEigenvalues) or real.is_imaginary:
        return None
    return real if imaginary == replace(real, is_imaginary=True) else None


def _on_a_ring(network: Recurrence) -> Holding:
    law = ring_law(network)
    return no("eigenvalues have another law") if law is None else yes(law.words)


def _inside(network: Recurrence) -> Holding:
    law = ring_law(network)
    inside = law is not None and law.largest < 1
    return yes("the ring lies inside the unit circle") if inside else no("the ring touches the unit circle")


def _one_eigenvalue(network: Recurrence) -> Holding:
    number = bias_number(network.layers[0], "p")
    if number is None:
        return no("units have several eigenvalues, or random ones")
    below = (1 - number**2).is_positive
    if below:
        return yes(f"it is {number}")
    return unknown(f"{number} may lie outside") if below is None else no(f"{number} is not inside the unit circle")


COMPLEX_DIAGONAL = Assumption(
    "complex_diagonal", "each unit is multiplied by a complex number", r"x_t=\lambda x_{t-1}+Wu_t", _complex
)
REAL_DIAGONAL = Assumption(
    "real_diagonal",
    "each unit is multiplied by a real number",
    r"x_t=\lambda x_{t-1}+Wu_t,\ \lambda\in\mathbb{R}",
    _real,
)
RING_LAW = Assumption(
    "ring_law", "eigenvalues are drawn evenly from a ring", r"|\lambda|^2\sim U[r_-^2,r_+^2]", _on_a_ring
)
INNER_RING = Assumption("inner_ring", "no eigenvalue has absolute value 1", "r_+<1", _inside)
ONE_STABLE_EIGENVALUE = Assumption(
    "one_stable_eigenvalue",
    "all units have the same eigenvalue inside the unit circle",
    r"|\lambda|<1",
    _one_eigenvalue,
)
