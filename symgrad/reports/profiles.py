"""Profiles: what ``symgrad activation`` does with a request."""

from __future__ import annotations

import argparse

from ..activations import Profile, activation, profile
from .documents import Figure
from .files import check_writable, document_bytes, write_whole
from .readings import exact_number, named_parameters

__all__ = ["answer_activation", "requested_profile"]

_MOST_DIGITS = 1000


def answer_activation(request: argparse.Namespace) -> str:
    """Answer a request about an activation: write the files it names, and return what is to be printed.

    Parameters
    ----------
    request : argparse.Namespace
        As the command line reads it.

    Returns
    -------
    str
        One JSON object, or the summary as plain text, without the last line feed.

    Raises
    ------
    ValueError
        If a value is out of range, or a file cannot be written.
    CannotDerive
        If it cannot be decided whether the expression is real.

    Examples
    --------
    >>> from symgrad.reports.arguments import parse
    >>> print(answer_activation(parse(["activation", "sigmoid"])).splitlines()[0])
    The activation sigmoid
    """
    _check(request)
    found = requested_profile(request)
    if request.output is not None:
        write_whole(request.output, _content(found, request.output.suffix))
    if request.plot is not None:
        from .figures import profile_picture
        from .profile_curves import profile_curves

        _check_numbers(found)
        write_whole(request.plot, profile_picture(profile_curves(found), request.plot.suffix))
    if request.certificates is not None:
        from .certificates import certificates_text

        write_whole(request.certificates, certificates_text(found).encode())
    return _json(found) if request.json else _text(found)


def requested_profile(request: argparse.Namespace) -> Profile:
    """Return the profile that a request asks for.

    Parameters
    ----------
    request : argparse.Namespace
        As the command line reads it.

    Returns
    -------
    Profile
        The facts.

    Raises
    ------
    ValueError
        If a value is out of range.
    """
    domain = None if request.on is None else tuple(exact_number("--on", end, infinite=True) for end in request.on)
    variances = tuple(exact_number("--variance", given) for given in request.variance)
    covariances = tuple(exact_number("--covariance", given) for given in request.covariance)
    return profile(
        activation(request.spec, **named_parameters(request.param)),
        domain=domain,
        variances=variances,
        covariances=covariances,
        eps=None if request.eps is None else exact_number("--eps", request.eps),
        digits=request.digits,
    )


def _check(request: argparse.Namespace) -> None:
    """Refuse early what would be refused after the work."""
    if not 1 <= request.digits <= _MOST_DIGITS:
        raise ValueError(f"--digits = {request.digits} is out of range; give 1 to {_MOST_DIGITS}")
    if request.output is not None:
        check_writable(request.output)
    if request.plot is not None:
        from .figures import PICTURES

        check_writable(request.plot, PICTURES)
    if request.certificates is not None:
        check_writable(request.certificates, (".json",))


def _check_numbers(found: Profile) -> None:
    if names := ", ".join(sorted(map(str, found.activation.free_symbols))):
        raise ValueError(f"--plot needs numbers, and {names} is a symbol; give a number with --param")


def _content(found: Profile, suffix: str) -> bytes:
    if suffix == ".json":
        return f"{_json(found)}\n".encode()
    from .profile_tellings import profile_page

    return document_bytes(profile_page(found, _figure(found)), suffix)


def _figure(found: Profile) -> Figure | None:
    """None while a parameter has no value."""
    if found.activation.free_symbols:
        return None
    from .figures import profile_figure
    from .profile_curves import profile_curves

    return profile_figure(profile_curves(found))


def _json(found: Profile) -> str:
    from .jsons import dumps
    from .profile_objects import profile_object

    return dumps(profile_object(found))


def _text(found: Profile) -> str:
    from .profile_tellings import profile_summary
    from .terminals import write_terminal

    return write_terminal(profile_summary(found)).rstrip("\n")
