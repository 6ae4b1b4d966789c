"""Strategies for small feed-forward networks, to try claims of one's own on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sympy as sp

from ...activations import Activation
from ...claims import Assumption
from ...networks import FORMS, Network, mlp, resnet
from .drawing import arrays, hypothesis, variances
from .functions import bounded

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["networks"]


def networks(
    *,
    max_width: int = 6,
    max_depth: int = 5,
    residual: bool = False,
    holding: Sequence[Assumption] = (),
    activations: SearchStrategy[Activation] | None = None,
) -> SearchStrategy[Network]:
    """Draw a small multi-layer perceptron: Gaussian or given weights, with and without biases, unequal widths.

    Parameters
    ----------
    max_width : int, default 6
        Largest width of a layer; the smallest is 1.
    max_depth : int, default 5
        Largest number of layers; the smallest is 0.
    residual : bool, default False
        Whether residual networks and networks with dropout are drawn as well; theorems about plain layers refuse them.
    holding : sequence of Assumption, optional
        Only networks for which all of these certainly hold.
    activations : hypothesis.strategies.SearchStrategy, optional
        Of the activations, such as ``activations(expressions=True)``. By default all of the catalogue whose slope is
        bounded where it exists: the others grow from layer to layer until they leave the range of floats.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Of `Network`. It shrinks towards fewer and narrower layers, fresh Gaussian weights and no biases.

    Raises
    ------
    ImportError
        If Hypothesis is not installed.
    ValueError
        If the largest width or depth leaves nothing to draw.

    Examples
    --------
    >>> from hypothesis import given
    >>> @given(networks(max_width=3))
    ... def test_depths_are_not_negative(network):
    ...     assert network.depth >= 0
    >>> test_depths_are_not_negative()
    """
    if max_width < 1 or max_depth < 0:
        raise ValueError(f"max_width = {max_width}, max_depth = {max_depth}: a width is at least 1, a depth at least 0")
    st = hypothesis()
    widths = st.lists(st.integers(1, max_width), min_size=1, max_size=max_depth + 1)
    phis = bounded() if activations is None else activations
    drawn = st.builds(_drawn, phis, widths, variances(1), variances(0))
    given = widths.filter(lambda sizes: len(sizes) > 1).flatmap(lambda sizes: st.builds(_given, phis, _layers(sizes)))
    kinds = [drawn, *([given] if max_depth else []), *(_with_shortcuts(phis, max_width, max_depth) if residual else [])]
    either: SearchStrategy[Network] = st.one_of(kinds)
    return either.filter(lambda network: all(each.holds(network) for each in holding)) if holding else either


def _drawn(phi: Activation, widths: list[int], weight_var: sp.Expr, bias_var: sp.Expr) -> Network:
    return mlp(widths=widths, activation=phi, weight_var=weight_var, bias_var=bias_var)


def _with_shortcuts(
    phis: SearchStrategy[Activation], max_width: int, max_depth: int
) -> tuple[SearchStrategy[Network], ...]:
    """Residual networks of each form, and any network with dropout."""
    st = hypothesis()
    sizes = st.integers(1, max_width), st.integers(0, max_depth)
    spread = variances(1), variances(0)
    dropout = st.sampled_from((sp.S.Zero, sp.Rational(1, 4), sp.Rational(1, 2)))
    forms, scales = st.sampled_from(tuple(FORMS)), st.sampled_from((1, sp.Rational(1, 2), -2, 0))
    options = {"form": forms, "branch_scale": scales, "dropout": dropout}
    return st.builds(resnet, *sizes, phis, *spread, **options), st.builds(mlp, *sizes, phis, *spread, dropout=dropout)


def _given(phi: Activation, layers: Sequence[tuple[Any, Any]]) -> Network:
    return mlp(activation=phi, weights=[w for w, _ in layers], biases=[b for _, b in layers])


def _layers(widths: list[int]) -> Any:
    st = hypothesis()
    shapes = pairwise(widths)
    return st.tuples(*(st.tuples(arrays((fan_out, fan_in)), arrays((fan_out,))) for fan_in, fan_out in shapes))
