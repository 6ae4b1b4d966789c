"""The subjects: layers, initial laws, real weights. Descriptions only; the arithmetic is elsewhere."""

from .blocks import Block, Layer
from .givens import GivenBiases, GivenWeights
from .laws import (
    DrawnWeights,
    GaussianBiases,
    GaussianWeights,
    OrthogonalWeights,
    TruncatedNormalWeights,
    UniformWeights,
)
from .layers import Dense
from .perceptrons import mlp
from .residuals import Elementwise, Residual
from .resnets import FORMS, resnet
from .subjects import Network

__all__ = [
    "FORMS",
    "Block",
    "Dense",
    "DrawnWeights",
    "Elementwise",
    "GaussianBiases",
    "GaussianWeights",
    "GivenBiases",
    "GivenWeights",
    "Layer",
    "Network",
    "OrthogonalWeights",
    "Residual",
    "TruncatedNormalWeights",
    "UniformWeights",
    "mlp",
    "resnet",
]
