"""Wirings: what the compiled passes read of a network, and the memory they work in, as flat arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...networks import Dense, GivenBiases, GivenWeights, Network
from ..compiled.extensions import is_fading
from ..compiled.kernels import REACH, kernel
from ..randomness.normals import ALIGNMENT
from ..randomness.normals import aligned as _compiled_aligned
from .entries import ORTHOGONAL, entry_law
from .scales import bias_scale, keep_of, root, weight_scale
from .shapes import is_wide, sides
from .stages import Stage, stage

__all__ = [
    "Array",
    "Flags",
    "Floats",
    "Integers",
    "Wiring",
    "wire",
]

Array = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

aligned = _compiled_aligned.py_func

_PANEL = 4096  # units that are drawn before they are used: they stay in the first-level cache


class Wiring(NamedTuple):
    """A network as the passes read it: stages, one after the other; entry ``s - 1`` of an array belongs to stage ``s``.

    Parameters
    ----------
    ends : (depth + 1,) int64
        The stage behind which the output of a layer stands, 0 for the input: in a multi-layer perceptron, the layer.
    widths : (stages + 1,) int64
        From the input to the output.
    weighted : (stages,) bool
        Whether there are weights and biases, or the activation alone.
    undrawn : bool
        Whether weights are never formed, and products with them drawn from their law.
    panels : (stages,) int64
        Rows of weights that are drawn at a time: all of an orthogonal matrix.
    entry_laws : (stages,) int64
        How weights are drawn, up to their scale; see `entries`.
    truncations : (stages,) float64
        Where they are truncated.
    weight_scales, bias_scales : (stages,) float64
        What standard draws are multiplied by: 1 for given weights, 0 where there are no biases to draw.
    log_weight_scales : (stages,) float64
        Natural logarithms of the former.
    weights_at, biases_at : (stages,) int64
        Where given weights and biases begin in ``given``; -1 where there are none.
    given : (numbers,) of the dtype
        All given weights and biases.
    activations : (stages,) int64
        Addresses of compiled activations.
    near, far : (stages,) bool
        Whether the activation is a multiple of its argument, on each side, for tiny and for huge arguments.
    fading : (stages,) bool
        Whether a slope of the activation may be too small for a float without being zero.
    sides : (stages + 1, 2) float64
        Slopes left and right of zero; nan where a layer is drawn by its units. Row 0 says that of the input.
    keeps : (stages,) float64
        Probability that a unit is kept.
    opens, closes : (stages,) bool
        Whether the input of a stage is the start of a branch, and its output the end of one.
    branch_scales : (stages,) float64
        Factor of the branch that a stage belongs to; nan outside of branches.
    slopes_at : (stages + 1,) int64
        Where the slopes of a stage begin in the memory, and their total.
    values_at : (stages + 1,) int64
        Where what goes into each stage begins in the memory, and the output.
    reach : int
        Binary exponent beyond which arguments are tiny or huge.
    smallest : float
        The smallest number of the dtype that has all its digits.
    smallest_square : float
        What sums of squares must exceed for their digits to be known.
    input_norm : float
        Euclidean norm of the input.
    """

    ends: Integers
    widths: Integers
    weighted: Flags
    undrawn: bool
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
    keeps: Floats
    opens: Flags
    closes: Flags
    branch_scales: Floats
    slopes_at: Integers
    values_at: Integers
    reach: int
    smallest: float
    smallest_square: float
    input_norm: float


def wire(network: Network, dtype: str, *, undrawn: bool = False) -> Wiring:
    """Describe a network to the passes.

    Parameters
    ----------
    network : Network
        Without symbols.
    dtype : {"float64", "float32"}
        Of the passes.
    undrawn : bool, default False
        Whether weights are never formed.

    Returns
    -------
    Wiring
        With its activations compiled.

    Raises
    ------
    ValueError
        If an activation cannot be compiled, or a number is out of the range of a float.
    """
    staging = stage(network)

    def listed(entry: Callable[[Stage], Any], kind: type[np.generic]) -> Any:
        return np.array([entry(each) for each in staging.kinds], dtype=kind)[staging.order]

    widths = np.array([int(network.input_width), *listed(lambda each: each.part.fan_out, np.int64)])
    compiled = {each: kernel(each.part.activation, dtype) for each in staging.kinds}
    given = _Given(dtype)
    drawn = _drawing(listed, widths, given, undrawn=undrawn)
    slopes = np.array([sides(each.part) for each in staging.kinds]).reshape(-1, 2)[staging.order]
    return Wiring(
        ends=staging.ends,
        widths=widths,
        **drawn,
        given=given.numbers(),
        activations=listed(lambda each: compiled[each].address, np.int64),
        near=listed(lambda each: compiled[each].near, np.bool_),
        far=listed(lambda each: compiled[each].far, np.bool_),
        fading=listed(lambda each: is_fading(each.part.activation), np.bool_),
        sides=np.concatenate([[[0.0 if is_wide(widths[0]) else np.nan] * 2], slopes]),
        keeps=listed(lambda each: keep_of(each.part), np.float64),
        opens=listed(lambda each: each.opens, np.bool_),
        closes=listed(lambda each: each.closes, np.bool_),
        branch_scales=listed(lambda each: each.branch_scale, np.float64),
        slopes_at=np.concatenate([[0], np.cumsum(widths[1:])]),
        values_at=np.cumsum(widths) - widths,
        reach=REACH[dtype],
        smallest=float(np.finfo(dtype).smallest_normal),
        # Of products of two such numbers, in double precision, the squares still have most of their digits.
        smallest_square=max(float(np.finfo(dtype).smallest_normal) ** 2, 2.0 ** -(2 * REACH["float64"] + 8)),
        input_norm=root("the squared norm of the input", network.input_mean_square * network.input_width),
    )


def _drawing(listed: Callable[..., Any], widths: Integers, given: _Given, *, undrawn: bool) -> dict[str, Any]:
    """Describe how weights and biases are drawn, or where they are given."""
    scales = listed(lambda each: weight_scale(each.part), np.float64)
    with np.errstate(divide="ignore"):
        log_scales = np.log(scales)
    kinds = listed(lambda each: _entry_law(each)[0], np.int64)
    weighted = listed(lambda each: isinstance(each.part, Dense), np.bool_)
    panels = ALIGNMENT * np.maximum(1, _PANEL // ALIGNMENT // widths[:-1])
    return {
        "weighted": weighted,
        "undrawn": undrawn,
        "panels": np.where(kinds == ORTHOGONAL, aligned(widths[1:]), panels),
        "entry_laws": kinds,
        "truncations": listed(lambda each: _entry_law(each)[1], np.float64),
        "weight_scales": scales,
        "log_weight_scales": log_scales,
        "bias_scales": listed(lambda each: bias_scale(each.part), np.float64),
        "weights_at": listed(lambda each: given.place(getattr(each.part, "weights", None)), np.int64),
        "biases_at": listed(lambda each: given.place(getattr(each.part, "biases", None)), np.int64),
    }


def _entry_law(each: Stage) -> tuple[int, float]:
    return entry_law(each.part.weights if isinstance(each.part, Dense) else None)


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
