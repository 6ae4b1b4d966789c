r"""How large the Jacobian of log-softmax is: :math:`I-\mathbf 1p^\top`, a projection along :math:`\mathbf 1`.

It is not symmetric, and its norms grow with the width: the loss of one unit of probability is shared by all.
"""

from __future__ import annotations

import sympy as sp

from ...claims import Fact, Measurable, Norm, Relation, Step, Symbolic, Tightness, cite, display
from ..derivations import equality
from .laws import EXACT, TAU, WIDTH, Law, approached, infix, rooted

__all__ = ["norm_law", "point_laws"]

_P = display("p_j", nonnegative=True)
_OTHERS = display(r"\textstyle\sum_{k\ne j}p_k", nonnegative=True)
_SECOND = display("s_2", nonnegative=True)  # the sum of the squares of the probabilities
_TRACE = display(r"\operatorname{tr}(\tau^2J^\top J)", nonnegative=True)
_R = sp.Symbol("r", positive=True)

Derived = tuple[sp.Expr, tuple[Step, ...], Tightness]


def norm_law(norm: Norm) -> Law:
    """State the largest norm of the Jacobian of log-softmax."""
    bound, steps, tightness = _DERIVATIONS[norm]()
    name = f"vector_jacobian_{infix(norm)}norm_sup_eq_{_NAMES[norm]}"
    return Law(name, Measurable.VECTOR_JACOBIAN_NORM_SUP, norm, Relation.EQ, bound, steps, tightness)


_NAMES = {
    Norm.SPECTRAL: "root_width",
    Norm.ONE: "width_less_one",
    Norm.INF: "two",
    Norm.FROBENIUS: "root_twice_width_less_one",
}
_FALLING = "approached as one probability tends to one; not attained"


def _rows() -> Derived:
    row = display(r"\textstyle\sum_j|J_{ij}|", nonnegative=True)
    entries = Fact(row, Relation.EQ, ((1 - _P) + _OTHERS) / TAU, "the diagonal entry is 1 − p, the others are −p")
    rest = Fact(_OTHERS, Relation.EQ, 1 - _P, "probabilities add up to one")
    total = Step(row, Relation.EQ, 2 * (1 - _P) / TAU, "add up a row", Symbolic((entries, rest)))
    bound = 2 / TAU
    below = Step(total.after, Relation.LE, bound, "a probability is not negative", Symbolic())
    last = equality(sp.Limit(total.after, _P, 0), bound, "approached as a probability vanishes")
    return bound, (total, below, last), approached("approached as a probability vanishes; not attained")


def _columns() -> Derived:
    column, more = (
        display(r"\textstyle\sum_i|J_{ij}|", nonnegative=True),
        sp.Symbol("m", nonnegative=True, integer=True),
    )
    entries = Fact(column, Relation.EQ, ((1 - _P) + (WIDTH - 1) * _P) / TAU, "the entries of a column")
    total = Step(column, Relation.EQ, (1 + (WIDTH - 2) * _P) / TAU, "add up a column", Symbolic((entries,)))
    two = Fact(WIDTH, Relation.EQ, more + 2, "two components or more")
    most = Fact(_P, Relation.LE, sp.S.One, "a probability is at most one")
    bound = (WIDTH - 1) / TAU
    below = Step(total.after, Relation.LE, bound, "it grows with the probability", Symbolic((two, most), (more / TAU,)))
    last = equality(sp.Limit(total.after, _P, 1, "-"), bound, _FALLING)
    return bound, (total, below, last), approached("attained for n = 2; for n > 2 " + _FALLING)


# --------------------------------------------------------------------------------------- the trace, and eigenvalues


def _trace_steps() -> tuple[Step, ...]:
    """Add up the squares of all entries: ``n - 2 + n s2``, in units of the temperature."""
    column = (1 - _P) ** 2 + (WIDTH - 1) * _P**2
    short = 1 - 2 * _P + WIDTH * _P**2
    first = display(r"\textstyle\sum_jp_j", nonnegative=True)
    facts = (
        Fact(_TRACE, Relation.EQ, WIDTH - 2 * first + WIDTH * _SECOND, "the line above, summed over all columns"),
        Fact(first, Relation.EQ, sp.S.One, "probabilities add up to one"),
    )
    return (
        equality(column, short, "the squares of the entries of a column"),
        Step(_TRACE, Relation.EQ, WIDTH - 2 + WIDTH * _SECOND, "add up", Symbolic(facts)),
    )


def _squares_are_few() -> Fact:
    return Fact(_SECOND, Relation.LE, sp.S.One, "p² ≤ p, summed")


def _near_one(r: sp.Expr) -> sp.Expr:
    """Return the sum of squares where one probability is ``1 - r`` and another ``r``."""
    return (1 - r) ** 2 + r**2


def _spectral() -> Derived:
    entry, mean, total = (
        display(r"(J^\top Ju)_i", real=True),
        display(r"\langle p,u\rangle"),
        display(r"\langle 1,u\rangle"),
    )
    own, weight, constant = display("u_i", real=True), display("p_i", nonnegative=True), display(r"(J1)_i", real=True)
    sums, left = display(r"\textstyle\sum_jp_j", nonnegative=True), display(r"\lambda", real=True)
    applied = Fact(
        entry, Relation.EQ, (own - mean) - weight * (total - WIDTH * mean), "J = I − 1pᵀ, then its transpose"
    )
    across = Fact(mean, Relation.EQ, sp.S.Zero, "u ⟂ p"), Fact(total, Relation.EQ, sp.S.Zero, "u ⟂ 1")
    *_, trace = steps = _trace_steps()
    kernel = (
        Fact(constant, Relation.EQ, 1 - sums, "J = I − 1pᵀ, at the vector of ones"),
        Fact(sums, Relation.EQ, sp.S.One, "probabilities add up to one"),
    )
    remaining = Fact(
        left, Relation.EQ, _TRACE - (WIDTH - 2), "the trace is the sum of the eigenvalues, the others 0 and 1"
    )
    spread = Fact(sp.S.Zero, Relation.LE, _SECOND - 2 / WIDTH + WIDTH / WIDTH**2, "the sum of (p − 1/n)²")
    top, bound = WIDTH * _SECOND, sp.sqrt(WIDTH) / TAU
    last = equality(sp.Limit(WIDTH * _near_one(_R) / TAU**2, _R, 0), WIDTH / TAU**2, _FALLING)
    derived = (
        Step(constant, Relation.EQ, sp.S.Zero, "an eigenvalue 0 of JᵀJ, at 1 (in units of 1/τ²)", Symbolic(kernel)),
        Step(entry, Relation.EQ, own, "n − 2 eigenvalues 1, across 1 and p", Symbolic((applied, *across))),
        *steps,
        Step(left, Relation.EQ, top, "the last eigenvalue", Symbolic((remaining, trace.at()))),
        Step(sp.S.One, Relation.LE, top, "it is the largest", Symbolic((spread,), (WIDTH,))),
        Step(top, Relation.LE, WIDTH, "a bound for it", Symbolic((_squares_are_few(),), (WIDTH,))),
        last,
        rooted(last, bound, Norm.SPECTRAL),
    )
    return bound, derived, approached(_FALLING)


def _frobenius() -> Derived:
    steps = _trace_steps()
    most, bound = 2 * WIDTH - 2, sp.sqrt(2 * WIDTH - 2) / TAU
    below = Step(steps[-1].after, Relation.LE, most, "a bound for it", Symbolic((_squares_are_few(),), (WIDTH,)))
    near = (WIDTH - 2 + WIDTH * _near_one(_R)) / TAU**2
    last = equality(sp.Limit(near, _R, 0), most / TAU**2, _FALLING)
    return bound, (*steps, below, last, rooted(last, bound, Norm.FROBENIUS)), approached(_FALLING)


_DERIVATIONS = {Norm.SPECTRAL: _spectral, Norm.ONE: _columns, Norm.INF: _rows, Norm.FROBENIUS: _frobenius}

# -------------------------------------------------------------------------------------------------------- at a point


def point_laws() -> tuple[Law, ...]:
    """State the spectral norm at given probabilities, and the gradient of the cross-entropy."""
    return _exact(), _cross_entropy()


def _exact() -> Law:
    _, derived, _ = _spectral()
    square = next(step for step in derived if step.after == WIDTH * _SECOND and step.relation is Relation.EQ)
    steps = derived[: derived.index(square) + 2]
    norm = display(r"\lVert J\rVert_2", nonnegative=True)
    root = Fact(norm, Relation.EQ, sp.sqrt(square.before) / TAU, "the root of the largest eigenvalue of JᵀJ")
    bound = sp.sqrt(WIDTH * _SECOND) / TAU
    last = Step(norm, Relation.EQ, bound, "take the root", Symbolic((root, square.at())))
    name, what = "vector_jacobian_norm_eq_root_width_times_sum_of_squares", Measurable.VECTOR_JACOBIAN_NORM
    return Law(name, what, Norm.SPECTRAL, Relation.EQ, bound, (*steps, last), EXACT)


def _cross_entropy() -> Law:
    """A row of the Jacobian, with its sign turned: the gradient of the loss never exceeds the root of two."""
    own, rest = display("p_y", nonnegative=True), display(r"\textstyle\sum_{i\ne y}p_i^2", nonnegative=True)
    mixed = display(r"\textstyle\sum_{i\ne j\ne y}p_ip_j", nonnegative=True)
    squares = (1 - own) ** 2 + rest
    few = Fact(rest, Relation.EQ, (1 - own) ** 2 - mixed, "the square of their sum 1 − p, less the mixed products")
    norm = display(r"\tau^2\lVert\nabla\rVert_2^2", nonnegative=True)
    entries = Fact(norm, Relation.EQ, (own - 1) ** 2 + rest, "the gradient is (p − e_y)/τ")
    bound = sp.sqrt(2) / TAU
    least = Fact(own, Relation.LE, sp.S.One, "a probability is at most one")
    last = equality(sp.Limit(2 * (1 - own) ** 2 / TAU**2, own, 0), 2 / TAU**2, "approached as the true class vanishes")
    steps = (
        Step(norm, Relation.EQ, squares, "its squared length", Symbolic((entries,))),
        Step(squares, Relation.LE, 2 * (1 - own) ** 2, "products are not negative", Symbolic((few,))),
        Step(2 * (1 - own) ** 2, Relation.LE, sp.Integer(2), "0 ≤ p ≤ 1", Symbolic((least,), (2 * own,))),
        last,
        rooted(last, bound, Norm.SPECTRAL),
    )
    name, what = "cross_entropy_gradient_norm_le_root_two", Measurable.CROSS_ENTROPY_GRADIENT_NORM
    note = approached("approached where one wrong class has all the probability; it does not vanish when saturated")
    return Law(name, what, Norm.SPECTRAL, Relation.LE, bound, steps, note, sources=(cite("goodfellow_2016"),))
