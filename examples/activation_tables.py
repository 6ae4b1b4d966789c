"""Which activations are there, and how steep are they? A table for a paper, and one for a README.

Every number is derived when the table is printed; none is typed.
"""

from __future__ import annotations

import sys

import symgrad as sg
from symgrad.activations import CATALOGUE
from symgrad.claims import Claim, latex
from symgrad.rigor import CannotEnclose, enclose

DIGITS = 12
CONSTANTS = (
    "sigmoid",
    "tanh",
    "softsign",
    "erf",
    "selu",
    "silu",
    "gelu",
    "gelu_tanh",
    "mish",
    "hard_swish",
    "softplus",
)


def rows() -> list[sg.Activation]:
    """Return every activation of the catalogue once, with the defaults of its parameters."""
    return [sg.activation(name) for name in dict.fromkeys(row.name for row in CATALOGUE.values())]


def decimals(claim: Claim) -> str:
    """Write a bound in decimals, cut off so that each of them is right; a fraction as it is."""
    if claim.bound.is_infinite or claim.bound.is_Rational:
        return str(claim.bound).replace("oo", "∞")
    ends = enclose(claim.bound, DIGITS + 8).decimals(DIGITS)
    return min(ends, key=lambda end: abs(float(end))) + "…"


def where(claim: Claim, write=str) -> str:  # type: ignore[no-untyped-def]
    """Write where a bound is attained, or that it is only approached."""
    places = claim.tightness.attained_at or claim.tightness.approached_at
    shown = ", ".join(write(place) for place in places[:2])
    return shown if claim.tightness.attained_at else f"→ {shown}"


def markdown_table(names: tuple[str, ...] = CONSTANTS) -> str:
    """Return the constants of some activations as a Markdown table."""
    lines = ["| activation | largest slope | smallest slope | largest curvature |", "|---|---|---|---|"]
    for name in names:
        phi = sg.activation(name)
        cells = (decimals(claim) for claim in (phi.slope_sup, phi.slope_inf, phi.curvature_sup))
        lines.append(f"| {phi.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def latex_table() -> str:
    """Return the catalogue as a LaTeX table; it needs amsmath and longtable."""
    lines = [r"\begin{longtable}{lll}", r"activation & $\sup\varphi'$ & $\inf\varphi'$ \\ \hline"]
    for phi in rows():
        cells = [f"${latex_bound(claim)}$" for claim in (phi.slope_sup, phi.slope_inf)]
        lines.append(rf"${phi.latex_name}$ & {' & '.join(cells)} \\")
    return "\n".join([*lines, r"\end{longtable}"])


def latex_bound(claim: Claim) -> str:
    """Write a bound as a formula where it is short, and in decimals where it is not."""
    formula = latex(claim.bound)
    if len(formula) <= 30 and "c_{" not in formula:
        return formula
    try:
        return decimals(claim).replace("…", r"\ldots")
    except CannotEnclose:
        return formula


def main(*, as_latex: bool = True) -> None:
    """Print one of the tables."""
    print(latex_table() if as_latex else markdown_table())


if __name__ == "__main__":
    main(as_latex="--markdown" not in sys.argv)
