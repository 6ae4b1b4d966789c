"""Rings: linear recurrences whose eigenvalues are drawn evenly from a ring, as those of LRU are."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
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
    symbol,
)
from ...networks import Recurrence, RingEigenvalues, recurrence
from ..registries import theorem
from .diagonals import COMPLEX_DIAGONAL, INNER_RING, RING_LAW, ring_law
from .hypotheses import ONE_RECURRENT_LAYER
from .linear_recurrences import balance_of

__all__ = [
    "mean_square_gradient_eq_power_integral_of_ring_eigenvalues",
    "stationary_mean_square_eq_log_ratio_of_ring_eigenvalues",
]

STEPS, LOW, HIGH = (symbol(name) for name in ("steps", "smallest_radius", "largest_radius"))
_RING = cite("orvieto_2023", "section 3")
_SQUARE = sp.Symbol("s", positive=True)  # of the absolute value of an eigenvalue
_ON_RING = (ONE_RECURRENT_LAYER, COMPLEX_DIAGONAL, RING_LAW)


def ring(low: object, high: object, steps: int) -> Recurrence:
    """Build a small recurrence with eigenvalues on a ring."""
    laws = {"p": RingEigenvalues(low, high), "q": RingEigenvalues(low, high, is_imaginary=True)}
    return recurrence("diagonal", width=16, steps=steps, biases=laws)


def _radii(network: Recurrence) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    law = ring_law(network)
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


def _log_steps(bound: sp.Expr) -> tuple[Step, ...]:
    mean, drawn = display(r"\mathbb{E}|x|^2", positive=True), sp.Symbol("s", real=True)
    balance = balance_of(_SQUARE)
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
