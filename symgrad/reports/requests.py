"""Requests: the network that a command line describes, its numbers read exactly and its arrays from files."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from .readings import exact_number

if TYPE_CHECKING:
    from ..networks import Subject

__all__ = ["requested_subject"]

_WIDTH = 256  # where no width is given, so that the shortest question runs
_SUFFIX, _ARCHIVE = ".npy", ".npz"


@dataclass(frozen=True)
class _Builder:
    """What makes a subject of options, which of them it takes, and what says how long the subject is.

    Parameters
    ----------
    build : callable
        From options to the subject.
    options : frozenset of str
        Names of what it takes.
    length : str
        Of them, the one that says how long the subject is.
    example : str
        What would do, in words.
    """

    build: Callable[..., Subject]
    options: frozenset[str]
    length: str
    example: str


def requested_subject(request: argparse.Namespace) -> Subject:
    """Build the network that a command line describes.

    Parameters
    ----------
    request : argparse.Namespace
        With the options of ``symgrad ask``; those that were not given are None.

    Returns
    -------
    Network or Recurrence
        As `symgrad.mlp`, `symgrad.resnet` or `symgrad.recurrence` builds it.

    Raises
    ------
    ValueError
        If a text is no number, a file holds no array, or the builder has no such option or refuses what they say.
    """
    builder = _builders()[request.subject]
    asked = {name: getattr(request, name) for name in _READERS if getattr(request, name) is not None}
    given = {name: _READERS[name](_option(name), text) for name, text in asked.items()}
    for name in given:
        if name not in builder.options:
            raise ValueError(f"{_option(name)} is no option of {request.subject}; leave it out")
    if not {"weights", "widths"} & given.keys():
        given.setdefault("width", _WIDTH)
        if not {builder.length, "inputs"} & given.keys():
            raise ValueError(f"--{builder.length} is missing; give a number of {builder.example}")
    return builder.build(**given)


def _builders() -> dict[str, _Builder]:
    from .. import networks

    def of(
        build: Callable[..., Subject], length: str, example: str, also: Callable[..., Subject] | None = None
    ) -> _Builder:
        names = {*inspect.signature(build).parameters, *(inspect.signature(also).parameters if also else ())}
        return _Builder(build, frozenset(names - {"options", "cell"}), length, example)

    recurrent: dict[str, Callable[..., Subject]]
    recurrent = {"rnn": networks.rnn, "lstm": networks.lstm, "gru": networks.gru}
    cells: dict[str, Callable[..., Subject]]
    cells = {name: partial(networks.recurrence, name) for name in ("mgu", "janet", "minimalrnn", "input_gated")}
    return {
        "mlp": of(networks.mlp, "depth", "layers such as 30, or --widths, or --weights"),
        "resnet": of(networks.resnet, "depth", "layers such as 30"),
        **{
            name: of(build, "steps", "steps such as 100", also=networks.recurrence)
            for name, build in {**recurrent, **cells}.items()
        },
    }


def _option(name: str) -> str:
    return "--fresh" if name == "tied" else f"--{name.replace('_', '-')}"


def _word(_: str, text: Any) -> Any:
    """Leave what the builder knows by its name."""
    return text


def _widths(option: str, texts: list[str]) -> list[Any]:
    return [exact_number(option, text) for text in texts]


def _weights(option: str, texts: list[str]) -> Any:
    """Read the one weight of a chain of scalars, a matrix from each file, or named arrays from one."""
    if len(texts) == 1 and Path(texts[0]).suffix == _ARCHIVE:
        return _archive(option, texts[0])
    if len(texts) == 1 and Path(texts[0]).suffix != _SUFFIX:
        return exact_number(option, texts[0])
    return _arrays(option, texts)


def _arrays(option: str, texts: list[str]) -> list[npt.NDArray[Any]]:
    return [_array(option, text) for text in texts]


def _array(option: str, text: str) -> npt.NDArray[Any]:
    """Read an array; a file that would run code when it is loaded is refused."""
    if Path(text).suffix != _SUFFIX:
        raise ValueError(f"{option} {text} is not a {_SUFFIX} file; give one for each layer, as numpy.save writes it")
    found: npt.NDArray[Any] = _loaded(option, text)
    return found


def _archive(option: str, text: str) -> dict[str, npt.NDArray[Any]]:
    """Read named arrays."""
    with _loaded(option, text) as archive:
        try:
            return {name: archive[name] for name in archive.files}
        except ValueError:
            raise ValueError(f"{option} {text} holds what is no array of numbers; write it with numpy.savez") from None


def _loaded(option: str, text: str) -> Any:
    try:
        return np.load(text, allow_pickle=False)
    except OSError as error:
        raise ValueError(f"{option} {text} cannot be read: {error.strerror or error}; give a NumPy file") from None
    except (ValueError, EOFError, BadZipFile):
        raise ValueError(f"{option} {text} holds no array of numbers; write it with numpy.save") from None


_NUMBERS = (
    "width", "depth", "weight_var", "bias_var", "dropout", "branch_scale", "input_mean_square",
    "steps", "gain", "leak", "forget_bias", "layers", "input_width", "input_weight_var", "state_mean_square",
)  # fmt: skip

# How what was typed is read, by the name of what the builders take.
_READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(_NUMBERS, exact_number),
    **dict.fromkeys(("activation", "law", "form", "tied"), _word),
    "widths": _widths,
    "weights": _weights,
    "biases": _arrays,
    "inputs": _array,
}
