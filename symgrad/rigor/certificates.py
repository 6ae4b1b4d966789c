"""Certificates: a statement together with the computation that found it, so that anyone can run it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Certificate"]


@dataclass(frozen=True)
class Certificate:
    """What was certified, how, and the means to do it again.

    Parameters
    ----------
    statement : str
        What is certified, with all its numbers.
    method : str
        How, in one line that a reader understands.
    computation : callable
        A function of a module, called with `arguments`; it computes from scratch and returns something whose
        certificate can be compared with this one.
    arguments : tuple
        What the computation is called with.

    Examples
    --------
    >>> import sympy as sp
    >>> from symgrad.rigor import supremum
    >>> x = sp.Symbol("x", real=True)
    >>> certificate = supremum(1 - sp.tanh(x) ** 2, x).certificate
    >>> certificate.replay()
    True
    """

    statement: str
    method: str
    computation: Callable[..., Any] = field(repr=False)
    arguments: tuple[Any, ...] = field(repr=False)

    def replay(self) -> bool:
        """Compute again from scratch, and say whether the same statement comes out."""
        again: Certificate = self.computation(*self.arguments).certificate
        return again.statement == self.statement

    def describe(self) -> str:
        """Say in a line how it was certified."""
        return self.method
