"""Saturation: the set on which the slope is smaller than a threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ..claims import (
    Always,
    Certified,
    Claim,
    Measurable,
    Quantity,
    Relation,
    Step,
    Tightness,
    TightnessKind,
    display,
    symbol,
)
from ..rigor import period, sublevel_set
from .numbers import exact_number

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["saturation"]

X = symbol("x")


def sublevel_union(expr: sp.Expr, level: sp.Expr) -> sp.Set:
    """Return the certified set on which an absolute value is below a level, as one SymPy set."""
    return sp.Union(*(sp.Interval.open(lower, upper) for lower, upper in sublevel_set(expr, X, level)))


def saturation(phi: Activation, eps: Any) -> Claim:
    """State where the slope is below a threshold.

    Parameters
    ----------
    phi : Activation
        Any activation.
    eps : number
        Positive; a float is read as the decimal it prints as.

    Returns
    -------
    Claim
        Its bound is a union of open intervals, kinks aside; of a periodic slope, those of one period around zero.

    Raises
    ------
    ValueError
        If the threshold is not positive.
    CannotEnclose
        If the set cannot be certified.

    Examples
    --------
    >>> import symgrad as sg
    >>> sg.activation("relu").saturation(0.1).bound
    Interval.open(-oo, 0)
    """
    level = exact_number("eps", eps)
    if not level.is_positive:
        raise ValueError(f"eps = {eps} is not positive; give one such as 1e-3")
    found = sublevel_union(phi.derivative, level)
    repeats = period(phi.derivative, X)
    where = "" if repeats is None else f" in one period of length {repeats}"
    step = Step(
        display(r"\{x : |\varphi'(x)| < \varepsilon\}"),
        Relation.EQ,
        found,
        f"the slope crosses {level} at the ends of these intervals and nowhere else{where}",
        Certified(sublevel_union, (phi.derivative, level)),
    )
    return Claim(
        "saturation_set_eq_sublevel_set_of_slope",
        phi.name,
        Quantity(Measurable.SATURATION_SET),
        Relation.EQ,
        found,
        Always(),
        (),
        (step,),
        phi.sources,
        Tightness(TightnessKind.EXACT, f"the whole set{where}, kinks aside"),
    )
