"""The subjects: layers, initial laws, real weights. Descriptions only; the arithmetic is elsewhere."""

from .builders import mlp
from .givens import GivenBiases, GivenWeights
from .laws import (
    DrawnWeights,
    GaussianBiases,
    GaussianWeights,
    OrthogonalWeights,
    TruncatedNormalWeights,
    UniformWeights,
)
from .layers import Block, Dense
from .subjects import Network

__all__ = [
    "Block",
    "Dense",
    "DrawnWeights",
    "GaussianBiases",
    "GaussianWeights",
    "GivenBiases",
    "GivenWeights",
    "Network",
    "OrthogonalWeights",
    "TruncatedNormalWeights",
    "UniformWeights",
    "mlp",
]
