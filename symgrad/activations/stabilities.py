"""Stabilities: an expression rewritten so that floating point keeps its digits, near zero and on both tails.

Differences that cancel become functions that do not: ``1 - tanh(x)**2`` is 0 in floating point from 20 on, ``sech(x)**2``
is right to the last digit as far as 372. The rewriting is exact: both sides are equal as real functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy as sp
from sympy.codegen.cfunctions import expm1, hypot, log1p
from sympy.core.relational import Relational

from ..claims import Logistic, NormalCdf, Softplus
from ..claims.computations import Erfc, HypotGap, HypotSum, Sech2, TanhGap
from ..claims.definitions import spelled

__all__ = ["stable", "unstable"]

_HALF = sp.Rational(1, 2)


def stable(expr: sp.Expr) -> sp.Expr:
    """Rewrite what cancels or overflows in floating point into functions that do not.

    Parameters
    ----------
    expr : sympy.Expr
        Any expression; activations applied in it are spelled out.

    Returns
    -------
    sympy.Expr
        Equal to it as a real function.

    Notes
    -----
    It may use the words of the claims, those of ``symgrad.claims.computations``, and ``expm1``, ``log1p`` and
    ``hypot`` of ``sympy.codegen.cfunctions``.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> stable(3 - 3 * sp.tanh(x) ** 2), stable(sp.exp(x) - 1)
    (3*Sech2(x), expm1(x))
    >>> stable((1 / (1 + sp.exp(-x))).diff(x))
    Logistic(-x)*Logistic(x)
    """
    return _rewritten(_rewritten(spelled(expr), _DIFFERENCES), _LENGTHS)


def unstable(expr: sp.Expr) -> sp.Expr:
    """Write what `stable` returns in functions that balls know.

    Parameters
    ----------
    expr : sympy.Expr
        What `stable` returned.

    Returns
    -------
    sympy.Expr
        Without the functions of C.
    """
    plain = expr.replace(lambda e: isinstance(e, _COMPUTATIONS), lambda e: e.definition())
    return plain.replace(lambda e: type(e) in _OF_C, lambda e: _OF_C[type(e)](*e.args))


_COMPUTATIONS = (Erfc, HypotGap, HypotSum, Sech2, TanhGap)
_OF_C: dict[type, Callable[..., sp.Expr]] = {
    expm1: lambda u: sp.exp(u) - 1,
    log1p: lambda u: sp.log(1 + u),
    hypot: lambda a, b: sp.sqrt(a**2 + b**2),
}

Rule = Callable[[sp.Expr], sp.Expr | None]


def _rewritten(expr: sp.Expr, rules: dict[type, tuple[Rule, ...]]) -> sp.Expr:
    """Apply rules from the leaves up, at each node until none applies."""
    if not expr.args or isinstance(expr, Relational):
        return expr
    parts = [_rewritten(part, rules) for part in expr.args]
    current = expr.func(*parts) if list(expr.args) != parts else expr
    found = next((new for rule in rules.get(type(current), ()) if (new := rule(current)) is not None), None)
    return current if found is None else _rewritten(found, rules)


def _complements(factor: sp.Expr) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Yield pairs of what, added to a factor, cancels, and the sum written without cancellation."""
    base, exponent = factor.as_base_exp() if isinstance(factor, sp.Pow) else (factor, sp.S.One)
    head, square = type(base), exponent == 2
    u = base.args[0] if base.args else base
    if isinstance(factor, sp.exp):
        yield sp.S.NegativeOne, expm1(factor.args[0])
    elif square and head is sp.tanh:
        yield sp.S.NegativeOne, -Sech2(u)
    elif square and head is sp.cos:
        yield sp.S.NegativeOne, -(sp.sin(u) ** 2)
    elif exponent.is_Integer and exponent > 0:
        shared = base ** (exponent - 1)
        for partner, image in _CANCELLING.get(head, lambda _: ())(u):
            yield shared * partner, shared * image


_CANCELLING: dict[type, Callable[[sp.Expr], tuple[tuple[sp.Expr, sp.Expr], ...]]] = {
    Logistic: lambda u: ((sp.S.NegativeOne, -Logistic(-u)),),
    NormalCdf: lambda u: ((sp.S.NegativeOne, -NormalCdf(-u)),),
    sp.cos: lambda u: ((sp.S.NegativeOne, -2 * sp.sin(u / 2) ** 2),),
    sp.erf: lambda u: ((sp.S.One, Erfc(-u)), (sp.S.NegativeOne, -Erfc(u))),
    sp.tanh: lambda u: (
        (sp.S.One, 2 * Logistic(2 * u)),
        (sp.S.NegativeOne, -2 * Logistic(-2 * u)),
        (-u, -TanhGap(u)),
    ),
}


def _difference(total: sp.Add) -> sp.Expr | None:
    """Find ``c f + c p`` in a sum, for a pair of `_complements`."""
    for term in total.args:
        factors = sp.Mul.make_args(term)
        for factor in factors:
            coefficient = sp.Mul(*(other for other in factors if other is not factor))
            for partner, image in _complements(factor):
                if coefficient * partner in total.args:
                    rest = [other for other in total.args if other not in (term, coefficient * partner)]
                    return sp.Add(*rest, coefficient * image)
    return None


def _roots(term: sp.Expr, power: sp.Rational) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Yield each ``B`` with ``B**power`` a factor of a term, and the other factors."""
    for factor in sp.Mul.make_args(term):
        if isinstance(factor, sp.Pow) and factor.exp == power and factor.base.is_Add:
            yield factor.base, term / factor


def _conjugate(total: sp.Add) -> sp.Expr | None:
    """Find ``c sqrt(B) + c m`` where its terms cancel; it is ``c (B - m**2)/(sqrt(B) - m)``."""
    for term in total.args:
        for square, coefficient in _roots(term, _HALF):
            for other in total.args:
                m = other / coefficient
                gap = sp.expand(square - m**2)
                if other == term or not _cancels(m, gap):
                    continue
                rest = [part for part in total.args if part not in (term, other)]
                return sp.Add(*rest, coefficient * (_flat(gap, -m) if m.is_number else HypotSum(m, gap)))
    return None


def _flat(gap: sp.Expr, root: sp.Expr) -> sp.Expr:
    """Return ``sqrt(gap + root**2) - root``, which is small where the gap is."""
    scale, square = gap.as_coeff_Mul()
    if scale.is_positive and isinstance(square, sp.Pow) and square.exp == 2:
        return HypotGap(sp.sqrt(scale) * square.base, root**2)
    return gap / (sp.sqrt(gap + root**2) + root)


def _cancels(m: sp.Expr, gap: sp.Expr) -> bool:
    """Say whether ``sqrt(B) + m`` vanishes somewhere, or tends to zero as ``m`` falls; the gap is ``B - m**2``."""
    if m.is_number:
        return bool(m.is_negative) and gap.as_independent(*gap.free_symbols, as_Add=True)[0] == 0
    return bool(gap.is_number and gap.is_positive)


def _fraction(total: sp.Add) -> sp.Expr | None:
    """Find ``c + c m/sqrt(B)``, the same difference over ``sqrt(B)``."""
    for term in total.args:
        for square, rest in _roots(term, -_HALF):
            for other in total.args:
                m = rest / other
                gap = sp.expand(square - m**2)
                if other != term and not m.is_number and _cancels(m, gap):
                    remaining = (part for part in total.args if part not in (term, other))
                    return sp.Add(*remaining, other * HypotSum(m, gap) / sp.sqrt(square))
    return None


def _gathered(total: sp.Add) -> sp.Expr | None:
    """Take the lowest power of a common base out of a sum, where what is left gets shorter."""
    for base in {base for term in total.args for base in _bases(term)}:
        sharing = [term for term in total.args if base in _bases(term)]
        lowest = min(_bases(term)[base] for term in sharing)
        inner = sp.expand(sp.Add(*(term / base**lowest for term in sharing)))
        if len(sharing) > 1 and len(sp.Add.make_args(inner)) < len(sharing):
            return sp.Add(*(term for term in total.args if term not in sharing), base**lowest * inner)
    return None


def _bases(term: sp.Expr) -> dict[sp.Expr, sp.Rational]:
    """Return the sums that stand in a term with a power that is no whole number, and the power."""
    powers = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.Pow) and f.base.is_Add]
    return {f.base: f.exp for f in powers if f.exp.is_Rational and not f.exp.is_Integer}


def _logarithm(expr: sp.Expr) -> sp.Expr | None:
    """Write ``log(1 + c exp(u))`` and ``log(1 + v)``."""
    inside = expr.args[0]
    if not inside.is_Add or sp.S.One not in inside.args:
        return None
    coefficient, rest = (inside - 1).as_coeff_Mul()
    if isinstance(rest, sp.exp) and coefficient.is_positive:
        return Softplus(rest.args[0] + sp.log(coefficient))
    return log1p(inside - 1)


def _reciprocal(expr: sp.Pow) -> sp.Expr | None:
    """Write ``(1 + exp(u))**-n``."""
    base = expr.base
    rest = base - 1 if base.is_Add and sp.S.One in base.args else None
    if rest is None or not isinstance(rest, sp.exp) or not expr.exp.is_negative:
        return None
    return Logistic(-rest.args[0]) ** -expr.exp


def _product(expr: sp.Mul) -> sp.Expr | None:
    """Write ``exp(k u) Logistic(-u)**m``, ``k <= m``, without the exponential, which may overflow."""
    for factor in expr.args:
        base, power = factor.as_base_exp()
        if isinstance(base, Logistic) and power.is_Integer and power.is_positive:
            for k in range(int(power), 0, -1):
                growing = sp.exp(-k * base.args[0])
                if growing in expr.args:
                    return expr / growing / base**k * Logistic(-base.args[0]) ** k
    return None


def _length(expr: sp.Pow) -> sp.Expr | None:
    """Write powers of ``sqrt(c + a v**2)``, so that the square does not overflow."""
    base, power = expr.base, 2 * expr.exp
    if not (base.is_Add and len(base.args) == 2 and power.is_Integer and power % 2):
        return None
    constant, square = base.as_coeff_Add()
    scale, inner = square.as_coeff_Mul()
    if not (constant.is_positive and scale.is_positive and isinstance(inner, sp.Pow) and inner.exp == 2):
        return None
    return hypot(sp.sqrt(constant), sp.sqrt(scale) * inner.base) ** power


_DIFFERENCES: dict[type, tuple[Rule, ...]] = {
    sp.Add: (_gathered, _difference, _fraction, _conjugate),
    sp.Pow: (_reciprocal,),
    sp.Mul: (_product,),
    sp.log: (_logarithm,),
}
_LENGTHS: dict[type, tuple[Rule, ...]] = {sp.Pow: (_length,)}
