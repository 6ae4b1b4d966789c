"""The decision rules: one for each mode of a claim, each in one place."""

from ...claims import Always, AsWidthGrows, InLaw, InMean, Mode, WithProbability
from .failures import FailureCount
from .laws import LawTest
from .limits import WidthLimit
from .means import MeanTest
from .pointwise_checks import EveryTrial
from .protocols import Rule

__all__ = ["RULES", "EveryTrial", "FailureCount", "LawTest", "MeanTest", "Rule", "WidthLimit"]

RULES: dict[type[Mode], type[Rule]] = {
    Always: EveryTrial,
    InMean: MeanTest,
    InLaw: LawTest,
    WithProbability: FailureCount,
    AsWidthGrows: WidthLimit,
}
