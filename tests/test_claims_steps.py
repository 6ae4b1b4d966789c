"""Steps: what replays and, above all, what does not. Every planted fault is broken."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
import sympy as sp

from symgrad.claims import (
    Certified,
    Cited,
    Fact,
    Induction,
    Instance,
    Relation,
    Step,
    Strength,
    Symbolic,
    cite,
    display,
    symbol,
)

X, Y = sp.symbols("x y", real=True)
A, B, C = sp.symbols("a b c", nonnegative=True)
N = sp.Symbol("n", integer=True, nonnegative=True)
EQ, LE, LT, GE, TENDSTO = Relation.EQ, Relation.LE, Relation.LT, Relation.GE, Relation.TENDSTO
A_LE_B = Fact(A, LE, B, "granted")


def strength(before: sp.Expr, relation: Relation, after: sp.Expr, *given: Fact, weights: tuple[sp.Expr, ...] = ()):
    return Step(before, relation, after, "tried", Symbolic(given, weights)).replay()


@pytest.mark.parametrize(
    ("before", "relation", "after"),
    [
        (sp.sin(X) ** 2 + sp.cos(X) ** 2, EQ, sp.S.One),
        (sp.Derivative(sp.tanh(X), X), EQ, 1 - sp.tanh(X) ** 2),
        (sp.Integral(sp.exp(-(X**2)), (X, -sp.oo, sp.oo)), EQ, sp.sqrt(sp.pi)),
        (2 * X * Y, LE, X**2 + Y**2),
        (X**2 + 1, GE, sp.S.One),
        (X**2, LT, X**2 + 1),
    ],
)
def test_what_algebra_proves_is_symbolic(before: sp.Expr, relation: Relation, after: sp.Expr) -> None:
    assert strength(before, relation, after) is Strength.SYMBOLIC


@pytest.mark.parametrize(
    ("before", "relation", "after"),
    [
        (sp.sin(X) ** 2 + sp.cos(X) ** 2, EQ, sp.Integer(2)),
        (sp.Derivative(sp.tanh(X), X), EQ, 1 + sp.tanh(X) ** 2),
        (X**2 + Y**2, LE, 2 * X * Y),
        (X**2, GE, sp.S.One),
        (X**2, LT, X**2),  # a strict inequality is more than a weak one
        (X, LE, Y),  # true for some values is not enough
    ],
)
def test_what_is_false_or_undecided_is_broken(before: sp.Expr, relation: Relation, after: sp.Expr) -> None:
    assert strength(before, relation, after) is Strength.BROKEN


def test_the_algebra_of_limits() -> None:
    """Sums and products of what converges converge to those of the limits; other functions may not."""
    to_b, to_zero = Fact(A, TENDSTO, B, "granted"), Fact(C, TENDSTO, sp.S.Zero, "granted")
    assert strength(A**2 + X * A, TENDSTO, B**2 + X * B, to_b) is Strength.SYMBOLIC
    assert strength(A**2 + X * A, TENDSTO, B**2 + X * A, to_b) is Strength.BROKEN
    assert strength(A * C, TENDSTO, sp.S.Zero, to_b, to_zero) is Strength.SYMBOLIC
    assert strength(sp.sign(C), TENDSTO, sp.S.Zero, to_zero) is Strength.BROKEN  # sign is not continuous at 0
    assert strength(A / C, TENDSTO, sp.zoo * B, to_b, to_zero) is Strength.BROKEN


def test_a_factor_that_grows_along_is_not_put_beside_a_limit() -> None:
    """``f(n) -> 0`` says nothing about ``n f(n)``, nor about a sum of n such terms."""
    n = sp.Symbol("n", integer=True, positive=True)
    fading = sp.Function("f", nonnegative=True)(n)
    to_zero = Fact(fading, TENDSTO, sp.S.Zero, "granted")
    assert strength(3 * fading + fading**2, TENDSTO, sp.S.Zero, to_zero) is Strength.SYMBOLIC
    assert strength(n * fading, TENDSTO, sp.S.Zero, to_zero) is Strength.BROKEN
    assert (
        strength(sp.Sum(fading, (sp.Symbol("k", integer=True), 1, n)), TENDSTO, sp.S.Zero, to_zero) is Strength.BROKEN
    )
    width = symbol("width")
    assert strength(width * C, TENDSTO, sp.S.Zero, Fact(C, TENDSTO, sp.S.Zero, "granted")) is Strength.BROKEN


def test_an_induction_is_for_the_indices_from_the_first_on() -> None:
    """A line is read at every value of its index; one that may lie below the first is not shown there."""
    for index, expected in ((sp.Symbol("m", integer=True), "BROKEN"), (symbol("layer"), "SYMBOLIC")):
        ground = Induction(index, sp.S.Zero, Symbolic(), Symbolic((), (sp.S.One,)))
        assert Step(sp.S.Zero, LE, index, "induction", ground).replay().name == expected
    late = Induction(symbol("layer"), sp.oo, Symbolic(), Symbolic((), (sp.S.One,)))
    assert Step(sp.S.Zero, LE, symbol("layer"), "induction", late).replay() is Strength.BROKEN


def test_a_limit_proves_no_equality_and_no_bound() -> None:
    to_b = Fact(A, TENDSTO, B, "granted")
    assert strength(2 * A, EQ, 2 * B, to_b) is Strength.BROKEN
    assert strength(2 * A, LE, 2 * B, to_b, weights=(sp.Integer(2),)) is Strength.BROKEN
    assert strength(sp.S.Zero, TENDSTO, sp.S.One) is Strength.BROKEN


def test_an_inequality_follows_with_the_right_weights_only() -> None:
    assert strength(A * C, LE, B * C, A_LE_B, weights=(C,)) is Strength.SYMBOLIC
    assert strength(A * C, LE, B * C, A_LE_B, weights=(2 * C,)) is Strength.BROKEN
    assert strength(A * C, LE, B * C, A_LE_B) is Strength.BROKEN  # no weight for the fact
    assert strength(-B, LE, -A + X, A_LE_B, weights=(sp.S.One,)) is Strength.BROKEN


def test_a_weight_that_may_be_negative_is_refused() -> None:
    assert strength(A * X, LE, B * X, A_LE_B, weights=(X,)) is Strength.BROKEN


def test_a_strict_conclusion_needs_a_strict_fact_with_a_positive_weight() -> None:
    below = Fact(A, LT, B, "granted")
    positive = sp.Symbol("w", positive=True)
    assert strength(A * positive, LT, B * positive, below, weights=(positive,)) is Strength.SYMBOLIC
    assert strength(A * C, LT, B * C, below, weights=(C,)) is Strength.BROKEN  # c may be zero
    assert strength(A * positive, LT, B * positive, A_LE_B, weights=(positive,)) is Strength.BROKEN


def test_equalities_are_substituted_through_one_another() -> None:
    first, second = Fact(A, EQ, B, "granted"), Fact(B, EQ, C**2, "granted")
    assert strength(A + 1, EQ, C**2 + 1, first, second) is Strength.SYMBOLIC


@pytest.mark.parametrize(
    ("fact", "relation", "before", "after"),
    [
        (Fact(A, EQ, B, "assumed"), EQ, A, B),
        (Fact(A, EQ, B, "assumed"), EQ, B, A),
        (Fact(A, EQ, B, "assumed"), EQ, A - B, sp.S.Zero),
        (Fact(A, LE, B, "assumed"), LE, A, B),
        (Fact(A, LE, B, "assumed"), GE, B, A),
        (Fact(A, LT, B, "assumed"), LT, A, B),
        (Fact(A, LT, B, "assumed"), LE, A - B, sp.S.Zero),
    ],
)
def test_a_step_that_is_granted_to_itself_is_broken(
    fact: Fact, relation: Relation, before: sp.Expr, after: sp.Expr
) -> None:
    weights = () if fact.relation is EQ else (sp.S.One,)
    assert Symbolic((fact,), weights).proves(Step(before, relation, after, "circular", Symbolic()))
    assert strength(before, relation, after, fact, weights=weights) is Strength.BROKEN


def test_a_fact_bounds_its_left_side_from_above() -> None:
    with pytest.raises(ValueError, match="a fact is =, ≤, < or →, not"):
        Fact(A, GE, B, "the certificate would run the wrong way")


@pytest.mark.parametrize("factor", [2, sp.Rational(1, 3), sp.sqrt(2)])
def test_a_step_that_is_granted_a_multiple_of_itself_is_broken(factor: sp.Expr) -> None:
    scaled = Fact(factor * A, LE, factor * B, "granted")
    assert strength(A, LE, B, scaled, weights=(1 / sp.sympify(factor),)) is Strength.BROKEN
    assert strength(A, EQ, B, Fact(-factor * A, EQ, -factor * B, "granted")) is Strength.BROKEN
    assert (
        strength(A * C, LE, B * C, A_LE_B, weights=(C,)) is Strength.SYMBOLIC
    )  # a consequence, by a factor that varies


# ---------------------------------------------------------------------------------------------------- earlier lines

SQUARE = Step(2 * X * Y, LE, X**2 + Y**2, "a square", Symbolic())


def test_an_earlier_line_may_be_used_at_other_values() -> None:
    line = SQUARE.at({X: 3 * A, Y: B})
    assert (line.before, line.after) == (6 * A * B, 9 * A**2 + B**2)
    assert strength(6 * A * B, LE, 9 * A**2 + B**2 + C, line, weights=(sp.S.One,)) is Strength.SYMBOLIC


def test_a_line_is_as_weak_as_what_it_uses() -> None:
    def using(line: Step) -> Strength:
        return strength(line.before + C, LE, line.after + C, line.at(), weights=(sp.S.One,))

    assert using(SQUARE) is Strength.SYMBOLIC
    assert using(replace(SQUARE, ground=Cited(cite("nielsen_2015")))) is Strength.CITED
    assert using(replace(SQUARE, after=X * Y)) is Strength.BROKEN


def test_an_instance_that_is_not_what_the_line_says_is_broken() -> None:
    honest = SQUARE.at({Y: X})
    assert honest.replay() is Strength.SYMBOLIC
    assert replace(honest, after=X**2).replay() is Strength.BROKEN
    assert replace(honest, relation=LT).replay() is Strength.BROKEN
    assert Instance(A, LE, B, "made up", SQUARE, ()).replay() is Strength.BROKEN


def test_a_line_says_nothing_beyond_the_domain_of_its_symbols() -> None:
    """Else -p < 0 for positive p would prove 1 < 0."""
    p = sp.Symbol("p", positive=True)
    line = Step(-p, LT, sp.S.Zero, "tried", Symbolic())
    assert line.replay() is Strength.SYMBOLIC
    assert line.at({p: B + 1}).replay() is Strength.SYMBOLIC
    assert line.at({p: -sp.S.One}).replay() is Strength.BROKEN
    assert strength(sp.S.One, LT, sp.S.Zero, line.at({p: -sp.S.One}), weights=(sp.S.One,)) is Strength.BROKEN


M = sp.MatrixSymbol("M", 2, 2)


@pytest.mark.parametrize(
    ("before", "relation", "after"),
    [
        (sp.I, LE, sp.I + 1),
        (M, LE, M),
        (M, GE, 2 * M),
        (sp.Matrix([[1]]), EQ, sp.Matrix([[1, 2]])),
        (M, EQ, sp.S.One),
    ],
)
def test_what_cannot_be_compared_is_broken(before: sp.Expr, relation: Relation, after: sp.Expr) -> None:
    """No order among complex numbers or matrices, no equality of two shapes; and no traceback."""
    assert strength(before, relation, after) is Strength.BROKEN


def test_a_certificate_gives_a_value_and_no_strict_bound() -> None:
    certificate = Certified(sp.gcd, (12, 18))
    assert Step(sp.Integer(6), LE, sp.Integer(6), "", certificate).replay() is Strength.CERTIFIED
    assert Step(sp.Integer(6), LT, sp.Integer(6), "", certificate).replay() is Strength.BROKEN


def test_only_facts_without_a_line_are_granted() -> None:
    ground = Symbolic((A_LE_B, SQUARE.at()), (sp.S.One, sp.S.One))
    assert ground.granted == (A_LE_B,)
    assert Symbolic().granted == Cited(cite("nielsen_2015")).granted == ()


# -------------------------------------------------------------------------------------------------------- induction


def power(n: sp.Expr) -> sp.Expr:
    return display("p_{#}", n, nonnegative=True)


START, GROW = Fact(power(sp.S.Zero), EQ, sp.S.One, "definition"), Fact(power(N), EQ, A * power(N - 1), "definition")


def induction(after: sp.Expr, *, start: Fact = START, grow: Fact = GROW, relation: Relation = EQ) -> Strength:
    ground = Induction(N, sp.S.Zero, Symbolic((start,)), Symbolic((grow,), () if relation is EQ else (A,)))
    return Step(power(N), relation, after, "induction", ground).replay()


def test_induction_proves_the_power_law() -> None:
    assert induction(A**N) is Strength.SYMBOLIC
    assert induction(A**N, relation=LE) is Strength.SYMBOLIC


def test_induction_needs_its_first_case_and_its_passage() -> None:
    assert induction(A ** (N + 1)) is Strength.BROKEN  # the passage holds, the first case does not
    assert induction(1 + N) is Strength.BROKEN  # the first case holds, the passage does not
    assert induction(A**N, start=Fact(power(sp.S.Zero), EQ, B, "another")) is Strength.BROKEN
    assert induction(A**N, grow=Fact(power(N), EQ, A * power(N - 1) + 1, "another")) is Strength.BROKEN


def test_induction_runs_over_whole_numbers() -> None:
    ground = Induction(X, sp.S.Zero, Symbolic((START,)), Symbolic((GROW,)))
    assert Step(power(X), EQ, A**X, "over the reals", ground).replay() is Strength.BROKEN
    constant = Induction(N, sp.S.Zero, Symbolic(), Symbolic())
    assert Step(A, EQ, A, "nothing to go through", constant).replay() is Strength.BROKEN


def test_what_induction_is_granted_is_told() -> None:
    assert Induction(N, sp.S.Zero, Symbolic((START,)), Symbolic((GROW,))).granted == (START, GROW)


# ------------------------------------------------------------------------------------------- certificates, citations


def test_a_certificate_holds_for_the_number_it_gives_and_no_other() -> None:
    greatest = Certified(sp.gcd, (12, 18))
    assert Step(X, EQ, sp.Integer(6), "Euclid", greatest).replay() is Strength.CERTIFIED
    assert Step(X, EQ, sp.Integer(7), "Euclid", greatest).replay() is Strength.BROKEN
    assert Step(X, EQ, sp.Integer(6), "Euclid", Certified(sp.gcd, (12, 20))).replay() is Strength.BROKEN


def test_a_citation_is_trusted_and_says_so() -> None:
    assert Step(X, LE, Y, "elsewhere", Cited(cite("nielsen_2015"))).replay() is Strength.CITED


# -------------------------------------------------------------------------------------------------------- relations

IMPLIED = {(r, r) for r in Relation} | {(EQ, LE), (EQ, GE), (EQ, TENDSTO), (LT, LE)}


@pytest.mark.parametrize("one", Relation)
@pytest.mark.parametrize("other", Relation)
def test_relations_imply_one_another_as_the_table_says(one: Relation, other: Relation) -> None:
    assert one.implies(other) == ((one, other) in IMPLIED)


def test_strengths_are_ordered_from_broken_to_symbolic() -> None:
    assert [s.name for s in sorted(Strength)] == ["BROKEN", "CONJECTURED", "CITED", "CERTIFIED", "SYMBOLIC"]


@pytest.mark.parametrize("thing", [SQUARE, A_LE_B, Symbolic(), SQUARE.at(), Cited(cite("nielsen_2015"))])
def test_steps_facts_and_grounds_are_frozen(thing: object) -> None:
    name = next(iter(thing.__dataclass_fields__))  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        setattr(thing, name, None)
    assert hash(thing) == hash(replace(thing))  # type: ignore[type-var]


def test_steps_are_written_as_formulas() -> None:
    assert Step(X, LE, X + 1, "", Symbolic()).latex() == r"x \le x + 1"
    assert A_LE_B.latex() == r"a \le b"


def test_a_weight_is_read_with_the_equalities_that_are_given() -> None:
    """A share and its rest: ``a x + (1 - a) y <= 1`` for x and y of at most 1, with weights that are never negative."""
    rest = Fact(B, EQ, 1 - A, "what is left of a share a")
    below = (Fact(X, LE, sp.S.One, "granted"), Fact(Y, LE, sp.S.One, "granted"))
    assert strength(A * X + B * Y, LE, sp.S.One, *below, rest, weights=(A, B)) is Strength.SYMBOLIC
    assert strength(A * X + B * Y, LE, sp.S.One, *below, rest, weights=(B, A)) is Strength.BROKEN
    assert (
        strength(A * X + B * Y, LE, sp.S.One, *below, rest, weights=(A, 1 - A)) is Strength.BROKEN
    )  # of no known sign
    assert strength(A * X + B * Y, LE, sp.S.Half, *below, rest, weights=(A, B)) is Strength.BROKEN
