"""The grammar: what can be said, and how sure we are. Imports SymPy only."""

from .assumptions import Answer, Assumption, Holding, first_failure, no, unknown, yes
from .functions import Logistic, NormalCdf, NormalPdf, Softplus, define
from .logarithms import log10_float, log_of
from .modes import Always, AsWidthGrows, InLaw, InMean, Mode, WithProbability
from .notation import NOTATION, Notation, display, latex, symbol
from .quantities import Measurable, Norm, Quantity, quantity
from .sources import Source, bibliography, bibtex, cite
from .statements import Claim, Tightness, TightnessKind
from .steps import Certificate, Certified, Cited, Fact, Ground, Relation, Step, Strength, Symbolic
from .verdicts import COMBINED, Contradiction, Outcome, Trial, Verdict, combine

__all__ = [
    "COMBINED",
    "NOTATION",
    "Always",
    "Answer",
    "AsWidthGrows",
    "Assumption",
    "Certificate",
    "Certified",
    "Cited",
    "Claim",
    "Contradiction",
    "Fact",
    "Ground",
    "Holding",
    "InLaw",
    "InMean",
    "Logistic",
    "Measurable",
    "Mode",
    "NormalCdf",
    "NormalPdf",
    "Norm",
    "Notation",
    "Outcome",
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
    "Verdict",
    "WithProbability",
    "bibliography",
    "bibtex",
    "cite",
    "combine",
    "define",
    "display",
    "first_failure",
    "latex",
    "log10_float",
    "log_of",
    "no",
    "quantity",
    "symbol",
    "unknown",
    "yes",
]
