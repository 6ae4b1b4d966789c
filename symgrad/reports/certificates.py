"""Certificates: written for the extrema of an activation, and checked again by a program that shares no code."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..activations import Profile
from ..claims import symbol
from ..rigor import CannotEnclose, infimum, supremum
from ..verification import Checked, Report, check_file
from .jsons import dumps

__all__ = ["answer_check", "certificates_text"]

X = symbol("x")


def certificates_text(profile: Profile) -> str:
    """Write the certificates of the extrema of an activation, of its slope and of its curvature.

    Parameters
    ----------
    profile : Profile
        Its domain is searched, to its digits.

    Returns
    -------
    str
        One JSON object, of certificates by name: also of what algebra alone proves. Without those that do not exist.

    Raises
    ------
    CannotEnclose
        If none exists.

    Examples
    --------
    >>> from symgrad.activations import profile
    >>> list(json.loads(certificates_text(profile("relu"))))[:2]
    ['relu: largest slope, kinks aside', 'relu: smallest slope, kinks aside']
    """
    found = dict(_documents(profile))
    if not found:
        advice = (
            "give values to its parameters" if profile.activation.free_symbols else "its claims replay all the same"
        )
        raise CannotEnclose(f"no extremum of {profile.activation} has a certificate that can be written; {advice}")
    return f"{json.dumps(found, separators=(',', ':'))}\n"


def _documents(profile: Profile) -> Iterator[tuple[str, dict[str, Any]]]:
    phi = profile.activation
    aside = ", kinks aside" if phi.kinks else ""
    functions = {f"slope{aside}": phi.derivative, f"curvature{aside}": phi.second_derivative, "value": phi.expression}
    for word, function in functions.items():
        for adjective, extremum in (("largest", supremum), ("smallest", infimum)):
            try:
                found = extremum(function, X, profile.domain, profile.digits).certificate.to_json()
            except (CannotEnclose, ValueError):  # it cannot be enclosed or written, or has symbols
                continue
            yield f"{phi}: {adjective} {word}", found


def answer_check(request: argparse.Namespace) -> tuple[str, Checked]:
    """Answer a request to check a file of certificates.

    Parameters
    ----------
    request : argparse.Namespace
        As the command line reads it.

    Returns
    -------
    str
        A JSON object, or a line for each certificate and for each thing that is wrong with it.
    Checked
        The outcome of all together.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it holds no certificate.
    """
    reports = _reports(request.file)
    objects = {"file": request.file.name, "certificates": [_object(*each) for each in reports.items()]}
    text = dumps(objects) if request.json else "\n".join(_line(*each) for each in reports.items())
    return text, _outcome(reports)


def _reports(path: Path) -> dict[str, Report]:
    try:
        return check_file(path)
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error.strerror}") from None


def _outcome(reports: dict[str, Report]) -> Checked:
    """Refuted if one certificate is, checked only if all are."""
    found = {report.outcome for report in reports.values()}
    return next(each for each in (Checked.REFUTED, Checked.NOT_CHECKED, Checked.CHECKED) if each in found)


def _line(name: str, report: Report) -> str:
    first = f"{report.outcome.value}: {name}: {report.statement}"
    return "\n  ".join([first, *report.findings])


def _object(name: str, report: Report) -> dict[str, Any]:
    told = {"outcome": report.outcome.value, "statement": report.statement, "findings": list(report.findings)}
    return {"name": name, **told}
