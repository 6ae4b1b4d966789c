"""A matrix that is never formed: its conditional law, and a recurrent network that asks it at every step, both ways."""

from __future__ import annotations

from collections.abc import Callable

import comparisons
import numpy as np
import pytest

from symgrad.simulation.conditioning.queries import BACK, FORTH, answer, forget, reserve_frames
from symgrad.simulation.randomness.normals import draw
from symgrad.simulation.randomness.streams import Purpose

SEED = np.uint64(2**63 + 5)
Floats = np.ndarray


class Unformed:
    """One standard matrix, asked from Python."""

    def __init__(self, rows: int, columns: int, turn: bool, asked: int, dtype: str = "float64") -> None:
        self.frames = reserve_frames([columns], [rows], [turn], asked, asked, dtype)
        self.rows, self.columns, self.dtype, self.trial, self.turned = rows, columns, dtype, 0, -1

    def times(self, vector: Floats) -> Floats:
        return self._asked(vector, self.rows, FORTH)

    def transposed_times(self, vector: Floats) -> Floats:
        return self._asked(vector, self.columns, BACK)

    def _asked(self, vector: Floats, size: int, way: np.bool_) -> Floats:
        out = np.empty(size, dtype=self.dtype)
        answer(self.frames, SEED, self.trial, 1, vector.astype(self.dtype), out, way)
        return out.astype(np.float64)

    def state(self) -> tuple[Floats, ...]:
        return tuple(part.copy() for part in (self.frames.numbers, self.frames.rights, self.frames.lefts))

    def restore(self, state: tuple[Floats, ...]) -> None:
        for part, kept in zip((self.frames.numbers, self.frames.rights, self.frames.lefts), state, strict=True):
            part[:] = kept


# ------------------------------------------------------------------------------------------------- the conditional law


def condition(asked: list[tuple[Floats, bool, Floats]], rows: int, columns: int) -> tuple[Floats, Floats]:
    """Mean and covariance of all entries, row by row, given linear functions of them: nothing is known of probes."""
    functions, values = [np.zeros((0, rows * columns))], [np.zeros(0)]
    for vector, transposed, found in asked:
        functions.append(linear(vector, transposed, rows, columns))
        values.append(found)
    known = np.concatenate(functions)
    gain = known.T @ np.linalg.pinv(known @ known.T)
    return gain @ np.concatenate(values), np.eye(rows * columns) - gain @ known


def linear(vector: Floats, transposed: bool, rows: int, columns: int) -> Floats:
    """The map from all entries to the product."""
    return np.kron(vector[None, :], np.eye(columns)) if transposed else np.kron(np.eye(rows), vector[None, :])


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("before", [[], [False], [True], [False, True], [True, False, False, True, False]])
def test_an_answer_has_the_conditional_law_given_all_answers_before(before: list[bool], transposed: bool) -> None:
    """An answer is affine in the random numbers that are drawn for it, so mean and covariance are found from a few."""
    rows, columns, rng = 5, 6, np.random.default_rng(1)
    weights, history = Unformed(rows, columns, turn=False, asked=8), []
    for way in before:
        vector = rng.standard_normal(rows if way else columns)
        history.append((vector, way, (weights.transposed_times if way else weights.times)(vector)))
    vector, state, size = (
        rng.standard_normal(rows if transposed else columns),
        weights.state(),
        [rows, columns][transposed],
    )
    purpose = int(Purpose.TRANSPOSE if transposed else Purpose.PREACTIVATION) + 256 * sum(
        w == transposed for w in before
    )
    noise, found = np.empty((2 * size, 8)), np.empty((2 * size, size))
    for weights.trial in range(2 * size):
        weights.restore(state)
        draw(noise[weights.trial], SEED, 0, 1, weights.trial, purpose)
        found[weights.trial] = (weights.transposed_times if transposed else weights.times)(vector)
    design = np.column_stack([np.ones(2 * size), noise[:, :size]])
    (mean, *spread), residues, *_ = np.linalg.lstsq(design, found, rcond=None)
    assert np.allclose(residues, 0.0, atol=1e-20)  # affine: squares of rounding errors
    entries, covariance = condition(history, rows, columns)
    ask = linear(vector, transposed, rows, columns)
    # Systems of at most thirty equations whose conditions are a few hundreds.
    assert mean == pytest.approx(ask @ entries, abs=1e-11)
    assert np.array(spread).T @ np.array(spread) == pytest.approx(ask @ covariance @ ask.T, abs=1e-11)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(7, 7), (4, 9), (9, 4), (1, 1), (70, 70)])
def test_a_matrix_that_is_asked_more_often_than_it_has_columns_is_known(
    rows: int, columns: int, turn: bool, dtype: str
) -> None:
    """More questions than directions from both sides: all answers are those of one matrix, to rounding."""
    many = 2 * max(rows, columns)
    weights, rng = Unformed(rows, columns, turn, asked=many, dtype=dtype), np.random.default_rng(2)
    rights, lefts = rng.standard_normal((many, columns)), rng.standard_normal((many, rows))
    images = np.array([weights.times(x) for x in rights[: columns // 2]])
    backs = np.array([weights.transposed_times(y) for y in lefts])
    images = np.concatenate([images.reshape(-1, rows), [weights.times(x) for x in rights[columns // 2 :]]])
    close = (
        200 * float(np.finfo(dtype).eps) * max(rows, columns)
    )  # products of vectors with norms of the root of their size
    assert lefts @ images.T == pytest.approx(backs @ rights.T, abs=close * 10)
    whole = np.linalg.lstsq(rights, images, rcond=None)[0].T
    assert rights @ whole.T == pytest.approx(images, abs=close * 10)
    if turn and rows == columns:
        assert whole @ whole.T == pytest.approx(np.eye(rows), abs=close)


@pytest.mark.parametrize("difference", [1e-3, 1e-8, 1e-12])
@pytest.mark.parametrize("turn", [False, True])
def test_vectors_that_hardly_differ_leave_directions_that_are_orthogonal(difference: float, turn: bool) -> None:
    """As of a network that settles: what little is new of a vector is taken out of it twice."""
    weights, rng = Unformed(50, 50, turn, asked=20), np.random.default_rng(3)
    first = rng.standard_normal(50)
    vectors = [first + difference * rng.standard_normal(50) for _ in range(20)]
    images = [weights.times(vector) for vector in vectors]
    known = int(weights.frames.rights[0])
    assert known == 20
    directions = weights.frames.numbers[: 20 * 52].reshape(20, 52)[:, :50]
    assert directions @ directions.T == pytest.approx(np.eye(20), abs=1e-14)  # rounding of sums of fifty products
    apart = np.linalg.norm(images[1] - images[0]) / np.linalg.norm(vectors[1] - vectors[0])
    assert 0.5 < apart / (1 if turn else 50**0.5) < 2  # of a norm of fifty normal numbers, and of digits that are left


# ------------------------------------------------------------------------------------------------ a recurrent network

TRIALS, LAG = 3000, 1.3
SLOPES: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "tanh": (np.tanh, lambda a: 1.0 / np.cosh(a) ** 2),
    "relu": (lambda a: np.maximum(a, 0.0), lambda a: np.float64(a > 0.0)),
    "x": (lambda a: a, np.ones_like),
}


def run(times: Callable[[Floats], Floats], back: Callable[[Floats], Floats], noise: Floats, name: str) -> list[Floats]:
    """Norms of preactivations and gradients of ``h' = phi(1.3 W h + x)``, and what mixes both ways; last axis: units."""
    phi, slope = SLOPES[name]
    states, slopes, found = [noise[0]], [], []
    for x in noise[1:-1]:
        a = LAG * times(states[-1]) + x
        states.append(phi(a))
        slopes.append(slope(a))
        found.append(np.sum(a**2, axis=-1))
    gradient = noise[-1]
    for state, past, d in zip(states[:0:-1], states[-2::-1], slopes[::-1], strict=True):
        delta = d * gradient
        gradient = LAG * back(delta)
        found += [np.sum(gradient**2, axis=-1), np.sum(gradient * past, axis=-1), np.sum(delta * state, axis=-1)]
    return found


def unformed(width: int, steps: int, name: str, turn: bool, spoil: Callable[[Unformed, bool], None]) -> Floats:
    weights, rng = Unformed(width, width, turn, asked=steps), np.random.default_rng(3)
    noise = rng.standard_normal((TRIALS, steps + 2, width))
    found = []

    def asked(way: bool) -> Callable[[Floats], Floats]:
        def ask(vector: Floats) -> Floats:
            spoil(weights, way)
            return (weights.transposed_times if way else weights.times)(vector) * (1.0 if turn else width**-0.5)

        return ask

    for weights.trial in range(TRIALS):
        forget(weights.frames)
        found.append(run(asked(way=False), asked(way=True), noise[weights.trial], name))
    return np.array(found)


def formed(width: int, steps: int, name: str, turn: bool) -> Floats:
    """The same with matrices, drawn by NumPy."""
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((steps + 2, TRIALS, width))
    matrices = rng.standard_normal((TRIALS, width, width))
    if turn:
        q, r = np.linalg.qr(matrices)
        matrices = q * np.sign(np.einsum("tii->ti", r))[:, None, :]
    else:
        matrices *= width**-0.5
    back = matrices.transpose(0, 2, 1)
    return np.array(
        run(lambda v: (matrices @ v[..., None])[..., 0], lambda v: (back @ v[..., None])[..., 0], noise, name)
    ).T


def leave(weights: Unformed, way: bool) -> None:
    """Spoil nothing."""


def forget_all(weights: Unformed, way: bool) -> None:
    """A matrix that is drawn afresh for each question."""
    forget(weights.frames)
    weights.trial += TRIALS


def forget_before_the_way_back(weights: Unformed, way: bool) -> None:
    """Right for each pass alone: only that both ask the same matrix is lost."""
    if way and weights.turned != weights.trial:
        forget(weights.frames)
        weights.turned = weights.trial


CASES = [("tanh", 6, 4), ("tanh", 4, 7), ("relu", 5, 6), ("x", 4, 6)]


def together(found: Floats) -> Floats:
    """Alone, and quotients and products of neighbours and of both ends: laws of pairs."""
    signs, logs = np.sign(found), np.log(np.maximum(np.abs(found), 1e-30))
    pairs = [logs[:, 1:] - logs[:, :-1], logs[:, 1:] + logs[:, [0]], signs[:, 1:] * logs[:, 1:] - logs[:, [-1]]]
    columns = np.concatenate([found, *pairs], axis=1)
    return columns[:, np.ptp(columns, axis=0) > 1e-5]


@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize(("name", "width", "steps"), CASES)
def test_a_recurrent_network_has_the_law_that_it_has_with_a_matrix(
    name: str, width: int, steps: int, turn: bool
) -> None:
    """One matrix for all steps and both passes, also for more steps than units."""
    free, dense = unformed(width, steps, name, turn, leave), formed(width, steps, name, turn)
    assert comparisons.smallest_p(together(free), together(dense)) > comparisons.ERROR_RATE


@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize("spoil", [forget_all, forget_before_the_way_back])
def test_to_forget_answers_is_refuted(spoil: Callable[[Unformed, bool], None], turn: bool) -> None:
    """The harness bites, also where only the coupling of forward and backward pass is lost."""
    free, dense = unformed(4, 7, "tanh", turn, spoil), formed(4, 7, "tanh", turn)
    assert comparisons.smallest_p(together(free), together(dense)) < comparisons.ERROR_RATE**2
