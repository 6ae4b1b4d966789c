"""Gaussians: closed forms of integrals against a Gaussian density, each with the line that proves it."""

from .integrals import integral_step, oriented
from .means import closed_mean, density
from .products import Covariance, closed_product, conditional_mean

__all__ = ["Covariance", "closed_mean", "closed_product", "conditional_mean", "density", "integral_step", "oriented"]
