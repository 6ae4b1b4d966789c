"""The functions: one expression each; every fact about an activation is derived from it, and is a claim."""

from .catalogue import CATALOGUE
from .errors import CannotDerive
from .gains import GainExplanation, explain_gain
from .parsing import parse
from .profiles import Duals, GaussianMoments, Profile, profile
from .specifications import activation
from .stabilities import stable
from .subjects import Activation
from .vectors import VECTORS, VectorActivation, vector_activation

__all__ = [
    "CATALOGUE",
    "VECTORS",
    "Activation",
    "CannotDerive",
    "Duals",
    "GainExplanation",
    "GaussianMoments",
    "Profile",
    "VectorActivation",
    "activation",
    "explain_gain",
    "parse",
    "profile",
    "stable",
    "vector_activation",
]
