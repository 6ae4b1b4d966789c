"""Builders: from what a user writes to a recurrent network. Each message says what would work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..cells import CELLS, Cell
from ..checks import count, keeping
from .arguments import Law, WrittenLaws, cell_of, check_absent
from .inputs import GivenInputs, WhiteInputs
from .layers import RecurrentLayer
from .subjects import Recurrence
from .torch_weights import layers_of_torch

__all__ = ["gru", "lstm", "recurrence", "rnn"]


def recurrence(
    cell: str | Cell,
    width: Any = None,
    steps: Any = None,
    weight_var: Any = None,
    bias_var: Any = None,
    *,
    gain: Any = None,
    law: Law = None,
    biases: Mapping[str, Any] | None = None,
    weights: Mapping[str, Any] | None = None,
    layers: int | None = None,
    input_width: Any = None,
    input_weight_var: Any = None,
    input_mean_square: Any = None,
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
    steps : int or sympy.Expr, optional
        Number of steps T, not negative; where inputs are given, as many as they have by default.
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
    layers : int, optional
        How many are stacked. Default 1.
    input_width : int or sympy.Expr, optional
        Number of inputs. Default: the width.
    input_weight_var : number or sympy.Expr, optional
        Variance of an input weight times the number of inputs; these weights are Gaussian. Default 1.
    input_mean_square : number or sympy.Expr, optional
        Variance of the entries of the input, which are Gaussian and fresh at each step; 0 for no input. Default 1.
    inputs : (steps, input_width) array, optional
        Given inputs in place of that.
    state_mean_square : number or sympy.Expr, default 0
        Mean square of the entries of each initial state, whose direction is drawn at random.
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
    found = cell_of(cell)
    noise = _inputs(inputs, input_mean_square)
    written = {"weight_var": weight_var, "gain": gain, "bias_var": bias_var, "input_weight_var": input_weight_var}
    if weights is not None:
        sizes = {"width": width, "input_width": input_width, "layers": layers}
        check_absent({**written, **sizes, "law": law, "biases": biases}, "given weights, which have their own")
        stacked = layers_of_torch(found, weights)
    else:
        laws = WrittenLaws(law=law, biases=biases or {}, **written)
        stacked = _stacked(found, laws, width, input_width, 1 if layers is None else layers)
    return Recurrence(stacked, _steps(steps, noise), noise, state_mean_square, tied)


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
    cell = CELLS["rnn"](activation) if leak == 1 else CELLS["leaky"](activation, keeping("leak", leak))
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
        if not forget_gate:
            raise ValueError(f"forget_bias = {forget_bias}, but there is no forget gate; leave one of them out")
        check_absent({"forget_bias": forget_bias} if "b_f" in biases else {}, "the b_f of biases")
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


def _inputs(given: Any, mean_square: Any) -> WhiteInputs | GivenInputs:
    if given is None:
        return WhiteInputs(1 if mean_square is None else mean_square)
    check_absent({"input_mean_square": mean_square}, "given inputs")
    return GivenInputs(given)


def _steps(given: Any, inputs: WhiteInputs | GivenInputs) -> Any:
    if given is not None:
        return given
    if isinstance(inputs, GivenInputs):
        return len(inputs.array)
    raise ValueError("steps is missing; give a number of steps such as 100, or a SymPy symbol")


def _stacked(cell: Cell, laws: WrittenLaws, width: Any, input_width: Any, layers: Any) -> tuple[RecurrentLayer, ...]:
    """Stack layers of one width and the same laws; the first takes the inputs."""
    if width is None:
        raise ValueError("width is missing; give a number or a SymPy symbol, or weights")
    number = count("layers", layers)
    if not number.is_Integer or number == 0:
        raise ValueError(f"layers = {layers} is no number of layers; give a positive integer")
    first = laws.layer(cell, width, width if input_width is None else input_width)
    return (first, *(laws.layer(cell, width, width) for _ in range(int(number) - 1)))
