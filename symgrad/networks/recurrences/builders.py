"""Builders: from what a user writes to a recurrent network. Each message says what would work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from ...claims import exact
from ..arguments import LAWS
from ..cells import CELLS, Cell
from ..checks import count, size, variance
from ..givens import GivenBiases
from ..laws import DrawnWeights, GaussianBiases, GaussianWeights
from .frameworks import FRAMEWORKS, check_left_out, default_laws
from .inputs import GivenInputs, WhiteInputs
from .layers import RecurrentLayer
from .matrices import AntisymmetricWeights, IdentityWeights, MatrixLaw
from .subjects import Recurrence
from .torch_weights import layers_of_torch
from .vectors import ConstantBiases, VectorLaw

__all__ = ["gru", "lstm", "recurrence", "rnn"]

Laws = str | MatrixLaw | Mapping[str, MatrixLaw] | None


def recurrence(
    cell: str | Cell,
    width: Any = None,
    steps: Any = None,
    weight_var: Any = None,
    bias_var: Any = None,
    *,
    gain: Any = None,
    law: Laws = None,
    biases: Mapping[str, Any] | None = None,
    weights: Mapping[str, Any] | None = None,
    layers: int = 1,
    input_width: Any = None,
    input_weight_var: Any = 1,
    input_mean_square: Any = 1,
    inputs: Any = None,
    state_mean_square: Any = 0,
    tied: bool = True,
) -> Recurrence:
    r"""Build a recurrent network of any cell.

    Parameters
    ----------
    cell : str or Cell
        A name of ``symgrad.networks.CELLS``, or a cell of one's own.
    width : int or sympy.Expr, optional
        Number of units; given weights have it in their shapes.
    steps : int or sympy.Expr
        Number of steps T, not negative.
    weight_var : number or sympy.Expr, optional
        Variance of a recurrent weight times the width, :math:`g^2`. Default 1.
    bias_var : number or sympy.Expr, optional
        Variance of every bias that `biases` does not name. Default 0.
    gain : number or sympy.Expr, optional
        The root of ``weight_var``, in place of it; not negative.
    law : str, law, or mapping of str to law, optional
        Of the recurrent matrices: "gaussian" (the default), "uniform", "truncated_normal", "orthogonal", "identity" or
        "antisymmetric"; or laws of matrices by their names, the others being Gaussian. Or "pytorch" or "keras": what that
        framework draws by default, matrices of inputs and biases included.
    biases : mapping of str to number, array or law, optional
        Biases and other vectors of the cell by their names, such as ``{"b_f": 1}``.
    weights : mapping of str to array, optional
        Arrays in the layout of PyTorch, ``weight_ih_l0``, ``weight_hh_l0``, ``bias_ih_l0``, ``bias_hh_l0``, then ``_l1``
        for a stacked network, whose blocks are in the order of ``cell.blocks``.
    layers : int, default 1
        How many are stacked, where no weights are given.
    input_width : int or sympy.Expr, optional
        Number of inputs. Default: the width.
    input_weight_var : number or sympy.Expr, default 1
        Variance of an input weight times the number of inputs; these weights are Gaussian.
    input_mean_square : number or sympy.Expr, default 1
        Variance of the entries of the input, which are fresh at each step; 0 for no input.
    inputs : (steps, input_width) array, optional
        Given inputs in place of that.
    state_mean_square : number or sympy.Expr, default 0
        Mean square of the entries of each initial state.
    tied : bool, default True
        Whether one set of weights serves all steps.

    Returns
    -------
    Recurrence
        The description.

    Raises
    ------
    ValueError
        If something is missing, out of range, unknown, given twice, or does not fit.

    Examples
    --------
    >>> import symgrad as sg
    >>> print(sg.recurrence("mgu", width=32, steps=10))
    mgu of width 32, 10 steps, weight_var 1
    """
    found = _cell(cell)
    if steps is None:
        raise ValueError("steps is missing; give a number of steps such as 100, or a SymPy symbol")
    noise = WhiteInputs(input_mean_square) if inputs is None else GivenInputs(inputs)
    if weights is not None:
        stacked = layers_of_torch(found, weights)
    else:
        if width is None:
            raise ValueError("width is missing; give a number or a SymPy symbol, or weights")
        n = size("width", width)
        laws = {"law": law, "biases": biases, "weight_var": weight_var, "gain": gain, "bias_var": bias_var}
        inward = n if input_width is None else input_width
        first, deeper = _drawn(found, n, inward, {**laws, "input_weight_var": input_weight_var})
        stacked = (first, *(deeper,) * (int(count("layers", layers)) - 1))
    return Recurrence(stacked, steps, noise, state_mean_square, tied)


def rnn(width: Any = None, steps: Any = None, activation: Any = "tanh", *, leak: Any = 1, **options: Any) -> Recurrence:
    """Build a vanilla recurrent network, ``h' = activation(R h + W x + b)``, or its leaky integrator.

    Parameters
    ----------
    width, steps : int or sympy.Expr
        As for `recurrence`.
    activation : str, sympy.Expr or Activation, default "tanh"
        Applied to each unit.
    leak : number or sympy.Expr, default 1
        How much of the state is replaced in a step: 1 for a vanilla network.
    **options : optional
        Whatever else `recurrence` takes.

    Returns
    -------
    Recurrence
        The description.

    Raises
    ------
    ValueError
        As for `recurrence`, or if the leak is not above 0 and at most 1.

    Examples
    --------
    >>> print(rnn(width=8, steps=5, gain=1.5, input_mean_square=0))
    rnn of width 8, 5 steps, tanh, weight_var 9/4, no input
    """
    cell = CELLS["rnn"](activation) if leak == 1 else CELLS["leaky"](activation, leak)
    return recurrence(cell, width, steps, **options)


def lstm(
    width: Any = None,
    steps: Any = None,
    *,
    forget_gate: bool = True,
    peepholes: bool = False,
    forget_bias: Any = None,
    **options: Any,
) -> Recurrence:
    """Build a long short-term memory.

    Parameters
    ----------
    width, steps : int or sympy.Expr
        As for `recurrence`.
    forget_gate, peepholes : bool
        As for the cell: ``CELLS["lstm"]``.
    forget_bias : number, array or law, optional
        Bias of the forget gate, such as 1 as in Keras; default as the others.
    **options : optional
        Whatever else `recurrence` takes.

    Returns
    -------
    Recurrence
        The description.

    Raises
    ------
    ValueError
        As for `recurrence`, or if the bias of a forget gate is given where there is none.

    Examples
    --------
    >>> print(lstm(width=64, steps=200, forget_bias=1))
    lstm of width 64, 200 steps, weight_var 1, bias 1 (b_f)
    """
    biases = dict(options.pop("biases", None) or {})
    if forget_bias is not None:
        biases["b_f"] = forget_bias
    cell = CELLS["lstm"](forget_gate=forget_gate, peepholes=peepholes)
    return recurrence(cell, width, steps, biases=biases, **options)


def gru(width: Any = None, steps: Any = None, *, reset_after: bool = True, **options: Any) -> Recurrence:
    """Build a network of gated recurrent units.

    Parameters
    ----------
    width, steps : int or sympy.Expr
        As for `recurrence`.
    reset_after : bool, default True
        As for the cell: ``CELLS["gru"]``.
    **options : optional
        Whatever else `recurrence` takes.

    Returns
    -------
    Recurrence
        The description.

    Raises
    ------
    ValueError
        As for `recurrence`.

    Examples
    --------
    >>> print(gru(width=64, steps=200, reset_after=False))
    gru (reset before) of width 64, 200 steps, weight_var 1
    """
    return recurrence(CELLS["gru"](reset_after=reset_after), width, steps, **options)


def _drawn(
    cell: Cell, width: sp.Expr, inputs: sp.Expr, laws: Mapping[str, Any]
) -> tuple[RecurrentLayer, RecurrentLayer]:
    """Return the first layer, and what is stacked upon it."""
    law, biases = laws["law"], laws["biases"] or {}
    sides = inputs, width
    if isinstance(law, str) and law in FRAMEWORKS:
        check_left_out(law, laws)
        found = [default_laws(law, cell, width, size("input_width", each)) for each in sides]
        own = {name: _vector(given) for name, given in biases.items()}
        drawn = [(tuple(matrices.items()), tuple({**usual, **own}.items())) for matrices, usual in found]
    else:
        matrices = _matrix_laws(cell, law, _weight_var(laws["weight_var"], laws["gain"]), laws["input_weight_var"])
        drawn = [(matrices, _vector_laws(cell, biases, laws["bias_var"]))] * 2
    first, deeper = (RecurrentLayer(cell, width, each, *laws_of) for each, laws_of in zip(sides, drawn, strict=True))
    return first, deeper


def _cell(given: str | Cell) -> Cell:
    if isinstance(given, Cell):
        return given
    if given not in CELLS:
        raise ValueError(f"cell = {given!r} is unknown; the cells are {', '.join(CELLS)}, or give a Cell of your own")
    return CELLS[given]()


def _weight_var(weight_var: Any, gain: Any) -> sp.Expr | None:
    if gain is None:
        return None if weight_var is None else variance("weight_var", weight_var)
    if weight_var is not None:
        raise ValueError(f"gain = {gain} beside weight_var = {weight_var}, which is its square; leave one out")
    root = exact("gain", gain)
    if root.is_real is False or root.is_negative:
        raise ValueError(f"gain = {gain} is out of range; it must be a number that is not negative, or a symbol")
    return root**2


def _matrix_laws(cell: Cell, law: Laws, weight_var: Any, input_weight_var: Any) -> tuple[tuple[str, MatrixLaw], ...]:
    own = dict(law) if isinstance(law, Mapping) else {}
    usual = _law("gaussian" if isinstance(law, Mapping) or law is None else law, weight_var)
    inputs = GaussianWeights(variance("input_weight_var", input_weight_var))
    drawn = {**dict.fromkeys(cell.recurrent, usual), **dict.fromkeys(cell.inputs, inputs), **own}
    return tuple(drawn.items())


def _law(given: str | MatrixLaw, weight_var: Any) -> MatrixLaw:
    if not isinstance(given, str):
        if weight_var is not None:
            raise ValueError(f"weight_var = {weight_var} beside a law of its own, {given.words}; leave it out")
        return given
    if given == "identity":
        if weight_var is not None:
            raise ValueError("the identity has no weight_var; for a multiple give law = IdentityWeights(gain)")
        return IdentityWeights()
    laws: dict[str, type[DrawnWeights | AntisymmetricWeights]] = {**LAWS, "antisymmetric": AntisymmetricWeights}
    if given not in laws:
        others = f"identity, or {' or '.join(FRAMEWORKS)} for what a framework has by default"
        raise ValueError(f"law = {given!r} is unknown; the laws of recurrent weights are {', '.join(laws)}, {others}")
    return laws[given](sp.S.One if weight_var is None else weight_var)


def _vector_laws(cell: Cell, given: Mapping[str, Any], bias_var: Any) -> tuple[tuple[str, VectorLaw], ...]:
    names = (*cell.biases, *map(str, cell.vectors))
    usual = GaussianBiases(0 if bias_var is None else bias_var)
    return tuple({**dict.fromkeys(names, usual), **{name: _vector(law) for name, law in given.items()}}.items())


def _vector(given: Any) -> VectorLaw:
    """Return the law of a vector: one for a number, an array, or the one that was given."""
    if isinstance(given, VectorLaw):
        return given
    return GivenBiases(given) if getattr(given, "ndim", 0) or isinstance(given, list | tuple) else ConstantBiases(given)
