"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

# ruff: noqa: F401, I001 - each registers what it knows, in the order in which the results are told
from . import chain_rules
from . import norm_powers
from . import spectral_radii
from . import least_stretches
from . import volumes
from . import vanishing_lags
from . import total_gradients
from . import truncations
from . import paths
from . import kept_states
from . import isometries
from . import turnings
from . import memory_times
from . import time_constants
from . import chrono_laws
from . import chrono_survivals
from . import carousels
from . import saddle_nodes
from . import latches
from . import critical_units
from . import rectified_walks
from . import jordan_blocks
from . import linear_recurrences
from . import ring_eigenvalues
from . import lstm_comparisons
from . import mixing_gates
from . import minimal_gates
from . import gate_products
from . import linear_gradients
from . import mean_fields
from . import growth_rates
from . import gated_fields
from . import second_moments
from . import spectral_edges
from .jacobians import StepJacobian, step_jacobian
from .lyapunov_exponents import lyapunov_exponent
from .lyapunov_quantiles import lyapunov_quantile
from .lyapunov_spectra import lyapunov_exponent_of_rank
from .mean_fields import log_gains_over_time
from .onsets import critical_input_var_onset, lyapunov_exponent_onset, stationary_var_onset
from .second_moments import second_moment_of_power
from .trajectories import Trajectory, step_values, trajectory

__all__ = [
    "StepJacobian",
    "Trajectory",
    "critical_input_var_onset",
    "log_gains_over_time",
    "lyapunov_exponent",
    "lyapunov_exponent_of_rank",
    "lyapunov_exponent_onset",
    "lyapunov_quantile",
    "second_moment_of_power",
    "stationary_var_onset",
    "step_jacobian",
    "step_values",
    "trajectory",
]
