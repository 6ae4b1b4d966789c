"""Gaussians: closed forms of integrals against a Gaussian density, each with the line that proves it."""

from .integrals import integral_step, oriented
from .means import closed_mean, density

__all__ = ["closed_mean", "density", "integral_step", "oriented"]
