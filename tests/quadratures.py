"""Gaussian means by plain numerical quadrature, so that a test has a witness that shares nothing with the package."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import sympy as sp

from symgrad.claims import define, symbol

X = symbol("x")
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
REACH = 13.0  # standard deviations; beyond, 1e-38 of the Gaussian is left

# Rounding of a few thousand terms in double precision, of which none is larger than the mean of the absolute value.
ROUNDING = 1e-12


def panels(breaks: list[float], reach: float, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of Gauss and Legendre on short intervals that no break cuts."""
    inside = sorted({-reach, reach, *(b for b in breaks if abs(b) < reach)})
    edges = [np.linspace(a, b, 1 + int(np.ceil((b - a) / width))) for a, b in pairwise(inside)]
    pairs = [(a, b) for edge in edges for a, b in pairwise(edge)]
    x = np.concatenate([(a + b) / 2 + (b - a) / 2 * NODES for a, b in pairs])
    w = np.concatenate([(b - a) / 2 * WEIGHTS for a, b in pairs])
    return x, w


def numeric(expr: sp.Expr) -> Callable[[np.ndarray], np.ndarray]:
    """The function in double precision, from the definitions of its words."""
    function = sp.lambdify(X, define(expr), ["scipy", "numpy"])

    def evaluated(x: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):  # of branches that are not taken
            return np.broadcast_to(np.asarray(function(x), dtype=float), x.shape)

    return evaluated


def gaussian_mean_of(function: Callable[[np.ndarray], np.ndarray], q: float, breaks: list[float]) -> float:
    """The mean of a function under a Gaussian of variance q."""
    x, w = panels(breaks, REACH * np.sqrt(q), min(0.5, np.sqrt(q) / 4))
    return float(np.sum(w * function(x) * np.exp(-(x**2) / (2 * q)) / np.sqrt(2 * np.pi * q)))


def product_mean_of(
    function: Callable[[np.ndarray], np.ndarray], q: float, s: float, c: float, breaks: list[float]
) -> float:
    """The mean of f(u) f(v) under a Gaussian with variances q and s and covariance c."""
    (u, wu), (v, wv) = (panels(breaks, 8 * np.sqrt(var), np.sqrt(var) / 2) for var in (q, s))
    determinant = q * s - c * c
    form = (s * u[:, None] ** 2 - 2 * c * u[:, None] * v[None, :] + q * v[None, :] ** 2) / (2 * determinant)
    weight = np.exp(-form) / (2 * np.pi * np.sqrt(determinant))
    return float((wu * function(u)) @ weight @ (wv * function(v)))
