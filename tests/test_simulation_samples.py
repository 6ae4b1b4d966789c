"""Samples: kept whole, read back as they were, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples import sample_of

from symgrad.claims import Norm, gradient_norm, jacobian_norm
from symgrad.networks import mlp
from symgrad.simulation import Sample, simulate

SAMPLE = simulate(mlp(width=4, depth=3, activation="relu"), "gradient_norm", trials=6, rng=2**64 - 1, dtype="float32")


def test_a_sample_is_read_back_as_it_was(tmp_path: Path) -> None:
    for number, sample in enumerate((SAMPLE, sample_of(jacobian_norm(2, Norm.INF), [-np.inf, 1e-300, -1e6]))):
        path = tmp_path / f"{number}.npz"
        sample.save(path)
        again = Sample.load(path)
        for name in ("quantity", "subject", "width", "depth", "layers", "seed", "method", "dtype", "reason"):
            assert getattr(again, name) == getattr(sample, name)
        assert again.log_values.tobytes() == sample.log_values.tobytes()
        assert not again.log_values.flags.writeable


def test_saving_overwrites_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "sample.npz"
    path.write_text("old")
    SAMPLE.save(str(path))
    assert list(tmp_path.iterdir()) == [path]
    assert Sample.load(path).seed == SAMPLE.seed


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_broken_save_leaves_the_old_file_and_no_new_one(
    error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sample.npz"
    path.write_text("old")

    def broken(file, **arrays):
        file.write(b"half")
        raise error

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(error):
        SAMPLE.save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        SAMPLE.save(tmp_path / "nowhere" / "sample.npz")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_another_file_is_not_taken_for_a_sample(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"other\.npz is not a sample: "):
        Sample.load(path)


def test_an_archive_of_other_arrays_is_told_what_it_lacks(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", seed=1, layers=[0], what="gradient_norm")
    with pytest.raises(
        ValueError,
        match="it lacks axis, depth, dtype, layer, log_values, method, norm, parameter, reason, subject, width",
    ):
        Sample.load(tmp_path / "other.npz")


def test_a_pickle_is_not_executed(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("executed",))

    arrays = SAMPLE._arrays()
    np.savez(tmp_path / "bomb.npz", **{**arrays, "subject": np.array([Bomb()], dtype=object)})
    with pytest.raises(ValueError, match="is not a sample: Object arrays cannot be loaded"):
        Sample.load(tmp_path / "bomb.npz")


def test_nan_is_no_measurement() -> None:
    with pytest.raises(ValueError, match="log_values of gradient_norm contain nan; a logarithm of zero is -inf"):
        sample_of(gradient_norm(0), [0.0, np.nan])


def test_a_table_that_does_not_fit_its_layers_is_refused() -> None:
    with pytest.raises(ValueError, match=r"log_values have shape \(2, 1\); 2 layers ask for \(trials, 2\)"):
        sample_of(gradient_norm(0), [0.0, 1.0], layers=(0, 1))


def test_values_quantiles_and_layers_are_read_by_name() -> None:
    sample = sample_of(gradient_norm(2), np.log([4.0, 1.0, 3.0, 2.0]))
    assert sample.trials == 4
    assert sample.values(2) == pytest.approx([4.0, 1.0, 3.0, 2.0], rel=4e-16)
    assert sample.quantile(0.5).tolist() == [np.log(2.0)]
    with pytest.raises(ValueError, match=r"gradient_norm was not measured at layer 1, but at \(2,\)"):
        sample.at(1)
