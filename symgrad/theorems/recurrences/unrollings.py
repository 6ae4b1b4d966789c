"""Unrollings: the feed-forward network of fresh layers whose variances are those of a recurrent network over its steps."""

from __future__ import annotations

from typing import cast

import sympy as sp

from ...networks import DrawnWeights, GaussianBiases, GaussianWeights, Network, Recurrence, WhiteInputs, mlp

__all__ = ["added_var", "recurrent_weight_var", "unrolled"]


def recurrent_weight_var(network: Recurrence) -> sp.Expr:
    """Return the variance of a recurrent weight times the width, of a network of one layer whose weights are drawn."""
    return cast("DrawnWeights", network.layers[0].recurrent[0]).weight_var


def added_var(network: Recurrence) -> sp.Expr:
    """Return what white inputs and Gaussian biases add to the variance of a preactivation, in one vanilla layer."""
    layer, inputs = network.layers[0], cast("WhiteInputs", network.inputs)
    (line,) = layer.cell.preactivations
    weights = cast("GaussianWeights", layer.matrix(line.inputs))
    bias = cast("GaussianBiases", layer.vector(line.bias))
    return weights.weight_var * inputs.mean_square + bias.bias_var


def unrolled(network: Recurrence) -> Network:
    """Return the network of as many layers as there are steps, whose biases stand for inputs as well.

    Parameters
    ----------
    network : Recurrence
        One vanilla layer of Gaussian weights, with white inputs and Gaussian biases.

    Returns
    -------
    Network
        With the variances and mean-square slopes of the steps, as the width grows. Fresh layers: of what holds for
        products of one matrix with itself it knows nothing.

    Examples
    --------
    >>> import symgrad as sg
    >>> print(unrolled(sg.rnn(width=8, steps=5, gain=2, input_mean_square=3)))
    MLP of depth 5, width 8, tanh, weight_var 4, bias_var 3
    """
    layer = network.layers[0]
    return mlp(
        width=layer.width,
        depth=network.steps,
        activation=layer.cell.activations[0],
        weight_var=recurrent_weight_var(network),
        bias_var=added_var(network),
        input_mean_square=network.state_mean_square,
    )
