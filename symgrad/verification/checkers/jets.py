"""Jets: value, first and second derivative of an expression on a region, by the rules of differentiation.

A region is an interval, or a tail (`tails`); whatever is said holds at each of its points. Constants stay exact
fractions as long as they can. A region that holds a pole, or points at which the expression is not real, is refused:
so an expression whose jet is known is continuous there, however its parts may cancel.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, reduce
from math import isqrt
from typing import Any, NamedTuple

from .expressions import Expression
from .functions import FUNCTIONS, pi
from .intervals import WHOLE, Interval, carried, hull, interval

__all__ = ["Beyond", "Jet", "NoRule", "evaluated", "function_jet", "is_plain", "power_jet", "raised"]

_HALF = Fraction(1, 2)
_ROOT_STEPS = 100
_EXACT_POWER = 64  # beyond, a power of a fraction is rounded: its digits would outgrow what is carried


class Beyond(ArithmeticError):
    """Something that this checker cannot show; it never means that it is false."""


class NoRule(Beyond):
    """A word that this checker does not know, or not there."""


class Jet(NamedTuple):
    """Value, slope and bend (the second derivative); each a number or a tail."""

    value: Any
    slope: Any = 0
    bend: Any = 0

    @property
    def is_constant(self) -> bool:
        """Whether it is known without computation that nothing varies."""
        return is_plain(self.slope) and is_plain(self.bend) and self.slope == self.bend == 0


def is_plain(number: Any) -> bool:
    """Say whether a number is exact."""
    return isinstance(number, int | Fraction)


def _times(a: Any, b: Any) -> Any:
    """Multiply; an exact 0 or 1 costs nothing."""
    for one, other in ((a, b), (b, a)):
        if is_plain(one) and one in (0, 1):
            return other if one else 0
    return a * b


def _product(a: Jet, b: Jet) -> Jet:
    slope = _times(a.slope, b.value) + _times(a.value, b.slope)
    bend = _times(a.bend, b.value) + 2 * _times(a.slope, b.slope) + _times(a.value, b.bend)
    return Jet(_times(a.value, b.value), slope, bend)


def raised(base: Any, exponent: Fraction | int) -> Any:
    """Raise to a constant power, exactly if that is a fraction again."""
    if not is_plain(base):
        return base**exponent
    p, root = Fraction(exponent), _square_root(Fraction(base))
    if p.denominator == 2 and root is not None:
        p, base = 2 * p, root
    exact = p.denominator == 1 and abs(p) < _EXACT_POWER and (base or p > 0)
    return Fraction(base) ** int(p) if exact else hull(base) ** p


def _square_root(number: Fraction) -> Fraction | None:
    """Return the root of a square of a fraction."""
    if number < 0:
        return None
    root = Fraction(isqrt(number.numerator), isqrt(number.denominator))
    return root if root * root == number else None


def _apply(word: str, u: Any) -> Any:
    return FUNCTIONS[word](hull(u)) if is_plain(u) or isinstance(u, Interval) else u.applied(word)


def _check(base: Any, p: Fraction, what: str) -> None:
    """Refuse a region on which a power, or what has its poles, has a pole or is not real."""
    if is_plain(base) or isinstance(base, Interval):
        low, high = hull(base).lo, hull(base).hi
        if p < 0 and low <= 0 <= high:
            raise Beyond(f"{what} may have a pole: its base lies in {hull(base)}")
        if p.denominator != 1 and low < 0:
            raise Beyond(f"{what} may not be real: its base lies in {hull(base)}")


# ---------------------------------------------------------------------------------------------------------- functions


def _of_logistic(y: Any) -> Any:
    """Return ``y (1 - y)`` with y in one place, which is sharper."""
    return Fraction(1, 4) + _times(-1, raised(y + -_HALF, 2))


def _bell(u: Any, rate: Fraction, height: Interval) -> tuple[Any, Any]:
    slope = _apply("exp", _times(-rate, raised(u, 2))) * height
    return slope, -2 * rate * u * slope


def _above_square(u: Any, exponent: Fraction) -> Any:
    return raised(1 + raised(u, 2), exponent)


# The first and the second derivative of each function, in its argument and its value.
_SLOPES: dict[str, Callable[[Any, Any], tuple[Any, Any]]] = {
    "exp": lambda _u, y: (y, y),
    "log": lambda u, _y: (raised(u, -1), -1 * raised(u, -2)),
    "tanh": lambda _u, y: ((s := 1 + -1 * raised(y, 2)), -2 * y * s),
    "logistic": lambda _u, y: ((s := _of_logistic(y)), s * (1 + -2 * y)),
    "softplus": lambda u, _y: ((s := _apply("logistic", u)), _of_logistic(s)),
    "erf": lambda u, _y: _bell(u, Fraction(1), 2 * pi() ** -_HALF),
    "normal_cdf": lambda u, _y: _bell(u, _HALF, (2 * pi()) ** -_HALF),
    "cos": lambda u, y: (-1 * _apply("sin", u), -1 * y),
    "sin": lambda u, y: (_apply("cos", u), -1 * y),
    "sinh": lambda u, y: (_apply("cosh", u), y),
    "cosh": lambda u, y: (_apply("sinh", u), y),
    "atan": lambda u, _y: (_above_square(u, Fraction(-1)), -2 * u * _above_square(u, Fraction(-2))),
    "asinh": lambda u, _y: (_above_square(u, -_HALF), -1 * u * _above_square(u, Fraction(-3, 2))),
}


def _chained(u: Jet, value: Any, slope: Any, bend: Any) -> Jet:
    return Jet(value, _times(slope, u.slope), _times(bend, _times(u.slope, u.slope)) + _times(slope, u.bend))


def function_jet(word: str, u: Jet) -> Jet:
    """Apply a function by the chain rule; raise Beyond where it is not regular."""
    if word == "log":
        _check(u.value, -_HALF, "a logarithm")
    value = _apply(word, u.value)
    return Jet(value) if u.is_constant else _chained(u, value, *_SLOPES[word](u.value, value))


def power_jet(base: Jet, p: Fraction) -> Jet:
    """Raise to a constant power; raise Beyond where that is not regular."""
    _check(base.value, p, f"the power {p}")
    value = raised(base.value, p)
    if base.is_constant or p == 1:
        return base if p == 1 else Jet(value)
    slope, bend = p * raised(base.value, p - 1), p * (p - 1)
    return _chained(base, value, slope, bend if p == 2 else bend * raised(base.value, p - 2))


# --------------------------------------------------------------------------------------------------------- evaluation

Step = tuple[Any, tuple[int, ...]]


@lru_cache(maxsize=4096)
def _steps(expr: Expression) -> tuple[Step, ...]:
    """Return an expression as a list of steps that use the results of those before; equal parts are one step."""
    steps: list[Step] = []
    places: dict[Expression, int] = {}

    def place(part: Expression) -> int:
        if part not in places:
            inner = part[1:] if isinstance(part, tuple) and part[0] not in _CONSTANTS else ()
            inner = tuple(value for value, _ in inner) if inner and part[0] == "cases" else inner
            indices = tuple(place(each) for each in inner)
            steps.append((part[0] if inner else part, indices))
            places[part] = len(steps) - 1
        return places[part]

    place(expr)
    return tuple(steps)


def evaluated(expr: Expression, x: Any) -> Jet:
    """Return the jet of an expression, the variable being a region; raise Beyond where it is not regular."""
    done: list[Jet] = []
    for word, indices in _steps(expr):
        done.append(_computed(word, [done[k] for k in indices]) if indices else _atom(word, x))
    return done[-1]


def _computed(word: str, arguments: list[Jet]) -> Jet:
    if word == "+":
        return Jet(*(sum(column[1:], column[0]) for column in zip(*arguments, strict=True)))
    if word == "*":
        return reduce(_product, arguments)
    if word == "^":
        return _general_power(*arguments)
    if word in _SLOPES:
        return function_jet(word, arguments[0])
    if word not in _RANGES:
        raise NoRule(f"there is no rule for {word}")
    ranges = [interval(u.value) or WHOLE for u in arguments]
    return Jet(_RANGES[word](ranges), WHOLE, WHOLE)  # undecided: of the slope nothing is known


def _atom(part: Expression, x: Any) -> Jet:
    if part == "x" and x is not None:
        return Jet(x, 1)
    if isinstance(part, Fraction):
        return Jet(part)
    if part == "pi":
        return Jet(pi())
    if isinstance(part, tuple):
        return Jet(_CONSTANTS[part[0]](*part[1:]))
    raise ValueError(f"{part} stands where a number is needed")


def _general_power(base: Jet, exponent: Jet) -> Jet:
    if is_plain(exponent.value) and exponent.is_constant:
        return power_jet(base, exponent.value)
    return function_jet("exp", _product(exponent, function_jet("log", base)))


# The range of a word whose branch is not decided.
_RANGES: dict[str, Callable[[list[Interval]], Interval]] = {
    "cases": lambda u: hull(*u),
    "abs": lambda u: hull(0, max(u[0].hi, u[0].lo.copy_negate())),
    "sign": lambda u: hull(-1 if u[0].lo < 0 else 0, 1 if u[0].hi > 0 else 0),
    "heaviside": lambda u: hull(0 if u[0].lo < 0 else _HALF, 1 if u[0].hi > 0 else _HALF),
    "max": lambda u: Interval(max(v.lo for v in u), max(v.hi for v in u)),
    "min": lambda u: Interval(min(v.lo for v in u), min(v.hi for v in u)),
}


def _root(equation: Expression, lower: Fraction, upper: Fraction) -> Interval:
    return _sharp_root(equation, lower, upper, carried())


@lru_cache(maxsize=256)
def _sharp_root(equation: Expression, lower: Fraction, upper: Fraction, _digits: int) -> Interval:
    """Enclose all roots between two points at which the signs differ: interval Newton loses none."""
    signs = {hull(evaluated(equation, hull(end)).value).sign for end in (lower, upper)}
    if signs != {1, -1}:
        raise Beyond(f"the equation of a root does not provably change its sign between {lower} and {upper}")
    box = hull(lower, upper)
    for _ in range(_ROOT_STEPS):
        middle = hull(box.middle())
        step = middle - hull(evaluated(equation, middle).value) / hull(evaluated(equation, box).slope)
        if box.within(step) or not step.meets(box):
            break
        box = box.cut(step)
    return box


_CONSTANTS: dict[str, Callable[..., Interval]] = {"root": _root, "between": hull}
