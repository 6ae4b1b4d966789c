"""The law of the image of a unit vector under Gaussian weights, against matrices that NumPy draws."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp
from scipy import stats
from sympy.stats.rv import RandomSymbol

from symgrad.claims import Claim, Relation, symbol
from symgrad.networks import mlp
from symgrad.theorems import claim, registered

Array = npt.NDArray[np.float64]
IMAGE = "weight_image_square_norm_eq_chi_square_of_gaussian_weights"
DRAWS, CHANCE = 2000, 1e-6  # a true law is rejected once in a million draws of the seed


def law(made: Claim) -> tuple[float, float]:
    """The factor and the degrees of freedom of a scaled chi-square variable."""
    (variable,) = made.bound.atoms(RandomSymbol)
    bound = made.valued()
    (valued,) = bound.atoms(RandomSymbol)
    return float(bound / valued), float(made.value_of(variable.pspace.distribution.k))


def images(fan_in: int, fan_out: int, weight_var: float) -> Array:
    rng = np.random.default_rng(fan_in + 100 * fan_out)
    u = rng.normal(size=fan_in)
    u /= np.linalg.norm(u)
    drawn = rng.normal(scale=np.sqrt(weight_var / fan_in), size=(DRAWS, fan_out, fan_in)) @ u
    squares: Array = (drawn**2).sum(axis=1)
    return squares


@pytest.mark.parametrize(("fan_in", "fan_out", "weight_var"), [(4, 4, 2.0), (9, 2, 0.5), (1, 6, 3.0), (30, 1, 1.0)])
def test_the_squared_norm_of_an_image_has_the_law(fan_in: int, fan_out: int, weight_var: float) -> None:
    made = claim(IMAGE, mlp(widths=[fan_in, fan_out], weight_var=weight_var))
    assert made.relation is Relation.EQ
    factor, freedom = law(made)
    seen = images(fan_in, fan_out, weight_var)
    assert stats.kstest(seen / factor, stats.chi2(freedom).cdf).pvalue > CHANCE
    assert factor * freedom == pytest.approx(weight_var * fan_out / fan_in, rel=1e-15)  # C3: the mean
    mutant = registered()[IMAGE].mutant(made)
    if fan_out > 1:  # else the mutant has no degree of freedom left
        factor, freedom = law(mutant)
        assert stats.kstest(seen / factor, stats.chi2(freedom).cdf).pvalue < CHANCE


def test_the_law_is_a_formula_in_widths_and_variance() -> None:
    made = claim(IMAGE, mlp(width=sp.Symbol("n", positive=True), depth=2, weight_var=sp.Symbol("v", positive=True)))
    assert made.subs(fan_in=8, fan_out=3, weight_var=2).valued().args[0] == sp.Rational(1, 4)
    assert {symbol("fan_in"), symbol("fan_out"), symbol("weight_var")} <= {key for key, _ in made.values}
