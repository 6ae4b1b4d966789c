"""Thresholds in depth: from which layer on a worst-case bound lies below a number, or below what a float can hold."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ..claims import (
    Always,
    Cited,
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
from ..networks import Network, mlp
from .floats import FloatFormat, float_format
from .hypotheses import BOUNDED_SLOPE, CONTRACTING, EQUAL_RATES, GIVEN_WEIGHTS, PLAIN_LAYERS
from .rates import worst_case_rate
from .registries import theorem

__all__ = [
    "ceiling_steps",
    "floor_steps",
    "one_deeper",
    "underflow_depth_eq_log_ratio_of_rounding",
    "vanishing_depth_eq_log_ratio",
]

RATE, THRESHOLD = symbol("rate"), symbol("threshold")
DEFAULT_THRESHOLD = sp.Rational(1, 10**6)
_ROUNDING = cite("ieee754_2019", "section 4.3.1")

_REPEATED = (PLAIN_LAYERS, GIVEN_WEIGHTS, BOUNDED_SLOPE, EQUAL_RATES, CONTRACTING)

# What the derivations name: log r < 0 for a contracting rate, and a fraction from 0 up to 1.
LOG_RATE = display(r"\log r", negative=True)
_FRACTION = display("f", real=True)
LOG_THRESHOLD = display(r"\log\varepsilon", real=True)


def _first_below(depth: sp.Symbol, goal: sp.Symbol, layer: str, *, strictly: bool) -> tuple[Step, Step]:
    """Divide what makes a depth the first one, r^N below the goal and r^(N-1) not, by the negative log r."""
    ratio, divisor = goal / LOG_RATE, -1 / LOG_RATE
    below, not_yet = (Relation.LT, Relation.LE) if strictly else (Relation.LE, Relation.LT)
    reached = Fact(depth * LOG_RATE, below, goal, "definition of the depth: there the power is below")
    before = Fact(goal, not_yet, (depth - 1) * LOG_RATE, f"definition of the depth: one {layer} earlier it is not")
    return (
        Step(
            ratio,
            below,
            depth,
            "take logarithms and divide by log r, which is negative",
            Symbolic((reached,), (divisor,)),
        ),
        Step(depth - 1, not_yet, ratio, f"one {layer} earlier the power is not below", Symbolic((before,), (divisor,))),
    )


def _fraction(of: sp.Expr, first: Step, second: Step, relations: tuple[Relation, Relation]) -> tuple[Step, Step]:
    """Name what is left of a ratio by a whole number, and show that it lies from 0 up to 1."""
    named = Fact(_FRACTION, Relation.EQ, of, "definition of f")
    unit = (sp.S.One,)
    return (
        Step(sp.S.Zero, relations[0], _FRACTION, "f is not negative", Symbolic((named, first.at()), unit)),
        Step(_FRACTION, relations[1], sp.S.One, "and below 1", Symbolic((named, second.at()), unit)),
    )


def floor_steps(depth: sp.Symbol, goal: sp.Symbol, log_goal: sp.Expr, layer: str = "layer") -> tuple[Step, ...]:
    """Derive the first depth at which a power is strictly below a goal: one more than a floor of logarithms."""
    ratio = goal / LOG_RATE
    above, below = _first_below(depth, goal, layer, strictly=True)
    split = Fact(ratio, Relation.EQ, depth - 1 + _FRACTION, "definition of f")
    no_floor = Fact(sp.floor(_FRACTION), Relation.EQ, sp.S.Zero, "the floor of a number from 0 up to 1 is 0")
    named = Fact(ratio, Relation.EQ, log_goal / sp.log(RATE), "what the two logarithms stand for")
    floor = Step(depth, Relation.EQ, sp.floor(ratio) + 1, "definition of the floor", Symbolic((split, no_floor)))
    bound = sp.floor(log_goal / sp.log(RATE)) + 1
    return (
        above,
        below,
        *_fraction(ratio - depth + 1, below, above, (Relation.LE, Relation.LT)),
        floor,
        Step(depth, Relation.EQ, bound, "in terms of threshold and rate", Symbolic((floor.at(), named))),
    )


def ceiling_steps(
    depth: sp.Symbol, goal: sp.Symbol, log_goal: sp.Expr, layer: str = "layer", last: str = "in terms of the rate"
) -> tuple[Step, ...]:
    """Derive the first depth at which a power is at most a goal: a ceiling of logarithms."""
    ratio = goal / LOG_RATE
    above, below = _first_below(depth, goal, layer, strictly=False)
    split = Fact(ratio, Relation.EQ, depth - _FRACTION, "definition of f")
    no_ceiling = Fact(sp.ceiling(-_FRACTION), Relation.EQ, sp.S.Zero, "the ceiling of -f, from 0 down to -1, is 0")
    named = Fact(ratio, Relation.EQ, log_goal / sp.log(RATE), "what the logarithms stand for")
    ceiling = Step(depth, Relation.EQ, sp.ceiling(ratio), "definition of the ceiling", Symbolic((split, no_ceiling)))
    bound = sp.ceiling(log_goal / sp.log(RATE))
    return (
        above,
        below,
        *_fraction(depth - ratio, above, below, (Relation.LE, Relation.LT)),
        ceiling,
        Step(depth, Relation.EQ, bound, last, Symbolic((ceiling.at(), named))),
    )


def _vanishing_steps() -> tuple[Step, ...]:
    return floor_steps(display(r"L_\varepsilon", integer=True), LOG_THRESHOLD, sp.log(THRESHOLD))


def one_deeper(claim: Claim) -> Claim:
    """Return the claim that one more is needed."""
    return replace(claim, bound=claim.bound + 1)


@theorem(
    assumptions=_REPEATED,
    mutant=one_deeper,
    example=lambda: mlp(activation="sigmoid", weights=1, depth=4),
)
def vanishing_depth_eq_log_ratio(network: Network) -> Claim:
    r"""The depth at which the worst-case bound of a network falls below a threshold.

    **Statement.** :math:`L_\varepsilon=\lfloor\log\varepsilon/\log r\rfloor+1` is the smallest depth with
    :math:`r^L<\varepsilon`, :math:`r=\gamma\lVert W\rVert_2<1`.

    **Assumptions.** plain_layers, given_weights, bounded_slope, equal_rates, contracting. Of other layers a deeper one would
    have more, and for random weights the rate itself depends on the depth; the product bound answers then.

    **Derivation.** Take logarithms and divide by the negative :math:`\log r`; definition of the floor.

    **Tightness.** Exact for the bound; the gradient itself vanishes earlier.

    **Source.** Bengio, Simard and Frasconi 1994, section III.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz : the bound itself

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.theorems.claim("vanishing_depth_eq_log_ratio", sg.mlp(activation="sigmoid", weights=1, depth=4))
    >>> claim.valued()
    10
    """
    bound = sp.floor(sp.log(THRESHOLD) / sp.log(RATE)) + 1
    return Claim(
        name="vanishing_depth_eq_log_ratio",
        subject=str(network),
        quantity=Quantity(Measurable.VANISHING_DEPTH),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_REPEATED,
        derivation=_vanishing_steps(),
        sources=(cite("bengio_simard_frasconi_1994", "section III"),),
        tightness=Tightness(TightnessKind.EXACT, "for the bound; the gradient itself vanishes earlier"),
        premises=tuple(phi.lipschitz for phi in network.activations),
        values=((RATE, worst_case_rate(network)), (THRESHOLD, DEFAULT_THRESHOLD)),
        condition=RATE < 1,
    )


def _underflow_steps(form: FloatFormat) -> tuple[Step, ...]:
    rounded = Step(
        display(r"\operatorname{fl}(r^N)", nonnegative=True),
        Relation.EQ,
        sp.S.Zero,
        f"rounding to nearest, ties to even, gives zero exactly if r^N ≤ u = 2^{form.half_exponent}, "
        f"half the smallest {form.name}",
        Cited(_ROUNDING),
    )
    count, goal = display("N_0", integer=True), display(r"\log u", real=True)
    return (rounded, *ceiling_steps(count, goal, form.log_half_smallest))


@theorem(
    assumptions=_REPEATED,
    mutant=one_deeper,
    example=lambda: mlp(activation="sigmoid", weights=1, depth=4),
)
def underflow_depth_eq_log_ratio_of_rounding(network: Network) -> Claim:
    r"""The number of layers after which the worst-case bound rounds to zero in single precision.

    **Statement.** :math:`N_0=\lceil\log u/\log r\rceil` is the smallest number of factors with
    :math:`\operatorname{fl}(r^N)=0`, where :math:`u` is half the smallest positive number of the format:
    :math:`2^{-150}` for float32. `underflow_depths` has the other formats and the depth at which the normal range ends.

    **Assumptions.** plain_layers, given_weights, bounded_slope, equal_rates, contracting. Of other layers a deeper one would
    have more, and for random weights the rate itself depends on the depth; the product bound answers then.

    **Derivation.** Rounding to nearest with ties to even takes :math:`u` to zero; divide by the negative
    :math:`\log r`; definition of the ceiling.

    **Tightness.** Exact for the product of the bounds, rounded once.

    **Source.** IEEE 754-2019.

    See Also
    --------
    vanishing_depth_eq_log_ratio

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(activation="sigmoid", weights=1, depth=4)
    >>> sg.theorems.claim("underflow_depth_eq_log_ratio_of_rounding", net).valued()
    75
    """
    form = float_format("float32")
    bound = sp.ceiling(form.log_half_smallest / sp.log(RATE))
    return Claim(
        name="underflow_depth_eq_log_ratio_of_rounding",
        subject=str(network),
        quantity=Quantity(Measurable.UNDERFLOW_DEPTH),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_REPEATED,
        derivation=_underflow_steps(form),
        sources=(_ROUNDING,),
        tightness=Tightness(TightnessKind.EXACT, "for the exact product, rounded once to float32"),
        premises=tuple(phi.lipschitz for phi in network.activations),
        values=((RATE, worst_case_rate(network)),),
        condition=RATE < 1,
    )
