r"""How large the Jacobian of a gated unit is: a row has two entries, :math:`\varphi(b)` and :math:`a\,\varphi'(b)`.

The second grows with the input, so that no bound holds everywhere; on a ball the largest norm is that of one row, and
balls certify it. With the radius a symbol, value and slope of the gate are bounded each on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sympy as sp

from ...claims import (
    Certified,
    Fact,
    Ground,
    Instance,
    Measurable,
    Norm,
    Relation,
    Step,
    Strength,
    Symbolic,
    Tightness,
    TightnessKind,
    display,
    symbol,
)
from ...rigor import compare
from ...rigor.pieces import value_at
from ..errors import CannotDerive
from ..extrema import largest, largest_magnitude
from ..subjects import Activation
from ..valuations import value_of
from .laws import RADIUS, Law, approached, attained, infix, rooted

__all__ = ["ball_law", "norm_law"]

X = symbol("x")
_A, _B = display("a_i", real=True), display("b_i", real=True)
_VALUE, _SLOPE = display(r"\varphi(b_i)", real=True), display(r"\varphi'(b_i)", real=True)
_T, _TOP = sp.Symbol("t", positive=True), display(r"\sup|\varphi|", nonnegative=True)
_WHAT = Measurable.VECTOR_JACOBIAN_NORM_SUP


# -------------------------------------------------------------------------------------------------------- everywhere


def norm_law(gate: Activation, norm: Norm) -> Law:
    """State that the Jacobian is unbounded, since the slope of the gate is multiplied by the first half."""
    point, slope = next(_sloping(gate), (sp.S.Zero, sp.S.Zero))
    if slope == 0:
        raise CannotDerive(f"no point was found at which {gate} has a slope, and without one the gate never closes")
    entry = sp.Limit(_T * sp.Abs(slope), _T, sp.oo)
    reason = f"the entry a φ'(b) at b = {point}, where the slope of the gate is {slope}, as a = t grows"
    step = Step(entry, Relation.EQ, sp.oo, reason, Certified(growth, (gate.derivative, point)))
    name = f"vector_jacobian_{infix(norm)}norm_sup_eq_infinity"
    note = approached("approached as the first half grows; give a radius for a bound on a ball")
    return Law(name, _WHAT, norm, Relation.EQ, sp.oo, (step,), note, ())


def _sloping(gate: Activation) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Yield points at which the gate has a slope that is surely not zero."""
    for point in (sp.Rational(1, 2), sp.Rational(-1, 2), sp.Integer(2), sp.Integer(-2), sp.Integer(8), sp.Integer(-8)):
        slope = value_of(gate.derivative, (), point)
        if slope is not None and compare(slope, 0) in (-1, 1):
            yield point, slope


def growth(derivative: sp.Expr, point: sp.Expr) -> sp.Expr:
    """Return what a multiple of a slope tends to."""
    slope = value_of(derivative, (), point)
    return sp.oo if slope is not None and compare(slope, 0) in (-1, 1) else sp.S.Zero


# --------------------------------------------------------------------------------------------------------- on a ball


def ball_law(gate: Activation, norm: Norm, radius: sp.Expr) -> Law:
    """State the largest norm on a ball: exactly for a number, as a formula for a symbol."""
    if norm is Norm.FROBENIUS:
        raise ValueError("the Frobenius norm adds up all rows and has no bound on a ball; ask for norm 2, 1 or inf")
    return _formula(gate, norm) if radius.free_symbols else _number(gate, norm, radius)


def _row(square: bool, norm: Norm) -> Step:
    """Write the norm of the Jacobian, or its square, in terms of the two entries of a row."""
    head = _head(norm) ** (2 if square else 1)
    opened, turned = display("J_{i,i}", real=True), display("J_{i,n+i}", real=True)
    facts = (
        Fact(head, Relation.EQ, _COMBINED[norm](opened, turned), "no two rows share a column: the largest row decides"),
        Fact(opened, Relation.EQ, _VALUE, "the entry at a"),
        Fact(turned, Relation.EQ, _A * _SLOPE, "the entry at b"),
    )
    total = _COMBINED[norm](_VALUE, _A * _SLOPE)
    return Step(head, Relation.EQ, total, "the two entries of a row, which shares no column", Symbolic(facts))


def _head(norm: Norm) -> sp.Symbol:
    return display(rf"\lVert J\rVert_{{{norm.latex}}}", nonnegative=True)


_COMBINED: dict[Norm, Callable[[sp.Expr, sp.Expr], sp.Expr]] = {
    Norm.SPECTRAL: lambda opened, turned: opened**2 + turned**2,
    Norm.INF: lambda opened, turned: sp.Abs(opened) + sp.Abs(turned),
    Norm.ONE: lambda opened, turned: sp.Max(sp.Abs(opened), sp.Abs(turned)),
}

# ------------------------------------------------------------------------------------------ a number for the radius

Derived = tuple[sp.Expr, tuple[Step, ...]]


def _number(gate: Activation, norm: Norm, radius: sp.Expr) -> Law:
    bound, steps = _EXACT[norm](gate, radius)
    name = f"vector_jacobian_{infix(norm)}norm_sup_eq_largest_row_on_ball"
    return Law(name, _WHAT, norm, Relation.EQ, bound, steps, attained("by one row, all other inputs being zero"), ())


def _euclidean(gate: Activation, radius: sp.Expr) -> Derived:
    """Over ``a**2 + b**2 <= R**2`` the row is longest at ``a**2 = R**2 - b**2``."""
    inside = Fact(_A**2, Relation.LE, radius**2 - _B**2, "the two inputs lie in the ball")
    row = _row(True, Norm.SPECTRAL)
    most = _VALUE**2 + (radius**2 - _B**2) * _SLOPE**2
    found = largest(gate.expression**2 + (radius**2 - X**2) * gate.derivative**2, (-radius, radius))
    bound = sp.sqrt(found.value)
    steps = (row, Step(row.after, Relation.LE, most, "the ball", Symbolic((inside,), (_SLOPE**2,))), *found.steps)
    return bound, (*steps, rooted(found.steps[-1], bound, Norm.SPECTRAL))


def _summed(gate: Activation, radius: sp.Expr) -> Derived:
    """Over ``|a| <= R`` and ``|b| <= R`` the row is longest at ``|a| = R``."""
    inside = Fact(sp.Abs(_A), Relation.LE, radius, "the input lies in the ball")
    row = _row(False, Norm.INF)
    most = sp.Abs(_VALUE) + radius * sp.Abs(_SLOPE)
    found = largest(sp.Abs(gate.expression) + radius * sp.Abs(gate.derivative), (-radius, radius))
    bounded = Step(row.after, Relation.LE, most, "the ball", Symbolic((inside,), (sp.Abs(_SLOPE),)))
    return found.value, (row, bounded, *found.steps)


def _columned(gate: Activation, radius: sp.Expr) -> Derived:
    """Over ``|a| + |b| <= R`` a column has one entry, and each kind is largest on its own."""
    opened = largest_magnitude(gate.expression, (-radius, radius))
    turned = largest((radius - sp.Abs(X)) * sp.Abs(gate.derivative), (-radius, radius))
    best, other = (turned, opened) if compare(opened.value, turned.value) == -1 else (opened, turned)
    line = best.steps[-1]
    larger = Fact(_head(Norm.ONE), Relation.EQ, line.before, f"the larger one; the other kind reaches {other.value}")
    last = Step(_head(Norm.ONE), Relation.EQ, best.value, "a column has one entry", Symbolic((larger, line.at())))
    return best.value, (_row(False, Norm.ONE), *opened.steps, *turned.steps, last)


_EXACT = {Norm.SPECTRAL: _euclidean, Norm.INF: _summed, Norm.ONE: _columned}

# ------------------------------------------------------------------------------------------ a symbol for the radius


def _formula(gate: Activation, norm: Norm) -> Law:
    """Bound value and slope of the gate each on its own."""
    steepest = gate.lipschitz
    if steepest.bound.is_infinite:
        raise CannotDerive(
            f"the slope of {gate} is unbounded, so that no formula in the radius is known; give a number"
        )
    value = _largest_value(gate)
    facts = (
        value[-1].at(),
        Fact(sp.Abs(_SLOPE), Relation.LE, steepest.bound, "the Lipschitz constant of the gate, a premise"),
        Fact(sp.Abs(_A), Relation.LE, RADIUS, "the input lies in the ball"),
    )
    bound, steps = _BOUNDED[norm](value[-1].after, steepest.bound, facts)
    name = f"vector_jacobian_{infix(norm)}norm_sup_le_value_and_slope_of_gate_on_ball"
    note = Tightness(TightnessKind.UPPER, "value and slope of the gate are not largest at the same input")
    return Law(name, _WHAT, norm, Relation.LE, bound, (*value, *steps), note, (), (steepest,))


def _largest_value(gate: Activation) -> tuple[Step, ...]:
    """Bound the value of a bounded gate, or of any by its value at zero and its Lipschitz constant."""
    found = largest_magnitude(gate.expression)
    if not found.value.is_infinite:
        certified = Fact(sp.Abs(_VALUE), Relation.LE, _TOP, "the gate at b")
        named = Fact(_TOP, Relation.EQ, found.steps[-1].before, "the supremum above")
        ground = Symbolic((certified, named, found.steps[-1].at()), (sp.S.One,))
        return *found.steps, Step(sp.Abs(_VALUE), Relation.LE, found.value, "so everywhere", ground)
    start, steepest = sp.Abs(value_at(gate.expression, X, sp.S.Zero)), gate.lipschitz.bound
    facts = (
        Fact(
            sp.Abs(_VALUE), Relation.LE, start + steepest * sp.Abs(_B), "from its value at 0, by its Lipschitz constant"
        ),
        Fact(sp.Abs(_B), Relation.LE, RADIUS, "the input lies in the ball"),
    )
    reason = "the gate at b is as far from its value at 0 as its slope allows"
    ground = Symbolic(facts, (sp.S.One, steepest))
    return (Step(sp.Abs(_VALUE), Relation.LE, start + steepest * RADIUS, reason, ground),)


Facts = tuple[Instance, Fact, Fact]


def _bounded_length(value: sp.Expr, slope: sp.Expr, facts: Facts) -> Derived:
    row, bound = _row(True, Norm.SPECTRAL), sp.sqrt(value**2 + RADIUS**2 * slope**2)
    weights = value + sp.Abs(_VALUE), _A**2 * (slope + sp.Abs(_SLOPE)), slope**2 * (RADIUS + sp.Abs(_A))
    square = Step(
        row.before, Relation.LE, bound**2, "each factor at its largest", Symbolic((row.at(), *facts), weights)
    )
    head = _head(Norm.SPECTRAL)
    last = Step(head, Relation.LE, bound, "take the root", Symbolic((square.at(),), (1 / (bound + head),)))
    return bound, (row, square, last)


def _bounded_sum(value: sp.Expr, slope: sp.Expr, facts: Facts) -> Derived:
    row, bound = _row(False, Norm.INF), value + RADIUS * slope
    ground = Symbolic((row.at(), *facts), (sp.S.One, sp.Abs(_A), slope))
    return bound, (row, Step(row.before, Relation.LE, bound, "each factor at its largest", ground))


def _bounded_column(value: sp.Expr, slope: sp.Expr, facts: Facts) -> Derived:
    bound = sp.Max(value, RADIUS * slope)
    opened = Fact(value, Relation.LE, bound, "the larger of two"), Fact(RADIUS * slope, Relation.LE, bound, "likewise")
    first = Step(sp.Abs(_VALUE), Relation.LE, bound, "one kind", Symbolic((facts[0], opened[0]), (sp.S.One, sp.S.One)))
    ground = Symbolic((*facts[1:], opened[1]), (sp.Abs(_A), slope, sp.S.One))
    second = Step(sp.Abs(_A * _SLOPE), Relation.LE, bound, "the other kind", ground)
    row = _row(False, Norm.ONE)
    last = Step(row.after, Relation.LE, bound, "a column has one entry", LargerOfTwo(first, second))
    return bound, (row, first, second, last)


_BOUNDED = {Norm.SPECTRAL: _bounded_length, Norm.INF: _bounded_sum, Norm.ONE: _bounded_column}


@dataclass(frozen=True)
class LargerOfTwo(Ground):
    """What bounds both of two numbers bounds the larger one."""

    first: Step
    second: Step
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Re-run both lines, and compare their ends."""
        larger = sp.Max(self.first.before, self.second.before)
        fits = step.before == larger and {self.first.after, self.second.after} == {step.after}
        sound = step.relation is self.first.relation is self.second.relation is Relation.LE
        return min(self.first.replay(), self.second.replay()) if fits and sound else Strength.BROKEN
