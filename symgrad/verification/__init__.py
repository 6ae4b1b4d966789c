"""Do they agree? The only room where a claim meets a sample: verdicts, slack, power; strategies for property tests."""

from .assertions import assert_holds, trial_widths
from .decisions import decide, needed, verify
from .trials import Gathered, gather

__all__ = ["Gathered", "assert_holds", "decide", "gather", "needed", "trial_widths", "verify"]
