"""Powers of a norm: the worst case of a vanilla recurrence, in three norms, and so when a gradient must vanish.

What is printed of the condition with the largest eigenvalue in place of the norm is false: see `spectral_radii`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...claims import (
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
from ...networks import Recurrence, rnn
from ..hypotheses import BOUNDED_SLOPE
from ..norm_derivations import norm_power_steps
from ..rates import FAILURE
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL, WEIGHTS_WITH_A_NORM
from .rates import RECURRENT_NORMS, has_random_norm, largest_slope, recurrent_norm, recurrent_norm_premise

__all__ = [
    "jacobian_inf_norm_le_pow_of_recurrent_weights",
    "jacobian_norm_le_pow_of_recurrent_weights",
    "jacobian_one_norm_le_pow_of_recurrent_weights",
    "resting_unit",
]

GAMMA, STEPS = symbol("lipschitz"), symbol("steps")
_SMOOTH = (ONE_RECURRENT_LAYER, VANILLA_CELL, BOUNDED_SLOPE, WEIGHTS_WITH_A_NORM)
_SOURCES = (cite("pascanu_2013", "section 2.1, equation (6)"), cite("horn_johnson_1991", "section 3.3"))


def resting_unit(weight: float = 1.5, steps: int = 6) -> Recurrence:
    """Return one tanh unit that rests at zero, the steepest point of tanh: the bound is attained at every step."""
    weights = {"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.array([[weight]])}
    return rnn(steps=steps, weights=weights, input_mean_square=0)


def _loosened(claim: Claim) -> Claim:
    """Forget the weights of one step."""
    weight = next(s for s in claim.bound.free_symbols if s in RECURRENT_NORMS.values())
    return replace(claim, bound=claim.bound / weight)


def _norm_power(name: str, norm: Norm, network: Recurrence) -> Claim:
    weight = RECURRENT_NORMS[norm]
    mode: Mode = WithProbability(FAILURE) if has_random_norm(network) else Always()
    values = ((GAMMA, largest_slope(network)), (STEPS, network.steps), (weight, recurrent_norm(network, norm)))
    return Claim(
        name=name,
        subject=str(network),
        quantity=jacobian_norm(0, norm).in_time(),
        relation=Relation.LE,
        bound=GAMMA**STEPS * weight**STEPS,
        mode=mode,
        assumptions=_SMOOTH,
        derivation=norm_power_steps(norm, GAMMA, weight),
        sources=_SOURCES,
        tightness=Tightness(
            TightnessKind.ATTAINED,
            "by a unit that rests at the steepest point; in wide random networks it is loose by a factor that grows "
            "exponentially with the steps",
        ),
        premises=(network.activations[0].lipschitz, *recurrent_norm_premise(network, norm)),
        values=(*values, (symbol("failure_probability"), FAILURE)) if has_random_norm(network) else values,
    )


@theorem(assumptions=_SMOOTH, mutant=_loosened, example=resting_unit, about=Recurrence)
def jacobian_norm_le_pow_of_recurrent_weights(network: Recurrence) -> Claim:
    r"""Through time, a gradient grows in a step by at most the largest slope times the largest singular value.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le(\gamma\lVert R\rVert_2)^T` for every input. So the gradient vanishes
    if :math:`\gamma\lVert R\rVert_2<1`, and can explode only if :math:`\gamma\lVert R\rVert_2>1`; neither converse
    holds. Over a lag of :math:`T-k` steps the bound is that of so many: ``claim.subs(steps=lag)``.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, weights_with_a_norm.

    **Derivation.** A diagonal matrix of slopes stretches by at most the largest slope; norms are submultiplicative;
    induction over the steps. For Gaussian weights the norm is replaced by what it stays below with probability at
    least :math:`1-\delta`: once where one matrix serves all steps, and in all steps together where each has its own.

    **Tightness.** Attained by a unit that rests at the steepest point; loose for wide random networks.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2.1: the proof bounds by the norm, which is the largest
    singular value, while a printed version says eigenvalue; Horn and Johnson 1991.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz : for feed-forward networks
    jacobian_norm_eq_pow_of_nilpotent_weights : why it is not the largest eigenvalue that counts

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.ones((1, 3)), "weight_hh_l0": np.array([[0.5]])}
    >>> claim = sg.theorems.claim("jacobian_norm_le_pow_of_recurrent_weights", sg.rnn(steps=10, weights=weights))
    >>> claim.valued(), claim.subs(steps=3).valued(), claim.subs(steps=10**6).log10
    (1/1024, 1/8, -301029.9956639812)
    """
    return _norm_power("jacobian_norm_le_pow_of_recurrent_weights", Norm.SPECTRAL, network)


@theorem(assumptions=_SMOOTH, mutant=_loosened, example=resting_unit, about=Recurrence)
def jacobian_one_norm_le_pow_of_recurrent_weights(network: Recurrence) -> Claim:
    r"""The same in the 1-norm, the largest column sum.

    **Statement.** :math:`\lVert J_{T:0}\rVert_1\le(\gamma\lVert R\rVert_1)^T`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, weights_with_a_norm.

    **Derivation.** As for the spectral norm: a diagonal matrix stretches the 1-norm, too, by at most its largest entry.

    **Tightness.** Attained by a unit that rests at the steepest point. Gradients live in the dual: this bounds them in
    the maximum norm.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2.1; Horn and Johnson 1991, section 3.3.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[1.0, 2.0], [3.0, 4.0]])}
    >>> sg.theorems.claim("jacobian_one_norm_le_pow_of_recurrent_weights", sg.rnn(steps=2, weights=weights)).valued()
    36
    """
    return _norm_power("jacobian_one_norm_le_pow_of_recurrent_weights", Norm.ONE, network)


@theorem(assumptions=_SMOOTH, mutant=_loosened, example=resting_unit, about=Recurrence)
def jacobian_inf_norm_le_pow_of_recurrent_weights(network: Recurrence) -> Claim:
    r"""The same in the maximum norm, the largest row sum.

    **Statement.** :math:`\lVert J_{T:0}\rVert_\infty\le(\gamma\lVert R\rVert_\infty)^T`. With :math:`n` units and no
    weight above :math:`w_{\max}` it is at most :math:`(\gamma n w_{\max})^T`: the :math:`n` is part of the condition.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, weights_with_a_norm.

    **Derivation.** As for the spectral norm: a diagonal matrix stretches the maximum norm by at most its largest entry.

    **Tightness.** Attained by a unit that rests at the steepest point. Gradients live in the dual: this bounds them in
    the 1-norm.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2.1; Horn and Johnson 1991, section 3.3.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[1.0, 2.0], [3.0, 4.0]])}
    >>> sg.theorems.claim("jacobian_inf_norm_le_pow_of_recurrent_weights", sg.rnn(steps=2, weights=weights)).valued()
    49
    """
    return _norm_power("jacobian_inf_norm_le_pow_of_recurrent_weights", Norm.INF, network)
