r"""Gates: distribution functions beside a Gaussian, as in GELU.

Powers of x are brought down by parts until :math:`\int e^{ax-kx^2}\prod\Phi` is left. That is the probability of an
orthant: one gate by its mean, two or three by Sheppard's arc tangents, which hold where every gate is centred.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import sympy as sp

from ...claims import NormalCdf, NormalPdf, Step, symbol
from ..errors import CannotDerive
from .grounds import Family
from .parts import Ends, Evaluate, Part, fresh, increase, line, lowered, mass, spread
from .terms import Term

__all__ = ["gated_part"]

X = symbol("x")
_REASON = "differentiate by a scale of the argument; at scale zero the gate is a constant"
_SIDES = {(-sp.oo, sp.oo): 0, (sp.S.Zero, sp.oo): 1, (-sp.oo, sp.S.Zero): -1}


def gated_part(term: Term, ends: Ends, evaluate: Evaluate) -> Part:
    """Integrate by parts: the density of each gate comes out, and the gates alone are left.

    Parameters
    ----------
    term : Term
        With gates.
    ends : tuple of sympy.Expr
        Of the integral.
    evaluate : callable
        Evaluates the integrals with fewer gates.

    Returns
    -------
    Part
        Of the term.

    Raises
    ------
    CannotDerive
        If the gates alone have no known mean.
    """
    polynomial, left = lowered(term)
    inner = polynomial * term.envelope
    rests = [_density_of_gate(term, i, inner, ends, evaluate) for i in range(len(term.cdfs)) if polynomial != 0]
    if left != 0:
        rests.append((left, _orthant_line(replace(term, coefficients=(sp.S.One,)), ends, evaluate)))
    fronts = inner * term.gate
    return Part(fronts, increase(fronts, ends), tuple(rests))


def _density_of_gate(term: Term, index: int, inner: sp.Expr, ends: Ends, evaluate: Evaluate) -> tuple[sp.Expr, Step]:
    slope, offset = term.cdfs[index]
    others = replace(term, cdfs=term.cdfs[:index] + term.cdfs[index + 1 :]).gate
    return -slope, evaluate(inner * others * NormalPdf(slope * X + offset), *ends)


def _orthant_line(term: Term, ends: Ends, evaluate: Evaluate) -> Step:
    """Evaluate an exponential times gates: a probability, as the first gate is scaled from 0 to 1."""
    (slope, offset), *others = term.cdfs
    integrand = term.envelope * term.gate
    scale = fresh(integrand)
    scaled = replace(term, cdfs=((scale * slope, offset), *others))
    value = mass(term) * _probability(scaled, ends)
    ground = Family(scale, scaled.envelope * scaled.gate, value, evaluate)
    return line(integrand, ends, value.subs(scale, 1), _REASON, ground)


def _probability(term: Term, ends: Ends) -> sp.Expr:
    deviation = spread(term)
    if _SIDES.get(ends) == 0 and len(term.cdfs) == 1:
        ((slope, offset),) = term.cdfs
        return NormalCdf((slope * term.rate * deviation**2 + offset) / sp.sqrt(1 + (slope * deviation) ** 2))
    if ends not in _SIDES or term.rate != 0 or any(offset != 0 for _, offset in term.cdfs):
        raise CannotDerive("a product of gates that are not centred has no known mean in closed form")
    return _orthant([slope * deviation for slope, _ in term.cdfs], _SIDES[ends])


def _orthant(slopes: list[sp.Expr], side: int) -> sp.Expr:
    """Return the probability that ``slope z + noise`` is positive for every slope, and ``side z`` too if not zero.

    Notes
    -----
    Sheppard 1899. For variables with correlation r the arc sine of r is the arc tangent of ``r / sqrt(1 - r^2)``,
    which for these is rational in the slopes, up to one root.
    """
    angles = [sp.atan(a * b / sp.sqrt(1 + a**2 + b**2)) for a, b in combinations(slopes, 2)]
    angles += [sp.atan(side * a) for a in slopes if side]
    count = len(slopes) + abs(side)
    if count > 3:
        raise CannotDerive(f"a product of {count} gates has no known mean in closed form")
    return sp.Rational(1, 2**count) + sp.Add(*angles) / (2 ** (count - 1) * sp.pi)
