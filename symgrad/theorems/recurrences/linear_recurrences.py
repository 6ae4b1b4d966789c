"""Linear recurrences with a diagonal, as in LRU: a unit is a number that is turned and shrunk, and feels its inputs so long."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Assumption,
    Claim,
    Fact,
    Holding,
    Induction,
    InMean,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    mean_square_gradient,
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import CELLS, Recurrence, RingEigenvalues, recurrence
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER
from .keeping_gates import bias_number

__all__ = [
    "eigenvalue_sensitivity_eq_cubic_pole",
    "mean_square_gradient_eq_power_integral_of_ring_eigenvalues",
    "stationary_mean_square_eq_log_ratio_of_ring_eigenvalues",
    "stationary_mean_square_eq_simple_pole",
]

STEPS, LOW, HIGH, EIGENVALUE = (symbol(name) for name in ("steps", "smallest_radius", "largest_radius", "eigenvalue"))
_RING = cite("orvieto_2023", "section 3")
_SQUARE = sp.Symbol("s", positive=True)  # of the absolute value of an eigenvalue


def _complex(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    return yes("each unit is a complex number") if cell == CELLS["diagonal"]() else no(f"the cell is {cell.name}")


def _real(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    return (
        yes("each unit is a number") if cell == CELLS["diagonal"](is_complex=False) else no(f"the cell is {cell.name}")
    )


def _ring(network: Recurrence) -> RingEigenvalues | None:
    real, imaginary = (network.layers[0].vector(name) for name in "pq")
    if not isinstance(real, RingEigenvalues) or real.is_imaginary:
        return None
    return real if imaginary == replace(real, is_imaginary=True) else None


def _on_a_ring(network: Recurrence) -> Holding:
    law = _ring(network)
    return no("eigenvalues have another law") if law is None else yes(law.words)


def _inside(network: Recurrence) -> Holding:
    law = _ring(network)
    inside = law is not None and law.largest < 1
    return yes("the ring lies inside the unit circle") if inside else no("the ring touches the unit circle")


def _one_eigenvalue(network: Recurrence) -> Holding:
    number = bias_number(network.layers[0], "p")
    if number is None:
        return no("units have several eigenvalues, or random ones")
    below = (1 - number**2).is_positive
    if below:
        return yes(f"it is {number}")
    return unknown(f"{number} may lie outside") if below is None else no(f"{number} is not inside the unit circle")


COMPLEX_DIAGONAL = Assumption(
    "complex_diagonal", "each unit is multiplied by a complex number", r"x_t=\lambda x_{t-1}+Wu_t", _complex
)
REAL_DIAGONAL = Assumption(
    "real_diagonal",
    "each unit is multiplied by a real number",
    r"x_t=\lambda x_{t-1}+Wu_t,\ \lambda\in\mathbb{R}",
    _real,
)
RING_LAW = Assumption(
    "ring_law", "eigenvalues are drawn evenly from a ring", r"|\lambda|^2\sim U[r_-^2,r_+^2]", _on_a_ring
)
INNER_RING = Assumption("inner_ring", "no eigenvalue has absolute value 1", "r_+<1", _inside)
ONE_STABLE_EIGENVALUE = Assumption(
    "one_stable_eigenvalue",
    "all units have the same eigenvalue inside the unit circle",
    r"|\lambda|<1",
    _one_eigenvalue,
)
_ON_RING = (ONE_RECURRENT_LAYER, COMPLEX_DIAGONAL, RING_LAW)
_ON_LINE = (ONE_RECURRENT_LAYER, REAL_DIAGONAL, ONE_STABLE_EIGENVALUE)


def ring(low: object, high: object, steps: int) -> Recurrence:
    """Build a small recurrence with eigenvalues on a ring."""
    laws = {"p": RingEigenvalues(low, high), "q": RingEigenvalues(low, high, is_imaginary=True)}
    return recurrence("diagonal", width=16, steps=steps, biases=laws)


def _radii(network: Recurrence) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    law = _ring(network)
    radii = (sp.nan, sp.nan) if law is None else (law.smallest, law.largest)  # which the assumptions exclude
    return (LOW, radii[0]), (HIGH, radii[1])


# ------------------------------------------------------------------------------------------------------- the gradient


def _one_step() -> Step:
    u, v, p, q = (display(name, real=True) for name in ("u", "v", "p", "q"))
    return Step(
        (p * u + q * v) ** 2 + (p * v - q * u) ** 2,
        Relation.EQ,
        (p**2 + q**2) * (u**2 + v**2),
        "one step back turns the gradient of a unit and multiplies its square by that of its eigenvalue",
        Symbolic(),
    )


def _ring_steps(bound: sp.Expr) -> tuple[Step, ...]:
    time = sp.Symbol("t", integer=True, nonnegative=True)
    left, step = display(r"\frac{|g_{T-#,i}|^2}{|g_{T,i}|^2}", time, nonnegative=True), _one_step()
    start = Fact(left.xreplace({time: sp.S.Zero}), Relation.EQ, sp.S.One, "the last state itself")
    each = Fact(left, Relation.EQ, _SQUARE * left.xreplace({time: time - 1}), "the line above, s = |λ|²")
    ground = Induction(time, sp.S.Zero, Symbolic((start,)), Symbolic((each, step.at())))
    power = Step(left, Relation.EQ, _SQUARE**time, "induction over the steps", ground)
    unit, entry = sp.Symbol("i", integer=True), sp.IndexedBase("g", real=True)
    length = sp.Sum(entry[unit] ** 2, (unit, 1, symbol("width")))
    moment = sp.Integral(_SQUARE**STEPS, (_SQUARE, LOW**2, HIGH**2)) / (HIGH**2 - LOW**2)
    mean = display(r"\mathbb{E}\lVert g_0\rVert^2", nonnegative=True)
    drawn = Fact(mean, Relation.EQ, moment * length, "units are drawn alike, with s uniform; by the line above")
    unit_vector = Fact(length, Relation.EQ, sp.S.One, "the gradient at the last state has length 1")
    worked_out = Step(moment, Relation.EQ, bound, "integrate a power", Symbolic())
    named = Fact(moment, Relation.EQ, bound, "the line above")
    return (
        step,
        power,
        worked_out,
        Step(mean, Relation.EQ, bound, "put in", Symbolic((drawn, unit_vector, named, worked_out.at(), power.at()))),
    )


def _mean_square(claim: Claim) -> Claim:
    """Take the power of the mean square for the mean of the power."""
    return replace(claim, bound=((HIGH**2 + LOW**2) / 2) ** STEPS)


@theorem(
    assumptions=_ON_RING,
    mutant=_mean_square,
    example=lambda: ring(sp.S.Half, sp.Rational(9, 10), 12),
    about=Recurrence,
)
def mean_square_gradient_eq_power_integral_of_ring_eigenvalues(network: Recurrence) -> Claim:
    r"""The mean-square gradient of a linear recurrence whose eigenvalues are drawn evenly from a ring.

    **Statement.** :math:`\mathbb E\frac{\lVert g_0\rVert^2}{\lVert g_T\rVert^2}=\mathbb E|\lambda|^{2T}
    =\frac{r_+^{2T+2}-r_-^{2T+2}}{(T+1)(r_+^2-r_-^2)}`. It decays exponentially if :math:`r_+<1`, and as :math:`1/T` if
    the ring touches the unit circle.

    **Assumptions.** one_recurrent_layer, complex_diagonal, ring_law.

    **Derivation.** A step multiplies the square of a unit's gradient by :math:`|\lambda|^2`, which is uniform; integrate
    its power.

    **Tightness.** Exact, at every width.

    **Source.** Orvieto et al. 2023, section 3, for the initialisation.

    See Also
    --------
    stationary_mean_square_eq_log_ratio_of_ring_eigenvalues : what such a recurrence makes of its inputs

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import RingEigenvalues
    >>> laws = {"p": RingEigenvalues(0, 1), "q": RingEigenvalues(0, 1, is_imaginary=True)}
    >>> net = sg.recurrence("diagonal", width=8, steps=9, biases=laws)
    >>> sg.theorems.claim("mean_square_gradient_eq_power_integral_of_ring_eigenvalues", net).valued()
    1/10
    """
    bound = (HIGH ** (2 * STEPS + 2) - LOW ** (2 * STEPS + 2)) / ((STEPS + 1) * (HIGH**2 - LOW**2))
    return Claim(
        name="mean_square_gradient_eq_power_integral_of_ring_eigenvalues",
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=InMean(),
        assumptions=_ON_RING,
        derivation=_ring_steps(bound),
        sources=(_RING,),
        tightness=Tightness(TightnessKind.EXACT, "at every width"),
        values=(*_radii(network), (STEPS, network.steps)),
    )


# ------------------------------------------------------------------------------------------------------ the inputs


def _balance(square: sp.Expr) -> Step:
    return Step(
        square / (1 - square) + 1,
        Relation.EQ,
        1 / (1 - square),
        "a step takes this mean square to itself: so much of it is left, and the variance of the input comes in",
        Symbolic(),
    )


def _log_steps(bound: sp.Expr) -> tuple[Step, ...]:
    mean, drawn = display(r"\mathbb{E}|x|^2", positive=True), sp.Symbol("s", real=True)
    balance = _balance(_SQUARE)
    primitive = Step(
        sp.Derivative(-sp.log(1 - drawn), drawn), Relation.EQ, 1 / (1 - drawn), "differentiate", Symbolic()
    )
    area = sp.Integral(1 / (1 - drawn), (drawn, LOW**2, HIGH**2))
    ends = sp.log(1 - LOW**2) - sp.log(1 - HIGH**2)
    density = Fact(mean, Relation.EQ, area / (HIGH**2 - LOW**2), "the mean over s = |λ|², which is uniform")
    integral = Fact(area, Relation.EQ, ends, "the line above, between its ends")
    ratio = Fact(
        sp.log(1 - LOW**2), Relation.EQ, bound * (HIGH**2 - LOW**2) + sp.log(1 - HIGH**2), "logarithm of a ratio"
    )
    given = (density, integral, ratio, balance.at(), primitive.at())
    return balance, primitive, Step(mean, Relation.EQ, bound, "put in", Symbolic(given))


def _at_the_middle(claim: Claim) -> Claim:
    return replace(claim, bound=1 / (1 - (HIGH**2 + LOW**2) / 2))


@theorem(
    assumptions=(*_ON_RING, INNER_RING),
    mutant=_at_the_middle,
    example=lambda: ring(sp.S.Half, sp.Rational(9, 10), 12),
    about=Recurrence,
)
def stationary_mean_square_eq_log_ratio_of_ring_eigenvalues(network: Recurrence) -> Claim:
    r"""What a linear recurrence with eigenvalues on a ring makes of white inputs after a long time, on average.

    **Statement.** :math:`\mathbb E|x|^2=\mathbb E\frac1{1-|\lambda|^2}
    =\frac1{r_+^2-r_-^2}\ln\frac{1-r_-^2}{1-r_+^2}` for inputs of variance 1 without a normalisation; so it grows without
    bound as the ring comes to the unit circle, though only as a logarithm.

    **Assumptions.** one_recurrent_layer, complex_diagonal, ring_law, inner_ring.

    **Derivation.** :math:`m=|\lambda|^2m+1`; integrate over :math:`|\lambda|^2`.

    **Tightness.** Exact.

    **Source.** Orvieto et al. 2023, section 3.

    See Also
    --------
    mean_square_gradient_eq_power_integral_of_ring_eigenvalues : what passes back

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import RingEigenvalues
    >>> laws = {"p": RingEigenvalues(0, 0.5), "q": RingEigenvalues(0, 0.5, is_imaginary=True)}
    >>> net = sg.recurrence("diagonal", width=8, steps=9, biases=laws)
    >>> sg.theorems.claim("stationary_mean_square_eq_log_ratio_of_ring_eigenvalues", net).valued()
    4*log(4/3)
    """
    bound = sp.log((1 - LOW**2) / (1 - HIGH**2)) / (HIGH**2 - LOW**2)
    return Claim(
        name="stationary_mean_square_eq_log_ratio_of_ring_eigenvalues",
        subject=str(network),
        quantity=Quantity(Measurable.STATIONARY_MEAN_SQUARE).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=(*_ON_RING, INNER_RING),
        derivation=_log_steps(bound),
        sources=(_RING,),
        tightness=Tightness(TightnessKind.EXACT, "the mean over the ring, after a long time"),
        values=_radii(network),
        condition=HIGH < 1,
    )


def _on_line(name: str, what: Measurable, bound: sp.Expr, steps: tuple[Step, ...], network: Recurrence) -> Claim:
    return Claim(
        name=name,
        subject=str(network),
        quantity=Quantity(what).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_ON_LINE,
        derivation=steps,
        sources=(cite("zucchet_orvieto_2024", "section 2"),),
        tightness=Tightness(TightnessKind.EXACT, "after a long time"),
        values=((EIGENVALUE, bias_number(network.layers[0], "p")),),
        condition=sp.Abs(EIGENVALUE) < 1,
    )


def _line(eigenvalue: object) -> Recurrence:
    return recurrence(CELLS["diagonal"](is_complex=False), width=4, steps=10, biases={"p": eigenvalue})


_M, _C, _V = (display(text, real=True) for text in (r"\mathbb{E}x^2", r"\mathbb{E}xy", r"\mathbb{E}y^2"))
_DECAY = 1 - EIGENVALUE**2


def _moment(value: sp.Expr, gained: sp.Expr, bound: sp.Expr, why: str, given: tuple[Fact, ...] = ()) -> Step:
    """A moment that a step multiplies by the square of the eigenvalue and adds something to, when it stays the same."""
    stays = Fact(value, Relation.EQ, gained / _DECAY, why)
    return Step(value, Relation.EQ, bound, "solved", Symbolic((stays, *given)))


def _state_steps(bound: sp.Expr) -> tuple[Step, ...]:
    kept = _balance(EIGENVALUE**2)
    stays = Fact(
        _M, Relation.EQ, kept.before, "what the mean square comes to: the only number that a step takes to itself"
    )
    return kept, Step(_M, Relation.EQ, bound, "the line above", Symbolic((stays, kept.at())))


def _unit_gain(claim: Claim) -> Claim:
    return replace(claim, bound=1 / (1 - EIGENVALUE))


@theorem(assumptions=_ON_LINE, mutant=_unit_gain, example=lambda: _line(sp.Rational(9, 10)), about=Recurrence)
def stationary_mean_square_eq_simple_pole(network: Recurrence) -> Claim:
    r"""What a real unit of a linear recurrence makes of white inputs after a long time.

    **Statement.** :math:`\mathbb Ex^2=1/(1-\lambda^2)` for inputs of variance 1; so inputs times :math:`\sqrt{1-\lambda^2}`
    leave states of variance 1, while a constant input is then amplified by :math:`\sqrt{(1+\lambda)/(1-\lambda)}`.

    **Assumptions.** one_recurrent_layer, real_diagonal, one_stable_eigenvalue.

    **Derivation.** :math:`m=\lambda^2m+1`.

    **Tightness.** Exact, after a long time; after T steps it is :math:`(1-\lambda^{2T})` times that.

    **Source.** Zucchet and Orvieto 2024, section 2.

    See Also
    --------
    eigenvalue_sensitivity_eq_cubic_pole : how it depends on the eigenvalue

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import CELLS
    >>> net = sg.recurrence(CELLS["diagonal"](is_complex=False), width=8, steps=9, biases={"p": 0.5})
    >>> sg.theorems.claim("stationary_mean_square_eq_simple_pole", net).valued()
    4/3
    """
    bound = 1 / _DECAY
    return _on_line(
        "stationary_mean_square_eq_simple_pole", Measurable.STATIONARY_MEAN_SQUARE, bound, _state_steps(bound), network
    )


def _sensitivity_steps(bound: sp.Expr) -> tuple[Step, ...]:
    x, y, u = (display(text, real=True) for text in ("x", "y", "u"))
    slope = Step(
        sp.Derivative(EIGENVALUE * sp.Function("x")(EIGENVALUE) + u, EIGENVALUE),
        Relation.EQ,
        sp.Function("x")(EIGENVALUE) + EIGENVALUE * sp.Derivative(sp.Function("x")(EIGENVALUE), EIGENVALUE),
        "the derivative y by the eigenvalue becomes λy + x",
        Symbolic(),
    )
    square = Step(
        (EIGENVALUE * y + x) ** 2,
        Relation.EQ,
        EIGENVALUE**2 * y**2 + 2 * EIGENVALUE * x * y + x**2,
        "its square",
        Symbolic(),
    )
    product = Step(
        (EIGENVALUE * x + u) * (EIGENVALUE * y + x),
        Relation.EQ,
        EIGENVALUE**2 * x * y + EIGENVALUE * x**2 + u * (EIGENVALUE * y + x),
        "and its product with the state; the input has mean zero and is independent of both",
        Symbolic(),
    )
    balance, first = _state_steps(1 / _DECAY)
    second = _moment(_C, EIGENVALUE * _M, EIGENVALUE / _DECAY**2, "c = λ²c + λm", (first.at(), product.at()))
    third = _moment(
        _V, 2 * EIGENVALUE * _C + _M, bound, "v = λ²v + 2λc + m", (first.at(), second.at(), square.at(), slope.at())
    )
    return slope, square, product, balance, first, second, third


def _correlation_forgotten(claim: Claim) -> Claim:
    return replace(claim, bound=1 / _DECAY**2)


@theorem(
    assumptions=_ON_LINE, mutant=_correlation_forgotten, example=lambda: _line(sp.Rational(9, 10)), about=Recurrence
)
def eigenvalue_sensitivity_eq_cubic_pole(network: Recurrence) -> Claim:
    r"""How strongly a state of a linear recurrence depends on its eigenvalue: the longer the memory, the more.

    **Statement.** :math:`\mathbb E(\partial x/\partial\lambda)^2=\frac{1+\lambda^2}{(1-\lambda^2)^3}` for white inputs of
    variance 1. As :math:`\lambda\to1` it explodes, though the gradient by the state, :math:`\lambda^T`, never does.

    **Assumptions.** one_recurrent_layer, real_diagonal, one_stable_eigenvalue.

    **Derivation.** :math:`y=\partial x/\partial\lambda` becomes :math:`\lambda y+x`; three second moments that stay the
    same.

    **Tightness.** Exact, after a long time.

    **Source.** Zucchet and Orvieto 2024, section 2.

    See Also
    --------
    stationary_mean_square_eq_simple_pole : the state itself

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import CELLS
    >>> net = sg.recurrence(CELLS["diagonal"](is_complex=False), width=8, steps=9, biases={"p": 0.5})
    >>> sg.theorems.claim("eigenvalue_sensitivity_eq_cubic_pole", net).valued()
    80/27
    """
    bound = (1 + EIGENVALUE**2) / _DECAY**3
    return _on_line(
        "eigenvalue_sensitivity_eq_cubic_pole",
        Measurable.EIGENVALUE_SENSITIVITY,
        bound,
        _sensitivity_steps(bound),
        network,
    )
