"""How deep can a sigmoid network be?

The textbook answer is a chain of single units: each step multiplies the gradient by at most |w|/4. A wide random
network is another matter: the worst case is far from what happens, and what happens has a law of its own.

Run it with ``python examples/sigmoid_depth.py [FOLDER]``; the report and the figure are written to the folder.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import symgrad as sg
from symgrad.reports.curves import gradient_curves
from symgrad.reports.figures import gradient_figure

THRESHOLD, LN10 = 1e-6, math.log(10)


def tell_chain() -> None:
    """The textbook: one unit in every layer, all weights one."""
    chain = sg.mlp(width=1, depth=30, activation="sigmoid", weights=1)
    claim = sg.theorems.claim("gradient_norm_le_pow_of_scalar_chain", chain)
    print("A chain of sigmoid units")
    print(f"  claim:     {claim.statement()}")
    print(f"  replayed:  {claim.replay().name.lower()}")
    print(f"  tightness: {claim.tightness}")
    print(f"  surely below {THRESHOLD:g} from depth {claim.depth_until(THRESHOLD)} on")


def tell_wide(folder: Path) -> None:
    """A wide random network: the worst case, and what happens."""
    net = sg.mlp(width=64, depth=30, activation="sigmoid", weight_var=1)
    answer = sg.ask(net, trials=200)
    worst = answer["jacobian_norm_le_prod_lipschitz"]
    sample = sg.simulate(net, "gradient_norm", trials=200, rng=0)
    verdict = answer.verdict(worst.name)
    median = sample.quantile(0.5)[0] / LN10
    print(f"\n{net}")
    print(f"  worst case: 10^{worst.log10:.1f} ({worst.mode.words()})")
    print(f"  measured:   10^{median:.1f} (median of {sample.trials} networks)")
    print(f"  verdict:    {verdict.outcome.value}, loose by a factor of 10^{verdict.slack:.1f}")
    answer.save(folder / "sigmoid_depth.html")
    (folder / "sigmoid_depth.svg").write_text(gradient_figure(gradient_curves(answer)).svg, encoding="utf-8")


def main(folder: Path) -> None:
    """Tell both stories and write the report."""
    tell_chain()
    tell_wide(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
