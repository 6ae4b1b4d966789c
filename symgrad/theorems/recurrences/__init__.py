"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""
