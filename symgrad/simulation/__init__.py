"""What happens: networks are drawn and measured. A witness, not an echo: no theorem is known here."""

from .measurements import measure, replay, simulate
from .samples import Sample
from .streams import seed_of
from .summaries import Summary
from .summarising import summarise

__all__ = ["Sample", "Summary", "measure", "replay", "seed_of", "simulate", "summarise"]
