"""What is known: one function for each result, from a network to a claim. Registered by one decorator."""

from . import chain_rules, norm_products, weight_norms, scalar_chains, thresholds, layer_laws, mean_fields, recurrences  # noqa: F401, I001 - registers, in the order in which the results are told
from .critical_lines import critical_gain, critical_input_var
from .floats import float_format, underflow_depths
from .gains import log_gains
from .recurrences import StepJacobian, Trajectory, step_jacobian, step_values, trajectory
from .recurrences import (
    critical_input_var_onset,
    log_gains_over_time,
    lyapunov_exponent,
    lyapunov_exponent_of_rank,
    lyapunov_exponent_onset,
    lyapunov_quantile,
    second_moment_of_power,
    stationary_var_onset,
)
from .registries import Application, Theorem, about, claim, find, registered, theorem

__all__ = [
    "Application",
    "StepJacobian",
    "Theorem",
    "Trajectory",
    "about",
    "claim",
    "critical_gain",
    "critical_input_var",
    "critical_input_var_onset",
    "find",
    "float_format",
    "log_gains",
    "log_gains_over_time",
    "lyapunov_exponent",
    "lyapunov_exponent_of_rank",
    "lyapunov_exponent_onset",
    "lyapunov_quantile",
    "registered",
    "second_moment_of_power",
    "stationary_var_onset",
    "step_jacobian",
    "step_values",
    "theorem",
    "trajectory",
    "underflow_depths",
]
