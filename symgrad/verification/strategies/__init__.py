"""Strategies for Hypothesis: activations and small networks, to try claims of one's own on. Hypothesis loads on use."""

from .feed_forward import networks
from .functions import activations
from .recurrent import cells, recurrences

__all__ = ["activations", "cells", "networks", "recurrences"]
