r"""Gaussian terms: integrands of the form polynomial times Gaussian times distribution functions.

A term is :math:`P(x)\,e^{ax-kx^2}\,\prod_i\Phi(\alpha_ix+\beta_i)\,(x^2+c)^{r}`. Sines and cosines are exponentials
at imaginary rates, and the density of the Gaussian is one more exponential, so that most activations, their squares
and their slopes are sums of such terms on each of their pieces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sympy as sp

from ...claims import Logistic, NormalCdf, NormalPdf, Softplus, symbol
from ...rigor import polynomials
from ..errors import CannotDerive

__all__ = ["Term", "exponentials", "mirrored", "multiplied_out", "settled", "terms_of"]

X = symbol("x")
_LARGEST_POWER = 16  # of a sum or of a distribution function that is multiplied out
_READABLE = (sp.exp, NormalCdf, NormalPdf, sp.erf, sp.erfc, sp.sin, sp.cos, sp.sinh, sp.cosh)
_KEPT = (sp.Pow, sp.exp, NormalCdf)  # are not multiplied out inside
_ROOT = sp.sqrt(2)
_RULES: dict[type[sp.Function], Callable[[sp.Expr], sp.Expr]] = {
    NormalPdf: NormalPdf.defined,
    sp.erf: lambda u: 2 * NormalCdf(_ROOT * u) - 1,
    sp.erfc: lambda u: 2 * NormalCdf(-_ROOT * u),
    sp.sin: lambda u: (sp.exp(sp.I * u) - sp.exp(-sp.I * u)) / (2 * sp.I),
    sp.cos: lambda u: (sp.exp(sp.I * u) + sp.exp(-sp.I * u)) / 2,
    sp.sinh: lambda u: (sp.exp(u) - sp.exp(-u)) / 2,
    sp.cosh: lambda u: (sp.exp(u) + sp.exp(-u)) / 2,
}
Linear = tuple[sp.Expr, sp.Expr]


@dataclass(frozen=True)
class Term:
    """``sum c_n x^n * exp(rate x - decay x^2) * prod NormalCdf(slope x + offset) * (x^2 + shift)^power``.

    Parameters
    ----------
    coefficients : tuple of sympy.Expr
        ``c_0, c_1, ...``
    rate, decay : sympy.Expr
        Of the exponential; the rate may be complex.
    cdfs : tuple of (sympy.Expr, sympy.Expr)
        Slope and offset of each distribution function.
    shift, power : sympy.Expr
        Of the root or fraction; a power of zero for none.
    """

    coefficients: tuple[sp.Expr, ...]
    rate: sp.Expr
    decay: sp.Expr
    cdfs: tuple[Linear, ...]
    shift: sp.Expr = sp.S.Zero
    power: sp.Expr = sp.S.Zero

    @property
    def envelope(self) -> sp.Expr:
        """The exponential."""
        return sp.exp(self.rate * X - self.decay * X**2)

    @property
    def gate(self) -> sp.Expr:
        """The product of the distribution functions."""
        return sp.Mul(*(NormalCdf(slope * X + offset) for slope, offset in self.cdfs))


def terms_of(integrand: sp.Expr) -> tuple[Term, ...]:
    """Write an integrand as a sum of terms.

    Parameters
    ----------
    integrand : sympy.Expr
        In the symbol x; other symbols are parameters.

    Returns
    -------
    tuple of Term
        Their sum is the integrand.

    Raises
    ------
    CannotDerive
        If some part is of another form.

    Examples
    --------
    >>> (found,) = terms_of((X + 3 * X**2) * sp.exp(-(X**2)))
    >>> found.coefficients, found.decay
    ((0, 1, 3), 1)
    """
    if strange := {f for f in integrand.atoms(sp.Function) if f.has(X) and not isinstance(f, _READABLE)}:
        raise CannotDerive(f"{min(strange, key=str)} has no known integral against a Gaussian")
    collected: dict[tuple[sp.Basic | tuple[Linear, ...], ...], dict[int, sp.Expr]] = defaultdict(dict)
    expanded = multiplied_out(integrand, exponentials(integrand))
    for product in sp.Add.make_args(expanded) if expanded != 0 else ():
        degree, coefficient, key = _Factors(product).read()
        known = collected[key].get(degree, sp.S.Zero)
        collected[key][degree] = known + coefficient
    return tuple(_term(key, powers) for key, powers in collected.items() if any(c != 0 for c in powers.values()))


def _term(key: tuple, powers: dict[int, sp.Expr]) -> Term:  # type: ignore[type-arg]
    coefficients = tuple(powers.get(n, sp.S.Zero) for n in range(max(powers) + 1))
    return Term(coefficients, *key)


def exponentials(expr: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    """Write every word that can be in exponentials and distribution functions.

    Parameters
    ----------
    expr : sympy.Expr
        In the symbol x.

    Returns
    -------
    dict of sympy.Expr to sympy.Expr
        Each of these words with the same function in others.

    Examples
    --------
    >>> exponentials(1 + sp.erf(X) ** 2)
    {erf(x): 2*NormalCdf(sqrt(2)*x) - 1}
    """
    return {word: _RULES[type(word)](*word.args) for word in expr.atoms(*_RULES)}


def multiplied_out(expr: sp.Expr, known: Mapping[sp.Expr, sp.Expr] = MappingProxyType({})) -> sp.Expr:
    """Multiply out, but for denominators, roots, and powers that would never end.

    Parameters
    ----------
    expr : sympy.Expr
        Any.
    known : mapping of sympy.Expr to sympy.Expr, optional
        Words to be replaced, such as `exponentials`.

    Returns
    -------
    sympy.Expr
        A sum of products.

    Raises
    ------
    CannotDerive
        If a sum stands in a large power.

    Examples
    --------
    >>> multiplied_out((1 + X) / (1 + X**2) ** 2)
    x/(x**2 + 1)**2 + (x**2 + 1)**(-2)
    """
    powers = expr.atoms(sp.Pow)
    for power in powers:
        if power.exp.is_Integer and abs(power.exp) > _LARGEST_POWER and not power.base.is_Atom:
            raise CannotDerive(f"{power} is too large a power to multiply out")
    if all(word in known or _is_kept(word, known) for word in polynomials.words_of(expr)):
        return polynomials.multiplied_out(expr, known)
    expr, kept = expr.xreplace(known), {}
    for power in expr.atoms(sp.Pow):
        if not (power.exp.is_Integer and power.exp.is_positive):
            kept[power] = sp.Dummy()
    kept |= {function: sp.Dummy() for function in expr.atoms(sp.exp, NormalCdf)}
    hidden = sp.expand(expr.xreplace(kept), power_exp=False, power_base=False, log=False, basic=False)
    return hidden.xreplace({word: power for power, word in kept.items()})


def _is_kept(word: sp.Expr, known: Mapping[sp.Expr, sp.Expr]) -> bool:
    """Say whether a word is one that is not multiplied out inside, where nothing is to be replaced either."""
    return bool(word.is_Atom or (isinstance(word, _KEPT) and not word.has(*known)))


class _Factors:
    """Reads one product, factor by factor."""

    def __init__(self, product: sp.Expr) -> None:
        self.product = product
        self.coefficient, self.degree = sp.S.One, 0
        self.exponent = [sp.S.Zero, sp.S.Zero, sp.S.Zero]
        self.cdfs: list[Linear] = []
        self.shift, self.power = sp.S.Zero, sp.S.Zero

    def read(self) -> tuple[int, sp.Expr, tuple]:  # type: ignore[type-arg]
        """Return the power of x, the coefficient, and what terms with a common sum have in common."""
        constant, rest = self.product.as_independent(X, as_Add=False)
        for factor in sp.Mul.make_args(rest):
            if factor != 1:
                self._take(factor)
        scale, rate, square = (settled(e) for e in self.exponent)
        cdfs = tuple(sorted(self.cdfs, key=lambda pair: sp.default_sort_key(sp.Tuple(*pair))))
        return (
            self.degree,
            constant * self.coefficient * sp.exp(scale),
            (rate, -square, cdfs, self.shift, self.power),
        )

    def _take(self, factor: sp.Expr) -> None:
        base, exponent = (factor, sp.S.One) if isinstance(factor, sp.exp) else factor.as_base_exp()
        if isinstance(factor, sp.exp):
            for n, c in enumerate(self._polynomial(factor.args[0], 2)):
                self.exponent[n] += c
        elif base == X and exponent.is_Integer and exponent > 0:
            self.degree += int(exponent)
        elif isinstance(base, NormalCdf) and exponent.is_Integer and exponent > 0:
            offset, slope = self._polynomial(base.args[0], 1)
            self.cdfs += [(slope, offset)] * int(exponent)
        else:
            self._take_root(base, exponent)

    def _take_root(self, base: sp.Expr, exponent: sp.Expr) -> None:
        """Take a power of ``d (x^2 + c)``."""
        offset, slope, square = self._polynomial(base, 2)
        if slope != 0 or not (2 * exponent).is_Integer or not (offset / square).is_positive:
            self._refuse()
        shift = offset / square
        if self.power != 0 and shift != self.shift:
            self._refuse()
        self.shift, self.power = shift, self.power + exponent
        self.coefficient *= square**exponent

    def _polynomial(self, expr: sp.Expr, degree: int) -> list[sp.Expr]:
        """Return the coefficients of a polynomial of at most some degree, from the constant one on."""
        if not expr.is_polynomial(X):
            self._refuse()
        found = _coefficients(expr)
        if len(found) > degree + 1:
            self._refuse()
        return found + [sp.S.Zero] * (degree + 1 - len(found))

    def _refuse(self) -> None:
        raise CannotDerive(f"{self.product} has no known integral against a Gaussian")


def _coefficients(polynomial: sp.Expr) -> list[sp.Expr]:
    """Return the coefficients of a polynomial, from the constant one on; a monomial's are read off."""
    constant, power = polynomial.as_independent(X, as_Add=False)
    base, exponent = power.as_base_exp()
    if base == X:
        return [sp.S.Zero] * int(exponent) + [constant]
    found: list[sp.Expr] = sp.Poly(polynomial, X).all_coeffs()[::-1]
    return found


def settled(coefficient: sp.Expr) -> sp.Expr:
    """Write a coefficient of an exponent in one way: multiplied out, over one denominator if that is a sum.

    Parameters
    ----------
    coefficient : sympy.Expr
        Without x.

    Returns
    -------
    sympy.Expr
        The same number.

    Examples
    --------
    >>> w = sp.Symbol("w", positive=True)
    >>> settled(1 / w - 2 / (w * (2 * w + 1)))
    (2*w - 1)/(2*w**2 + w)
    """
    found = sp.expand(coefficient)
    below = (power.base for power in found.atoms(sp.Pow) if power.exp.is_negative)
    return sp.cancel(coefficient) if any(base.is_Add for base in below) else found


def mirrored(expr: sp.Expr) -> sp.Expr:
    """Return ``f(-x)`` with gates of positive arguments, so that what cancels against ``f(x)`` is seen to.

    Parameters
    ----------
    expr : sympy.Expr
        In the symbol x.

    Returns
    -------
    sympy.Expr
        The mirror image.

    Examples
    --------
    >>> mirrored(Logistic(X))
    1 - Logistic(x)
    """
    turned = expr.subs(X, -X)
    gates = (g for g in turned.atoms(Logistic, NormalCdf, Softplus) if g.args[0].could_extract_minus_sign())
    return turned.xreplace({gate: _reflected(gate) for gate in gates})


def _reflected(gate: sp.Expr) -> sp.Expr:
    other = gate.func(-gate.args[0])
    return other + gate.args[0] if isinstance(gate, Softplus) else 1 - other
