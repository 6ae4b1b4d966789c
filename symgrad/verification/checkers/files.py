"""Files of certificates: one certificate, or many by name, each checked and reported on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .certificates import Report, check
from .documents import parsed
from .expressions import shown

__all__ = ["check_file"]


def check_file(path: str | Path) -> dict[str, Report]:
    """Check every certificate of a file.

    Parameters
    ----------
    path : str or Path
        A file written by ``certificate.save`` or ``symgrad activation NAME --certificates FILE``: one certificate, or
        an object that holds certificates by name.

    Returns
    -------
    dict of str to Report
        By name, in the order of the file; one certificate alone has the name of the file.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it holds anything else, also beside good certificates; the message says which one and what is wrong with it.

    Examples
    --------
    >>> import tempfile
    >>> import symgrad as sg
    >>> from symgrad.rigor import certificates_of
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "gelu.json")
    ...     certificates_of(sg.activation("gelu").lipschitz)[0].save(path)
    ...     {name: report.outcome.value for name, report in check_file(path).items()}
    {'gelu.json': 'checked'}
    """
    path = Path(path)
    data = parsed(path)
    if not data or "format" in data:
        return {path.name: check(data)}
    return {name: _checked(name, document) for name, document in data.items()}


def _checked(name: str, document: Any) -> Report:
    if not isinstance(document, dict):
        raise ValueError(f"the entry {shown(name)} is {shown(document)}; it must be a certificate, which is an object")
    try:
        return check(document)
    except ValueError as error:
        raise ValueError(f"the entry {shown(name)}: {error}") from None
