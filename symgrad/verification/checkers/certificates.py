"""Certificates: every claim in one is proved again, refuted, or said to be beyond this checker.

This folder shares no code with the search that writes certificates: it imports the standard library and itself, and
would run in a folder of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from .boxes import INFINITE, Box, rounded
from .documents import Document, Piece, Place, load
from .expressions import Expression
from .intervals import Interval, carrying, hull
from .jets import Beyond, evaluated
from .judges import Judge, Refuted, compare_values
from .periods import frozen, multiple_of_pi, repeats

__all__ = ["Checked", "Report", "check"]

_GUARD_DIGITS = 30
_NEAR_DIGITS = 5  # by which a place beside a kink is nearer than the last digit of the bounds


class Checked(Enum):
    """What came of a check."""

    CHECKED = "checked"
    REFUTED = "refuted"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Report:
    """What a check has found.

    Parameters
    ----------
    outcome : Checked
        Checked only if every claim of the certificate is proved.
    statement : str
        What the certificate says.
    findings : tuple of str
        What is false or not proved, in the order of the certificate: of the boxes, the first that fails comes first.
    """

    outcome: Checked
    statement: str
    findings: tuple[str, ...]

    def __str__(self) -> str:
        """Write the outcome, the statement and the findings, one on each line."""
        return "\n  ".join([f"{self.outcome.value}: {self.statement}", *self.findings])


def check(source: str | Path | dict[str, Any]) -> Report:
    """Check a certificate of a supremum, an infimum or a bound, independently of the search that made it.

    Parameters
    ----------
    source : str, Path or dict
        A file written by ``certificate.save``, or what ``certificate.to_json`` returns.

    Returns
    -------
    Report
        Checked, refuted or not checked, with the reasons.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it holds no certificate; the message says what is wrong with it. Nothing in it is ever executed.

    Notes
    -----
    Proved are: that the boxes cover the domain; on each box what is claimed there, from derivatives over intervals of
    decimals rounded outwards; with it that the function nowhere exceeds the upper bound, finitely many kinks aside;
    and that at each place where the supremum is said to be reached the lower bound is reached; a bound alone need not
    be reached. That the value is
    *equal* to its closed form is more than intervals can show: the two agree to the digits of the bounds.

    Examples
    --------
    >>> import sympy as sp
    >>> from symgrad.rigor import supremum
    >>> x = sp.Symbol("x", real=True)
    >>> document = supremum(x * sp.exp(-x), x, digits=10).certificate.to_json()
    >>> print(check(document))
    checked: the supremum over (-oo, oo) is at least 0.3678794410 and at most 0.3678794413
    >>> document["conclusion"]["bounds"] = ["0.3678794410", "0.3678794411"]
    >>> check(document).outcome.value
    'refuted'
    """
    document = load(source)
    with carrying(document.digits + _GUARD_DIGITS):
        found = list(_Check(document).findings())
        statement = _statement(document)
    outcome = Checked.CHECKED if not found else Checked.NOT_CHECKED
    if any(finding.startswith(Checked.REFUTED.value) for finding in found):
        outcome = Checked.REFUTED
    return Report(outcome, statement, tuple(found))


def _statement(document: Document) -> str:
    word = "infimum" if document.mirrored else "supremum"
    bounds = -document.bounds if document.mirrored else document.bounds
    ends = (str(end) if isinstance(end, str | Fraction) else rounded(_number(end).lo) for end in document.domain)
    sides = {"at least": bounds.lo, "at most": bounds.hi}
    if document.value is None:  # a bound: there is one side to it
        del sides["at most" if document.mirrored else "at least"]
    return f"the {word} over ({', '.join(ends)}) is {' and '.join(f'{way} {end}' for way, end in sides.items())}"


def _number(expr: Expression) -> Interval:
    """Enclose a constant, possibly infinite."""
    if isinstance(expr, tuple) and expr[-1] in ("oo", "-oo"):
        return -_number(expr[-1])  # the negative of an infinite value
    if expr in ("oo", "-oo"):
        return INFINITE if expr == "oo" else -INFINITE
    return hull(evaluated(expr, None).value)


@dataclass(frozen=True)
class _Check:
    """Goes through the claims of one certificate."""

    document: Document

    def findings(self) -> Iterator[str]:
        """Yield what is refuted or not proved."""
        for where, claim in self._claims():
            try:
                claim()
            except Refuted as reason:
                yield f"{Checked.REFUTED.value}: {where}: {reason}"
            except Beyond as reason:
                yield f"{Checked.NOT_CHECKED.value}: {where}: {reason}"

    @property
    def _judge(self) -> Judge:
        return Judge(self.document.function, self.document.bounds.hi)

    def _claims(self) -> Iterator[tuple[str, Callable[[], None]]]:
        seen = self.document
        yield "the pieces", self._pieces_join
        yield "the boxes", self._boxes_cover
        for where, box in seen.boxes:
            yield f"{where}, {box}", partial(self._judge.judge, box)
        for k, piece in enumerate(seen.pieces, 1):
            yield f"the ends of piece {k}", partial(self._ends, piece)
        if seen.value is not None:
            yield "the value", partial(self._value, seen.value)
        for place in seen.attained_at:
            yield "a place where it is attained", partial(self._reached, place, attained=True)
        for place in seen.approached_at:
            yield "a place where it is approached", partial(self._reached, place, attained=False)

    # -------------------------------------------------------------------------------------------------------- covers

    def _pieces_join(self) -> None:
        """Each piece begins where the last one ends, and together they span the domain or one period."""
        seen, pieces = self.document, self.document.pieces
        if not pieces:
            if seen.bounds.hi.is_finite():
                raise Refuted("there are none, but a finite bound is claimed")
            return
        for left, right in pairwise(pieces):
            if left.ends[1] != right.ends[0] or not _number(left.ends[1]).within(left.boxes[-1].region):
                raise Refuted("one does not begin where the one before ends")
        spanned = pieces[0].ends[0], pieces[-1].ends[1]
        if seen.period is not None:
            self._spans_period(spanned, seen.period)
        elif spanned != seen.domain:
            raise Refuted("together they are not the domain")

    def _spans_period(self, spanned: tuple[Expression, Expression], period: Expression) -> None:
        size, low, high = (multiple_of_pi(expr) for expr in (period, *spanned))
        if size is None or low is None or high is None or not repeats(self.document.function, size):
            raise Beyond("that the function repeats is not seen from its form")
        if self.document.domain != ("-oo", "oo") or size[0] <= 0:
            raise Refuted("a period says something about the whole line only, and is positive")
        if any(end[0] and end[1] != size[1] for end in (low, high)) or high[0] - low[0] != size[0]:
            raise Refuted("together they are not one period")

    def _boxes_cover(self) -> None:
        """No gap is left between the boxes, from one end of the pieces to the other."""
        boxes = list(self.document.boxes)
        if not boxes:
            return
        first, last = boxes[0][1], boxes[-1][1]
        if first.lower is not None and not _at_most(first.lower, self.document.pieces[0].ends[0], 1):
            raise Refuted(f"nothing covers the left end, before {first}")
        reach = first.upper
        for where, box in boxes[1:]:
            if reach is not None and box.lower is not None and box.lower > reach:
                raise Refuted(f"nothing covers [{_short(reach)}, {_short(box.lower)}], before {where}")
            reach = None if reach is None or box.upper is None else max(reach, box.upper)
        if reach is not None and not _at_most(reach, self.document.pieces[-1].ends[1], -1):
            raise Refuted(f"nothing covers the right end, after {last}")

    # --------------------------------------------------------------------------------------------------------- values

    def _value(self, value: Expression) -> None:
        compare_values("of the closed form", _number(value), self.document.bounds)
        if not (self.document.attained_at or self.document.approached_at):
            raise Refuted("no place is recorded at which it is reached")

    def _ends(self, piece: Piece) -> None:
        """The function tends to the recorded values at the ends of a piece."""
        inner = [box for box in piece.boxes if box.claim != "kink"]
        first, last = inner[0], max(inner, key=lambda box: (box.upper is None, box.upper or 0))
        for expr, value, side, end, other in (
            (piece.ends[0], piece.values[0], -1, first.lower, first.upper),
            (piece.ends[1], piece.values[1], 1, last.upper, last.lower),
        ):
            if value is None:
                continue
            if end is None:
                found = self._judge.limit(side)
            else:
                found = self._judge.towards(
                    hull(end), hull(end - side if other is None else other), _number(expr)
                ).value
            compare_values("at its right end" if side == 1 else "at its left end", found, value)

    def _reached(self, place: Place, *, attained: bool) -> None:
        """The function reaches the lower bound at a place, or comes as near as one likes."""
        at = _number(place.at[0])
        if place.near is not None:
            compare_values("of the place", at, place.near)
        if len(place.at) == 2:
            values = [self._on_plateau(at, _number(place.at[1]))]
        elif not at.is_finite:
            values = [self._limit(1 if at.lo > 0 else -1)]
        else:
            values = self._beside(at)
            if attained:  # by the formula at that very point, besides
                self._compare_with_bound([self._judge.at(at).value])
        self._compare_with_bound(values)

    def _compare_with_bound(self, values: list[Interval]) -> None:
        lower, shown = self.document.bounds.lo, " or ".join(map(str, values))
        if all(value.hi < lower for value in values):
            raise Refuted(f"there it is {shown or 'not defined'}, below the bound")
        if not any(value.lo >= lower for value in values):
            raise Beyond(f"there it is only known to lie in {shown}")

    def _limit(self, side: int) -> Interval:
        """Return what the function tends to at infinity, along the points at which it swings out if it does."""
        if self.document.swing is None:
            return self._judge.limit(side)
        size, share, phase = self.document.swing
        period = multiple_of_pi(size)
        if period is None or not period[0] or not isinstance(share, Fraction):
            raise Beyond("the points at which it swings out are not understood")
        if Judge(phase, self.document.bounds.hi).limit(side).is_finite:
            raise Refuted("the phase of the points at which it swings out does not grow")
        at = _number(("*", share, size))
        return Judge(frozen(self.document.function, period, at, phase), self.document.bounds.hi).limit(side)

    def _on_plateau(self, low: Interval, high: Interval) -> Interval:
        """Return the value of the function where it is constant."""
        lower, upper = (Fraction(end) if end.is_finite() else None for end in (low.hi, high.lo))
        if lower is None and upper is None:
            return hull(self._judge.limit(-1), self._judge.limit(1))
        box = Box(lower, upper, "constant")
        self._judge.judge(box)
        value: Interval = self._judge.towards(*box.ends[0]).value
        return value

    def _beside(self, at: Interval) -> list[Interval]:
        """Return what the function tends to next to a point, from inside of each box that is there."""
        margin = hull(-1, 1) * (1 + hull(at, -at)) * Fraction(1, 10 ** (self.document.digits + _NEAR_DIGITS))
        found = []
        for _, box in self.document.boxes:
            if box.claim != "kink" and (at + margin).meets(box.region):
                near = [pair for pair in box.ends if (pair[0] - at).within(margin)]
                found += [self._judge.towards(*pair).value for pair in near or [(at, end) for end, _ in box.ends]]
        return found


def _at_most(number: Fraction, expr: Expression, sign: int) -> bool:
    """Say whether a fraction surely does not exceed a constant; with the sign -1, whether the constant does not."""
    if isinstance(expr, Fraction):
        return number * sign <= expr * sign
    return hull(number * sign).hi <= (_number(expr) * sign).lo


def _short(number: Fraction) -> str:
    return rounded(hull(number).lo)
