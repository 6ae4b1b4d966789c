"""Sure numbers: balls, roots, suprema, limits, integrals. The only room that imports flint."""

from .certificates import Certificate
from .constants import EnclosedConstant, ImplicitConstant
from .enclosures import Enclosure, compare, enclose
from .errors import CannotEnclose
from .extrema import Extremum, infimum, supremum

__all__ = [
    "CannotEnclose",
    "Certificate",
    "EnclosedConstant",
    "Enclosure",
    "Extremum",
    "ImplicitConstant",
    "compare",
    "enclose",
    "infimum",
    "supremum",
]
