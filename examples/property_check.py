"""Property-based checking of a bound: is it true on every network that Hypothesis can think of?

A true bound survives. A false one, the folklore that a tanh network never stretches a gradient because the slope of
tanh is at most one, is refuted, and Hypothesis shrinks the counterexample to the smallest network that shows it.

It needs Hypothesis, which comes with the extra for tests: ``pip install -e '.[testing]'``.
"""

from __future__ import annotations

import sys

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    sys.exit("property_check.py needs Hypothesis: pip install -e '.[testing]'")

import symgrad as sg
from symgrad.claims import Always, Relation

# Reproducible, and without a time limit for a single example: the first one compiles the simulation.
CHECK = settings(max_examples=25, derandomize=True, deadline=None, database=None)
THEOREM = "jacobian_inf_norm_le_prod_lipschitz"


@CHECK
@given(sg.strategies.networks(max_width=4, max_depth=3))
def check_theorem(network: sg.Network) -> None:
    """Try the product bound wherever it applies."""
    applications = {application.name: application for application in sg.theorems.about(network)}
    claim = applications[THEOREM].claim
    if claim is not None:
        sg.assert_holds(claim, network, trials=5)


@CHECK
@given(st.integers(1, 3), st.sampled_from([1, 2, 4]))
def check_folklore(depth: int, weight: int) -> None:
    """Try the folklore on chains of tanh units."""
    chain = sg.mlp(depth=depth, activation="tanh", weights=weight, input_mean_square=0)
    guess = sg.Claim.conjecture(sg.quantity("gradient_norm", layer=0), Relation.LE, 1, Always())
    sg.assert_holds(guess, chain, trials=1)


def main() -> None:
    """Check both, and say what came of it."""
    check_theorem()
    print(f"{THEOREM}: survived")
    try:
        check_folklore()
    except AssertionError as error:
        print(f"the folklore: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
