"""Claims about cells whose gate mixes the old state with a candidate: what they share besides their derivation."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Assumption,
    Claim,
    Fact,
    Relation,
    Source,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    display,
    jacobian_norm,
    symbol,
)
from ...networks import Recurrence
from .gate_derivations import STATE, VECTOR, MixingGate, common_steps, power_steps

__all__ = ["IMAGE", "gate_claim", "larger_share", "reset_steps"]

STEPS, ONE = symbol("steps"), sp.S.One
IMAGE = display(r"\lVert Nv\rVert", nonnegative=True)  # what the candidate makes of a vector


def gate_claim(
    network: Recurrence,
    name: str,
    assumptions: tuple[Assumption, ...],
    steps: tuple[Step, ...],
    values: tuple[tuple[sp.Expr, sp.Expr], ...],
    source: Source,
    tightness: str,
) -> Claim:
    """Return a claim about the norm of the Jacobian of all steps, from the steps up to how far one of them stretches."""
    powers = power_steps(steps[-1])
    return Claim(
        name=name,
        subject=str(network),
        quantity=jacobian_norm(0).in_time(),
        relation=Relation.LE,
        bound=powers[-1].after,
        mode=Always(),
        assumptions=assumptions,
        derivation=(*steps, *powers),
        sources=(source,),
        tightness=Tightness(TightnessKind.UPPER, tightness),
        values=(*values, (STEPS, network.steps)),
    )


def reset_steps(gate: MixingGate, bounded: Step, reset: sp.Expr, candidate: sp.Expr) -> tuple[Step, Step]:
    """How far a candidate stretches that sees the state through a gate, ``R (r h)``: ``m = |R| (1 + |R_r|/4)``.

    Parameters
    ----------
    gate : MixingGate
        The gate between matrix and state.
    bounded : Step
        That no entry of the state exceeds 1.
    reset, candidate : sympy.Expr
        The norms of the recurrent weights of that gate and of the candidate.

    Returns
    -------
    tuple of Step
        The last one is ``|N v| <= m |v|``.
    """
    slope = common_steps(gate)[2]
    product = gate.share * gate.rest
    entry = Step(
        STATE * product,
        Relation.LE,
        sp.Rational(1, 4),
        "what moves the reset gate, in every unit",
        Symbolic((bounded.at(), slope.at()), (product, ONE)),
    )
    inner = display(rf"\lVert \operatorname{{d}}({gate.letter})v+G_{gate.letter}v\rVert", nonnegative=True)
    facts = (
        Fact(IMAGE, Relation.LE, candidate * inner, "the slope of tanh is at most 1, the norm the largest stretch"),
        Fact(inner, Relation.LE, (1 + reset / 4) * VECTOR, "a gate is at most 1, and the line above in every unit"),
    )
    reason = "the candidate stretches by m"
    after = candidate * (1 + reset / 4) * VECTOR
    return entry, Step(IMAGE, Relation.LE, after, reason, Symbolic(facts, (ONE, candidate)))


def larger_share(claim: Claim, gate: sp.Symbol) -> Claim:
    """Reason that a mean of two maps stretches by no more than the larger one; the shares differ from unit to unit."""
    candidate = sp.sqrt(claim.bound.base - 1 - gate**2 / 2)
    return replace(claim, bound=(sp.Max(1, candidate) + gate / 2) ** STEPS)
