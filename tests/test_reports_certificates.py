"""Certificates on the command line: written by one command, proved again by another, and refused if tampered with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.activations import profile
from symgrad.reports.certificates import certificates_text
from symgrad.reports.commands import main
from symgrad.verification import Checked, check_file

Data = dict[str, Any]
LARGEST = "gelu: largest slope"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Data:
    file = tmp_path_factory.mktemp("certificates") / "gelu.json"
    assert main(["activation", "gelu", "--certificates", str(file)]) == 0
    found: Data = json.loads(file.read_text())
    return found


def checked(capsys: pytest.CaptureFixture[str], file: Path, data: Any, *options: str) -> tuple[int, str, str]:
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    capsys.readouterr()
    code = main(["check", str(file), *options])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def copied(data: Data) -> Data:
    found: Data = json.loads(json.dumps(data))
    return found


def test_what_one_command_writes_the_other_confirms(
    honest: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = checked(capsys, tmp_path / "gelu.json", honest)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.partition(": the ")[0] for line in lines] == [
        f"checked: gelu: {adjective} {word}"
        for word in ("slope", "curvature", "value")
        for adjective in ("largest", "smallest")
    ]
    with mpmath.workdps(30):
        wanted = mpmath.ncdf(mpmath.sqrt(2)) + mpmath.sqrt(2) * mpmath.npdf(mpmath.sqrt(2))
        low, high = map(mpmath.mpf, honest[LARGEST]["conclusion"]["bounds"])
        assert low < wanted < high


@pytest.mark.parametrize("options", [("--digits", "60"), ("--on", "-1", "2"), ("--param", "alpha=0.2")])
def test_digits_domain_and_parameters_reach_the_certificates(options: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "elu.json"
    assert main(["activation", "elu", *options, "--certificates", str(file)]) == 0
    assert {report.outcome for report in check_file(file).values()} == {Checked.CHECKED}
    document = next(iter(json.loads(file.read_text()).values()))
    low, high = map(Decimal, document["conclusion"]["bounds"])
    assert high - low < Decimal(10) ** (-55 if "60" in options else -15)
    assert (document["domain"] == ["-1", "2"]) == ("--on" in options)


def lower(data: Data) -> None:
    bounds = data["conclusion"]["bounds"]
    bounds[:] = ["1.1289041451851546", "1.1289041451851547"]  # it is ...5478


def claim_a_double_slope(data: Data) -> None:
    data["function"] = ["*", "2", data["function"]]


def drop_a_box(data: Data) -> None:
    del data["pieces"][0]["boxes"][2]


@pytest.mark.parametrize("tamper", [lower, claim_a_double_slope, drop_a_box])
def test_a_tampered_certificate_is_refused_with_the_reason_and_the_others_still_pass(
    tamper: Callable[[Data], None], honest: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = copied(honest)
    tamper(data[LARGEST])
    code, out, err = checked(capsys, tmp_path / "gelu.json", data)
    assert (code, err) == (1, "")
    assert re.search(rf"^refuted: {LARGEST}: the supremum .*\n  refuted: \S", out)
    assert out.count("\nchecked: ") == len(honest) - 1


def test_what_has_no_rule_is_undecided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sine_integral.json"
    assert main(["activation", "Si(x)", "--certificates", str(file)]) == 0
    code, out, _ = checked(capsys, file, file.read_text())
    assert code == 3
    assert "not checked: " in out


def test_json_is_one_object(honest: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = copied(honest)
    lower(data[LARGEST])
    code, out, err = checked(capsys, tmp_path / "gelu.json", data, "--json")
    found = json.loads(out)
    assert (code, err, found["file"]) == (1, "", "gelu.json")
    assert [each["name"] for each in found["certificates"]] == list(honest)
    assert [each["outcome"] for each in found["certificates"]] == ["refuted", *["checked"] * (len(honest) - 1)]
    assert found["certificates"][0]["findings"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "bad.json cannot be read as JSON"),
        ("[1]", "bad.json holds [1], not an object"),
        ({}, "write one with certificate.save(path) or symgrad activation NAME --certificates FILE"),
        ({"gelu": 3}, "the entry 'gelu' is 3; it must be a certificate, which is an object"),
        ({"gelu": {"format": "zip"}}, "the entry 'gelu': this is no 'symgrad certificate of an extremum'"),
        ({"gelu": 0.5}, "the number '0.5' is not a whole one"),
    ],
)
def test_a_file_without_certificates_is_one_clear_line(
    data: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = checked(capsys, tmp_path / "bad.json", data)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert message in err


def test_a_file_that_is_not_there_and_one_that_is_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, reason in ((tmp_path / "none.json", "No such file"), (tmp_path, "Is a directory")):
        assert main(["check", str(path)]) == 2
        assert re.fullmatch(rf"symgrad: .* cannot be read: {reason}.*\n", capsys.readouterr().err)


def test_one_certificate_alone_has_the_name_of_its_file(
    honest: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = checked(capsys, tmp_path / "alone.json", honest[LARGEST])
    assert (code, out.partition(": the ")[0]) == (0, "checked: alone.json")


def test_without_values_of_its_parameters_an_activation_has_no_certificate() -> None:
    softplus = sg.activation("softplus", beta=sp.Symbol("beta", positive=True))
    with pytest.raises(sg.CannotEnclose, match="give values to its parameters"):
        certificates_text(profile(softplus))


def test_the_suffix_is_checked_before_the_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["activation", "gelu", "--certificates", str(tmp_path / "gelu.html")]) == 2
    assert "'.html' names no format; use .json" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_process_exits_with_one_for_a_planted_lie(honest: Data, tmp_path: Path) -> None:
    data = copied(honest)
    lower(data[LARGEST])
    (tmp_path / "lie.json").write_text(json.dumps(data))
    command = [sys.executable, "-m", "symgrad", "check", "lie.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"refuted: {LARGEST}")
