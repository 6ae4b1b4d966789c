"""JSON: the contract of the command line, one object for each kind of answer."""

from __future__ import annotations

import json
import math
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .numbers import bound_number

if TYPE_CHECKING:
    from ..claims import Claim, Fact, Verdict
    from ..simulation import Sample
    from ..verification import Batch
    from .answers import Answer, Finding

__all__ = ["answer_object", "dumps", "sample_object", "verdict_object"]

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_LN10 = math.log(10)


def dumps(found: dict[str, Any]) -> str:
    """Write an object as JSON text that every reader accepts: floats that are not finite become null."""
    return json.dumps(_finite(found), indent=2, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list) else value


def answer_object(answer: Answer) -> dict[str, Any]:
    """Return what ``symgrad ask --json`` prints.

    Parameters
    ----------
    answer : Answer
        The answer.

    Returns
    -------
    dict
        Keys ``subject, seed, trials, draws, version, claims``; one claim for each registered theorem. ``draws`` says
        what was drawn how often and why: ``quantities, width, trials, reason``.
    """
    return {
        "subject": str(answer.network),
        "seed": answer.seed,
        "trials": answer.trials,
        "draws": [_draws_object(batch) for batch in answer.batches],
        "version": answer.version,
        "claims": [_claim_object(finding) for finding in answer.findings],
    }


def _draws_object(batch: Batch) -> dict[str, Any]:
    names = list(dict.fromkeys(quantity.name for quantity in batch.quantities))
    return {"quantities": names, "width": batch.width, "trials": batch.trials, "reason": batch.reason}


def _claim_object(finding: Finding) -> dict[str, Any]:
    application = finding.application
    head = {"name": application.name, "applies": application.applies, "failed_assumption": application.refusal or None}
    return {**head, **_stated(application.claim), "verdict": verdict_object(finding.verdict)}


def _stated(claim: Claim | None) -> dict[str, Any]:
    if claim is None:
        return {"quantity": None, "relation": None, "mode": None, "bound": None, **_NO_PROOF}
    return {
        "quantity": str(claim.quantity),
        "relation": claim.relation.value,
        "mode": claim.mode.words(),
        "bound": bound_number(claim),
        "grounds": [step.ground.word for step in claim.derivation],
        "granted": [[_fact_object(fact) for fact in step.ground.granted] for step in claim.derivation],
        "source": [str(source) for source in claim.sources],
    }


_NO_PROOF: dict[str, Any] = {"grounds": [], "granted": [], "source": []}


def _fact_object(fact: Fact) -> dict[str, str]:
    """Return a fact that a step uses and that nothing re-runs."""
    return {"latex": fact.latex(), "reason": fact.reason}


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict; ``slack`` and ``power`` are null where they have no finite value.

    ``slack_unit`` is ``decades`` for an inequality, ``relative`` for an equality, ``absolute`` where zero is claimed.
    """
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "trials": verdict.trials,
        "slack": verdict.slack,
        "slack_unit": verdict.unit.value if verdict.unit else None,
        "power": verdict.power,
        "worst_seed": list(verdict.worst_seed) if verdict.worst_seed else None,
        "error_rate": verdict.error_rate,
    }


def sample_object(sample: Sample) -> dict[str, Any]:
    """Return what ``symgrad simulate --json`` prints.

    Parameters
    ----------
    sample : Sample
        Of any quantity.

    Returns
    -------
    dict
        Keys ``subject, quantity, norm, grade, layers, trials, seed, method, reason, dtype, version``. In ``layers``
        there is one object for each layer that was measured, with quantiles of the decimal logarithm: ``q05, q25,
        q50, q75, q95``, null where the value is an exact zero.
    """
    columns = {q: [float(log) / _LN10 for log in sample.quantile(q)] for q in _QUANTILES}
    return {
        "subject": sample.subject,
        "quantity": sample.quantity.name,
        "parameter": None if sample.quantity.parameter is None else str(sample.quantity.parameter),
        "norm": sample.quantity.norm.value if sample.quantity.has_norm else None,
        "grade": "measured",
        "layers": [_layer_object(layer, columns, index) for index, layer in enumerate(sample.layers)],
        "trials": sample.trials,
        "seed": sample.seed,
        "method": sample.method,
        "reason": sample.reason,
        "dtype": sample.dtype,
        "version": version("symgrad"),
    }


def _layer_object(layer: int, columns: dict[float, list[float]], index: int) -> dict[str, Any]:
    return {"layer": layer, "log10": {f"q{round(100 * q):02d}": column[index] for q, column in columns.items()}}
