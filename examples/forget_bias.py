"""With a forget bias of 1, how many steps until half of the gradient is gone? And which bias keeps half for 100 steps?

Both are about the direct path of an LSTM, from one cell state to the one before, with a forget gate that stays where its
bias puts it. Three times are told, since they are often taken for one another.
"""

from __future__ import annotations

import sympy as sp

import symgrad as sg
from symgrad.claims import symbol

HALF_LIFE = "half_life_eq_log_ratio_of_forget_bias"
FORGETTING = "forgetting_time_eq_one_plus_exp_forget_bias"
BELOW, ABOVE = "time_constant_ge_exp_forget_bias", "time_constant_lt_half_plus_exp_forget_bias"


def tell_times(bias: int) -> None:
    """Three times of one bias."""
    net = sg.lstm(width=64, steps=100, forget_bias=bias)
    half, below, above, forgetting = (
        sg.theorems.claim(name, net).valued() for name in (HALF_LIFE, BELOW, ABOVE, FORGETTING)
    )
    print(f"{bias:>4}  {float(half):>9.4f}  {float(below):>9.4f} to {float(above):>9.4f}  {float(forgetting):>15.4f}")


def tell_question() -> None:
    """The question, with the derivation behind the answer."""
    claim = sg.theorems.claim(HALF_LIFE, sg.lstm(width=64, steps=100, forget_bias=1))
    print(f"\nhalf of the gradient is gone after {float(claim.valued()):.4f} steps: T = {claim.bound}")
    print(f"  replayed: {claim.replay().name.lower()}")
    bias = symbol("forget_bias")
    (wanted,) = sp.solve(sp.Eq(claim.bound, 100), bias)
    print(f"half is left after 100 steps if the bias is {float(wanted):.4f}")


def main() -> None:
    """Tell the times of some biases, then answer the question."""
    print("bias  half-life             time constant  forgetting time")
    for bias in (0, 1, 2, 3, 5):
        tell_times(bias)
    tell_question()


if __name__ == "__main__":
    main()
