"""The claim: an exact statement with its assumptions, its derivation, its sources and how tight it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import sympy as sp
from sympy.stats.rv import RandomSymbol

from .assumptions import Assumption
from .logarithms import log10_float, log_of
from .modes import Mode
from .notation import NOTATION, latex, symbol
from .quantities import Quantity
from .sources import Source
from .steps import Relation, Step, Strength

__all__ = ["Claim", "Tightness", "TightnessKind"]


class TightnessKind(Enum):
    """How close a bound is to what it bounds."""

    EXACT = "exact"
    ATTAINED = "attained"
    UPPER = "upper"


@dataclass(frozen=True)
class Tightness:
    """How close a bound is, and when.

    Parameters
    ----------
    kind : TightnessKind
        Exact for equalities, attained where some subject reaches the bound, upper where a gap is known.
    note : str
        By what it is attained, or how large the gap is.
    attained_at : tuple of sympy.Basic, optional
        For an extremum: the points at which it is attained; an interval where the function is constant.
    approached_at : tuple of sympy.Expr, optional
        Where it is only approached: ``oo``, ``-oo`` or a kink.
    """

    kind: TightnessKind
    note: str
    attained_at: tuple[sp.Basic, ...] = ()
    approached_at: tuple[sp.Basic, ...] = ()

    def __str__(self) -> str:
        """Write the tightness in words."""
        return f"{self.kind.value}: {self.note}"


@dataclass(frozen=True)
class Claim:
    """An exact statement: a quantity, a relation and a bound, and why we believe it.

    The bound stays a formula in the symbols of the notation table; ``values`` say what those symbols are for the
    subject at hand, so that the formula and the number are both there.

    Parameters
    ----------
    name : str
        The permanent id, ``<quantity>_<relation>_<bound>[_of_<hypothesis>]``.
    subject : str
        What the claim is about, in words.
    quantity : Quantity
        What is bounded.
    relation : Relation
        How it relates to the bound.
    bound : sympy.Expr
        A formula in symbols.
    mode : Mode
        In what sense the relation holds.
    assumptions : tuple of Assumption
        Under which it holds.
    derivation : tuple of Step
        Ends with the bound.
    sources : tuple of Source
        Publications, with the theorem numbers.
    tightness : Tightness
        How close the bound is.
    premises : tuple of Claim, optional
        Claims whose conclusions the derivation uses.
    values : tuple of (sympy.Expr, sympy.Expr), optional
        What symbols of the bound stand for.

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.activation("sigmoid").lipschitz
    >>> claim.bound
    1/4
    >>> claim.replay().name
    'SYMBOLIC'
    """

    name: str
    subject: str
    quantity: Quantity
    relation: Relation
    bound: sp.Expr
    mode: Mode
    assumptions: tuple[Assumption, ...]
    derivation: tuple[Step, ...]
    sources: tuple[Source, ...]
    tightness: Tightness
    premises: tuple[Claim, ...] = ()
    values: tuple[tuple[sp.Expr, sp.Expr], ...] = ()

    def subs(self, values: Mapping[Any, Any] | None = None, **named: Any) -> Claim:
        """Give symbols of the bound values; the formula is kept.

        Parameters
        ----------
        values : mapping, optional
            SymPy symbols, or code names of the notation table, to numbers. Floats are read as the decimals they
            print as.
        **named : number
            The same by code name: ``claim.subs(depth=30)``.

        Returns
        -------
        Claim
            The same claim with the values remembered.

        Raises
        ------
        ValueError
            If a symbol does not occur in the bound, or a value lies outside the domain of its symbol.
        """
        given = {**(values or {}), **named}
        pairs = {self._symbol(key): _exact(value) for key, value in given.items()}
        for key, value in pairs.items():
            _check_domain(key, value)
        kept = tuple(pair for pair in self.values if pair[0] not in pairs)
        return replace(self, values=kept + tuple(pairs.items()), mode=self.mode.valued(pairs))

    def _symbol(self, key: Any) -> sp.Symbol:
        found = symbol(key) if isinstance(key, str) and key in NOTATION else key
        known = self._symbols()
        if found not in known:
            names = ", ".join(sorted(str(s) for s in known)) or "no symbols"
            raise ValueError(f"{key!r} does not occur in the bound of {self.name}, which has {names}")
        return found

    def _symbols(self) -> set[sp.Symbol]:
        inner = (value.free_symbols for _, value in self.values)
        laws = (law.atoms(sp.Symbol) for law in self.bound.atoms(RandomSymbol))  # the parameters of a random bound
        return set(self.bound.free_symbols).union(*inner, *laws)

    def valued(self, except_for: tuple[sp.Symbol, ...] = ()) -> sp.Expr:
        """Return the bound with its symbols replaced by their values, those of ``except_for`` kept.

        Parameters
        ----------
        except_for : tuple of sympy.Symbol, optional
            Symbols that stay.

        Returns
        -------
        sympy.Expr
            A number where every other symbol has a value. Powers to huge exponents are multiplied out, so ask for
            `log` when the depth is large.
        """
        kept = set(except_for)
        expr = self.bound
        for _ in range(len(self.values) + 1):  # a value may itself hold symbols
            changed = expr.xreplace({key: value for key, value in self.values if key not in kept})
            if changed == expr:
                break
            expr = changed
        return expr

    @property
    def log(self) -> sp.Expr:
        """Natural logarithm of the bound with its values: a sum, which never underflows."""
        depth = symbol("depth")
        value = dict(self.values).get(depth)
        log = log_of(self.valued(except_for=(depth,)))
        return log if value is None else log.xreplace({depth: value}).doit()

    @property
    def log10(self) -> float:
        """Decimal logarithm of the bound, a float that stays finite where the number underflows."""
        return log10_float(self.log)

    def depth_until(self, threshold: Any) -> sp.Expr:
        """Return the smallest depth at which the bound is below a threshold.

        Parameters
        ----------
        threshold : number
            Positive; a float is read as the decimal it prints as.

        Returns
        -------
        sympy.Expr
            An integer, or ``oo`` if the bound does not fall below the threshold at any depth.

        Raises
        ------
        ValueError
            If the threshold is not positive, the bound does not depend on the depth, or other symbols have no value.

        Examples
        --------
        >>> import symgrad as sg
        >>> net = sg.mlp(width=1, depth=30, activation="sigmoid", weights=1)
        >>> sg.theorems.claim("gradient_norm_le_pow_of_scalar_chain", net).depth_until(1e-6)
        11
        """
        from .depths import smallest_depth

        depth = symbol("depth")
        return smallest_depth(self.name, self.valued(except_for=(depth,)), depth, _exact(threshold))

    def replay(self) -> Strength:
        """Re-run every step, and those of the premises; return the strength of the weakest.

        Returns
        -------
        Strength
            BROKEN if a step does not hold up, or if the derivation does not end with the bound; CONJECTURED if
            there is no derivation at all.
        """
        if not self.derivation:
            return Strength.CONJECTURED
        steps = [step.replay() for step in self.derivation]
        premises = [premise.replay() for premise in self.premises]
        return min([*steps, *premises, self._concludes()])

    @classmethod
    def conjecture(
        cls, quantity: Quantity, relation: Relation, bound: Any, mode: Mode, subject: str = "a network"
    ) -> Claim:
        """State what someone claims, without a derivation, so that it can be tried.

        Parameters
        ----------
        quantity : Quantity
            What is bounded.
        relation : Relation
            How it relates to the bound.
        bound : number or sympy.Expr
            A float is read as the decimal it prints as.
        mode : Mode
            In what sense.
        subject : str, optional
            What it is about, in words.

        Returns
        -------
        Claim
            Trying it can refute it or find it consistent, never prove it.

        Examples
        --------
        >>> from symgrad.claims import Always, Relation, gradient_norm
        >>> print(Claim.conjecture(gradient_norm(0), Relation.LE, 0.001, Always()))
        gradient_norm_le_bound_of_conjecture: gradient_norm(layer=0) ≤ 1/1000, always
        """
        name = f"{quantity.name}_{relation.value}_bound_of_conjecture"
        unknown = Tightness(TightnessKind.UPPER, "not known")
        return cls(name, subject, quantity, relation, _exact(bound), mode, (), (), (), unknown)

    def _concludes(self) -> Strength:
        """A derivation that ends elsewhere proves something else."""
        last = self.derivation[-1].after
        ends = last == self.bound or sp.simplify(last - self.bound) == 0
        return Strength.SYMBOLIC if ends else Strength.BROKEN

    def latex(self) -> str:
        """Write the statement as a formula, without delimiters and without its mode."""
        return f"{self.quantity.latex()} {self.relation.latex} {latex(self.bound)}"

    def statement(self) -> str:
        """Write the statement in a line of plain text."""
        return f"{self.quantity} {self.relation.sign} {self.bound}, {self.mode.words()}"

    def __str__(self) -> str:
        """Write name and statement."""
        return f"{self.name}: {self.statement()}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}\quad {self.mode.latex_words()}$"


def _exact(value: Any) -> sp.Expr:
    """Read a number exactly: a float as the shortest decimal that prints it."""
    if isinstance(value, float):
        return sp.Rational(repr(value))
    exact = sp.sympify(value) if not isinstance(value, str) else None
    if exact is None or exact.has(sp.Float):
        raise ValueError(f"{value!r} is not an exact number; give an int, a float, a Rational or a SymPy expression")
    return exact


def _check_domain(key: sp.Expr, value: sp.Expr) -> None:
    """Refuse a value that contradicts what the symbol stands for: a negative variance, a depth of 2.5."""
    assumed = getattr(key, "_assumptions_orig", {})
    wrong = [word for word, truth in assumed.items() if truth and getattr(value, f"is_{word}", None) is False]
    if wrong:
        raise ValueError(f"{key} = {value} is not {' '.join(assumed)}")
