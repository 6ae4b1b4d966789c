"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from . import memory_times  # noqa: F401, I001 - each registers, in the order in which the results are told
from . import lstm_comparisons  # noqa: F401 - registers
from . import mixing_gates  # noqa: F401 - registers
from . import minimal_gates  # noqa: F401 - registers
from . import gate_products  # noqa: F401 - registers
from .jacobians import StepJacobian, step_jacobian
from .trajectories import Trajectory, step_values, trajectory

__all__ = ["StepJacobian", "Trajectory", "step_jacobian", "step_values", "trajectory"]
