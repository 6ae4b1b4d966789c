r"""The two constants of SELU, derived from what they are for.

With :math:`\zeta\sim N(0,1)` the activation is to have mean 0 and mean square 1 (Klambauer et al. 2017, equation 14).
On each half line the moments are elementary: completing the square,
:math:`\mathbb E[e^{k\zeta};\zeta<0]=e^{k^2/2}\Phi(-k)`.
"""

from __future__ import annotations

import sympy as sp

from ...claims import NormalCdf
from ...rigor import DefinedConstant

__all__ = ["SELU_ALPHA", "SELU_SCALE"]


def _left_moment(rate: int) -> sp.Expr:
    """``E[exp(rate z); z < 0]``."""
    return sp.exp(sp.Rational(rate**2, 2)) * NormalCdf(sp.Integer(-rate))


_MEAN_RIGHT, _SQUARE_RIGHT = 1 / sp.sqrt(2 * sp.pi), sp.Rational(1, 2)  # E[z; z > 0] and E[z^2; z > 0]
_MEAN_LEFT = _left_moment(1) - _left_moment(0)  # E[e^z - 1; z < 0]
_SQUARE_LEFT = _left_moment(2) - 2 * _left_moment(1) + _left_moment(0)  # E[(e^z - 1)^2; z < 0]

# Mean zero: MEAN_RIGHT + alpha MEAN_LEFT = 0. Mean square one: scale^2 (SQUARE_RIGHT + alpha^2 SQUARE_LEFT) = 1.
SELU_ALPHA = DefinedConstant(r"\alpha_{\mathrm{SELU}}", -_MEAN_RIGHT / _MEAN_LEFT)
SELU_SCALE = DefinedConstant(
    r"\lambda_{\mathrm{SELU}}", 1 / sp.sqrt(_SQUARE_RIGHT + SELU_ALPHA.definition**2 * _SQUARE_LEFT)
)
