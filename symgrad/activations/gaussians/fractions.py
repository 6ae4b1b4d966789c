"""Fractions and roots: powers of ``w = x^2 + c`` beside a Gaussian, as in the slopes of arc tangent and ISRU.

A polynomial in x is a polynomial in w, plus x times one. Even powers of w are raised by parts to the simplest fraction,
odd ones are brought to the root ``w^(-1/2)``; both end in a distribution function. Even roots would be Bessel
functions, odd fractions exponential integrals: those are left to balls.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import comb

import sympy as sp

from ...claims import NormalCdf, Step, symbol
from ..errors import CannotDerive
from .grounds import Family, Odd
from .parts import Ends, Evaluate, Part, fresh, increase, line, plain_part, summed
from .terms import Term, multiplied_out

__all__ = ["root_part"]

X = symbol("x")
_HALF = sp.Rational(1, 2)
_REASON = "differentiate by the damping; without damping it is an arc tangent"
_SHARES = {(-sp.oo, sp.oo): sp.S.One, (sp.S.Zero, sp.oo): _HALF, (-sp.oo, sp.S.Zero): _HALF}
Powers = dict[sp.Expr, sp.Expr]


def root_part(terms: tuple[Term, ...], ends: Ends, evaluate: Evaluate) -> Part:
    """Integrate polynomials times powers of ``x^2 + c``, a whole number apart, and an exponential.

    Parameters
    ----------
    terms : tuple of Term
        With a root or a fraction; alike but for their coefficients and powers, so that one descent serves all.
    ends : tuple of sympy.Expr
        Of the integral.
    evaluate : callable
        Evaluates integrals, for the proof of the simplest fraction.

    Returns
    -------
    Part
        Of their sum.

    Raises
    ------
    CannotDerive
        If the integral is not elementary.
    """
    term = terms[0]
    if term.cdfs or term.rate != 0:
        raise CannotDerive("a fraction or a root beside a gate has no known integral against a Gaussian")
    if term.decay == 0:
        return summed(*(_arc_tangent(each, ends) for each in terms))
    if not term.decay.is_positive:
        raise CannotDerive(f"whether exp({-term.decay * X**2}) decays is not decided")
    even, odd = (_together([_in_powers(each, parity) for each in terms]) for parity in (0, 1))
    return summed(_even_part(term, even, ends, evaluate), _odd_part(term, odd, ends))


def _together(each: list[Powers]) -> Powers:
    total: Powers = {}
    for power, c in (item for powers in each for item in powers.items()):
        total[power] = total.get(power, sp.S.Zero) + c
    return total


def _in_powers(term: Term, parity: int) -> Powers:
    """Return the coefficients of the powers of w, of the even part or of the odd one divided by x."""
    found: dict[int, sp.Expr] = defaultdict(lambda: sp.S.Zero)
    for n, c in enumerate(term.coefficients):
        if n % 2 == parity and c != 0:
            for j in range(n // 2 + 1):  # of x^2 = w - shift
                found[j] += c * comb(n // 2, j) * (-term.shift) ** (n // 2 - j)
    powers = {term.power + j: multiplied_out(c) for j, c in found.items()}
    return {power: c for power, c in powers.items() if c != 0}


def _even_part(term: Term, powers: Powers, ends: Ends, evaluate: Evaluate) -> Part:
    """Raise each power by ``(x w^s e)' = (-2k w^(s+1) + (1 + 2s + 2kc) w^s - 2sc w^(s-1)) e``."""
    if any(not power.is_Integer for power in powers):
        raise CannotDerive("an even root has no elementary integral against a Gaussian")
    w, k, c = X**2 + term.shift, term.decay, term.shift
    fronts, left = sp.S.Zero, dict(powers)
    while left and min(left) < -1:
        s = min(left) + 1
        factor = multiplied_out(left.pop(s - 1) / (2 * s * c))
        fronts -= factor * X * w**s * term.envelope
        left[s] = left.get(s, sp.S.Zero) + factor * (1 + 2 * s + 2 * k * c)
        left[s + 1] = left.get(s + 1, sp.S.Zero) - factor * 2 * k
    fraction = left.pop(sp.S.NegativeOne, sp.S.Zero)
    lines = ((fraction, _fraction_line(term, ends, evaluate)),) if fraction != 0 else ()
    return summed(Part(fronts, increase(fronts, ends), lines), *_polynomial_parts(term, left, ends))


def _polynomial_parts(term: Term, powers: Powers, ends: Ends) -> tuple[Part, ...]:
    """Integrate what is left of the even powers, a polynomial in ``w``."""
    found = [sp.S.Zero] * (2 * int(max(powers, default=0)) + 1)
    for n, a in powers.items():
        for j in range(int(n) + 1):
            found[2 * j] += sp.binomial(n, j) * term.shift ** (n - j) * a
    coefficients = tuple(map(multiplied_out, found))
    if all(c == 0 for c in coefficients):
        return ()
    return (plain_part(replace(term, coefficients=coefficients, shift=sp.S.Zero, power=sp.S.Zero), ends),)


def _fraction_line(term: Term, ends: Ends, evaluate: Evaluate) -> Step:
    """Evaluate ``e^(-k x^2) / (x^2 + c)``, over the whole line or a half."""
    k, c = term.decay, term.shift
    if ends not in _SHARES:
        raise CannotDerive("a fraction has no known integral against a Gaussian over a part of a half line")
    integrand = sp.exp(-k * X**2) / (X**2 + c)
    t = fresh(integrand)
    inside = sp.exp(k * c - t * k * (X**2 + c)) / (X**2 + c)
    value = _SHARES[ends] * 2 * sp.pi / sp.sqrt(c) * sp.exp(k * c) * NormalCdf(-sp.sqrt(2 * t * k * c))
    return line(integrand, ends, value.subs(t, 1), _REASON, Family(t, inside, value, evaluate))


def _arc_tangent(term: Term, ends: Ends) -> Part:
    if term.power != -1 or len(term.coefficients) > 1:
        raise CannotDerive("only the simplest fraction is integrated without a Gaussian")
    root = sp.sqrt(term.shift)
    lower, upper = (sp.atan(end / root) for end in ends)
    factor = term.coefficients[0] / root
    return Part(factor * sp.atan(X / root), factor * (upper - lower))


def _odd_part(term: Term, powers: Powers, ends: Ends) -> Part:
    """Bring every power to ``-1/2`` by ``(w^s e)' = (2s w^(s-1) - 2k w^s) x e``."""
    if not powers:
        return summed()
    w, k = X**2 + term.shift, term.decay
    if ends == (-sp.oo, sp.oo):
        odd = sp.Add(*(a * X * w**r for r, a in powers.items())) * term.envelope
        return Part(sp.S.Zero, sp.S.Zero, ((sp.S.One, line(odd, ends, sp.S.Zero, "an odd function", Odd())),))
    if any(power.is_Integer for power in powers):
        raise CannotDerive("an odd fraction over half the line is an exponential integral")
    ways = [_to_the_root(a, power, k) for power, a in powers.items()]
    fronts = sp.Add(*(c * w**s for steps, _ in ways for c, s in steps)) * term.envelope
    area = sp.Add(*(last for _, last in ways)) * sp.sqrt(sp.pi / k) * sp.exp(k * term.shift)
    below, above = (sp.S.One if end.is_infinite else NormalCdf(sp.sqrt(2 * k * w.subs(X, end))) for end in ends)
    return Part(fronts + area * NormalCdf(sp.sqrt(2 * k * w)), increase(fronts, ends) + area * (above - below))


def _to_the_root(factor: sp.Expr, power: sp.Expr, decay: sp.Expr) -> tuple[list[tuple[sp.Expr, sp.Expr]], sp.Expr]:
    """Return what comes out on the way from a power of w to ``w^(-1/2)``, and the factor that is left there."""
    steps = []
    while power != -_HALF:
        if power > 0:
            steps.append((-factor / (2 * decay), power))
            factor, power = factor * power / decay, power - 1
        else:
            steps.append((factor / (2 * (power + 1)), power + 1))
            factor, power = factor * decay / (power + 1), power + 1
    return steps, factor
