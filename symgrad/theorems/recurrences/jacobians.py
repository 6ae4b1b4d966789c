r"""Jacobians of cells: each line is differentiated by SymPy, and lifted from one unit to all of them.

In a cell all is unit by unit but the matrices. So the derivative of a line by a letter, a number for each unit, becomes
a diagonal matrix; that of a preactivation by the state becomes its matrix; and the chain rule runs down the lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp

from ...claims import latex, symbol
from ...networks import Affine, Cell, Gate, Letter, Mix
from .points import Floats, Point
from .words import IDENTITY, Block, Term

__all__ = ["StepJacobian", "step_jacobian"]

_NOTHING = Block(())
_VALUE = symbol("s")


@dataclass(frozen=True)
class StepJacobian:
    r"""The Jacobian of one step of a cell, a block for each pair of a new and an old state.

    A block is a partial derivative: the other old states are held fixed. So :math:`\partial c'/\partial c` of an LSTM
    is :math:`\operatorname{d}(f)`. What a change of :math:`c` does to later cell states is the total derivative, which
    has the paths through :math:`h` and the gates in addition; from the second step on the two differ. Ask for either by
    its name, `partial` or `total`.

    Parameters
    ----------
    cell : Cell
        Of which it is the Jacobian.
    blocks : tuple of ((Letter, Letter), Block)
        By new and old state.
    slopes : tuple of (Letter, Gate)
        Letters that stand for slopes which are no formula in the value of the gate.

    Examples
    --------
    >>> from symgrad.networks import CELLS
    >>> jacobian = step_jacobian(CELLS["lstm"]())
    >>> print(jacobian.partial("c", "c"))
    d(f)
    >>> print(jacobian.partial("c", "c", steps=2))
    d(f_1*f_2)
    >>> print(jacobian.total("c", "c", steps=2))
    d(g_2*i_2*(1 - i_2)) R_i d(f_1*o_1*(1 - y_1**2)) + d(c_2*f_2*(1 - f_2)) R_f d(f_1*o_1*(1 - y_1**2)) +
    d(i_2*(1 - g_2**2)) R_g d(f_1*o_1*(1 - y_1**2)) + d(f_1*f_2)
    """

    cell: Cell
    blocks: tuple[tuple[tuple[Letter, Letter], Block], ...]
    slopes: tuple[tuple[Letter, Gate], ...] = ()

    def __getitem__(self, pair: tuple[Any, Any]) -> Block:
        """Return the block of a new and an old state, by their letters or names."""
        new, old = (self._state(each) for each in pair)
        return dict(self.blocks)[new, old]

    def _state(self, given: Any) -> Letter:
        found = {str(state): state for state in self.cell.states}
        if str(given) not in found:
            raise ValueError(f"{given} is no state of {self.cell.name}; its states are {', '.join(found)}")
        return found[str(given)]

    def place(self, state: Any) -> int:
        """Return which of the states, from 0 on, a letter or a name is."""
        return self.cell.states.index(self._state(state))

    # -------------------------------------------------------------------------------------------- several steps

    def partial(self, new: Any, old: Any, steps: int = 1) -> Block:
        r"""Return the derivative along one state, all others held fixed at every step.

        Of the cell state of an LSTM it is the constant error carousel, the product of the forget gates: what is left
        where the gradient is truncated at the gates, as Hochreiter and Schmidhuber did in 1997. It is not the derivative
        that backpropagation computes; that is `total`.

        Parameters
        ----------
        new, old : Letter or str
            States; they must be the same for more than one step, since no other state may lie between.
        steps : int, default 1
            How many.

        Returns
        -------
        Block
            In letters of each step, ``f_1, f_2, ...``, where there are several.

        Raises
        ------
        ValueError
            If there is no such state, or the states differ and there are several steps.
        """
        if steps > 1 and self._state(new) != self._state(old):
            raise ValueError(
                f"over {steps} steps a change of {old} reaches {new} through states that are held fixed; use total()"
            )
        return reduce(lambda later, earlier: later.before(earlier), self._dated(new, old, steps), IDENTITY)

    def _dated(self, new: Any, old: Any, steps: int) -> list[Block]:
        """The block of each step, the last one first."""
        if steps == 1:
            return [self[new, old]]
        return [self[new, old].renamed(self._names(step)) for step in range(steps, 0, -1)]

    def total(self, new: Any, old: Any, steps: int = 1) -> Block:
        r"""Return the derivative of a state by one some steps before, all paths between them included.

        Parameters
        ----------
        new, old : Letter or str
            States.
        steps : int, default 1
            How many lie between them.

        Returns
        -------
        Block
            The block of the product of that many Jacobians, in letters of each step, ``f_1, f_2, ...``, where there are
            several.

        Raises
        ------
        ValueError
            If there is no such state.
        """
        states, last = self.cell.states, self._state(old)
        column = {state: IDENTITY if state == last else _NOTHING for state in states}
        for step in range(1, steps + 1):
            names = self._names(step) if steps > 1 else {}
            column = {
                state: reduce(Block.__add__, (self[state, each].renamed(names).before(column[each]) for each in states))
                for state in states
            }
        return column[self._state(new)]

    def _names(self, step: int) -> dict[sp.Symbol, sp.Symbol]:
        """Letters at a step; a vector of the cell, such as a peephole, is the same at all of them."""
        plain = {
            each: Letter(f"{each}_{step}") for each in (*self.cell.states, *(line.symbol for line in self.cell.lines))
        }
        return plain | {letter: _slope_letter(gate, plain) for letter, gate in self.slopes}

    # ------------------------------------------------------------------------------------------------- numbers

    def at(self, values: Mapping[str, Any], matrices: Mapping[str, Any]) -> Floats:
        """Work the Jacobian out at a point.

        Parameters
        ----------
        values : mapping of str to (width,) array or number
            Old states, gates, and whatever else occurs on the diagonals, by name; `step_values` has them all.
        matrices : mapping of str to (width, width) array
            The recurrent matrices by name.

        Returns
        -------
        (states * width, states * width) array of float64
            Rows are new states, columns old ones, in the order of ``cell.states``.

        Raises
        ------
        ValueError
            If a value or a matrix is missing, or has another shape.

        Examples
        --------
        >>> import numpy as np
        >>> from symgrad.networks import CELLS
        >>> step_jacobian(CELLS["rnn"]()).at({"y": np.array([0.5, 0.0])}, {"R": np.eye(2)})
        array([[0.75, 0.  ],
               [0.  , 1.  ]])
        """
        states, slopes = self.cell.states, dict(self.slopes)
        read = set().union(*(block.free_symbols for _, block in self.blocks))
        names = tuple(dict.fromkeys(name for _, block in self.blocks for name in block.matrices))
        point = Point.read(self.cell.name, read, slopes, values, {name: matrices.get(name) for name in names})
        return np.block(
            [[self[new, old].at(point.value, point.matrices, point.width) for old in states] for new in states]
        )

    # ------------------------------------------------------------------------------------------------- writing

    def latex(self) -> str:
        """Write the blocks as a paper would, one in each line of an ``aligned`` environment."""
        lines = (
            rf"\frac{{\partial {latex(new)}'}}{{\partial {latex(old)}}} &= {block.latex()}"
            for (new, old), block in self.blocks
        )
        return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"

    def definitions(self) -> str:
        """Write the lines of the cell, which say what the letters are, in an ``aligned`` environment."""
        return r"\begin{aligned} " + r" \\ ".join(map(_told, self.cell.lines)) + r" \end{aligned}"

    def __str__(self) -> str:
        """Write the blocks as text, one in each line."""
        return "\n".join(f"d{new}'/d{old} = {block}" for (new, old), block in self.blocks)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


def step_jacobian(cell: Cell) -> StepJacobian:
    r"""Differentiate a cell.

    Parameters
    ----------
    cell : Cell
        From the catalogue or of one's own.

    Returns
    -------
    StepJacobian
        With a block for each pair of states, in diagonal matrices :math:`\operatorname{d}(v)` and the recurrent matrices.

    Examples
    --------
    >>> from symgrad.networks import CELLS
    >>> print(step_jacobian(CELLS["gru"]()))
    dh'/dh = d(z) + d(z*(1 - z)*(h - n)) R_z + d((1 - n**2)*(1 - z)) [d(q*r*(1 - r)) R_r + d(r) R_n]
    """
    columns = {old: _column(cell, old) for old in cell.states}
    blocks = {
        (new, old): _lifted(value, columns[old], cell)
        for new, value in zip(cell.states, cell.update, strict=True)
        for old in cell.states
    }
    slopes = tuple((_slope_letter(gate), gate) for gate in cell.gates if _closed_slope(gate) is None)
    return StepJacobian(cell, tuple(blocks.items()), slopes)


def _column(cell: Cell, old: Letter) -> dict[sp.Symbol, Block]:
    """Differentiate every line by one old state, the others held fixed."""
    found: dict[sp.Symbol, Block] = {state: IDENTITY if state == old else _NOTHING for state in cell.states}
    for line in cell.lines:
        found[line.symbol] = _of_line(line, found, cell)
    return found


def _of_line(line: Affine | Gate | Mix, found: Mapping[sp.Symbol, Block], cell: Cell) -> Block:
    if isinstance(line, Affine):
        return _NOTHING if line.recurs is None else _lifted(line.recurs, found, cell).multiplied(line.recurrent)
    if isinstance(line, Gate):
        closed = _closed_slope(line)
        return _lifted(line.of, found, cell).scaled(_slope_letter(line) if closed is None else closed)
    return _lifted(line.value, found, cell)


def _lifted(expr: sp.Expr, found: Mapping[sp.Symbol, Block], cell: Cell) -> Block:
    """Chain rule: the derivative by each letter, on a diagonal, times what is found of that letter."""
    order = [*cell.states, *(line.symbol for line in cell.lines)]
    return Block.of(Term(sp.diff(expr, letter), "", found[letter]) for letter in order if letter in expr.free_symbols)


def _closed_slope(gate: Gate) -> sp.Expr | None:
    """Write the slope of a gate in its value, as papers do; None where that takes more than one formula."""
    closed = gate.activation.derivative_in_terms_of_value
    if closed is None or closed.has(sp.Piecewise):
        return None
    return closed.xreplace({_VALUE: gate.symbol})


def _told(line: Affine | Gate | Mix) -> str:
    """Write a line of a cell with its sign of equality after an ampersand."""
    if isinstance(line, Affine):
        parts = [(line.recurrent, line.recurs), (line.inputs, sp.Symbol("x")), (line.bias, None)]
        terms = [f"{latex(sp.Symbol(name))} {'' if of is None else _factor(of)}".strip() for name, of in parts if name]
        return f"{latex(line.symbol)} &= {' + '.join(terms)}"
    if isinstance(line, Gate):
        return f"{latex(line.symbol)} &= {line.activation.latex_name}({latex(line.of)})"
    return f"{latex(line.symbol)} &= {latex(line.value)}"


def _factor(of: sp.Expr) -> str:
    return latex(of) if of.is_Atom else f"({latex(of)})"


def _slope_letter(gate: Gate, names: Mapping[sp.Symbol, sp.Symbol] | None = None) -> Letter:
    """Name the slope of a gate at its argument."""
    head, argument = gate.activation.latex_name, latex(gate.of.xreplace(dict(names or {})))
    return Letter(f"{{{head}'({argument})}}")
