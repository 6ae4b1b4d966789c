r"""Critical lines: which gain neither shrinks nor grows the squared gradient, and what inputs or biases change.

With weights of variance :math:`g^2/n` and what adds the variance :math:`\sigma^2` to each preactivation, wide layers, or
steps of a recurrent network, keep a variance :math:`q=g^2\,\mathbb E\varphi^2+\sigma^2` and multiply the squared gradient by
:math:`\chi=g^2\,\mathbb E\varphi'^2`. On the line :math:`\chi=1` the gain is one over the root of the mean-square slope, and
eliminating it leaves one equation for the variance, :math:`\sigma^2=q-\mathbb E\varphi^2/\mathbb E\varphi'^2`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from ..activations import Activation, activation
from ..claims import (
    Always,
    Certified,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    exact,
)
from ..rigor import compare
from .stationary_variances import critical_var, critical_var_of_gain

__all__ = ["critical_gain", "critical_input_var"]

_VARIANCE = display("q^*", nonnegative=True)
_GAIN, _ADDED = display("g_c", positive=True), display(r"\sigma_c^2", nonnegative=True)
_CHAOS, _EDGE = cite("molgedey_1992"), cite("schoenholz_2017", "section 3")
_KEPT = "the mean-square gain is one, and the variance is kept, in the limit of infinite width"


def critical_gain(spec: Any, input_var: Any = 0) -> Claim:
    r"""State the gain at which the squared gradient is kept: above it a recurrent network is chaotic, below it forgets.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `symgrad.activation`.
    input_var : number, default 0
        Variance that inputs and biases add to each preactivation, not negative: ``input_weight_var * input_mean_square +
        bias_var`` of a recurrent network, ``bias_var`` of a feed-forward one.

    Returns
    -------
    Claim
        The gain: the root of ``weight_var``.

    Raises
    ------
    ValueError
        If the variance is negative, or there is no such gain.
    CannotEnclose
        If none was found.

    See Also
    --------
    critical_input_var : the other way round

    Examples
    --------
    >>> critical_gain("tanh").bound
    1
    >>> critical_gain("tanh", input_var=1).bound.evalf(12)
    1.85558910114
    """
    phi, added = activation(spec), _number("input_var", input_var)
    variance = critical_var(phi, added)
    slopes, values = phi.slope_mean_square(variance), phi.value_mean_square(variance)
    if slopes.bound.is_zero:
        raise ValueError(f"no gain of {phi} is critical without input: its slope at 0 is 0; give a positive input_var")
    located = _located(variance, critical_var, (phi, added))
    kept = Fact(_GAIN, Relation.EQ, 1 / sp.sqrt(_mean(slopes)), "the gain at which the mean-square gain is one")
    solved = Fact(
        _ADDED,
        Relation.EQ,
        _VARIANCE - _mean(values) / _mean(slopes),
        "the equation that the variance solves",
    )
    steps = (
        located,
        Step(_GAIN**2 * _mean(slopes), Relation.EQ, sp.S.One, "χ, the mean-square gain", Symbolic((kept,))),
        Step(
            _GAIN**2 * _mean(values) + _ADDED,
            Relation.EQ,
            _VARIANCE,
            "and the variance is one that the map keeps",
            Symbolic((kept, solved)),
        ),
        Step(
            _GAIN,
            Relation.EQ,
            1 / sp.sqrt(slopes.bound),
            "put in the mean-square slope",
            Symbolic((kept, _last(slopes))),
        ),
    )
    return _critical("critical_gain_eq_inverse_root_of_slope_mean_square", Measurable.CRITICAL_GAIN, phi, steps, slopes)


def critical_input_var(spec: Any, gain: Any) -> Claim:
    r"""State how much variance inputs must add to each preactivation so that a gain is critical.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `symgrad.activation`; not positively homogeneous.
    gain : number
        Positive: the root of ``weight_var``.

    Returns
    -------
    Claim
        The variance: more of it makes a recurrent network forget, less leaves it chaotic.

    Raises
    ------
    ValueError
        If the gain is not positive, or even without input it does not let gradients grow.
    CannotEnclose
        If no variance was found.

    See Also
    --------
    critical_gain : the other way round

    Examples
    --------
    >>> critical_input_var("tanh", gain=2).bound.evalf(12)
    1.63595724387
    """
    phi, chosen = activation(spec), _number("gain", gain)
    if phi.is_positively_homogeneous:
        raise ValueError(f"no input makes a gain of {phi} critical: its gradients are the same at every variance")
    if compare(chosen * phi.lipschitz.bound, 1) in (-1, 0):
        raise ValueError(
            f"gain = {chosen} is too small for {phi}: its slopes are at most {phi.lipschitz.bound}, so that gradients do "
            "not grow even without input; give a larger gain"
        )
    variance = critical_var_of_gain(phi, chosen)
    slopes, values = phi.slope_mean_square(variance), phi.value_mean_square(variance)
    added = Fact(_ADDED, Relation.EQ, _VARIANCE - _GAIN**2 * _mean(values), "what the map lacks to keep the variance")
    given = Fact(_GAIN, Relation.EQ, chosen, "the gain that is given")
    located = _located(variance, critical_var_of_gain, (phi, chosen))
    value = variance - chosen**2 * values.bound
    if value.is_negative:
        raise ValueError(
            f"no input makes the gain {chosen} of {phi} critical: where it keeps gradients, the variance that it keeps "
            "is larger without any input; ask for critical_gain"
        )
    known = (added, given, located.at(reason="the variance"), _last(values))
    steps = (located, Step(_ADDED, Relation.EQ, value, "put in the mean square", Symbolic(known)))
    name = "critical_input_var_eq_variance_less_its_image"
    return _critical(name, Measurable.CRITICAL_INPUT_VAR, phi, steps, slopes, values)


def _number(name: str, given: Any) -> sp.Expr:
    value = exact(name, given)
    if value.free_symbols or not value.is_real or value.is_negative or (name == "gain" and not value.is_positive):
        wanted = "a positive number" if name == "gain" else "a number that is not negative"
        raise ValueError(f"{name} = {given} is out of range; give {wanted}")
    return value


def _mean(moment: Claim) -> sp.Expr:
    """What a moment is called in its own derivation."""
    return moment.derivation[-1].before


def _last(moment: Claim) -> Fact:
    return moment.derivation[-1].at(reason="the moment")


def _located(variance: sp.Expr, found_by: Callable[..., sp.Expr], arguments: tuple[Any, ...]) -> Step:
    reason = "the variance at which gradients are kept, between two at which signs of certified integrals are opposite"
    return Step(_VARIANCE, Relation.EQ, variance, reason, Certified(found_by, arguments))


def _critical(name: str, what: Measurable, phi: Activation, steps: tuple[Step, ...], *moments: Claim) -> Claim:
    return Claim(
        name=name,
        subject=phi.name,
        quantity=Quantity(what),
        relation=Relation.EQ,
        bound=steps[-1].after,
        mode=Always(),
        assumptions=(),
        derivation=steps,
        sources=(*phi.sources, _CHAOS, _EDGE),
        tightness=Tightness(TightnessKind.EXACT, _KEPT),
        premises=moments,
    )
