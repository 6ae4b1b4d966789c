"""Endings: how a compiled pass ended."""

__all__ = ["FADED", "FINISHED", "HALTED", "OVERFLOWN"]

FINISHED, HALTED, OVERFLOWN, FADED = range(4)
