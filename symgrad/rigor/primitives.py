"""Primitives: the one table that says how each function is evaluated and what its slope is.

A row holds the function on thin balls, on wide boxes and on complex balls, and its slope written in the argument and
the value. The slopes drive all derivatives of this room (`jets`), so that they owe nothing to ``sympy.diff``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import acb, arb

from ..claims.bessels import SineIntegral, SphericalBessel
from ..claims.functions import Logistic, NormalCdf, NormalPdf, Softplus
from .errors import CannotEnclose
from .families import FAMILIES, Member
from .families import U as _FAMILY_ARGUMENT
from .intervals import MINUS_INFINITY, ONE, WHOLE, ZERO, Interval

__all__ = ["PRIMITIVES", "Primitive", "U", "Y", "primitive"]

U, Y = sp.Dummy("u", real=True), sp.Dummy("y", real=True)  # argument and value, as slopes are written in

Ball = Callable[[Any], Any]
Box = Callable[[Interval], Interval]
Complex = Callable[[Any, bool], Any]


@dataclass(frozen=True)
class Primitive:
    """One function of one argument.

    Parameters
    ----------
    ball : callable
        On a real ball.
    box : callable
        On an interval, infinite ends allowed.
    complex : callable
        On a complex ball. With the flag set, the result must be non-finite unless the function is analytic there.
    slope : sympy.Expr
        The derivative, in ``U`` (the argument) and ``Y`` (the value).
    inverse : sympy.Expr, optional
        The only real ``U`` with the value ``Y``, for monotone functions.
    """

    ball: Ball
    box: Box
    complex: Complex
    slope: sp.Expr
    inverse: sp.Expr | None = None


def _increasing(ball: Ball) -> Box:
    return lambda u: Interval(ball(u.lo).lower(), ball(u.hi).upper())


def _even(ball: Ball, *, peak_at_zero: bool) -> Box:
    """Return the box version of an even function that is monotone in the absolute value."""

    def box(u: Interval) -> Interval:
        near, far = ball(u.mignitude()), ball(u.magnitude())
        low, high = (far, near) if peak_at_zero else (near, far)
        return Interval(low.lower(), high.upper())

    return box


def _oscillating(ball: Ball) -> Box:
    def box(u: Interval) -> Interval:
        if not u.is_finite:
            return Interval(-ONE, ONE)
        value = ball(u.lo.union(u.hi))
        return Interval.ball(value) if value.is_finite() else Interval(-ONE, ONE)

    return box


def _log_box(u: Interval) -> Interval:
    low = u.lo.log().lower() if u.lo > 0 else MINUS_INFINITY
    return Interval(low, u.hi.log().upper()) if u.hi > 0 else WHOLE


def _tan_box(u: Interval) -> Interval:
    value = u.lo.union(u.hi).tan() if u.is_finite else arb.nan()
    return Interval.ball(value) if value.is_finite() else WHOLE


def _uncut(name: str) -> Complex:
    """Return a function without branch cuts; on a ball around a pole it is not finite as it is."""
    return lambda z, _analytic: getattr(z, name)()


def _cut(name: str) -> Complex:
    return lambda z, analytic: getattr(z, name)(analytic=analytic)


def _off_imaginary_cuts(name: str) -> Complex:
    """Return atan or asinh, whose branch cuts lie on the imaginary axis beyond ``i`` and ``-i``."""

    def complex_ball(z: Any, analytic: bool) -> Any:
        crosses = not (z.real > 0 or z.real < 0 or abs(z.imag) < 1)
        if analytic and crosses:
            return acb(arb.nan())
        # On the right the logarithm in asinh(z) cancels, and a wide ball gives nothing; both functions are odd.
        return -getattr(-z, name)() if z.real > 0 else getattr(z, name)()

    return complex_ball


def _cut_left_of(name: str, branch_point: Callable[[], Any]) -> Complex:
    """Return a function whose branch cut lies on the real axis left of a point; FLINT does not look out for it."""

    def complex_ball(z: Any, analytic: bool) -> Any:
        crosses = z.imag.contains(0) and not z.real > branch_point()
        return acb(arb.nan()) if analytic and crosses else getattr(z, name)()

    return complex_ball


def _as_ball(name: str) -> Box:
    """Return the box version of a function that is no better known on an interval than on the ball around it."""

    def box(u: Interval) -> Interval:
        value = getattr(u.lo.union(u.hi), name)() if u.is_finite else arb.nan()
        return Interval.ball(value) if value.is_finite() else WHOLE

    return box


def _logistic(u: Any) -> Any:
    """Never overflow: the exponential is taken of what is not positive."""
    if u < 0:
        growing = u.exp()
        return growing / (1 + growing)
    return 1 / (1 + (-u).exp())


def _softplus(u: Any) -> Any:
    return u + (-u).exp().log1p() if u > 0 else u.exp().log1p()


def _complex_logistic(z: Any, _analytic: bool) -> Any:
    """Take the exponential of what is not to the right, so that a wide ball stays away from the poles."""
    if z.real < 0:
        growing = z.exp()
        return growing / (1 + growing)
    return 1 / (1 + (-z).exp())


def _complex_softplus(z: Any, analytic: bool) -> Any:
    """Likewise, so that a wide ball stays away from the branch points."""
    return z + (1 + (-z).exp()).log(analytic=analytic) if z.real > 0 else (1 + z.exp()).log(analytic=analytic)


def _normal_pdf(u: Any) -> Any:
    return (-u * u / 2).exp() / (2 * arb.pi()).sqrt() if u.is_finite() else ZERO


def _normal_cdf(u: Any) -> Any:
    return (-u / arb(2).sqrt()).erfc() / 2


def _erf(u: Any) -> Any:
    return u.erf() if u.is_finite() else u.sgn()


def _tanh(u: Any) -> Any:
    return u.tanh() if u.is_finite() else u.sgn()


def _atan(u: Any) -> Any:
    return u.atan() if u.is_finite() else u.sgn() * arb.pi() / 2


def _row(name: str, slope: sp.Expr, box: Box, complex_ball: Complex, inverse: sp.Expr | None = None) -> Primitive:
    return Primitive(lambda u: getattr(u, name)(), box, complex_ball, slope, inverse)


def _increasing_row(ball: Ball, slope: sp.Expr, complex_ball: Complex, inverse: sp.Expr | None = None) -> Primitive:
    return Primitive(ball, _increasing(ball), complex_ball, slope, inverse)


def _exp(u: Any) -> Any:
    return ZERO if u == MINUS_INFINITY else u.exp()


PRIMITIVES: dict[type[sp.Function], Primitive] = {
    sp.exp: _increasing_row(_exp, Y, _uncut("exp"), sp.log(Y)),
    sp.log: _row("log", 1 / U, _log_box, _cut("log"), sp.exp(Y)),
    sp.tanh: _increasing_row(_tanh, 1 - Y**2, _uncut("tanh"), sp.log((1 + Y) / (1 - Y)) / 2),
    sp.erf: _increasing_row(_erf, 2 / sp.sqrt(sp.pi) * sp.exp(-(U**2)), _uncut("erf")),
    sp.erfc: Primitive(
        lambda u: u.erfc(),
        lambda u: Interval(u.hi.erfc().lower(), u.lo.erfc().upper()),
        _uncut("erfc"),
        -2 / sp.sqrt(sp.pi) * sp.exp(-(U**2)),
    ),
    SineIntegral: Primitive(lambda u: u.si(), _as_ball("si"), _uncut("si"), SphericalBessel(0, U)),
    sp.LambertW: Primitive(
        lambda u: u.lambertw(),
        lambda u: Interval(u.lo.lambertw().lower(), u.hi.lambertw().upper() if u.hi.is_finite() else u.hi),
        _cut_left_of("lambertw", lambda: -arb(-1).exp()),
        sp.exp(-Y) / (1 + Y),
        Y * sp.exp(Y),
    ),
    sp.gamma: _row("gamma", Y * sp.polygamma(0, U), _as_ball("gamma"), _uncut("gamma")),
    sp.loggamma: _row("lgamma", sp.polygamma(0, U), _as_ball("lgamma"), _cut_left_of("lgamma", lambda: ZERO)),
    sp.atan: _increasing_row(_atan, 1 / (1 + U**2), _off_imaginary_cuts("atan"), sp.tan(Y)),
    sp.sinh: _increasing_row(lambda u: u.sinh(), sp.cosh(U), _uncut("sinh"), sp.asinh(Y)),
    sp.asinh: _increasing_row(lambda u: u.asinh(), 1 / sp.sqrt(1 + U**2), _off_imaginary_cuts("asinh"), sp.sinh(Y)),
    sp.cosh: _row("cosh", sp.sinh(U), _even(lambda u: u.cosh(), peak_at_zero=False), _uncut("cosh")),
    sp.sech: _row("sech", -Y * sp.tanh(U), _even(lambda u: u.sech(), peak_at_zero=True), _uncut("sech")),
    sp.sin: _row("sin", sp.cos(U), _oscillating(lambda u: u.sin()), _uncut("sin")),
    sp.cos: _row("cos", -sp.sin(U), _oscillating(lambda u: u.cos()), _uncut("cos")),
    sp.tan: _row("tan", 1 + Y**2, _tan_box, _uncut("tan")),
    Logistic: _increasing_row(_logistic, Y * (1 - Y), _complex_logistic, sp.log(Y / (1 - Y))),
    Softplus: _increasing_row(_softplus, Logistic(U), _complex_softplus, sp.log(sp.exp(Y) - 1)),
    NormalPdf: Primitive(
        _normal_pdf,
        _even(_normal_pdf, peak_at_zero=True),
        lambda z, _: (-z * z / 2).exp() / (2 * arb.pi()).sqrt(),
        -U * Y,
    ),
    NormalCdf: _increasing_row(_normal_cdf, NormalPdf(U), lambda z, _: (-z / arb(2).sqrt()).erfc() / 2),
}


@lru_cache(maxsize=256)
def _member(head: Member) -> Primitive:
    """Return the row of one member of a family."""
    family, order = FAMILIES[head.family], int(head.order)
    return Primitive(
        lambda u: family.ball(order, u),
        lambda u: family.box(order, u),
        lambda z, _: family.complex(order, z),
        family.slope(order).subs(_FAMILY_ARGUMENT, U),
    )


def primitive(head: type[sp.Function] | Member) -> Primitive:
    """Return the row of a function.

    Parameters
    ----------
    head : type or Member
        A SymPy function class, or a member of a family.

    Returns
    -------
    Primitive
        How it is evaluated.

    Raises
    ------
    CannotEnclose
        If the table has no row for it.

    Examples
    --------
    >>> primitive(sp.tanh).slope.subs(Y, 0)
    1
    """
    if isinstance(head, Member):
        return _member(head)
    if head not in PRIMITIVES:
        known = ", ".join(sorted(row.__name__ for row in PRIMITIVES))
        raise CannotEnclose(f"{head.__name__} has no row in the table of primitives; known are {known}")
    return PRIMITIVES[head]
