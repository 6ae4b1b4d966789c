"""Strategies for Hypothesis: activations and small networks, to try claims of one's own on. Hypothesis loads on use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from ..activations import CATALOGUE, Activation, activation
from ..claims import Assumption
from ..networks import Network, mlp

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["activations", "networks"]

_COMMON = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "silu", "softplus")


def activations() -> SearchStrategy[Activation]:
    """Draw an activation of the catalogue; it shrinks towards the first one.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Of `Activation`.

    Raises
    ------
    ImportError
        If Hypothesis is not installed.

    Examples
    --------
    >>> from hypothesis import given
    >>> @given(activations())
    ... def test_every_activation_has_a_name(phi):
    ...     assert phi.name.isidentifier()
    >>> test_every_activation_has_a_name()
    """
    drawn: SearchStrategy[Activation] = _hypothesis().sampled_from(tuple(CATALOGUE)).map(activation)
    return drawn


def networks(*, max_width: int = 6, max_depth: int = 5, holding: Sequence[Assumption] = ()) -> SearchStrategy[Network]:
    """Draw a small multi-layer perceptron: Gaussian or given weights, with and without biases, unequal widths.

    Parameters
    ----------
    max_width : int, default 6
        Largest width of a layer; the smallest is 1.
    max_depth : int, default 5
        Largest number of layers; the smallest is 0.
    holding : sequence of Assumption, optional
        Only networks for which all of these certainly hold.

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
    st = _hypothesis()
    widths = st.lists(st.integers(1, max_width), min_size=1, max_size=max_depth + 1)
    drawn = st.builds(_drawn, _common(), widths, _variances(1), _variances(0))
    given = widths.filter(lambda sizes: len(sizes) > 1).flatmap(
        lambda sizes: st.builds(_given, _common(), _layers(sizes))
    )
    either: SearchStrategy[Network] = st.one_of(drawn, given) if max_depth else drawn
    return either.filter(lambda network: all(each.holds(network) for each in holding)) if holding else either


def _common() -> SearchStrategy[Activation]:
    """Those of the catalogue that networks are made of: of bounded slope, and quick to simulate."""
    drawn: SearchStrategy[Activation] = _hypothesis().sampled_from(_COMMON).map(activation)
    return drawn


def _drawn(phi: Activation, widths: list[int], weight_var: sp.Expr, bias_var: sp.Expr) -> Network:
    return mlp(widths=widths, activation=phi, weight_var=weight_var, bias_var=bias_var)


def _given(phi: Activation, layers: Sequence[tuple[Any, Any]]) -> Network:
    return mlp(activation=phi, weights=[w for w, _ in layers], biases=[b for _, b in layers])


def _variances(simplest: int) -> SearchStrategy[sp.Expr]:
    """Quarters from 0 to 4, so that exact arithmetic stays short; shrinks towards the simplest value."""
    others = _hypothesis().integers(0, 16).map(lambda quarters: sp.Rational(quarters, 4))
    either: SearchStrategy[sp.Expr] = _hypothesis().just(sp.Integer(simplest)) | others
    return either


def _layers(widths: list[int]) -> Any:
    st = _hypothesis()
    shapes = pairwise(widths)
    return st.tuples(*(st.tuples(_arrays((fan_out, fan_in)), _arrays((fan_out,))) for fan_in, fan_out in shapes))


def _arrays(shape: tuple[int, ...]) -> Any:
    """Quarters from -3 to 3: exact as floats, zeros and equal entries included, since those are the degenerate cases."""
    st = _hypothesis()
    size = int(np.prod(shape))
    entries = st.lists(st.integers(-12, 12), min_size=size, max_size=size)
    return entries.map(lambda quarters: np.array(quarters, dtype=np.float64).reshape(shape) / 4)


def _hypothesis() -> Any:
    try:
        from hypothesis import strategies
    except ImportError as error:
        raise ImportError("strategies need Hypothesis, which is not installed; pip install symgrad[testing]") from error
    return strategies
