"""Lyapunov spectra of linear networks: how fast the tangents of every rank grow in the long run, in closed form."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

import sympy as sp

from ...claims import (
    Always,
    Certified,
    Cited,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Source,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    exact,
    first_failure,
    symbol,
)
from ...networks import GivenWeights, Recurrence
from ...rigor import EnclosedConstant, Enclosure, eigenvalue_moduli
from .hypotheses import (
    FRESH_WEIGHTS,
    GAUSSIAN_RECURRENT_WEIGHTS,
    GIVEN_RECURRENT_WEIGHTS,
    ONE_RECURRENT_LAYER,
    TIED_WEIGHTS,
    VANILLA_CELL,
)
from .isometries import LINEAR_UNITS
from .unrollings import recurrent_weight_var

__all__ = ["lyapunov_exponent_of_rank"]

WEIGHT_VAR, WIDTH = symbol("weight_var"), symbol("width")
_NEWMAN, _YAMAMOTO = cite("newman_1986"), cite("horn_johnson_1991", "section 3.3")
_EXPONENT = display(r"\lambda_k", real=True)
_LINEAR = (ONE_RECURRENT_LAYER, VANILLA_CELL, LINEAR_UNITS)
_FRESH, _GIVEN = (
    (*_LINEAR, GAUSSIAN_RECURRENT_WEIGHTS, FRESH_WEIGHTS),
    (*_LINEAR, GIVEN_RECURRENT_WEIGHTS, TIED_WEIGHTS),
)


def lyapunov_exponent_of_rank(network: Recurrence, rank: Any = 1) -> Claim:
    r"""State a Lyapunov exponent of a linear network: with fresh Gaussian weights, or with given ones at every step.

    Parameters
    ----------
    network : Recurrence
        One vanilla layer whose activation is the identity.
    rank : int, default 1
        From 1, the largest, to the width.

    Returns
    -------
    Claim
        Fresh: :math:`\lambda_k=\tfrac12\bigl[\ln\tfrac{2\sigma_w^2}n+\psi(\tfrac{n-k+1}2)\bigr]` at every width (Newman
        1986). Given: :math:`\ln|\lambda_k(R)|`, certified.

    Raises
    ------
    ValueError
        If the network is of neither kind, or the rank is out of range.

    See Also
    --------
    lyapunov_quantile : the spectrum of a wide network of any activation

    Examples
    --------
    >>> import symgrad as sg
    >>> fresh = sg.rnn(width=4, steps=1, activation="identity", tied=False)
    >>> lyapunov_exponent_of_rank(fresh).bound
    log(2*weight_var/width)/2 + polygamma(0, width/2)/2
    """
    width = network.layers[0].width
    place = exact("rank", rank)
    if not (place.is_Integer and place >= 1) or (width - place).is_negative:
        raise ValueError(f"rank = {rank} is out of range; give an integer from 1 to the width, {width}")
    if first_failure(_FRESH, network) is None:
        return _fresh(network, place)
    failure = first_failure(_GIVEN, network)
    if failure is not None:
        raise ValueError(
            f"there is no closed form for {network}: {failure[0].words}: {failure[1].reason}; give a linear network with "
            "given weights, or with fresh Gaussian ones, or ask for lyapunov_quantile of its activation"
        )
    return _given(network, place)


def _claim(network: Recurrence, rank: sp.Integer, steps: tuple[Step, ...], source: Source, note: str) -> Claim:
    return Claim(
        name="lyapunov_exponent_eq_closed_form_of_linear_network",
        subject=str(network),
        quantity=Quantity(Measurable.LYAPUNOV_EXPONENT, parameter=rank),
        relation=Relation.EQ,
        bound=steps[-1].after,
        mode=Always(),
        assumptions=(),
        derivation=steps,
        sources=(source,),
        tightness=Tightness(TightnessKind.EXACT, note),
    )


def _fresh(network: Recurrence, rank: sp.Integer) -> Claim:
    made = _claim(network, rank, _newman_steps(rank), _NEWMAN, "at every width, as the number of steps grows")
    known = (WEIGHT_VAR, recurrent_weight_var(network)), (WIDTH, network.layers[0].width)
    return replace(made, assumptions=_FRESH, values=known)


def _newman_steps(rank: sp.Integer) -> tuple[Step, ...]:
    freedom, power, at = display("m", positive=True), display("s", positive=True), sp.Symbol("x", positive=True)
    moment, mean_log = (
        2**power * sp.gamma(freedom / 2 + power) / sp.gamma(freedom / 2),
        display(r"\mathbb E\ln\chi^2_m"),
    )
    density = at ** (freedom / 2 - 1) * sp.exp(-at / 2) / (2 ** (freedom / 2) * sp.gamma(freedom / 2))
    moments = Step(
        sp.Integral(at**power * density, (at, 0, sp.oo)),
        Relation.EQ,
        moment,
        "moments of the chi-square law",
        Symbolic(),
    )
    by_power = sp.Subs(sp.Derivative(moment, power), power, 0)
    named = Fact(mean_log, Relation.EQ, by_power, "the slope of the moments at zero is the mean of the logarithm")
    value = sp.log(2) + sp.polygamma(0, freedom / 2)
    log = Step(mean_log, Relation.EQ, value, "differentiate", Symbolic((named,)))
    chi = display(r"\mathbb E\ln\chi^2_{n-k+1}")
    grows = Fact(
        _EXPONENT,
        Relation.EQ,
        (sp.log(WEIGHT_VAR / WIDTH) + chi) / 2,
        "in each step the k-th tangent, less its part along those before, becomes a Gaussian vector of that many entries",
    )
    here = Fact(chi, Relation.EQ, value.subs(freedom, WIDTH - rank + 1), "the mean of the logarithm, as above")
    bound = sp.log(2 * WEIGHT_VAR / WIDTH) / 2 + sp.polygamma(0, (WIDTH - rank + 1) / 2) / 2
    return moments, log, Step(_EXPONENT, Relation.EQ, bound, "put it in", Symbolic((grows, here)))


def _given(network: Recurrence, rank: sp.Integer) -> Claim:
    weights = cast("GivenWeights", network.layers[0].recurrent[0])
    size = display(r"|\lambda_k(R)|", nonnegative=True)
    arguments = (weights, rank)
    modulus = _modulus(*arguments)
    found = Step(size, Relation.EQ, modulus, "from the exact characteristic polynomial", Certified(_modulus, arguments))
    root = Step(
        display(r"s_k(R^T)^{1/T}", nonnegative=True),
        Relation.TENDSTO,
        size,
        "singular values of powers grow like eigenvalues (Yamamoto)",
        Cited(_YAMAMOTO),
    )
    log = Fact(_EXPONENT, Relation.EQ, sp.log(size), "the logarithm of this limit")
    last = Step(_EXPONENT, Relation.EQ, sp.log(modulus), "put it in", Symbolic((log, found.at())))
    if modulus == 0:
        last = Step(_EXPONENT, Relation.EQ, -sp.oo, "the logarithm of a limit that is zero", Cited(_YAMAMOTO))
    made = _claim(network, rank, (found, root, last), _YAMAMOTO, "as the number of steps grows")
    return replace(made, assumptions=_GIVEN)


@lru_cache(maxsize=64)
def _moduli(weights: GivenWeights) -> tuple[Enclosure, ...]:
    return eigenvalue_moduli(weights.array)


def _modulus(weights: GivenWeights, rank: sp.Integer) -> sp.Expr:
    found = _moduli(weights)[int(rank) - 1]
    return found.lower if found.lower == found.upper else EnclosedConstant(rf"|\lambda_{{{rank}}}(R)|", found)
