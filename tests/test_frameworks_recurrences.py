"""Agreement with PyTorch: one step of its recurrent layers, with its own weights, and their Jacobian by its autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_frameworks import framework

import symgrad as sg
from symgrad.networks import Recurrence

WIDTH, INPUTS, STEPS = 5, 3, 4
BUILDERS = {"torch.nn.RNN": sg.rnn, "torch.nn.LSTM": sg.lstm, "torch.nn.GRU": sg.gru}
TOLERANCE = 1e-13  # of the largest entry: some hundred roundings


def by_torch(name: str, seed: int) -> tuple[Any, list[str]]:
    """A layer of that kind in double precision with weights of a seed, and the names of its states."""
    torch = framework("torch")
    torch.manual_seed(seed)
    layer = getattr(torch.nn, name.rpartition(".")[2])(INPUTS, WIDTH).double()
    return layer, ["h", "c"] if name.endswith("LSTM") else ["h"]


def described(name: str, layer: Any) -> Recurrence:
    weights = {key: value.detach().numpy() for key, value in layer.state_dict().items()}
    return BUILDERS[name](steps=STEPS, weights=weights)


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("seed", range(3))
def test_jacobians_through_time_are_those_of_autograd(name: str, seed: int) -> None:
    layer, states = by_torch(name, seed)
    torch = framework("torch")
    rng = np.random.default_rng(seed)
    start, inputs = rng.normal(size=(len(states), WIDTH)), rng.normal(size=(STEPS, INPUTS))

    def run(flat: Any) -> Any:
        first = flat.reshape(len(states), 1, WIDTH)
        _, last = layer(torch.tensor(inputs), tuple(first) if len(states) > 1 else first[0])
        return torch.cat([each.reshape(-1) for each in last])

    wanted = torch.autograd.functional.jacobian(run, torch.tensor(start.reshape(-1))).numpy()
    path = sg.theorems.trajectory(described(name, layer).layers[0], dict(zip(states, start, strict=True)), inputs)
    found = np.block([[path.total(new, old) for old in states] for new in states])
    assert np.abs(found - wanted).max() <= TOLERANCE * np.abs(wanted).max()
    last = np.concatenate([path.values[-1][f"new {state}"] for state in states])
    assert last == pytest.approx(run(torch.tensor(start.reshape(-1))).detach().numpy(), rel=1e-13, abs=1e-15)
