"""Integrals: the closed form of a whole integrand, the sum of its terms."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import sympy as sp

from ...claims import NormalCdf, Step, symbol
from ..errors import CannotDerive
from .fractions import root_part
from .gates import gated_part
from .grounds import Antiderivative
from .parts import Ends, Part, line, plain_part, summed
from .terms import Term, multiplied_out, terms_of

__all__ = ["integral_step", "oriented"]

X = symbol("x")


@lru_cache(maxsize=4096)
def integral_step(integrand: sp.Expr, lower: sp.Expr, upper: sp.Expr) -> Step:
    """Evaluate an integral in closed form.

    Parameters
    ----------
    integrand : sympy.Expr
        In the symbol x, the density of the Gaussian included; other symbols are parameters.
    lower, upper : sympy.Expr
        The ends.

    Returns
    -------
    Step
        Integral equals closed form, on a ground that proves it again.

    Raises
    ------
    CannotDerive
        If none is found.

    Examples
    --------
    >>> integral_step(X**2 * sp.exp(-(X**2) / 2) / sp.sqrt(2 * sp.pi), -sp.oo, sp.oo).after
    1
    """
    ends = (lower, upper)
    whole = summed(*(_part(alike, ends) for alike in _grouped(terms_of(integrand))))
    reason = "integrate by parts, down to integrals that are known" if whole.rests else "by an antiderivative"
    return line(integrand, ends, _real(whole.value), reason, Antiderivative(whole.primitive, whole.rests))


def _grouped(terms: tuple[Term, ...]) -> tuple[tuple[Term, ...], ...]:
    """Bring together the terms with roots or fractions of one kind; the others stand alone."""
    groups: dict[object, list[Term]] = {}
    for term in terms:
        kind = (term.rate, term.decay, term.cdfs, term.shift, term.power % 1) if term.power != 0 else term
        groups.setdefault(kind, []).append(term)
    return tuple(tuple(group) for group in groups.values())


def _part(alike: tuple[Term, ...], ends: Ends) -> Part:
    term = alike[0]
    if term.power != 0:
        return root_part(alike, ends, integral_step)
    if not _is_positive(term.decay):
        term = replace(term, decay=sp.cancel(term.decay))
    if not _is_positive(term.decay):
        raise CannotDerive(f"whether exp({term.rate * X - term.decay * X**2}) decays is not decided")
    return gated_part(term, ends, integral_step) if term.cdfs else plain_part(term, ends)


@lru_cache(maxsize=256)
def _is_positive(decay: sp.Expr) -> bool:
    """Ask once for equal expressions, as those of sines and cosines: SymPy keeps what it finds for each object only."""
    return bool(decay.is_positive)


def _real(value: sp.Expr) -> sp.Expr:
    """Bring together the conjugate halves that sines and cosines are made of."""
    found = oriented(value)
    if found.has(sp.I):
        found = multiplied_out(found.replace(lambda e: isinstance(e, sp.exp) and e.has(sp.I), _turned))
    if found.has(sp.I):
        raise CannotDerive(f"{value} has no form in real functions")
    return found


def _turned(exponential: sp.Expr) -> sp.Expr:
    """Write the exponential of a complex number by its size and its angle."""
    exponent = sp.expand(exponential.args[0])
    angle = exponent.coeff(sp.I)
    return sp.exp(sp.expand(exponent - sp.I * angle)) * (sp.cos(angle) + sp.I * sp.sin(angle))


def oriented(value: sp.Expr) -> sp.Expr:
    """Multiply out, with a gate of a positive argument written by its complement, and one of two opposite ones too.

    So that what is small stands as such: ``NormalCdf(-100)``, not ``1 - NormalCdf(100)``.

    Parameters
    ----------
    value : sympy.Expr
        Any.

    Returns
    -------
    sympy.Expr
        The same number.

    Examples
    --------
    >>> oriented(NormalCdf(X) + NormalCdf(-X))
    1
    """
    gates = value.atoms(NormalCdf)
    opposite = {gate: NormalCdf(-gate.args[0]) for gate in gates if not gate.args[0].could_extract_minus_sign()}
    turned = {gate: 1 - other for gate, other in opposite.items() if other in gates or gate.args[0].is_positive}
    return multiplied_out(value.xreplace(turned))
