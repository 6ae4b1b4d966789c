"""Agreement with PyTorch, JAX and Keras: value and automatic derivative of every activation that they have.

These are the functions that people train with. They share nothing with the package: their kernels are written by hand,
and their derivatives come from their own reverse mode. The frameworks are optional: where one is not installed, its
tests are skipped. `.ci/run` installs all three.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from symgrad.activations import Activation, activation
from symgrad.activations.catalogue import FRAMEWORKS

Arrays = tuple[np.ndarray, np.ndarray]

INNER = np.array([-6.3, -3.5, -2.1, -1.3, -0.7, -0.4, -0.01, 0.02, 0.3, 0.6, 0.99, 1.7, 2.9, 4.2, 5.9])
TAILS = np.array([-700.0, -90.0, -38.0, -21.0, -9.5, 9.5, 21.0, 38.0, 90.0, 700.0])  # exp(710) is no double

# A few dozen roundings of 1.1e-16 each, of sums whose largest term is not much larger than 1 + |result|.
TOLERANCE = 2e-14
# Where a framework gives up digits on purpose, relative to 1 + |result|.
LOOSE = {
    "torch.nn.Softplus": 4e-10,  # linear beyond its threshold of 20: off by exp(-21) = 7.6e-10 at 21, relative to 2
    "torch.nn.Hardsigmoid": 1e-8,  # its slope is 1/6 in single precision
    "keras.activations.tanh": 4e-7,  # it casts doubles to single precision, of 6e-8, and 1 - tanh^2 loses some more
}
ARGUMENTS = {"torch.nn.Threshold": (1.0, 0.0), "keras.activations.threshold": (1.0, 0.0)}  # those without a default
# What the frameworks have that is no function of one number, or takes none.
OTHERS = {
    "torch": {"GLU", "LogSoftmax", "MultiheadAttention", "Softmax", "Softmax2d", "Softmin"},
    "jax": {
        "dot_product_attention", "get_scaled_dot_general_config", "glu", "initializers", "log1mexp", "log_softmax",
        "logmeanexp", "logsumexp", "one_hot", "scaled_dot_general", "scaled_matmul", "softmax", "standardize",
    },
    "keras": {"deserialize", "get", "glu", "log_softmax", "serialize", "softmax", "sparsemax"},
}  # fmt: skip


def framework(name: str) -> ModuleType:
    """A framework, ready for double precision; a missing one skips, unless every tool is required."""
    if not os.environ.get("SYMGRAD_REQUIRE_TOOLS"):
        for needed in {"keras": ("jax", "keras")}.get(name, (name,)):
            pytest.importorskip(needed, reason=f"{needed} is optional, and not installed")
    os.environ.setdefault("KERAS_BACKEND", "jax")
    if name in ("jax", "keras"):
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    return importlib.import_module(name)


def by_torch(name: str, x: np.ndarray) -> Arrays:
    torch = framework("torch")
    module = getattr(torch.nn, name.rpartition(".")[2])(*ARGUMENTS.get(name, ())).double().eval()
    inputs = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    values = module(inputs)
    values.sum().backward()
    return values.detach().numpy(), inputs.grad.numpy()


def by_jax(name: str, x: np.ndarray) -> Arrays:
    framework(name.partition(".")[0])
    jax = framework("jax")
    where, _, attribute = name.rpartition(".")
    theirs = getattr(importlib.import_module(where), attribute)

    def function(t: Any) -> Any:
        return theirs(t, *ARGUMENTS.get(name, ()))

    inputs = jax.numpy.asarray(x)
    return np.asarray(jax.vmap(function)(inputs)), np.asarray(jax.vmap(jax.grad(function))(inputs))


WITNESSES: dict[str, Callable[[str, np.ndarray], Arrays]] = {"torch": by_torch, "jax": by_jax, "keras": by_jax}


def witness(name: str, x: np.ndarray) -> Arrays:
    return WITNESSES[name.partition(".")[0]](name, x)


def worst(found: np.ndarray, wanted: np.ndarray) -> float:
    """The largest difference, relative to 1 + |wanted|."""
    return float(np.max(np.abs(found - wanted) / (1 + np.abs(wanted))))


def disagreements(name: str, phi: Activation, x: np.ndarray) -> list[float]:
    values, slopes = witness(name, x)
    found = worst(values, phi(x)), worst(slopes, phi.slope(x))
    return [each for each in found if not each <= LOOSE.get(name, TOLERANCE)]


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_value_and_derivative_are_those_of_the_framework(name: str) -> None:
    assert disagreements(name, activation(name), INNER) == []
    assert disagreements(name, activation(name), TAILS) == []


KINKED = [name for name in FRAMEWORKS if activation(name).kinks]


@pytest.mark.parametrize("name", KINKED)
def test_at_a_kink_the_declared_slope_is_that_of_the_framework(name: str) -> None:
    phi = activation(name)
    kinks = np.array([float(kink) for kink, _ in phi.kink_slopes])
    values, slopes = witness(name, kinks)
    assert values == pytest.approx([float(phi(kink)) for kink in kinks], abs=TOLERANCE)
    assert slopes == pytest.approx([float(slope) for _, slope in phi.kink_slopes], abs=LOOSE.get(name, TOLERANCE))


@pytest.mark.parametrize("name", ["torch.nn.GELU", "jax.nn.gelu", "keras.activations.silu"])
def test_another_function_is_noticed(name: str) -> None:
    """The other form of GELU is off by 5e-4, and a swish of beta = 1.0001 by a few 1e-5."""
    wrong = {"torch.nn.GELU": activation("gelu_tanh"), "jax.nn.gelu": activation("gelu")}
    assert disagreements(name, wrong.get(name, activation("silu", beta=1.0001)), INNER) != []


@pytest.mark.parametrize("name", OTHERS)
def test_no_activation_of_a_framework_is_forgotten(name: str) -> None:
    module = framework(name)
    if name == "torch":
        listed = set(module.nn.modules.activation.__all__) | {"Identity"}
        prefix = "torch.nn"
    else:
        prefix = {"jax": "jax.nn", "keras": "keras.activations"}[name]
        listed = {each for each in dir(importlib.import_module(prefix)) if not each.startswith("_")}
    known = {each.rpartition(".")[2] for each in FRAMEWORKS if each.startswith(f"{prefix}.")}
    assert listed - OTHERS[name] <= known
