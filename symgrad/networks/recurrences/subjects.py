"""Recurrences: recurrent networks as subjects of claims. The same cell at every step, with the same weights or fresh ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from ...activations import Activation
from ..checks import count, size, variance
from ..givens import GivenWeights
from .inputs import GivenInputs, WhiteInputs
from .layers import RecurrentLayer

__all__ = ["Recurrence"]

_USUAL = WhiteInputs()


@dataclass(frozen=True, repr=False)
class Recurrence:
    """A recurrent network over a number of steps: unrolled, a network as deep as there are steps.

    Parameters
    ----------
    layers : tuple of RecurrentLayer
        Stacked: each takes the output of the one before it as its input.
    steps : int or sympy.Expr
        How often the cells are applied, T; may be a symbol, and 0.
    inputs : WhiteInputs or GivenInputs
        What comes in at each step.
    state_mean_square : number or sympy.Expr, default 0
        Mean square of the entries of each initial state, whose direction is random; 0 for states that begin at zero.
    tied : bool, default True
        Whether one set of weights serves all steps, as in every recurrent network that is trained; otherwise each step
        draws its own, which is what most mean-field theories assume.

    Raises
    ------
    ValueError
        If there is no layer, a layer does not take what the one before it gives, inputs do not fit, or given weights are
        to be fresh at every step.

    Examples
    --------
    >>> import symgrad as sg
    >>> print(sg.lstm(width=64, steps=100))
    lstm of width 64, 100 steps, weight_var 1
    """

    layers: tuple[RecurrentLayer, ...]
    steps: sp.Expr
    inputs: WhiteInputs | GivenInputs = _USUAL
    state_mean_square: sp.Expr = sp.S.Zero
    tied: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "steps", count("steps", self.steps))
        object.__setattr__(self, "state_mean_square", variance("state_mean_square", self.state_mean_square))
        if not self.layers:
            raise ValueError("a recurrent network without a layer has no state; give it a cell")
        if not self.tied and any(isinstance(law, GivenWeights) for layer in self.layers for _, law in layer.matrices):
            raise ValueError(
                "given weights are the same at every step; only drawn ones can be fresh, so leave tied as it is"
            )
        width = self.layers[0].input_width
        for place, layer in enumerate(self.layers, start=1):
            if (layer.input_width - width).is_zero is False:
                raise ValueError(
                    f"recurrent layer {place} takes {layer.input_width} inputs, but the one before gives {width}"
                )
            width = layer.width
        self.inputs.check(self.steps, self.layers[0].input_width)

    @property
    def depth(self) -> sp.Expr:
        """Number of steps: the depth of the network that unrolling makes."""
        return self.steps

    @property
    def widths(self) -> tuple[sp.Expr, ...]:
        """The widths of the layers, the input's left out: what a Jacobian through time acts on."""
        return tuple(layer.width for layer in self.layers)

    @property
    def activations(self) -> tuple[Activation, ...]:
        """The activations that occur, each once."""
        return tuple(dict.fromkeys(phi for layer in self.layers for phi in layer.cell.activations))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols that widths, steps, laws, inputs and states hold."""
        own = self.steps.free_symbols | self.state_mean_square.free_symbols | self.inputs.free_symbols
        return set(own).union(*(layer.free_symbols for layer in self.layers))

    def with_steps(self, steps: sp.Expr | int) -> Recurrence:
        """Return the same network over another number of steps; a ValueError if inputs are given for fewer."""
        return replace(self, steps=count("steps", steps))

    def after(self, step: int) -> Recurrence:
        """Return what is left of the network behind a step.

        Parameters
        ----------
        step : int
            From 0, the whole network, to the number of steps, none at all.

        Returns
        -------
        Recurrence
            Over the remaining steps and their inputs; its initial state is not known and left as it is.

        Raises
        ------
        ValueError
            If there is no such step, or it cannot be told because of a symbol.
        """
        left = self.steps - step
        if step < 0 or left.is_nonnegative is not True:
            raise ValueError(f"step {step} is out of range; the network has {self.steps} steps")
        return replace(self, steps=left, inputs=self.inputs.after(step))

    def with_width(self, width: int) -> Recurrence:
        """Return the same network at another width, as a limit of large width asks for.

        Parameters
        ----------
        width : int
            The new width of every layer and of the input.

        Returns
        -------
        Recurrence
            The network with all widths replaced.

        Raises
        ------
        ValueError
            If weights, biases or inputs are given, since they fix the widths.
        """
        n = size("width", width)
        if isinstance(self.inputs, GivenInputs):
            raise ValueError("the inputs are given, so the width cannot be changed")
        return replace(self, layers=tuple(layer.with_width(n) for layer in self.layers))

    def __repr__(self) -> str:
        """Describe the network in a line; arrays are not shown."""
        return f"<Recurrence: {self}>"

    def __str__(self) -> str:
        """Describe the network in a line."""
        first = self.layers[0]
        kinds = dict.fromkeys(layer.cell.name for layer in self.layers)
        stacked = f"{len(self.layers)} layers of " if len(self.layers) > 1 else ""
        phis = [str(phi) for phi in first.cell.activations] if len(first.cell.gates) == 1 else []
        words = dict.fromkeys(word for layer in self.layers for word in layer.words)
        fresh = [] if self.tied else ["fresh weights at every step"]
        state = [f"state_mean_square {self.state_mean_square}"] if self.state_mean_square else []
        widths = "-".join(dict.fromkeys(map(str, self.widths)))
        told = (f"{self.steps} steps", *phis, *words, *filter(None, (self.inputs.words,)), *state, *fresh)
        return f"{stacked}{', '.join(kinds)} of width {widths}, {', '.join(told)}"
