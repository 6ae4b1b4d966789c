r"""Why a gate that mixes the old state with a candidate stretches a gradient only a little: shared steps.

In a unit of :math:`h'=z\,h+(1-z)\,n` the two shares add up to 1, and what moves the gate, :math:`(h-n)z(1-z)`, is large
only where neither share is. So squares add up: where the candidate stretches by m and the weights of the gate by A, a step
stretches by at most :math:`\sqrt{1+m^2+A^2/2}`, not by :math:`1+m+A/2`.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ...claims import Fact, Induction, Relation, Step, Symbolic, display, symbol

__all__ = ["STATE", "VECTOR", "MixingGate", "common_steps", "mean_steps", "mixed_steps", "power_steps"]

STEP, STEPS = symbol("step"), symbol("steps")
ONE, QUARTER = sp.S.One, sp.Rational(1, 4)
VECTOR = display(r"\lVert v\rVert", positive=True)  # of any vector but zero
STATE = display("|h_{#}|", STEP, nonnegative=True)  # one entry of the state
HALF_GAP = display("|s|", nonnegative=True)
X, T = display("v_i", real=True), display("(Rv)_i", real=True)  # of a unit: the vector, and what reaches its gate
S = display("s", real=True)


@dataclass(frozen=True)
class MixingGate:
    """The gate of a cell, by the letter of the papers.

    Parameters
    ----------
    letter : str
        Such as ``"z"``.
    candidate : str
        What it mixes the old state with, such as ``"n"``.
    keeps : bool, default True
        Whether it multiplies the old state; otherwise what it leaves does.
    """

    letter: str
    candidate: str
    keeps: bool = True

    @property
    def share(self) -> sp.Expr:
        """The gate itself."""
        return display(self.letter, nonnegative=True)

    @property
    def rest(self) -> sp.Expr:
        """One minus the gate."""
        return display(f"(1-{self.letter})", nonnegative=True)

    @property
    def kept(self) -> sp.Expr:
        """What multiplies the old state."""
        return self.share if self.keeps else self.rest

    @property
    def taken(self) -> sp.Expr:
        """What multiplies the candidate."""
        return self.rest if self.keeps else self.share

    @property
    def adds_up(self) -> Fact:
        """That gate and rest add up to 1; neither is negative."""
        return Fact(self.rest, Relation.EQ, 1 - self.share, "a gate and what it leaves add up to 1")

    @property
    def below_one(self) -> Fact:
        """The candidate is a value of tanh."""
        size = display(f"|{self.candidate}|", nonnegative=True)
        return Fact(size, Relation.LE, ONE, "tanh is below 1")


def common_steps(gate: MixingGate) -> tuple[Step, Step, Step, Step]:
    """What the updates of these cells share: product rule, states within 1, slope of the gate, distance to the candidate.

    Parameters
    ----------
    gate : MixingGate
        The gate.

    Returns
    -------
    tuple of Step
        The last two say ``z (1 - z) <= 1/4`` and ``|s| <= 1``, with half of the gap, ``s = (h - n)/2``.
    """
    bounded = _bounded_step(gate)
    gap = Fact(2 * HALF_GAP, Relation.LE, STATE + gate.below_one.before, "triangle inequality")
    apart = Step(
        HALF_GAP,
        Relation.LE,
        ONE,
        f"half of the gap, s = (h − {gate.candidate})/2: two numbers of at most 1 are at most 2 apart",
        Symbolic((gap, bounded.at(), gate.below_one), (sp.S.Half,) * 3),
    )
    return _product_rule(gate), bounded, _slope_step(gate), apart


def _product_rule(gate: MixingGate) -> Step:
    """Differentiate one unit; the gate and the candidate see the state through their matrices."""
    h = display("h", real=True)
    share, candidate = (sp.Function(name, real=True)(h) for name in (gate.letter, gate.candidate))
    kept = share if gate.keeps else 1 - share
    moved = (h - candidate) * sp.diff(kept, h)
    return Step(
        sp.Derivative(kept * h + (1 - kept) * candidate, h),
        Relation.EQ,
        kept + (1 - kept) * sp.diff(candidate, h) + moved,
        "product rule: what is kept, what the candidate does, and what moves the gate",
        Symbolic(),
    )


def _bounded_step(gate: MixingGate) -> Step:
    """No entry of the state ever exceeds 1: it is a mean of its last value and of a value of tanh."""
    before, candidate = STATE.xreplace({STEP: STEP - 1}), gate.below_one.before
    mixed = Fact(STATE, Relation.LE, gate.kept * before + gate.taken * candidate, "the update, in absolute values")
    start = Fact(STATE.xreplace({STEP: sp.S.Zero}), Relation.EQ, sp.S.Zero, "states begin at zero")
    passage = Symbolic((mixed, gate.below_one, gate.adds_up), (gate.kept, ONE, gate.taken))
    reason = "induction over the steps: a mean of two numbers of at most 1"
    return Step(STATE, Relation.LE, ONE, reason, Induction(STEP, sp.S.Zero, Symbolic((start,)), passage))


def _slope_step(gate: MixingGate) -> Step:
    reason = "complete the square: the slope of a gate is at most a quarter"
    return Step(gate.share * gate.rest, Relation.LE, QUARTER, reason, Symbolic((gate.adds_up,)))


def _squares(*terms: sp.Expr) -> tuple[Fact, ...]:
    return tuple(Fact(sp.S.Zero, Relation.LE, term**2, "a square is not negative") for term in terms)


def _at_most_one(apart: Step) -> tuple[Fact, Fact]:
    return Fact(S**2, Relation.LE, HALF_GAP**2, "the same with its sign"), apart.at()


def mixed_steps(gate: MixingGate, common: tuple[Step, ...], candidate: Step, norm: sp.Expr) -> tuple[Step, Step, Step]:
    """All that a step does to a vector: ``|J v|^2 <= (1 + m^2 + A^2/2) |v|^2``.

    Parameters
    ----------
    gate : MixingGate
        The gate.
    common : tuple of Step
        From `common_steps`.
    candidate : Step
        How far the candidate stretches a vector, ``|N v| <= m |v|``.
    norm : sympy.Expr
        The norm A of the recurrent weights of the gate.

    Returns
    -------
    tuple of Step
        The last one says how far a step stretches a vector.
    """
    z, k, (slope, apart) = gate.kept, gate.taken, common[-2:]
    y = display("(Nv)_i", real=True)
    squares = _squares(z * y - k * X, z * S * T - X, k * S * T - y)
    weights = (ONE, 2 * z * k, 2 * z * k, 2 * S**2 * T**2, T**2 / 2, T**2 * (1 + HALF_GAP) / 2)
    unit = Step(
        (z * X + k * y + 2 * z * k * S * T) ** 2,
        Relation.LE,
        X**2 + y**2 + T**2 / 2,
        f"Cauchy–Schwarz in every unit, with {gate.letter}² + (1 − {gate.letter})² + 2{gate.letter}(1 − {gate.letter}) = 1",
        Symbolic((*squares, slope.at(), *_at_most_one(apart), gate.adds_up), weights),
    )
    return unit, *_summed(candidate, norm)


def _summed(candidate: Step, norm: sp.Expr) -> tuple[Step, Step]:
    image, moved = display(r"\lVert J_tv\rVert", nonnegative=True), display(r"\lVert Rv\rVert", nonnegative=True)
    inner, stretch = candidate.before, candidate.after / VECTOR
    square = 1 + stretch**2 + norm**2 / 2
    total = Fact(image**2, Relation.LE, VECTOR**2 + inner**2 + moved**2 / 2, "the line above, summed over the units")
    gate = Fact(moved, Relation.LE, norm * VECTOR, "the norm of a matrix is its largest stretch")
    weights = ONE, stretch * VECTOR + inner, (norm * VECTOR + moved) / 2
    squared = Step(
        image**2,
        Relation.LE,
        square * VECTOR**2,
        "with what the candidate and the weights of the gate stretch",
        Symbolic((total, candidate.at(), gate), weights),
    )
    return squared, _root_step(squared, image, sp.sqrt(square) * VECTOR)


def _root_step(squared: Step, image: sp.Expr, larger: sp.Expr) -> Step:
    given = Symbolic((squared.at(),), (1 / (image + larger),))
    return Step(image, Relation.LE, larger, "the roots of both sides", given)


def mean_steps(gate: MixingGate, common: tuple[Step, ...], norm: sp.Expr) -> tuple[Step, Step, Step, Step]:
    """Where the candidate does not see the state: ``|J v| <= (1 + sqrt(1 + A^2))/2 |v|``.

    Parameters
    ----------
    gate : MixingGate
        The gate.
    common : tuple of Step
        From `common_steps`.
    norm : sympy.Expr
        The norm A of the recurrent weights of the gate.

    Returns
    -------
    tuple of Step
        The last one says how far a step stretches a vector.
    """
    u, k, (slope, apart) = gate.kept, gate.taken, common[-2:]
    tilt, swing, length = u - k, 4 * u * k * S, X**2 + T**2
    reflected = display(r"\lVert (2J_t-I)v\rVert", nonnegative=True)
    moved, image = display(r"\lVert Rv\rVert", nonnegative=True), display(r"\lVert J_tv\rVert", nonnegative=True)
    weights = (ONE, 16 * u * k * length, 16 * u**2 * k**2 * length, 16 * u**2 * k**2 * length * (1 + HALF_GAP))
    given = (*_squares(tilt * T - swing * X), slope.at(), *_at_most_one(apart), gate.adds_up)
    unit = Step(
        (tilt * X + swing * T) ** 2,
        Relation.LE,
        length,
        "twice a unit minus itself; Cauchy–Schwarz, with (2u − 1)² + 4u(1 − u) = 1",
        Symbolic(given, weights),
    )
    total = Fact(reflected**2, Relation.LE, VECTOR**2 + moved**2, "the line above, summed over the units")
    stretched = Fact(moved, Relation.LE, norm * VECTOR, "the norm of a matrix is its largest stretch")
    squared = Step(
        reflected**2,
        Relation.LE,
        (1 + norm**2) * VECTOR**2,
        "with what the weights of the gate stretch",
        Symbolic((total, stretched), (ONE, norm * VECTOR + moved)),
    )
    root = _root_step(squared, reflected, sp.sqrt(1 + norm**2) * VECTOR)
    halves = Fact(2 * image, Relation.LE, VECTOR + reflected, "triangle inequality")
    last = Step(
        image,
        Relation.LE,
        (1 + sp.sqrt(1 + norm**2)) / 2 * VECTOR,
        "half of the vector and half of what it is reflected to",
        Symbolic((halves, root.at()), (sp.S.Half, sp.S.Half)),
    )
    return unit, squared, root, last


def power_steps(step: Step) -> tuple[Step, Step]:
    """T steps stretch by the power of one: from ``|J_t v| <= b |v|`` to ``|J_{T:0}| <= b^T``."""
    factor = step.after / VECTOR
    jacobian = display(r"\lVert J_{#:0}v\rVert", STEP, nonnegative=True)
    before, start = (jacobian.xreplace({STEP: value}) for value in (STEP - 1, sp.S.Zero))
    one_more = step.at({step.before: jacobian, VECTOR: before}, "the line above, of what the steps before made")
    identity = Fact(start, Relation.EQ, VECTOR, "before the first step, the vector itself")
    all_steps = Step(
        jacobian,
        Relation.LE,
        factor**STEP * VECTOR,
        "induction over the steps",
        Induction(STEP, sp.S.Zero, Symbolic((identity,)), Symbolic((one_more,), (factor, ONE))),
    )
    norm = display(r"\lVert J_{T:0}\rVert_2", nonnegative=True)
    ratio = jacobian.xreplace({STEP: STEPS}) / VECTOR
    largest = Fact(norm, Relation.EQ, ratio, "of the vector that is stretched most")
    last = Symbolic((largest, all_steps.at({STEP: STEPS})), (1 / VECTOR,))
    return all_steps, Step(norm, Relation.LE, factor**STEPS, "the norm is the largest stretch", last)
