"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

from . import norm_powers, least_stretches, horizons  # noqa: F401, I001 - registers, in the order in which the results are told
from . import memory_times, chrono_laws, carousels  # noqa: F401 - also
from . import saddle_nodes, latches, rectified_walks  # noqa: F401 - also
from . import jordan_blocks, linear_recurrences  # noqa: F401 - also
