"""Identities: algebra that proves a constant to be exactly zero, which no ball ever can."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

import sympy as sp

from ..claims.definitions import define
from .budgets import within

__all__ = ["tidied", "vanishes"]

_LONGEST = 200  # operations beyond which the simplification of SymPy is not worth its time
_MOST_CALLS = 300_000  # of functions, a fraction of a second; no proof for the catalogue takes a tenth of them


@lru_cache(maxsize=2048)
def vanishes(expr: sp.Expr) -> bool:
    """Prove that a constant is zero.

    Parameters
    ----------
    expr : sympy.Expr
        Without free symbols.

    Returns
    -------
    bool
        True is a proof; False means that none was found, or none within a budget.

    Examples
    --------
    >>> vanishes(sp.sqrt(6) - sp.sqrt(2) * sp.sqrt(3))
    True
    >>> vanishes(sp.pi - sp.Rational(22, 7))
    False
    """
    if expr == 0 or within(_MOST_CALLS, lambda: _cancels(expr), otherwise=False):
        return True
    if _with_symbols(expr).free_symbols:  # an identity in constants without a closed form is beyond simplification
        return False
    import_module(
        "sympy.physics.units"
    )  # simplification loads it, which would spend the whole budget of the first proof
    return within(_MOST_CALLS, lambda: _simplifies(expr), otherwise=False)


def _plain(expr: sp.Expr) -> sp.Expr:
    return define(_with_symbols(expr)).rewrite(sp.exp)


def _cancels(expr: sp.Expr) -> bool:
    plain = _plain(expr)
    if plain.count_ops() > _LONGEST:
        return False
    return bool(sp.cancel(sp.together(sp.expand_power_exp(sp.expand(plain)))) == 0)


def _simplifies(expr: sp.Expr) -> bool:
    plain = _plain(expr)
    if plain.count_ops() > _LONGEST:
        return False
    return bool(sp.expand(sp.radsimp(sp.together(plain))) == 0 or sp.simplify(plain) == 0)


def _with_symbols(expr: sp.Expr) -> sp.Expr:
    """Replace numbers that have no closed form by symbols, so that algebra does not try to evaluate them."""
    numbers = sorted(expr.atoms(sp.AtomicExpr) - expr.atoms(sp.Number, sp.NumberSymbol, sp.Symbol), key=str)
    return expr.xreplace({number: sp.Dummy(real=True) for number in numbers})


def tidied(expr: sp.Expr) -> sp.Expr:
    """Write a constant as a person would: roots out of denominators, common factors out.

    Parameters
    ----------
    expr : sympy.Expr
        Without free symbols.

    Returns
    -------
    sympy.Expr
        The shortest of a few equal forms.

    Examples
    --------
    >>> tidied(sp.log((3 + sp.sqrt(3)) / (3 - sp.sqrt(3))))
    log(sqrt(3) + 2)
    """
    inner = expr.replace(lambda e: isinstance(e, sp.log), lambda e: sp.log(sp.expand(sp.radsimp(e.args[0]))))
    forms = [expr, inner, sp.radsimp(inner), sp.radsimp(sp.expand(inner)), sp.factor_terms(sp.expand(inner))]
    return min(forms, key=lambda e: (e.count_ops(), len(str(e))))
