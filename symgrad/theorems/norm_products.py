"""Products of layer norms: the worst case, in four norms.

One formula, ``gamma^L |W|^L`` with the geometric mean of the norms of the weights, and one derivation for each norm.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ..claims import (
    Always,
    Claim,
    Mode,
    Norm,
    Relation,
    Tightness,
    TightnessKind,
    WithProbability,
    cite,
    jacobian_norm,
    symbol,
)
from ..networks import Network, mlp
from .hypotheses import AT_LEAST_ONE_LAYER, BOUNDED_SLOPE, PLAIN_LAYERS
from .norm_derivations import norm_product_steps
from .rates import FAILURE, NORM_SYMBOLS, is_random, lipschitz_value, mean_particulars, weight_norm_value
from .registries import theorem
from .weight_norms import weight_norm_premise

__all__ = [
    "jacobian_fro_norm_le_prod_lipschitz",
    "jacobian_inf_norm_le_prod_lipschitz",
    "jacobian_norm_le_prod_lipschitz",
    "jacobian_one_norm_le_prod_lipschitz",
]

GAMMA = symbol("lipschitz")
DEPTH = symbol("depth")
_SOURCE = cite("horn_johnson_1991", "section 3.3")
_SMOOTH = (PLAIN_LAYERS, BOUNDED_SLOPE)
_SMOOTH_AND_DEEP = (*_SMOOTH, AT_LEAST_ONE_LAYER)


def attained_chain(activation: str = "sigmoid", weight: float = 3.0, depth: int = 5) -> Network:
    """Return a chain of scalars whose units all sit at 0, the steepest point of a sigmoid: the bound is attained."""
    value = 0.5  # of the sigmoid at 0, so that the next preactivation is weight / 2 + bias = 0
    biases = [np.zeros(1)] + [np.array([-weight * value])] * (depth - 1)
    return mlp(activation=activation, weights=[np.array([[weight]])] * depth, biases=biases, input_mean_square=0)


def loosened(claim: Claim) -> Claim:
    """Return the same claim for one layer fewer's worth of weights: a bound with a factor of the weights missing."""
    weight = next(s for s in claim.bound.free_symbols if s in NORM_SYMBOLS.values())
    return replace(claim, bound=claim.bound / weight)


def _norm_product(name: str, norm: Norm, network: Network) -> Claim:
    bound = GAMMA**DEPTH * NORM_SYMBOLS[norm] ** DEPTH
    random = is_random(network)
    mode: Mode = WithProbability(FAILURE) if random else Always()
    values = [
        (GAMMA, lipschitz_value(network)),
        (DEPTH, network.depth),
        (NORM_SYMBOLS[norm], weight_norm_value(network, norm)),
    ]
    return Claim(
        name=name,
        subject=str(network),
        quantity=jacobian_norm(0, norm),
        relation=Relation.LE,
        bound=bound,
        mode=mode,
        assumptions=_SMOOTH_AND_DEEP if norm is Norm.FROBENIUS else _SMOOTH,
        derivation=norm_product_steps(norm, bound),
        sources=(_SOURCE, cite("bengio_simard_frasconi_1994", "section III")) if norm is Norm.SPECTRAL else (_SOURCE,),
        tightness=Tightness(
            TightnessKind.ATTAINED,
            "by a chain of scalars whose units all sit at the steepest point; in wide random networks it is loose by "
            "a factor that grows exponentially with the depth",
        ),
        premises=(*(phi.lipschitz for phi in network.activations), *weight_norm_premise(network, norm)),
        values=tuple(values + ([(symbol("failure_probability"), FAILURE)] if random else [])),
        particulars=mean_particulars(network, GAMMA, NORM_SYMBOLS[norm], norm),
        condition=DEPTH >= 1 if norm is Norm.FROBENIUS else sp.true,
    )


@theorem(assumptions=_SMOOTH, mutant=loosened, example=attained_chain)
def jacobian_norm_le_prod_lipschitz(network: Network) -> Claim:
    r"""The Jacobian stretches a vector by at most the product of the largest slopes and the weights' spectral norms.

    **Statement.**
    :math:`\lVert J_{L:0}\rVert_2\le\prod_{\ell=1}^{L}\gamma_\ell\lVert W_\ell\rVert_2=\gamma^L\lVert W\rVert_2^L`,
    with :math:`\lVert W\rVert_2` the geometric mean of the norms.

    **Assumptions.** plain_layers, bounded_slope.

    **Derivation.** A diagonal matrix of slopes stretches by at most the largest slope; norms are submultiplicative;
    induction over the layers. For Gaussian weights the norms are replaced by what they stay below together, with
    probability at least :math:`1-\delta`.

    **Tightness.** Attained by a chain of scalars at the steepest point; loose for wide random networks.

    **Source.** Horn and Johnson 1991, section 3.3; Bengio, Simard and Frasconi 1994.

    See Also
    --------
    jacobian_one_norm_le_prod_lipschitz, jacobian_inf_norm_le_prod_lipschitz, jacobian_fro_norm_le_prod_lipschitz

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(activation="sigmoid", weights=1, depth=10)
    >>> sg.theorems.claim("jacobian_norm_le_prod_lipschitz", net).valued()
    1/1048576
    """
    return _norm_product("jacobian_norm_le_prod_lipschitz", Norm.SPECTRAL, network)


@theorem(assumptions=_SMOOTH, mutant=loosened, example=attained_chain)
def jacobian_one_norm_le_prod_lipschitz(network: Network) -> Claim:
    r"""The same in the 1-norm, the largest column sum.

    **Statement.** :math:`\lVert J_{L:0}\rVert_1\le\gamma^L\lVert W\rVert_1^L`.

    **Assumptions.** plain_layers, bounded_slope.

    **Derivation.** As for the spectral norm: a diagonal matrix stretches the 1-norm, too, by at most its largest entry.

    **Tightness.** Attained by a chain of scalars. Gradients live in the dual: this bounds them in the maximum norm.

    **Source.** Horn and Johnson 1991, section 3.3.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.mlp(activation="tanh", weights=[np.array([[1.0, 2.0], [3.0, 4.0]])])
    >>> sg.theorems.claim("jacobian_one_norm_le_prod_lipschitz", net).valued()
    6
    """
    return _norm_product("jacobian_one_norm_le_prod_lipschitz", Norm.ONE, network)


@theorem(assumptions=_SMOOTH, mutant=loosened, example=attained_chain)
def jacobian_inf_norm_le_prod_lipschitz(network: Network) -> Claim:
    r"""The same in the maximum norm, the largest row sum.

    **Statement.** :math:`\lVert J_{L:0}\rVert_\infty\le\gamma^L\lVert W\rVert_\infty^L`.

    **Assumptions.** plain_layers, bounded_slope.

    **Derivation.** As for the spectral norm: a diagonal matrix stretches the maximum norm by at most its largest entry.

    **Tightness.** Attained by a chain of scalars. Gradients live in the dual: this bounds them in the 1-norm.

    **Source.** Horn and Johnson 1991, section 3.3.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.mlp(activation="tanh", weights=[np.array([[1.0, 2.0], [3.0, 4.0]])])
    >>> sg.theorems.claim("jacobian_inf_norm_le_prod_lipschitz", net).valued()
    7
    """
    return _norm_product("jacobian_inf_norm_le_prod_lipschitz", Norm.INF, network)


@theorem(assumptions=_SMOOTH_AND_DEEP, mutant=loosened, example=attained_chain)
def jacobian_fro_norm_le_prod_lipschitz(network: Network) -> Claim:
    r"""The same in the Frobenius norm, which also bounds the root of the summed squares of all singular values.

    **Statement.** :math:`\lVert J_{L:0}\rVert_F\le\gamma^L\lVert W\rVert_F^L`.

    **Assumptions.** plain_layers, bounded_slope; at_least_one_layer, since the identity has Frobenius norm :math:`\sqrt n`, not 1.

    **Derivation.** Cauchy-Schwarz for every entry of a product; then as for the spectral norm.

    **Tightness.** Attained by a chain of scalars; never below the spectral bound.

    **Source.** Horn and Johnson 1991, section 3.3.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.mlp(activation="tanh", weights=[np.array([[1.0, 2.0], [3.0, 4.0]])])
    >>> sg.theorems.claim("jacobian_fro_norm_le_prod_lipschitz", net).valued()
    sqrt(30)
    """
    return _norm_product("jacobian_fro_norm_le_prod_lipschitz", Norm.FROBENIUS, network)
