"""What is known: one function for each result, from a network to a claim. Registered by one decorator."""

from . import chain_rules, norm_products, weight_norms, scalar_chains, thresholds, layer_laws, mean_fields, recurrences  # noqa: F401, I001 - registers, in the order in which the results are told
from .floats import float_format, underflow_depths
from .gains import log_gains
from .recurrences import StepJacobian, Trajectory, step_jacobian, step_values, trajectory
from .registries import Application, Theorem, about, claim, find, registered, theorem

__all__ = [
    "Application",
    "StepJacobian",
    "Theorem",
    "Trajectory",
    "about",
    "claim",
    "find",
    "float_format",
    "log_gains",
    "registered",
    "step_jacobian",
    "step_values",
    "theorem",
    "trajectory",
    "underflow_depths",
]
