"""Objects: compiled once and found on disk by later processes; a broken or foreign file is ignored, never run."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from symgrad.activations import activation
from symgrad.simulation.compiled import kernels, objects, stores
from symgrad.simulation.compiled.kernels import Kernel
from symgrad.simulation.compiled.objects import CompiledBlock

SOURCE = """def kernel(inputs, values, slopes, size):
    inputs, values, slopes = carray(inputs, size), carray(values, size), carray(slopes, size)
    for i in range(size):
        values[i] = 3.0 * inputs[i]
        slopes[i] = 3.0
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("SYMGRAD_CACHE_DIR", str(folder))
    return folder


class Definition:
    """Counts how often a block is compiled."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Callable[..., object]:
        self.calls += 1
        return kernels.defined(SOURCE, "triple")


def triples(define: Definition) -> bool:
    values, slopes = Kernel(CompiledBlock(SOURCE, "float64", define), "float64")([1.0, -2.5])
    return values.tolist() == [3.0, -7.5] and slopes.tolist() == [3.0, 3.0]


def test_a_block_is_compiled_once(place: Path) -> None:
    define = Definition()
    assert triples(define)
    assert triples(define)
    assert define.calls == 1
    (file,) = place.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert place.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("which", ["symgrad", "llvmlite"])
def test_another_version_compiles_its_own(which: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    define, version = Definition(), objects.version
    triples(define)
    monkeypatch.setattr(objects, "version", lambda name: "9.9.9" if name == which else version(name))
    assert triples(define)
    assert define.calls == 2
    assert len(list(place.iterdir())) == 2


def test_another_machine_another_room_and_another_dtype_have_keys_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {objects._key(SOURCE, "float64"), objects._key(SOURCE, "float32"), objects._key(SOURCE + " ", "float64")}
    with monkeypatch.context() as patch:
        patch.setattr(objects, "fingerprint", lambda: "other")
        keys.add(objects._key(SOURCE, "float64"))
    monkeypatch.setattr(objects, "_target", lambda: ("triple", "processor", "features"))
    keys.add(objects._key(SOURCE, "float64"))
    assert len(keys) == 5


class Bomb:
    def __reduce__(self) -> object:
        return os._exit, (1,)


def emptied(_: bytes) -> bytes:
    return b""


def pickled(_: bytes) -> bytes:
    return pickle.dumps(Bomb())


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    return content[:-7] + bytes([content[-7] ^ 1]) + content[-6:]


@pytest.mark.parametrize("broken", [emptied, cut, flipped, pickled])
def test_a_broken_file_is_ignored_and_replaced(broken: Callable[[bytes], bytes], place: Path) -> None:
    define = Definition()
    triples(define)
    (file,) = place.iterdir()
    file.write_bytes(broken(file.read_bytes()))
    assert triples(define)
    assert define.calls == 2
    assert triples(define)
    assert define.calls == 2  # what was compiled is in its place


def test_a_file_under_the_name_of_another_is_ignored(place: Path) -> None:
    stores.save("aa", b"code")
    assert stores.load("aa") == b"code"
    (place / "aa").rename(place / "bb")
    assert stores.load("bb") is None


def test_what_others_can_write_is_not_trusted(place: Path) -> None:
    stores.save("aa", b"code")
    for path, mode in ((place / "aa", 0o620), (place / "aa", 0o602), (place, 0o770), (place, 0o707)):
        usual = path.stat().st_mode
        path.chmod(mode)
        assert stores.load("aa") is None
        path.chmod(usual)
        assert stores.load("aa") == b"code"


def test_what_belongs_to_others_is_not_trusted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores.save("aa", b"code")
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert stores.folder() is None
    assert stores.load("aa") is None


def test_links_are_not_followed(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores.save("aa", b"code")
    (place / "aa").rename(tmp_path / "elsewhere")
    (place / "aa").symlink_to(tmp_path / "elsewhere")
    assert stores.load("aa") is None
    (tmp_path / "link").symlink_to(place)
    monkeypatch.setenv("SYMGRAD_CACHE_DIR", str(tmp_path / "link"))
    assert stores.folder() is None


def test_without_a_place_blocks_are_compiled_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SYMGRAD_CACHE_DIR", str(tmp_path / "file"))
    define = Definition()
    assert triples(define)
    assert triples(define)
    assert define.calls == 2


LATER = """
from symgrad.activations import activation
from symgrad.simulation.compiled import objects
from symgrad.simulation.compiled.kernels import kernel
def never(*_):
    raise AssertionError("compiled again")
objects._compile = never
values, slopes = kernel(activation("x*sigmoid(1.37*x) + tanh(x)/7"))([-3.0, 0.1, 40.0])
print(values.tobytes().hex(), slopes.tobytes().hex())
"""


def test_a_later_process_finds_the_same_numbers_on_disk(place: Path) -> None:
    kernels.kernel.cache_clear()
    found = kernels.kernel(activation("x*sigmoid(1.37*x) + tanh(x)/7"))([-3.0, 0.1, 40.0])
    done = subprocess.run([sys.executable, "-c", LATER], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [np.asarray(array).tobytes().hex() for array in found]


LIBRARY = """
from symgrad.activations import activation
from symgrad.simulation.compiled.kernels import kernel
print(kernel(activation("atan(x)"))([1.0])[0].tobytes().hex())
"""


def test_what_calls_the_mathematical_library_runs_in_a_later_process_too(place: Path) -> None:
    """Where nothing else has been compiled before."""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", LIBRARY], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert np.frombuffer(bytes.fromhex(done.stdout.strip()))[0] == np.pi / 4


def test_machine_code_is_not_sent_to_other_processes(place: Path) -> None:
    with pytest.raises(TypeError, match="machine code is not sent to other processes"):
        pickle.dumps(CompiledBlock(SOURCE, "float64", Definition()))
