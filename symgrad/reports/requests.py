"""Requests: the network that a command line describes, its numbers read exactly and its arrays from files."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .readings import exact_number

if TYPE_CHECKING:
    from ..networks import Network

__all__ = ["requested_network"]

_WIDTH = 256  # where no width is given, so that the shortest question runs
_SUFFIX = ".npy"
_NUMBERS = ("width", "depth", "weight_var", "bias_var", "dropout", "branch_scale", "input_mean_square")


def requested_network(request: argparse.Namespace) -> Network:
    """Build the network that a command line describes.

    Parameters
    ----------
    request : argparse.Namespace
        With the options of ``symgrad ask``; those that were not given are None.

    Returns
    -------
    Network
        As `symgrad.mlp` or `symgrad.resnet` builds it.

    Raises
    ------
    ValueError
        If a text is no number, a file holds no array, or the builder has no such option or refuses what they say.
    """
    from .. import networks

    builders: dict[str, Callable[..., Network]] = {"mlp": networks.mlp, "resnet": networks.resnet}
    build = builders[request.subject]
    given = {name: exact_number(_option(name), getattr(request, name)) for name in _NUMBERS if _is_given(request, name)}
    named = {name: getattr(request, name) for name in ("law", "form") if _is_given(request, name)}
    listed = {name: read(getattr(request, name)) for name, read in _LISTS.items() if _is_given(request, name)}
    if not listed:
        given.setdefault("width", _WIDTH)
        if "depth" not in given:
            others = ", or --widths, or --weights" if build is networks.mlp else ""
            raise ValueError(f"--depth is missing; give a number of layers such as 30{others}")
    for name in (*given, *named, *listed):
        if name not in inspect.signature(build).parameters:
            raise ValueError(f"{_option(name)} is no option of {request.subject}; leave it out")
    return build(activation=request.activation, **given, **named, **listed)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _is_given(request: argparse.Namespace, name: str) -> bool:
    return getattr(request, name) is not None


def _widths(texts: list[str]) -> list[Any]:
    return [exact_number("--widths", text) for text in texts]


def _weights(texts: list[str]) -> Any:
    """Read the one weight of a chain of scalars, or a matrix from each file."""
    if len(texts) == 1 and Path(texts[0]).suffix != _SUFFIX:
        return exact_number("--weights", texts[0])
    return [_array("--weights", text) for text in texts]


def _biases(texts: list[str]) -> list[npt.NDArray[Any]]:
    return [_array("--biases", text) for text in texts]


_LISTS = {"widths": _widths, "weights": _weights, "biases": _biases}


def _array(option: str, text: str) -> npt.NDArray[Any]:
    """Read an array; a file that would run code when it is loaded is refused."""
    if Path(text).suffix != _SUFFIX:
        raise ValueError(f"{option} {text} is not a {_SUFFIX} file; give one for each layer, as numpy.save writes it")
    try:
        found: npt.NDArray[Any] = np.load(text, allow_pickle=False)
    except OSError as error:
        raise ValueError(f"{option} {text} cannot be read: {error.strerror or error}; give a {_SUFFIX} file") from None
    except (ValueError, EOFError):
        raise ValueError(f"{option} {text} holds no array of numbers; write it with numpy.save") from None
    return found
