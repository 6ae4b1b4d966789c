"""Refutations: what is often said of gradients through time, a network that refutes it, and what is true of it instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp

from ..claims import Claim, Relation, Verdict
from ..networks import IdentityWeights, Recurrence, lstm, rnn
from ..simulation import simulate
from ..theorems import claim
from ..theorems.recurrences.pairs import resting_pair
from ..verification import decide, verify
from ..verification.decisions import needed

__all__ = ["Misconception", "misconceptions"]


@dataclass(frozen=True)
class Misconception:
    """Something that is said, and is false of a network.

    Parameters
    ----------
    words : str
        What is said.
    network : Recurrence
        Of which it is false.
    said : Claim
        What it would mean there, without a derivation.
    known : Claim
        What is true of the same quantity.

    Examples
    --------
    >>> first = misconceptions()[0]
    >>> first.words
    'a spectral radius above 1 makes gradients explode'
    >>> first.refutation().outcome.value
    'refuted'
    """

    words: str
    network: Recurrence
    said: Claim
    known: Claim

    def refutation(self, trials: int = 400, rng: int = 0) -> Verdict:
        """Try what is said.

        Parameters
        ----------
        trials : int, default 400
            Of a simulation, where one is needed.
        rng : int, default 0
            Its seed.

        Returns
        -------
        Verdict
            Refuted.
        """
        return self._tried(self.said, trials, rng)

    def confirmation(self, trials: int = 400, rng: int = 0) -> Verdict:
        """Try what is true, in the same way; a verdict that is not *refuted*."""
        return self._tried(self.known, trials, rng)

    def _tried(self, which: Claim, trials: int, rng: int) -> Verdict:
        samples = [simulate(self.network, wanted, trials=trials, rng=rng) for wanted in needed(which)]
        return verify(which, samples) if samples else decide(which)

    def __str__(self) -> str:
        """Tell what is said, of what it is false, and what is true."""
        return f"{self.words}: not of {self.network}, where {self.known.statement()} ({self.known.name})"


@dataclass(frozen=True)
class _Row:
    """Which theorem corrects what is said, on which network, and what would be claimed there."""

    words: str
    theorem: str
    network: Callable[[], Recurrence]
    relation: Relation
    bound: sp.Expr

    def made(self) -> Misconception:
        network = self.network()
        known = claim(self.theorem, network)
        guess = Claim.conjecture(known.quantity, self.relation, self.bound, known.mode, known.subject)
        return Misconception(self.words, network, replace(guess, values=known.values), known)


def _expanding_unit() -> Recurrence:
    return rnn(width=1, steps=10, law=IdentityWeights(2), input_mean_square=0, state_mean_square=1)


def _jordan_pair() -> Recurrence:
    block = np.array([[0.96875, 1.0], [0.0, 0.96875]])
    return rnn(steps=30, activation="identity", weights={"weight_ih_l0": np.eye(2), "weight_hh_l0": block})


def _quiet_lstm() -> Recurrence:
    return lstm(width=4, steps=10, weight_var=0, input_mean_square=0, forget_bias=1)


_HALF = sp.S.Half
_ROWS = (
    _Row(
        "a spectral radius above 1 makes gradients explode",
        "gradient_norm_le_pow_inverse_square_self_weight",
        _expanding_unit,
        Relation.GE,
        sp.S.One,
    ),
    _Row(
        "a spectral radius below 1 makes gradients vanish",
        "jacobian_norm_eq_pow_of_nilpotent_weights",
        resting_pair,
        Relation.LE,
        sp.S.One,
    ),
    _Row(
        "a linear recurrence with a spectral radius below 1 never grows",
        "jacobian_fro_norm_eq_binomial_sum_of_jordan_block",
        _jordan_pair,
        Relation.LE,
        sp.sqrt(2),
    ),
    _Row(
        "with a forget bias of 1 an LSTM keeps its gradient",
        "gradient_norm_eq_pow_forget_gate_of_constant_gates",
        _quiet_lstm,
        Relation.GE,
        _HALF,
    ),
    _Row(
        "half of a gradient is left after 1/(1 - f) steps",
        "half_life_eq_log_ratio_of_forget_bias",
        _quiet_lstm,
        Relation.EQ,
        1 + sp.E,
    ),
    _Row(
        "a ReLU network that begins at the identity keeps its gradient",
        "mean_square_gradient_eq_arcsine_sum_of_identity_weights",
        lambda: rnn(width=8, steps=6, activation="relu", law="identity"),
        Relation.EQ,
        sp.S.One,
    ),
)


def misconceptions() -> tuple[Misconception, ...]:
    """Return what is often said of gradients through time and is false, each with a network that shows it.

    Returns
    -------
    tuple of Misconception
        Each with what is true instead; nothing is simulated before a refutation is asked for.

    Examples
    --------
    >>> for each in misconceptions()[:2]:
    ...     print(each.words)
    a spectral radius above 1 makes gradients explode
    a spectral radius below 1 makes gradients vanish
    """
    return tuple(row.made() for row in _ROWS)
