"""Rates: what one step of a vanilla recurrence contributes to a worst case, in symbols and for the network at hand."""

from __future__ import annotations

from functools import cache

import sympy as sp

from ...claims import Claim, Measurable, Norm, Quantity, symbol
from ...networks import (
    AntisymmetricWeights,
    DrawnWeights,
    GaussianWeights,
    GivenWeights,
    IdentityWeights,
    MatrixLaw,
    OrthogonalWeights,
    Recurrence,
)
from ...rigor import smallest_singular_value
from ..rates import FAILURE, given_norm, law_norm
from ..weight_norms import gaussian_norm_claim, limited_norm_claim

__all__ = [
    "RECURRENT_NORMS",
    "has_random_norm",
    "largest_slope",
    "least_stretch",
    "recurrent_law",
    "recurrent_norm",
    "recurrent_norm_premise",
    "smallest_slope",
    "state_bound",
    "worst_case_rate",
]

RECURRENT_NORMS: dict[Norm, sp.Symbol] = {
    Norm.SPECTRAL: symbol("recurrent_norm"),
    Norm.ONE: symbol("recurrent_norm_one"),
    Norm.INF: symbol("recurrent_norm_inf"),
}


def recurrent_law(network: Recurrence) -> MatrixLaw:
    """Return the law of the one recurrent matrix of a vanilla network of one layer."""
    (law,) = network.layers[0].recurrent
    return law


def largest_slope(network: Recurrence) -> sp.Expr:
    """Return the largest slope of the one activation of a vanilla network."""
    (phi,) = network.activations
    return phi.lipschitz.bound


def _draws(network: Recurrence) -> sp.Expr:
    """How many matrices are drawn: a union bound runs over the steps only where each has a matrix of its own."""
    return sp.S.One if network.tied else symbol("steps")


def has_random_norm(network: Recurrence) -> bool:
    """Say whether the norm of the recurrent weights stays below a number with some probability only."""
    return isinstance(recurrent_law(network), GaussianWeights) and not network.steps.is_zero


def recurrent_norm(network: Recurrence, norm: Norm) -> sp.Expr:
    """Return a norm of the recurrent weights, or what it stays below, in all steps together where they are fresh.

    Raises a ValueError for random antisymmetric weights, of which no such number is known here.
    """
    law, width = recurrent_law(network), network.layers[0].width
    if isinstance(law, IdentityWeights):
        return sp.Abs(law.gain)
    if isinstance(law, AntisymmetricWeights):
        raise ValueError(f"what the norm of {law.words} stays below is not known; give the weights")
    return law_norm(law, (width, width), norm, _draws(network))


def least_stretch(network: Recurrence) -> sp.Expr:
    """Return the smallest singular value of the recurrent weights, or a certified number just below it.

    Raises a ValueError for weights of which it can be anything: independent entries.
    """
    law = recurrent_law(network)
    if isinstance(law, IdentityWeights):
        return sp.Abs(law.gain)
    if isinstance(law, OrthogonalWeights):
        return sp.sqrt(law.weight_var)
    if not isinstance(law, GivenWeights):
        raise ValueError(f"the smallest singular value of {law.words} can be as small as zero; give the weights")
    if law.array.size == 1:
        return given_norm(law, Norm.SPECTRAL)
    return _certified_least(law)


def state_bound(network: Recurrence) -> sp.Expr:
    """Return what the norm of a state never exceeds: the largest value of the activation, or the start, in every unit."""
    (phi,) = network.activations
    largest = sp.Max(*(sp.Abs(end.value) for end in phi.value_range), sp.sqrt(network.state_mean_square))
    return sp.sqrt(network.layers[0].width) * largest


@cache
def _certified_least(law: GivenWeights) -> sp.Expr:
    return smallest_singular_value(law.array).lower


def smallest_slope(network: Recurrence) -> sp.Expr:
    """Return the infimum of the slope of the one activation in absolute value, where its slopes have one sign."""
    (phi,) = network.activations
    return sp.Max(0, phi.slope_inf.bound, -phi.slope_sup.bound)


def recurrent_norm_premise(network: Recurrence, norm: Norm) -> tuple[Claim, ...]:
    """Return the claim that a bound by drawn weights rests on; none for weights whose norm is computed."""
    law, width = recurrent_law(network), network.layers[0].width
    if not isinstance(law, DrawnWeights):
        return ()
    quantity = Quantity(Measurable.RECURRENT_NORM, norm=norm).in_time()
    if not isinstance(law, GaussianWeights):
        return (limited_norm_claim(quantity, law, (width, width)),)
    if not has_random_norm(network):
        return ()
    return (gaussian_norm_claim(quantity, law, (width, width), _draws(network), str(network)),)


def worst_case_rate(network: Recurrence) -> sp.Expr:
    """Return the number that one step contributes at most to the spectral norm of the Jacobian."""
    product = largest_slope(network) * recurrent_norm(network, Norm.SPECTRAL)
    return product.xreplace({symbol("steps"): network.steps, symbol("failure_probability"): FAILURE})
