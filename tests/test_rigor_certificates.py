"""Certificates: what they record is true and complete, their bytes are the same everywhere, and digits come on request."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.activations.catalogue import CATALOGUE
from symgrad.claims import Logistic, NormalCdf, Softplus, define, symbol
from symgrad.rigor import CannotEnclose, DefinedConstant, certificates_of, enclose, infimum, supremum
from symgrad.rigor.certificates import Certificate
from symgrad.rigor.spellings import spelled
from symgrad.verification import Checked, check

X = symbol("x")
NAMES = list(dict.fromkeys(row.name for row in CATALOGUE.values()))
Data = dict[str, Any]


def gelu() -> Certificate:
    return supremum(sg.activation("gelu").derivative, X).certificate


# ------------------------------------------------------------------------------------------------ what is recorded


def boxes(data: Data) -> Iterator[list[Any]]:
    for piece in data["pieces"]:
        yield from piece["boxes"]


def end(text: str) -> Fraction | float:
    return float(text.replace("oo", "inf")) if "oo" in text else Fraction(text)


@pytest.mark.parametrize("name", NAMES)
def test_the_boxes_leave_no_gap_and_the_file_is_small(name: str) -> None:
    for extremum in (supremum, infimum):
        data = extremum(sg.activation(name).derivative, X).certificate.to_json()
        found = [(end(low), end(high)) for low, high, *_ in boxes(data)]
        reach = found[0][1] if found else None
        for low, high in found[1:]:
            assert low <= reach
            reach = max(reach, high)
        if found and data["period"] is None:
            assert (found[0][0], reach) == (-float("inf"), float("inf"))
        assert len(json.dumps(data)) < 20_000


@pytest.mark.parametrize("name", ["gelu", "mish", "phish", "gabor", "snake", "sqnl", "selu"])
def test_what_is_claimed_of_a_box_is_so_wherever_mpmath_looks(name: str) -> None:
    function = sg.activation(name).derivative
    data = supremum(function, X).certificate.to_json()
    witness = sp.lambdify(X, define(explicit(function)), "mpmath")
    with mpmath.workdps(60):
        upper = mpmath.mpf(data["conclusion"]["bounds"][1])
        for low, high, claim, *_ in boxes(data):
            a, b = (max(-50, min(50, end(text))) for text in (low, high))
            points = [
                mpmath.mpf(a.numerator) / a.denominator + (k + 0.5) / 9 * mpmath.mpf(float(b - a)) for k in range(9)
            ]
            assert max(map(witness, points)) <= upper
            slopes = [mpmath.diff(witness, x) for x in points]
            noise = mpmath.mpf(10) ** -40  # of differences at 60 digits, where the slope is none
            if claim in ("monotone", "constant"):
                assert min(slopes) > -noise or max(slopes) < noise
            if claim in ("convex", "concave", "critical"):
                sign = 1 if claim == "convex" else -1
                assert all(sign * (right - left) > 0 for left, right in pairwise(slopes))
            if claim == "critical":
                assert slopes[0] > 0 > slopes[-1]


def test_an_infimum_is_recorded_in_the_words_of_the_function_itself() -> None:
    data = infimum(X * Logistic(X), X).certificate.to_json()
    assert data["extremum"] == "infimum"
    assert data["function"] == ["*", "x", ["logistic", "x"]]
    assert {claim for _, _, claim, *_ in boxes(data)} <= {"above", "monotone", "concave", "critical"}
    assert data["conclusion"]["bounds"][0].startswith("-0.2784645427610737951")  # -W(1/e)


def test_the_conclusion_has_room_for_rounding_on_both_sides() -> None:
    low, high = map(Fraction, supremum(1 - sp.tanh(X) ** 2, X, digits=10).certificate.to_json()["conclusion"]["bounds"])
    assert (1 - low, high - 1) == (Fraction(1, 10**9), Fraction(1, 10**9))


def test_a_kink_without_a_short_name_has_a_box_of_its_own() -> None:
    data = supremum(sp.Piecewise((X, sp.Rational(1, 3) > X), (0, True)), X).certificate.to_json()
    kinks = [(Fraction(low), Fraction(high)) for low, high, claim in boxes(data) if claim == "kink"]
    assert len(kinks) == 1
    low, high = kinks[0]
    assert low < Fraction(1, 3) < high
    assert high - low < Fraction(1, 10**38)


# --------------------------------------------------------------------------------------------------------- spelling

VALUES: dict[str, Callable[..., Any]] = {
    "+": lambda *u: mpmath.fsum(u),
    "*": lambda *u: mpmath.fprod(u),
    "^": lambda u, v: u**v,
    "normal_cdf": mpmath.ncdf,
    "normal_pdf": mpmath.npdf,
    "logistic": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": lambda u: mpmath.log1p(mpmath.exp(u)),
    "abs": abs,
    "sign": mpmath.sign,
    "max": max,
    "min": min,
    "heaviside": lambda u: (1 + mpmath.sign(u)) / 2,
    "<": lambda u, v: u < v,
    "<=": lambda u, v: u <= v,
    ">": lambda u, v: u > v,
    ">=": lambda u, v: u >= v,
    "and": lambda *u: all(u),
    "or": lambda *u: any(u),
    "not": lambda u: not u,
}


def value_of(data: Any, x: mpmath.mpf) -> Any:
    """A naive reader of spellings."""
    if isinstance(data, str):
        known = {"x": x, "pi": +mpmath.pi, "true": True, "false": False}
        return known[data] if data in known else mpmath.mpf(Fraction(data).numerator) / Fraction(data).denominator
    if data[0] == "cases":
        return next(value_of(value, x) for value, condition in data[1:] if value_of(condition, x))
    return VALUES.get(data[0], getattr(mpmath, data[0], None))(*(value_of(part, x) for part in data[1:]))


def explicit(expr: sp.Expr) -> sp.Expr:
    return expr.xreplace({constant: constant.definition for constant in expr.atoms(DefinedConstant)})


@pytest.mark.parametrize(
    "expr",
    [
        *(sg.activation(name).derivative for name in NAMES),
        sp.Piecewise((sp.sinh(X), (X < -1) | (X > 2)), (sp.E, ~(X <= 0) & (sp.Rational(1, 2) <= X)), (-X, True)),
        sp.Min(X, 3, sp.asinh(X)) * sp.Heaviside(X) + sp.sech(X) * sp.erfc(X) + sp.atan(X) ** 3 + sp.tan(X / 9),
        Softplus(NormalCdf(X)) / sp.log(2 + X**2),
    ],
)
def test_a_spelling_says_the_same_as_the_expression(expr: sp.Expr) -> None:
    witness, data = sp.lambdify(X, define(explicit(expr)), "mpmath"), json.loads(json.dumps(spelled(expr, X)))
    with mpmath.workdps(40):
        for x in (-2.25, -0.75, 0.25, 1.125, 2.5):
            wanted = witness(mpmath.mpf(x))
            # a few roundings at 40 digits, of terms that are not huge
            assert abs(value_of(data, mpmath.mpf(x)) - wanted) < mpmath.mpf(10) ** -35 * (1 + abs(wanted))


def test_what_has_no_word_is_refused_by_its_kind() -> None:
    with pytest.raises(CannotEnclose, match="has no spelling: there is no word for Integral"):
        spelled(sp.Integral(X, (X, 0, 1)), X)


# ------------------------------------------------------------------------------------------------------------- files


def test_the_same_evidence_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    program = "import sys, symgrad as sg; from symgrad.rigor import certificates_of\n"
    program += "for name in ('mish', 'selu'):\n"
    program += "    for k, found in enumerate(certificates_of(sg.activation(name).lipschitz)):\n"
    program += "        found.save(f'{sys.argv[1]}{name}{k}.json')"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program, seed]
        subprocess.run(command, cwd=tmp_path, env=environment, timeout=60, check=True)
    for name in ("mish0", "mish1", "selu0", "selu1"):
        first, second = ((tmp_path / f"{seed}{name}.json").read_bytes() for seed in "12")
        assert first == second
        assert check(json.loads(first)).outcome is Checked.CHECKED


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "gelu.json"
    gelu().save(file)
    before = file.read_bytes()
    assert json.loads(before) == gelu().to_json()

    def failing(self: Path, target: Path) -> Path:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="the disk is full"):
        supremum(sp.tanh(X), X).certificate.save(file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_certificate_without_evidence_says_what_to_do_instead() -> None:
    with pytest.raises(CannotEnclose, match="holds no boxes that could be written down; replay it instead"):
        Certificate("2 > 1", "counting", max, (1, 2)).to_json()


def test_evidence_survives_pickling_and_is_no_part_of_what_a_certificate_is() -> None:
    honest = gelu()
    copy = pickle.loads(pickle.dumps(honest))  # noqa: S301 - made here
    assert copy == honest
    assert hash(copy) == hash(honest)
    assert copy.to_json() == honest.to_json()
    assert copy.replay()


def test_the_certificates_of_a_claim_are_those_its_steps_stand_on() -> None:
    top, bottom = certificates_of(sg.activation("gelu").lipschitz)
    assert top == gelu()
    assert bottom.to_json()["extremum"] == "infimum"
    assert certificates_of(sg.activation("x*erf(x)").slope_sup)[0].to_json()["extremum"] == "supremum"
    assert certificates_of(sg.activation("tanh").lipschitz) == ()  # the square is completed


# ---------------------------------------------------------------------------------------- a hundred digits on request

INFINITE = {"step", "sign", "threshold", "hardshrink", "relu_squared", "gcu", "exponential", "monomial", "hermite"}
DIGITS, WORKING, STEP_DIGITS = 100, 400, 130
FAR = mpmath.mpf(10) ** 70  # where a slope that tends to its limit as 1/x^2 does agrees with it to 140 digits


def slope_at(f: Callable[[mpmath.mpf], mpmath.mpf], x: mpmath.mpf, side: int = 0) -> mpmath.mpf:
    """The slope of a function by differences; of one side at a kink, where the error is that of the step itself."""
    return abs(mpmath.diff(f, x, direction=side))


def independent_constant(name: str) -> mpmath.mpf:
    """The Lipschitz constant from values of the function alone: mpmath finds the place, and takes the difference."""
    phi = sg.activation(name)
    f = sp.lambdify(X, define(explicit(phi.expression)), "mpmath")
    place = (*phi.lipschitz.tightness.attained_at, *phi.lipschitz.tightness.approached_at)[0]
    if isinstance(place, sp.Interval):
        ends = [max(-9, min(9, float(side))) for side in (place.start, place.end)]
        return slope_at(f, mpmath.mpf(sum(ends)) / 2)
    if place.is_infinite:
        return slope_at(f, FAR if place == sp.oo else -FAR)
    if place in phi.kinks or not phi.second_derivative.subs(X, place).is_finite:
        return max(slope_at(f, mpmath.mpf(str(place)), side) for side in (-1, 1))
    near = mpmath.mpf(float(place))
    root = mpmath.findroot(lambda x: mpmath.diff(f, x, 2), (near, near + mpmath.mpf(10) ** -9), tol=1e-250, maxsteps=60)
    assert abs(root - near) < 1e-6
    return slope_at(f, root)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in INFINITE])
def test_a_hundred_digits_of_every_lipschitz_constant_are_those_of_mpmath(name: str) -> None:
    found = enclose(sg.activation(name).lipschitz.bound, DIGITS)
    with mpmath.workdps(WORKING):
        wanted = independent_constant(name)
        low, high = (mpmath.mpf(int(side.p)) / int(side.q) for side in (found.lower, found.upper))
        slack = mpmath.mpf(10) ** -STEP_DIGITS  # of differences at 400 digits: a third of them is left
        assert low - slack * high <= wanted <= high + slack * high
        assert high - low <= mpmath.mpf(10) ** (1 - DIGITS) * high


@pytest.mark.parametrize("name", sorted(INFINITE))
def test_the_others_are_infinite(name: str) -> None:
    assert sg.activation(name).lipschitz.bound == sp.oo


def test_a_supremum_and_the_command_line_give_a_hundred_digits_too() -> None:
    found = supremum(sg.activation("mish").derivative, X, digits=DIGITS)
    command = [sys.executable, "-m", "symgrad", "activation", "mish", "--digits", str(DIGITS), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    printed = json.loads(done.stdout)["lipschitz"]["enclosure"]
    assert tuple(printed) == found.enclosure.decimals()
    assert len(printed[0].replace(".", "")) == DIGITS
    assert check(found.certificate.to_json()).outcome is Checked.CHECKED
