"""What happens: networks are drawn and measured. A witness, not an echo: no theorem is known here."""

from .randomness.streams import seed_of
from .running.measurements import measure, replay, simulate
from .running.summarising import summarise
from .statistics.horizons import horizons
from .statistics.samples import Sample
from .statistics.summaries import Summary

__all__ = ["Sample", "Summary", "horizons", "measure", "replay", "seed_of", "simulate", "summarise"]
