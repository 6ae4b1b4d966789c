"""The JSON contract: one object on stdout, every number with its four keys, and enclosures that hold what they say."""

from __future__ import annotations

import contextlib
import io
import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext
from typing import Any

import mpmath
import pytest
import sympy as sp

from symgrad.networks import Network, mlp, rnn
from symgrad.reports.commands import main
from symgrad.reports.jsons import dumps
from symgrad.reports.numbers import bound_number, number, set_intervals
from symgrad.theorems import about, claim, registered

NUMBER = {"exact", "latex", "enclosure", "grade"}
GRADES = {"exact", "certified", "measured", "cited"}
OUTCOMES = {"refuted", "inconclusive", "consistent", "proved", "not applicable"}
Json = dict[str, Any]


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> Json:
    """What the command line prints, which must be one JSON object and nothing else."""
    code = main(list(arguments))
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    found = json.loads(printed.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert isinstance(found, dict)
    return found


def numbers(found: Any) -> Iterator[Json]:
    """Every object that says that it is a number, wherever it stands."""
    if isinstance(found, dict):
        if NUMBER & found.keys() >= {"exact", "enclosure"}:
            yield found
        for inner in found.values():
            yield from numbers(inner)
    if isinstance(found, list):
        for inner in found:
            yield from numbers(inner)


def ends(enclosure: list[str]) -> tuple[Decimal, Decimal]:
    return Decimal(enclosure[0]), Decimal(enclosure[1])


def faults(each: Json) -> list[str]:
    """What a number lacks of the contract."""
    found = [f"no {key}" for key in NUMBER - each.keys()]
    if found:
        return found
    if each["grade"] not in GRADES or (each["grade"] == "exact") != (each["exact"] is not None):
        found.append("grade")
    if not each["latex"] or "\\\\" in each["latex"]:
        found.append("latex")
    if each["enclosure"] is not None and not ends(each["enclosure"])[0] <= ends(each["enclosure"])[1]:
        found.append("enclosure")
    return found


def bare(found: Any, path: str = "") -> Iterator[str]:
    """Where a float stands outside of a number; only those that the contract names may."""
    if isinstance(found, float):
        yield path
    if isinstance(found, dict):
        for key, inner in found.items():
            yield from bare(inner, f"{path}.{key}")
    if isinstance(found, list):
        for inner in found:
            yield from bare(inner, path)


# ---------------------------------------------------------------------------------------------------------- activation

PROFILE = {
    "name", "expression", "derivative", "derivative_in_terms_of_value", "slope_sup", "slope_inf", "lipschitz",
    "curvature_sup", "limits", "slope_limits", "kinks", "odd", "even", "monotone", "bounded", "saturation", "tail",
    "moments", "second_derivative", "value_inf", "value_sup", "zeros", "regularity", "tail_laws",
}  # fmt: skip
EXTREMA = ("slope_sup", "slope_inf", "lipschitz", "curvature_sup")
ENDS = ("minus_infinity", "plus_infinity")
MOMENTS = (
    "value_mean", "value_mean_square", "slope_mean", "slope_mean_square", "slope_fourth_moment", "value_curvature_mean",
)  # fmt: skip

Function = Callable[[Any], Any]
FUNCTIONS: dict[str, Function] = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "relu": lambda x: max(x, mpmath.mpf(0)),
}
names = pytest.mark.parametrize("name", FUNCTIONS)


@pytest.fixture(params=FUNCTIONS)
def profile(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Json:
    return answered(capsys, "activation", request.param, "--json", "--eps", "1/100", "--variance", "1", "2.5")


def test_a_profile_keeps_the_contract(profile: Json) -> None:
    assert profile.keys() >= PROFILE
    assert all(faults(each) == [] for each in numbers(profile))
    assert list(bare(profile)) == []
    assert all({"attained_at", "approached_at"} <= profile[key].keys() for key in EXTREMA)
    assert all(tuple(profile[key]) == ENDS for key in ("limits", "slope_limits"))
    assert all(profile[key] in (True, False, None) for key in ("odd", "even", "monotone", "bounded"))
    assert [moments["variance"]["exact"] for moments in profile["moments"]] == ["1", "5/2"]
    assert all(moments.keys() >= {"variance", *MOMENTS} for moments in profile["moments"])


def slope(function: Function, x: Any) -> Any:
    return mpmath.diff(function, x)


def between(value: Any, enclosure: list[str]) -> bool:
    """Whether a number of forty digits lies in an enclosure, up to the digits that it has."""
    with localcontext() as context:
        context.prec = 60
        low, high = ends(enclosure)
        lost = Decimal(10) ** -30 * max(abs(low), 1)  # differences and quadrature at 40 digits keep 30
        return low - lost <= Decimal(mpmath.nstr(value, 40)) <= high + lost


@pytest.fixture(autouse=True)
def forty_digits() -> Iterator[None]:
    with mpmath.workdps(40):
        yield


def test_an_extremum_is_taken_where_it_is_said_to_be(profile: Json) -> None:
    function = FUNCTIONS[profile["name"]]
    tried = 0
    for key, sign in (("slope_sup", 1), ("slope_inf", 1), ("lipschitz", None)):
        for place in profile[key]["attained_at"]:
            at = sum(map(mpmath.mpf, place["enclosure"])) / 2
            value = slope(function, at)
            # Off the true place by half a unit of the twentieth digit, an extremum is off by the square of that.
            assert between(value if sign else abs(value), profile[key]["enclosure"])
            tried += 1
    assert tried > 1


def test_no_slope_of_a_grid_is_beyond_the_extrema(profile: Json) -> None:
    function = FUNCTIONS[profile["name"]]
    slopes = [slope(function, mpmath.mpf(k) / 8 + mpmath.mpf("0.01")) for k in range(-80, 81, 4)]
    assert max(slopes) <= mpmath.mpf(profile["slope_sup"]["enclosure"][1])
    assert min(slopes) >= mpmath.mpf(profile["slope_inf"]["enclosure"][0])
    assert max(map(abs, slopes)) <= mpmath.mpf(profile["lipschitz"]["enclosure"][1])


def expectation(function: Function, variance: Any) -> Any:
    """The mean under a centred Gaussian, by quadrature on both sides of zero, where relu has its kink."""
    root = mpmath.sqrt(variance)
    tail = [0, 1, 3, 6, 14]  # beyond 14 deviations there is 1e-44 of a Gaussian
    pieces = [*(-t for t in reversed(tail[1:])), *tail]
    return mpmath.quad(lambda t: function(root * t) * mpmath.npdf(t), pieces)


def exact_slope(name: str) -> Function:
    """The derivative by its textbook formula: quadrature of differences would be slow."""
    sigmoid = FUNCTIONS["sigmoid"]
    return {
        "sigmoid": lambda x: sigmoid(x) * (1 - sigmoid(x)),
        "gelu": lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x),
        "silu": lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x))),
        "relu": lambda x: mpmath.mpf(x > 0),
    }[name]


def test_the_moments_hold_the_integrals(profile: Json) -> None:
    function, derivative = FUNCTIONS[profile["name"]], exact_slope(profile["name"])
    for moments in profile["moments"]:
        variance = mpmath.mpf(moments["variance"]["enclosure"][0])
        integrals = {
            "value_mean": function,
            "value_mean_square": lambda x: function(x) ** 2,
            "slope_mean": derivative,
            "slope_mean_square": lambda x: derivative(x) ** 2,
            "slope_fourth_moment": lambda x: derivative(x) ** 4,
            # E f f'' by Stein's lemma, which holds at a kink too
            "value_curvature_mean": lambda x, q=variance: x * function(x) * derivative(x) / q - derivative(x) ** 2,
        }
        for key, integrand in integrals.items():
            assert between(expectation(integrand, variance), moments[key]["enclosure"]), key


def test_the_gains_keep_what_they_are_for(profile: Json) -> None:
    function, derivative = FUNCTIONS[profile["name"]], exact_slope(profile["name"])
    for moments in profile["moments"]:
        variance = mpmath.mpf(moments["variance"]["enclosure"][0])
        forward = mpmath.sqrt(variance / expectation(lambda x: function(x) ** 2, variance))
        backward = 1 / mpmath.sqrt(expectation(lambda x: derivative(x) ** 2, variance))
        assert between(forward, moments["gains"]["forward"]["enclosure"])
        assert between(backward, moments["gains"]["backward"]["enclosure"])


def test_the_tail_of_the_slope_stays_between_its_constants(profile: Json) -> None:
    derivative, tried = exact_slope(profile["name"]), 0
    for key, side in zip(ENDS, (-1, 1), strict=True):
        law = profile["tail_laws"][key]
        for far in () if law is None else (law["beyond"], law["beyond"] + 3, 3 * law["beyond"]):
            size = mpmath.mpf(sp.N(sp.sympify(law["size"]).subs(sp.Symbol("x"), side * far), 40))
            factor = (derivative(mpmath.mpf(side * far)) - mpmath.mpf(law["limit"]["exact"])) / size
            # 40 digits of a slope near 1 leave few of what is left of it after 1 is taken away
            assert size < 1e-25 or mpmath.mpf(law["lower"]["enclosure"][0]) <= factor <= mpmath.mpf(
                law["upper"]["enclosure"][1]
            )
            tried += 1
    assert (tried == 0) == (profile["name"] == "relu")


def test_values_and_zeros_are_those_of_the_function(profile: Json) -> None:
    function = FUNCTIONS[profile["name"]]
    grid = [function(mpmath.mpf(k) / 16) for k in range(-160, 161)]
    assert mpmath.mpf(profile["value_inf"]["enclosure"][0]) <= min(grid) + mpmath.mpf("1e-4")
    for place in profile["value_inf"]["attained_at"]:
        at = sum(map(mpmath.mpf, place["enclosure"])) / 2
        assert between(function(at), profile["value_inf"]["enclosure"])
    points = [zero for zero in profile["zeros"] if "interval" not in zero]
    assert all(abs(function(mpmath.mpf(zero["enclosure"][0]))) < 1e-18 for zero in points)
    assert [zero["exact"] for zero in profile["zeros"]] == {"sigmoid": [], "relu": ["-1"]}.get(profile["name"], ["0"])


def test_dual_activations_are_those_of_the_arc_cosine_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    """Cho and Saul 2009: for relu at unit variance, with cos t the correlation, (sin t + (pi - t) cos t)/(2 pi)."""
    found = answered(capsys, "activation", "relu", "--json", "--covariance", "0.5", "-0.3")
    (moments,) = found["moments"]
    for duals in moments["duals"]:
        t = mpmath.acos(
            mpmath.mpf(sp.Rational(duals["covariance"]["exact"]).p) / sp.Rational(duals["covariance"]["exact"]).q
        )
        wanted = (mpmath.sin(t) + (mpmath.pi - t) * mpmath.cos(t)) / (2 * mpmath.pi)
        assert between(wanted, duals["value_dual"]["enclosure"])
        assert between((mpmath.pi - t) / (2 * mpmath.pi), duals["slope_dual"]["enclosure"])


def test_smoothness_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = {
        name: answered(capsys, "activation", name, "--json")["regularity"] for name in ("relu_squared", "step", "tanh")
    }
    assert {name: found["continuous_derivatives"] for name, found in told.items()} == {
        "relu_squared": 1,
        "step": -1,
        "tanh": None,
    }
    assert [found["analytic"] for found in told.values()] == [False, False, True]


def test_a_parameter_that_stays_a_symbol_has_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "activation", "softplus", "--param", "beta=positive", "--json")
    assert found["curvature_sup"]["exact"] == "beta/4"
    assert found["curvature_sup"]["enclosure"] is None
    assert found["value_inf"] is None


def test_the_limits_are_those_of_far_away(profile: Json) -> None:
    function = FUNCTIONS[profile["name"]]
    for key, far in zip(ENDS, (-200, 200), strict=True):  # where e^-200 is beyond forty digits
        low, _ = profile["limits"][key]["enclosure"]
        assert low == "inf" if function(mpmath.mpf(far)) > 100 else between(function(mpmath.mpf(far)), [low, low])
        assert between(slope(function, mpmath.mpf(far)), profile["slope_limits"][key]["enclosure"])


def test_the_slope_is_at_the_threshold_where_saturation_begins(profile: Json) -> None:
    derivative = exact_slope(profile["name"])
    finite = [end for pair in profile["saturation"] for end in pair if "inf" not in end["enclosure"][0]]
    assert finite
    for end in finite:
        at = sum(map(mpmath.mpf, end["enclosure"])) / 2
        steps = [at - mpmath.mpf("1e-15"), at + mpmath.mpf("1e-15")]
        inside = [abs(derivative(x)) < mpmath.mpf("0.01") for x in steps]
        assert inside.count(True) == 1  # the end of an interval: one side is saturated, the other is not


def test_zeros_without_end_are_told_by_one_and_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    origin, family = answered(capsys, "activation", "gcu", "--json")["zeros"]
    assert (origin["exact"], family["exact"], family["step"]["exact"]) == ("0", "pi/2", "pi")


def test_what_is_infinite_is_told_as_inf(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "activation", "x**2", "--json")
    assert found["lipschitz"]["enclosure"] == ["inf", "inf"]
    assert found["slope_inf"]["enclosure"] == ["-inf", "-inf"]
    assert found["limits"]["minus_infinity"]["enclosure"] == ["inf", "inf"]
    assert found["lipschitz"]["attained_at"] == []
    assert found["curvature_sup"]["exact"] == "2"


def test_without_a_threshold_there_is_no_saturation(capsys: pytest.CaptureFixture[str]) -> None:
    assert answered(capsys, "activation", "sigmoid", "--json")["saturation"] is None


def test_asking_for_more_digits_narrows_the_enclosure(capsys: pytest.CaptureFixture[str]) -> None:
    wide, narrow = (
        ends(answered(capsys, "activation", "gelu", "--json", "--digits", digits)["lipschitz"]["enclosure"])
        for digits in ("5", "45")
    )
    assert wide[0] <= narrow[0] < narrow[1] <= wide[1]
    assert narrow[1] - narrow[0] <= Decimal("1e-43")


# ----------------------------------------------------------------------------------------------------------------- ask

ANSWER = {"subject", "seed", "trials", "version", "claims"}
CLAIM = {
    "name", "applies", "failed_assumption", "quantity", "relation", "mode", "bound", "grounds", "source", "verdict",
}  # fmt: skip
VERDICT = {"outcome", "trials", "slack", "power", "worst_seed"}
FLOATS = {".claims.bound.log10", ".claims.verdict.slack", ".claims.verdict.power", ".claims.verdict.error_rate"}
SMALL = ("mlp", "--activation", "sigmoid", "--width", "4", "--trials", "5", "--json")
DEEP = 2000  # where the worst-case bound of narrow weights leaves the range of a float


@pytest.fixture(scope="module")
def answer() -> Json:
    """What ``symgrad ask --json`` prints, asked once: nothing but one object."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["ask", *SMALL, "--weight-var", "1/100", "--depth", str(DEEP), "--seed", "11"]) == 0
    found: Json = json.loads(printed.getvalue())
    return found


@pytest.fixture(scope="module")
def bounds(answer: Json) -> dict[str, Json]:
    return {each["name"]: each["bound"] for each in answer["claims"] if each["applies"]}


def test_an_answer_is_all_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert answered(capsys, "ask", *SMALL, "--depth", "0").keys() >= ANSWER


def test_an_answer_keeps_the_contract(answer: Json) -> None:
    found = answer
    assert found.keys() >= ANSWER
    assert (found["seed"], found["trials"]) == (11, 5)
    assert [each["name"] for each in found["claims"]] == list(registered(Network))
    assert all(faults(each) == [] for each in numbers(found))
    assert set(bare(found)) <= FLOATS
    for each in found["claims"]:
        assert each.keys() >= CLAIM
        assert each["verdict"].keys() >= VERDICT
        assert each["verdict"]["outcome"] in OUTCOMES


def test_a_claim_is_stated_if_and_only_if_it_applies(answer: Json) -> None:
    claims = answer["claims"]
    assert {each["applies"] for each in claims} == {True, False}
    for each in claims:
        assert (each["bound"] is not None) == each["applies"] == (each["failed_assumption"] is None)
        assert (each["grounds"] != []) == each["applies"]
        assert (each["verdict"]["outcome"] == "not applicable") == (not each["applies"])
        assert set(each["grounds"]) <= {"symbolic", "certified", "cited"}


def worst_case_log10(width: int, weight_var: Any, depth: int, failure: Any) -> Any:
    """The bound as a textbook would work it out: (γ (σ_w/√n) (2√n + t))^L, with e^(-t²/2) of the failures a layer."""
    t = mpmath.sqrt(2 * mpmath.log(depth / failure))
    norm = mpmath.sqrt(mpmath.mpf(weight_var) / width) * (2 * mpmath.sqrt(width) + t)
    return depth * mpmath.log10(norm / 4)


def test_log10_stays_finite_where_the_bound_underflows(bounds: dict[str, Json]) -> None:
    bound = bounds["jacobian_norm_le_prod_lipschitz"]
    low, high = ends(bound["enclosure"])
    assert float(low) == float(high) == 0.0  # a float has no such number
    assert 0 < low <= high
    expected = worst_case_log10(4, mpmath.mpf("0.01"), DEEP, mpmath.mpf("0.01"))
    assert bound["log10"] == pytest.approx(float(expected), rel=1e-14)  # a few roundings of a float
    assert float(low.log10()) == pytest.approx(bound["log10"], rel=1e-14)


@pytest.mark.parametrize("depth", [10**5, 10**6])
def test_log10_stays_finite_in_the_deepest_networks(depth: int) -> None:
    network = mlp(width=8, depth=depth, activation="sigmoid", weight_var=1)
    found = {each.name: bound_number(each.claim) for each in about(network) if each.claim is not None}
    gain = found["mean_square_gradient_tendsto_pow_mean_square_gain"]
    assert -math.inf < gain["log10"] < -depth  # σ_w² E[σ'²] is at most 1/16: more than a decade for each layer
    low, high = ends(gain["enclosure"])
    assert 0 < low <= high
    assert all(len(each["latex"]) < 10_000 for each in found.values())  # no power is multiplied out
    assert all(faults(each) == [] for each in found.values())


def test_a_bound_of_zero_has_no_logarithm(bounds: dict[str, Json]) -> None:
    bound = bounds["chain_rule_defect_eq_zero"]
    assert (bound["enclosure"], bound["log10"]) == (["0", "0"], None)


# ------------------------------------------------------------------------------------------------------------ simulate

SAMPLE = {"subject", "quantity", "grade", "layers", "trials", "seed", "method", "dtype", "version"}


def test_a_sample_keeps_its_contract(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "simulate", *SMALL, "--depth", "3", "--quantity", "jacobian_norm")
    assert found.keys() >= SAMPLE
    assert found["grade"] == "measured"
    assert [each["layer"] for each in found["layers"]] == [0, 1, 2, 3]
    for each in found["layers"]:
        quantiles = list(each["log10"].values())
        assert quantiles == sorted(quantiles)
    assert set(found["layers"][3]["log10"].values()) == {0.0}  # the identity, from the output to itself


def test_a_gradient_of_zero_has_no_logarithm(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "simulate", *SMALL, "--depth", "2", "--weight-var", "0", "--quantity", "jacobian_norm")
    assert set(found["layers"][0]["log10"].values()) == {None}


def test_the_same_seed_prints_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, other = (
        answered(capsys, "simulate", *SMALL, "--depth", "2", "--seed", seed)["layers"] for seed in ("3", "3", "4")
    )
    assert first == second != other


# -------------------------------------------------------------------------------------------------- guards that can bite

GOOD = {"exact": "1/4", "latex": "\\frac{1}{4}", "enclosure": ["0.25", "0.25"], "grade": "exact"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"grade": "sure"}, "grade"),
        ({"exact": None}, "grade"),
        ({"latex": ""}, "latex"),
        ({"enclosure": ["0.26", "0.25"]}, "enclosure"),
    ],
)
def test_a_number_that_breaks_the_contract_is_noticed(change: Json, fault: str) -> None:
    assert faults(GOOD) == []
    assert faults({**GOOD, **change}) == [fault]
    assert faults({"exact": "1", "enclosure": None}) != []


def test_a_bare_float_and_a_wrong_enclosure_are_noticed() -> None:
    assert list(bare({"a": [{"b": 0.5}]})) == [".a.b"]
    assert between(mpmath.mpf("0.25"), ["0.25", "0.25"])
    assert not between(mpmath.mpf("0.25") + mpmath.mpf("1e-25"), ["0.25", "0.25"])


def test_floats_that_are_not_finite_become_null() -> None:
    text = dumps({"a": math.inf, "b": [math.nan, 1.5], "c": {"d": -math.inf}})
    assert json.loads(text) == {"a": None, "b": [None, 1.5], "c": {"d": None}}


def test_the_numbers_of_the_walk_are_all_numbers() -> None:
    found = {"a": number(sp.pi), "b": [set_intervals(sp.Interval(0, 1))]}
    assert len(list(numbers(found))) == 3


def test_a_bound_with_a_huge_power_in_a_sum_has_a_logarithm() -> None:
    """Half of a gradient is left in each of 20 000 steps: 1 + 1/2 + 1/4 + ... is 2, but for one part in 2^20000."""
    network = rnn(steps=20_000, weights={"weight_ih_l0": [[1.0]], "weight_hh_l0": [[0.5]]})
    found = bound_number(claim("weight_gradient_norm_le_geometric_series", network))
    assert found["log10"] == pytest.approx(math.log10(2), rel=1e-15)
    assert found["enclosure"] is None
