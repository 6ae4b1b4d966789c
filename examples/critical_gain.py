"""Which gain makes a tanh network of width 500 critical, and what does input change?

Without input it is one over the slope at zero, 1 for tanh: below it a state is forgotten, above it the network is chaotic.
Input drives the units to where their slopes are small, so that a larger gain is critical; and little input does much, since
the gain rises with the cube root of its variance. Both are statements about wide networks. The simulation, of one matrix
that serves all steps, shows how near width 500 comes: the logarithm of the gradient norm in each step, over 60 steps. At
the critical gain without input the state dies down slowly, and the gradient falls like a power of the number of steps.

Run it with ``python examples/critical_gain.py``.
"""

from __future__ import annotations

import symgrad as sg
from symgrad.theorems import critical_gain, critical_input_var, critical_input_var_onset, lyapunov_exponent

WIDTH, STEPS, TRIALS = 500, 60, 12
FACTORS = (0.8, 1.0, 1.25)  # of the critical gain


def tell_the_line() -> None:
    """Print the critical gain of some inputs, and the input of some gains."""
    print("variance of the input  critical gain")
    for variance in (0, 0.0001, 0.01, 1, 10):
        print(f"{variance:21}  {float(critical_gain('tanh', variance).bound):.6f}")
    print("gain  variance of the input that makes it critical")
    for gain in (1.2, 1.5, 2, 3):
        print(f"{gain:4}  {float(critical_input_var('tanh', gain).bound):.5f}")
    onset = critical_input_var_onset("tanh")
    print(
        f"just above the gain 1 that variance is {onset.valued()} times the cube of the excess ({onset.replay().name.lower()})"
    )


def measure(gain: float, variance: float) -> tuple[float, float]:
    """Return the mean of the logarithm of the gradient norm in each step, and its standard error."""
    net = sg.rnn(WIDTH, STEPS, "tanh", gain=gain, input_mean_square=variance, state_mean_square=0.25)
    logs = sg.simulate(net, "gradient_norm", trials=TRIALS, rng=0).at(0) / STEPS
    return float(logs.mean()), float(logs.std(ddof=1) / TRIALS**0.5)


def main() -> None:
    """Print the line, then what a network does below, on and above it."""
    tell_the_line()
    print(
        f"one matrix of width {WIDTH} for all of {STEPS} steps, {TRIALS} draws: log of the gradient norm in each step"
    )
    print("input   gain    predicted  measured")
    for variance in (0, 1):
        critical = float(critical_gain("tanh", variance).bound)
        for gain in (round(factor * critical, 3) for factor in FACTORS):
            predicted = float(lyapunov_exponent("tanh", gain, variance).bound)
            seen, error = measure(gain, variance)
            print(f"{variance:5}  {gain:6.3f}  {predicted:9.4f}  {seen:8.4f} ± {error:.4f}")


if __name__ == "__main__":
    main()
