"""Wirings: what the compiled passes read of a network, and the memory they work in, as flat arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..networks import GivenBiases, GivenWeights, Network
from .entries import ORTHOGONAL, entry_law
from .extensions import is_fading
from .kernels import REACH, kernel
from .normals import ALIGNMENT
from .normals import aligned as _compiled_aligned
from .scales import bias_scale, root, weight_scale
from .shapes import is_wide, sides

__all__ = [
    "Array",
    "Flags",
    "Floats",
    "Integers",
    "Memory",
    "Wiring",
    "reserve",
    "wire",
]

Array = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

aligned = _compiled_aligned.py_func

_PANEL = 4096  # units that are drawn before they are used: they stay in the first-level cache


class Wiring(NamedTuple):
    """A network as the passes read it; entry ``l - 1`` of an array belongs to layer ``l``.

    Parameters
    ----------
    widths : (depth + 1,) int64
        From the input to the output.
    panels : (depth,) int64
        Rows of weights that are drawn at a time: all of an orthogonal matrix.
    entry_laws : (depth,) int64
        How weights are drawn, up to their scale; see `entries`.
    truncations : (depth,) float64
        Where they are truncated.
    weight_scales, bias_scales : (depth,) float64
        What standard draws are multiplied by: 1 for given weights, 0 where there are no biases to draw.
    log_weight_scales : (depth,) float64
        Natural logarithms of the former.
    weights_at, biases_at : (depth,) int64
        Where given weights and biases begin in ``given``; -1 where there are none.
    given : (numbers,) of the dtype
        All given weights and biases.
    activations : (depth,) int64
        Addresses of compiled activations.
    near, far : (depth,) bool
        Whether the activation is a multiple of its argument, on each side, for tiny and for huge arguments.
    fading : (depth,) bool
        Whether a slope of the activation may be too small for a float without being zero.
    sides : (depth + 1, 2) float64
        Slopes left and right of zero; nan where a layer is drawn by its units. Row 0 says that of the input.
    slopes_at : (depth + 1,) int64
        Where the slopes of a layer begin in the memory, and their total.
    reach : int
        Binary exponent beyond which arguments are tiny or huge.
    smallest : float
        The smallest number of the dtype that has all its digits.
    smallest_square : float
        What sums of squares must exceed for their digits to be known.
    input_norm : float
        Euclidean norm of the input.
    """

    widths: Integers
    panels: Integers
    entry_laws: Integers
    truncations: Floats
    weight_scales: Floats
    bias_scales: Floats
    log_weight_scales: Floats
    weights_at: Integers
    biases_at: Integers
    given: Array
    activations: Integers
    near: Flags
    far: Flags
    fading: Flags
    sides: Floats
    slopes_at: Integers
    reach: int
    smallest: float
    smallest_square: float
    input_norm: float


class Memory(NamedTuple):
    """What one thread works in; the same for every trial.

    Parameters
    ----------
    stack : (numbers,) of the dtype
        Weights of all layers if they are kept, else of one panel.
    stack_at : (depth,) int64
        Where the weights of a layer begin in the stack.
    kept : bool
        Whether weights are kept from one pass to the next.
    filled : (depth,) bool
        Which layers of the stack hold the weights of this trial.
    values, inputs : (widest,) of the dtype
        Vectors of the passes.
    preactivations : (units,) of the dtype
        Of all layers, left by the forward pass, in units of ``2**preactivation_exponents``.
    preactivation_exponents : (depth,) int64
        Zero, but for layers where numbers left the range of a float.
    slopes : (units,) of the dtype
        Of all layers, left by the forward pass, in units of ``2**slope_exponents``.
    slope_exponents : (depth,) int64
        Zero, but for layers all of whose slopes are too small for a float.
    gradient : (widest,) of the dtype
        Of norm one, left by the backward pass at the input.
    log_squares : (depth,) float64
        Logarithms of the mean squares of the preactivations.
    log_values : (depth + 1,) float64
        Logarithms of the norms of the values, from the input on.
    log_deltas : (depth,) float64
        Logarithms of the norms of the gradients at the preactivations.
    log_gradients : (depth + 1,) float64
        Logarithms of the gradient norms.
    halt : (1,) bool
        Set from outside to end a pass early; shared by all threads.
    """

    stack: Array
    stack_at: Integers
    kept: bool
    filled: Flags
    values: Array
    inputs: Array
    preactivations: Array
    preactivation_exponents: Integers
    slopes: Array
    slope_exponents: Integers
    gradient: Array
    log_squares: Floats
    log_values: Floats
    log_deltas: Floats
    log_gradients: Floats
    halt: Flags


def wire(network: Network, dtype: str) -> Wiring:
    """Describe a network to the passes.

    Parameters
    ----------
    network : Network
        Without symbols.
    dtype : {"float64", "float32"}
        Of the passes.

    Returns
    -------
    Wiring
        With its activations compiled.

    Raises
    ------
    ValueError
        If an activation cannot be compiled, or a variance is out of the range of a float.
    """
    blocks = [block.layer for block in network.blocks]
    times = np.array([int(block.times) for block in network.blocks], dtype=np.int64)

    def listed(entries: Iterable[Any], kind: type[np.generic]) -> Any:
        return np.repeat(np.array(list(entries), dtype=kind), times)

    widths = np.array([int(network.input_width), *listed((layer.fan_out for layer in blocks), np.int64)])
    scales = listed(map(weight_scale, blocks), np.float64)
    with np.errstate(divide="ignore"):
        log_scales = np.log(scales)
    laws = [entry_law(layer.weights) for layer in blocks]
    kinds = listed((law for law, _ in laws), np.int64)
    panels = ALIGNMENT * np.maximum(1, _PANEL // ALIGNMENT // widths[:-1])
    compiled = [kernel(layer.activation, dtype) for layer in blocks]
    given = _Given(dtype)
    slopes = np.repeat(np.array([sides(layer) for layer in blocks]).reshape(-1, 2), times, axis=0)
    return Wiring(
        widths=widths,
        panels=np.where(kinds == ORTHOGONAL, aligned(widths[1:]), panels),
        entry_laws=kinds,
        truncations=listed((truncation for _, truncation in laws), np.float64),
        weight_scales=scales,
        log_weight_scales=log_scales,
        bias_scales=listed(map(bias_scale, blocks), np.float64),
        weights_at=listed((given.place(layer.weights) for layer in blocks), np.int64),
        biases_at=listed((given.place(layer.biases) for layer in blocks), np.int64),
        given=given.numbers(),
        activations=listed((each.address for each in compiled), np.int64),
        near=listed((each.near for each in compiled), np.bool_),
        far=listed((each.far for each in compiled), np.bool_),
        fading=listed((is_fading(layer.activation) for layer in blocks), np.bool_),
        sides=np.concatenate([[[0.0 if is_wide(widths[0]) else np.nan] * 2], slopes]),
        slopes_at=np.concatenate([[0], np.cumsum(widths[1:])]),
        reach=REACH[dtype],
        smallest=float(np.finfo(dtype).smallest_normal),
        # Of products of two such numbers, in double precision, the squares still have most of their digits.
        smallest_square=max(float(np.finfo(dtype).smallest_normal) ** 2, 2.0 ** -(2 * REACH["float64"] + 8)),
        input_norm=root("the squared norm of the input", network.input_mean_square * network.input_width),
    )


class _Given:
    """Collects given arrays one behind the other."""

    def __init__(self, dtype: str) -> None:
        self._parts: list[Array] = [np.zeros(0, dtype=dtype)]
        self._size = 0

    def place(self, law: Any) -> int:
        """Say where an array begins; -1 if nothing is given, or only biases that are zero."""
        if not isinstance(law, GivenWeights | GivenBiases) or (isinstance(law, GivenBiases) and not law.array.any()):
            return -1
        begin = self._size
        self._parts.append(law.array.ravel().astype(self._parts[0].dtype))
        self._size += law.array.size
        return begin

    def numbers(self) -> Array:
        return np.concatenate(self._parts)


def reserve(wiring: Wiring, budget: int, halt: Flags) -> Memory:
    """Reserve the memory of one thread.

    Parameters
    ----------
    wiring : Wiring
        The network.
    budget : int
        Bytes up to which the weights of a trial are kept between passes.
    halt : (1,) bool
        Set from outside to end passes early.

    Returns
    -------
    Memory
        Not initialised.
    """
    dtype, depth, widest = wiring.given.dtype, wiring.widths.size - 1, aligned(int(wiring.widths.max()))
    sizes = aligned(wiring.widths[1:] * wiring.widths[:-1]) * (wiring.weights_at < 0)
    panels = aligned(wiring.panels * wiring.widths[:-1])
    kept = int(sizes.sum()) * dtype.itemsize <= budget
    stack = int(sizes.sum()) if kept else int(panels.max(initial=0))
    return Memory(
        stack=np.empty(stack, dtype=dtype),
        stack_at=np.cumsum(sizes) - sizes if kept else np.zeros(depth, dtype=np.int64),
        kept=kept,
        filled=np.zeros(depth, dtype=np.bool_),
        values=np.empty(widest, dtype=dtype),
        inputs=np.empty(widest, dtype=dtype),
        preactivations=np.empty(int(wiring.slopes_at[-1]), dtype=dtype),
        preactivation_exponents=np.zeros(depth, dtype=np.int64),
        slopes=np.empty(int(wiring.slopes_at[-1]), dtype=dtype),
        slope_exponents=np.zeros(depth, dtype=np.int64),
        gradient=np.empty(widest, dtype=dtype),
        log_squares=np.empty(depth),
        log_values=np.empty(depth + 1),
        log_deltas=np.empty(depth),
        log_gradients=np.empty(depth + 1),
        halt=halt,
    )
