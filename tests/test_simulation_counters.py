"""The counter-based generator: published vectors, its twin in whole numbers, and how far a changed bit spreads."""

from __future__ import annotations

import naive
import numpy as np
import pytest
from scipy import stats

from symgrad.simulation.randomness.counters import philox

ONES = 0xFFFFFFFF


def words(counter: tuple[int, ...], key: int) -> tuple[int, ...]:
    return tuple(int(word) for word in philox(*map(np.uint64, counter), np.uint64(key)))


# Lines "philox4x32 10" of kat_vectors in Random123, by its authors: counter, key, result. The last counter and key are
# the first digits of pi.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "result"), PUBLISHED)
def test_philox_gives_the_published_words(
    counter: tuple[int, ...], key: tuple[int, int], result: tuple[int, ...]
) -> None:
    assert words(counter, key[0] + (key[1] << 32)) == result


def test_philox_is_its_twin_in_whole_numbers() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        *counter, low, high = (int(word) for word in rng.integers(2**32, size=6))
        assert words(tuple(counter), low + (high << 32)) == naive.philox(counter, low + (high << 32))


@pytest.mark.parametrize("bit", range(0, 192, 7))
def test_a_changed_bit_changes_half_of_the_words(bit: int) -> None:
    """Of 128 bits as many differ as of 128 coins show heads; over 64 counters, outside of 6 deviations in 1 of 5e8 runs."""
    rng, flipped = np.random.default_rng(bit), 0
    for _ in range(64):
        before = [int(word) for word in rng.integers(2**32, size=6)]
        after = [word ^ (1 << (bit % 32)) if place == bit // 32 else word for place, word in enumerate(before)]
        pairs = zip(*(words(tuple(each[:4]), each[4] + (each[5] << 32)) for each in (before, after)), strict=True)
        flipped += sum((a ^ b).bit_count() for a, b in pairs)
    coins = stats.binom(64 * 128, 0.5)
    assert abs(flipped - coins.mean()) < 6 * coins.std()
