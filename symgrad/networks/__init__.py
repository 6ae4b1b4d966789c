"""The subjects: layers, initial laws, real weights. Descriptions only; the arithmetic is elsewhere."""

from .blocks import Block, Layer
from .cells import CELLS, Affine, Cell, Gate, Letter, Mix, letters
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
from .recurrences import (
    AntisymmetricWeights,
    ChronoBiases,
    ConstantBiases,
    GivenInputs,
    IdentityWeights,
    MatrixLaw,
    Recurrence,
    RecurrentLayer,
    RingEigenvalues,
    UniformBiases,
    VectorLaw,
    WhiteInputs,
    gru,
    lstm,
    recurrence,
    rnn,
)
from .residuals import Elementwise, Residual
from .resnets import FORMS, resnet
from .subjects import Network

Subject = Network | Recurrence  # what a question can be about

__all__ = [
    "CELLS",
    "FORMS",
    "Affine",
    "AntisymmetricWeights",
    "Block",
    "Cell",
    "ChronoBiases",
    "ConstantBiases",
    "Dense",
    "DrawnWeights",
    "Elementwise",
    "Gate",
    "GaussianBiases",
    "GaussianWeights",
    "GivenBiases",
    "GivenInputs",
    "GivenWeights",
    "IdentityWeights",
    "Layer",
    "Letter",
    "MatrixLaw",
    "Mix",
    "Network",
    "OrthogonalWeights",
    "Recurrence",
    "RecurrentLayer",
    "Residual",
    "RingEigenvalues",
    "Subject",
    "TruncatedNormalWeights",
    "UniformBiases",
    "UniformWeights",
    "VectorLaw",
    "WhiteInputs",
    "gru",
    "letters",
    "lstm",
    "mlp",
    "recurrence",
    "resnet",
    "rnn",
]
