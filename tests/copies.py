"""Copies of things, as another process would have them."""

from __future__ import annotations

import pickle
from typing import TypeVar

__all__ = ["pickled"]

Thing = TypeVar("Thing")


def pickled(thing: Thing) -> Thing:
    """Write a thing and read it back."""
    copy: Thing = pickle.loads(pickle.dumps(thing))  # noqa: S301 - these bytes were written just now
    return copy
