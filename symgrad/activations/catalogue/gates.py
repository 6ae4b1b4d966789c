"""Gates: the input times something that opens and closes."""

from __future__ import annotations

import sympy as sp

from ...claims import Logistic, NormalCdf, Softplus
from .rows import Row, X, parameter, pieces

__all__ = ["GATES"]

_BETA = parameter("beta", 1)
_CUBIC = X + sp.Rational("0.044715") * X**3

GATES = (
    Row("gelu", X * NormalCdf(X), "hendrycks_gimpel_2016", r"\operatorname{GELU}"),
    Row(
        "gelu_tanh",
        X * (1 + sp.tanh(sp.sqrt(2 / sp.pi) * _CUBIC)) / 2,
        "hendrycks_gimpel_2016",
        r"\operatorname{GELU}_{\tanh}",
    ),
    Row("quick_gelu", X * Logistic(sp.Rational("1.702") * X), "hendrycks_gimpel_2016", r"\operatorname{GELU}_{\sigma}"),
    Row(
        "silu",
        X * Logistic(_BETA.symbol * X),
        "elfwing_2018",
        r"\operatorname{SiLU}",
        parameters=(_BETA,),
        conditions=(_BETA.symbol > 0,),
        aliases=("swish",),
    ),
    Row(
        "hard_swish",
        pieces((0, X <= -3), (X * (X + 3) / 6, X <= 3), (X, True)),
        "howard_2019",
        r"\operatorname{hardswish}",
        kink_slopes=((sp.Integer(3), sp.S.One),),  # in all three frameworks
        aliases=("hard_silu",),
    ),
    Row("mish", X * sp.tanh(Softplus(X)), "misra_2020", r"\operatorname{mish}"),
    Row("serf", X * sp.erf(Softplus(X)), "nag_2021", r"\operatorname{serf}"),
    Row("tanhexp", X * sp.tanh(sp.exp(X)), "liu_di_2020", r"\operatorname{TanhExp}"),
    Row("logish", X * sp.log(1 + Logistic(X)), "zhu_2021", r"\operatorname{logish}"),
    Row("phish", X * sp.tanh(X * NormalCdf(X)), "naveen_2022", r"\operatorname{phish}"),
    Row("lisht", X * sp.tanh(X), "roy_2019", r"\operatorname{LiSHT}"),
    Row(
        "elish",
        pieces(((sp.exp(X) - 1) * Logistic(X), X < 0), (X * Logistic(X), True)),
        "basirat_roth_2018",
        r"\operatorname{ELiSH}",
    ),
)
