"""Assertions for property tests: simulate what a claim is about, and fail loudly if it is refuted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from ..claims import AsWidthGrows, Claim, Contradiction, Outcome, Quantity, Verdict
from .decisions import decide, needed, verify

if TYPE_CHECKING:
    from ..networks import Network, Recurrence
    from ..simulation import Sample

__all__ = ["assert_holds", "trial_widths"]

# Below this width a layer's fluctuation is of the order of its value, and no expansion in the inverse width holds.
_NARROWEST = 8


def trial_widths(network: Network | Recurrence) -> tuple[int, int, int]:
    """Return the widths at which a claim about wide networks is tried: a quarter, a half, and the whole.

    Parameters
    ----------
    network : Network or Recurrence
        Its widths must be numbers.

    Returns
    -------
    tuple of int
        For narrow networks three larger ones: a limit does not depend on the width of the network at hand.

    Raises
    ------
    ValueError
        If a width is a symbol.

    Notes
    -----
    Powers of two apart, so that the quadratic that is fitted in 1/n takes two orders of the error out; the smallest
    costs a sixteenth of the largest.

    Examples
    --------
    >>> import symgrad as sg
    >>> trial_widths(sg.mlp(width=256, depth=3))
    (64, 128, 256)
    """
    symbolic = [width for width in network.widths if not width.is_Integer]
    if symbolic:
        raise ValueError(f"the width {symbolic[0]} is a symbol; give it a number to choose widths for a trial")
    smallest = max(int(sp.Min(*network.widths)) // 4, _NARROWEST)
    return smallest, 2 * smallest, 4 * smallest


def assert_holds(
    claim: Claim, network: Network | Recurrence, *, trials: int = 20, rng: int = 0, error_rate: float = 1e-6
) -> Verdict:
    """Simulate what a claim is about and raise if the claim is refuted.

    Parameters
    ----------
    claim : Claim
        A theorem's, or `Claim.conjecture`.
    network : Network or Recurrence
        The subject; no symbols.
    trials : int, default 20
        Random draws, at each width where several are needed.
    rng : int, default 0
        Seed.
    error_rate : float, default 1e-6
        Small, since a property test asks many times.

    Returns
    -------
    Verdict
        If the claim was not refuted.

    Raises
    ------
    AssertionError
        If it was; the message says by how much, and how to replay the worst trial.

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.claims import Always, Relation, gradient_norm
    >>> net = sg.mlp(width=4, depth=3, activation="sigmoid")
    >>> guess = Claim.conjecture(gradient_norm(0), Relation.LE, 1, Always())
    >>> assert_holds(guess, net).outcome
    <Outcome.CONSISTENT: 'consistent'>
    """
    samples = [sample for wanted in needed(claim) for sample in _simulate(claim, wanted, network, trials, rng)]
    try:
        verdict = verify(claim, samples, error_rate=error_rate) if samples else decide(claim)
    except Contradiction as error:
        raise AssertionError(f"{error}, of {network}") from error
    if verdict.outcome is Outcome.REFUTED:
        raise AssertionError(_message(claim, network, verdict, samples))
    return verdict


def _simulate(claim: Claim, wanted: Quantity, network: Network | Recurrence, trials: int, rng: int) -> list[Sample]:
    from ..simulation import simulate  # here, so that Numba loads only where something is simulated

    if not isinstance(claim.mode, AsWidthGrows):
        return [simulate(network, wanted, trials=trials, rng=rng)]
    # A seed for each width: samples that share draws would not be independent, as the fit takes them to be.
    seeds = np.random.SeedSequence(rng).spawn(3)
    sizes = zip(trial_widths(network), seeds, strict=True)
    return [simulate(network.with_width(width), wanted, trials=trials, rng=seed) for width, seed in sizes]


def _message(claim: Claim, network: Network | Recurrence, verdict: Verdict, samples: list[Sample]) -> str:
    lines = [f"{claim} is refuted for {network}: {verdict.reason}"]
    if verdict.worst_seed is not None and samples:  # else there is nothing that a network was drawn for
        seed, trial = verdict.worst_seed
        # Each method has draws of its own, and another quantity might be drawn by another method.
        method = next(sample.method for sample in samples if sample.seed == seed)
        lines.append(
            f"replay with symgrad.simulation.replay(network, {claim.quantity.name!r}, seed={seed}, trial={trial}, "
            f"method={method!r})"
        )
    return "; ".join(lines)
