"""The claim: an exact statement with its assumptions, its derivation, its sources and how tight it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from sympy.stats.rv import RandomSymbol

from .assumptions import Assumption
from .logarithms import log10_float, log_at, log_of
from .modes import Mode
from .notation import NOTATION, latex, symbol
from .numbers import exact
from .quantities import Quantity
from .sources import Source
from .steps import Fact, Relation, Step, Strength
from .tightness import Tightness, TightnessKind
from .values import Particular, Values, check_domain, check_general, kept, outer_first

__all__ = ["Claim"]


@dataclass(frozen=True, repr=False)
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
    particulars : tuple of Particular, optional
        Which of these were worked out for the subject, and from which others.
    condition : sympy.Basic, optional
        What the values must satisfy besides the domains of their symbols, such as ``rate < 1``.

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
    values: Values = ()
    particulars: tuple[Particular, ...] = ()
    condition: sp.Basic = sp.true

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
            The same claim with the values remembered. A value that was worked out for the subject and depends on one
            of them is forgotten, since it belongs to another subject: its symbol stays in the bound.

        Raises
        ------
        ValueError
            If a symbol does not occur in the bound, a value lies outside the domain of its symbol, or the claim holds
            under a condition that the values violate.
        """
        given = {self._symbol(key): value for key, value in {**(values or {}), **named}.items()}
        pairs = {key: exact(str(key), value) for key, value in given.items()}
        for key, value in pairs.items():
            check_domain(key, value)
        return self._at(pairs)

    def _at(self, pairs: dict[sp.Symbol, sp.Expr]) -> Claim:
        values, particulars = kept(self.values, pairs, self.particulars)
        found = replace(
            self,
            values=values + tuple(pairs.items()),
            particulars=particulars,
            mode=self.mode.valued(pairs),
            premises=tuple(each._at(_common(pairs, each._symbols())) for each in self.premises),
        )
        if found.value_of(self.condition) == sp.false:
            told = ", ".join(f"{key} = {value}" for key, value in pairs.items())
            raise ValueError(f"{self.name} holds if {self.condition}; {told} violates that")
        return found

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
        return self.value_of(self.bound, except_for)

    def value_of(self, expr: sp.Expr, except_for: tuple[sp.Symbol, ...] = ()) -> sp.Expr:
        """Return an expression in the symbols of the bound with their values; as `valued`."""
        for key, value in outer_first(self.values):
            expr = expr if key in except_for else expr.xreplace({key: value})
        return expr

    @property
    def log(self) -> sp.Expr:
        """Natural logarithm of the bound with its values: a sum, which never underflows; ``zoo`` for a bound of zero."""
        depth = self.quantity.count
        value = log_at(log_of(self.valued(except_for=(depth,))), depth, self.value_of(depth))
        return log_of(self.valued()) if value is sp.nan else value  # 0**0, which a logarithm cannot see

    @property
    def log10(self) -> float:
        """Decimal logarithm of the bound, a float that stays finite where the number underflows."""
        return log10_float(self.log)

    def depth_until(self, threshold: Any) -> sp.Expr:
        """Return the smallest depth, or number of steps, at which the bound is below a threshold.

        Parameters
        ----------
        threshold : number
            Positive; a float is read as the decimal it prints as.

        Returns
        -------
        sympy.Expr
            An integer, from the layer of the quantity on, or ``oo`` if the bound is below the threshold at no depth.

        Raises
        ------
        ValueError
            If the threshold is not positive, the bound does not depend on the depth, or other symbols have no value
            that holds at every depth.

        Examples
        --------
        >>> import symgrad as sg
        >>> net = sg.mlp(width=1, depth=30, activation="sigmoid", weights=1)
        >>> sg.theorems.claim("gradient_norm_le_pow_of_scalar_chain", net).depth_until(1e-6)
        11
        """
        from .depths import smallest_depth

        depth = self.quantity.count
        least = int(self.quantity.layer) if sp.sympify(self.quantity.layer, strict=True).is_Integer else 0
        check_general(self.particulars, depth, f"{depth} {self.value_of(depth)} of {self.subject}")
        least += int(self.condition.xreplace({depth: sp.Integer(least)}) == sp.false)  # no claim without a layer
        bound = self.valued(except_for=(depth,))
        return smallest_depth(self.name, bound, depth, exact("threshold", threshold), least)

    def replay(self) -> Strength:
        """Re-run every step, and those of the premises; return the strength of the weakest.

        That the lines speak of the claimed quantity is for the reader to see; that each of them holds, and that the
        last one ends with the bound, is re-run.

        Returns
        -------
        Strength
            BROKEN if a step does not hold up, or if the derivation ends with another bound or a weaker relation;
            CONJECTURED if there is no derivation at all.
        """
        if not self.derivation:
            return Strength.CONJECTURED
        steps = [step.replay() for step in self.derivation]
        premises = [premise.replay() for premise in self.premises]
        return min([*steps, *premises, self._concludes()])

    def _concludes(self) -> Strength:
        """A derivation that ends elsewhere proves something else."""
        last = self.derivation[-1]
        ends = last.after == self.bound or sp.simplify(last.after - self.bound) == 0
        return Strength.SYMBOLIC if ends and last.relation.implies(self.relation) else Strength.BROKEN

    @property
    def granted(self) -> tuple[Fact, ...]:
        """What the derivation uses and nothing re-runs: definitions and elementary laws, each with its reason."""
        return tuple(dict.fromkeys(fact for step in self.derivation for fact in step.ground.granted))

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
            A float is read as the decimal it prints as; infinity, which bounds nothing, will do.
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
        return cls(
            name, subject, quantity, relation, exact("the bound", bound, infinite=True), mode, (), (), (), unknown
        )

    def latex(self) -> str:
        """Write the statement as a formula, without delimiters and without its mode."""
        return f"{self.quantity.latex()} {self.relation.latex} {latex(self.bound)}"

    def statement(self) -> str:
        """Write the statement in a line of plain text."""
        return f"{self.quantity} {self.relation.sign} {self.bound}, {self.mode.words()}"

    def __repr__(self) -> str:
        """Say the statement in a line; the derivation is not a thing for one."""
        return f"<Claim {self}>"

    def __str__(self) -> str:
        """Write name and statement."""
        return f"{self.name}: {self.statement()}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}\quad {self.mode.latex_words()}$"


def _common(pairs: dict[sp.Symbol, sp.Expr], known: set[sp.Symbol]) -> dict[sp.Symbol, sp.Expr]:
    return {key: value for key, value in pairs.items() if key in known}
