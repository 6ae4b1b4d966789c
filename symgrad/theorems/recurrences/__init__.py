"""Theorems about recurrent networks: gradients through time. One result in one place, as for feed-forward networks."""

# ruff: noqa: F401, I001 - each registers what it knows, in the order in which the results are told
from . import chain_rules
from . import norm_powers
from . import spectral_radii
from . import least_stretches
from . import volumes
from . import vanishing_lags
from . import total_gradients
from . import truncations
from . import paths
from . import kept_states
from . import isometries
from . import turnings
from . import memory_times
from . import time_constants
from . import chrono_laws
from . import chrono_survivals
from . import carousels
from . import saddle_nodes
from . import latches
from . import critical_units
from . import rectified_walks
from . import jordan_blocks
from . import linear_recurrences
from . import ring_eigenvalues
