"""Kinds: what can be simulated, and for each kind of subject its methods and what is read off its draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..claims import Axis, Measurable
from ..networks import Network, Recurrence
from .engines import Method, Plan, chosen
from .methods import METHODS
from .recurrences.methods import RECURRENT_METHODS
from .recurrences.recorders import RECURRENT_RECORDERS
from .vectors.recorders import RECORDERS, Recorder

__all__ = ["KINDS", "Kind", "Subject", "choose", "kind_of"]

Subject = Network | Recurrence


@dataclass(frozen=True)
class Kind:
    """What the machinery of runs has to know of a kind of subject.

    Parameters
    ----------
    methods : sequence of Method
        How it is drawn, the fastest first.
    recorders : mapping of Measurable to Recorder
        What can be measured.
    axis : Axis
        What its index counts.
    smallest_width : callable
        From a subject to its smallest width, as samples record it.
    """

    methods: Sequence[Method[Any]]
    recorders: Mapping[Measurable, Recorder[Any]]
    axis: Axis
    smallest_width: Callable[[Any], int]


def _narrowest(network: Network) -> int:
    """Inside of residual blocks, too."""
    inner = (part.fan_out for block in network.blocks for part in block.layer.parts)
    return min(int(size) for size in (network.input_width, *inner))


def _narrowest_layer(network: Recurrence) -> int:
    return min(map(int, network.widths))


KINDS: dict[type[Subject], Kind] = {
    Network: Kind(METHODS, RECORDERS, Axis.DEPTH, _narrowest),
    Recurrence: Kind(RECURRENT_METHODS, RECURRENT_RECORDERS, Axis.TIME, _narrowest_layer),
}


def kind_of(subject: object) -> Kind:
    """Return the kind of a subject; a TypeError if it is nothing that can be simulated."""
    for kind, row in KINDS.items():
        if isinstance(subject, kind):
            return row
    raise TypeError(
        f"{subject!r} cannot be simulated; give a network such as sg.mlp(width=64, depth=10) or sg.rnn(64, 100)"
    )


def choose(method: str, network: Subject, plan: Plan) -> tuple[Method[Any], str]:
    """Choose a method.

    Parameters
    ----------
    method : str
        Its name or that of its family, or "auto" for the fastest that can be used.
    network : Network or Recurrence
        What is simulated.
    plan : dict of Quantity to tuple of int
        What is measured, and at which layers.

    Returns
    -------
    Method
        What was named, or the first that refuses nothing.
    str
        Why, as a sample records it.

    Raises
    ------
    ValueError
        If there is no such method, or it cannot be used.
    """
    return chosen(method, kind_of(network).methods, network, plan)
