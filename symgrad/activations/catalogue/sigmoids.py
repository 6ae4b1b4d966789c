"""Sigmoids: bounded, or with slopes that die on both sides."""

from __future__ import annotations

import sympy as sp

from ...claims import Logistic
from .rows import Row, X, parameter, pieces

__all__ = ["SIGMOIDS"]

_SLOPE, _SCALE, _CAP = parameter("slope", sp.Rational(1, 6)), parameter("alpha", 1), parameter("cap", 50)
_LOW, _HIGH = parameter("low", -1), parameter("high", 1)
_HALF, _QUARTER = sp.Rational(1, 2), sp.Rational(1, 4)
_EDGE = _HALF / _SLOPE.symbol

SIGMOIDS = (
    Row("sigmoid", Logistic(X), "hochreiter_1991", r"\sigma", aliases=("logistic",)),
    Row("tanh", sp.tanh(X), "glorot_bengio_2010", r"\tanh"),
    # PyTorch and Keras: slope 1/6. Older Keras and Theano: 1/5. Outside of the open middle the slope is 0.
    Row(
        "hard_sigmoid",
        pieces((0, -_EDGE >= X), (_SLOPE.symbol * X + _HALF, _EDGE >= X), (1, True)),
        "courbariaux_2015",
        r"\operatorname{hardsigmoid}",
        kink_slopes=((_EDGE, sp.S.Zero),),
        parameters=(_SLOPE,),
        conditions=(_SLOPE.symbol > 0,),
    ),
    Row(
        "hard_tanh",
        pieces((_LOW.symbol, _LOW.symbol >= X), (X, _HIGH.symbol >= X), (_HIGH.symbol, True)),
        "collobert_2004",
        r"\operatorname{hardtanh}",
        kink_slopes=((_HIGH.symbol, sp.S.Zero),),
        parameters=(_LOW, _HIGH),
        conditions=(_LOW.symbol < _HIGH.symbol,),
    ),
    Row("softsign", X / (1 + sp.Abs(X)), "turian_2009", r"\operatorname{softsign}", aliases=("soft_sign",)),
    Row("erf", sp.erf(X), "williams_1997", r"\operatorname{erf}"),
    Row("atan", sp.atan(X), "lecun_1998", r"\arctan", aliases=("arctan",)),
    Row("asinh", sp.asinh(X), "lecun_1998", r"\operatorname{arsinh}", aliases=("arcsinh",)),
    Row(
        "isru",
        X / sp.sqrt(1 + _SCALE.symbol * X**2),
        "carlile_2017",
        r"\operatorname{ISRU}",
        parameters=(_SCALE,),
        conditions=(_SCALE.symbol > 0,),
    ),
    # LeCun's choice: f(1) = 1 and f(-1) = -1, near enough, with the largest curvature there.
    Row(
        "lecun_tanh",
        sp.Rational(17159, 10000) * sp.tanh(sp.Rational(2, 3) * X),
        "lecun_1998",
        r"\operatorname{tanh}_{\mathrm{LeCun}}",
    ),
    Row(
        "sparse_sigmoid",
        pieces((0, X <= -1), ((X + 1) / 2, X <= 1), (1, True)),
        "jax_2018",
        r"\operatorname{sparsesigmoid}",
        kink_slopes=((-sp.S.One, _QUARTER), (sp.S.One, _QUARTER)),  # JAX halves the slope where its clip is tied
    ),
    Row(
        "sqnl",
        pieces((-1, X <= -2), (X + X**2 / 4, X <= 0), (X - X**2 / 4, X <= 2), (1, True)),
        "wuraola_patel_2018",
        r"\operatorname{SQNL}",
    ),
    Row(
        "softcap",
        _CAP.symbol * sp.tanh(X / _CAP.symbol),
        "gemma_2024",
        r"\operatorname{softcap}",
        parameters=(_CAP,),
        conditions=(_CAP.symbol > 0,),
    ),
    Row("symlog", sp.sign(X) * sp.log(1 + sp.Abs(X)), "hafner_2023", r"\operatorname{symlog}"),
    Row("step", pieces((0, X < 0), (1, True)), "mcculloch_pitts_1943", r"\operatorname{step}", aliases=("heaviside",)),
    Row("sign", sp.sign(X), "mcculloch_pitts_1943", r"\operatorname{sign}"),
)
