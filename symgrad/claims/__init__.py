"""The grammar: what can be said, and how sure we are. Imports SymPy only."""

from .assumptions import Answer, Assumption, Holding, first_failure, no, unknown, yes
from .definitions import Defined, Word, define
from .functions import AnyActivation, AnySlope, Logistic, Magnitude, NormalCdf, NormalPdf, Softplus
from .grounds import Certified, Cited, Induction, Symbolic
from .logarithms import log10_float, log_of
from .modes import Always, AsWidthGrows, InLaw, InMean, Mode, WithProbability
from .notation import NOTATION, Notation, display, latex, symbol
from .numbers import exact
from .quantities import (
    Measurable,
    Norm,
    Quantity,
    gradient_norm,
    jacobian_norm,
    mean_square_gradient,
    preactivation_var,
    quantity,
    weight_image_square_norm,
    weight_norm,
)
from .sources import Source, bibliography, bibtex, cite
from .statements import Claim
from .steps import Fact, Ground, Instance, Relation, Step, Strength
from .tightness import Tightness, TightnessKind
from .values import Particular
from .verdicts import COMBINED, Contradiction, Outcome, Trial, Unit, Verdict, combine

__all__ = [
    "COMBINED",
    "NOTATION",
    "Always",
    "Answer",
    "AnyActivation",
    "AnySlope",
    "AsWidthGrows",
    "Assumption",
    "Certified",
    "Cited",
    "Claim",
    "Contradiction",
    "Defined",
    "Fact",
    "Ground",
    "Holding",
    "InLaw",
    "InMean",
    "Induction",
    "Instance",
    "Logistic",
    "Magnitude",
    "Measurable",
    "Mode",
    "Norm",
    "NormalCdf",
    "NormalPdf",
    "Notation",
    "Outcome",
    "Particular",
    "Quantity",
    "Relation",
    "Softplus",
    "Source",
    "Step",
    "Strength",
    "Symbolic",
    "Tightness",
    "TightnessKind",
    "Trial",
    "Unit",
    "Verdict",
    "WithProbability",
    "Word",
    "bibliography",
    "bibtex",
    "cite",
    "combine",
    "define",
    "display",
    "exact",
    "first_failure",
    "gradient_norm",
    "jacobian_norm",
    "latex",
    "log10_float",
    "log_of",
    "mean_square_gradient",
    "no",
    "preactivation_var",
    "quantity",
    "symbol",
    "unknown",
    "weight_image_square_norm",
    "weight_norm",
    "yes",
]
