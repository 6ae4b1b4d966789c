"""Strategies for cells and small recurrent networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...claims import Assumption
from ...networks import CELLS, Cell, GivenBiases, GivenWeights, Recurrence, RecurrentLayer, recurrence
from .drawing import arrays, hypothesis, variances
from .functions import bounded

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["cells", "recurrences"]


def cells() -> SearchStrategy[Cell]:
    """Draw a cell of the catalogue in any of its variants; it shrinks towards the vanilla one with the first activation.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Of `Cell`.

    Raises
    ------
    ImportError
        If Hypothesis is not installed.

    Examples
    --------
    >>> from hypothesis import given
    >>> @given(cells())
    ... def test_every_cell_has_a_state(cell):
    ...     assert cell.states
    >>> test_every_cell_has_a_state()
    """
    st = hypothesis()
    phis, either, rates = bounded(), st.booleans(), st.sampled_from((0.25, 0.5, 1))
    drawn: SearchStrategy[Cell] = st.one_of(
        st.builds(CELLS["rnn"], phis),
        st.builds(CELLS["leaky"], phis, rates),
        st.builds(CELLS["euler"], phis, rates),
        st.builds(CELLS["lstm"], forget_gate=either, peepholes=either),
        st.builds(CELLS["gru"], reset_after=either),
        st.builds(CELLS["janet"], st.sampled_from((0, 1))),
        st.sampled_from(("mgu", "minimalrnn", "input_gated")).map(lambda name: CELLS[name]()),
        st.builds(CELLS["diagonal"], is_complex=either),
    )
    return drawn


def recurrences(
    *,
    max_width: int = 4,
    max_steps: int = 5,
    holding: Sequence[Assumption] = (),
    cells: SearchStrategy[Cell] | None = None,
) -> SearchStrategy[Recurrence]:
    """Draw a small recurrent network: Gaussian or given weights, tied or fresh, with and without input, stacked or not.

    Parameters
    ----------
    max_width : int, default 4
        Largest width; the smallest is 1.
    max_steps : int, default 5
        Largest number of steps; the smallest is 0.
    holding : sequence of Assumption, optional
        Only networks for which all of these certainly hold.
    cells : hypothesis.strategies.SearchStrategy, optional
        Of the cells; by default all of the catalogue.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Of `Recurrence`. It shrinks towards fewer steps and units, one layer of fresh Gaussian weights, and no input.

    Raises
    ------
    ImportError
        If Hypothesis is not installed.
    ValueError
        If the largest width or number of steps leaves nothing to draw.

    Examples
    --------
    >>> from hypothesis import given
    >>> @given(recurrences(max_width=3))
    ... def test_steps_are_not_negative(network):
    ...     assert network.steps >= 0
    >>> test_steps_are_not_negative()
    """
    if max_width < 1 or max_steps < 0:
        raise ValueError(f"max_width = {max_width}, max_steps = {max_steps}: a width is at least 1, steps at least 0")
    st = hypothesis()
    chosen = _all_cells() if cells is None else cells
    sizes = {"width": st.integers(1, max_width), "steps": st.integers(0, max_steps)}
    noise = {"input_mean_square": variances(0), "state_mean_square": variances(0)}
    laws = {"weight_var": variances(1), "bias_var": variances(0), "tied": st.booleans(), "layers": st.integers(1, 2)}
    drawn = st.builds(recurrence, chosen, **sizes, **noise, **laws)
    given = st.tuples(chosen, sizes["width"]).flatmap(lambda pair: st.builds(Recurrence, _given(*pair), sizes["steps"]))
    either: SearchStrategy[Recurrence] = drawn | given
    return either.filter(lambda network: all(each.holds(network) for each in holding)) if holding else either


_all_cells = cells


def _given(cell: Cell, width: int) -> SearchStrategy[tuple[RecurrentLayer]]:
    """Draw one layer with given weights, as many inputs as units."""
    st = hypothesis()
    matrices = st.tuples(*(arrays((width, width)) for _ in (*cell.recurrent, *cell.inputs)))
    vectors = st.tuples(*(arrays((width,)) for _ in (*cell.biases, *cell.vectors)))
    found: SearchStrategy[tuple[RecurrentLayer]] = st.builds(
        lambda w, b: (_layer(cell, width, w, b),), matrices, vectors
    )
    return found


def _layer(cell: Cell, width: int, matrices: Sequence[Any], vectors: Sequence[Any]) -> RecurrentLayer:
    named = zip((*cell.recurrent, *cell.inputs), map(GivenWeights, map(np.asarray, matrices)), strict=True)
    biases = zip((*cell.biases, *map(str, cell.vectors)), map(GivenBiases, map(np.asarray, vectors)), strict=True)
    return RecurrentLayer(cell, width, width, tuple(named), tuple(biases))
