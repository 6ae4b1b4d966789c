"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from . import memory_times  # noqa: F401 - registers
