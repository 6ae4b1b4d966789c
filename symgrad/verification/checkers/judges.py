"""Judges: what is claimed of a function on an interval is proved there, or refuted at a point, or left open.

An interval is cut in two until the derivatives, computed on each part, show the claim; a half-line is left to the
expansion of a tail from some point on, and cut up to there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from .boxes import Box, rounded
from .branches import is_smooth, resolved
from .expressions import Expression
from .intervals import Interval, hull
from .jets import Beyond, Jet, NoRule, evaluated
from .tails import Tail

__all__ = ["Judge", "Refuted", "compare_values"]

_HALF = Fraction(1, 2)
_MOST_PARTS = 3000
_MOST_HALVINGS = 200
_STARTS = 12  # how often the start of a tail is doubled

Law = Callable[[Jet], bool | None]  # on a part: it holds, it fails everywhere, or neither is known


class Refuted(ArithmeticError):
    """A claim that is false."""


def _ranges(jet: Jet) -> Jet:
    return Jet(*(part.box() if isinstance(part, Tail) else hull(part) for part in jet))


@dataclass(frozen=True)
class Judge:
    """Decides claims about one function.

    Parameters
    ----------
    expr : Expression
        The function.
    upper : Decimal
        What its supremum is said not to exceed.
    """

    expr: Expression
    upper: Decimal

    def judge(self, box: Box) -> None:
        """Prove what is claimed on a box, and that the function does not exceed the bound there.

        Parameters
        ----------
        box : Box
            An interval or a half-line.

        Raises
        ------
        Refuted
            If a claim is false.
        Beyond
            If it is neither proved nor refuted.
        """
        if box.claim == "monotone":
            self._monotone(box)
        elif box.claim == "critical":
            self._critical(box)
        elif box.claim == "concave":
            self.everywhere(box, _bends_down, set())
            self._arc(box, [(end, self.towards(end, inside)) for end, inside in box.ends])
        elif box.claim in _LAWS:
            self.everywhere(box, _LAWS[box.claim], set())
        else:
            self.everywhere(box, self.is_below)
        if box.claim in ("monotone", "convex", "constant"):
            self._ends(box)

    def is_below(self, jet: Jet) -> bool | None:
        """The value does not exceed the bound."""
        return True if jet.value.hi <= self.upper else False if jet.value.lo > self.upper else None

    def _monotone(self, box: Box) -> None:
        """Prove that the slope does not change its sign: the sign that it has somewhere inside, or either."""
        if box.lower is not None and box.upper is not None:
            inner = (box.lower + box.upper) / 2
            sign = self.at(hull(inner)).slope.sign
            if sign:
                self.everywhere(box, _rises if sign == 1 else _falls, set())
                return
        try:
            self.everywhere(box, _rises, set())
        except (Refuted, Beyond):
            self.everywhere(box, _falls, set())

    def _ends(self, box: Box) -> None:
        values = [self.towards(end, inside).value for end, inside in box.ends]
        values += [self.limit(side) for side, end in ((-1, box.lower), (1, box.upper)) if end is None]
        for value in values:
            if value.lo > self.upper:
                raise Refuted(f"the value at its end is {value}, above the bound")
            if not value.hi <= self.upper:
                raise Beyond(f"the value at its end is only known to lie in {value}")

    def _critical(self, box: Box) -> None:
        """Prove that the slope falls, from positive to negative in the bracket, and bound the arc by a tangent."""
        bracket = box.bracket
        if bracket is None or box.value is None or not bracket.within(box.region):
            raise Refuted("the critical point is not inside its box")
        self.everywhere(box, _bends_down, set())
        left, right = (self.at(hull(end)).slope for end in (bracket.lo, bracket.hi))
        if left.hi < 0 or right.lo > 0:
            raise Refuted(f"the slope does not change its sign in {bracket}")
        if not (left.lo > 0 and right.hi < 0):
            raise Beyond(f"the sign of the slope at the ends of {bracket} is not certain")
        middle = hull(bracket.middle())
        peak = self.at(middle)
        self._arc(box, [(middle, peak)])
        compare_values("at the critical point", peak.value + hull(0, (peak.slope * (bracket - middle)).hi), box.value)

    def _arc(self, box: Box, tangents: list[tuple[Interval, Jet]]) -> None:
        """Bound a function whose slope falls by one of some tangents."""
        tops = [jet.value + hull(0, (jet.slope * (box.region - point)).hi) for point, jet in tangents]
        if any(jet.value.lo > self.upper for _, jet in tangents):
            raise Refuted(f"it takes the value {tangents[0][1].value}, above the bound")
        if not any(top.hi <= self.upper for top in tops):
            raise Beyond(f"it is only known to stay below {min(tops, key=lambda top: top.hi)}")

    def at(self, point: Interval) -> Jet:
        """Return value and derivatives at a point."""
        return _ranges(evaluated(resolved(self.expr, point), point))

    # ------------------------------------------------------------------------------------------------------- regions

    def everywhere(self, box: Box, law: Law, formulas: set[Expression] | None = None) -> None:
        """Prove a law on an interval or a half-line; raise as `judge`.

        Parameters
        ----------
        box : Box
            Where.
        law : callable
            Of a jet.
        formulas : set of Expression, optional
            Collects the formulas that hold on the parts: a law of slopes says something only where there is but one.
        """
        if box.lower is not None and box.upper is not None:
            self._on_interval(hull(box.lower, box.upper), law, formulas)
            return
        side = -1 if box.lower is None else 1
        start = box.upper if box.lower is None else box.lower
        if start is None:
            raise Beyond("there is no rule for the whole line as one box")
        for begin, expr, jet in self.tails(side, max(1, ceil(side * start))):
            if law(_ranges(jet)):
                _add(expr, formulas)
                self._on_interval(hull(start, side * begin), law, formulas)
                return
        raise Beyond("the expansion at infinity does not show it")

    def tails(self, side: int, first: int) -> Iterator[tuple[int, Expression, Jet]]:
        """Yield the function with its derivatives on half-lines, from further and further out."""
        for begin in (first * 2**k for k in range(_STARTS)):
            region = Tail.variable(side, begin)
            try:
                expr = resolved(self.expr, region)
                if is_smooth(expr):
                    yield begin, expr, evaluated(expr, region)
            except NoRule:
                raise
            except Beyond:
                continue

    def _on_interval(self, whole: Interval, law: Law, formulas: set[Expression] | None) -> None:
        waiting = [whole] if whole.lo < whole.hi else []
        for _ in range(_MOST_PARTS):
            if not waiting:
                return
            part = waiting.pop()
            if not self._holds(part, law, formulas):
                waiting += _halves(part)
        raise Beyond(f"{_MOST_PARTS} parts do not show it")

    def _holds(self, part: Interval, law: Law, formulas: set[Expression] | None) -> bool:
        """Say whether a law is seen to hold on a part; raise if it is seen to fail at its middle."""
        try:
            expr = resolved(self.expr, part)
            jet = _ranges(evaluated(expr, part))
            middle = hull(part.middle())
            at = jet if (seen := law(jet)) else _ranges(evaluated(expr, middle))
        except NoRule:
            raise
        except Beyond:
            return False
        if law(at) is False:
            raise Refuted(f"it is not so at x = {rounded(middle.lo)}")
        if not (seen or law(_sharpened(jet, at, part - middle))):
            return False
        _add(expr, formulas)
        return True

    def towards(self, end: Interval, inside: Interval, at: Interval | None = None) -> Jet:
        """Return the jet of the formula that holds between an end and what is inside, at the end or near it."""
        for _ in range(_MOST_HALVINGS):
            expr = resolved(self.expr, hull(end, inside))
            if is_smooth(expr):
                return _ranges(evaluated(expr, end if at is None else at))
            inside = _HALF * (inside + end)
        raise Beyond(f"the function changes its formula ever closer to {end}")

    def limit(self, side: int) -> Interval:
        """Enclose all that the function comes near to at infinity."""
        for _, _, jet in self.tails(side, 2):
            found = jet.value.limit() if isinstance(jet.value, Tail) else hull(jet.value)
            if found is not None:
                return found
        raise Beyond(f"no limit at {'oo' if side == 1 else '-oo'} is found")


def _sharpened(jet: Jet, at: Jet, offset: Interval) -> Jet:
    """Use the mean value theorem for the value and for the slope."""
    return Jet(jet.value.cut(at.value + jet.slope * offset), jet.slope.cut(at.slope + jet.bend * offset), jet.bend)


def _halves(part: Interval) -> list[Interval]:
    middle = part.middle()
    if not part.lo < middle < part.hi:
        raise Beyond(f"it is not certain near {part}")
    return [Interval(middle, part.hi), Interval(part.lo, middle)]


def _add(expr: Expression, formulas: set[Expression] | None) -> None:
    if formulas is not None:
        formulas.add(expr)
        if len(formulas) > 1:
            raise Beyond("the formula of the function changes inside")


def compare_values(where: str, found: Interval, given: Interval) -> None:
    """Say whether a number is where a certificate puts it; raise as `Judge.judge`."""
    if not found.meets(given):
        raise Refuted(f"the value {where} is {found}, not in {given}")
    if not found.within(given):
        raise Beyond(f"the value {where} is only known to lie in {found}")


def _rises(jet: Jet) -> bool | None:
    return True if jet.slope.lo >= 0 else False if jet.slope.hi < 0 else None


def _falls(jet: Jet) -> bool | None:
    return True if jet.slope.hi <= 0 else False if jet.slope.lo > 0 else None


def _bends_up(jet: Jet) -> bool | None:
    return True if jet.bend.lo >= 0 else False if jet.bend.hi < 0 else None


def _bends_down(jet: Jet) -> bool | None:
    return True if jet.bend.hi < 0 else False if jet.bend.lo > 0 else None


def _is_constant(jet: Jet) -> bool | None:
    return True if jet.slope.sign == 0 else False if jet.slope.sign else None


_LAWS: dict[str, Law] = {"convex": _bends_up, "constant": _is_constant}
