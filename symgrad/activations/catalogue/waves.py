"""Waves, bumps and polynomials."""

from __future__ import annotations

import sympy as sp

from .rows import Row, X, parameter

__all__ = ["WAVES"]

_FREQUENCY, _A = parameter("omega", 30), parameter("a", 1)
_CARRIER, _WIDTH = parameter("omega", 5), parameter("sharpness", 1)
_DEGREE = parameter("degree", 2, integer=True, positive=True)

WAVES = (
    Row("sin", sp.sin(X), "parascandolo_2017", r"\sin"),
    Row("cos", sp.cos(X), "rahimi_recht_2007", r"\cos"),
    Row(
        "siren",
        sp.sin(_FREQUENCY.symbol * X),
        "sitzmann_2020",
        r"\operatorname{siren}",
        parameters=(_FREQUENCY,),
        conditions=(_FREQUENCY.symbol > 0,),
    ),
    Row(
        "snake",
        X + sp.sin(_A.symbol * X) ** 2 / _A.symbol,
        "ziyin_2020",
        r"\operatorname{snake}",
        parameters=(_A,),
        conditions=(_A.symbol > 0,),
    ),
    Row("gcu", X * sp.cos(X), "noel_2021", r"\operatorname{GCU}"),
    Row("gaussian", sp.exp(-(X**2)), "hartman_1990", r"\operatorname{Gauss}"),
    Row(
        "gabor",
        sp.exp(-((_WIDTH.symbol * X) ** 2)) * sp.cos(_CARRIER.symbol * X),
        "saragadam_2023",
        r"\operatorname{Gabor}",
        parameters=(_CARRIER, _WIDTH),
        conditions=(_CARRIER.symbol > 0, _WIDTH.symbol > 0),
    ),
    Row("exponential", sp.exp(X), "keras_2015", r"\exp", aliases=("exp",)),
    Row("monomial", X**_DEGREE.symbol, "daniely_2016", r"\operatorname{mono}", parameters=(_DEGREE,)),
    # The orthonormal polynomials of the Gaussian, so that the mean square is 1.
    Row(
        "hermite",
        sp.hermite_prob(_DEGREE.symbol, X) / sp.sqrt(sp.factorial(_DEGREE.symbol)),
        "daniely_2016",
        r"\operatorname{he}",
        parameters=(_DEGREE,),
    ),
)
