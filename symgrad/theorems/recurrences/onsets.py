r"""The onset of chaos: how a wide recurrent network of a smooth odd activation behaves just above its critical gain.

Write :math:`g\varphi'(0)=1+\epsilon` and :math:`\beta=-\varphi'''(0)/\varphi'(0)>0`. Taylor's series under the Gaussian gives
the two mean squares to the second order in the variance, and there they differ by :math:`\beta^2q^2/3`, whatever the fifth
derivative is. So the largest Lyapunov exponent of every such network begins as :math:`\tfrac23\epsilon^2`.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ...activations import Activation, activation
from ...claims import (
    AsWidthGrows,
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
    symbol,
)

__all__ = ["critical_input_var_onset", "lyapunov_exponent_onset", "stationary_var_onset"]

BEND, WIDTH, _X = symbol("bend"), symbol("width"), symbol("x")
_FIFTH = display(r"\varphi^{(5)}(0)/\varphi'(0)", real=True)
_Q, _EPS = display("q^*", positive=True), display(r"\epsilon", positive=True)
_INVERSE, _RATIO = display("u", positive=True), display("q^*/\\epsilon", positive=True)  # u = 1/(g phi'(0))^2
_VALUES, _SLOPES = display("A", real=True), display("B", real=True)  # second-order parts of the two mean squares
_REST_A, _REST_B = display("R_A", real=True), display("R_B", real=True)
_CHI = display(r"\chi", positive=True)

_ONSET = Fact(_EPS, Relation.TENDSTO, sp.S.Zero, "the onset")
_VANISHES = Fact(_Q, Relation.TENDSTO, sp.S.Zero, "there the variance vanishes: it is continuous in the gain")
_GAIN = Fact(_INVERSE, Relation.EQ, (1 + _EPS) ** -2, "definition of u and ε")
_TO_ONE = Fact(_INVERSE, Relation.TENDSTO, sp.S.One, "u is continuous in ε")
_SOURCE = cite("molgedey_1992")


def _taylor() -> sp.Expr:
    """An odd function to the fifth order, over its slope at zero."""
    return _X - BEND * _X**3 / 6 + _FIFTH * _X**5 / 120


def _second_order(function: sp.Expr, part: sp.Expr, rest: sp.Expr, words: str) -> tuple[Step, Step, Step]:
    """Integrate the square of a polynomial, and see what is left of its mean beyond the first order in the variance.

    The mean of a square is ``scale (1 - bend q + part q^2)`` with ``part -> a number``.
    """
    density = sp.exp(-(_X**2) / (2 * _Q)) / sp.sqrt(2 * sp.pi * _Q)
    integral = sp.Integral(function**2 * density, (_X, -sp.oo, sp.oo))
    # E x^(2k) = (2k - 1)!! q^k
    mean = sum(c * sp.factorial2(k - 1) * _Q ** (k // 2) for (k,), c in sp.Poly(function**2, _X).terms())
    scale = _Q if mean.subs(_Q, 0) == 0 else sp.S.One
    left = sp.expand((mean / scale - 1 + BEND * _Q) / _Q**2)
    truncated = display(f"{part}_0", real=True)
    meant = Fact(truncated, Relation.EQ, (integral / scale - 1 + BEND * _Q) / _Q**2, f"definition of {truncated}")
    whole = Fact(part, Relation.EQ, truncated + rest, "the polynomial's part, and that of what Taylor's series leaves")
    small = Fact(rest, Relation.TENDSTO, sp.S.Zero, "what is left is of the next order, since derivatives are tempered")
    moments = Step(integral, Relation.EQ, sp.expand(mean), f"Gaussian moments of {words}", Symbolic())
    beyond = Step(truncated, Relation.EQ, left, "beyond the first order", Symbolic((meant, moments.at())))
    limit = Step(part, Relation.TENDSTO, left.subs(_Q, 0), "as q → 0", Symbolic((whole, beyond.at(), small, _VANISHES)))
    return moments, beyond, limit


_MOMENTS_A = _second_order(_taylor(), _VALUES, _REST_A, "φ² over φ'(0)²")
_MOMENTS_B = _second_order(sp.diff(_taylor(), _X), _SLOPES, _REST_B, "φ'² over φ'(0)²")
_SQUARE_A, _SQUARE_B = 1 - BEND * _Q + _VALUES * _Q**2, 1 - BEND * _Q + _SLOPES * _Q**2


def _ratio_steps(balance: Fact, part: sp.Expr, limit: Step) -> tuple[Step, ...]:
    """Find the limit of ``q/ε`` from ``u = 1 - bend q + part q^2``, the balance."""
    by_gain, by_var = display(r"(1-u)/\epsilon", real=True), display("(1-u)/q^*", real=True)
    inverse = display("q^*/(1-u)", real=True)
    over_gain = Fact(by_gain, Relation.EQ, (1 - _INVERSE) / _EPS, "by ε")
    over_var = Fact(by_var, Relation.EQ, (1 - _INVERSE) / _Q, "by the variance")
    turned = Fact(inverse, Relation.TENDSTO, 1 / BEND, "the inverse of what tends to a positive number")
    product = Fact(_RATIO, Relation.EQ, by_gain * inverse, "one quotient by the other")
    gain = Step(by_gain, Relation.EQ, _INVERSE * (2 + _EPS), "divide 1 − u by ε", Symbolic((over_gain, _GAIN)))
    gain_limit = Step(by_gain, Relation.TENDSTO, sp.Integer(2), "as ε → 0", Symbolic((gain.at(), _TO_ONE, _ONSET)))
    var = Step(by_var, Relation.EQ, BEND - part * _Q, "divide 1 − u by q", Symbolic((over_var, balance)))
    var_limit = Step(by_var, Relation.TENDSTO, BEND, "as q → 0", Symbolic((var.at(), limit.at(), _VANISHES)))
    ratio = Step(_RATIO, Relation.TENDSTO, 2 / BEND, "divide the two", Symbolic((product, gain_limit.at(), turned)))
    return gain, gain_limit, var, var_limit, ratio


_FIXED = Fact(_INVERSE, Relation.EQ, _SQUARE_A, "the fixed point q = g² E φ², divided by (g φ'(0))² q")
_CRITICAL = Fact(_INVERSE, Relation.EQ, _SQUARE_B, "criticality g² E φ'² = 1, divided by (g φ'(0))²")


def _exponent_steps(ratio: Step) -> tuple[Step, ...]:
    scaled, log_ratio = display(r"\lambda_1/\epsilon^2", real=True), display(r"\ln\chi/(\chi-1)", positive=True)
    definition = Fact(_CHI, Relation.EQ, _SQUARE_B / _INVERSE, "definition of the mean-square gain, g² E φ'²")
    balance = Fact(BEND, Relation.EQ, (1 + _VALUES * _Q**2 - _INVERSE) / _Q, _FIXED.reason)
    gain = Step(
        _CHI,
        Relation.EQ,
        1 + (_SLOPES - _VALUES) * _Q**2 * (1 + _EPS) ** 2,
        "the first orders cancel at the fixed point",
        Symbolic((definition, balance, _GAIN)),
    )
    exponent = Fact(scaled, Relation.EQ, sp.log(_CHI) / (2 * _EPS**2), "λ₁ = ½ ln χ")
    named = Fact(log_ratio, Relation.EQ, sp.log(_CHI) / (_CHI - 1), "what its name says")
    quotient = Fact(_RATIO, Relation.EQ, _Q / _EPS, "what its name says")
    product = log_ratio * (1 + _EPS) ** 2 * (_SLOPES - _VALUES) * _RATIO**2 / 2
    log_limit = Fact(log_ratio, Relation.TENDSTO, sp.S.One, "the slope of the logarithm at 1; χ → 1")
    parts = (_MOMENTS_A[-1].at(reason="A"), _MOMENTS_B[-1].at(reason="B"), ratio.at(reason="q/ε"))
    split = Step(scaled, Relation.EQ, product, "divide by ε²", Symbolic((exponent, named, quotient, gain.at())))
    bound = sp.Rational(2, 3)
    return (
        gain,
        split,
        Step(scaled, Relation.TENDSTO, bound, "as ε → 0", Symbolic((split.at(), log_limit, _ONSET, *parts))),
    )


def _input_steps(ratio: Step) -> tuple[Step, ...]:
    scaled = display(r"\sigma_c^2/\epsilon^3", real=True)
    lacking = Fact(scaled, Relation.EQ, (_Q - _Q * _SQUARE_A / _INVERSE) / _EPS**3, "what the map lacks, q − g² E φ²")
    balance = Fact(BEND, Relation.EQ, (1 + _SLOPES * _Q**2 - _INVERSE) / _Q, _CRITICAL.reason)
    quotient = Fact(_RATIO, Relation.EQ, _Q / _EPS, "what its name says")
    product = (1 + _EPS) ** 2 * (_SLOPES - _VALUES) * _RATIO**3
    parts = (_MOMENTS_A[-1].at(reason="A"), _MOMENTS_B[-1].at(reason="B"), ratio.at(reason="q/ε"))
    split = Step(scaled, Relation.EQ, product, "divide by ε³", Symbolic((lacking, quotient, balance, _GAIN)))
    bound = sp.Rational(8, 3) / BEND
    return split, Step(scaled, Relation.TENDSTO, bound, "as ε → 0", Symbolic((split.at(), _ONSET, *parts)))


def stationary_var_onset(spec: Any) -> Claim:
    r"""State how the variance of a preactivation begins above the critical gain: :math:`q^*\sim2\epsilon/\beta`.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        Odd and analytic, with a third derivative at zero of the sign opposite to the slope.

    Returns
    -------
    Claim
        The limit of :math:`q^*/\epsilon`, without input.

    Raises
    ------
    ValueError
        If the activation is not of that kind.

    Examples
    --------
    >>> stationary_var_onset("tanh").valued()
    1
    """
    phi, bend = _bent(spec)
    steps = (*_MOMENTS_A, *_ratio_steps(_FIXED, _VALUES, _MOMENTS_A[-1]))
    return _onset("stationary_var_onset_tendsto_inverse_bend", Measurable.STATIONARY_VAR_ONSET, phi, bend, steps)


def lyapunov_exponent_onset(spec: Any) -> Claim:
    r"""State how chaos begins above the critical gain: :math:`\lambda_1\sim\tfrac23\epsilon^2`, for every such activation.

    In continuous time the factor is one half instead (Sompolinsky, Crisanti and Sommers 1988).

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `stationary_var_onset`.

    Returns
    -------
    Claim
        The limit of :math:`\lambda_1/\epsilon^2`, without input.

    Raises
    ------
    ValueError
        If the activation is not of that kind.

    Examples
    --------
    >>> lyapunov_exponent_onset("tanh").bound, lyapunov_exponent_onset("erf").bound
    (2/3, 2/3)
    """
    phi, bend = _bent(spec)
    ratio = _ratio_steps(_FIXED, _VALUES, _MOMENTS_A[-1])
    steps = (*_MOMENTS_A, *_MOMENTS_B, *ratio, *_exponent_steps(ratio[-1]))
    return _onset("lyapunov_exponent_onset_tendsto_two_thirds", Measurable.LYAPUNOV_EXPONENT_ONSET, phi, bend, steps)


def critical_input_var_onset(spec: Any) -> Claim:
    r"""State how much input silences chaos just above the critical gain: :math:`\sigma_c^2\sim\tfrac8{3\beta}\epsilon^3`.

    Turned round, input of a small variance raises the critical gain by the factor
    :math:`1+(\tfrac{3\beta}8\sigma^2)^{1/3}`: a cube root, so that little input does much.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `stationary_var_onset`.

    Returns
    -------
    Claim
        The limit of :math:`\sigma_c^2/\epsilon^3`.

    Raises
    ------
    ValueError
        If the activation is not of that kind.

    Examples
    --------
    >>> critical_input_var_onset("tanh").valued()
    4/3
    """
    phi, bend = _bent(spec)
    ratio = _ratio_steps(_CRITICAL, _SLOPES, _MOMENTS_B[-1])
    steps = (*_MOMENTS_A, *_MOMENTS_B, *ratio, *_input_steps(ratio[-1]))
    name = "critical_input_var_onset_tendsto_inverse_bend"
    return _onset(name, Measurable.CRITICAL_INPUT_VAR_ONSET, phi, bend, steps)


def _bent(spec: Any) -> tuple[Activation, sp.Expr]:
    """Return an activation and its bend."""
    phi = activation(spec)
    if phi.odd is not True or not phi.regularity.analytic:
        raise ValueError(
            f"{phi} is not known to be odd and analytic, so its onset of chaos is another; try tanh or erf"
        )
    slope, third = (sp.diff(phi.expression, _X, order).subs(_X, 0) for order in (1, 3))
    bend = sp.simplify(-third / slope) if slope else sp.nan
    if bend.is_positive is not True:
        raise ValueError(
            f"-f'''(0)/f'(0) of {phi} is {bend}; where it is not positive the variance does not grow slowly from zero, "
            "and a gain above 1/f'(0) has another onset"
        )
    return phi, bend


def _onset(name: str, what: Measurable, phi: Activation, bend: sp.Expr, steps: tuple[Step, ...]) -> Claim:
    return Claim(
        name=name,
        subject=phi.name,
        quantity=Quantity(what),
        relation=Relation.TENDSTO,
        bound=steps[-1].after,
        mode=AsWidthGrows(1 / WIDTH),
        assumptions=(),
        derivation=steps,
        sources=(*phi.sources, _SOURCE),
        tightness=Tightness(TightnessKind.EXACT, "as the gain falls to its critical value, after the width has grown"),
        values=((BEND, bend),),
    )
