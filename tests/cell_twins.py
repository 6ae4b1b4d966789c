"""Slow, obvious twins of recurrent cells: the equations of the papers, one line each, in complex numbers.

A Jacobian by complex steps needs no derivative: Im f(x + i e)/e, with an error of e^2 and nothing that cancels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import erf

Array = npt.NDArray[np.complex128]
Weights = dict[str, npt.NDArray[np.float64]]
States = tuple[Array, ...]
Twin = Callable[[States, Array, Weights], States]


def sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def affine(w: Weights, gate: str, h: Array, x: Array) -> Array:
    end = f"_{gate}" if gate else ""
    return w[f"R{end}"] @ h + w[f"W{end}"] @ x + w[f"b{end}"]


def rnn(states: States, x: Array, w: Weights) -> States:
    return (np.tanh(affine(w, "", states[0], x)),)


def relu_rnn(states: States, x: Array, w: Weights) -> States:
    a = affine(w, "", states[0], x)
    return (np.where(a.real > 0, a, 0),)


def gelu_rnn(states: States, x: Array, w: Weights) -> States:
    a = affine(w, "", states[0], x)
    return (a / 2 * (1 + erf(a / np.sqrt(2))),)


def leaky(states: States, x: Array, w: Weights) -> States:
    (h,) = states
    return (0.75 * h + 0.25 * np.tanh(affine(w, "", h, x)),)


def euler(states: States, x: Array, w: Weights) -> States:
    (h,) = states
    return (h + 0.1 * np.tanh(affine(w, "", h, x)),)


def lstm(states: States, x: Array, w: Weights) -> States:
    h, c = states
    i, f, o = (sigmoid(affine(w, gate, h, x)) for gate in "ifo")
    c = f * c + i * np.tanh(affine(w, "g", h, x))
    return o * np.tanh(c), c


def lstm_without_forget_gate(states: States, x: Array, w: Weights) -> States:
    h, c = states
    c = c + sigmoid(affine(w, "i", h, x)) * np.tanh(affine(w, "g", h, x))
    return sigmoid(affine(w, "o", h, x)) * np.tanh(c), c


def lstm_with_peepholes(states: States, x: Array, w: Weights) -> States:
    h, c = states
    i, f = (sigmoid(affine(w, gate, h, x) + w[f"p_{gate}"] * c) for gate in "if")
    c = f * c + i * np.tanh(affine(w, "g", h, x))
    return sigmoid(affine(w, "o", h, x) + w["p_o"] * c) * np.tanh(c), c


def gru_after(states: States, x: Array, w: Weights) -> States:
    (h,) = states
    r, z = (sigmoid(affine(w, gate, h, x)) for gate in "rz")
    n = np.tanh(w["W_n"] @ x + w["b_n"] + r * (w["R_n"] @ h + w["d_n"]))
    return ((1 - z) * n + z * h,)


def gru_before(states: States, x: Array, w: Weights) -> States:
    (h,) = states
    r, z = (sigmoid(affine(w, gate, h, x)) for gate in "rz")
    return ((1 - z) * np.tanh(affine(w, "n", r * h, x)) + z * h,)


def mgu(states: States, x: Array, w: Weights) -> States:
    (h,) = states
    f = sigmoid(affine(w, "f", h, x))
    return ((1 - f) * h + f * np.tanh(affine(w, "h", f * h, x)),)


def janet(shift: float) -> Twin:
    def step(states: States, x: Array, w: Weights) -> States:
        (h,) = states
        a = affine(w, "f", h, x)
        return (sigmoid(a) * h + (1 - sigmoid(a - shift)) * np.tanh(affine(w, "c", h, x)),)

    return step


def minimal_rnn(states: States, x: Array, w: Weights) -> States:
    (h,) = states
    u = sigmoid(affine(w, "u", h, x))
    return (u * h + (1 - u) * np.tanh(w["W_z"] @ x + w["b_z"]),)


def input_gated(states: States, x: Array, w: Weights) -> States:
    f, z = sigmoid(w["W_f"] @ x + w["b_f"]), np.tanh(w["W_z"] @ x + w["b_z"])
    return (f * states[0] + (1 - f) * z,)


def diagonal(states: States, x: Array, w: Weights) -> States:
    p, q, (u, v) = w["p"], w["q"], states
    return p * u - q * v + w["W"] @ x + w["b"], q * u + p * v


def by_complex_steps(
    step: Twin, states: list[npt.NDArray[np.float64]], x: Array, w: Weights
) -> npt.NDArray[np.float64]:
    """The Jacobian of all new states by all old ones, one direction after the other."""
    tiny, flat = 1e-40, np.concatenate(states).astype(complex)
    columns = []
    for place in range(flat.size):
        moved = flat.copy()
        moved[place] += 1j * tiny
        columns.append(np.concatenate(step(tuple(np.split(moved, len(states))), x, w)).imag / tiny)
    return np.stack(columns, axis=1)
