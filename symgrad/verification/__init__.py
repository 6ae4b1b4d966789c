"""Do they agree? The only room where a claim meets a sample: verdicts, slack, power; strategies for property tests."""

from .assertions import assert_holds, trial_widths
from .checkers import Checked, Report, check, check_file
from .decisions import decide, needed, verify
from .trials import Batch, Gathered, gather

__all__ = [
    "Batch",
    "Checked",
    "Gathered",
    "Report",
    "assert_holds",
    "check",
    "check_file",
    "decide",
    "gather",
    "needed",
    "trial_widths",
    "verify",
]
