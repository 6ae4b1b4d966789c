"""Trials: what to simulate for a set of claims, once for all of them, within a budget of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..claims import AsWidthGrows, Claim, Quantity
from ..networks import Network, Recurrence
from .assertions import trial_widths
from .decisions import needed
from .prices import PRICES, Price, price_of

if TYPE_CHECKING:
    from ..simulation import Sample

__all__ = ["Batch", "Gathered", "gather"]

Progress = Callable[[int, int], None]

# For each batch, on two cores: 200 networks of 30 layers of 256 units take as much, and the whole answer about 8 s.
_SECONDS = 1.25
_FEWEST = 4  # fewer trials say nothing; then nothing is drawn, and the verdict says that no sample tried the claim


@dataclass(frozen=True)
class Batch:
    """Quantities that are measured on the same draws.

    Parameters
    ----------
    network : Network or Recurrence
        What is drawn.
    quantities : tuple of Quantity
        What is measured.
    trials : int
        How often; 0 if it was not worth a beginning.
    seed : int
        Of the draws.
    reason : str
        Why so often, in words.
    """

    network: Network | Recurrence
    quantities: tuple[Quantity, ...]
    trials: int
    seed: int
    reason: str

    @property
    def width(self) -> int:
        """The smallest width of the network, as a sample records it."""
        return min(map(int, self.network.widths))


@dataclass(frozen=True)
class Gathered:
    """What was simulated for some claims.

    Parameters
    ----------
    samples : tuple of Sample
        At the width of the network and, for claims about wide networks, at smaller ones.
    seed : int
        From which every sample can be drawn again.
    batches : tuple of Batch
        What was drawn how often, and why.
    """

    samples: tuple[Sample, ...]
    seed: int
    batches: tuple[Batch, ...]


def gather(
    network: Network | Recurrence,
    claims: Iterable[Claim],
    *,
    trials: int,
    rng: Any = 0,
    also: tuple[Quantity, ...] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Gathered:
    """Simulate what a set of claims needs.

    Parameters
    ----------
    network : Network or Recurrence
        The subject of the claims; with symbols in it, nothing is simulated.
    claims : iterable of Claim
        What is to be tried.
    trials : int
        Draws of the network; fewer where they would take more than about a second, none where four would.
    rng : int, numpy.random.SeedSequence or numpy.random.Generator, default 0
        Where the seed comes from.
    also : tuple of Quantity, optional
        What is measured besides, on the same draws.
    threads : int, optional
        Default: all cores.
    progress : callable, optional
        Called with the trials done and their total.

    Returns
    -------
    Gathered
        The samples and their seed, and what was drawn how often and why.

    Raises
    ------
    ValueError
        If the number of trials is not positive.
    """
    from ..simulation import measure, seed_of  # here, so that Numba loads only where something is simulated

    if trials < 1:
        raise ValueError(f"trials = {trials} is not positive; give at least 1")
    seed = seed_of(rng)
    batches = [] if network.free_symbols else _batches(network, tuple(claims), trials, seed, also)
    told = _Told(progress, sum(batch.trials for batch in batches))
    samples: list[Sample] = []
    for batch in (batch for batch in batches if batch.trials):
        drawn = measure(
            batch.network,
            batch.quantities,
            trials=batch.trials,
            rng=batch.seed,
            threads=threads,
            progress=told.of_batch(),
        )
        samples.extend(drawn.values())
    return Gathered(tuple(samples), seed, tuple(batches))


def _batches(
    network: Network | Recurrence, claims: tuple[Claim, ...], trials: int, seed: int, also: tuple[Quantity, ...] = ()
) -> list[Batch]:
    """What needs no matrix, what needs to draw them or to multiply them, and what is said of other widths."""
    wanted = dict.fromkeys([*(quantity for claim in claims for quantity in needed(claim)), *also])
    priced = {quantity: price_of(network, quantity) for quantity in wanted}
    found = [
        _afforded(network, tuple(quantity for quantity in wanted if priced[quantity] is price), trials, seed, price)
        for price in sorted(set(priced.values()), key=PRICES.index)
    ]
    return [batch for batch in (*found, *_at_widths(network, claims, trials, seed)) if batch.quantities]


def _at_widths(network: Network | Recurrence, claims: tuple[Claim, ...], trials: int, seed: int) -> list[Batch]:
    wide = [claim for claim in claims if isinstance(claim.mode, AsWidthGrows)]
    quantities = tuple(dict.fromkeys(quantity for claim in wide for quantity in needed(claim)))
    if not quantities:
        return []
    widths = [width for width in trial_widths(network) if width != network.widths[0]]
    # A seed for each width: samples that share draws would not be independent, as the fit takes them to be.
    seeds = np.random.SeedSequence(seed).generate_state(len(widths), np.uint64)
    others = [network.with_width(width) for width in widths]
    price = max((price_of(network, quantity) for quantity in quantities), key=lambda each: each.power)
    found = (_afforded(other, quantities, trials, int(own), price) for other, own in zip(others, seeds, strict=True))
    return [replace(batch, reason=f"{batch.reason}; {_EXTRAPOLATED}") for batch in found]


_EXTRAPOLATED = "a statement about large width is extrapolated from several widths"


def _afforded(
    network: Network | Recurrence, quantities: tuple[Quantity, ...], asked: int, seed: int, price: Price
) -> Batch:
    """Draw as often as asked for, or as the time allows."""
    seconds = price.of(network)
    most = int(_SECONDS / seconds) if seconds else asked
    if asked <= most:
        return Batch(network, quantities, asked, seed, "as asked for")
    what = "multiplies whole matrices and takes" if price.is_of_matrices else "takes"
    reason = f"each {what} about {seconds:.2g} s on two cores, of {_SECONDS:g} s for all"
    return Batch(network, quantities, most if most >= _FEWEST else 0, seed, reason)


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
