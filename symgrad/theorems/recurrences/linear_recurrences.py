"""Linear recurrences of real numbers: what a unit makes of its inputs, and how that depends on its eigenvalue."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    symbol,
)
from ...networks import CELLS, Recurrence, recurrence
from ..registries import theorem
from .diagonals import ONE_STABLE_EIGENVALUE, REAL_DIAGONAL
from .hypotheses import ONE_RECURRENT_LAYER
from .keeping_gates import bias_number

__all__ = ["balance_of", "eigenvalue_sensitivity_eq_cubic_pole", "stationary_mean_square_eq_simple_pole"]

EIGENVALUE = symbol("eigenvalue")
_ON_LINE = (ONE_RECURRENT_LAYER, REAL_DIAGONAL, ONE_STABLE_EIGENVALUE)


def balance_of(square: sp.Expr) -> Step:
    """Show what mean square a step takes to itself, where it multiplies by that square and adds an input of variance 1."""
    return Step(
        square / (1 - square) + 1,
        Relation.EQ,
        1 / (1 - square),
        "a step takes this mean square to itself: so much of it is left, and the variance of the input comes in",
        Symbolic(),
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
    kept = balance_of(EIGENVALUE**2)
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
