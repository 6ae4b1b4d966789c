"""Decision rules: the stated error rate is the real one, and planted mutants are refuted."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
from samples import WIDTH, guess
from scipy import stats
from sympy.stats import ChiSquared

from symgrad.claims import Always, AsWidthGrows, Claim, InLaw, InMean, Relation, Trial, WithProbability
from symgrad.claims.quantities import mean_square_gradient
from symgrad.verification.cases import Case, Evidence
from symgrad.verification.rules import RULES

SQUARE = mean_square_gradient(0)
REPEATS = 400
RATE = 0.1  # large, so that 400 repetitions see a rate that is wrong by a factor of two, from either side
Draw = Callable[[np.random.Generator, int], np.ndarray]


def band(rate: float, repeats: int = REPEATS) -> tuple[float, float]:
    """Counts of refutations outside of which a rule with this rate falls with probability 1e-3 only."""
    return tuple(stats.binom.ppf([5e-4, 1 - 5e-4], repeats, rate))


def case_of(relation: Relation, *columns: tuple[int, np.ndarray], log_bound: float = 0.0, rate: float = RATE) -> Case:
    evidence = (Evidence(logs, log_bound, width, 1, "float64", seed) for seed, (width, logs) in enumerate(columns))
    return Case(relation, tuple(evidence), rate)


def findings(claim: Claim, draw: Callable[[], Case], repeats: int = REPEATS) -> dict[Trial, int]:
    rule = RULES[type(claim.mode)](claim)
    trials = [rule.find(draw()).trial for _ in range(repeats)]
    return {trial: trials.count(trial) for trial in Trial}


def chi_square_logs(rng: np.random.Generator, degrees: int, trials: int) -> np.ndarray:
    """Logarithms of chi-squared over its degrees of freedom; the mean of the value is 1."""
    return np.log(rng.chisquare(degrees, trials) / degrees)


# ------------------------------------------------------------------------------------------------------------ always


def always(relation: Relation, logs: list[float], log_bound: float, **changes: float) -> Trial:
    claim = guess(SQUARE, relation, 1, Always())
    return RULES[Always](claim).find(case_of(relation, (1, np.array(logs)), log_bound=log_bound, rate=1e-3)).trial


@pytest.mark.parametrize(
    ("relation", "relative", "expected"),
    [
        (Relation.LE, 1e-9, Trial.REFUTED),
        (Relation.LE, 1e-14, Trial.CONSISTENT),  # 1e-14 is rounding: some tens of machine epsilons
        (Relation.LE, -1e-9, Trial.CONSISTENT),
        (Relation.GE, -1e-9, Trial.REFUTED),
        (Relation.GE, 1e-9, Trial.CONSISTENT),
        (Relation.EQ, 1e-9, Trial.REFUTED),
        (Relation.EQ, -1e-9, Trial.REFUTED),
        (Relation.EQ, -1e-14, Trial.CONSISTENT),
        (Relation.LT, 1e-9, Trial.REFUTED),
        (Relation.LT, 0.0, Trial.INCONCLUSIVE),  # equal up to rounding, which a strict relation cannot bear or exclude
        (Relation.LT, -1e-9, Trial.CONSISTENT),
    ],
)
def test_always_notices_a_billionth_but_not_rounding(relation: Relation, relative: float, expected: Trial) -> None:
    harmless = {Relation.EQ: 5.0, Relation.GE: 6.0}.get(relation, 4.0)
    assert always(relation, [harmless, 5 + math.log1p(relative)], log_bound=5.0) is expected


def test_always_finds_the_one_violation_and_says_where() -> None:
    logs = np.zeros(1000)
    logs[613] = 1e-6
    claim = guess(SQUARE, Relation.LE, 1, Always())
    finding = RULES[Always](claim).find(case_of(Relation.LE, (1, logs)))
    assert (finding.trial, finding.worst) == (Trial.REFUTED, (0, 613))
    assert "1 of 1000 trials violate it" in finding.reason


def test_always_works_for_bounds_far_below_the_range_of_floats() -> None:
    deep = -1e6  # the logarithm of a product over a million layers; its own spacing as a float is 1e-10
    assert always(Relation.LE, [deep, deep - 3], log_bound=deep) is Trial.CONSISTENT
    assert always(Relation.LE, [deep + 1e-3], log_bound=deep) is Trial.REFUTED
    assert always(Relation.EQ, [deep - 1e-3], log_bound=deep) is Trial.REFUTED


def test_always_tries_zero_bounds() -> None:
    rounding = math.log(2e-16)
    for relation in (Relation.EQ, Relation.LE):
        assert always(relation, [rounding, -np.inf], log_bound=-np.inf) is Trial.CONSISTENT
        assert always(relation, [rounding, math.log(1e-3)], log_bound=-np.inf) is Trial.REFUTED
    assert always(Relation.LT, [-np.inf], log_bound=-np.inf) is Trial.INCONCLUSIVE
    assert always(Relation.GE, [-np.inf], log_bound=-np.inf) is Trial.CONSISTENT


def test_always_takes_exact_zeros_as_zeros() -> None:
    assert always(Relation.LE, [-np.inf, -1.0], log_bound=0.0) is Trial.CONSISTENT
    assert always(Relation.EQ, [-np.inf, 0.0], log_bound=0.0) is Trial.REFUTED
    assert always(Relation.GE, [-np.inf, 1.0], log_bound=0.0) is Trial.REFUTED


# ----------------------------------------------------------------------------------------------------------- in mean


@pytest.mark.parametrize("relation", [Relation.EQ, Relation.LE, Relation.GE])
@pytest.mark.parametrize("degrees", [3, 64])  # skewness 1.6 and 0.35
def test_means_are_refuted_at_the_stated_rate(relation: Relation, degrees: int) -> None:
    rng = np.random.default_rng(11)
    claim = guess(SQUARE, relation, 1, InMean())
    found = findings(claim, lambda: case_of(relation, (1, chi_square_logs(rng, degrees, 1000))))
    low, high = band(RATE)
    assert low <= found[Trial.REFUTED] <= high
    assert found[Trial.INCONCLUSIVE] <= 4  # one in a hundred


@pytest.mark.parametrize(("log_variance", "trials"), [(0.2, 200), (0.5, 1000), (1.0, 1000), (2.0, 1000), (4.0, 1000)])
def test_heavy_tails_never_raise_the_rate(log_variance: float, trials: int) -> None:
    """Log-normal, as squared gradients nearly are; the plain z-test refutes 20 % at a log-variance of 4."""
    rng = np.random.default_rng(12)
    claim = guess(SQUARE, Relation.EQ, 1, InMean())
    scale = math.sqrt(log_variance)
    found = findings(claim, lambda: case_of(Relation.EQ, (1, rng.normal(-log_variance / 2, scale, trials))))
    assert found[Trial.REFUTED] <= band(RATE)[1]
    if log_variance >= 2:
        assert found[Trial.INCONCLUSIVE] > REPEATS / 2, "a handful of trials carries this mean, and that must be said"


def test_the_guard_against_heavy_tails_is_needed() -> None:
    """The same samples, tried by a textbook z-test, which is what the rule must not be."""
    rng = np.random.default_rng(12)
    values = np.exp(rng.normal(-2, 2, (REPEATS, 1000)))
    scores = (values.mean(1) - 1) / (values.std(1, ddof=1) / math.sqrt(1000))
    assert np.count_nonzero(abs(scores) > stats.norm.isf(RATE / 2)) > band(RATE)[1]


def test_wrong_means_are_refuted() -> None:
    rng = np.random.default_rng(13)
    for relation, factor in [(Relation.EQ, 1.1), (Relation.EQ, 0.9), (Relation.LE, 0.9), (Relation.GE, 1.1)]:
        claim = guess(SQUARE, relation, 1, InMean())
        # 500 trials of chi-square(64)/64 have a standard error of 0.8 %: 10 % is 12 of them
        found = findings(
            claim,
            lambda r=relation, f=factor: case_of(
                r, (1, chi_square_logs(rng, 64, 500)), log_bound=math.log(f), rate=1e-3
            ),
            repeats=20,
        )
        assert found[Trial.REFUTED] == 20


def test_means_of_constants_zeros_and_huge_ratios() -> None:
    def mean(relation: Relation, logs: list[float], log_bound: float) -> Trial:
        claim = guess(SQUARE, relation, 1, InMean())
        return RULES[InMean](claim).find(case_of(relation, (1, np.array(logs)), log_bound=log_bound)).trial

    assert mean(Relation.EQ, [0.3] * 50, 0.3) is Trial.CONSISTENT
    assert mean(Relation.EQ, [0.3] * 50, 0.3 + 1e-9) is Trial.REFUTED
    assert mean(Relation.EQ, [-np.inf] * 50, 0.0) is Trial.INCONCLUSIVE
    assert mean(Relation.EQ, [-np.inf] * 50, -np.inf) is Trial.CONSISTENT
    assert mean(Relation.EQ, [-1.0] * 50, -np.inf) is Trial.REFUTED
    spread = list(np.linspace(-0.5, 0.5, 200))
    assert mean(Relation.EQ, spread, 1e5) is Trial.REFUTED
    assert mean(Relation.EQ, spread, -1e5) is Trial.REFUTED
    assert mean(Relation.LE, [x - 1e6 for x in spread], -1e6 + 1) is Trial.CONSISTENT


# ------------------------------------------------------------------------------------------------------------ in law


def law_of(degrees: int) -> Claim:
    return guess(SQUARE, Relation.EQ, sp.Rational(1, 5) * ChiSquared("k", degrees), InLaw())


@pytest.mark.parametrize("depth", [0.0, -5000.0])  # the law itself, and one at 10^-2171
def test_laws_are_refuted_at_the_stated_rate(depth: float) -> None:
    rng = np.random.default_rng(14)
    logs = lambda: np.log(rng.chisquare(5, 300) / 5) + depth
    draw = lambda: case_of(Relation.EQ, (1, logs()), log_bound=math.log(1 / 5) + depth)
    low, high = band(RATE)
    assert low <= findings(law_of(5), draw)[Trial.REFUTED] <= high


def test_a_law_with_one_degree_of_freedom_less_is_refuted() -> None:
    rng = np.random.default_rng(15)
    draw = lambda: case_of(Relation.EQ, (1, np.log(rng.chisquare(5, 2000) / 5)), log_bound=-math.log(5), rate=1e-3)
    # KS distance of chi-square 4 and 5 is 0.14, six times the critical distance of 2000 trials at this rate
    assert findings(law_of(4), draw, repeats=10)[Trial.REFUTED] == 10


# --------------------------------------------------------------------------------------------------- with probability


def test_failures_are_refuted_at_the_rate_of_the_binomial_test() -> None:
    rng = np.random.default_rng(16)
    failure, trials = 0.05, 200
    claim = guess(SQUARE, Relation.LE, 1, WithProbability(sp.Rational(1, 20)))
    draw = lambda: case_of(Relation.LE, (1, np.where(rng.random(trials) < failure, 0.5, -0.5)))
    # A count is discrete: the largest rejection probability up to the rate, summed from the binomial weights.
    weights = [math.comb(trials, k) * failure**k * (1 - failure) ** (trials - k) for k in range(trials + 1)]
    exact = max(tail for tail in (sum(weights[k:]) for k in range(trials)) if tail < RATE)
    low, high = band(exact)
    assert low <= findings(claim, draw)[Trial.REFUTED] <= high


def test_twice_as_many_failures_as_claimed_are_refuted() -> None:
    rng = np.random.default_rng(17)
    claim = guess(SQUARE, Relation.LE, 1, WithProbability(sp.Rational(1, 20)))
    draw = lambda: case_of(Relation.LE, (1, np.where(rng.random(2000) < 0.1, 0.5, -0.5)), rate=1e-3)
    # 200 expected where 100 may occur: ten standard deviations
    assert findings(claim, draw, repeats=20)[Trial.REFUTED] == 20


def test_a_probability_of_failure_that_is_none_is_an_error() -> None:
    claim = guess(SQUARE, Relation.LE, 1, WithProbability(sp.Integer(1)))
    with pytest.raises(ValueError, match=r"probability of failure of .* is 1\.0; it must be at least 0 and below 1"):
        RULES[WithProbability](claim).find(case_of(Relation.LE, (1, np.zeros(3))))


# ----------------------------------------------------------------------------------------------- as the width grows

LIMIT = guess(SQUARE, Relation.TENDSTO, 1, AsWidthGrows(1 / WIDTH))


def relu_logs(rng: np.random.Generator, width: int, depth: int, trials: int) -> np.ndarray:
    """Squared gradients of ReLU networks with He's variance, exactly in law: products of chi-squares of random masks.

    Hanin & Nica 2020, "Products of many large random matrices and gradients in deep neural networks".
    """
    masks = rng.binomial(width, 0.5, (trials, depth))
    alive = np.log(2 / width * rng.chisquare(np.maximum(masks, 1))).sum(axis=1)
    return np.where((masks > 0).all(axis=1), alive, -np.inf)


def tanh_logs(rng: np.random.Generator, width: int, depth: int, trials: int, weight_var: float) -> np.ndarray:
    """Squared gradients of tanh networks, drawn with whole weight matrices."""
    h = rng.normal(size=(trials, width, 1))
    h *= math.sqrt(width) / np.linalg.norm(h, axis=1, keepdims=True)
    layers = []
    for _ in range(depth):
        weights = rng.normal(size=(trials, width, width)) * math.sqrt(weight_var / width)
        h = np.tanh(weights @ h)
        layers.append((1 - h**2) * weights)
    gradient = rng.normal(size=(trials, 1, width))
    start = (gradient**2).sum(axis=(1, 2))
    for jacobian in reversed(layers):
        gradient = gradient @ jacobian
    return np.log((gradient**2).sum(axis=(1, 2)) / start)


def tanh_limit(depth: int, weight_var: float) -> float:
    """Logarithm of the mean-field limit, by Gauss-Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    weights = weights / weights.sum()
    total, variance = 0.0, weight_var
    for _ in range(depth):
        values = np.tanh(math.sqrt(variance) * nodes)
        total += math.log(weight_var * float(weights @ (1 - values**2) ** 2))
        variance = weight_var * float(weights @ values**2)
    return total


def test_limits_are_refuted_at_the_stated_rate_on_relu_networks() -> None:
    rng = np.random.default_rng(18)
    draw = lambda: case_of(Relation.TENDSTO, *((n, relu_logs(rng, n, 3, 200)) for n in (64, 128, 256)))
    low, high = band(RATE)
    assert low <= findings(LIMIT, draw)[Trial.REFUTED] <= high


@pytest.mark.parametrize(("depth", "widths", "trials"), [(3, (16, 32, 64), 2000), (10, (32, 64, 128), 2000)])
def test_limits_are_not_refuted_more_often_where_widths_are_small(
    depth: int, widths: tuple[int, ...], trials: int
) -> None:
    """Here the typical square is up to e^1 below its limit, 100 times the standard error of the mean logarithm."""
    rng = np.random.default_rng(19)
    draw = lambda: case_of(Relation.TENDSTO, *((n, relu_logs(rng, n, depth, trials)) for n in widths))
    found = findings(LIMIT, draw, repeats=100)
    assert found[Trial.REFUTED] <= band(RATE, 100)[1]


def test_limits_are_refuted_at_the_stated_rate_on_dense_tanh_networks() -> None:
    rng = np.random.default_rng(20)
    bound = tanh_limit(3, 1.5)
    draw = lambda: case_of(
        Relation.TENDSTO, *((n, tanh_logs(rng, n, 3, 100, 1.5)) for n in (16, 32, 64)), log_bound=bound
    )
    low, high = band(RATE, 60)
    assert low <= findings(LIMIT, draw, repeats=60)[Trial.REFUTED] <= high


def test_a_limit_wrong_by_a_tenth_for_each_layer_is_refuted() -> None:
    rng = np.random.default_rng(21)
    for depth, factor in [(5, 1.1), (5, 1 / 1.1)]:
        draw = lambda d=depth, f=factor: case_of(
            Relation.TENDSTO,
            *((n, relu_logs(rng, n, d, 4000)) for n in (64, 128, 256)),
            log_bound=d * math.log(f),
            rate=1e-3,
        )
        # log 1.1^5 = 0.48 is 20 standard errors of the extrapolated logarithm
        assert findings(LIMIT, draw, repeats=5)[Trial.REFUTED] == 5


def test_one_sided_limits() -> None:
    rng = np.random.default_rng(22)
    columns = [(n, relu_logs(rng, n, 3, 4000)) for n in (64, 128, 256)]
    for relation, log_bound, expected in [
        (Relation.LE, 0.5, Trial.CONSISTENT),
        (Relation.LE, -0.5, Trial.REFUTED),
        (Relation.GE, -0.5, Trial.CONSISTENT),
        (Relation.GE, 0.5, Trial.REFUTED),
    ]:
        claim = guess(SQUARE, relation, 1, AsWidthGrows(1 / WIDTH))
        found = RULES[AsWidthGrows](claim).find(case_of(relation, *columns, log_bound=log_bound, rate=1e-3))
        assert found.trial is expected


def why(*columns: tuple[int, np.ndarray], log_bound: float = 0.0) -> str:
    finding = RULES[AsWidthGrows](LIMIT).find(case_of(Relation.TENDSTO, *columns, log_bound=log_bound))
    assert finding.trial is Trial.INCONCLUSIVE
    return finding.reason


def test_a_limit_is_not_judged_where_it_cannot_be_seen() -> None:
    rng = np.random.default_rng(23)
    normal = lambda shift=0.0: rng.normal(shift, 0.1, 100)
    assert "cannot be seen at width 64 alone; simulate at 3 widths" in why((64, normal()))
    assert "at width 32, 64 alone" in why((32, normal()), (64, normal()), (64, normal()))
    dead = np.where(np.arange(100) < 5, -np.inf, 0.0)
    assert "5% of the trials at width 8 are exactly zero" in why((8, dead), (16, normal()), (32, normal()))
    assert "one trial at width 8" in why((8, np.zeros(1)), (16, normal()), (32, normal()))
    assert "not a positive number" in why(*((n, normal()) for n in (8, 16, 32)), log_bound=-np.inf)
    assert "take larger widths" in why((8, normal(-9.0)), (16, normal(-4.0)), (32, normal(-2.0)))


def test_an_error_of_another_rate_is_noticed() -> None:
    """The error falls like the root of 1/n where 1/n is stated; five widths leave two degrees of freedom to see it."""
    rng = np.random.default_rng(24)
    columns = ((n, rng.normal(0.8 * math.sqrt(8 / n), 0.01, 2000)) for n in (8, 32, 128, 512, 2048))
    assert "not of the stated rate" in why(*columns)
