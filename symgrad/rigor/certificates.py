"""Certificates: a statement together with the computation that found it, and the evidence for those who trust neither.

A certificate can be replayed, which runs the same search again. It can also be written down, with every box of the
search: then a program that shares nothing with this room checks it (`symgrad.verification.check`).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..claims import Claim
from .errors import CannotEnclose
from .evidence import Evidence, written

__all__ = ["Certificate", "certificates_of"]


@dataclass(frozen=True)
class Certificate:
    """What was certified, how, and the means to do it again.

    Parameters
    ----------
    said : tuple or str
        What is certified, with all its numbers: expressions and texts, put together when the statement is first read.
    method : str
        How, in one line that a reader understands.
    computation : callable
        A function of a module, called with `arguments`; it computes from scratch and returns something whose
        certificate can be compared with this one.
    arguments : tuple
        What the computation is called with.
    evidence : Evidence, optional
        The boxes of the search; None for what is certified otherwise.

    Examples
    --------
    >>> import sympy as sp
    >>> from symgrad.rigor import supremum
    >>> x = sp.Symbol("x", real=True)
    >>> certificate = supremum(1 - sp.tanh(x) ** 2, x).certificate
    >>> certificate.replay()
    True
    >>> certificate.to_json()["pieces"][0]["boxes"][0]
    ['-oo', '-4', 'below']
    """

    said: tuple[Any, ...] | str
    method: str
    computation: Callable[..., Any] = field(repr=False)
    arguments: tuple[Any, ...] = field(repr=False)
    evidence: Evidence | None = field(default=None, repr=False, compare=False)

    @cached_property
    def statement(self) -> str:
        """What is certified, in one line."""
        return "".join(map(str, self.said))

    def replay(self) -> bool:
        """Compute again from scratch, and say whether the same statement comes out."""
        again: Certificate = self.computation(*self.arguments).certificate
        return again.statement == self.statement

    def describe(self) -> str:
        """Say in a line how it was certified."""
        return self.method

    def to_json(self) -> dict[str, Any]:
        """Write the evidence as plain data.

        Returns
        -------
        dict
            Of strings, lists and whole numbers: the function, its pieces, the boxes that cover them with the claim of
            each, and the conclusion.

        Raises
        ------
        CannotEnclose
            If there is no evidence, or a part of the function has no spelling.
        """
        if self.evidence is None:
            raise CannotEnclose("this certificate holds no boxes that could be written down; replay it instead")
        return written(self.evidence)

    def save(self, path: str | Path) -> None:
        """Write the evidence to a file, whole or not at all; the same evidence gives the same bytes.

        Parameters
        ----------
        path : str or Path
            The file to be, ``.json`` by custom.

        Raises
        ------
        CannotEnclose
            As `to_json`.
        OSError
            If it cannot be written; what was there before is still there.
        """
        _write_whole(Path(path), f"{json.dumps(self.to_json(), separators=(',', ':'))}\n")


def _write_whole(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def certificates_of(claim: Claim) -> tuple[Certificate, ...]:
    """Return the certificates that the derivation of a claim stands on.

    Parameters
    ----------
    claim : Claim
        Such as the Lipschitz constant of an activation.

    Returns
    -------
    tuple of Certificate
        Each once, in the order of the steps; none where algebra alone proves the claim.

    Examples
    --------
    >>> import symgrad as sg
    >>> len(certificates_of(sg.activation("gelu").lipschitz))  # of the largest slope, and of a bound below
    2
    >>> certificates_of(sg.activation("tanh").lipschitz)
    ()
    """
    return tuple(dict.fromkeys(found for step in claim.derivation for found in _within(step.ground)))


def _within(part: Any) -> Iterator[Certificate]:
    """Yield the certificates that a ground holds among its fields."""
    if isinstance(part, Certificate):
        yield part
    elif isinstance(part, tuple):
        for member in part:
            yield from _within(member)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _within(getattr(part, each.name))
