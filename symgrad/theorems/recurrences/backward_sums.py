"""How the gradient by one matrix adds up over its uses: the steps that sums over lags share."""

from __future__ import annotations

import sympy as sp

from ...claims import Fact, Induction, Instance, Relation, Step, Symbolic, display, symbol

__all__ = [
    "GAMMA",
    "HELD",
    "LAG",
    "added_up",
    "closed",
    "lengths_of_all_losses",
    "lengths_of_last_loss",
    "one_use",
    "series",
    "summed_series",
]

GAMMA, HELD = symbol("lipschitz"), symbol("state_bound")
LAG = display("k", integer=True, nonnegative=True)
_LENGTH = display(
    r"\lVert\delta_{T-#}\rVert", LAG, nonnegative=True
)  # total gradient at a state, relative to an output


def series(rate: sp.Expr, count: sp.Expr) -> sp.Expr:
    """Return ``1 + rate + ... + rate^(count - 1)`` in closed form, the rate being the number one or another."""
    return count if rate == 1 else (1 - rate**count) / (1 - rate)


def summed_series(rate: sp.Expr, count: sp.Expr) -> sp.Expr:
    """Return the sum of the first so many of these series."""
    return count * (count + 1) / 2 if rate == 1 else (count - rate * series(rate, count)) / (1 - rate)


def _before(of: sp.Expr) -> sp.Expr:
    return of.xreplace({LAG: LAG - 1})


def lengths_of_last_loss(rate: sp.Expr) -> Step:
    """With a loss at the last step only, the gradient after k steps back is at most the k-th power of the rate."""
    at_output = Fact(_LENGTH.xreplace({LAG: sp.S.Zero}), Relation.EQ, sp.S.One, "at the output itself")
    back = Fact(_LENGTH, Relation.LE, rate * _before(_LENGTH), "a step back stretches by at most γ‖R‖ = r")
    ground = Induction(LAG, sp.S.Zero, Symbolic((at_output,)), Symbolic((back,), (rate, sp.S.One)))
    return Step(_LENGTH, Relation.LE, rate**LAG, "induction over the lag", ground)


def lengths_of_all_losses(rate: sp.Expr) -> Step:
    """With a loss at every step, each adds its own gradient to what comes back: a geometric series."""
    at_output = Fact(_LENGTH.xreplace({LAG: sp.S.Zero}), Relation.EQ, sp.S.One, "at the output, its own loss alone")
    back = Fact(_LENGTH, Relation.LE, 1 + rate * _before(_LENGTH), "its own loss adds at most 1 to what comes back")
    ground = Induction(LAG, sp.S.Zero, Symbolic((at_output,)), Symbolic((back,), (rate, sp.S.One)))
    return Step(_LENGTH, Relation.LE, series(rate, LAG + 1), "induction over the lag: a geometric series", ground)


def one_use(lengths: Step) -> Step:
    """What one use of the matrix adds: a product of two vectors, whose Frobenius norm is the product of their lengths."""
    error, state = (
        display(text, LAG, nonnegative=True) for text in (r"\lVert e_{T-#}\rVert", r"\lVert h_{T-#-1}\rVert")
    )
    use = display(r"\lVert e_{T-#}h_{T-#-1}^\top\rVert_F", LAG, nonnegative=True)
    facts = (
        Fact(use, Relation.EQ, error * state, "the norm of a column times a row is the product of their lengths"),
        Fact(error, Relation.LE, GAMMA * _LENGTH, "no slope exceeds the largest one"),
        Fact(state, Relation.LE, HELD, "the values of the activation are bounded"),
        lengths.at(),
    )
    weights = (state, GAMMA * _LENGTH, GAMMA * HELD)
    reason = "one use of R, at the preactivation and with the state before it"
    return Step(use, Relation.LE, GAMMA * HELD * lengths.after, reason, Symbolic(facts, weights))


def added_up(letter: str, term: Instance, bound: sp.Expr, one_more: str) -> Step:
    """Add terms up by the triangle inequality; the letter, at an index, is the norm of the sum of so many of them."""
    total = display(letter, LAG, nonnegative=True)
    none, before = total.xreplace({LAG: sp.S.Zero}), total.xreplace({LAG: LAG - 1})
    nothing = Fact(none, Relation.EQ, sp.S.Zero, "nothing is added yet")
    triangle = Fact(total, Relation.LE, before + term.before, f"the triangle inequality: {one_more}")
    ground = Induction(LAG, sp.S.Zero, Symbolic((nothing,)), Symbolic((triangle, term), (sp.S.One,) * 3))
    return Step(total, Relation.LE, bound, "induction: they add up", ground)


def closed(steps: tuple[Step, ...], count: sp.Expr, reason: str) -> tuple[Step, ...]:
    """Close with the last line, at the number of its terms."""
    last = steps[-1].at({LAG: count})
    return (*steps, Step(last.before, Relation.LE, last.after, reason, Symbolic((last,), (sp.S.One,))))
