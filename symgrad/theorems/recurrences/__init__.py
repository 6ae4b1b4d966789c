"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from . import norm_powers  # noqa: F401 - registers
