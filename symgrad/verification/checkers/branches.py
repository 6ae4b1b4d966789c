"""Branches: which formula of a function holds on a region.

A branch is chosen if it holds on the whole region, finitely many points aside; if none does, the words that branch
stay, and of such an expression only a range is known (`jets`).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from .expressions import Expression
from .intervals import Interval, hull
from .jets import Beyond, evaluated, is_plain

__all__ = ["is_smooth", "resolved"]

_RELATIONS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "==": (0,), "!=": (-1, 1)}
_SWITCHING = frozenset(("cases", "abs", "sign", "heaviside", "max", "min"))


@lru_cache(maxsize=4096)
def is_smooth(expr: Expression) -> bool:
    """Say whether no word that branches is left."""
    if not isinstance(expr, tuple) or expr[0] in ("root", "between"):
        return True
    return expr[0] not in _SWITCHING and all(map(is_smooth, expr[1:]))


def resolved(expr: Expression, x: Any) -> Expression:
    """Choose the branches of an expression that hold on a region; raise Beyond where a condition is not regular."""
    if is_smooth(expr):
        return expr
    word, arguments = expr[0], expr[1:]
    if word == "cases":
        return _case(arguments, x)
    parts = tuple(resolved(part, x) for part in arguments)
    if word in ("max", "min"):
        return _outermost(word, parts, x)
    sign = _sign_on(parts[0], x) if word in _SWITCHING else None
    if sign is None:
        return (word, *parts)
    return {"abs": ("*", Fraction(sign), parts[0]), "sign": Fraction(sign), "heaviside": Fraction(1 + sign, 2)}[word]


def _case(cases: tuple[Expression, ...], x: Any) -> Expression:
    """Return the first case that holds; if that is not decided, those that may, of which one surely does."""
    left = []
    for value, condition in cases:
        truth = _truth(condition, x)
        if truth is False:
            continue
        left.append((resolved(value, x), condition))
        if truth:
            return left[0][0] if len(left) == 1 else ("cases", *left)
    raise Beyond("no case of a function by cases surely holds")


def _outermost(word: str, parts: tuple[Expression, ...], x: Any) -> Expression:
    best, *rest = parts
    for part in rest:
        sign = _sign_on(("+", part, ("*", Fraction(-1), best)), x)
        if sign is None:
            return (word, *parts)
        best = part if sign == (1 if word == "max" else -1) else best
    return best


def _truth(condition: Expression, x: Any) -> bool | None:
    """Say whether a condition holds on a region; None if that is not the same everywhere, or not known."""
    if not isinstance(condition, tuple):
        return {"true": True, "false": False}.get(condition)
    word, arguments = condition[0], condition[1:]
    if word in _RELATIONS:
        sign = _sign_on(("+", arguments[0], ("*", Fraction(-1), arguments[1])), x)
        return None if sign is None else sign in _RELATIONS[word]
    parts = [_truth(argument, x) for argument in arguments]
    if word == "not":
        return None if parts[0] is None else not parts[0]
    decisive = word == "or"
    return decisive if decisive in parts else None if None in parts else not decisive


def _sign_on(expr: Expression, x: Any) -> int | None:
    """Return the sign of an expression on a region, one point aside where it vanishes with a slope; None if unknown."""
    smooth = resolved(expr, x)
    value, slope, _ = evaluated(smooth, x)
    if is_plain(value):
        return int(value > 0) - int(value < 0)
    found: int | None = value.sign
    if found is not None or not (isinstance(x, Interval) and x.is_finite):
        return found
    trend = hull(slope).sign
    if trend not in (1, -1):
        return None
    first, last = (hull(evaluated(smooth, Fraction(end)).value) for end in (x.lo, x.hi)[::trend])
    return 1 if first.lo >= 0 else -1 if last.hi <= 0 else None
