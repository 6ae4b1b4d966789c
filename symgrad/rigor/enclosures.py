"""Enclosures: two rational numbers with a real number between them, to as many digits as asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import arb

from .balls import constant_ball
from .decimals import decimal
from .errors import CannotEnclose
from .identities import vanishes
from .precisions import bits_for, checked_digits, working_precision

__all__ = ["Enclosure", "compare", "enclose", "enclosure_of", "rational"]

_LONGEST_EXPONENT = 2**27  # bits of a numerator or denominator that is still written out, 16 MB
_LONGEST_MANTISSA = 2**14  # bits of working precision beyond which a cancellation is not followed
_FEW_BITS = 64  # tell most numbers apart
_END_BITS = 64  # bits beyond those of the midpoint in which the ends of a ball are rounded outwards


@dataclass(frozen=True)
class Enclosure:
    """A real number, known to lie between two rational ones.

    Parameters
    ----------
    lower, upper : sympy.Expr
        Rational numbers, or ``-oo`` and ``oo``.
    digits : int
        Significant decimal digits that were asked for; what is known is ``upper - lower``.
    method : str
        How it was obtained, in a few words.
    expression : sympy.Expr, optional
        What is enclosed, so that it can be enclosed again.

    Raises
    ------
    ValueError
        If the ends are in the wrong order.

    Examples
    --------
    >>> enclose(sp.pi, 10).decimals(5)
    ('3.1415', '3.1416')
    >>> enclose(sp.pi).contains(sp.Rational(22, 7))
    False
    """

    lower: sp.Expr
    upper: sp.Expr
    digits: int
    method: str
    expression: sp.Expr | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("lower", "upper"):
            object.__setattr__(self, name, sp.sympify(getattr(self, name), strict=True))
        if not self.lower <= self.upper:
            raise ValueError(f"an enclosure needs lower <= upper, got {self.lower} and {self.upper}")

    def __float__(self) -> float:
        with working_precision(80):
            return float(self.ball().mid())

    @property
    def midpoint(self) -> sp.Expr:
        """The number in the middle, an exact rational; infinite where an end is."""
        if self.lower == -self.upper:
            return sp.S.Zero
        return (self.lower + self.upper) / 2

    def contains(self, number: Any) -> bool:
        """Say whether a number surely lies inside.

        Parameters
        ----------
        number : sympy.Expr or int
            Any constant.

        Returns
        -------
        bool
            False also where it cannot be decided.
        """
        below, above = compare(self.lower, number), compare(number, self.upper)
        return below in (-1, 0) and above in (-1, 0)

    def ball(self) -> Any:
        """Return an Arb ball around the enclosed number at the working precision."""
        if self.lower == self.upper:
            return constant_ball(self.lower)
        return constant_ball(self.lower).union(constant_ball(self.upper))

    def decimals(self, digits: int | None = None) -> tuple[str, str]:
        """Write both ends in decimals, rounded outwards.

        Parameters
        ----------
        digits : int, optional
            Significant digits; as many as were asked for if left out.

        Returns
        -------
        tuple of str
            Lower and upper end; ``"-inf"`` and ``"inf"`` where infinite.

        Raises
        ------
        ValueError
            If no digit is asked for.

        Examples
        --------
        >>> enclose(sp.Rational(1, 4)).decimals()
        ('0.25', '0.25')
        >>> enclose(sp.exp(-1000), 3).decimals()
        ('5.07e-435', '5.08e-435')
        """
        count = self.digits if digits is None else checked_digits(digits)
        return decimal(self.lower, count, down=True), decimal(self.upper, count, down=False)

    def rerun(self, digits: int) -> Enclosure:
        """Enclose the same number again to other digits.

        Parameters
        ----------
        digits : int
            Significant digits.

        Returns
        -------
        Enclosure
            Of the same number.

        Raises
        ------
        CannotEnclose
            If the enclosure does not know what it encloses.
        """
        if self.expression is None:
            raise CannotEnclose(f"this enclosure ({self.method}) does not keep what it encloses; compute it again")
        return enclose(self.expression, digits)


def rational(end: Any) -> sp.Expr:
    """Return an exact Arb number as a SymPy rational, or infinity."""
    if not end.is_finite():
        return sp.oo if end > 0 else -sp.oo
    mantissa, exponent = (int(part) for part in end.man_exp())
    if abs(exponent) > _LONGEST_EXPONENT:
        raise CannotEnclose(f"a number near 2**({exponent}) is too long to write out; enclose its logarithm instead")
    return sp.Integer(mantissa << exponent) if exponent >= 0 else sp.Rational(mantissa, 1 << -exponent)


def enclosure_of(ball: Any, digits: int, method: str, expression: sp.Expr | None = None) -> Enclosure:
    """Return the enclosure that a ball is.

    Parameters
    ----------
    ball : flint.arb
        The ball.
    digits : int
        Significant digits that were asked for.
    method : str
        How the ball was obtained.
    expression : sympy.Expr, optional
        What is enclosed.

    Returns
    -------
    Enclosure
        With rational ends.
    """
    with working_precision(ball.bits() + bits_for(digits) + _END_BITS):
        lower, upper = ball.lower(), ball.upper()
    return Enclosure(rational(lower), rational(upper), digits, method, expression)


def enclose(expr: Any, digits: int = 20) -> Enclosure:
    """Enclose a constant expression.

    Parameters
    ----------
    expr : sympy.Expr or int
        Without free symbols.
    digits : int, optional
        Significant decimal digits wanted.

    Returns
    -------
    Enclosure
        To that relative accuracy, unless a part of the expression is itself known to fewer digits.

    Raises
    ------
    CannotEnclose
        If a part has no rule, or the number might be zero and no algebra decides it.
    ValueError
        If the expression depends on a symbol, a float stands in it, or no digit is asked for.

    Examples
    --------
    >>> enclose(sp.sqrt(2), 6).decimals()
    ('1.41421', '1.41422')
    >>> enclose(sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(6)).upper
    0
    """
    number, digits = _constant(expr), checked_digits(digits)
    if isinstance(number, sp.Rational) or number in (sp.oo, -sp.oo):
        return Enclosure(number, number, digits, "exact", number)
    ball, bits = _sharp_ball(number, bits_for(digits))
    return enclosure_of(ball, digits, f"Arb ball at {bits} bits" if bits else "exact", number)


def _constant(expr: Any) -> sp.Expr:
    if isinstance(expr, float):
        raise ValueError(f"{expr!r} is a float, so its exact value is in doubt; write it as a Rational")
    number = sp.sympify(expr, strict=True)
    if number.free_symbols:
        names = ", ".join(sorted(str(s) for s in number.free_symbols))
        raise ValueError(f"only a constant can be enclosed, and {number} depends on {names}; substitute values first")
    return number


@lru_cache(maxsize=2048)
def _sharp_ball(number: sp.Expr, wanted: int) -> tuple[Any, int]:
    """Raise the working precision until the ball is accurate to the wanted bits; zero bits mean exactly zero."""
    bits, best = wanted + 16, -1
    while bits <= max(_LONGEST_MANTISSA, 4 * wanted):
        with working_precision(bits):
            ball = constant_ball(number)
        accuracy = ball.rel_accuracy_bits() if ball.is_finite() else -1
        if (ball.is_exact() and ball.is_finite()) or accuracy >= wanted - 20:
            return ball, bits
        if accuracy <= best and accuracy > 0:
            return ball, bits  # more bits do not help: a part of the number is known to so many digits only
        if accuracy <= 0 and bits > 2 * wanted and vanishes(number):
            return arb(0), 0
        bits, best = 2 * bits, max(best, accuracy)
    raise CannotEnclose(f"{number} could not be told from zero or infinity with {bits // 2} bits")


def compare(a: Any, b: Any) -> int | None:
    """Compare two constants, with certainty.

    Parameters
    ----------
    a, b : sympy.Expr or int
        Without free symbols; infinities allowed.

    Returns
    -------
    int or None
        -1, 0 or 1 for less, equal or greater; None if it is not decided. Equal is said only with a proof by algebra.

    Examples
    --------
    >>> compare(sp.pi, sp.Rational(355, 113))
    -1
    >>> compare(sp.sqrt(8), 2 * sp.sqrt(2))
    0
    """
    first, second = _constant(a), _constant(b)
    if first == second:
        return 0
    if {first, second} & {sp.zoo, sp.nan}:
        return None
    if (side := _side(first, second)) is not None:
        return side
    if not (first.is_infinite or second.is_infinite):
        return _sign(first - second)
    greater = first == sp.oo or second == -sp.oo
    return 1 if greater else -1


def _side(first: sp.Expr, second: sp.Expr) -> int | None:
    """Compare two numbers whose balls are far apart, without the algebra that their difference costs."""
    try:
        with working_precision(_FEW_BITS):
            left, right = constant_ball(first), constant_ball(second)
    except CannotEnclose:
        return None
    return -1 if left < right else 1 if left > right else None


def _sign(difference: sp.Expr) -> int | None:
    try:
        ball, _ = _sharp_ball(difference, 30)
    except CannotEnclose:
        return None
    return 1 if ball > 0 else -1 if ball < 0 else 0 if ball.is_zero() else None
