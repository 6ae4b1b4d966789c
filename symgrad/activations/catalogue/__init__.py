"""The catalogue: one row for each activation, in families. Adding an activation is adding a row."""

from .frameworks import FRAMEWORKS
from .gates import GATES
from .rectifiers import RECTIFIERS
from .rows import Parameter, Row
from .sigmoids import SIGMOIDS
from .waves import WAVES

__all__ = ["CATALOGUE", "FRAMEWORKS", "Parameter", "Row"]

CATALOGUE: dict[str, Row] = {
    name: row for row in (*SIGMOIDS, *RECTIFIERS, *GATES, *WAVES) for name in (row.name, *row.aliases)
}
