"""An activation of your own: its certified profile, a network of it, and a check of what is claimed about it.

The function x·erf(x) is smooth, even and unbounded. Nothing about it is in the catalogue: every number below is derived
from the expression.
"""

from __future__ import annotations

import symgrad as sg


def tell_profile(phi: sg.Activation) -> None:
    """Slopes, limits and symmetry; each number is a claim with a derivation."""
    print(f"f(x) = {phi.expression}, f'(x) = {phi.derivative}")
    print(f"  even: {phi.even}, odd: {phi.odd}, bounded: {phi.bounded}")
    slope = phi.lipschitz
    enclosure = sg.enclose(slope.bound, digits=15)
    lower, upper = enclosure.decimals()
    print(f"  steepest slope between {lower} and {upper}, at {slope.tightness.attained_at}")
    print(f"  its derivation: {slope.replay().name.lower()}")


def tell_network(phi: sg.Activation) -> None:
    """A network of it: every claim that applies, replayed and tried."""
    answer = sg.ask(sg.mlp(width=32, depth=8, activation=phi, weight_var=1), trials=100)
    print(f"\n{answer.network}")
    for finding in answer.findings:
        print(f"  {finding.application.name}: {finding.verdict.outcome.value}")
    print(f"  refuted: {len(answer.refuted)}")


def main() -> None:
    """Tell the profile, then the network."""
    phi = sg.activation("x*erf(x)")
    tell_profile(phi)
    tell_network(phi)


if __name__ == "__main__":
    main()
