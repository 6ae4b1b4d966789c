from .constants import EnclosedConstant, ImplicitConstant
from .enclosures import Enclosure, compare, enclose
from .errors import CannotEnclose
__all__ = ["CannotEnclose", "EnclosedConstant", "Enclosure", "ImplicitConstant", "compare", "enclose"]
