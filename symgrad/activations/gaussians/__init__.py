"""Gaussians: closed forms of integrals against a Gaussian density, each with the line that proves it."""

from .integrals import integral_step
from .terms import mirrored

__all__ = ["integral_step", "mirrored"]
