"""Strategies for Hypothesis: activations and small networks, to try claims of one's own on. Hypothesis loads on use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from ..activations import CATALOGUE, Activation, activation
from ..claims import Assumption, symbol
from ..networks import FORMS, Network, mlp, resnet

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["activations", "networks"]

X = symbol("x")
_NAMES = tuple(dict.fromkeys(row.name for row in CATALOGUE.values()))
_OUTSIDE = (-2, -1, -sp.Rational(1, 2), sp.Rational(1, 2), 1, 2)  # factors of a function, and of its argument
_ADDED = (0, 1, -1, sp.Rational(1, 4))


def activations(*, expressions: bool = False) -> SearchStrategy[Activation]:
    """Draw an activation of the catalogue; it shrinks towards the first one.

    Parameters
    ----------
    expressions : bool, default False
        Whether expressions are drawn as well, such as ``2*tanh(x/2 - 1) + x/4``: of each all facts have to be derived.

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
    st = _hypothesis()
    named: SearchStrategy[Activation] = st.sampled_from(_NAMES).map(activation)
    if not expressions:
        return named
    parts = st.sampled_from(_OUTSIDE), st.sampled_from(_OUTSIDE), st.sampled_from(_ADDED), st.sampled_from(_ADDED)
    drawn: SearchStrategy[Activation] = st.builds(_written, named, *parts)
    return named | drawn


def _written(phi: Activation, outer: sp.Expr, inner: sp.Expr, shift: sp.Expr, linear: sp.Expr) -> Activation:
    """Return a scaled and shifted activation and a multiple of x, as a user would write it."""
    return activation(outer * phi.expression.subs(X, inner * X + shift) + linear * X)


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
    st = _hypothesis()
    widths = st.lists(st.integers(1, max_width), min_size=1, max_size=max_depth + 1)
    phis = _bounded() if activations is None else activations
    drawn = st.builds(_drawn, phis, widths, _variances(1), _variances(0))
    given = widths.filter(lambda sizes: len(sizes) > 1).flatmap(lambda sizes: st.builds(_given, phis, _layers(sizes)))
    kinds = [drawn, *([given] if max_depth else []), *(_with_shortcuts(phis, max_width, max_depth) if residual else [])]
    either: SearchStrategy[Network] = st.one_of(kinds)
    return either.filter(lambda network: all(each.holds(network) for each in holding)) if holding else either


def _bounded() -> SearchStrategy[Activation]:
    """Return those of the catalogue that a deep network can be simulated with."""
    return activations().filter(lambda phi: bool(phi.slope_sup.bound.is_finite and phi.slope_inf.bound.is_finite))


def _drawn(phi: Activation, widths: list[int], weight_var: sp.Expr, bias_var: sp.Expr) -> Network:
    return mlp(widths=widths, activation=phi, weight_var=weight_var, bias_var=bias_var)


def _with_shortcuts(
    phis: SearchStrategy[Activation], max_width: int, max_depth: int
) -> tuple[SearchStrategy[Network], ...]:
    """Residual networks of each form, and any network with dropout."""
    st = _hypothesis()
    sizes, variances = (st.integers(1, max_width), st.integers(0, max_depth)), (_variances(1), _variances(0))
    dropout = st.sampled_from((sp.S.Zero, sp.Rational(1, 4), sp.Rational(1, 2)))
    forms, scales = st.sampled_from(tuple(FORMS)), st.sampled_from((1, sp.Rational(1, 2), -2, 0))
    options = {"form": forms, "branch_scale": scales, "dropout": dropout}
    return st.builds(resnet, *sizes, phis, *variances, **options), st.builds(
        mlp, *sizes, phis, *variances, dropout=dropout
    )


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
