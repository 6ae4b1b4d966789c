"""Passes: whole trials against their slow twin, drawn and run independently from the same seed; and at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import mpmath
import naive
import numpy as np
import numpy.typing as npt
import pytest

from symgrad.claims import (
    Measurable,
    Norm,
    Quantity,
    gradient_norm,
    jacobian_norm,
    preactivation_var,
    weight_image_square_norm,
    weight_norm,
)
from symgrad.networks import Network, mlp
from symgrad.simulation import measure, methods, simulate
from symgrad.simulation.randomness.normals import draw
from symgrad.simulation.randomness.streams import Purpose
from symgrad.simulation.vectors.draws import Draw
from symgrad.simulation.wiring import wirings
from symgrad.simulation.wiring.memories import reserve
from symgrad.simulation.wiring.wirings import wire

SEED, NUMBER = 2**63 + 5, 3
EPSILON = {dtype: float(np.finfo(dtype).eps) for dtype in ("float64", "float32")}


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mpmath.workdps(naive.DIGITS):
        yield


def found(network: Network, quantity: Quantity | str, dtype: str = "float64") -> npt.NDArray[np.float64]:
    """The logarithms of one trial, that of number NUMBER."""
    asked = [quantity] if isinstance(quantity, Quantity) else None
    options = {"trials": NUMBER + 1, "rng": SEED, "dtype": dtype, "method": "dense"}
    sample = measure(network, asked, **options)[asked[0]] if asked else simulate(network, quantity, **options)
    return sample.log_values[NUMBER]


def logs(numbers: list[mpmath.mpf]) -> npt.NDArray[np.float64]:
    return np.array([float(mpmath.log(number)) if number else -np.inf for number in numbers])


def agree(seen: npt.NDArray[np.float64], true: npt.NDArray[np.float64], tolerance: float) -> bool:
    """Equal zeros, and logarithms within a tolerance, plus what a float knows of a logarithm of that size."""
    zeros = np.isneginf(true)
    off = np.abs(np.where(zeros, 0.0, seen) - np.where(zeros, 0.0, true))
    return bool((np.isneginf(seen) == zeros).all() and (off <= tolerance + 4 * EPSILON["float64"] * np.abs(true)).all())


def drawn_network(name: str) -> Network:
    return mlp(widths=[3, 5, 2, 4], activation=name, weight_var=2, bias_var=0.5, input_mean_square=1.5)


def given_network(name: str) -> Network:
    rng = np.random.default_rng(7)
    sizes = [(5, 3), (2, 5), (4, 2)]
    return mlp(
        activation=name,
        weights=[rng.standard_normal(size) for size in sizes],
        biases=[rng.standard_normal(size[0]) for size in sizes],
    )


# A layer of these networks costs a few dozen roundings: of five products and sums, of the activation, of a norm and two
# logarithms. They are amplified by the layers behind, of which there are two, with norms of a few.
ROUNDINGS = 1000
# In single precision the twin's weights differ: by 2**-22 over the radius of a pair of normal numbers, which is above
# a hundredth in all but one of 20 000 pairs.
DRAWN = {"float64": ROUNDINGS * EPSILON["float64"], "float32": 100 * 2.0**-22 * 10}
NAMES = ["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "silu", "softplus", "x/(1 + abs(x))"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("make", [drawn_network, given_network])
@pytest.mark.parametrize("name", NAMES)
def test_gradients_and_preactivations_are_those_of_the_twin(name: str, make: object, dtype: str) -> None:
    network = make(name)  # type: ignore[operator]
    twin = naive.trial(network, SEED, NUMBER)
    gradients = logs([naive.norm(g) for g in twin.gradients()])
    assert agree(found(network, "gradient_norm", dtype), gradients, DRAWN[dtype])
    assert agree(found(network, "mean_square_gradient", dtype), 2 * gradients, 2 * DRAWN[dtype])
    squares = logs([naive.inner(z, z) / len(z) for z in twin.preactivations()])
    assert agree(found(network, "preactivation_var", dtype), squares, 2 * DRAWN[dtype])


@pytest.mark.parametrize("make", [drawn_network, given_network])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "silu", "softplus"])
def test_gradients_are_difference_quotients_of_the_whole_network(name: str, make: object) -> None:
    """No derivative is used: neither that of the activation nor the chain rule."""
    network = make(name)  # type: ignore[operator]
    twin = naive.trial(network, SEED, NUMBER)
    quotients = twin.difference_quotients()
    assert abs(found(network, "gradient_norm")[0] - float(mpmath.log(naive.norm(quotients)))) <= DRAWN["float64"]


def test_the_gradient_itself_is_the_difference_quotient() -> None:
    """Not only its norm: entry by entry."""
    network = drawn_network("tanh")
    gradient, log_norms = opened(network).backward
    quotients = np.array([float(entry) for entry in naive.trial(network, SEED, NUMBER).difference_quotients()])
    assert np.abs(gradient * np.exp(log_norms[0]) - quotients).max() <= DRAWN["float64"] * np.abs(quotients).max()


NORMS = {
    Norm.SPECTRAL: lambda m: max(mpmath.svd_r(mpmath.matrix(m), compute_uv=False)),
    Norm.ONE: lambda m: mpmath.mnorm(mpmath.matrix(m), 1),
    Norm.INF: lambda m: mpmath.mnorm(mpmath.matrix(m), mpmath.inf),
    Norm.FROBENIUS: lambda m: mpmath.mnorm(mpmath.matrix(m), "F"),
}


@pytest.mark.parametrize("norm", list(Norm))
@pytest.mark.parametrize("make", [drawn_network, given_network])
def test_matrix_norms_are_those_of_the_twin(make: object, norm: Norm) -> None:
    network = make("gelu")  # type: ignore[operator]
    twin = naive.trial(network, SEED, NUMBER)
    for layer in range(4):
        jacobian = logs([NORMS[norm](twin.jacobian(layer))])
        assert agree(found(network, jacobian_norm(layer, norm)), jacobian, DRAWN["float64"])
    for layer in (1, 2, 3):
        weights = logs([NORMS[norm](twin.weights[layer - 1])])
        assert agree(found(network, weight_norm(layer, norm)), weights, DRAWN["float64"])


@pytest.mark.parametrize("make", [drawn_network, given_network])
def test_images_of_unit_vectors_are_those_of_the_twin(make: object) -> None:
    network = make("tanh")  # type: ignore[operator]
    twin, squares = naive.trial(network, SEED, NUMBER), []
    for layer, weights in enumerate(twin.weights, start=1):
        image = naive.times(weights, naive.direction(SEED, Purpose.PROBE, layer, NUMBER, len(weights[0])))
        squares.append(naive.inner(image, image))
    assert agree(found(network, "weight_image_square_norm"), logs(squares), 2 * DRAWN["float64"])


@pytest.mark.parametrize("make", [drawn_network, given_network])
@pytest.mark.parametrize("name", NAMES)
def test_the_chain_rule_holds_to_rounding(name: str, make: object) -> None:
    """The defect is relative to a random vector's image, which is hardly ever a thousandth of its usual size."""
    assert found(make(name), "chain_rule_defect")[0] <= np.log(1000 * DRAWN["float64"])  # type: ignore[operator]


def test_a_wrong_backward_pass_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard above bites: with the gradient of another trial, the two sides are unrelated numbers."""
    network = drawn_network("tanh")
    other = Draw(*parts(network), SEED, NUMBER + 1).backward
    monkeypatch.setattr(Draw, "backward", other)
    assert found(network, "chain_rule_defect")[0] > np.log(1e-3)


# ---------------------------------------------------------------------------------------------------------- panels


def parts(network: Network, budget: int = 2**20) -> tuple:
    wiring = wire(network, "float64")
    activations = [layer.activation for layer in network.layers()]
    return wiring, activations, reserve(wiring, budget, np.zeros(1, dtype=np.bool_))


def opened(network: Network) -> Draw:
    return Draw(*parts(network), SEED, NUMBER)


AWKWARD = (7, 131, 70, 1)  # several panels in a layer, the last of them short; rows that begin within a block of words
ALL = [gradient_norm(0), preactivation_var(1), jacobian_norm(0), weight_norm(2), weight_image_square_norm(1)]
ALL.append(Quantity(Measurable.CHAIN_RULE_DEFECT))


def test_weights_are_the_numbers_of_their_stream() -> None:
    trial = opened(mlp(widths=AWKWARD, weight_var=3))
    for layer in (1, 2, 3):
        rows, columns = AWKWARD[layer], AWKWARD[layer - 1]
        numbers = np.empty(-(-rows * columns // 4) * 4)
        draw(numbers, np.uint64(SEED), 0, layer, NUMBER, int(Purpose.WEIGHTS))
        expected = numbers[: rows * columns].reshape(rows, columns) * (3 / columns) ** 0.5
        # the deviation and the product with it are rounded here and there
        assert (np.abs(trial.weights(layer) - expected) <= 2 * EPSILON["float64"] * np.abs(expected)).all()


def test_products_are_those_of_numpy() -> None:
    """Sums of at most 131 products, in another order: each is off by fewer roundings than it has terms."""
    trial, rng = opened(mlp(widths=AWKWARD, weight_var=3)), np.random.default_rng(0)
    for layer in (1, 2, 3):
        weights, vector = trial.weights(layer), rng.standard_normal(AWKWARD[layer - 1])
        bound = 131 * EPSILON["float64"] * (np.abs(weights) @ np.abs(vector))
        assert (np.abs(trial.times(layer, vector) - weights @ vector) <= bound).all()
    jacobian, exponent = trial.jacobian(0)
    chain = np.linalg.multi_dot([np.diag(trial.slopes(layer)[0]) @ trial.weights(layer) for layer in (3, 2, 1)])
    assert np.abs(np.ldexp(jacobian, exponent) - chain).max() <= 3 * 131 * EPSILON["float64"] * np.abs(chain).sum()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_weights_drawn_again_are_the_weights_that_were_kept(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = mlp(widths=AWKWARD, activation="tanh", bias_var=0.1)
    options = {"trials": 3, "rng": SEED, "dtype": dtype, "method": "dense"}
    kept = measure(network, ALL, **options)
    monkeypatch.setattr(methods, "_KEEP_BYTES", 0)
    again = measure(network, ALL, **options)
    assert all((kept[quantity].log_values == again[quantity].log_values).all() for quantity in ALL)


def test_without_memory_for_all_weights_only_a_panel_is_reserved() -> None:
    *_, memory = parts(mlp(width=64, depth=100), budget=64 * 64 * 100 * 8 - 1)
    assert not memory.kept
    assert memory.stack.size == 4096
    *_, memory = parts(mlp(width=64, depth=100), budget=64 * 64 * 100 * 8)
    assert memory.kept


# ----------------------------------------------------------------------------------------------------------- any depth

DEPTH = 1200  # a weight of 4 or 1/4 to this power is beyond the range of double precision, on either side


def chain(weight: float, name: str, depth: int = DEPTH, **changes: object) -> Network:
    return mlp(weights=weight, depth=depth, activation=name, **changes)


@cache
def chain_logs(weight: float, name: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Gradient norms and mean squares of a chain, in numbers whose exponents have no limit."""
    twin = naive.trial(chain(weight, name), SEED, NUMBER)
    return logs([abs(g[0]) for g in twin.gradients()]), logs([z[0] ** 2 for z in twin.preactivations()])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["abs(x)", "tanh", "gelu", "silu", "softplus", "sigmoid"])
@pytest.mark.parametrize("weight", [4.0, 0.5, -0.25])
def test_a_chain_agrees_with_numbers_without_a_range(weight: float, name: str, dtype: str) -> None:
    """Weights and input are exact in both precisions; a layer costs a few roundings."""
    gradients, squares = chain_logs(weight, name)
    tolerance = 8 * DEPTH * EPSILON[dtype]
    assert agree(found(chain(weight, name), "gradient_norm", dtype), gradients, tolerance)
    assert agree(found(chain(weight, name), "preactivation_var", dtype), squares, 2 * tolerance)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("weight", [3.0, 0.3, 1e-20, 1e20])
def test_ten_thousand_layers_are_a_power(weight: float, dtype: str) -> None:
    depth, log = 10_000, np.log(float(np.dtype(dtype).type(weight)))
    powers = np.arange(depth, -1, -1) * log
    assert agree(found(chain(weight, "x", depth), "gradient_norm", dtype), powers, 4 * depth * EPSILON[dtype])
    assert agree(
        found(chain(weight, "x", depth), "preactivation_var", dtype), 2 * powers[-2::-1], 8 * depth * EPSILON[dtype]
    )


@pytest.mark.parametrize("biases", [[1.0] * DEPTH, [0.0] * (DEPTH - 1) + [1.0], [1.0] + [0.0] * (DEPTH - 1)])
@pytest.mark.parametrize("weight", [2.0, 0.125])
def test_biases_count_where_values_are_huge_or_tiny(weight: float, biases: list[float]) -> None:
    network = mlp(weights=weight, biases=[[b] for b in biases], activation="leaky_relu")
    twin = naive.trial(network, SEED, NUMBER)
    squares = logs([z[0] ** 2 for z in twin.preactivations()])
    assert agree(found(network, "preactivation_var"), squares, 16 * DEPTH * EPSILON["float64"])


def test_a_dead_network_has_a_gradient_of_exactly_zero() -> None:
    """Two layers with a negative weight: whatever the sign of the input, one of them is silent; behind it all is alive."""
    network = mlp(weights=[[[-1.0]], [[-1.0]], [[1.0]]], biases=[[0.0], [0.0], [1.0]], activation="relu")
    gradients = found(network, "gradient_norm")
    assert np.isneginf(gradients[:2]).all()
    assert gradients[2:].tolist() == [0.0, 0.0]
    assert np.isneginf(found(network, jacobian_norm(0))).all()
    assert np.isneginf(found(network, "chain_rule_defect")).all()


SATURATED = [
    ("sigmoid", 2000.0),
    ("sigmoid", -2000.0),
    ("tanh", -3000.0),
    ("gelu", -7.0),
    ("silu", -3000.0),
    ("elu", -4e3),
]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "weight"), SATURATED)
def test_slopes_below_all_floats_still_count(name: str, weight: float, dtype: str) -> None:
    """Weights and input are exact; what a rounding of an argument of some thousands costs is of its own size."""
    network = chain(weight, name, 3)
    with mpmath.workdps(4000):  # 1 - sigmoid(2000) needs 870 digits to be seen, other slopes some more
        twin = naive.trial(network, SEED, NUMBER)
        gradients = logs([abs(g[0]) for g in twin.gradients()])
        squares = logs([z[0] ** 2 for z in twin.preactivations()])
        jacobian = logs([abs(twin.jacobian(0)[0][0])])
    assert gradients.min() < np.log(naive_smallest(dtype))
    tolerance = 50 * EPSILON[dtype] * weight**2
    assert agree(found(network, "gradient_norm", dtype), gradients, tolerance)
    assert agree(found(network, "preactivation_var", dtype), squares, tolerance)
    assert agree(found(network, jacobian_norm(0), dtype), jacobian, tolerance)


def naive_smallest(dtype: str) -> float:
    return float(np.finfo(dtype).smallest_subnormal)


def test_a_wide_layer_of_saturated_units_is_that_of_the_twin() -> None:
    """The one unit that is least saturated, decides; its slope is some exp(-1000)."""
    network = mlp(widths=[3, 3, 2], activation="sigmoid", weight_var=10**7)
    with mpmath.workdps(6000):
        gradients = logs([naive.norm(g) for g in naive.trial(network, SEED, NUMBER).gradients()])
    assert gradients[0] < -1000
    assert agree(found(network, "gradient_norm"), gradients, 1e6 * EPSILON["float64"])


def test_a_saturated_network_passes_the_chain_rule() -> None:
    assert found(mlp(width=3, depth=3, activation="sigmoid", weight_var=10**9), "chain_rule_defect")[0] < np.log(1e-6)


def test_without_an_exponent_of_their_own_such_slopes_would_be_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wirings, "is_fading", lambda activation: False)
    assert np.isneginf(found(chain(2000.0, "sigmoid", 3), "gradient_norm")[0])


def test_slopes_that_are_exactly_zero_stay_so() -> None:
    """The left piece of hard swish is zero, while its middle piece has slopes of every size."""
    network = mlp(weights=[[[1.0]], [[1.0]]], biases=[[-9.0], [1.0]], activation="hard_swish", input_mean_square=1)
    assert found(network, "gradient_norm").tolist() == [-np.inf, pytest.approx(np.log(5 / 6)), 0.0]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_inputs_below_all_floats_are_refused_where_their_slope_is_unknown(dtype: str) -> None:
    """The second input is exp(-10000) or so, and there the slope of exp(-x**2) is as small."""
    with pytest.raises(ValueError, match=f"layer 2 leave the range of {dtype} in trial 0"):
        found(chain(100.0, "exp(-x**2)", 3), "gradient_norm", dtype)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_inputs_whose_exponentials_cannot_be_counted_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="layer 1 leave the range of float64 in trial 0"):
        found(mlp(weights=[[[-1e30]], [[1.0]]], activation=name), "gradient_norm")


def test_a_network_without_weights_has_none() -> None:
    network = mlp(width=5, depth=2, weight_var=0, activation="sigmoid")
    assert found(network, "gradient_norm").tolist() == [-np.inf, -np.inf, 0.0]
    assert np.isneginf(found(network, "preactivation_var")).all()
    assert np.isneginf(found(network, weight_norm(1))).all()


def test_no_layers_are_the_identity() -> None:
    network = mlp(width=5, depth=0)
    assert found(network, "gradient_norm").tolist() == [0.0]
    assert abs(found(network, jacobian_norm(0))[0]) <= 4 * EPSILON["float64"]
    assert abs(found(network, jacobian_norm(0, Norm.FROBENIUS))[0] - np.log(5) / 2) <= 4 * EPSILON["float64"]


@pytest.mark.parametrize(("dtype", "layer"), [("float64", 6), ("float32", 4)])
def test_values_out_of_range_are_refused_with_layer_and_trial(dtype: str, layer: int) -> None:
    """``(4 x)**3`` from 1: the value of layer l is 2 to the power 3**(l+1) - 3, which is 240 at 4 and 2184 at 6."""
    better = "; dtype='float64' reaches further" if dtype == "float32" else ""
    with pytest.raises(
        ValueError, match=f"layer {layer} leave the range of {dtype} in trial 0 of seed {SEED}{better}; a smaller"
    ):
        found(chain(4.0, "x**3", 30), "gradient_norm", dtype)
