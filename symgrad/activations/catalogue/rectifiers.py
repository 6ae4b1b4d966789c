"""Rectifiers: linear on one side, small or constant on the other."""

from __future__ import annotations

import sympy as sp

from ...claims import Softplus
from .rows import Row, X, parameter, pieces
from .selu_constants import SELU_ALPHA, SELU_SCALE

__all__ = ["RECTIFIERS"]

_ZERO, _HALF = sp.S.Zero, sp.Rational(1, 2)
_LEAK = parameter("alpha", sp.Rational(1, 100))
_LEARNED = parameter("alpha", sp.Rational(1, 4))
_LOWER, _UPPER = parameter("lower", sp.Rational(1, 8)), parameter("upper", sp.Rational(1, 3))
_ALPHA, _BETA = parameter("alpha", 1), parameter("beta", 1)
_THRESHOLD, _VALUE = parameter("threshold", 1), parameter("value", 0)
_LAMBDA, _B = parameter("lambd", _HALF), parameter("b", 4)


def _leaky(slope: sp.Expr) -> sp.Expr:
    return pieces((slope * X, X <= 0), (X, True))


_a, _l = _ALPHA.symbol, _LAMBDA.symbol

# At its kink the ReLU family has the left slope: PyTorch, JAX and Keras have relu'(0) = 0.
RECTIFIERS = (
    Row("identity", X, "goodfellow_2016", r"\operatorname{id}", aliases=("linear",)),
    Row("relu", pieces((0, X <= 0), (X, True)), "nair_hinton_2010", r"\operatorname{ReLU}"),
    # PyTorch and JAX: 0.01. Keras: 0.2.
    Row("leaky_relu", _leaky(_LEAK.symbol), "maas_2013", r"\operatorname{LeakyReLU}", parameters=(_LEAK,)),
    # The slope is learned; PyTorch starts it at 0.25.
    Row("prelu", _leaky(_LEARNED.symbol), "he_2015", r"\operatorname{PReLU}", parameters=(_LEARNED,)),
    # In evaluation the random slope is replaced by its mean.
    Row(
        "rrelu",
        _leaky((_LOWER.symbol + _UPPER.symbol) / 2),
        "xu_2015",
        r"\operatorname{RReLU}",
        parameters=(_LOWER, _UPPER),
        conditions=(_LOWER.symbol <= _UPPER.symbol,),
    ),
    Row(
        "relu6",
        pieces((0, X <= 0), (X, X <= 6), (6, True)),
        "krizhevsky_2010",
        r"\operatorname{ReLU6}",
        kink_slopes=((sp.Integer(6), _ZERO),),
    ),
    # Frameworks ask for both numbers; 1 and 0 make it the thresholded rectifier of the source.
    Row(
        "threshold",
        pieces((_VALUE.symbol, _THRESHOLD.symbol >= X), (X, True)),
        "konda_2015",
        r"\operatorname{threshold}",
        parameters=(_THRESHOLD, _VALUE),
    ),
    Row(
        "elu",
        pieces((_a * (sp.exp(X) - 1), X <= 0), (X, True)),
        "clevert_2016",
        r"\operatorname{ELU}",
        parameters=(_ALPHA,),
        conditions=(_a >= 0,),
    ),
    Row(
        "celu",
        pieces((_a * (sp.exp(X / _a) - 1), X <= 0), (X, True)),
        "barron_2017",
        r"\operatorname{CELU}",
        parameters=(_ALPHA,),
        conditions=(_a > 0,),
    ),
    Row(
        "selu",
        pieces((SELU_SCALE * SELU_ALPHA * (sp.exp(X) - 1), X <= 0), (SELU_SCALE * X, True)),
        "klambauer_2017",
        r"\operatorname{SELU}",
    ),
    Row(
        "isrlu",
        pieces((X / sp.sqrt(1 + _a * X**2), X <= 0), (X, True)),
        "carlile_2017",
        r"\operatorname{ISRLU}",
        parameters=(_ALPHA,),
        conditions=(_a > 0,),
    ),
    Row(
        "softplus",
        Softplus(_BETA.symbol * X) / _BETA.symbol,
        "dugas_2001",
        r"\operatorname{softplus}",
        parameters=(_BETA,),
        conditions=(_BETA.symbol > 0,),
    ),
    Row("log_sigmoid", -Softplus(-X), "dugas_2001", r"\log\sigma"),
    Row(
        "squareplus",
        (X + sp.sqrt(X**2 + _B.symbol)) / 2,
        "barron_2021",
        r"\operatorname{squareplus}",
        parameters=(_B,),
        conditions=(_B.symbol > 0,),
    ),
    Row(
        "sparse_plus",
        pieces((0, X <= -1), ((X + 1) ** 2 / 4, X <= 1), (X, True)),
        "jax_2018",
        r"\operatorname{sparseplus}",
    ),
    Row(
        "relu_squared",
        pieces((0, X <= 0), (X**2, True)),
        "so_2021",
        r"\operatorname{ReLU}^2",
        aliases=("squared_relu",),
    ),
    Row("abs", sp.Abs(X), "jarrett_2009", r"\operatorname{abs}", kink_slopes=((_ZERO, _ZERO),)),
    Row("bent_identity", X + (sp.sqrt(X**2 + 1) - 1) / 2, "", r"\operatorname{bent}"),
    Row(
        "hardshrink",
        pieces((X, -_l > X), (0, _l >= X), (X, True)),
        "donoho_johnstone_1994",
        r"\operatorname{hardshrink}",
        kink_slopes=((-_l, _ZERO),),
        parameters=(_LAMBDA,),
        conditions=(_l > 0,),
        aliases=("hard_shrink",),
    ),
    Row(
        "softshrink",
        pieces((X + _l, -_l > X), (0, _l >= X), (X - _l, True)),
        "donoho_johnstone_1994",
        r"\operatorname{softshrink}",
        kink_slopes=((-_l, _ZERO),),
        parameters=(_LAMBDA,),
        conditions=(_l > 0,),
        aliases=("soft_shrink",),
    ),
    Row("tanhshrink", X - sp.tanh(X), "pytorch_2019", r"\operatorname{tanhshrink}", aliases=("tanh_shrink",)),
)
