"""Margins: slack and power of a verdict as people read them, each number with what it counts."""

from __future__ import annotations

import math

from ..claims import Unit, Verdict
from .amounts import amount, amount_latex
from .documents import Cell, Math, Text

__all__ = ["power_cell", "slack_cell"]

_NOTHING: Cell = (Text("–"),)
_DIGITS = 2


def slack_cell(verdict: Verdict) -> Cell:
    """Say how loose a bound is, or how far an equality is off.

    Parameters
    ----------
    verdict : Verdict
        Its slack has a unit.

    Returns
    -------
    tuple of Inline
        Such as ``×1.6e10``, ``+29 %`` or, where zero is claimed, ``0±2e-15``.

    Examples
    --------
    >>> from symgrad.claims import Outcome
    >>> verdict = Verdict("a_le_b", Outcome.CONSISTENT, "", slack=0.3, unit=Unit.DECADES)
    >>> [inline.text for inline in slack_cell(verdict)]
    ['×', '2']
    """
    if verdict.slack is None:
        return _NOTHING
    match verdict.unit:
        case Unit.RELATIVE:
            return _part(verdict.slack, signed=True)
        case Unit.ABSOLUTE:
            return _around_zero(verdict.slack)
    return Text("×"), Math(amount_latex(verdict.slack, _DIGITS), text=amount(verdict.slack, _DIGITS))


def power_cell(verdict: Verdict) -> Cell:
    """Say which error of the claim would have been noticed.

    Parameters
    ----------
    verdict : Verdict
        With or without a power.

    Returns
    -------
    tuple of Inline
        Such as ``8.5 %`` or, where zero is claimed, ``0±1e-6``.
    """
    if verdict.power is None:
        return _NOTHING
    if math.isinf(verdict.power):
        return (Text("none"),)
    if verdict.unit is Unit.ABSOLUTE and verdict.power:
        return _around_zero(verdict.power)
    return _part(verdict.power)


def _part(value: float, *, signed: bool = False) -> Cell:
    """Write a part of a whole in per cent."""
    sign = "-" if value < 0 else "+" if signed and value else ""
    log10 = math.log10(abs(value)) + 2 if value else -math.inf
    return Math(sign + amount_latex(log10, _DIGITS), text=sign + amount(log10, _DIGITS)), Text(" %")


def _around_zero(value: float) -> Cell:
    log10 = math.log10(value) if value else -math.inf  # of rounding errors, one digit says all
    return (Math(rf"0\pm{amount_latex(log10, 1)}", text=f"0±{amount(log10, 1)}"),)
