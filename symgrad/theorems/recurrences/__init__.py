"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from . import (
    horizons,
    isometries,
    kept_states,
    least_stretches,
    norm_powers,
    paths,
    spectral_radii,
    total_gradients,
    truncations,
)
