"""Numbers that may stand in SymPy expressions and know a ball around themselves.

An implicit constant is the root of an equation, and known to any precision. An enclosed constant is known by an
enclosure alone. A defined constant is a closed form that is too long to be written out wherever it stands.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Self

import sympy as sp
from flint import ctx

from .balls import BALLS, BOXES, constant_ball
from .contractions import refine
from .enclosures import Enclosure
from .errors import CannotEnclose
from .intervals import Interval
from .jets import taylor_coefficients
from .precisions import working_precision
from .programs import compiled

__all__ = ["DefinedConstant", "EnclosedConstant", "ImplicitConstant"]

_CHECK_BITS = 160
_WRITTEN_DIGITS = 60  # of the number in generated code for mpmath
_NAMED_DIGITS = 5  # digits of the constant that tell it from others where it is printed


class _RigorousNumber(sp.AtomicExpr):
    """A real number that gives a ball around itself at the working precision."""

    is_number = True
    is_real = True
    is_extended_real = True
    is_finite = True
    is_commutative = True
    is_comparable = True

    def ball(self) -> Any:
        """Return an Arb ball around the number at the working precision."""
        raise NotImplementedError

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """No symbols: those of an equation are bound."""
        return set()

    def _sign(self) -> int:
        with working_precision(_CHECK_BITS):
            ball = self.ball()
        return 1 if ball > 0 else -1 if ball < 0 else 0

    def _eval_is_positive(self) -> bool | None:
        return {1: True, -1: False}.get(self._sign())

    def _eval_is_negative(self) -> bool | None:
        return {1: False, -1: True}.get(self._sign())

    def _eval_is_zero(self) -> bool | None:
        return False if self._sign() else None

    def _eval_evalf(self, prec: int) -> sp.Expr:
        with working_precision(prec + 8):
            mantissa, exponent = (int(part) for part in self.ball().mid().man_exp())
        return sp.Float(sp.Integer(mantissa) * sp.Integer(2) ** exponent, precision=prec)

    def _sympystr(self, printer: Any) -> str:
        return f"c_{sp.N(self, _NAMED_DIGITS)}"

    _sympyrepr = _sympystr

    def _pythoncode(self, printer: Any) -> str:
        return repr(float(self))

    _numpycode = _scipycode = _pythoncode

    def _mpmathcode(self, printer: Any) -> str:
        return f"{printer._module_format('mpmath.mpf')}('{self.evalf(_WRITTEN_DIGITS)}')"


class ImplicitConstant(_RigorousNumber):
    r"""The only root of an equation between two rational numbers.

    Parameters
    ----------
    equation : sympy.Expr
        What vanishes at the constant, analytic in ``x`` there.
    x : sympy.Symbol
        The unknown.
    lower, upper : sympy.Rational
        A bracket on which the equation is strictly monotone and changes its sign; both are checked.

    Raises
    ------
    CannotEnclose
        If the bracket does not provably hold exactly one root.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> c = ImplicitConstant(sp.cos(x) - x, x, sp.Rational(7, 10), sp.Rational(4, 5))
    >>> c.evalf(25)
    0.7390851332151606416553121
    >>> sp.latex(2 * c)
    '2 c_{0.73909}'
    >>> c < sp.Rational(3, 4), c.equation_latex
    (True, '- x + \\cos{\\left(x \\right)} = 0')
    """

    def __new__(cls, equation: sp.Expr, x: sp.Symbol, lower: Any, upper: Any) -> Self:
        """Check the bracket before a number is made of it."""
        low, high = sp.Rational(lower), sp.Rational(upper)
        _check_bracket(equation, x, low, high)
        made: Self = super().__new__(cls)
        made.equation, made.x, made.lower, made.upper = equation, x, low, high
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.equation, self.x, self.lower, self.upper

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.equation, self.x, self.lower, self.upper

    def ball(self) -> Any:
        """Return an Arb ball around the number at the working precision."""
        # Rounded up, so that the many precisions that SymPy asks for find the same root in the cache.
        bits = max(_CHECK_BITS, 1 << (ctx.prec - 1).bit_length())
        return _root_ball(self.equation, self.x, self.lower, self.upper, bits)

    @property
    def equation_latex(self) -> str:
        """The defining equation."""
        return f"{sp.latex(self.equation)} = 0"

    def _latex(self, printer: Any) -> str:
        return f"c_{{{sp.N(self, _NAMED_DIGITS)}}}"


@lru_cache(maxsize=1024)
def _check_bracket(equation: sp.Expr, x: sp.Symbol, lower: sp.Rational, upper: sp.Rational) -> None:
    program = compiled(equation, x)
    with working_precision(_CHECK_BITS):
        box = _box(lower, upper)
        slope = taylor_coefficients(program, BOXES, box, 1)[1]
        ends = [program.run(BALLS, constant_ball(end)) for end in (lower, upper)]
    signs = {1 if end > 0 else -1 if end < 0 else 0 for end in ends}
    if slope.sign == 0 or signs != {1, -1}:
        raise CannotEnclose(f"{equation} does not provably have exactly one zero between {lower} and {upper}")


@lru_cache(maxsize=1024)
def _root_ball(equation: sp.Expr, x: sp.Symbol, lower: sp.Rational, upper: sp.Rational, bits: int) -> Any:
    root = _root(equation, x, lower, upper, bits)
    with working_precision(bits):
        return root.lo.union(root.hi)


@lru_cache(maxsize=1024)
def _root(equation: sp.Expr, x: sp.Symbol, lower: sp.Rational, upper: sp.Rational, bits: int) -> Interval:
    """Refine the root that half the bits gave, or the bracket."""
    with working_precision(max(bits, _CHECK_BITS)):  # a bracket rounded to a few bits might isolate nothing
        known = _box(lower, upper)
        if bits > _CHECK_BITS:
            known = _root(equation, x, lower, upper, max(bits // 2, _CHECK_BITS))
        return refine(compiled(equation, x), known, bits)


def _box(lower: sp.Rational, upper: sp.Rational) -> Interval:
    return BOXES.constant(lower).hull(BOXES.constant(upper))


class EnclosedConstant(_RigorousNumber):
    """A number that is known by an enclosure alone.

    Parameters
    ----------
    name_latex : str
        How a paper writes it.
    enclosure : Enclosure
        Around it; finite.

    Raises
    ------
    ValueError
        If the enclosure is not finite.

    Examples
    --------
    >>> q = EnclosedConstant("q^*", Enclosure(sp.Rational(56, 100), sp.Rational(58, 100), 2, "a fixed point"))
    >>> sp.latex(q**2), q < 1
    ('{q^*}^{2}', True)
    >>> q.evalf(3)
    0.570
    """

    def __new__(cls, name_latex: str, enclosure: Enclosure) -> Self:
        """Check that the ends are finite."""
        if not (enclosure.lower.is_finite and enclosure.upper.is_finite):
            ends = f"{enclosure.lower} and {enclosure.upper}"
            raise ValueError(f"an enclosed constant needs finite ends, got {ends}; give a tighter enclosure")
        made: Self = super().__new__(cls)
        made.name_latex, made.enclosure = name_latex, enclosure
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.name_latex, self.enclosure.lower, self.enclosure.upper

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.name_latex, self.enclosure

    def ball(self) -> Any:
        """Return the ball that the enclosure is."""
        return self.enclosure.ball()

    def _latex(self, printer: Any) -> str:
        return f"{{{self.name_latex}}}" if "^" in self.name_latex else self.name_latex


class DefinedConstant(_RigorousNumber):
    r"""A closed form with a name.

    Parameters
    ----------
    name_latex : str
        How a paper writes it.
    definition : sympy.Expr
        What it is.

    Examples
    --------
    >>> golden = DefinedConstant(r"\varphi", (1 + sp.sqrt(5)) / 2)
    >>> sp.latex(2 * golden), golden.evalf(5)
    ('2 \\varphi', 1.6180)
    """

    def __new__(cls, name_latex: str, definition: sp.Expr) -> Self:
        """Keep the name and the definition."""
        made: Self = super().__new__(cls)
        made.name_latex, made.definition = name_latex, definition
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.name_latex, self.definition

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.name_latex, self.definition

    def ball(self) -> Any:
        """Return an Arb ball around the number at the working precision."""
        return constant_ball(self.definition)

    def _latex(self, printer: Any) -> str:
        return str(self.name_latex)
