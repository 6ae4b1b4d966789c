"""JSON: the contract of the command line, one object for each kind of answer."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from .numbers import bound_number

if TYPE_CHECKING:
    from ..claims import Verdict
    from .answers import Answer, Finding

__all__ = ["answer_object", "dumps", "verdict_object"]


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
        Keys ``subject, seed, trials, version, claims``; one claim for each registered theorem.
    """
    return {
        "subject": str(answer.network),
        "seed": answer.seed,
        "trials": answer.trials,
        "version": answer.version,
        "claims": [_claim_object(finding) for finding in answer.findings],
    }


def _claim_object(finding: Finding) -> dict[str, Any]:
    application, claim = finding.application, finding.application.claim
    if claim is None:
        stated = {"quantity": None, "relation": None, "mode": None, "bound": None, "grounds": [], "source": []}
    else:
        stated = {
            "quantity": str(claim.quantity),
            "relation": claim.relation.value,
            "mode": claim.mode.words(),
            "bound": bound_number(claim),
            "grounds": [step.ground.word for step in claim.derivation],
            "source": [str(source) for source in claim.sources],
        }
    head = {"name": application.name, "applies": application.applies, "failed_assumption": application.refusal or None}
    return {**head, **stated, "verdict": verdict_object(finding.verdict)}


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict; ``slack`` and ``power`` are null where they have no finite value."""
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "trials": verdict.trials,
        "slack": verdict.slack,
        "power": verdict.power,
        "worst_seed": list(verdict.worst_seed) if verdict.worst_seed else None,
        "error_rate": verdict.error_rate,
    }
