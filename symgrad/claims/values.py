"""Values: what the symbols of a bound stand for, and which of them were worked out for one subject only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sympy as sp

from .notation import NOTATION, Notation

__all__ = ["Particular", "Values", "check_domain", "check_general", "kept", "outer_first", "reached"]

Values = tuple[tuple[sp.Expr, sp.Expr], ...]


@dataclass(frozen=True)
class Particular:
    """A symbol whose value was worked out for the subject at hand and holds for no other.

    Parameters
    ----------
    key : sympy.Symbol
        Such as the mean-square slope over the layers of a network.
    of : tuple of sympy.Symbol
        The symbols of the claim that its value depends on. Once one of them changes, the value is unknown.
    """

    key: sp.Symbol
    of: tuple[sp.Symbol, ...]


def kept(
    values: Values, changes: Mapping[sp.Symbol, sp.Expr], particulars: tuple[Particular, ...]
) -> tuple[Values, tuple[Particular, ...]]:
    """Return the values that still hold when some symbols take others, and which of them are particular still."""
    before = dict(values)
    changed = {key for key, value in changes.items() if before.get(key) != value}
    gone = {each.key for each in particulars if changed.intersection(each.of)}.union(changes)
    left = tuple(each for each in particulars if each.key not in gone)
    return tuple((key, value) for key, value in values if key not in gone), left


def check_general(particulars: tuple[Particular, ...], key: sp.Symbol, where: str) -> None:
    """Refuse to go through all values of a symbol if another value was worked out at one of them."""
    for each in particulars:
        if key in each.of:
            raise ValueError(
                f"{each.key} was worked out at {where} and may differ elsewhere; "
                f"give its value with subs(), or ask about a network of another {key}"
            )


def reached(name: str, condition: sp.Basic, key: sp.Symbol, value: sp.Expr) -> sp.Expr:
    """Return the depth at which a bound is below a threshold, or refuse it where the claim does not go so far."""
    if condition.xreplace({key: value}) == sp.false:
        raise ValueError(f"{name} holds if {condition}; its bound is not below the threshold before {key} = {value}")
    return value


def outer_first(values: Values) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Yield each symbol after those whose values hold it, so that putting in each one once leaves none of them."""
    left = dict(values)
    while left:
        held = {key: [other for other in left if other != key and key in left[other].free_symbols] for key in left}
        key = next((key for key in left if not held[key]), next(iter(left)))
        yield key, left.pop(key)


def check_domain(key: sp.Symbol, value: sp.Expr) -> None:
    """Refuse a value that contradicts what the symbol stands for: a negative variance, a depth of 2.5."""
    row = NOTATION.get(key.name)
    if row is None or row.symbol != key:  # a symbol of the user's own, with the assumptions that it was given
        row = Notation("", key.name, "", " ".join(word for word, holds in key._assumptions_orig.items() if holds))
    if objection := row.objection(value):
        raise ValueError(objection)
