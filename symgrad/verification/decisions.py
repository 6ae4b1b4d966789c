"""Decisions: the only place where a claim meets a sample. Replay and trial give a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import sympy as sp

from ..claims import (
    AsWidthGrows,
    Claim,
    Contradiction,
    InLaw,
    Outcome,
    Quantity,
    Strength,
    Trial,
    Unit,
    Verdict,
    combine,
)
from .cases import Case, Evidence, Finding
from .counts import counted
from .held_units import held
from .powers import power
from .reckonings import drawn, reckoned
from .rules import RULES, Rule
from .searches import searched
from .unrolled_networks import unrolled
from .witnesses import evidence, is_measured, refusal, witness

if TYPE_CHECKING:
    from ..simulation import Sample

__all__ = ["decide", "needed", "verify"]


def needed(claim: Claim) -> tuple[Quantity, ...]:
    """Return what has to be simulated to try a claim.

    Parameters
    ----------
    claim : Claim
        About a network, an activation or a number.

    Returns
    -------
    tuple of Quantity
        Empty for a fact about an activation or a number, which replay alone decides.

    Examples
    --------
    >>> from symgrad.claims import Always, Relation, gradient_norm
    >>> [q.name for q in needed(Claim.conjecture(gradient_norm(0), Relation.LE, 1, Always()))]
    ['gradient_norm']
    """
    if not is_measured(claim.quantity):
        return ()
    layer = claim.value_of(sp.sympify(claim.quantity.layer, strict=True))  # the last one is known by its symbol
    return (claim.quantity.at(layer),)


def verify(claim: Claim, samples: Sample | Sequence[Sample], *, error_rate: float = 1e-3) -> Verdict:
    """Replay a claim and try it on a sample.

    Parameters
    ----------
    claim : Claim
        Its bound, with its values, must be a number (or a random variable, for a claim in law).
    samples : Sample or sequence of Sample
        Of the claimed quantity, or of one that lies below it. Claims about wide networks need several widths.
        Samples with different seeds are pooled.
    error_rate : float, default 1e-3
        Probability with which a statistical rule may refute a true claim.

    Returns
    -------
    Verdict
        Refuted, inconclusive, consistent or proved; with slack, power and the worst trial.

    Raises
    ------
    ValueError
        If no sample is given, one cannot try this claim, symbols are left in the bound, or the error rate is no rate.
    Contradiction
        If the claim is proved and the sample refutes it. One of the two is wrong, and this must be loud.

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.claims import Always, Relation, gradient_norm
    >>> sample = sg.simulate(sg.mlp(width=4, depth=3, activation="sigmoid"), "gradient_norm", trials=50, rng=0)
    >>> verify(Claim.conjecture(gradient_norm(0), Relation.LE, 1e-9, Always()), sample).outcome
    <Outcome.REFUTED: 'refuted'>
    """
    given = tuple(samples) if isinstance(samples, Sequence) else (samples,)
    if not given:
        raise ValueError(f"no sample was given for {claim.name}; simulate {claim.quantity} first")
    rule = _rule(claim, error_rate)
    for sample in given:
        reason = refusal(claim, sample)
        if reason:
            raise ValueError(reason)
    _check_seeds(claim, given)
    case = Case(claim.relation, tuple(evidence(claim, sample, rule) for sample in given), error_rate)
    return _verdict(claim, rule, case)


def decide(
    claim: Claim, samples: Mapping[Quantity, Sample] | Iterable[Sample] = (), *, error_rate: float = 1e-3
) -> Verdict:
    """Replay a claim and try it on those samples that can try it; without any, the replay decides alone.

    Parameters
    ----------
    claim : Claim
        Any claim.
    samples : mapping of Quantity to Sample, or iterable of Sample
        What was simulated, of whatever kind. A sample of the claimed quantity is preferred to one that lies below.
    error_rate : float, default 1e-3
        As for `verify`.

    Returns
    -------
    Verdict
        With 0 trials if no sample fits and there is nothing to count.
    """
    offered = tuple(samples.values() if isinstance(samples, Mapping) else samples)
    fitting = [sample for sample in offered if not refusal(claim, sample)]
    chosen = [sample for sample in fitting if not _below(claim, sample)] or fitting
    if not isinstance(claim.mode, AsWidthGrows):  # other widths are other networks
        chosen = ([sample for sample in chosen if sample.subject == claim.subject] or chosen)[:1]
    missing = _unknown(claim)
    if chosen and not missing:
        return verify(claim, chosen, error_rate=error_rate)
    if missing:
        strength = claim.replay()
        reason = f"{_replayed(strength)}; its bound is a formula: {missing} could not be enclosed here"
        return Verdict(claim.name, combine(strength, Trial.UNTRIED), reason)
    return _without_sample(claim, error_rate)


def _unknown(claim: Claim) -> str:
    """Name the symbols of a bound that have no value; empty where it is a number, or a law."""
    if isinstance(claim.mode, InLaw):
        return ""
    return ", ".join(sorted(str(symbol) for symbol in claim.log.free_symbols))


_BY_HAND = (counted, reckoned, held, searched, unrolled)  # what there is to do where nothing is sampled


def _tried_by_hand(claim: Claim) -> Finding | None:
    """Return what counting, searching or a small exact network says; None if none of them has anything to do with it."""
    return next((finding for each in _BY_HAND if (finding := each(claim)) is not None), None)


def _without_sample(claim: Claim, error_rate: float) -> Verdict:
    draws = drawn(claim)
    if draws is not None:
        rule = _rule(claim, error_rate)
        one = Evidence(draws, rule.log_bound(1), 1, 1, str(draws.dtype), 0)
        return _verdict(claim, rule, Case(claim.relation, (one,), error_rate))
    strength, finding = claim.replay(), _tried_by_hand(claim)
    if finding is None:
        why = "no sample tries it" if is_measured(claim.quantity) else "there is nothing to sample"
        return Verdict(claim.name, combine(strength, Trial.UNTRIED), f"{_replayed(strength)}; {why}")
    outcome = _combined(claim, strength, finding.trial, finding)
    power = finding.power
    if power is None:
        power = float(abs(1 / claim.valued())) if claim.valued() else math.inf  # a count that is off by one is noticed
    reason = f"{_replayed(strength)}; {finding.reason}"
    return Verdict(claim.name, outcome, reason, 1, finding.slack, power, None, 0.0, Unit.RELATIVE)


def _below(claim: Claim, sample: Sample) -> bool:
    row = witness(claim, sample)
    return row is not None and row.below


def _rule(claim: Claim, error_rate: float) -> Rule:
    if not 0 < error_rate < 1:
        raise ValueError(f"error_rate = {error_rate} is not a probability between 0 and 1; give one such as 1e-3")
    rule = RULES[type(claim.mode)](claim)
    if claim.relation not in rule.relations:
        usable = " ".join(sorted(relation.sign for relation in rule.relations))
        raise ValueError(
            f"{claim.name} says {claim.relation.sign} {claim.mode.words()}; that can be tried for {usable} only"
        )
    return rule


def _check_seeds(claim: Claim, samples: tuple[Sample, ...]) -> None:
    """The same draws counted twice would make every statistical rule too sure."""
    drawn = [(sample.seed, sample.width) for sample in samples]
    for place, (seed, width) in enumerate(drawn):
        if (seed, width) in drawn[:place]:
            raise ValueError(
                f"two samples for {claim.name} have seed {seed} and width {width}; give each a seed of its own"
            )


def _verdict(claim: Claim, rule: Rule, case: Case) -> Verdict:
    finding = rule.find(case)
    noticed = power(rule, case)
    trial = finding.trial
    if trial is Trial.CONSISTENT and math.isinf(noticed):
        trial = Trial.INCONCLUSIVE  # whatever had been claimed, this run would have agreed
    strength = claim.replay()
    reason = f"{_replayed(strength)}; {finding.reason}; {_noticed(case, noticed)}"
    outcome = _combined(claim, strength, trial, finding)
    slack, unit = finding.slack, None if finding.slack is None else case.unit
    return Verdict(claim.name, outcome, reason, case.trials, slack, noticed, finding.worst, finding.error_rate, unit)


def _combined(claim: Claim, strength: Strength, trial: Trial, finding: Finding) -> Outcome:
    try:
        return combine(strength, trial)
    except Contradiction as error:
        where = f"seed {finding.worst[0]}, trial {finding.worst[1]}" if finding.worst else "no single trial"
        raise Contradiction(f"{claim}: {error}. {finding.reason}; to replay: {where}") from None


def _replayed(strength: Strength) -> str:
    return _STRENGTHS[strength]


_STRENGTHS = {
    Strength.BROKEN: "the derivation does not replay",
    Strength.CONJECTURED: "nothing is derived",
    Strength.CITED: "the derivation replays but for what it cites",
    Strength.CERTIFIED: "the derivation replays in balls",
    Strength.SYMBOLIC: "the derivation replays",
}


def _noticed(case: Case, noticed: float) -> str:
    if noticed == 0:
        return "the claim itself was refuted"
    if math.isinf(noticed):
        return "no error of the claim, however large, would have been noticed"
    if case.bound_is_zero:
        return f"a value of {noticed:.2g} would have been noticed"
    return f"a relative error of {noticed:.2g} in the claim would have been noticed"
