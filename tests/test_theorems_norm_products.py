"""Norm products against Jacobians that NumPy multiplies out, exact sums of fractions, and singular values of mpmath."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp
from scipy import stats

from symgrad import ask
from symgrad.claims import Always, Norm, Outcome, Strength
from symgrad.networks import GivenWeights, Network, mlp
from symgrad.theorems import claim
from symgrad.theorems.rates import NORM_SYMBOLS, given_norm

Array = npt.NDArray[np.float64]
NAMES = {
    Norm.SPECTRAL: "jacobian_norm_le_prod_lipschitz",
    Norm.ONE: "jacobian_one_norm_le_prod_lipschitz",
    Norm.INF: "jacobian_inf_norm_le_prod_lipschitz",
    Norm.FROBENIUS: "jacobian_fro_norm_le_prod_lipschitz",
}
ORDERS: dict[Norm, Any] = {Norm.SPECTRAL: 2, Norm.ONE: 1, Norm.INF: np.inf, Norm.FROBENIUS: "fro"}
ROUNDING = 1e-12  # a product of a few layers of width up to 9 loses less than 9 * 5 * 2^-52 < 1e-14 in each norm

# Value and slope as a textbook writes them, and the largest slope; the numbers of gelu are published to 15 digits.
PHI: dict[str, tuple[Any, Any, float]] = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2, 0.25),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2, 1.0),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float), 1.0),
    "softplus": (lambda z: np.log1p(np.exp(z)), lambda z: 1 / (1 + np.exp(-z)), 1.0),
}


def jacobian(phi: str, weights: list[Array], biases: list[Array], x: Array) -> Array:
    """Multiply diag(slope) W, layer by layer, from the input to the output."""
    value, slope, _ = PHI[phi]
    product = np.eye(x.size)
    for matrix, bias in zip(weights, biases, strict=True):
        z = matrix @ x + bias
        product, x = np.diag(slope(z)) @ matrix @ product, value(z)
    return product


def drawn(seed: int, widths: tuple[int, ...]) -> tuple[list[Array], list[Array], Array]:
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(n_out, n_in)) for n_in, n_out in pairwise(widths)]
    return weights, [rng.normal(size=n_out) for n_out in widths[1:]], rng.normal(size=widths[0])


def bound(net: Network, norm: Norm) -> float:
    return float(claim(NAMES[norm], net).valued())


@pytest.mark.parametrize("norm", Norm)
@pytest.mark.parametrize("phi", PHI)
@pytest.mark.parametrize("widths", [(3, 3), (5, 2, 7), (4, 9, 1, 6), (1, 1, 1, 1)])
def test_no_jacobian_exceeds_the_bound_and_the_bound_is_the_product_of_norms(
    norm: Norm, phi: str, widths: tuple[int, ...]
) -> None:
    for seed in range(5):
        weights, biases, x = drawn(seed, widths)
        net = mlp(activation=phi, weights=weights, biases=biases)
        product = np.prod([PHI[phi][2] * np.linalg.norm(matrix, ORDERS[norm]) for matrix in weights])
        assert bound(net, norm) == pytest.approx(product, rel=ROUNDING)
        found = np.linalg.norm(jacobian(phi, weights, biases, x), ORDERS[norm])
        assert found <= bound(net, norm) * (1 + ROUNDING)


@pytest.mark.parametrize("norm", Norm)
def test_a_chain_at_its_steepest_points_attains_every_bound(norm: Norm) -> None:
    weights = [np.array([[w]]) for w in (3.0, -0.5, 7.0)]
    biases = [np.zeros(1), np.array([0.25]), np.array([-3.5])]  # each preactivation is zero: sigmoid(0) = 1/2
    attained = abs(jacobian("sigmoid", weights, biases, np.zeros(1))[0, 0])
    net = mlp(activation="sigmoid", weights=weights, biases=biases)
    assert attained == pytest.approx(bound(net, norm), rel=ROUNDING)
    assert attained == pytest.approx(3 * 0.5 * 7 / 4**3, rel=ROUNDING)


@pytest.mark.parametrize(("norm", "dual"), [(Norm.SPECTRAL, 2), (Norm.ONE, np.inf), (Norm.INF, 1)])
def test_gradients_live_in_the_dual_norm(norm: Norm, dual: Any) -> None:
    """The maximum norm of a gradient is bounded by column sums, its 1-norm by row sums."""
    for seed in range(40):
        weights, biases, x = drawn(seed, (6, 2))
        net = mlp(activation="relu", weights=weights, biases=biases)
        output = np.random.default_rng(seed + 1000).normal(size=2)
        gradient = jacobian("relu", weights, biases, x).T @ output
        ratio = np.linalg.norm(gradient, dual) / np.linalg.norm(output, dual)
        assert ratio <= bound(net, norm) * (1 + ROUNDING)


def test_the_maximum_norm_of_a_gradient_can_exceed_the_product_of_row_sums() -> None:
    """Often stated: |g|_inf <= prod |W|_inf. With two outputs and one input it is false by a factor of two."""
    net = mlp(activation="relu", weights=[np.ones((2, 1))], biases=[np.ones(2)])
    gradient = jacobian("relu", [np.ones((2, 1))], [np.ones(2)], np.ones(1)).T @ np.ones(2)
    assert np.abs(gradient).max() == 2.0 == bound(net, Norm.ONE)
    assert bound(net, Norm.INF) == 1.0


# ----------------------------------------------------------------------------------------- norms of given weights

SHAPES = [(1, 1), (3, 2), (1, 9), (7, 1), (12, 12), (70, 3), (3, 70), (90, 90)]
SCALES = [1.0, 1e-160, 1e160, 1e300, 5e-324, 1e-300]


def fractions(matrix: Array) -> list[list[Fraction]]:
    return [[Fraction(float(entry)) for entry in row] for row in matrix]


def as_fraction(number: sp.Expr) -> Fraction:
    return Fraction(int(number.p), int(number.q))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_norms_of_floats_are_never_too_small_and_hardly_too_large(shape: tuple[int, int], scale: float) -> None:
    """Against exact sums of fractions, at sizes where float arithmetic overflows, rounds and underflows."""
    with np.errstate(under="ignore"):
        matrix = np.random.default_rng(5).normal(size=shape) * scale
    law, exact = GivenWeights(matrix), fractions(matrix)
    columns = max(sum(map(abs, column)) for column in zip(*exact, strict=True))
    rows = max(sum(map(abs, row)) for row in exact)
    squares = sum(entry**2 for row in exact for entry in row)
    slack = 1 + Fraction(1, 10**14)
    assert columns <= as_fraction(given_norm(law, Norm.ONE)) <= columns * slack
    assert rows <= as_fraction(given_norm(law, Norm.INF)) <= rows * slack
    assert squares <= as_fraction(given_norm(law, Norm.FROBENIUS) ** 2) <= squares * slack**2


@pytest.mark.parametrize("shape", [(3, 2), (1, 9), (12, 12), (20, 6)], ids=str)
@pytest.mark.parametrize("scale", [1.0, 1e-160, 1e160])
def test_the_spectral_norm_encloses_the_singular_value_of_mpmath(shape: tuple[int, int], scale: float) -> None:
    matrix = np.random.default_rng(6).normal(size=shape) * scale
    found = given_norm(GivenWeights(matrix), Norm.SPECTRAL)
    with mpmath.workdps(50):
        largest = max(mpmath.svd_r(mpmath.matrix(matrix.tolist()), compute_uv=False))
        ratio = mpmath.mpf(str(sp.N(found, 50))) / largest
        assert 1 - mpmath.mpf(10) ** -45 <= ratio <= 1 + mpmath.mpf(10) ** -12


def test_norms_of_small_matrices_are_exact() -> None:
    law = GivenWeights(np.array([[1.0, 2.0], [3.0, -4.0]]))
    assert [given_norm(law, norm) for norm in (Norm.ONE, Norm.INF, Norm.FROBENIUS)] == [6, 7, sp.sqrt(30)]
    assert [given_norm(GivenWeights(np.zeros((9, 9))), norm) for norm in Norm] == [0, 0, 0, 0]


# ------------------------------------------------------------------------------------------------ depth and symbols


@pytest.mark.parametrize("norm", Norm)
def test_no_layer_is_the_empty_product(norm: Norm) -> None:
    nothing = mlp(width=3, depth=0)
    if norm is Norm.FROBENIUS:  # of the identity it is the root of 3
        with pytest.raises(ValueError, match="at least one layer: the depth is 0"):
            claim(NAMES[norm], nothing)
    else:
        made = claim(NAMES[norm], nothing)
        assert (made.valued(), made.log10, made.mode.words()) == (1, 0.0, "always")


def test_a_claim_about_layers_takes_no_depth_without_any() -> None:
    """The Frobenius norm of the identity is not 1, and no unit 1 stands in a chain of depth 0."""
    frobenius = claim("jacobian_fro_norm_le_prod_lipschitz", mlp(4, 3, "tanh"))
    chain = claim("gradient_norm_le_pow_of_scalar_chain", mlp(depth=3, activation="sigmoid", weights=1))
    for made in (frobenius, chain):
        assert made.subs(depth=1).log10 >= 0
        with pytest.raises(ValueError, match="holds if depth >= 1; depth = 0 violates that"):
            made.subs(depth=0)


def test_a_million_layers_are_one_line() -> None:
    deep = mlp(activation="sigmoid", weights=[np.array([[1.0, 2.0], [0.0, 1.0]])] * 3)
    made = claim(NAMES[Norm.ONE], deep).subs(depth=10**6)
    with mpmath.workdps(30):
        assert made.log10 == float(10**6 * mpmath.log10(mpmath.mpf(3) / 4))  # column sums 1 and 3, slope 1/4


def test_on_a_network_of_symbols_the_bound_is_a_formula() -> None:
    n, depth, v = (
        sp.Symbol("n", positive=True),
        sp.Symbol("L", positive=True, integer=True),
        sp.Symbol("v", positive=True),
    )
    made = claim(NAMES[Norm.SPECTRAL], mlp(width=n, depth=depth, weight_var=v, activation="sigmoid"))
    formula = made.valued()
    assert formula.free_symbols == {n, depth, v}
    assert sp.limit(formula.subs({n: 10**9, v: 1, depth: 3}), n, sp.oo).is_finite
    assert sp.simplify(formula.diff(v) * v / formula) == depth / 2  # the bound goes with the root of v, to the depth
    wide = made.subs({n: 10**12, v: 1, depth: 2}).valued()
    assert float(wide) == pytest.approx(0.5**2, rel=1e-4)  # each norm tends to 2 as 1 + O(n^-1/2), times 1/4


def test_no_depth_is_given_at_which_there_is_no_claim() -> None:
    """Without layers the Jacobian is the identity, whose Frobenius norm is not 1."""
    net = mlp(activation="sigmoid", weights=1, depth=3)
    assert claim("jacobian_fro_norm_le_prod_lipschitz", net).depth_until(2) == 1
    assert claim("jacobian_norm_le_prod_lipschitz", net).depth_until(2) == 0


# -------------------------------------------------------------------------------------------------------- other laws


@pytest.mark.parametrize("norm", Norm)
@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9)])
def test_no_norm_of_orthogonal_weights_exceeds_its_bound(shape: tuple[int, int], norm: Norm) -> None:
    """SciPy's matrices; the spectral and the Frobenius norm are the bound, the others are below it but not far."""
    rows, columns = shape
    network = mlp(widths=[columns, rows], activation="x", law="orthogonal", weight_var=3)
    stated = bound(network, norm)
    frames = stats.ortho_group(max(shape), seed=5).rvs(200)[:, :rows, :columns] * 3**0.5
    norms = np.array([np.linalg.norm(frame, ORDERS[norm]) for frame in frames])
    assert (norms <= stated * (1 + ROUNDING)).all()
    if norm in (Norm.SPECTRAL, Norm.FROBENIUS):
        assert (norms >= stated * (1 - ROUNDING)).all()


@pytest.mark.parametrize("norm", Norm)
@pytest.mark.parametrize(
    ("law", "largest"), [("uniform", 3**0.5), ("truncated_normal", 2 / stats.truncnorm(-2, 2).std())]
)
def test_bounds_of_bounded_weights_are_attained_by_equal_entries(law: str, largest: float, norm: Norm) -> None:
    stated = bound(mlp(widths=[4, 9], activation="x", law=law), norm)
    assert stated == pytest.approx(np.linalg.norm(np.full((9, 4), largest / 2), ORDERS[norm]), rel=ROUNDING)


@pytest.mark.parametrize(
    ("law", "always"), [("gaussian", False), ("uniform", True), ("truncated_normal", True), ("orthogonal", True)]
)
def test_the_bound_holds_always_where_norms_are_bounded(law: str, always: bool) -> None:
    found = claim(NAMES[Norm.SPECTRAL], mlp(width=5, depth=3, law=law))
    assert isinstance(found.mode, Always) is always
    assert any("gaussian" in premise.name for premise in found.premises) is not always


@pytest.mark.parametrize("law", ["uniform", "truncated_normal", "orthogonal"])
def test_an_answer_about_another_law_refutes_nothing(law: str) -> None:
    answer = ask(mlp(widths=[6, 9, 4], activation="tanh", law=law), trials=50)
    assert not answer.refuted
    for name in ("chain_rule_defect_eq_zero", *NAMES.values()):
        assert answer.verdict(name).outcome is Outcome.PROVED


@pytest.mark.parametrize("law", ["orthogonal", "uniform", "truncated_normal"])
@pytest.mark.parametrize("norm", NAMES)
def test_what_bounded_weights_have_at_most_is_a_premise_that_replays(law: str, norm: Norm) -> None:
    """Without it the bound would rest on a number that no line derives. NumPy's norm of a largest matrix is the other witness."""
    made = claim(NAMES[norm], mlp(widths=[6, 4], activation="tanh", law=law, weight_var=2))
    (premise,) = (each for each in made.premises if each.quantity.name == "weight_norm")
    assert premise.replay() is Strength.SYMBOLIC
    assert premise.valued() == made.value_of(NORM_SYMBOLS[norm])
    entries = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 4)))[0].T * math.sqrt(2)
    kept = 1 - 2 * math.sqrt(2 / math.pi) * math.exp(-2) / math.erf(math.sqrt(2))  # of the variance, by truncation at 2
    largest = {
        "orthogonal": entries,
        "uniform": np.ones((4, 6)),
        "truncated_normal": 2 / math.sqrt(3 * kept) * np.ones((4, 6)),
    }
    order = {Norm.SPECTRAL: 2, Norm.ONE: 1, Norm.INF: np.inf, Norm.FROBENIUS: "fro"}[norm]
    measured = np.linalg.norm(largest[law], order)
    exact = law != "orthogonal" or norm in (Norm.SPECTRAL, Norm.FROBENIUS)
    bound = float(premise.valued())
    assert measured <= bound * (1 + 1e-14)  # some roundings
    assert not exact or measured >= bound * (1 - 1e-14)
    assert replace(premise, bound=premise.bound / 2).replay() is Strength.BROKEN
