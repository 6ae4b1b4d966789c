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
from . import linear_gradients
from . import mean_fields
from . import growth_rates
from . import gated_fields
from . import second_moments
from . import spectral_edges
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
