"""Recurrent networks: cells with widths, weights, inputs and a number of steps."""

from .builders import gru, lstm, recurrence, rnn
from .inputs import GivenInputs, WhiteInputs
from .layers import RecurrentLayer
from .matrices import AntisymmetricWeights, IdentityWeights, MatrixLaw
from .subjects import Recurrence
from .vectors import ChronoBiases, ConstantBiases, RingEigenvalues, UniformBiases, VectorLaw

__all__ = [
    "AntisymmetricWeights",
    "ChronoBiases",
    "ConstantBiases",
    "GivenInputs",
    "IdentityWeights",
    "MatrixLaw",
    "Recurrence",
    "RecurrentLayer",
    "RingEigenvalues",
    "UniformBiases",
    "VectorLaw",
    "WhiteInputs",
    "gru",
    "lstm",
    "recurrence",
    "rnn",
]
