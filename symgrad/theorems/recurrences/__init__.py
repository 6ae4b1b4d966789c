"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

# ruff: noqa: F401, I001 - each registers what it knows, in the order in which the results are told
from . import chain_rules
from . import norm_powers
from . import spectral_radii
from . import least_stretches
from . import volumes
from . import horizons
from . import total_gradients
from . import truncations
from . import paths
from . import kept_states
from . import isometries
from . import turnings
from . import memory_times
from . import chrono_laws
from . import carousels
from . import saddle_nodes
from . import latches
from . import rectified_walks
from . import jordan_blocks
from . import linear_recurrences
from . import lstm_comparisons
from . import mixing_gates
from . import minimal_gates
from . import gate_products
from .jacobians import StepJacobian, step_jacobian
from .trajectories import Trajectory, step_values, trajectory

__all__ = ["StepJacobian", "Trajectory", "step_jacobian", "step_values", "trajectory"]
