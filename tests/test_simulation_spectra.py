"""The largest singular value, against LAPACK and against matrices whose singular values are known."""

from __future__ import annotations

import numpy as np
import pytest

from symgrad.simulation.wiring.spectra import orthonormalise, singular_value, spectral_norm

EPSILON = float(np.finfo(np.float64).eps)


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1), (2, 2), (7, 3), (3, 7), (40, 40), (64, 65), (150, 150)])
def test_the_largest_singular_value_is_that_of_lapack(shape: tuple[int, int]) -> None:
    """Both are off by a few roundings times the width, and in practice by far less."""
    matrix = np.random.default_rng(sum(shape)).standard_normal(shape)
    expected = np.linalg.svd(matrix, compute_uv=False)[0]
    assert abs(spectral_norm(matrix) - expected) <= 8 * max(shape) * EPSILON * expected


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_singular_values_over_many_orders_do_not_disturb_the_largest(dtype: str) -> None:
    """As in a product of many layers."""
    rng = np.random.default_rng(3)
    left, right = (np.linalg.qr(rng.standard_normal((60, 60)))[0] for _ in range(2))
    matrix = (left * np.logspace(0, -200, 60)) @ right
    epsilon = float(np.finfo(dtype).eps)
    assert abs(spectral_norm(matrix.astype(dtype)) - 1) <= 8 * 60 * epsilon


def test_equal_singular_values_are_found() -> None:
    orthogonal = np.linalg.qr(np.random.default_rng(4).standard_normal((50, 50)))[0]
    assert abs(spectral_norm(orthogonal) - 1) <= 8 * 50 * EPSILON


@pytest.mark.parametrize(
    ("matrix", "norm"),
    [
        (np.zeros((3, 3)), 0.0),
        (np.eye(4), 1.0),
        (np.ones((4, 4)), 4.0),
        (np.diag([1.0, 1e-200, 0.0]), 1.0),
        (np.diag([0.0, 0.0, 1.0]), 1.0),
        (np.array([[0.0, 1.0], [0.0, 0.0]]), 1.0),
        (np.outer([1.0, 2.0, 2.0], [3.0, 4.0]), 15.0),
    ],
)
def test_known_matrices_have_their_norm(matrix: np.ndarray, norm: float) -> None:
    assert abs(spectral_norm(matrix) - norm) <= 8 * EPSILON * norm


def test_the_matrix_is_left_as_it_is() -> None:
    matrix = np.arange(9.0).reshape(3, 3)
    spectral_norm(matrix)
    spectral_norm(matrix.T)
    assert (matrix == np.arange(9.0).reshape(3, 3)).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (2, 2), (7, 3), (3, 7), (20, 20), (24, 25)])
def test_every_singular_value_is_that_of_lapack(shape: tuple[int, int]) -> None:
    """Off by a few roundings of the largest one, times the width."""
    matrix = np.random.default_rng(sum(shape)).standard_normal(shape)
    expected = np.linalg.svd(matrix, compute_uv=False)
    found = np.array([singular_value(matrix, rank) for rank in range(1, min(shape) + 1)])
    assert np.abs(found - expected).max() <= 8 * max(shape) * EPSILON * expected[0]


def test_singular_values_of_diagonal_and_singular_matrices() -> None:
    """Equal ones, and zeros among them."""
    assert [singular_value(np.diag([1.0, 3.0, 1.0, 0.0]), rank) for rank in (1, 2, 3, 4)] == pytest.approx(
        [3, 1, 1, 0], abs=8 * EPSILON
    )
    assert singular_value(np.ones((3, 3)), 2) <= 8 * EPSILON
    assert singular_value(np.zeros((3, 3)), 3) == 0.0


def test_frames_are_made_orthonormal_and_their_volume_is_known() -> None:
    frame = np.random.default_rng(5).standard_normal((4, 9))
    expected = 0.5 * np.linalg.slogdet(frame @ frame.T)[1]
    assert abs(orthonormalise(frame).sum() - expected) <= 100 * EPSILON
    assert np.abs(frame @ frame.T - np.eye(4)).max() <= 9 * EPSILON
    assert np.isneginf(orthonormalise(np.zeros((2, 3)))).all()
