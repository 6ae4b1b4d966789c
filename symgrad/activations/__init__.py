"""The functions: one expression each; every fact about an activation is derived from it, and is a claim."""

from .catalogue import CATALOGUE
from .errors import CannotDerive
from .parsing import parse
from .profiles import GaussianMoments, Profile, profile
from .specifications import activation
from .subjects import Activation

__all__ = [
    "CATALOGUE",
    "Activation",
    "CannotDerive",
    "GaussianMoments",
    "Profile",
    "activation",
    "parse",
    "profile",
]
