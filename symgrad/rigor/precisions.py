"""Working precision, always scoped: nothing in this room leaves a trace in the global state of FLINT."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from flint import ctx

__all__ = ["bits_for", "working_precision"]

# log2(10), rounded up: how many bits one decimal digit costs.
_BITS_PER_DIGIT = 3.3219280948873626
_GUARD_BITS = 24


def bits_for(digits: int) -> int:
    """Return a working precision in bits that leaves room for rounding at ``digits`` digits."""
    return ceil(digits * _BITS_PER_DIGIT) + _GUARD_BITS


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Compute with ``bits`` bits inside the block, and restore what was there before, come what may."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before
