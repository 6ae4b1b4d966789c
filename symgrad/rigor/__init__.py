"""Sure numbers: balls, roots, suprema, limits, integrals. The only room that imports flint."""

from .areas import line_integral, polynomial_at
from .asymptotics import TailLaw, tail_law
from .certificates import Certificate, certificates_of
from .constants import DefinedConstant, EnclosedConstant, ImplicitConstant
from .enclosures import Enclosure, compare, enclose
from .errors import CannotEnclose, Diverges
from .extrema import Extremum, infimum, supremum
from .hermites import gaussian_product_mean
from .integrals import gaussian_mean
from .limits import limit_at
from .periods import period
from .remainders import is_tempered
from .roots import isolate_roots, sublevel_set
from .spectra import determinant, smallest_singular_value, spectral_norm
from .zeros import Root

__all__ = [
    "CannotEnclose",
    "Certificate",
    "DefinedConstant",
    "Diverges",
    "EnclosedConstant",
    "Enclosure",
    "Extremum",
    "ImplicitConstant",
    "Root",
    "TailLaw",
    "certificates_of",
    "compare",
    "determinant",
    "enclose",
    "gaussian_mean",
    "gaussian_product_mean",
    "infimum",
    "is_tempered",
    "isolate_roots",
    "limit_at",
    "line_integral",
    "period",
    "polynomial_at",
    "smallest_singular_value",
    "spectral_norm",
    "sublevel_set",
    "supremum",
    "tail_law",
]
