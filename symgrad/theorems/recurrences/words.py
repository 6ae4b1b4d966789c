r"""Words: what Jacobians of cells are made of, sums of products of diagonal matrices and named matrices.

Differentiated in one unit, a cell gives numbers; with all its units a number becomes the diagonal matrix
:math:`\operatorname{d}(v)` of a vector, and the derivative of a preactivation becomes the matrix that multiplies the
state. Products keep the order of the chain rule, and what they share is written once, in front of a bracket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...claims.printers import PaperPrinter
from ...networks import Letter

__all__ = ["Block", "Term"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    r"""A product :math:`\operatorname{d}(v)\,M\,B` of a diagonal matrix, a named matrix and a block; parts may be absent.

    Parameters
    ----------
    diagonal : sympy.Expr
        The vector v in letters; without letters, a number.
    matrix : str, default ""
        The name of M; none for the identity.
    rest : Block or None, optional
        What follows; None for the identity.
    """

    diagonal: sp.Expr
    matrix: str = ""
    rest: Block | None = None

    def before(self, block: Block) -> Block:
        """Return this product times a block."""
        rest = block if self.rest is None else self.rest.before(block)
        return Block.of([Term(self.diagonal, self.matrix, rest)])


@dataclass(frozen=True)
class Block:
    r"""A sum of products, without zeros; none is the zero matrix.

    Parameters
    ----------
    terms : tuple of Term
        In the order of the lines of the cell. Made by `Block.of`, which joins what can be joined.

    Examples
    --------
    >>> from symgrad.networks import letters
    >>> f, c = letters("f c")
    >>> block = Block.of([Term(f), Term(c * f * (1 - f), "R_f")])
    >>> print(block)
    d(f) + d(c*f*(1 - f)) R_f
    >>> block.latex()
    '\\operatorname{d}(f) + \\operatorname{d}(c f (1 - f)) R_{f}'
    """

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Block:
        """Add products; those that differ in their first diagonal only become one, and zeros are left out."""
        sums: dict[tuple[str, Block | None], sp.Expr] = {}
        for term in _pieces(map(_spread, terms)):
            key = term.matrix, term.rest
            sums[key] = sp.factor_terms(sums[key] + term.diagonal) if key in sums else term.diagonal
        return cls(tuple(Term(diagonal, *key) for key, diagonal in sums.items() if diagonal != 0))

    def scaled(self, diagonal: sp.Expr) -> Block:
        r"""Return :math:`\operatorname{d}(v)` times the block."""
        return Block.of([Term(diagonal, "", self)])

    def multiplied(self, matrix: str) -> Block:
        """Return a named matrix times the block."""
        return Block.of([Term(sp.S.One, matrix, self)])

    def before(self, other: Block) -> Block:
        """Return the product of this block and another."""
        return Block.of(_pieces(term.before(other) for term in self.terms))

    def __add__(self, other: Block) -> Block:
        """Add two blocks."""
        return Block.of((*self.terms, *other.terms))

    def renamed(self, names: Mapping[sp.Symbol, sp.Symbol]) -> Block:
        """Return the block with other letters."""
        return Block.of(
            Term(term.diagonal.xreplace(dict(names)), term.matrix, term.rest and term.rest.renamed(names))
            for term in self.terms
        )

    def words(self) -> dict[tuple[sp.Expr | str, ...], sp.Expr]:
        """Multiply all brackets out: the first diagonal for each of the words behind it.

        Returns
        -------
        dict
            A word is a tuple of names of matrices and of the diagonals between and behind them. Two blocks are the
            same function of their letters and matrices where their words are, up to algebra in the diagonals.
        """
        found: dict[tuple[sp.Expr | str, ...], sp.Expr] = {}
        for term in self.terms:
            inner = {(): sp.S.One} if term.rest is None else term.rest.words()
            for word, diagonal in inner.items():
                key = (term.matrix, diagonal, *word) if term.matrix else word
                found[key] = found.get(key, sp.S.Zero) + term.diagonal * (1 if term.matrix else diagonal)
        return found

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Letters and numbers on the diagonals."""
        inner = (term.rest.free_symbols for term in self.terms if term.rest is not None)
        return set().union(*(term.diagonal.free_symbols for term in self.terms), *inner)

    @property
    def matrices(self) -> tuple[str, ...]:
        """Names of the matrices, each once."""
        inner = (name for term in self.terms if term.rest is not None for name in term.rest.matrices)
        return tuple(dict.fromkeys((*(term.matrix for term in self.terms if term.matrix), *inner)))

    def at(self, value: Callable[[sp.Expr], Floats], matrices: Mapping[str, Floats], width: int) -> Floats:
        """Work the block out.

        Parameters
        ----------
        value : callable
            From a diagonal to its entries.
        matrices : mapping of str to (width, width) array
            The matrices by their names.
        width : int
            Number of units.

        Returns
        -------
        (width, width) array of float64
            The matrix.
        """
        total = np.zeros((width, width))
        for term in self.terms:
            rest = np.eye(width) if term.rest is None else term.rest.at(value, matrices, width)
            image = matrices[term.matrix] @ rest if term.matrix else rest
            total += np.broadcast_to(value(term.diagonal), (width,))[:, None] * image
        return total

    def latex(self) -> str:
        r"""Write the block as a paper would, with :math:`\operatorname{d}(v)` for a diagonal matrix."""
        return _written(self, _LATEX)

    def __str__(self) -> str:
        """Write the block as text."""
        return _written(self, _TEXT)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


def _spread(term: Term) -> Block:
    """Multiply a diagonal into what follows, unless that is a bracket of matrices, which is written once."""
    if term.rest is None or term.rest == IDENTITY:
        return Block((Term(term.diagonal, term.matrix),))
    inner = term.rest.terms
    is_bracket = len(inner) > 1 and all(each.matrix for each in inner) and term.diagonal != 1
    if inner and (term.matrix or is_bracket):
        return Block((term,))
    return Block(tuple(Term(term.diagonal * each.diagonal, each.matrix, each.rest) for each in inner))


def _pieces(blocks: Iterable[Block]) -> Iterable[Term]:
    return (term for block in blocks for term in block.terms)


IDENTITY = Block((Term(sp.S.One),))


# ---------------------------------------------------------------------------------------------------------- writing


class _Printer(PaperPrinter):
    """Writes a sum with its positive terms first."""

    def _as_ordered_terms(self, expr: sp.Expr, order: Any = None) -> list[sp.Expr]:
        return sorted(super()._as_ordered_terms(expr, order=order), key=lambda term: term.could_extract_minus_sign())


def _paper(expr: sp.Expr) -> str:
    return str(_Printer({}).doprint(expr))


@dataclass(frozen=True)
class _Style:
    """How a diagonal, a number, a matrix and brackets are written."""

    diagonal: str
    number: Callable[[sp.Expr], str]
    matrix: Callable[[str], str]
    brackets: tuple[str, str]


_LATEX = _Style(r"\operatorname{d}(%s)", _paper, lambda name: _paper(sp.Symbol(name)), (r"\bigl[", r"\bigr]"))
_TEXT = _Style("d(%s)", lambda expr: re.sub(r"\\(operatorname)?|[{}]", "", str(expr)), str, ("[", "]"))


def _written(block: Block, style: _Style) -> str:
    text = ""
    for term in block.terms:
        number, entries = _split(term.diagonal)
        negative = not number.is_Add and number.could_extract_minus_sign()
        told = _product(-number if negative else number, entries, term, style)
        sign = (" - " if negative else " + ") if text else ("-" if negative else "")
        text += sign + told
    return text or "0"


def _split(diagonal: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Divide a diagonal into a number and what has letters; SymPy multiplies numbers into brackets."""
    content, primitive = diagonal.as_content_primitive()
    number, entries = primitive.as_independent(Letter, as_Add=False)
    return content * number, entries


def _product(number: sp.Expr, entries: sp.Expr, term: Term, style: _Style) -> str:
    coefficient = f"({style.number(number)})" if number.is_Add else style.number(number)
    factors = [] if number == 1 else [coefficient]
    factors += [] if entries == 1 else [style.diagonal % style.number(entries)]
    factors += [style.matrix(term.matrix)] if term.matrix else []
    if term.rest is not None:
        inner, (left, right) = _written(term.rest, style), style.brackets
        is_product = len(term.rest.terms) == 1 and not inner.startswith("-")
        factors.append(inner if is_product else f"{left}{inner}{right}")
    is_bare = entries == 1 and not term.matrix and term.rest is None
    return " ".join([*factors, "I"] if is_bare else factors)
