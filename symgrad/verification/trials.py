"""Trials: what to simulate for a set of claims, once for all of them, within a budget of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..claims import AsWidthGrows, Claim, Measurable, Quantity
from ..networks import Network
from .assertions import trial_widths
from .decisions import needed

if TYPE_CHECKING:
    from ..simulation import Sample

__all__ = ["Gathered", "gather"]

Progress = Callable[[int, int], None]

# Norms of whole matrices cost the cube of the width, all else its square. The budgets are about two seconds each on
# two cores: weights drawn, and multiplications of matrix products.
_CUBIC = frozenset({Measurable.JACOBIAN_NORM, Measurable.WEIGHT_NORM})
_WEIGHTS = 5 * 10**8
_PRODUCTS = 10**10
_FEWEST = 4  # fewer trials say nothing; then nothing is drawn, and the verdict says that no sample tried the claim


@dataclass(frozen=True)
class Gathered:
    """What was simulated for some claims.

    Parameters
    ----------
    samples : tuple of Sample
        At the width of the network and, for claims about wide networks, at smaller ones.
    seed : int
        From which every sample can be drawn again.
    """

    samples: tuple[Sample, ...]
    seed: int


@dataclass(frozen=True)
class _Batch:
    """Quantities that are measured on the same draws."""

    network: Network
    quantities: tuple[Quantity, ...]
    trials: int
    seed: int


def gather(
    network: Network,
    claims: Iterable[Claim],
    *,
    trials: int,
    rng: Any = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Gathered:
    """Simulate what a set of claims needs.

    Parameters
    ----------
    network : Network
        The subject of the claims; with symbols in it, nothing is simulated.
    claims : iterable of Claim
        What is to be tried.
    trials : int
        Draws of the network; fewer where they would cost more than a few seconds, none where four would.
    rng : int, numpy.random.SeedSequence or numpy.random.Generator, default 0
        Where the seed comes from.
    threads : int, optional
        Default: all cores.
    progress : callable, optional
        Called with the trials done and their total.

    Returns
    -------
    Gathered
        The samples and their seed.

    Raises
    ------
    ValueError
        If the number of trials is not positive.
    """
    from ..simulation import measure, seed_of  # here, so that Numba loads only where something is simulated

    if trials < 1:
        raise ValueError(f"trials = {trials} is not positive; give at least 1")
    seed = seed_of(rng)
    batches = [] if network.free_symbols else _batches(network, tuple(claims), trials, seed)
    told = _Told(progress, sum(batch.trials for batch in batches))
    samples: list[Sample] = []
    for batch in batches:
        drawn = measure(
            batch.network,
            batch.quantities,
            trials=batch.trials,
            rng=batch.seed,
            threads=threads,
            progress=told.of_batch(),
        )
        samples.extend(drawn.values())
    return Gathered(tuple(samples), seed)


def _batches(network: Network, claims: tuple[Claim, ...], trials: int, seed: int) -> list[_Batch]:
    """Cheap quantities, costly ones, and what is said of wide networks at smaller widths."""
    wanted = dict.fromkeys(quantity for claim in claims for quantity in needed(claim))
    cheap = tuple(quantity for quantity in wanted if quantity.what not in _CUBIC)
    costly = tuple(quantity for quantity in wanted if quantity.what in _CUBIC)
    found = [
        _Batch(network, cheap, min(trials, _affordable(_WEIGHTS, network, 2)), seed),
        _Batch(network, costly, min(trials, _affordable(_PRODUCTS, network, 3)), seed),
        *_at_widths(network, claims, trials, seed),
    ]
    return [batch for batch in found if batch.quantities and batch.trials >= min(trials, _FEWEST)]


def _at_widths(network: Network, claims: tuple[Claim, ...], trials: int, seed: int) -> list[_Batch]:
    wide = [claim for claim in claims if isinstance(claim.mode, AsWidthGrows)]
    quantities = tuple(dict.fromkeys(quantity for claim in wide for quantity in needed(claim)))
    if not quantities:
        return []
    widths = [width for width in trial_widths(network) if width != network.widths[0]]
    # A seed for each width: samples that share draws would not be independent, as the fit takes them to be.
    seeds = np.random.SeedSequence(seed).generate_state(len(widths), np.uint64)
    others = [network.with_width(width) for width in widths]
    return [
        _Batch(other, quantities, min(trials, _affordable(_WEIGHTS, other, 2)), int(own))
        for other, own in zip(others, seeds, strict=True)
    ]


def _affordable(budget: int, network: Network, power: int) -> int:
    """How many draws of the network a budget pays for, a layer costing its larger side to the power."""
    cost = sum(int(max(b.layer.fan_in, b.layer.fan_out)) ** power * int(b.times) for b in network.blocks)
    return budget // cost if cost else budget


class _Told:
    """Adds the progress of one batch after the other up to one count."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._before, self._last = progress, total, 0, 0

    def of_batch(self) -> Progress | None:
        """Return what a batch is to call."""
        self._before, self._last = self._before + self._last, 0
        return None if self._progress is None else self._advance

    def _advance(self, done: int, _: int) -> None:
        self._last = done
        if self._progress is not None:
            self._progress(self._before + done, self._total)
