"""The subjects: layers, initial laws, real weights. Descriptions only; the arithmetic is elsewhere."""

from .builders import mlp
from .laws import GaussianBiases, GaussianWeights, GivenBiases, GivenWeights
from .layers import Block, Dense
from .subjects import Network

__all__ = [
    "Block",
    "Dense",
    "GaussianBiases",
    "GaussianWeights",
    "GivenBiases",
    "GivenWeights",
    "Network",
    "mlp",
]
