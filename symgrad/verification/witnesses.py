"""Witnesses: which sample can try which claim, and in what sense. One table, each row with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from ..claims import Claim, Measurable, Norm, Quantity, Relation
from .cases import Evidence
from .rules import Rule

if TYPE_CHECKING:
    from ..simulation import Sample

__all__ = ["Witness", "evidence", "is_measured", "refusal", "witness"]

Kind = tuple[Measurable, Norm | None]


@dataclass(frozen=True)
class Witness:
    """A sample of one kind says something about a claim of another kind.

    Parameters
    ----------
    claimed, seen : tuple of Measurable and (Norm or None)
        What the claim is about, and what was sampled.
    exponent : float
        The sampled value to this power is compared with the bound.
    below : bool
        Whether that power is only known to lie below the claimed quantity: it can then try upper bounds alone.
    reason : str
        Why.
    """

    claimed: Kind
    seen: Kind
    exponent: float
    below: bool
    reason: str


_GRADIENT: Kind = (Measurable.GRADIENT_NORM, None)
_SQUARE: Kind = (Measurable.MEAN_SQUARE_GRADIENT, None)
_JACOBIAN: Kind = (Measurable.JACOBIAN_NORM, Norm.SPECTRAL)
_JACOBIAN_FRO: Kind = (Measurable.JACOBIAN_NORM, Norm.FROBENIUS)
_WEIGHT: Kind = (Measurable.WEIGHT_NORM, Norm.SPECTRAL)
_WEIGHT_FRO: Kind = (Measurable.WEIGHT_NORM, Norm.FROBENIUS)

_DEFINITION = "one is the square of the other"
_STRETCH = "|Jᵀg| ≤ |J|₂ |g|: a gradient is no longer than the largest stretch allows"
_NORMS = "|A|₂ ≤ |A|_F: the largest singular value is no larger than the root of the sum of their squares"

_TABLE = (
    Witness(_SQUARE, _GRADIENT, 2.0, below=False, reason=_DEFINITION),
    Witness(_GRADIENT, _SQUARE, 0.5, below=False, reason=_DEFINITION),
    Witness(_JACOBIAN, _GRADIENT, 1.0, below=True, reason=_STRETCH),
    Witness(_JACOBIAN, _SQUARE, 0.5, below=True, reason=_STRETCH),
    Witness(_JACOBIAN_FRO, _JACOBIAN, 1.0, below=True, reason=_NORMS),
    Witness(_JACOBIAN_FRO, _GRADIENT, 1.0, below=True, reason=f"{_STRETCH}; {_NORMS}"),
    Witness(_JACOBIAN_FRO, _SQUARE, 0.5, below=True, reason=f"{_STRETCH}; {_NORMS}"),
    Witness(_WEIGHT_FRO, _WEIGHT, 1.0, below=True, reason=_NORMS),
)

# Facts about an activation or about a number: replay decides them, and there is nothing to draw.
_MEASURED = frozenset(
    {
        Measurable.CHAIN_RULE_DEFECT,
        Measurable.GRADIENT_NORM,
        Measurable.JACOBIAN_ENTRY,
        Measurable.JACOBIAN_NORM,
        Measurable.MEAN_SQUARE_GRADIENT,
        Measurable.PREACTIVATION_VAR,
        Measurable.VOLUME_GROWTH,
        Measurable.WEIGHT_GRADIENT_NORM,
        Measurable.WEIGHT_IMAGE_SQUARE_NORM,
        Measurable.WEIGHT_NORM,
    }
)


def is_measured(quantity: Quantity) -> bool:
    """Say whether a simulation can sample a quantity at all."""
    return quantity.what in _MEASURED


def witness(claim: Claim, sample: Sample) -> Witness | None:
    """Return the row by which a sample can try a claim, or None.

    Parameters
    ----------
    claim : Claim
        What is tried.
    sample : Sample
        What was seen.

    Returns
    -------
    Witness or None
        Of a sample of the claimed quantity itself, a row that says so.
    """
    return _row(claim, _kind(sample.quantity))


def _row(claim: Claim, seen: Kind) -> Witness | None:
    claimed = _kind(claim.quantity)
    if claimed == seen:
        return (
            Witness(claimed, seen, 1.0, below=False, reason="the quantity itself")
            if is_measured(claim.quantity)
            else None
        )
    rows = (row for row in _TABLE if (row.claimed, row.seen) == (claimed, seen))
    upper = claim.relation in (Relation.LE, Relation.LT)
    return next((row for row in rows if upper or not row.below), None)


def refusal(claim: Claim, sample: Sample) -> str:
    """Say why a sample cannot try a claim and which one could; empty if it can."""
    if not is_measured(claim.quantity):
        return f"{claim.quantity.name} is not sampled: {claim.name} is a fact that its replay decides, without a sample"
    if witness(claim, sample) is None:
        usable = [_kind(claim.quantity), *(row.seen for row in _TABLE if row is _row(claim, row.seen))]
        others = ", ".join(map(_words, usable))
        return f"a sample of {_words(_kind(sample.quantity))} cannot try {claim.name} ({claim.relation.sign}); simulate {others}"
    layer = _layer(claim)
    if layer not in sample.layers:
        return f"{claim.name} is about layer {layer}; the sample has {_range(sample.layers)}"
    return ""


def evidence(claim: Claim, sample: Sample, rule: Rule) -> Evidence:
    """Put the trials of a sample beside the bound of a claim.

    Parameters
    ----------
    claim : Claim
        What is tried.
    sample : Sample
        What was seen.
    rule : Rule
        Of the mode of the claim.

    Returns
    -------
    Evidence
        Logarithms of trials and bound.

    Raises
    ------
    ValueError
        If the sample cannot try the claim, is empty or holds something that is not a number.
    """
    row = witness(claim, sample)
    if row is None:
        raise ValueError(refusal(claim, sample))
    values = row.exponent * np.asarray(sample.at(_layer(claim)), dtype=np.float64)
    if values.size == 0:
        raise ValueError(f"the sample of {sample.quantity} has no trials; simulate with trials >= 1")
    wrong = np.flatnonzero(np.isnan(values) | (values == np.inf))
    if wrong.size:
        raise ValueError(
            f"the sample of {sample.quantity} holds {values[wrong[0]]} in trial {wrong[0]} (seed {sample.seed}); "
            "a logarithm must be a number below infinity"
        )
    factors = max(*sample.layers, sample.depth, 1)
    return Evidence(values, rule.log_bound(sample.width), sample.width, factors, sample.dtype, sample.seed)


def _kind(quantity: Quantity) -> Kind:
    return quantity.what, quantity.norm if "{norm}" in quantity.what.latex else None


def _words(kind: Kind) -> str:
    return kind[0].code_name if kind[1] is None else f"{kind[0].code_name} in the norm {kind[1].value}"


def _layer(claim: Claim) -> int:
    layer = sp.sympify(claim.quantity.layer, strict=True).xreplace(dict(claim.values))
    if not layer.is_Integer:
        raise ValueError(f"{claim.name} is about layer {layer}; give it a number with subs() before trying it")
    return int(layer)


def _range(layers: tuple[int, ...]) -> str:
    gapless = layers == tuple(range(layers[0], layers[-1] + 1)) and len(layers) > 2
    return f"layers {layers[0]} to {layers[-1]}" if gapless else f"layer {', '.join(map(str, layers))}"
