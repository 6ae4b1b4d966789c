"""What happens: networks are drawn and measured. A witness, not an echo: no theorem is known here."""

from .measurements import measure, replay, simulate
from .samples import Sample
from .streams import seed_of

__all__ = ["Sample", "measure", "replay", "seed_of", "simulate"]
