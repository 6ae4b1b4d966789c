"""Documents: a certificate as it comes from a file, read with suspicion. Whatever is wrong with it is said in a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from .boxes import Box, End
from .expressions import Expression, fraction_of, read, shown
from .intervals import Interval
from .periods import holds_variable

__all__ = ["Document", "Piece", "Place", "load", "parsed"]

_FORMAT, _BOUND_FORMAT, _VERSION = "symgrad certificate of an extremum", "symgrad certificate of a bound", 1
_LARGEST_FILE = 16 * 2**20
_MOST_DIGITS = 1000
_MANY = 10**5  # entries of a list
_DECIMAL = re.compile(r"-?(\d{1,2000}(\.\d{1,2000})?(E[+-]?\d{1,17})?|inf)", re.ASCII)
_CLAIMS = {
    "supremum": ("below", "convex", "concave", "monotone", "constant", "critical", "kink"),
    "infimum": ("above", "convex", "concave", "monotone", "constant", "critical", "kink"),
}
_TURNED = {"above": "below", "convex": "concave", "concave": "convex"}


@dataclass(frozen=True)
class Place:
    """A point with two decimals around it, or an interval."""

    at: tuple[Expression, ...]
    near: Interval | None


@dataclass(frozen=True)
class Piece:
    """Where a function has one formula, what it tends to at the ends, and the boxes that cover it."""

    ends: tuple[Expression, Expression]
    values: tuple[Interval | None, Interval | None]
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Document:
    """A certificate, turned round if it is that of an infimum: then everything is about the negative function.

    One of a bound has no value that the function would have to reach: its range of bounds is open below.
    """

    mirrored: bool
    function: Expression
    domain: tuple[Expression, Expression]
    period: Expression | None
    swing: tuple[Expression, Expression, Expression] | None  # period and share of it, and the phase
    digits: int
    pieces: tuple[Piece, ...]
    bounds: Interval
    value: Expression | None
    attained_at: tuple[Place, ...]
    approached_at: tuple[Place, ...]

    @property
    def boxes(self) -> Iterator[tuple[str, Box]]:
        """All boxes, with their places in the document."""
        for k, piece in enumerate(self.pieces, 1):
            for n, box in enumerate(piece.boxes, 1):
                yield f"box {n} of piece {k}", box


def load(source: Any) -> Document:
    """Read a certificate from a file or from plain data; raise ValueError if it is none."""
    data = source if isinstance(source, dict) else parsed(Path(source))
    if data.get("format") not in (_FORMAT, _BOUND_FORMAT) or data.get("version") != _VERSION:
        ways = "certificate.save(path) or symgrad activation NAME --certificates FILE"
        raise ValueError(f"this is no {_FORMAT!r} of version {_VERSION}; write one with {ways}")
    return _Reader(_one_of("extremum", data.get("extremum"), tuple(_CLAIMS))).document(data)


def parsed(path: Path) -> dict[str, Any]:
    """Return the object that a file holds; raise ValueError if it holds none, or a number that is no string."""
    if path.stat().st_size > _LARGEST_FILE:
        raise ValueError(f"{path.name} has more than {_LARGEST_FILE} bytes, which no certificate has")
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=_no_float, parse_constant=_no_float)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{path.name} cannot be read as JSON: {error}") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path.name} holds {shown(data)}, not an object")
    return data


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"the number {shown(text)} is not a whole one; a certificate has its numbers in strings")


def _one_of(name: str, found: Any, allowed: tuple[str, ...]) -> str:
    if found not in allowed:
        raise ValueError(f"{name} is {shown(found)}; it must be one of {', '.join(allowed)}")
    return str(found)


def _entries(name: str, found: Any, least: int, most: int) -> list[Any]:
    if not (isinstance(found, list) and least <= len(found) <= most):
        raise ValueError(f"{name} is {shown(found)}; it must be a list of {least} to {most} entries")
    return found


def _keys(name: str, found: Any, *wanted: str) -> list[Any]:
    if not (isinstance(found, dict) and set(found) == set(wanted)):
        raise ValueError(f"{name} is {shown(found)}; it must be an object with {', '.join(wanted)}")
    return [found[key] for key in wanted]


Conclusion = tuple[Interval, Expression | None, tuple[Place, ...], tuple[Place, ...]]


@dataclass(frozen=True)
class _Reader:
    """Reads the parts of a certificate."""

    extremum: str

    @property
    def mirrored(self) -> bool:
        """Whether everything is to be read for the negative of the function."""
        return self.extremum == "infimum"

    def document(self, data: dict[str, Any]) -> Document:
        """Return the whole."""
        head = ("format", "version", "extremum", "function", "domain", "period", "swing", "digits", "pieces")
        *_, function, domain, repeats, swing, digits, pieces, conclusion = _keys(
            "the certificate", data, *head, "conclusion"
        )
        if not (isinstance(digits, int) and 1 <= digits <= _MOST_DIGITS):
            raise ValueError(f"digits is {shown(digits)}; it must be a whole number from 1 to {_MOST_DIGITS}")
        return Document(
            self.mirrored,
            self.turned(read(function)),
            _constants("domain", domain),
            None if repeats is None else _constant(repeats),
            None if swing is None else self.swing(swing),
            digits,
            tuple(self.piece(piece) for piece in _entries("pieces", pieces, 0, _MANY)),
            *(self.bound(conclusion) if data["format"] == _BOUND_FORMAT else self.conclusion(conclusion)),
        )

    def swing(self, data: Any) -> tuple[Expression, Expression, Expression]:
        """Return the points at which a phase, x itself unless it is given, is a share of a period past whole ones."""
        repeats, share, *phase = _entries("swing", data, 2, 3)
        return _constant(repeats), _constant(share), read(phase[0] if phase else "x")

    def conclusion(self, data: Any) -> Conclusion:
        """Return the range of the extremum, its value and the places."""
        given = _keys("conclusion", data, "bounds", "value", "attained_at", "approached_at")
        bounds, value, *places = given
        attained, approached = (
            tuple(self.place(place) for place in _entries(name, found, 0, _MANY))
            for name, found in zip(("attained_at", "approached_at"), places, strict=True)
        )
        return self.range("bounds", bounds), self.turned(_constant(value)), attained, approached

    def bound(self, data: Any) -> Conclusion:
        """Return everything on the right side of a bound as the range, and no value or place."""
        (bound,) = _keys("conclusion", data, "bound")
        return self.range("the bound", [bound, "inf"] if self.mirrored else ["-inf", bound]), None, (), ()

    def turned(self, expr: Expression) -> Expression:
        """Return the expression, or its negative."""
        return ("*", fraction_of("-1"), expr) if self.mirrored else expr

    def piece(self, data: Any) -> Piece:
        """Return a piece."""
        low, high, values, boxes = _keys("a piece", data, "from", "to", "values", "boxes")
        left, right = (None if v is None else self.range("a value", v) for v in _entries("values", values, 2, 2))
        found = tuple(self.box(box) for box in _entries("boxes", boxes, 1, _MANY))
        if all(box.claim == "kink" for box in found):
            raise ValueError(f"a piece has {shown(boxes)} for its boxes; one of them must not be a kink")
        return Piece((_constant(low), _constant(high)), (left, right), found)

    def box(self, data: Any) -> Box:
        """Return a box; of a critical point also its bracket and value."""
        low, high, claim, *rest = _entries("a box", data, 3, 5)
        claim = _one_of("the claim of a box", claim, _CLAIMS[self.extremum])
        if (len(rest) == 2) != (claim == "critical"):
            raise ValueError(
                f"the box {shown(data)} is cut short; a critical one has a bracket and a value, no other has"
            )
        lower, upper = _end(low, "-oo"), _end(high, "oo")
        if lower is not None and upper is not None and not lower < upper:
            raise ValueError(f"the box {shown(data)} is empty; its ends must be in order")
        claim = _TURNED.get(claim, claim) if self.mirrored else claim
        if claim != "critical":
            return Box(lower, upper, claim)
        return Box(lower, upper, claim, _range("a bracket", rest[0]), self.range("a value", rest[1]))

    def place(self, data: Any) -> Place:
        """Return a place."""
        if isinstance(data, dict) and "from" in data:
            return Place(_constants("a place", _keys("a place", data, "from", "to")), None)
        at, near = _keys("a place", data, "at", "near")
        return Place((_constant(at),), _range("near", near))

    def range(self, name: str, data: Any) -> Interval:
        """Return a range of values, of the negative function if that is meant."""
        found = _range(name, data)
        return -found if self.mirrored else found


def _end(text: Any, infinite: str) -> End:
    return None if text == infinite else fraction_of(text)


def _constant(data: Any) -> Expression:
    expr = read(data)
    if holds_variable(expr):
        raise ValueError(f"{shown(data)} depends on x; a constant must stand there")
    return expr


def _constants(name: str, data: Any) -> tuple[Expression, Expression]:
    low, high = _entries(name, data, 2, 2)
    return _constant(low), _constant(high)


def _range(name: str, data: Any) -> Interval:
    low, high = _entries(name, data, 2, 2)
    for end in (low, high):
        if not (isinstance(end, str) and _DECIMAL.fullmatch(end)):
            raise ValueError(f"{name} has {shown(end)}, which is no decimal; write one such as -1.25E-3, as a string")
    if not Decimal(low) <= Decimal(high):
        raise ValueError(f"{name} is {shown(data)}, the wrong way round")
    return Interval(Decimal(low), Decimal(high))
