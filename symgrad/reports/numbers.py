"""Numbers for machines: the JSON object of the contract, exact text, LaTeX, enclosure and grade."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.stats.rv import RandomSymbol

from ..claims import Claim, define, latex, log10_float
from ..rigor import CannotEnclose, EnclosedConstant, ImplicitConstant, enclose

__all__ = [
    "bound_number",
    "extremum_number",
    "number",
    "ordered_places",
    "place_number",
    "reached_number",
    "set_intervals",
    "set_places",
    "written_bound",
]

_DIGITS = 20

JsonNumber = dict[str, Any]


def number(expr: sp.Expr, digits: int = _DIGITS) -> JsonNumber:
    """Return the JSON object of a constant.

    Parameters
    ----------
    expr : sympy.Expr
        A constant; may be infinite, implicit or known by an enclosure only.
    digits : int, default 20
        Digits of the enclosure.

    Returns
    -------
    dict
        Keys ``exact`` (SymPy text, or None without a closed form), ``latex``, ``enclosure`` (two decimal strings, or
        None if it is not a number) and ``grade``.

    Examples
    --------
    >>> import sympy as sp
    >>> number(sp.Rational(1, 4))["enclosure"]
    ['0.25', '0.25']
    """
    exact = None if _has_no_closed_form(expr) else _text(expr)
    grade = "certified" if exact is None else "exact"
    return {"exact": exact, "latex": latex(expr), "enclosure": _enclosure(expr, digits), "grade": grade}


def _has_no_closed_form(expr: sp.Basic) -> bool:
    return bool(expr.atoms(EnclosedConstant, ImplicitConstant))


def _text(expr: sp.Basic) -> str:
    """Write SymPy text in functions that every SymPy knows; a random variable as its law."""
    laws = {variable: sp.Symbol(str(variable.pspace.distribution)) for variable in expr.atoms(RandomSymbol)}
    return str(define(expr.xreplace(laws)))


def _enclosure(expr: sp.Expr, digits: int) -> list[str] | None:
    if expr.free_symbols or expr.atoms(RandomSymbol):
        return None
    try:
        return list(enclose(expr, digits).decimals())
    except CannotEnclose:
        return None


def extremum_number(claim: Claim, digits: int = _DIGITS) -> JsonNumber:
    """Return the JSON object of an extremum: a number, and where it is attained or approached.

    Parameters
    ----------
    claim : Claim
        Such as ``activation.lipschitz``.
    digits : int, default 20
        Digits of the enclosures.

    Returns
    -------
    dict
        As `number`, with ``attained_at`` and ``approached_at``.
    """
    where = claim.tightness
    return reached_number(claim.bound, where.attained_at, where.approached_at, digits)


def reached_number(
    value: sp.Expr, attained: tuple[sp.Basic, ...], approached: tuple[sp.Basic, ...], digits: int = _DIGITS
) -> JsonNumber:
    """Return the JSON object of a number with where it is attained and where it is approached."""
    return {
        **number(value, digits),
        "attained_at": [place_number(point, digits) for point in attained],
        "approached_at": [place_number(point, digits) for point in approached],
    }


def place_number(place: sp.Basic, digits: int = _DIGITS) -> JsonNumber:
    """Write a point as a number; an interval as one of its points, with its ends beside it; of a family, the step."""
    if isinstance(place, sp.ImageSet):
        start, step = start_and_step(place)
        return {**number(start, digits), "step": number(step, digits)}
    if not isinstance(place, sp.Interval):
        return number(place, digits)
    ends = {"interval": [number(place.start, digits), number(place.end, digits)]}
    return {**number(_inner_point(place), digits), **ends}


def _inner_point(interval: sp.Interval) -> sp.Expr:
    if interval.start.is_finite and interval.end.is_finite:
        return (interval.start + interval.end) / 2
    if interval.start.is_finite:
        return interval.start + 1
    return interval.end - 1 if interval.end.is_finite else sp.S.Zero


def set_intervals(found: sp.Set, digits: int = _DIGITS) -> list[list[JsonNumber]]:
    """Return a union of intervals as pairs of JSON numbers, from left to right."""
    parts = found.args if isinstance(found, sp.Union) else (found,)
    intervals = [part for part in parts if isinstance(part, sp.Interval)]
    ordered = sorted(intervals, key=lambda part: float(part.start))
    return [[number(part.start, digits), number(part.end, digits)] for part in ordered]


def set_places(found: sp.Set, digits: int = _DIGITS) -> list[JsonNumber]:
    """Return a union of points, intervals and families as JSON numbers from left to right, as `place_number`."""
    return [place_number(place, digits) for place in ordered_places(found)]


def ordered_places(found: sp.Set) -> list[sp.Basic]:
    """Return the points and intervals of a union from left to right, and then the families that repeat."""
    parts = found.args if isinstance(found, sp.Union) else (found,)
    points = [point for part in parts if isinstance(part, sp.FiniteSet) for point in part.args]
    intervals = [part for part in parts if isinstance(part, sp.Interval)]
    families = [part for part in parts if isinstance(part, sp.ImageSet)]
    ordered = sorted([*points, *intervals], key=lambda p: float(p.start if isinstance(p, sp.Interval) else p))
    return [*ordered, *sorted(families, key=lambda family: float(start_and_step(family)[0]))]


def start_and_step(family: sp.ImageSet) -> tuple[sp.Expr, sp.Expr]:
    """Return ``a`` and ``d`` of the numbers ``a + k d`` for all integers k."""
    each = family.args[0]
    word, line = each.variables[0], each.expr
    return line.subs(word, 0), sp.diff(line, word)


def written_bound(claim: Claim) -> sp.Expr:
    """Return the bound with its values, the depth in the exponents left as digits so that no power is multiplied out.

    Notes
    -----
    A power to the depth of 10^6 has hundreds of thousands of digits; nobody reads them.
    """
    count = claim.quantity.count
    depth = dict(claim.values).get(count)
    bound = claim.valued(except_for=(count,))
    return bound if depth is None else bound.xreplace({count: sp.Symbol(str(depth), positive=True)})


def bound_number(claim: Claim) -> JsonNumber:
    """Return the JSON object of the bound of a claim, with ``log10`` as a float that stays finite.

    Parameters
    ----------
    claim : Claim
        Symbols without a value leave ``enclosure`` and ``log10`` empty.

    Returns
    -------
    dict
        As `number`, with ``log10``; None where the bound is zero, random or still holds symbols.
    """
    written = written_bound(claim)
    exact = None if _has_no_closed_form(written) else _text(written)
    grade = "certified" if exact is None else "exact"
    named = {"exact": exact, "latex": latex(written), "grade": grade}
    if claim.valued(except_for=(claim.quantity.count,)).is_zero:
        return {**named, "enclosure": ["0", "0"], "log10": None}
    try:
        log = claim.log
    except ValueError:
        return {**named, "enclosure": None, "log10": None}
    return {**named, **_from_log(log)}


def _from_log(log: sp.Expr) -> dict[str, Any]:
    if log.free_symbols or log.atoms(RandomSymbol):
        return {"enclosure": None, "log10": None}
    if log.atoms(sp.Float):  # powers with huge exponents in a sum were worked out to many digits, not enclosed
        return {"enclosure": None, "log10": log10_float(log)}
    try:
        log10 = enclose(log / sp.log(10), _DIGITS) if log.is_finite is not False else None
        return {"enclosure": _enclosure(sp.exp(log), _DIGITS), "log10": float(log10) if log10 else None}
    except CannotEnclose:  # a function that balls have no rule for, such as an incomplete beta function
        return {"enclosure": None, "log10": log10_float(log)}
