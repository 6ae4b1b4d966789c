"""Vector activations: values, Jacobians and the norms of these, against mpmath, SymPy and brute force."""

from __future__ import annotations

import itertools
import pickle
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp

import symgrad as sg
from symgrad.activations import VECTORS, CannotDerive, VectorActivation, activation, vector_activation
from symgrad.activations.vectors.gating_norms import LargerOfTwo
from symgrad.activations.vectors.laws import AT_LEAST_TWO, CaseByCase, I, J, P
from symgrad.claims import Claim, Measurable, Norm, Relation, Step, Strength, Symbolic, latex, symbol

Doubles = npt.NDArray[np.float64]

SIMPLEX = ("softmax", "softmin", "log_softmax", "sparsemax")
GATED = ("glu", "reglu", "geglu", "swiglu", "bilinear")
ORDERS: dict[Norm, Any] = {Norm.SPECTRAL: 2, Norm.ONE: 1, Norm.INF: np.inf, Norm.FROBENIUS: "fro"}
TAU, WIDTH, RADIUS = symbol("temperature"), symbol("width"), symbol("radius")
UNIT = 2.0**-52


@pytest.fixture(params=sorted(VECTORS))
def phi(request: pytest.FixtureRequest) -> VectorActivation:
    return vector_activation(request.param)


def norms(matrices: Doubles, norm: Norm) -> Doubles:
    return np.linalg.norm(matrices, ORDERS[norm], axis=(-2, -1))


def exact_probabilities(z: list[float], scale: int = 1) -> list[mpmath.mpf]:
    powers = [mpmath.exp(scale * mpmath.mpf(each)) for each in z]
    return [power / mpmath.fsum(powers) for power in powers]


# ------------------------------------------------------------------------------------------------- values, numerically

LOGITS = (
    [0.3, -1.2, 2.0],
    [0.0, 0.0],
    [1e4, -1e4, 0.0],
    [40.0, 0.0, -3.0],
    [-1e4, -1e4 + 1],
    [800.0, 799.0, 0.0],
    [5.0],
)


@pytest.mark.parametrize("z", LOGITS)
@pytest.mark.parametrize(("name", "scale"), [("softmax", 1), ("softmin", -1)])
def test_probabilities_and_their_slopes_have_all_digits(name: str, scale: int, z: list[float]) -> None:
    phi = vector_activation(name)
    with mpmath.workdps(9000):  # one minus a probability near 1 lacks exp(-20000)
        p = exact_probabilities(z, scale)
        slopes = [[scale * a * ((1 if i == j else 0) - b) for j, b in enumerate(p)] for i, a in enumerate(p)]
        values, matrix = (
            np.array([float(each) for each in p]),
            np.array([[float(each) for each in row] for row in slopes]),
        )
    # a difference of logits is rounded, and the exponential moves by as many units as its argument is long
    units = (8 + 2 * min(np.ptp(z), 745)) * UNIT
    np.testing.assert_allclose(phi(z), values, rtol=units, atol=2.0**-1022)
    np.testing.assert_allclose(phi.jacobian(z), matrix, rtol=2 * units, atol=2.0**-1022)


@pytest.mark.parametrize("z", LOGITS)
def test_log_probabilities_and_their_slopes_have_all_digits(z: list[float]) -> None:
    phi = vector_activation("log_softmax")
    with mpmath.workdps(9000):
        p = exact_probabilities(z)
        values = np.array([float(mpmath.log(each)) for each in p])
        slopes = np.array([[float((1 if i == j else 0) - b) for j, b in enumerate(p)] for i in range(len(p))])
    units = (8 + 2 * min(np.ptp(z), 745)) * UNIT
    np.testing.assert_allclose(phi(z), values, rtol=units, atol=2.0**-1022)
    np.testing.assert_allclose(phi.jacobian(z), slopes, rtol=units, atol=2.0**-1022)


def test_the_usual_formulas_lose_those_digits() -> None:
    p = np.exp([0.0, -40.0]) / np.exp([0.0, -40.0]).sum()
    assert np.log(p)[0] == 0 == p[0] * (1 - p[0])
    assert vector_activation("log_softmax")([40.0, 0.0])[0] == pytest.approx(-np.exp(-40), rel=4 * UNIT)
    assert vector_activation("softmax").jacobian([40.0, 0.0])[0, 0] == pytest.approx(np.exp(-40), rel=44 * UNIT)


def test_masked_logits_have_no_probability_and_not_a_number_spreads(phi: VectorActivation) -> None:
    assert np.isnan(phi([np.nan, 1.0])).all()
    assert np.isnan(phi.jacobian([np.nan, 1.0])).any()
    if phi.name in ("softmax", "sparsemax"):
        np.testing.assert_array_equal(phi([-np.inf, 0.0, -np.inf]), [0, 1, 0])
        np.testing.assert_array_equal(phi.jacobian([-np.inf, 0.0]), np.zeros((2, 2)))


def nearest_on_simplex(z: Doubles) -> Doubles:
    """Brute force: the nearest of the projections onto the planes of all supports that has no negative entry."""
    best, distance = np.zeros_like(z), np.inf
    for size in range(1, len(z) + 1):
        for support in map(list, itertools.combinations(range(len(z)), size)):
            candidate = np.zeros_like(z)
            candidate[support] = z[support] - (z[support].sum() - 1) / size
            if (candidate >= 0).all() and ((candidate - z) ** 2).sum() < distance:
                best, distance = candidate, ((candidate - z) ** 2).sum()
    return best


def test_sparsemax_is_the_nearest_vector_of_probabilities() -> None:
    rng, phi = np.random.default_rng(1), vector_activation("sparsemax")
    for scale in (0.1, 1.0, 5.0):
        for z in rng.normal(size=(40, 5)) * scale:
            np.testing.assert_allclose(phi(z), nearest_on_simplex(z), atol=40 * UNIT)  # sums of five numbers of size 10
    np.testing.assert_array_equal(phi([1e4, -1e4, 1e4 - 0.5]), [0.75, 0, 0.25])


def test_sparsemax_is_exact_in_sympy() -> None:
    phi = vector_activation("sparsemax", temperature=2)
    assert list(phi([sp.sqrt(2), sp.Integer(1), -sp.pi])) == [
        sp.sqrt(2) / 2 - (sp.sqrt(2) / 2 + sp.Rational(1, 2) - 1) / 2,
        sp.Rational(1, 2) - (sp.sqrt(2) / 2 + sp.Rational(1, 2) - 1) / 2,
        0,
    ]
    assert (
        phi.jacobian([sp.Integer(0), sp.Integer(0), sp.Integer(-9)])
        == sp.Matrix([[1, -1, 0], [-1, 1, 0], [0, 0, 0]]) / 4
    )
    with pytest.raises(ValueError, match="depends on the numbers"):
        phi(sp.symbols("a b"))


def test_gated_units_multiply(phi: VectorActivation) -> None:
    if phi.name not in GATED:
        return
    gate, z = phi.formula.gate, np.array([[0.5, -2.0, 1.5, -0.25]])
    np.testing.assert_array_equal(phi(z), z[:, :2] * gate(z[:, 2:]))
    a, b = sp.symbols("a b", real=True)
    assert phi([a, b])[0] == a * gate(b)


# ----------------------------------------------------------------------------------------------------------- Jacobians


def differences(phi: VectorActivation, z: Doubles, step: float = 1e-5) -> Doubles:
    """Central differences, off by about the third derivative times the square of the step."""
    shifts = step * np.eye(len(z))
    return (phi(z + shifts) - phi(z - shifts)).T / (2 * step)


def jacobian_is_off(matrix: Doubles, phi: VectorActivation, z: Doubles) -> bool:
    # 1e-5 squared times derivatives of size one, and 1e-16 over 1e-5 from rounding
    return not np.allclose(matrix, differences(phi, z), rtol=0, atol=1e-9)


def test_jacobians_are_those_of_finite_differences(phi: VectorActivation) -> None:
    rng = np.random.default_rng(2)
    for z in rng.normal(size=(20, 4)):
        assert not jacobian_is_off(phi.jacobian(z), phi, z)


def test_a_planted_wrong_jacobian_is_noticed(phi: VectorActivation) -> None:
    z = np.array([0.3, -0.7, 0.45, 1.1])
    right = phi.jacobian(z)
    assert jacobian_is_off(right * 1.0001, phi, z)
    assert jacobian_is_off(right + 1e-6 * np.eye(*right.shape), phi, z)


@pytest.mark.parametrize("name", ["softmax", "softmin", "log_softmax", "glu", "geglu", "swiglu", "bilinear"])
def test_symbolic_jacobians_are_those_of_sympy(name: str) -> None:
    z = sp.Matrix(sp.symbols("z1:5", real=True))
    phi = (
        vector_activation(name) if name in GATED else vector_activation(name, temperature=sp.Symbol("T", positive=True))
    )
    gap = phi.jacobian(z) - phi(z).jacobian(z)
    point = {each: sp.Rational(k, 7) for k, each in enumerate([*z, sp.Symbol("T", positive=True)], start=1)}
    assert all(abs(each.subs(point).evalf(40)) < sp.Float(10) ** -38 for each in gap)  # 40 digits, two for roundings


@pytest.mark.parametrize("name", ["softmax", "softmin", "log_softmax"])
def test_the_formula_for_any_width_is_that_of_each_width(name: str) -> None:
    phi, sign = vector_activation(name, temperature=2), -1 if name == "softmin" else 1
    z, n = sp.IndexedBase("z", real=True), sp.Symbol("n", integer=True, positive=True)
    inputs = [z[k] for k in range(1, 4)]
    values = [phi.entry.subs(n, 3).subs(I, k).doit() for k in range(1, 4)]
    assert all(sp.simplify(a - b) == 0 for a, b in zip(values, phi(inputs), strict=True))
    p = vector_activation("softmax", temperature=2)([sign * each for each in inputs])
    for i, j in itertools.product(range(3), repeat=2):
        formula = phi.jacobian_claim.valued().subs({I: i + 1, J: j + 1}).subs({P[k + 1]: p[k] for k in range(3)})
        assert sp.simplify(formula - phi.jacobian(inputs)[i, j]) == 0


def test_shapes_and_dtypes_are_kept(phi: VectorActivation) -> None:
    z = np.linspace(-2, 2, 24).reshape(2, 3, 4)
    outputs = 2 if phi.name in GATED else 4
    assert phi(z).shape == (2, 3, outputs)
    assert phi.jacobian(z).shape == (2, 3, outputs, 4)
    np.testing.assert_array_equal(phi.jacobian(z)[1, 2], phi.jacobian(z[1, 2]))
    single = z.astype(np.float32)
    assert phi(single).dtype == phi.jacobian(single).dtype == np.float32
    np.testing.assert_array_equal(phi(single), phi(single.astype(np.float64)).astype(np.float32))
    assert phi(np.arange(4)).dtype == np.float64


def test_rows_stay_rows_and_columns_columns() -> None:
    softmax = vector_activation("softmax")
    assert softmax(sp.Matrix([[0, 0]])) == sp.Matrix([[1, 1]]) / 2
    assert softmax(sp.Matrix([0, 0])) == sp.Matrix([1, 1]) / 2


# ---------------------------------------------------------------------------------------------------------- the claims


def claims_of(phi: VectorActivation) -> tuple[Claim, ...]:
    if phi.name not in GATED:
        return phi.claims
    balls = [
        (norm, radius) for norm in (Norm.SPECTRAL, Norm.INF, Norm.ONE) for radius in (2, sp.Symbol("r", positive=True))
    ]
    return (*phi.claims, *(phi.jacobian_norm_sup(norm, radius=radius) for norm, radius in balls))


def test_every_claim_replays_without_citations(phi: VectorActivation) -> None:
    for claim in claims_of(phi):
        assert claim.replay() >= Strength.CERTIFIED, claim.name
        assert phi.name in GATED or claim.replay() is Strength.SYMBOLIC
        assert claim.sources
        assert claim.latex()
        assert pickle.loads(pickle.dumps(claim)).bound == claim.bound  # noqa: S301 - our own bytes


def stronger(relation: Relation, side: sp.Expr) -> sp.Expr:
    """A right side that is a thousandth more than was proved: lower for an upper bound, else higher."""
    if side == sp.oo:
        return sp.Integer(10) ** 9
    return side * sp.Rational(999 if relation is Relation.LE else 1001, 1000) + int(side == 0)


def test_a_planted_stronger_bound_breaks_the_claim(phi: VectorActivation) -> None:
    for claim in claims_of(phi):
        wrong = stronger(claim.relation, claim.bound)
        assert replace(claim, bound=wrong).replay() is Strength.BROKEN
        steps = (*claim.derivation[:-1], replace(claim.derivation[-1], after=wrong))
        assert replace(claim, bound=wrong, derivation=steps).replay() is Strength.BROKEN, claim.name


def test_every_line_is_as_strong_as_it_says(phi: VectorActivation) -> None:
    for claim in claims_of(phi):
        for step in claim.derivation:
            planted = replace(step, after=stronger(step.relation, step.after))
            assert planted.replay() is Strength.BROKEN, (claim.name, step.reason)


@pytest.mark.parametrize("name", SIMPLEX)
@pytest.mark.parametrize("norm", list(Norm))
def test_no_jacobian_exceeds_its_bound(name: str, norm: Norm) -> None:
    rng = np.random.default_rng(3)
    for width, temperature in ((2, 1), (3, sp.Rational(1, 2)), (10, 3)):
        phi = vector_activation(name, temperature=temperature)
        claim = phi.jacobian_norm_sup(norm)
        bound = float(claim.valued(except_for=(WIDTH,)).subs(WIDTH, width))
        found = norms(phi.jacobian(rng.normal(size=(2000, width)) * rng.exponential(3, size=(2000, 1))), norm)
        assert found.max() <= bound * (1 + 100 * UNIT)  # a norm of at most a hundred entries
        if width == 3:  # where random vectors come near the supremum
            assert found.max() > 0.95 * bound


def two_equal(width: int) -> Doubles:
    return np.array([0.0, 0.0, *[-60.0] * (width - 2)])


EXTREMAL = {  # inputs at which the norm is the supremum, up to exp(-60)
    ("softmax", Norm.SPECTRAL): two_equal,
    ("softmax", Norm.ONE): lambda n: np.array([np.log(n - 1), *[0.0] * (n - 1)]),
    ("softmax", Norm.INF): lambda n: np.array([np.log(n - 1), *[0.0] * (n - 1)]),
    ("softmax", Norm.FROBENIUS): two_equal,
    ("softmin", Norm.SPECTRAL): lambda n: -two_equal(n),
    ("log_softmax", Norm.SPECTRAL): lambda n: np.array([60.0, *[0.0] * (n - 1)]),
    ("log_softmax", Norm.ONE): lambda n: np.array([60.0, *[0.0] * (n - 1)]),
    ("log_softmax", Norm.INF): lambda n: np.array([60.0, *[0.0] * (n - 1)]),
    ("log_softmax", Norm.FROBENIUS): lambda n: np.array([60.0, *[0.0] * (n - 1)]),
    ("sparsemax", Norm.SPECTRAL): np.zeros,
    ("sparsemax", Norm.ONE): np.zeros,
    ("sparsemax", Norm.INF): np.zeros,
    ("sparsemax", Norm.FROBENIUS): np.zeros,
}


@pytest.mark.parametrize(("name", "norm"), EXTREMAL)
@pytest.mark.parametrize("width", [2, 3, 7])
def test_suprema_are_reached_where_the_claims_say(name: str, norm: Norm, width: int) -> None:
    phi = vector_activation(name)
    found = norms(phi.jacobian(EXTREMAL[name, norm](width)), norm)
    bound = float(phi.jacobian_norm_sup(norm).valued(except_for=(WIDTH,)).subs(WIDTH, width))
    assert found == pytest.approx(bound, rel=100 * UNIT)


def test_softmax_is_half_as_steep_as_often_said() -> None:
    softmax = sg.vector_activation("softmax")
    assert {softmax.jacobian_norm_sup(norm).valued() for norm in Norm} == {sp.Rational(1, 2)}
    assert sg.vector_activation("softmax", temperature=4).lipschitz.valued() == sp.Rational(1, 8)
    assert {source.key for source in softmax.lipschitz.sources} == {"bridle_1990", "nair_2025", "gao_pavel_2017"}


def at(claim: Claim, **values: float) -> float:
    """The bound of a claim about a point, at the numbers of that point, by the letters it is printed with."""
    letters = {s: values[s.name] for s in claim.valued().free_symbols}
    return float(claim.valued().subs(letters))


def test_norms_of_softmax_at_a_point_are_those_of_numpy() -> None:
    softmax = vector_activation("softmax", temperature=2)
    by_name = {claim.name: claim for claim in softmax.claims if claim.quantity.what is Measurable.VECTOR_JACOBIAN_NORM}
    for z in np.random.default_rng(4).normal(size=(200, 5)) * 4:
        p, matrix = softmax(z), softmax.jacobian(z)
        nearest = {r"{p_\ast}": p[np.abs(p - 0.5).argmin()]}
        for norm, word in ((Norm.ONE, "one"), (Norm.INF, "inf")):
            exact = at(by_name[f"vector_jacobian_{word}_norm_eq_at_probability_nearest_half"], **nearest)
            assert norms(matrix, norm) == pytest.approx(exact, rel=40 * UNIT)
        spectral = norms(matrix, Norm.SPECTRAL)
        least = by_name["vector_jacobian_norm_ge_largest_diagonal_entry"]
        assert all(at(least, **{"{p_i}": each}) <= spectral * (1 + 40 * UNIT) for each in p)
        saturated = by_name["vector_jacobian_norm_le_saturation"]
        if all(assumption.holds(p.max()) for assumption in saturated.assumptions):
            assert spectral <= at(saturated, **{r"{\delta}": 1 - p.max()}) * (1 + 40 * UNIT) + UNIT


def test_norms_of_log_softmax_at_a_point_are_those_of_numpy() -> None:
    phi = vector_activation("log_softmax", temperature=3)
    exact = next(claim for claim in phi.claims if claim.quantity.what is Measurable.VECTOR_JACOBIAN_NORM)
    entropy = next(claim for claim in phi.claims if claim.quantity.what is Measurable.CROSS_ENTROPY_GRADIENT_NORM)
    for z in np.random.default_rng(5).normal(size=(100, 5)) * 4:
        p = vector_activation("softmax", temperature=3)(z)
        found = at(exact, width=5, **{"{s_2}": (p**2).sum()})
        assert norms(phi.jacobian(z), Norm.SPECTRAL) == pytest.approx(found, rel=40 * UNIT)
        gradients = np.linalg.norm(phi.jacobian(z), axis=1)
        assert gradients.max() <= float(entropy.valued()) * (1 + 40 * UNIT)


# --------------------------------------------------------------------------------------------------------- gated units


def ball(norm: Norm, radius: float) -> tuple[Doubles, Doubles]:
    """A grid over the two inputs of one row, in the ball."""
    a, b = np.meshgrid(np.linspace(-radius, radius, 801), np.linspace(-radius, radius, 801))
    size = {Norm.SPECTRAL: np.hypot(a, b), Norm.INF: np.maximum(abs(a), abs(b)), Norm.ONE: abs(a) + abs(b)}[norm]
    return a[size <= radius], b[size <= radius]


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("norm", [Norm.SPECTRAL, Norm.INF, Norm.ONE])
@pytest.mark.parametrize("radius", [0.5, 5])
def test_gated_units_are_as_steep_on_a_ball_as_a_grid_says(name: str, norm: Norm, radius: float) -> None:
    phi = vector_activation(name)
    found = norms(phi.jacobian(np.stack(ball(norm, radius), axis=-1)), norm).max()
    claim = phi.jacobian_norm_sup(norm, radius=radius)
    bound = float(claim.bound.evalf(20))
    # The grid is 801 points wide: what it misses is a 400th of the radius times slopes of size one, at most.
    assert bound * (1 - 1 / 400) <= found <= bound * (1 + 10 * UNIT)
    formula = phi.jacobian_norm_sup(norm, radius=RADIUS)
    assert formula.relation is Relation.LE
    assert bound <= float(formula.subs({RADIUS: radius}).valued().evalf(20)) * (1 + 1e-15)


def test_gated_units_have_no_bound_everywhere(phi: VectorActivation) -> None:
    if phi.name not in GATED:
        with pytest.raises(ValueError, match="leave the radius out"):
            phi.jacobian_norm_sup(radius=1)
        return
    assert phi.lipschitz.bound == sp.oo
    for size in (1e3, 1e6):
        assert norms(phi.jacobian([size, 0.5]), Norm.SPECTRAL) > 0.2 * size
    with pytest.raises(ValueError, match="Frobenius"):
        phi.jacobian_norm_sup(Norm.FROBENIUS, radius=1)


def test_any_continuous_gate_will_do() -> None:
    phi = vector_activation("glu", gate="tanh")
    assert phi.jacobian_norm_sup(radius=RADIUS).bound == sp.sqrt(1 + RADIUS**2)
    assert str(phi) == "glu(gate=tanh)"
    own = vector_activation("glu", gate="x*erf(x)")
    assert own.jacobian_norm_sup(radius=1).replay() is Strength.CERTIFIED
    with pytest.raises(ValueError, match="step jumps, and a gated unit needs a slope"):
        vector_activation("glu", gate="step")
    with pytest.raises(ValueError, match="has a parameter without a value"):
        vector_activation("glu", gate=activation("silu", beta=sp.Symbol("b", positive=True)))
    with pytest.raises(CannotDerive, match=r"the slope of monomial.* is unbounded"):
        vector_activation("glu", gate="monomial").jacobian_norm_sup(radius=RADIUS)


# ------------------------------------------------------------------------------------------------------------- grounds


def test_a_case_that_ends_elsewhere_breaks_the_formula() -> None:
    claim = vector_activation("softmax").jacobian_claim
    last = claim.derivation[-1]
    assert last.replay() is Strength.SYMBOLIC
    ground = last.ground
    assert isinstance(ground, CaseByCase)
    assert replace(last, ground=CaseByCase(ground.beside, ground.diagonal)).replay() is Strength.BROKEN
    assert replace(last, ground=CaseByCase(ground.diagonal[::-1], ground.beside)).replay() is Strength.BROKEN


def test_the_larger_of_two_needs_both_bounds() -> None:
    x = sp.Symbol("x", real=True)
    low, high = (Step(part, Relation.LE, sp.S.One, "a square", Symbolic()) for part in (1 - x**2, 1 - x**4))
    both = Step(sp.Max(low.before, high.before), Relation.LE, sp.S.One, "both", LargerOfTwo(low, high))
    assert both.replay() is Strength.SYMBOLIC
    assert replace(both, after=sp.Integer(2)).replay() is Strength.BROKEN
    assert replace(both, before=x).replay() is Strength.BROKEN


def test_one_component_is_no_case_of_the_bounds() -> None:
    assert not AT_LEAST_TWO.holds(1)
    assert AT_LEAST_TWO.holds(2)
    np.testing.assert_array_equal(vector_activation("softmax").jacobian([3.0]), [[0.0]])


# ---------------------------------------------------------------------------------------------------- names and misuse


def test_vector_activations_compare_by_what_they_are_and_survive_pickling(phi: VectorActivation) -> None:
    assert phi == vector_activation(phi.name)
    assert hash(phi) == hash(vector_activation(phi.name))
    assert pickle.loads(pickle.dumps(phi)) == phi  # noqa: S301
    assert vector_activation("softmax") != vector_activation("softmax", temperature=2)
    assert phi._repr_latex_() == rf"$\displaystyle {phi.latex()}$"


def test_formulas_are_written_as_a_paper_writes_them() -> None:
    assert vector_activation("softmax", temperature=sp.Symbol("T", positive=True)).latex() == (
        r"\operatorname{softmax}(z)_i = \frac{e^{{z}_{i} / T}}{\sum_{k=1}^{n} e^{{z}_{k} / T}}"
    )
    assert vector_activation("softmax").lipschitz.latex() == r"\sup_z\lVert\varphi'(z)\rVert_{2} = \frac{1}{2 \tau}"
    assert latex(vector_activation("glu").entry) == r"{a}_{i} \sigma({b}_{i})"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: vector_activation("softmx"), "unknown vector activation 'softmx'; known are softmax"),
        (lambda: vector_activation("softmax", beta=1), "softmax has no parameter 'beta'; it has temperature"),
        (lambda: vector_activation("softmax", temperature=0), "temperature = 0 is not positive"),
        (lambda: vector_activation("softmax", temperature=sp.Symbol("T", real=True)), "positive=True"),
        (lambda: vector_activation("glu")([1.0, 2.0, 3.0]), "halves its inputs, and there are 3"),
        (lambda: vector_activation("softmax")(1.0), "takes vectors of one component or more"),
        (lambda: vector_activation("softmax")(np.zeros((2, 0))), r"not an array of shape \(2, 0\)"),
        (lambda: vector_activation("softmax")(sp.eye(2)), "one row or one column, not the shape"),
        (lambda: vector_activation("glu").jacobian_norm_sup(radius=-1), "radius = -1 is not positive"),
        (
            lambda: vector_activation("softmax", temperature=sp.Symbol("T", positive=True))([1.0, 2.0]),
            "is no number while its temperature has no value",
        ),
    ],
)
def test_misuse_is_named(call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_what_is_no_real_number_is_refused() -> None:
    with pytest.raises(TypeError, match="takes real numbers"):
        vector_activation("softmax")([1j, 2.0])
    with pytest.raises(sp.SympifyError):
        vector_activation("softmax")([sp.Symbol("a"), "__import__('os')"])  # text is not read as code
