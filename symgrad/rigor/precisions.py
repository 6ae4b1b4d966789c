"""Working precision, always scoped: nothing in this room leaves a trace in the global state of FLINT."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from operator import index

from flint import ctx

__all__ = ["bits_for", "checked_digits", "working_precision"]

# log2(10), rounded up: how many bits one decimal digit costs.
_BITS_PER_DIGIT = 3.3219280948873626
_GUARD_BITS = 24


def checked_digits(digits: int) -> int:
    """Return a number of significant digits, at least one; raise ValueError or TypeError if it is none."""
    if isinstance(digits, bool) or not hasattr(digits, "__index__"):
        raise TypeError(f"digits is {digits!r}; give a whole number")
    if index(digits) < 1:
        raise ValueError(f"digits is {digits!r}; ask for at least one significant digit")
    return index(digits)


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
