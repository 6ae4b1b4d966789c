"""Profile objects: the facts about an activation as JSON, by the contract of ``symgrad activation --json``."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..activations import GaussianMoments, Profile
from ..claims import Claim, define
from .numbers import JsonNumber, extremum_number, number, set_intervals

__all__ = ["profile_object"]


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
        "slope_sup": _extremum(profile.slope_sup, digits),
        "slope_inf": _extremum(profile.slope_inf, digits),
        "lipschitz": _extremum(profile.lipschitz, digits),
        "curvature_sup": _extremum(profile.curvature_sup, digits),
        "limits": _ends(profile.limits, digits),
        "slope_limits": _ends(profile.slope_limits, digits),
        "kinks": [{**number(at, digits), "declared_slope": number(slope, digits)} for at, slope in phi.kink_slopes],
        "odd": phi.odd,
        "even": phi.even,
        "monotone": phi.monotone,
        "bounded": phi.bounded,
        "saturation": None if profile.saturation is None else set_intervals(profile.saturation.bound, digits),
        "tail": phi.tail,
        "moments": [_moments(moments, digits) for moments in profile.moments],
    }


def _text(expr: sp.Expr | None) -> str | None:
    return None if expr is None else str(define(expr))


def _extremum(claim: Claim | None, digits: int) -> JsonNumber | None:
    return None if claim is None else extremum_number(claim, digits)


def _number(claim: Claim | None, digits: int) -> JsonNumber | None:
    return None if claim is None else number(claim.bound, digits)


def _ends(claims: tuple[Claim | None, Claim | None], digits: int) -> dict[str, JsonNumber | None]:
    names = "minus_infinity", "plus_infinity"
    return {name: _number(claim, digits) for name, claim in zip(names, claims, strict=True)}


def _moments(moments: GaussianMoments, digits: int) -> dict[str, JsonNumber | None]:
    return {
        "variance": number(moments.variance, digits),
        "value_mean": _number(moments.value_mean, digits),
        "value_mean_square": _number(moments.value_mean_square, digits),
        "slope_mean_square": _number(moments.slope_mean_square, digits),
    }
