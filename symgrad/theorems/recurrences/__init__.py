"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from . import norm_powers, spectral_radii, least_stretches, horizons, total_gradients, truncations, paths  # noqa: F401, I001 - registers, in the order in which the results are told
