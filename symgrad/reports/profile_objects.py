"""Profile objects: the facts about an activation as JSON, by the contract of ``symgrad activation --json``."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..activations import Duals, GaussianMoments, Profile
from ..activations.regularities import Regularity
from ..claims import Claim, define
from ..rigor import Extremum, TailLaw
from .numbers import JsonNumber, extremum_number, number, reached_number, set_intervals, set_places
from .profile_facts import size_at

__all__ = ["profile_object"]

_ROUGH = 6  # digits of the constants of a tail
_ENDS = ("minus_infinity", "plus_infinity")
_MOMENTS = (
    "value_mean",
    "value_mean_square",
    "slope_mean",
    "slope_mean_square",
    "slope_fourth_moment",
    "value_curvature_mean",
)


def profile_object(profile: Profile) -> dict[str, Any]:
    """Return what ``symgrad activation --json`` prints.

    Parameters
    ----------
    profile : Profile
        The facts.

    Returns
    -------
    dict
        Expressions as SymPy text in SymPy's own functions, numbers as objects, null for what could not be derived.
    """
    phi, digits = profile.activation, profile.digits
    return {
        "name": phi.name,
        "expression": _text(phi.expression),
        "derivative": _text(phi.derivative),
        "derivative_in_terms_of_value": _text(phi.derivative_in_terms_of_value),
        "second_derivative": _text(phi.second_derivative),
        "slope_sup": _extremum(profile.slope_sup, digits),
        "slope_inf": _extremum(profile.slope_inf, digits),
        "lipschitz": _extremum(profile.lipschitz, digits),
        "curvature_sup": _extremum(profile.curvature_sup, digits),
        "limits": _ends(profile.limits, digits),
        "slope_limits": _ends(profile.slope_limits, digits),
        "value_inf": _value(profile.value_inf, digits),
        "value_sup": _value(profile.value_sup, digits),
        "zeros": None if profile.zero_set is None else set_places(profile.zero_set, digits),
        "kinks": [{**number(at, digits), "declared_slope": number(slope, digits)} for at, slope in phi.kink_slopes],
        "odd": phi.odd,
        "even": phi.even,
        "monotone": phi.monotone,
        "bounded": phi.bounded,
        "saturation": None if profile.saturation is None else set_intervals(profile.saturation.bound, digits),
        "regularity": None if phi.free_symbols else _regularity(phi.regularity, digits),
        "tail": phi.tail,
        "tail_laws": dict(zip(_ENDS, (_tail_law(law, digits) for law in phi.tail_laws), strict=True)),
        "moments": [_moments(moments, digits) for moments in profile.moments],
    }


def _text(expr: sp.Expr | None) -> str | None:
    return None if expr is None else str(define(expr))


def _extremum(claim: Claim | None, digits: int) -> JsonNumber | None:
    return None if claim is None else extremum_number(claim, digits)


def _number(claim: Claim | None, digits: int) -> JsonNumber | None:
    return None if claim is None else number(claim.bound, digits)


def _ends(claims: tuple[Claim | None, Claim | None], digits: int) -> dict[str, JsonNumber | None]:
    return {name: _number(claim, digits) for name, claim in zip(_ENDS, claims, strict=True)}


def _value(found: Extremum | None, digits: int) -> JsonNumber | None:
    return None if found is None else reached_number(found.value, found.attained_at, found.approached_at, digits)


def _regularity(found: Regularity, digits: int) -> dict[str, Any]:
    """Say how many derivatives are continuous, -1 for none not even the function; null if all that were compared."""
    return {
        "latex": found.latex,
        "continuous_derivatives": found.order,
        "last_is_lipschitz": found.lipschitz,
        "analytic": found.analytic,
        "jumps": [number(jump.point, digits) for jump in found.jumps],
    }


def _tail_law(law: TailLaw | None, digits: int) -> dict[str, Any] | None:
    """Say that ``lower * size <= slope - limit <= upper * size`` from a point on, ``size`` being text in ``|x|``."""
    if law is None:
        return None
    lower, upper = (number(sp.Rational(end), digits) for end in law.constants.decimals(_ROUGH))
    return {
        "limit": number(law.limit, digits),
        "size": str(size_at(law)),
        "coefficient": None if law.coefficient is None else number(law.coefficient, digits),
        "lower": lower,
        "upper": upper,
        "beyond": law.beyond,
    }


def _moments(moments: GaussianMoments, digits: int) -> dict[str, Any]:
    found = {name: _number(getattr(moments, name), digits) for name in _MOMENTS}
    return {
        "variance": number(moments.variance, digits),
        **found,
        "gains": {"forward": _number(moments.forward_gain, digits), "backward": _number(moments.backward_gain, digits)},
        "duals": [_duals(each, digits) for each in moments.duals],
    }


def _duals(duals: Duals, digits: int) -> dict[str, JsonNumber | None]:
    found = {"value_dual": _number(duals.value, digits), "slope_dual": _number(duals.slope, digits)}
    return {"covariance": number(duals.covariance, digits), **found}
