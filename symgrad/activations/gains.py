r"""Gains: what the weights have to be multiplied by, forward and backward, and what a framework hard-codes instead.

With weights of variance :math:`g^2/n` a layer keeps the variance q of its preactivations if
:math:`g^2\,\mathbb E\varphi(z)^2=q`, and the mean-square gradient if :math:`g^2\,\mathbb E\varphi'(z)^2=1`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import sympy as sp

from ..claims import (
    Always,
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
from ..rigor import CannotEnclose, Enclosure, bracket_crossing, compare, enclose, gaussian_mean, narrow_crossing
from .errors import CannotDerive
from .moments import checked_variance, slope_mean_square, value_mean_square

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["GainExplanation", "backward_gain", "explain_gain", "forward_gain"]

X = symbol("x")
_ALPHA = sp.Symbol("alpha", real=True)
_DIGITS = 15
_SHOWN = 6  # digits in the words
_LEAST, _MOST = -20, 20  # powers of two between which a variance is looked for
_CLOSE = 12  # digits of such a variance

# The rows of torch.nn.init.calculate_gain by the names of the catalogue; for every other name it raises an error.
_TORCH = {
    "identity": sp.S.One,
    "sigmoid": sp.S.One,
    "tanh": sp.Rational(5, 3),
    "relu": sp.sqrt(2),
    "leaky_relu": sp.sqrt(2 / (1 + _ALPHA**2)),
    "selu": sp.Rational(3, 4),
}


def forward_gain(phi: Activation, variance: Any = 1) -> Claim:
    """State the gain that keeps the variance of the preactivations."""
    q = checked_variance(variance)
    return _gain(phi, Measurable.FORWARD_GAIN, value_mean_square(phi, q), q, q)


def backward_gain(phi: Activation, variance: Any = 1) -> Claim:
    """State the gain that keeps the mean-square gradient."""
    q = checked_variance(variance)
    return _gain(phi, Measurable.BACKWARD_GAIN, slope_mean_square(phi, q), sp.S.One, q)


def _gain(phi: Activation, what: Measurable, moment: Claim, wanted: sp.Expr, q: sp.Expr) -> Claim:
    if moment.bound == 0 or moment.bound.is_infinite or q == 0:
        raise CannotDerive(
            f"the {moment.quantity.what.words} of {phi} is {moment.bound} at variance {q}; no gain helps"
        )
    gain, mean = display(what.latex), moment.derivation[-1]
    defined = Fact(gain, Relation.EQ, sp.sqrt(wanted / mean.before), "the gain whose square times the mean is kept")
    value = sp.sqrt(wanted / moment.bound)
    step = Step(gain, Relation.EQ, value, "put in the mean", Symbolic((defined, mean.at(reason="the moment"))))
    name = f"{what.code_name}_eq_sqrt_of_kept_moment"
    tightness = Tightness(TightnessKind.EXACT, f"at variance {q}, in the limit of infinite width")
    sources = (*phi.sources, cite("poole_2016"))
    return Claim(
        name, phi.name, Quantity(what), Relation.EQ, value, Always(), (), (step,), sources, tightness, (moment,)
    )


# ------------------------------------------------------------------------------------------------------------ the audit


@dataclass(frozen=True)
class GainExplanation:
    """The gains of an activation, beside the one that PyTorch hard-codes.

    Parameters
    ----------
    activation : Activation
        The subject.
    forward, backward : Claim
        The gains that keep variance and gradient, at unit variance.
    hard_coded : sympy.Expr or None
        What ``torch.nn.init.calculate_gain`` returns; None if it knows no such activation.
    """

    activation: Activation
    forward: Claim
    backward: Claim
    hard_coded: sp.Expr | None

    @property
    def forward_factor(self) -> sp.Expr | None:
        """By what the hard-coded gain multiplies the variance in the first layer, from 1 on."""
        return None if self.hard_coded is None else self.hard_coded**2 / self.forward.bound**2

    @property
    def backward_factor(self) -> sp.Expr | None:
        """By what the hard-coded gain multiplies the mean-square gradient in a layer of unit variance."""
        return None if self.hard_coded is None else self.hard_coded**2 / self.backward.bound**2

    @cached_property
    def kept_variance(self) -> Enclosure | None:
        """A variance that the hard-coded gain keeps, between two at which it provably shrinks and grows; None if none."""
        if self.hard_coded is None or self.activation.is_positively_homogeneous:
            return None
        return _kept_variance(self.activation, self.hard_coded)

    def __str__(self) -> str:
        """Explain in a few lines."""
        forward, backward = _decimal(self.forward.bound), _decimal(self.backward.bound)
        ours = f"At unit variance {forward} keeps the variance and {backward} the gradient"
        if self.hard_coded is None:
            return f"{self.activation}: PyTorch hard-codes no gain.\n{ours}.{self._conflict()}"
        return "\n".join((*self._audit(self.hard_coded, ours), *self._design_point(self.hard_coded)))

    def _audit(self, given: sp.Expr, ours: str) -> tuple[str, ...]:
        variance, gradient = _decimal(self.forward_factor), _decimal(self.backward_factor)
        fate = {1: "gradients grow", -1: "gradients vanish"}.get(compare(self.backward_factor, 1) or 0, "they are kept")
        told = str(given) if given.is_Integer else f"{given} = {_decimal(given)}"
        return (
            f"{self.activation}: PyTorch hard-codes {told}.",
            f"{ours}: {given} is {self._verdict(given)}.{self._conflict()}",
            f"It multiplies the variance by {variance}, the squared gradient by {gradient} in a layer: {fate}.",
        )

    def _verdict(self, given: sp.Expr) -> str:
        met = [claim for claim in (self.forward, self.backward) if compare(given, claim.bound) == 0]
        return {0: "neither", 2: "both"}.get(len(met), "the first" if self.forward in met else "the second")

    def _conflict(self) -> str:
        return " No gain keeps both." if compare(self.forward.bound, self.backward.bound) in (-1, 1) else ""

    def _design_point(self, given: sp.Expr) -> tuple[str, ...]:
        if self.activation.is_positively_homogeneous:
            return ("The function is positively homogeneous, so this holds at every variance.",)
        if self.kept_variance is None:
            return ()
        low, high = self.kept_variance.decimals(_SHOWN)
        slope = gaussian_mean(self.activation.derivative**2, X, self.kept_variance, _DIGITS)
        factor = sp.N(given**2 * slope.midpoint, 4)
        where = f"It does keep a variance between {low} and {high}"
        return (f"{where}; there it multiplies the squared gradient by about {factor} in a layer.",)


def _decimal(value: Any) -> str:
    return str(sp.N(value, _SHOWN))


def _kept_variance(phi: Activation, gain: sp.Expr) -> Enclosure | None:
    """Bracket a variance with ``g^2 E f^2 = q`` by two at which the difference has opposite signs."""
    excess = partial(_excess, phi, enclose(gain**2, 2 * _DIGITS))
    try:
        bracket = bracket_crossing(excess, [sp.Integer(2) ** k for k in range(_LEAST, _MOST + 1)], last=True)
    except CannotEnclose:
        return None
    found = narrow_crossing(excess, *bracket, digits=_CLOSE)
    return replace(found, digits=_DIGITS, method="a sign change of the variance map less the variance")


def _excess(phi: Activation, square: Enclosure, q: sp.Rational) -> Enclosure:
    """Return what the variance map adds to a variance."""
    mean = gaussian_mean(phi.expression**2, X, q, _DIGITS)
    return Enclosure(square.lower * mean.lower - q, square.upper * mean.upper - q, _DIGITS, mean.method)


def explain_gain(spec: Any) -> GainExplanation:
    """Say which gains an activation needs at unit variance, and what PyTorch's ``calculate_gain`` hard-codes instead.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `activation`.

    Returns
    -------
    GainExplanation
        Prints as a few lines; the gains are claims.

    Raises
    ------
    CannotDerive
        If no gain keeps variance or gradient, as for a step.

    Examples
    --------
    >>> found = explain_gain("tanh")
    >>> found.hard_coded, found.forward.bound.evalf(10), found.backward.bound.evalf(10)
    (5/3, 1.592537420, 1.467413592)
    >>> print(found)
    tanh: PyTorch hard-codes 5/3 = 1.66667.
    At unit variance 1.59254 keeps the variance and 1.46741 the gradient: 5/3 is neither. No gain keeps both.
    It multiplies the variance by 1.09526, the squared gradient by 1.29001 in a layer: gradients grow.
    It does keep a variance between ... and ...; there it multiplies the squared gradient by about ... in a layer.
    """
    from .specifications import activation

    phi = activation(spec)
    row = _TORCH.get(phi.name)
    hard_coded = None if row is None else row.subs({_ALPHA: dict(phi.parameters).get("alpha", _ALPHA)})
    return GainExplanation(phi, forward_gain(phi), backward_gain(phi), hard_coded)
