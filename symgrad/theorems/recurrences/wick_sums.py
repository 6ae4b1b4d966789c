r"""Wick sums: the mean squared norm of a power of a Gaussian matrix, by its exact sum over pairings.

With independent standard normal :math:`G_{ij}` the mean of :math:`\lVert G^Tu\rVert^2` for a unit vector u is a sum over all
pairings of the 2T letters of the word :math:`u^\top G^\top\cdots G^\top G\cdots Gu` (Isserlis 1918): a pair identifies the
indices of its letters, and each loop of indices that closes gives a factor n. Pairings are not listed, of which there are
:math:`(2T-1)!!`: the first letter is paired with each other one, and what is left is a shorter word and words in traces,

.. math:: GaGb\to a^\top b,\qquad GaG^\top b\to\operatorname{tr}(a)\,b,

the same for all pairings that begin alike, so that each word is worked out once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import sympy as sp

from ...claims import symbol

__all__ = ["wick_coefficients", "wick_sum"]

Word = tuple[int, ...]  # 1 for G, -1 for its transpose
State = tuple[Word, tuple[Word, ...]]  # the word between u and u, and those in traces

_WIDTH = symbol("width")


def wick_sum(power: int) -> sp.Expr:
    r"""Return :math:`\mathbb E\lVert G^Tu\rVert^2/n^T` as a polynomial in one over the width.

    Parameters
    ----------
    power : int
        T, not negative. Words number about two to the power: 12 takes seconds.

    Returns
    -------
    sympy.Expr
        With positive whole coefficients.

    Examples
    --------
    >>> wick_sum(3)
    1 + 10/width**2 + 4/width**3
    """
    return sp.Add(*(count / _WIDTH ** (power - loops) for loops, count in wick_coefficients(power).items()))


def wick_coefficients(power: int) -> dict[int, int]:
    """Count pairings by the number of loops that they close.

    Parameters
    ----------
    power : int
        As for `wick_sum`.

    Returns
    -------
    dict of int to int
        How many pairings, by their loops.

    Examples
    --------
    >>> sum(wick_coefficients(4).values()) == 3 * 5 * 7
    True
    """
    return dict(sorted(_counted(_canonical((-1,) * power + (1,) * power, ())), reverse=True))


@cache
def _counted(state: State) -> tuple[tuple[int, int], ...]:
    """Return how many pairings close how many loops, as pairs of loops and count."""
    word, traces = state
    if not word and not traces:
        return ((0, 1),)
    found: Counter[int] = Counter()
    for left, closed in _first_letter_paired(word, traces):
        for loops, count in _counted(left):
            found[loops + closed] += count
    return tuple(found.items())


def _first_letter_paired(word: Word, traces: tuple[Word, ...]) -> Iterator[tuple[State, int]]:
    """Pair the first letter of the word, or of a trace, with each other letter; say how many loops that closes."""
    head, *rest = word or traces[0]
    others = traces if word else traces[1:]
    for left, enclosed in _within(head, tuple(rest)):
        yield _closed(left, others + enclosed, is_open=bool(word))
    for place, trace in enumerate(others):
        for left in _across(head, tuple(rest), trace):
            yield _closed(left, others[:place] + others[place + 1 :], is_open=bool(word))


def _within(head: int, rest: Word) -> Iterator[tuple[Word, tuple[Word, ...]]]:
    """``G a G b -> a^T b`` and ``G a G^T b -> tr(a) b``."""
    for place, letter in enumerate(rest):
        a, b = rest[:place], rest[place + 1 :]
        yield (_transposed(a) + b, ()) if letter == head else (b, (a,))


def _across(head: int, rest: Word, trace: Word) -> Iterator[Word]:
    """``G b tr(G c) -> c^T b`` and ``G b tr(G^T c) -> c b``."""
    for place, letter in enumerate(trace):
        c = trace[place + 1 :] + trace[:place]
        yield (_transposed(c) if letter == head else c) + rest


def _closed(word: Word, traces: tuple[Word, ...], *, is_open: bool) -> tuple[State, int]:
    """Put a word back where it came from, between u and u or into a trace; a trace of no letter is a loop."""
    whole = traces if is_open else (*traces, word)
    full = tuple(trace for trace in whole if trace)
    return _canonical(word if is_open else (), full), len(whole) - len(full)


def _transposed(word: Word) -> Word:
    return tuple(-letter for letter in reversed(word))


def _canonical(word: Word, traces: tuple[Word, ...]) -> State:
    """Choose among words of the same value: ``u^T w u`` is that of the transpose, a trace that of each rotation too."""
    return min(word, _transposed(word)), tuple(sorted(map(_rotated, traces)))


def _rotated(trace: Word) -> Word:
    return min(way[k:] + way[:k] for way in (trace, _transposed(trace)) for k in range(len(trace)))
