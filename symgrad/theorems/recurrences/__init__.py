"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from .lyapunov_exponents import lyapunov_exponent
from .onsets import critical_input_var_onset, lyapunov_exponent_onset, stationary_var_onset

__all__ = ["critical_input_var_onset", "lyapunov_exponent", "lyapunov_exponent_onset", "stationary_var_onset"]
