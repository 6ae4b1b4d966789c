r"""How large the Jacobian of softmax is: at most :math:`1/(2\tau)` in every norm (Nair 2025).

In the sum norms a row is added up. In the spectral norm the Jacobian is symmetric, and its quadratic form is the
variance of the entries of a unit vector under the probabilities, which Popoviciu's inequality bounds.
"""

from __future__ import annotations

import sympy as sp

from ...claims import (
    Assumption,
    Fact,
    Holding,
    Measurable,
    Norm,
    Relation,
    Source,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    no,
    yes,
)
from ..derivations import equality
from .laws import EXACT, TAU, Law, approached, attained, infix, rooted

__all__ = ["norm_law", "point_laws"]

HALF = 1 / (2 * TAU)
_P = display("p_i", nonnegative=True)
_OTHERS = display(r"\textstyle\sum_{j\ne i}p_j", nonnegative=True)
_R = sp.Symbol("r", positive=True)  # what the other probabilities add up to, on its way to zero
_ONE = Fact(_OTHERS, Relation.EQ, 1 - _P, "probabilities add up to one")

Derived = tuple[tuple[Step, ...], Tightness]


def norm_law(norm: Norm) -> Law:
    """State the largest norm of the Jacobian of softmax, ``1/(2 tau)``."""
    steps, tightness = _DERIVATIONS[norm]()
    name = f"vector_jacobian_{infix(norm)}norm_sup_eq_half_inverse_temperature"
    what = Measurable.VECTOR_JACOBIAN_NORM_SUP
    return Law(name, what, norm, Relation.EQ, HALF, steps, tightness, sources=_sources())


def _sources() -> tuple[Source, ...]:
    return cite("nair_2025"), cite("gao_pavel_2017")


# ------------------------------------------------------------------------------------------------- rows and columns


def _row_step(what: str) -> Step:
    """Add up a row: ``2 p (1 - p)/tau``."""
    row = display(rf"\textstyle\sum_{what}|J_{{ij}}|", nonnegative=True)
    entries = Fact(row, Relation.EQ, (_P * (1 - _P) + _P * _OTHERS) / TAU, "the absolute values of the entries")
    reason = f"add up {'a row' if what == 'j' else 'a column, which by symmetry is as a row'}"
    return Step(row, Relation.EQ, 2 * _P * (1 - _P) / TAU, reason, Symbolic((entries, _ONE)))


def _summed(what: str) -> Derived:
    total = _row_step(what)
    bound = Step(total.after, Relation.LE, HALF, "complete the square: 1 − 4p(1 − p) = (1 − 2p)²", Symbolic())
    reached = equality(sp.Subs(total.after, _P, sp.Rational(1, 2)), HALF, "attained where a probability is one half")
    return (total, bound, reached), attained("where one probability is one half, as at z = (τ log(n − 1), 0, ..., 0)")


# -------------------------------------------------------------------------------------------------- the spectral norm


def _spectral() -> Derived:
    form, mean = display(r"u^\top Ju", real=True), display(r"\mu", real=True)
    square, top, low = display(r"\overline{u^2}", nonnegative=True), display("M", real=True), display("m", real=True)
    diagonal, pairs = (
        display(r"\textstyle\sum_ip_iu_i^2", real=True),
        display(r"\textstyle\sum_{ij}p_iu_ip_ju_j", real=True),
    )
    facts = (
        Fact(form, Relation.EQ, (diagonal - pairs) / TAU, "the entries of the Jacobian"),
        Fact(diagonal, Relation.EQ, square, "definition of the mean square"),
        Fact(pairs, Relation.EQ, mean * mean, "the double sum is a product, of the mean with itself"),
    )
    variance = (square - mean**2) / TAU
    between = Fact(
        sp.S.Zero,
        Relation.LE,
        (top + low) * mean - top * low - square,
        "the mean of (M − u)(u − m), which is not negative between the smallest entry m and the largest M",
    )
    unit = Fact(top**2 + low**2, Relation.LE, sp.S.One, "two entries of a unit vector")
    gap = (top - mean) * (mean - low) / TAU
    pair = (1 - _R) / 2
    steps = (
        Step(form, Relation.EQ, variance, "the quadratic form is a variance under p", Symbolic(facts)),
        Step(variance, Relation.LE, gap, "a variance is at most (M − μ)(μ − m)", Symbolic((between,), (1 / TAU,))),
        Step(gap, Relation.LE, (top - low) ** 2 / (4 * TAU), "which is largest in the middle", Symbolic()),
        Step((top - low) ** 2 / (4 * TAU), Relation.LE, (top**2 + low**2) / (2 * TAU), "(M + m)² ≥ 0", Symbolic()),
        Step((top**2 + low**2) / (2 * TAU), Relation.LE, HALF, "the length is one", Symbolic((unit,), (HALF,))),
        equality(
            ((pair + pair) / 2 - (pair - pair) ** 2 / 2) / TAU,
            (1 - _R) / (2 * TAU),
            "the variance of u = (1, −1, 0, ..., 0)/√2 where two probabilities are equal and the others add up to r",
        ),
        equality(sp.Limit((1 - _R) / (2 * TAU), _R, 0), HALF, "approached as the other probabilities vanish"),
    )
    return steps, approached("attained at two equal logits for n = 2; approached as the other logits fall for n > 2")


# ------------------------------------------------------------------------------------------------ the Frobenius norm


def _frobenius() -> Derived:
    delta, other = display(r"\delta_{ij}", real=True), display("p_j", nonnegative=True)
    second, third = display("s_2", nonnegative=True), display("s_3", nonnegative=True)
    squares = [display(rf"\textstyle\sum_{{ij}}{part}", nonnegative=True) for part in _PARTS]
    norm = display(r"\tau^2\lVert J\rVert_F^2", nonnegative=True)
    expanded = _P**2 * delta**2 - 2 * _P**2 * other * delta + _P**2 * other**2
    entry = _P**2 * delta - 2 * _P**2 * other * delta + _P**2 * other**2
    facts = (
        Fact(norm, Relation.EQ, squares[0] - 2 * squares[1] + squares[2], "the line above, summed over all entries"),
        Fact(squares[0], Relation.EQ, second, "with s_k for the sum of the k-th powers of the probabilities"),
        Fact(squares[1], Relation.EQ, third, "likewise"),
        Fact(squares[2], Relation.EQ, second * second, "the double sum is a product"),
    )
    spread = Fact(sp.S.Zero, Relation.LE, third - 2 * second * second + second**2, "the mean of (p − s₂)² under p")
    total, bound = second - 2 * third + second**2, second - second**2
    near = _near_two(_R)
    last = equality(sp.Limit(near / TAU**2, _R, 0), HALF**2, "approached as all but two equal probabilities vanish")
    steps = (
        equality((_P * delta - _P * other) ** 2, expanded, "square an entry"),
        Step(
            expanded,
            Relation.EQ,
            entry,
            "a Kronecker delta is its own square",
            Symbolic((Fact(delta**2, Relation.EQ, delta, "it is 0 or 1"),)),
        ),
        Step(norm, Relation.EQ, total, "add up", Symbolic(facts)),
        Step(total, Relation.LE, bound, "Cauchy–Schwarz: s₂² ≤ s₁s₃ = s₃", Symbolic((spread,), (sp.Integer(2),))),
        Step(bound, Relation.LE, sp.Rational(1, 4), "complete the square", Symbolic()),
        last,
        rooted(last, HALF, Norm.FROBENIUS),
    )
    return steps, approached("attained at two equal logits for n = 2; approached as the other logits fall for n > 2")


_PARTS = (r"p_i^2\delta_{ij}", r"p_i^2p_j\delta_{ij}", r"p_i^2p_j^2")


def _near_two(r: sp.Expr) -> sp.Expr:
    """Return ``s2 - 2 s3 + s2**2`` where two probabilities are equal and a third one is ``r``."""
    pair = (1 - r) / 2
    second, third = 2 * pair**2 + r**2, 2 * pair**3 + r**3
    return second - 2 * third + second**2


_DERIVATIONS = {
    Norm.SPECTRAL: _spectral,
    Norm.ONE: lambda: _summed("i"),
    Norm.INF: lambda: _summed("j"),
    Norm.FROBENIUS: _frobenius,
}

# -------------------------------------------------------------------------------------------------------- at a point


def _is_large(probability: object) -> Holding:
    large = 2 * sp.sympify(probability, strict=True) >= 1
    return yes(f"it is {probability}") if large else no(f"it is {probability}, less than one half")


SATURATED = Assumption(
    "largest_probability_at_least_half",
    "the largest probability is one half or more",
    r"p_{\max}\ge\tfrac12",
    _is_large,
)


def point_laws() -> tuple[Law, ...]:
    """State the norms at given probabilities: exact in the sum norms, from both sides in the spectral one."""
    return (*(_exact(norm, what) for norm, what in ((Norm.INF, "j"), (Norm.ONE, "i"))), _from_below(), _saturated())


def _exact(norm: Norm, what: str) -> Law:
    nearest = display(r"p_\ast", nonnegative=True)
    total = _row_step(what)
    norm_text = display(rf"\lVert J\rVert_{{{norm.latex}}}", nonnegative=True)
    largest = Fact(_P, Relation.EQ, nearest, "the probability nearest to one half makes it largest")
    biggest = Fact(norm_text, Relation.EQ, total.before, "the largest sum")
    bound = 2 * nearest * (1 - nearest) / TAU
    last = Step(norm_text, Relation.EQ, bound, "take the largest", Symbolic((biggest, total.at(), largest)))
    name = f"vector_jacobian_{infix(norm)}norm_eq_at_probability_nearest_half"
    return Law(name, Measurable.VECTOR_JACOBIAN_NORM, norm, Relation.EQ, bound, (total, last), EXACT, ())


def _from_below() -> Law:
    norm, entry = display(r"\lVert J\rVert_2", nonnegative=True), display("J_{ii}", nonnegative=True)
    facts = (
        Fact(entry, Relation.LE, norm, "an entry of a matrix is at most its spectral norm"),
        Fact(entry, Relation.EQ, _P * (1 - _P) / TAU, "the Jacobian on the diagonal"),
    )
    bound = _P * (1 - _P) / TAU
    step = Step(norm, Relation.GE, bound, "the quadratic form at a basis vector", Symbolic(facts, (sp.S.One,)))
    note = Tightness(
        TightnessKind.UPPER, "within a factor of two, which two components need; sharp for many equal ones"
    )
    name, what = "vector_jacobian_norm_ge_largest_diagonal_entry", Measurable.VECTOR_JACOBIAN_NORM
    return Law(name, what, Norm.SPECTRAL, Relation.GE, bound, (step,), note, ())


def _saturated() -> Law:
    """The gradient dies as the largest probability tends to one."""
    rest, slack, below = (
        display(r"\delta", nonnegative=True),
        display("a", nonnegative=True),
        display("b", nonnegative=True),
    )
    norm, row = display(r"\lVert J\rVert_2", nonnegative=True), display(r"\lVert J\rVert_\infty", nonnegative=True)
    p = display("p_i", nonnegative=True)
    bound = 2 * rest * (1 - rest) / TAU
    other = Step(
        2 * p * (1 - p) / TAU,
        Relation.LE,
        bound,
        "the probabilities other than the largest are at most δ ≤ 1/2, where p(1 − p) grows; the largest gives the same",
        Symbolic(
            (
                Fact(p, Relation.EQ, rest - slack, "with a ≥ 0"),
                Fact(rest, Relation.EQ, (1 - below) / 2, "with b ≥ 0"),
            )
        ),
    )
    symmetric = Fact(norm, Relation.LE, row, "an eigenvalue is at most every operator norm, and J is symmetric")
    largest = Fact(row, Relation.EQ, other.before, "the largest row, with its probability")
    ground = Symbolic((symmetric, largest, other.at()), (sp.S.One, sp.S.One))
    last = Step(norm, Relation.LE, bound, "from rows to eigenvalues", ground)
    name, what = "vector_jacobian_norm_le_saturation", Measurable.VECTOR_JACOBIAN_NORM
    note = attained("at two components; δ is what the largest probability lacks to one")
    return Law(name, what, Norm.SPECTRAL, Relation.LE, bound, (other, last), note, (SATURATED,), sources=_sources())
