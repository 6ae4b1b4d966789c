"""Endings: how a compiled pass ended."""

__all__ = ["FADED", "FINISHED", "HALTED", "OVERFLOWN", "Halted"]

FINISHED, HALTED, OVERFLOWN, FADED = range(4)


class Halted(Exception):
    """A pass was ended early, from outside."""
