"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from . import linear_gradients, mean_fields, spectral_edges  # noqa: F401 - registers
from .lyapunov_exponents import lyapunov_exponent
from .lyapunov_quantiles import lyapunov_quantile
from .lyapunov_spectra import lyapunov_exponent_of_rank
from .onsets import critical_input_var_onset, lyapunov_exponent_onset, stationary_var_onset
from .second_moments import second_moment_of_power

__all__ = [
    "critical_input_var_onset",
    "lyapunov_exponent",
    "lyapunov_exponent_of_rank",
    "lyapunov_exponent_onset",
    "lyapunov_quantile",
    "second_moment_of_power",
    "stationary_var_onset",
]
