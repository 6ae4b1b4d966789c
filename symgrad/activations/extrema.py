"""Extrema: a supremum or an infimum with the steps that prove it, certified by balls, and the claim about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from ..claims import (
    Always,
    Certified,
    Claim,
    Magnitude,
    Measurable,
    Quantity,
    Relation,
    Source,
    Step,
    Strength,
    Tightness,
    TightnessKind,
    symbol,
)
from ..rigor import CannotEnclose, Certificate, Extremum, compare, enclose, infimum, supremum
from ..rigor.bounds import bounded_below
from ..rigor.pieces import pieces
from ..rigor.turns import Turn
from .derivations import equality
from .symmetries import reflects

__all__ = ["Extreme", "extremum_claim", "largest", "largest_magnitude", "least", "reached"]

X = symbol("x")
WHOLE: tuple[sp.Expr, sp.Expr] = (-sp.oo, sp.oo)
DIGITS = 30
_SHARE = sp.Rational(7, 8)  # of the supremum: where a bound is false, it is false at many points, and soon seen to be
_FEW_DIGITS = 3


@dataclass(frozen=True)
class Extreme:
    """An extremum with the steps that prove it.

    Parameters
    ----------
    value : sympy.Expr
        The extremum; may be infinite.
    attained_at, approached_at : tuple of sympy.Basic
        Where.
    steps : tuple of Step
        The last one ends with the value.
    turn : Turn, optional
        Points along which the first of `approached_at` is approached, where the function has no limit.
    """

    value: sp.Expr
    attained_at: tuple[sp.Basic, ...]
    approached_at: tuple[sp.Basic, ...]
    steps: tuple[Step, ...]
    turn: Turn | None = None


def extremum_value(certificate: Certificate) -> sp.Expr:
    """Certify an extremum from scratch and return it."""
    return certificate.computation(*certificate.arguments).value


def magnitude_value(top: Certificate, bottom: Certificate) -> sp.Expr:
    """Certify a supremum and an infimum from scratch and return the larger absolute value."""
    return _larger(extremum_value(top), -extremum_value(bottom))


def largest(expr: sp.Expr, domain: tuple[sp.Expr, sp.Expr] = WHOLE) -> Extreme:
    """Certify the supremum of an expression.

    Parameters
    ----------
    expr : sympy.Expr
        In the symbol x.
    domain : tuple of sympy.Expr, optional
        An interval.

    Returns
    -------
    Extreme
        With certified steps.
    """
    return _certified(expr, supremum(expr, X, domain, DIGITS), Relation.LE)


def least(expr: sp.Expr, domain: tuple[sp.Expr, sp.Expr] = WHOLE) -> Extreme:
    """Certify the infimum of an expression; as `largest`."""
    return _certified(expr, infimum(expr, X, domain, DIGITS), Relation.GE)


def _certified(expr: sp.Expr, found: Extremum, relation: Relation) -> Extreme:
    ground = Certified(extremum_value, (found.certificate,))
    bound = Step(expr, relation, found.value, found.certificate.describe(), ground)
    last = reached(expr, found.value, found.attained_at, found.approached_at, ground, found.turn)
    return Extreme(found.value, found.attained_at, found.approached_at, (bound, last))


def largest_magnitude(expr: sp.Expr, domain: tuple[sp.Expr, sp.Expr] = WHOLE) -> Extreme:
    """Certify the supremum of the absolute value of an expression; as `largest`.

    Once the supremum is known, it is enough to see that the expression does not fall below its negative: by a coarse
    bound, or because it is odd. The infimum itself is looked for where neither is seen.
    """
    top = supremum(expr, X, domain, DIGITS)
    return _by_bound(expr, domain, top) or _by_reflection(expr, domain, top) or _by_infimum(expr, domain, top)


def _by_bound(expr: sp.Expr, domain: tuple[sp.Expr, sp.Expr], top: Extremum) -> Extreme | None:
    """Show that an expression stays above a good part of the negative of its supremum."""
    if not (top.enclosure.upper.is_finite and top.enclosure.lower > 0):
        return None
    share = sp.Rational(enclose(_SHARE * top.enclosure.lower, _FEW_DIGITS).decimals()[0])
    try:
        bottom = bounded_below(expr, X, -share, domain)
    except CannotEnclose:
        return None
    ground = Certified(magnitude_value, (top.certificate, bottom.certificate))
    method = f"{top.certificate.describe()}; {bottom.certificate.describe()}"
    return _magnitude(expr, expr, Extreme(top.value, top.attained_at, top.approached_at, (), top.turn), ground, method)


def _by_reflection(expr: sp.Expr, domain: tuple[sp.Expr, sp.Expr], top: Extremum) -> Extreme | None:
    """Show that an expression takes opposite values at opposite points."""
    if not reflects(pieces(expr, X, *domain), -1):
        return None
    attained, approached = (
        tuple(dict.fromkeys((*found, *map(_opposite, found)))) for found in (top.attained_at, top.approached_at)
    )
    ground = Certified(odd_magnitude_value, (expr, domain, top.certificate))
    method = f"{top.certificate.describe()}; it is odd, so its infimum is the negative of its supremum"
    return _magnitude(expr, expr, Extreme(top.value, attained, approached, (), top.turn), ground, method)


def _opposite(place: sp.Basic) -> sp.Basic:
    if isinstance(place, sp.Interval):
        return sp.Interval(-place.end, -place.start, place.right_open, place.left_open)
    inverted = {logarithm: -sp.log(sp.radsimp(1 / logarithm.args[0])) for logarithm in place.atoms(sp.log)}
    return min((-place, -place.xreplace(inverted)), key=lambda e: e.count_ops())


def odd_magnitude_value(expr: sp.Expr, domain: tuple[sp.Expr, sp.Expr], top: Certificate) -> sp.Expr:
    """Prove from scratch that an expression is odd, certify its supremum and return that."""
    return extremum_value(top) if reflects(pieces(expr, X, *domain), -1) else sp.nan


def _by_infimum(expr: sp.Expr, domain: tuple[sp.Expr, sp.Expr], top: Extremum) -> Extreme:
    bottom = infimum(expr, X, domain, DIGITS)
    value = _larger(top.value, -bottom.value)
    reaching = [e for e, size in ((top, top.value), (bottom, -bottom.value)) if compare(size, value) == 0]
    attained = tuple(dict.fromkeys(point for e in reaching for point in e.attained_at))
    approached = tuple(dict.fromkeys(point for e in reaching for point in e.approached_at))
    ground = Certified(magnitude_value, (top.certificate, bottom.certificate))
    method = " and ".join(dict.fromkeys(e.certificate.describe() for e in (top, bottom)))
    signed = expr if reaching[0] is top else -expr  # its own magnitude where the bound is reached
    return _magnitude(expr, signed, Extreme(value, attained, approached, (), reaching[0].turn), ground, method)


def _magnitude(expr: sp.Expr, signed: sp.Expr, found: Extreme, ground: Certified, method: str) -> Extreme:
    """Return the extremum of the absolute value with its steps."""
    bound = Step(Magnitude(expr), Relation.LE, found.value, method, ground)
    last = reached(signed, found.value, found.attained_at, found.approached_at, ground, found.turn)
    return replace(found, steps=(bound, last))


def _larger(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    return b if compare(a, b) == -1 else a


def reached(
    expr: sp.Expr,
    value: sp.Expr,
    attained: tuple[sp.Basic, ...],
    approached: tuple[sp.Basic, ...],
    ground: Certified,
    turn: Turn | None = None,
) -> Step:
    """Return the step that says where the extremum is taken, by algebra if algebra can."""
    if not attained:
        point = approached[0]
        side = "-" if point == sp.oo else "+"
        limit = sp.Limit(expr, X, point, side if point in (sp.oo, -sp.oo) else "+-")
        along = None if turn is None else turn.limit(expr, X, point)
        where = "" if turn is None else f" {turn}"
        return Step(
            along or limit, Relation.EQ, value, f"approached as x tends to {point}{where}, not attained", ground
        )
    point = _member(attained[0])
    step = equality(sp.Subs(expr, X, point), value, f"attained at x = {point}")
    if step.replay() is Strength.SYMBOLIC:
        return step
    return Step(step.before, Relation.EQ, value, step.reason, ground)


def _member(place: sp.Basic) -> sp.Expr:
    """Return a point of a place where the extremum is attained: itself, or an inner point of an interval."""
    if not isinstance(place, sp.Interval):
        return place
    if place.start.is_infinite and place.end.is_infinite:
        return sp.S.Zero
    if place.start.is_infinite:
        return place.end - 1
    return place.start + 1 if place.end.is_infinite else (place.start + place.end) / 2


def extremum_claim(
    name: str, subject: str, what: Measurable, found: Extreme, before: tuple[Step, ...], sources: tuple[Source, ...]
) -> Claim:
    """Make the claim that a quantity equals an extremum.

    Parameters
    ----------
    name, subject : str
        Of the claim, and of the activation.
    what : Measurable
        What is extremal.
    found : Extreme
        Value and steps.
    before : tuple of Step
        What the extremum builds on: the derivation of the derivative.
    sources : tuple of Source
        Of the activation.

    Returns
    -------
    Claim
        Always true, without assumptions.
    """
    places = found.attained_at or found.approached_at
    verb = "attained" if found.attained_at else "approached"
    note = f"{verb} at {', '.join(str(p) for p in places)}"
    kind = TightnessKind.ATTAINED if found.attained_at else TightnessKind.EXACT
    tightness = Tightness(kind, note, found.attained_at, found.approached_at)
    derivation = (*before, *found.steps)
    return Claim(name, subject, Quantity(what), Relation.EQ, found.value, Always(), (), derivation, sources, tightness)
