"""Strategies for activations: those of the catalogue, and expressions that users write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ...activations import CATALOGUE, Activation, activation
from ...claims import symbol
from .drawing import hypothesis

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["activations", "bounded"]

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
    st = hypothesis()
    named: SearchStrategy[Activation] = st.sampled_from(_NAMES).map(activation)
    if not expressions:
        return named
    parts = st.sampled_from(_OUTSIDE), st.sampled_from(_OUTSIDE), st.sampled_from(_ADDED), st.sampled_from(_ADDED)
    drawn: SearchStrategy[Activation] = st.builds(_written, named, *parts)
    return named | drawn


def _written(phi: Activation, outer: sp.Expr, inner: sp.Expr, shift: sp.Expr, linear: sp.Expr) -> Activation:
    """Return a scaled and shifted activation and a multiple of x, as a user would write it."""
    return activation(outer * phi.expression.subs(X, inner * X + shift) + linear * X)


def bounded() -> SearchStrategy[Activation]:
    """Return those of the catalogue that a deep network can be simulated with."""
    return activations().filter(lambda phi: bool(phi.slope_sup.bound.is_finite and phi.slope_inf.bound.is_finite))
