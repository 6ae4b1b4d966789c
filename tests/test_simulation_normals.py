"""Normal numbers: a pure function of their place, as precise as floats are, and distributed as they should be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import mpmath
import naive
import numpy as np
import numpy.typing as npt
import pytest
from numba import njit
from scipy import stats

from symgrad.simulation.randomness.normals import ALIGNMENT, draw, fill_both, together
from symgrad.simulation.randomness.streams import Purpose

Array = npt.NDArray[np.floating]

SEED = 2**63 + 12345  # uses the upper word of the key, and the sign bit of a signed integer
WORST = 1e-9  # rate at which a statistical test below rejects a perfect generator
MILLION = 2**20


def drawn(
    count: int,
    dtype: str = "float64",
    *,
    seed: int = SEED,
    first: int = 0,
    layer: int = 1,
    trial: int = 0,
    purpose: Purpose = Purpose.WEIGHTS,
) -> Array:
    out = np.empty(count, dtype=dtype)
    draw(out, np.uint64(seed), first, layer, trial, int(purpose))
    return out


def twins(count: int) -> list[mpmath.mpf]:
    with mpmath.workdps(naive.DIGITS):
        return naive.normals(SEED, Purpose.WEIGHTS, 1, 0, count)


def test_numbers_in_double_precision_are_those_of_the_twin_within_four_roundings() -> None:
    """Logarithm, root, sine and the last product are each off by about half a unit in the last place, the root of the
    logarithm by half of that."""
    for found, exact in zip(drawn(2000), twins(2000), strict=True):
        assert abs(found - exact) <= 4 * np.spacing(abs(float(exact)))


def test_numbers_in_single_precision_are_those_of_the_twin_within_the_rounding_of_the_uniform_number() -> None:
    """The uniform number is rounded twice, which changes the squared radius by up to 4 roundings; all else as above."""
    unit = 2.0**-24
    exact = np.array([float(z) for z in twins(2000)]).reshape(-1, 2)
    radii = np.hypot(*exact.T)[:, np.newaxis]
    off = np.abs(drawn(2000, "float32").reshape(-1, 2) - exact)
    assert (off <= 4 * unit / radii + 8 * unit * radii).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_number_depends_on_its_place_alone(dtype: str) -> None:
    whole = drawn(4096, dtype)
    parts = [drawn(size, dtype, first=first) for first, size in ((0, 4), (4, 36), (40, 4000), (4040, 56))]
    assert (np.concatenate(parts) == whole).all()


@njit
def drawn_for_two(one: Array, other: Array, first: int) -> None:
    fill_both(one, other, np.uint64(SEED), first, 1, 0, 7, 8)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [4, 64, 76, 1024])
def test_two_purposes_at_once_draw_the_numbers_of_each(size: int, dtype: str) -> None:
    """And those are the twin's, by the tests above."""
    one, other = np.empty((2, size), dtype=dtype)
    drawn_for_two(one, other, 8)
    for found, purpose in ((one, Purpose.PREACTIVATION), (other, Purpose.TRANSPOSE)):
        assert (found == drawn(size, dtype, first=8, purpose=purpose)).all()


@pytest.mark.parametrize("size", range(1, 200, 7))
def test_no_more_is_drawn_than_a_panel_holds(size: int) -> None:
    """Whole blocks, and never beyond the next multiple of 64."""
    many = together.py_func(size)
    assert many % ALIGNMENT == 0
    assert size <= many <= -(-size // 64) * 64


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_largest_and_smallest_words_make_finite_numbers(dtype: str) -> None:
    """Half a step away from 0 and 1: the radius is at most that of 2**-33, and nothing is infinite."""
    numbers = np.abs(drawn(4 * MILLION, dtype))
    assert np.isfinite(numbers).all()
    assert numbers.max() <= np.sqrt(2 * 33 * np.log(2)) * (1 + 1e-6)


OTHER_MACHINE = """
import sys
import numpy as np
from symgrad.simulation.randomness.normals import draw
for dtype in ("float64", "float32"):
    out = np.empty(4096, dtype=dtype)
    draw(out, np.uint64(int(sys.argv[1])), 0, 1, 0, 1)
    print(out.tobytes().hex())
"""


def test_a_machine_without_wide_or_fused_instructions_draws_the_same_numbers(tmp_path: Path) -> None:
    machine = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", OTHER_MACHINE, str(SEED)]
    done = subprocess.run(
        command, env={**os.environ, **machine}, capture_output=True, text=True, timeout=120, check=True
    )
    here = [drawn(4096, dtype).tobytes().hex() for dtype in ("float64", "float32")]
    assert done.stdout.split() == here


# What follows rejects perfect numbers at a rate of about WORST for each assertion: thresholds are quantiles of their
# laws. The seed is fixed, so that it passes always or never.


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_numbers_are_normal(dtype: str) -> None:
    assert stats.kstest(drawn(MILLION, dtype).astype(np.float64), "norm").pvalue > WORST


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_first_six_moments_are_those_of_a_normal_number(dtype: str) -> None:
    """Of so many numbers, the mean of a power is itself normal: at the sixth, its skewness changes the rate threefold."""
    numbers, limit = drawn(4 * MILLION, dtype).astype(np.float64), stats.norm.isf(WORST / 2)
    powers = np.ones_like(numbers)
    for power in range(1, 7):
        powers *= numbers
        mean = stats.norm.moment(power)
        deviation = np.sqrt((stats.norm.moment(2 * power) - mean**2) / numbers.size)
        assert abs(powers.mean() - mean) < limit * deviation


def test_tails_hold_as_many_numbers_as_they_should() -> None:
    numbers = np.abs(drawn(16 * MILLION))
    for sigmas in (3, 4, 5):
        expected = stats.binom(numbers.size, 2 * stats.norm.sf(sigmas))
        assert expected.ppf(WORST) <= np.sum(numbers > sigmas) <= expected.isf(WORST)


def uncorrelated(first: Array, second: Array) -> bool:
    """Whether the numbers, and their squares, are as weakly correlated as independent ones."""
    limit = stats.norm.isf(WORST / 4) / np.sqrt(first.size)
    squares = (first**2 - 1) * (second**2 - 1) / 2
    return bool(abs(np.mean(first * second)) < limit and abs(np.mean(squares)) < limit)


def test_the_numbers_of_a_pair_and_neighbours_are_uncorrelated() -> None:
    numbers = drawn(4 * MILLION)
    for lag in (1, 2, 3, 4, 256):
        assert uncorrelated(numbers[::2][:-lag], numbers[lag::2][: numbers.size // 2 - lag])


def test_other_seeds_layers_trials_and_purposes_are_uncorrelated() -> None:
    here = drawn(MILLION)
    for other in (
        drawn(MILLION, seed=SEED + 1),
        drawn(MILLION, seed=SEED ^ (1 << 40)),
        drawn(MILLION, layer=2),
        drawn(MILLION, trial=1),
        drawn(MILLION, purpose=Purpose.BIASES),
        drawn(MILLION, first=MILLION),
    ):
        assert uncorrelated(here, other)


def test_a_correlation_of_one_percent_is_noticed() -> None:
    """The guard above bites: the limit is 0.6 percent."""
    first, second = drawn(MILLION), drawn(MILLION, trial=1)
    assert not uncorrelated(first, 0.01 * first + np.sqrt(1 - 0.01**2) * second)
