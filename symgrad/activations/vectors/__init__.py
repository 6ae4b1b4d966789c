"""Vector activations: softmax and its kin, gates, projections; their Jacobians and how large these can be."""

from .rows import VECTORS, vector_activation
from .subjects import VectorActivation

__all__ = ["VECTORS", "VectorActivation", "vector_activation"]
