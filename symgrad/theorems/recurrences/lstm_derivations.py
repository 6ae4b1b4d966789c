r"""Why an LSTM forgets: a matrix of two rows says how far a step stretches output and cell state at most.

With :math:`u=\lVert\dot h\rVert` and :math:`v=\lVert\dot c\rVert` for a change of the states, a step makes of
:math:`(u,v)` at most :math:`M(u,v)` with

.. math:: M=\begin{pmatrix}\alpha+\bar o\kappa&\bar o\bar f\\ \kappa&\bar f\end{pmatrix}.

In the norm :math:`\kappa u^2+\bar o\bar f v^2` it is symmetric, so each step multiplies by at most its spectral radius.
"""

from __future__ import annotations

import sympy as sp

from ...claims import Fact, Induction, Relation, Step, Symbolic, display, symbol

__all__ = ["cell_sum_steps", "comparison_steps", "criterion_steps", "radius"]

STEP, STEPS, ONE, HALF = symbol("step"), symbol("steps"), sp.S.One, sp.S.Half
FORGET, INPUT, OUTPUT = (symbol(f"{gate}_gate_bound") for gate in ("forget", "input", "output"))
CELL, ALPHA, KAPPA = symbol("cell_bound"), symbol("output_feedback"), symbol("cell_feedback")
RHO, AXES = symbol("comparison_radius"), symbol("comparison_axes")
NORMS = {gate: symbol(f"recurrent_norm_{gate}") for gate in "ifgo"}
SLOPES = {gate: display(rf"\beta_{gate}", nonnegative=True) for gate in "ifo"}  # the largest slope of a gate
_STATE = display("|c_{#}|", STEP, nonnegative=True)
_U, _V = (display(rf"\lVert\dot {state}_{{#}}\rVert", STEP, nonnegative=True) for state in "hc")
_SMALL, _LARGE = (display(rf"\{each}(\kappa,\bar o\bar f)", positive=True) for each in ("min", "max"))
_TILT = display(r"(\rho-\alpha-\bar o\kappa)", positive=True)
_OTHER = display(r"\rho_2", real=True)


def radius() -> sp.Expr:
    """Return the spectral radius of the comparison matrix in its four letters."""
    first = ALPHA + OUTPUT * KAPPA
    return (first + FORGET + sp.sqrt((first - FORGET) ** 2 + 4 * OUTPUT * FORGET * KAPPA)) / 2


def _before(expr: sp.Expr, value: sp.Expr = STEP - 1) -> sp.Expr:
    return expr.xreplace({STEP: value})


def _start() -> Fact:
    return Fact(_before(_STATE, sp.S.Zero), Relation.EQ, sp.S.Zero, "states begin at zero")


def _kept() -> Fact:
    after = FORGET * _before(_STATE) + INPUT
    return Fact(_STATE, Relation.LE, after, "the update: gates are at most their bounds, tanh is below 1")


# --------------------------------------------------------------------------------------------- the size of the cell


def cell_sum_steps() -> tuple[Step, Step]:
    """Return the derivation of ``|c_T| <= i (1 - f^T)/(1 - f)``."""
    total = INPUT * (1 - FORGET**STEP) / (1 - FORGET)
    each = Symbolic((_kept(),), (FORGET, ONE))
    every = Step(
        _STATE,
        Relation.LE,
        total,
        "induction over the steps: a geometric sum",
        Induction(STEP, sp.S.Zero, Symbolic((_start(),)), each),
    )
    largest = display(r"\max_i|c_{T,i}|", nonnegative=True)
    named = Fact(largest, Relation.EQ, _before(_STATE, STEPS), "of the largest entry")
    after = _before(total, STEPS)
    given = Symbolic((named, every.at({STEP: STEPS})), (ONE,))
    return every, Step(largest, Relation.LE, after, "at the last step", given)


def _cell_step() -> Step:
    """No entry of the cell state ever exceeds ``c_max = i/(1 - f)``."""
    limit = Fact(INPUT, Relation.EQ, CELL * (1 - FORGET), "definition of the bound of the cell state")
    each = Symbolic((_kept(), limit), (FORGET, ONE))
    ground = Induction(STEP, sp.S.Zero, Symbolic((_start(),)), each)
    return Step(_STATE, Relation.LE, CELL, "induction over the steps", ground)


# ------------------------------------------------------------------------------------------------- slopes of gates


def _slope_steps() -> tuple[Step, Step]:
    """A gate y that stays below x has a slope of at most x (1 - x) where x is at most 1/2, and of at most 1/4 anywhere."""
    gate, missing = display("y", real=True), display("(x-y)", nonnegative=True)
    bound = display("x", real=True)
    anywhere = Step(gate * (1 - gate), Relation.LE, sp.Rational(1, 4), "complete the square", Symbolic())
    summed = Fact(bound, Relation.EQ, gate + missing, "the gate is below its bound x")
    small = Fact(bound, Relation.LE, HALF, "a bound of at most 1/2")
    given = Symbolic((summed, small), (2 * missing,))
    below = Step(gate * (1 - gate), Relation.LE, bound * (1 - bound), "where the slope still rises", given)
    return anywhere, below


# ------------------------------------------------------------------------------------------------- the two rows of M


def _product_rules() -> tuple[Step, Step]:
    """Differentiate one unit by the output before."""
    h, c = display("h", real=True), display("c", real=True)
    i, f, g, o, new = (sp.Function(name, real=True)(h) for name in "ifgok")
    cell, output = f * c + i * g, o * sp.tanh(new)
    first = c * sp.diff(f, h) + g * sp.diff(i, h) + i * sp.diff(g, h)
    second = sp.tanh(new) * sp.diff(o, h) + o * (1 - sp.tanh(new) ** 2) * sp.diff(new, h)
    return (
        Step(sp.Derivative(cell, h), Relation.EQ, first, "product rule for the cell state, c held fixed", Symbolic()),
        Step(sp.Derivative(output, h), Relation.EQ, second, "and for the output; k is the new cell state", Symbolic()),
    )


def _moved(text: str) -> sp.Expr:
    return display(rf"\lVert {text}\rVert", nonnegative=True)


def _cell_row(cell: Step) -> tuple[Step, Step]:
    """How far the cell state is moved: ``v' <= f v + kappa u``."""
    entry = display(r"\beta_f|c_{#}|", STEP, nonnegative=True)
    forgetting = Step(
        entry,
        Relation.LE,
        CELL * SLOPES["f"],
        "what moves the forget gate, in every unit",
        Symbolic((Fact(entry, Relation.EQ, SLOPES["f"] * _STATE, "slope times state"), cell.at()), (SLOPES["f"],)),
    )
    kept, *paths = (_moved(text) for text in (r"\operatorname{d}(f)\dot c", r"G_f\dot h", r"G_i\dot h", r"iG_g\dot h"))
    u = _before(_U)
    limits = (CELL * SLOPES["f"] * NORMS["f"], SLOPES["i"] * NORMS["i"], INPUT * NORMS["g"])
    why = ("no unit is moved more than that, times the weights", "tanh is below 1", "the slope of tanh is at most 1")
    facts = (
        Fact(_V, Relation.LE, sp.Add(kept, *paths), "triangle inequality"),
        Fact(kept, Relation.LE, FORGET * _before(_V), "the forget gate is at most its bound"),
        *(Fact(path, Relation.LE, limit * u, words) for path, limit, words in zip(paths, limits, why, strict=True)),
        Fact(KAPPA, Relation.EQ, sp.Add(*limits), "definition of what is fed back into the cell state"),
    )
    after = FORGET * _before(_V) + KAPPA * u
    return forgetting, Step(_V, Relation.LE, after, "the second row of M", Symbolic(facts, (ONE,) * 5))


def _output_row(cell_row: Step) -> Step:
    """How far the output is moved: ``u' <= (alpha + o kappa) u + o f v``."""
    gate, inner = _moved(r"G_o\dot h"), _moved(r"\operatorname{d}(o\operatorname{sech}^2c')\dot c'")
    u, v = _before(_U), _before(_V)
    limit = sp.tanh(CELL) * SLOPES["o"] * NORMS["o"]
    facts = (
        Fact(_U, Relation.LE, gate + inner, "triangle inequality"),
        Fact(gate, Relation.LE, limit * u, "tanh rises, and no entry of the cell state exceeds its bound"),
        Fact(inner, Relation.LE, OUTPUT * _V, "the slope of tanh is at most 1"),
        cell_row.at(),
        Fact(ALPHA, Relation.EQ, limit, "definition of what the output gate feeds back"),
    )
    after = (ALPHA + OUTPUT * KAPPA) * u + OUTPUT * FORGET * v
    return Step(_U, Relation.LE, after, "the first row of M", Symbolic(facts, (ONE, ONE, ONE, OUTPUT)))


# ------------------------------------------------------------------------------------------------ the powers of M


def _characteristic() -> tuple[Fact, Fact]:
    """The larger root of the characteristic equation, by what it exceeds the first entry by."""
    ratio = OUTPUT * FORGET * KAPPA / _TILT
    reason = "the characteristic equation of M, for its larger root"
    first = Fact(ALPHA, Relation.EQ, FORGET + ratio - _TILT - OUTPUT * KAPPA, reason)
    return first, Fact(RHO, Relation.EQ, FORGET + ratio, reason)


def _energy(step: sp.Expr) -> sp.Expr:
    return KAPPA * _before(_U, step) ** 2 + OUTPUT * FORGET * _before(_V, step) ** 2


def _energy_step(first: Step, second: Step) -> Step:
    u, v = _before(_U), _before(_V)
    square = Fact(sp.S.Zero, Relation.LE, (u - OUTPUT * FORGET / _TILT * v) ** 2, "a square is not negative")
    weights = (
        KAPPA * (first.after + _U),
        OUTPUT * FORGET * (second.after + _V),
        KAPPA * _TILT * (ALPHA + OUTPUT * KAPPA + FORGET),
    )
    return Step(
        _energy(STEP),
        Relation.LE,
        RHO**2 * _energy(STEP - 1),
        "in this norm M is symmetric, and its norm its spectral radius",
        Symbolic((first.at(), second.at(), square, *_characteristic()), weights),
    )


def _power_steps(energy: Step) -> tuple[Step, Step]:
    every = Step(
        _energy(STEP),
        Relation.LE,
        RHO ** (2 * STEP) * _energy(sp.S.Zero),
        "induction over the steps",
        Induction(STEP, sp.S.Zero, Symbolic(), Symbolic((energy.at(),), (RHO**2, ONE))),
    )
    grown = RHO ** (2 * STEPS)
    (u, v), (first_u, first_v) = (tuple(_before(each, at) ** 2 for each in (_U, _V)) for at in (STEPS, sp.S.Zero))
    smaller, larger = "the smaller of the two", "the larger of the two"
    facts = (
        every.at({STEP: STEPS}),
        Fact(_SMALL, Relation.LE, KAPPA, smaller),
        Fact(_SMALL, Relation.LE, OUTPUT * FORGET, smaller),
        Fact(KAPPA, Relation.LE, _LARGE, larger),
        Fact(OUTPUT * FORGET, Relation.LE, _LARGE, larger),
    )
    weights = (ONE, u, v, grown * first_u, grown * first_v)
    before, after = _SMALL * (u + v), _LARGE * grown * (first_u + first_v)
    return every, Step(before, Relation.LE, after, "the same without weights", Symbolic(facts, weights))


def _norm_step(plain: Step) -> Step:
    norm = display(r"\lVert J_{T:0}\rVert_2", nonnegative=True)
    first, last = ([_before(each, at) ** 2 for each in (_U, _V)] for at in (sp.S.Zero, STEPS))
    facts = (
        plain.at(),
        Fact(last[0], Relation.EQ, norm**2 - last[1], "of the change that is stretched most"),
        Fact(first[0], Relation.EQ, 1 - first[1], "which has length 1"),
        Fact(_LARGE, Relation.EQ, _SMALL * AXES**2, "definition of a, the ratio of the axes"),
    )
    given = Symbolic(facts, (1 / (_SMALL * (norm + AXES * RHO**STEPS)),))
    return Step(norm, Relation.LE, AXES * RHO**STEPS, "the norm is the largest stretch", given)


def comparison_steps() -> tuple[Step, ...]:
    """Return the derivation of ``|J_{T:0}| <= a rho(M)^T``."""
    cell = _cell_step()
    forgetting, second = _cell_row(cell)
    first = _output_row(second)
    energy = _energy_step(first, second)
    every, plain = _power_steps(energy)
    rows = (*_product_rules(), cell, *_slope_steps(), forgetting, second, first)
    return (*rows, energy, every, plain, _norm_step(plain))


def criterion_steps() -> tuple[Step, Step, Step]:
    """Return the derivation of ``rho(M) < 1`` from the criterion."""
    gap = (1 - ALPHA) * (1 - FORGET) - OUTPUT * KAPPA
    matrix = (1 - ALPHA - OUTPUT * KAPPA) * (1 - FORGET) - OUTPUT * FORGET * KAPPA
    determinant = Step(matrix, Relation.EQ, gap, "the determinant of I − M", Symbolic())
    other = Fact(_OTHER, Relation.EQ, FORGET - _TILT, "the other eigenvalue: both add up to the trace")
    roots = Step(
        (1 - RHO) * (1 - _OTHER),
        Relation.EQ,
        gap,
        "it is the product over both eigenvalues",
        Symbolic((other, *_characteristic(), determinant.at())),
    )
    left = display(r"(1-\bar f)", positive=True)
    criterion = Fact(OUTPUT * KAPPA, Relation.LT, (1 - ALPHA) * (1 - FORGET), "the criterion, which is assumed")
    rest = Fact(FORGET, Relation.EQ, 1 - left, "the forget gate is below 1")
    given = Symbolic((criterion, rest, *_characteristic()), (1 / (left + _TILT),))
    reason = "the second factor is positive, so the first is"
    return determinant, roots, Step(RHO, Relation.LT, ONE, reason, given)
