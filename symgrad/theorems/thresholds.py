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
from .hypotheses import BOUNDED_SLOPE, CONTRACTING
from .rates import worst_case_rate
from .registries import theorem

__all__ = ["underflow_depth_eq_log_ratio_of_rounding", "vanishing_depth_eq_log_ratio"]

RATE, THRESHOLD = symbol("rate"), symbol("threshold")
DEFAULT_THRESHOLD = sp.Rational(1, 10**6)

# Logarithms that a derivation names: log r < 0 for a contracting rate, and their ratio t.
_LOG_RATE = display(r"\log r", negative=True)


def _floor_steps(ratio: sp.Expr, log_threshold: sp.Symbol) -> tuple[Step, ...]:
    """With t = log(eps)/log(r) and N = floor(t) + 1: N log r < log eps <= (N-1) log r, so N is the first depth."""
    whole = sp.floor(ratio)
    floor_below = Fact(whole, Relation.LE, ratio, "definition of the floor")
    floor_above = Fact(ratio, Relation.LT, whole + 1, "definition of the floor")
    return (
        Step(
            (whole + 1) * _LOG_RATE,
            Relation.LT,
            log_threshold,
            "at this depth the power of the rate is below the threshold; log r is negative",
            Symbolic((floor_above,), (-_LOG_RATE,)),
        ),
        Step(
            log_threshold,
            Relation.LE,
            whole * _LOG_RATE,
            "one layer earlier it is not",
            Symbolic((floor_below,), (-_LOG_RATE,)),
        ),
    )


def _vanishing_steps(bound: sp.Expr) -> tuple[Step, ...]:
    log_threshold = display(r"\log\varepsilon", real=True)
    depth = display(r"L_\varepsilon", integer=True)
    first = Fact(depth, Relation.EQ, bound, "the two lines above: the power decreases in the depth")
    return (
        *_floor_steps(log_threshold / _LOG_RATE, log_threshold),
        Step(depth, Relation.EQ, bound, "the smallest depth with r^L < ε", Symbolic((first,))),
    )


def _one_deeper(claim: Claim) -> Claim:
    return replace(claim, bound=claim.bound + 1)


@theorem(
    assumptions=(BOUNDED_SLOPE, CONTRACTING),
    mutant=_one_deeper,
    example=lambda: mlp(activation="sigmoid", weights=1, depth=4),
)
def vanishing_depth_eq_log_ratio(network: Network) -> Claim:
    r"""The depth at which the worst-case bound of a network falls below a threshold.

    **Statement.** :math:`L_\varepsilon=\lfloor\log\varepsilon/\log r\rfloor+1` is the smallest depth with
    :math:`r^L<\varepsilon`, :math:`r=\gamma\lVert W\rVert_2<1`.

    **Assumptions.** bounded_slope, contracting.

    **Derivation.** The definition of the floor, times a negative logarithm.

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
        assumptions=(BOUNDED_SLOPE, CONTRACTING),
        derivation=_vanishing_steps(bound),
        sources=(cite("bengio_simard_frasconi_1994", "section III"),),
        tightness=Tightness(TightnessKind.EXACT, "for the bound; the gradient itself vanishes earlier"),
        premises=tuple(phi.lipschitz for phi in network.activations),
        values=((RATE, worst_case_rate(network)), (THRESHOLD, DEFAULT_THRESHOLD)),
    )


def _underflow_steps(bound: sp.Expr, form: FloatFormat) -> tuple[Step, ...]:
    log_half = display(r"\log u", real=True)
    zero = display(r"\operatorname{fl}(r^N)", nonnegative=True)
    count = display("N_0", integer=True)
    ratio = log_half / _LOG_RATE
    whole = sp.ceiling(ratio)
    first = Fact(count, Relation.EQ, bound, "the lines above: the power decreases with the number of factors")
    return (
        Step(
            zero,
            Relation.EQ,
            sp.S.Zero,
            f"rounding to nearest, ties to even, gives zero exactly if r^N ≤ u = 2^{form.half_exponent}, "
            f"half the smallest {form.name}",
            Cited(cite("ieee754_2019", "section 4.3.1")),
        ),
        Step(
            whole * _LOG_RATE,
            Relation.LE,
            log_half,
            "with this many factors the product is at most u; log r is negative",
            Symbolic((Fact(ratio, Relation.LE, whole, "definition of the ceiling"),), (-_LOG_RATE,)),
        ),
        Step(
            log_half,
            Relation.LT,
            (whole - 1) * _LOG_RATE,
            "with one factor less it is not",
            Symbolic((Fact(whole - 1, Relation.LT, ratio, "definition of the ceiling"),), (-_LOG_RATE,)),
        ),
        Step(count, Relation.EQ, bound, "the first number of factors whose product rounds to zero", Symbolic((first,))),
    )


@theorem(
    assumptions=(BOUNDED_SLOPE, CONTRACTING),
    mutant=_one_deeper,
    example=lambda: mlp(activation="sigmoid", weights=1, depth=4),
)
def underflow_depth_eq_log_ratio_of_rounding(network: Network) -> Claim:
    r"""The number of layers after which the worst-case bound rounds to zero in single precision.

    **Statement.** :math:`N_0=\lceil\log u/\log r\rceil` is the smallest number of factors with
    :math:`\operatorname{fl}(r^N)=0`, where :math:`u` is half the smallest positive number of the format:
    :math:`2^{-150}` for float32. `underflow_depths` has the other formats and the depth at which the normal range ends.

    **Assumptions.** bounded_slope, contracting.

    **Derivation.** Rounding to nearest with ties to even takes :math:`u` to zero; the definition of the ceiling.

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
        assumptions=(BOUNDED_SLOPE, CONTRACTING),
        derivation=_underflow_steps(bound, form),
        sources=(cite("ieee754_2019", "section 4.3.1"),),
        tightness=Tightness(TightnessKind.EXACT, "for the exact product, rounded once to float32"),
        premises=tuple(phi.lipschitz for phi in network.activations),
        values=((RATE, worst_case_rate(network)),),
    )
