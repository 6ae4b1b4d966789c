"""The telling of a profile: what is drawn, and what the table says of facts that do not exist or were not found."""

from __future__ import annotations

import pytest
import sympy as sp

from symgrad.activations import Profile, activation, profile
from symgrad.reports.documents import Math, Table, Text
from symgrad.reports.figures import profile_figure
from symgrad.reports.profile_curves import profile_curves
from symgrad.reports.profile_facts import facts_table


def profile_of(name: str, **parameters: object) -> Profile:
    return profile(activation(name, **parameters))


def told(table: Table) -> list[str]:
    cells = (cell for row in table.rows for cell in (row[0], row[1], row[3]))
    words = ["".join(inline.text for inline in cell if isinstance(inline, Text | Math)) for cell in cells]
    return [" | ".join(words[start : start + 3]) for start in range(0, len(words), 3)]


def test_a_periodic_function_has_no_limit_and_is_shown_for_a_few_periods() -> None:
    found = profile_of("siren")
    assert "limit | none | as x → ∞, it is periodic" in told(facts_table(found))
    low, high = profile_curves(found).window
    periods = (high - low) * 30 / float(2 * sp.pi)
    assert 4 <= periods < 6  # two on each side, and a margin


@pytest.mark.parametrize("name", ["sigmoid", "gelu", "sin"])
def test_other_windows_are_five_wide_on_each_side(name: str) -> None:
    assert profile_curves(profile_of(name)).window == (-5, 5)


def test_what_was_not_derived_is_named_once_below_the_table() -> None:
    table = facts_table(profile_of("a*tanh(b*x)", a=2, b=sp.Symbol("b", positive=True)))
    assert [line.split(" | ")[0] for line in told(table)][:2] == ["largest slope", "smallest slope"]
    assert not any("mean" in line for line in told(table))
    assert table.caption.count("mean square") == 1
    assert "Not derived: " in table.caption
    assert "Not derived" not in facts_table(profile_of("sigmoid")).caption


def test_the_axis_of_a_constant_does_not_magnify_rounding() -> None:
    figure = profile_figure(profile_curves(profile_of("step")))
    assert figure is not None
    assert "1e" not in figure.svg  # a power of ten above an axis
