"""The checker of certificates: its arithmetic against mpmath, honest certificates, and tampered ones."""

from __future__ import annotations

import ast
import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgrad as sg
from symgrad.activations.catalogue import CATALOGUE
from symgrad.claims import Logistic, NormalCdf, Softplus, define, symbol
from symgrad.rigor import infimum, supremum
from symgrad.rigor.bounds import bounded_above, bounded_below
from symgrad.rigor.spellings import spelled
from symgrad.verification import Checked, check, checkers
from symgrad.verification.checkers.branches import resolved
from symgrad.verification.checkers.expressions import read
from symgrad.verification.checkers.functions import FUNCTIONS, pi
from symgrad.verification.checkers.intervals import Interval, carrying, hull
from symgrad.verification.checkers.jets import Beyond, evaluated
from symgrad.verification.checkers.tails import Tail

X = symbol("x")
FOLDER = Path(checkers.__file__).parent
NAMES = list(dict.fromkeys(row.name for row in CATALOGUE.values()))
DIGITS = 40


def number(end: Decimal | Fraction) -> mpmath.mpf:
    return (
        mpmath.mpf(str(end).replace("Infinity", "inf"))
        if isinstance(end, Decimal)
        else mpmath.mpf(end.numerator) / end.denominator
    )


def holds(found: Any, value: mpmath.mpf, slack: float = 0.0) -> bool:
    box = hull(found)
    return number(box.lo) - slack <= value <= number(box.hi) + slack


# ------------------------------------------------------------------------------------------------------- arithmetic

WITNESSES: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "erf": mpmath.erf,
    "normal_cdf": mpmath.ncdf,
    "atan": mpmath.atan,
    "asinh": mpmath.asinh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
}
WIDTHS = st.sampled_from([Fraction(0), Fraction(1, 10**9), Fraction(1, 3), Fraction(5)])
POINTS = st.fractions(-60, 60, max_denominator=997)


@pytest.mark.parametrize("word", FUNCTIONS)
@settings(max_examples=60, deadline=None)
@given(low=POINTS, width=WIDTHS, share=st.fractions(0, 1, max_denominator=7))
def test_every_function_encloses_its_values(word: str, low: Fraction, width: Fraction, share: Fraction) -> None:
    low = abs(low) + Fraction(1, 10**6) if word == "log" else low
    with carrying(DIGITS), mpmath.workdps(3 * DIGITS):
        found = FUNCTIONS[word](hull(low, low + width))
        value = WITNESSES[word](number(low + width * share))
        assert holds(found, value)
        if width == 0:  # a few hundred roundings at most, of a sum that is not much larger than its result
            assert number(found.hi) - number(found.lo) <= mpmath.mpf(10) ** (5 - DIGITS) * max(1, abs(value))


@settings(max_examples=200, deadline=None)
@given(a=POINTS, b=POINTS, v=WIDTHS, w=WIDTHS, p=st.integers(-5, 5))
def test_every_operation_encloses_what_fractions_give(
    a: Fraction, b: Fraction, v: Fraction, w: Fraction, p: int
) -> None:
    with carrying(12):  # few digits, so that all of them are rounded
        left, right = hull(a, a + v), hull(b, b + w)
        for x, y in ((a, b), (a + v, b), (a, b + w), (a + v / 3, b + w / 2)):
            for found, exact in ((left + right, x + y), (left - right, x - y), (left * right, x * y)):
                assert Fraction(found.lo) <= exact <= Fraction(found.hi)
            if y and right.sign:
                assert Fraction((left / right).lo) <= x / y <= Fraction((left / right).hi)
            if left.sign or p > 0:
                assert Fraction((left**p).lo) <= x**p <= Fraction((left**p).hi)


def test_pi_is_enclosed_to_the_last_digits() -> None:
    with carrying(100), mpmath.workdps(200):
        assert holds(pi(), +mpmath.pi)
        assert number(pi().hi) - number(pi().lo) < mpmath.mpf(10) ** -96


def test_nothing_is_rounded_behind_the_back_of_the_two_contexts() -> None:
    with carrying(20), pytest.raises(Inexact):
        Decimal(1) / Decimal(3)


def test_zero_is_a_zero_of_odd_functions_exactly() -> None:
    with carrying(20):
        for word in ("sin", "tanh", "sinh", "erf", "atan", "asinh"):
            assert FUNCTIONS[word](hull(0)).sign == 0


_SIGMOIDS = (sp.tanh(X), Logistic(X), sp.atan(X), sp.erf(X), NormalCdf(X), sp.asinh(X), sp.sin(X))
_OTHERS = (sp.exp(-(X**2)), X, X * Logistic(X), Softplus(X), 1 / (1 + X**2), sp.sech(X), X**3, sp.cosh(X / 3))
_PARTS = st.sampled_from((*_SIGMOIDS, *_OTHERS, sp.sqrt(1 + X**2), sp.log(1 + X**2)))


@st.composite
def functions(draw: st.DrawFn) -> sp.Expr:
    a, b, c = draw(_PARTS), draw(_PARTS), draw(_PARTS)
    scale = draw(st.sampled_from([sp.Rational(1, 3), sp.Integer(1), sp.Integer(-2)]))
    inner = a.subs(X, scale * X + draw(st.integers(-2, 2)))
    return draw(st.sampled_from([inner + b, inner * b, inner + b * c]))


@settings(max_examples=40, deadline=None)
@given(functions(), st.fractions(-4, 4, max_denominator=97), st.sampled_from([Fraction(0), Fraction(1, 50)]))
def test_jets_enclose_value_slope_and_bend(expr: sp.Expr, low: Fraction, width: Fraction) -> None:
    witness = sp.lambdify(X, define(expr), "mpmath")
    with carrying(DIGITS), mpmath.workdps(60):
        box = hull(low, low + width)
        jet = evaluated(read(spelled(expr, X)), box)
        for share in (0, Fraction(1, 3), 1):
            # mpmath differentiates by differences that it computes at three times the digits: all 60 are right but a few
            found = mpmath.taylor(witness, number(low + width * share), 2)
            assert all(holds(part, value * k, 1e-30) for part, value, k in zip(jet, found, (1, 1, 2), strict=True))


@settings(max_examples=60, deadline=None)
@given(functions(), st.sampled_from([-1, 1]), st.sampled_from([4, 8]), st.floats(1, 2))
def test_tails_hold_from_their_start_on(expr: sp.Expr, side: int, start: int, factor: float) -> None:
    witness = sp.lambdify(X, define(expr), "mpmath")
    with carrying(DIGITS), mpmath.workdps(400):  # Phi(-34), as 1 - Phi(34), needs 252 of them
        region = Tail.variable(side, start)
        try:
            value, slope, _ = evaluated(read(spelled(expr, X)), region)
        except Beyond:
            return
        point = mpmath.mpf(side * start * factor)
        assert holds(value.box(), witness(point))
        if isinstance(slope, Tail) and slope.sign is not None:
            assert mpmath.sign(mpmath.diff(witness, point)) in (slope.sign, 0)


# --------------------------------------------------------------------------------------------- honest certificates


@pytest.mark.parametrize("name", NAMES)
def test_every_slope_of_the_catalogue_is_confirmed_wholly(name: str) -> None:
    slope = sg.activation(name).derivative
    for extremum in (supremum, infimum):
        report = check(extremum(slope, X).certificate.to_json())
        assert (report.outcome, report.findings) == (Checked.CHECKED, ())


REMOTE = sp.exp(-((1000 * (X - sp.Rational(73, 10))) ** 2))


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (sg.activation("x*erf(x)").derivative, "1.2578"),  # at 1: erf(1) + 2/(sqrt(pi) e)
        (REMOTE, "1.0000"),
        (sp.tanh(X - 50), "1.0000"),
        (sp.diff(sp.tanh(X - 50), X), "1.0000"),
        (sp.Max(0, sp.sin(X)), "1.0000"),
        (sp.sin(sp.pi * X) + sp.cos(2 * sp.pi * X), "1.1250"),  # 1 - 2 s^2 + s at s = 1/4
        (X * sp.cos(X), "inf"),
        (X * sp.cos(X**2), "inf"),
        (sp.sin(X) + sp.tanh(X), "2.0000"),  # approached where the sine is 1
        (X * sp.sin(3 * X**2 + 1), "inf"),
        (sp.Piecewise((-(X**2), X < 0), (-2 * X, True)), "0.0000"),
        (sp.Piecewise((X, sp.sqrt(2) > X), (sp.exp(-X), True)), "1.4142"),  # approached at an irrational kink
        (sp.Min(X + 3, 4 - X**3), "3.6823"),  # where the two meet: x^3 + x = 1 at x = 0.68233
    ],
)
def test_these_are_confirmed_too(expr: sp.Expr, value: str) -> None:
    certificate = supremum(expr, X).certificate.to_json()
    report = check(certificate)
    assert (report.outcome, report.findings) == (Checked.CHECKED, ())
    low, high = map(mpmath.mpf, certificate["conclusion"]["bounds"])
    assert low <= high
    assert (value == "inf" and low == mpmath.inf) or max(abs(mpmath.mpf(value) - end) for end in (low, high)) < 1e-4


@pytest.mark.parametrize(
    ("swing", "outcome"),
    [
        ([["*", "2", "pi"], "0", ["^", "x", "2"]], Checked.CHECKED),  # on the right, where it is said to be approached
        ([["*", "2", "pi"], "1/2", ["^", "x", "2"]], Checked.REFUTED),  # there the cosine is -1
        ([["*", "2", "pi"], "0", ["exp", ["*", "-1", ["^", "x", "2"]]]], Checked.REFUTED),  # a phase that tends to 0
        ([["*", "2", "pi"], "0"], Checked.NOT_CHECKED),  # the cosine of x^2 does not repeat in x
        ([["*", "0", "pi"], "0", ["^", "x", "2"]], Checked.NOT_CHECKED),
        ([["*", "3", "pi"], "0", ["^", "x", "2"]], Checked.NOT_CHECKED),  # no period
    ],
)
def test_the_points_at_which_a_function_swings_out_must_be_such(swing: list[Any], outcome: Checked) -> None:
    certificate = supremum(X * sp.cos(X**2), X).certificate.to_json()
    (place,) = certificate["conclusion"]["approached_at"]
    place.update(at="oo", near=["inf", "inf"])
    assert check({**certificate, "swing": swing}).outcome is outcome


def test_a_limit_superior_must_be_approached_along_the_points_that_are_told() -> None:
    certificate = supremum(sp.sin(X) + sp.tanh(X), X).certificate.to_json()
    assert certificate["swing"] == [["*", "2", "pi"], "1/4"]
    assert check({**certificate, "swing": [["*", "2", "pi"], "3/4"]}).outcome is Checked.REFUTED
    assert check({**certificate, "swing": None}).outcome is Checked.NOT_CHECKED


def test_what_has_no_rule_is_said_and_never_passed() -> None:
    sine_integral = supremum(sp.diff(sg.activation("Si(x)").expression, X), X).certificate.to_json()
    report = check(sine_integral)
    assert report.outcome is Checked.NOT_CHECKED
    assert any("there is no rule for SphericalBessel" in finding for finding in report.findings)


def test_a_hundred_digits_are_checked_as_well() -> None:
    for name in ("gelu", "mish", "selu"):
        certificate = supremum(sg.activation(name).derivative, X, digits=100).certificate.to_json()
        report = check(certificate)
        low, high = map(Decimal, certificate["conclusion"]["bounds"])
        assert report.outcome is Checked.CHECKED, report
        assert 0 < Fraction(high) - Fraction(low) < Fraction(4, 10**99)


# ------------------------------------------------------------------------------------------- certificates tampered with

Data = dict[str, Any]
HONEST = {
    name: extremum(sg.activation(name).derivative, X).certificate.to_json()
    for name, extremum in (("gelu", supremum), ("silu", infimum), ("softplus", supremum), ("sqnl", supremum))
}


def shifted(text: str, by: str) -> str:
    return str(Context(prec=60).add(Decimal(text), Decimal(by)))


def tampered(name: str, change: Callable[[Data], Any]) -> Data:
    data = copy.deepcopy(HONEST[name])
    change(data)
    assert data != HONEST[name]
    return data


def critical(data: Data) -> list[Any]:
    return next(box for box in data["pieces"][0]["boxes"] if box[2] == "critical")


def without_box(data: Data) -> None:
    del data["pieces"][0]["boxes"][3]


def lower_upper_bound(data: Data) -> None:
    bounds = data["conclusion"]["bounds"]
    bounds[:] = [shifted(end, "-1E-12") for end in bounds]


def raise_lower_bound(data: Data) -> None:
    bounds = data["conclusion"]["bounds"]
    bounds[:] = [shifted(end, "1E-12") for end in bounds]


def move_critical_point(data: Data) -> None:
    bracket = critical(data)[3]
    bracket[:] = [shifted(end, "1E-12") for end in bracket]


def change_critical_value(data: Data) -> None:
    value = critical(data)[4]
    value[:] = [shifted(end, "1E-12") for end in value]


def later_tail(data: Data) -> None:
    data["pieces"][-1]["boxes"][-1][0] = "5"


def earlier_tail(data: Data) -> None:
    data["pieces"][-1]["boxes"][-1][:] = ["1", "oo", "monotone"]  # the slope of GELU still rises at 1


def swap_function(data: Data) -> None:
    data["function"] = ["+", "1", data["function"]]


def swap_function_a_little(data: Data) -> None:
    data["function"] = ["*", "1.000000000001", data["function"]]


def move_place(data: Data) -> None:
    data["conclusion"]["attained_at"][0] = {"at": "3/2", "near": ["3/2", "3/2"]}


def shorten_domain(data: Data) -> None:
    data["domain"] = ["-3", "3"]


def wrong_claim(data: Data) -> None:
    box = next(box for box in data["pieces"][0]["boxes"] if box[2] == "monotone")
    box[2] = "constant"


def wrong_end_value(data: Data) -> None:
    data["pieces"][0]["values"][0] = ["0.1", "0.2"]


def no_place(data: Data) -> None:
    data["conclusion"].update(attained_at=[], approached_at=[])


def claim_a_period(data: Data) -> None:
    data["period"] = ["*", "2", "pi"]


CHANGES = [without_box, lower_upper_bound, raise_lower_bound, move_critical_point, change_critical_value, later_tail]
CHANGES += [earlier_tail, swap_function, swap_function_a_little, shorten_domain, wrong_claim, wrong_end_value, no_place]


@pytest.mark.parametrize("change", CHANGES)
def test_a_tampered_certificate_is_refuted(change: Callable[[Data], None]) -> None:
    report = check(tampered("gelu", change))
    assert report.outcome is Checked.REFUTED, report
    assert report.findings


@pytest.mark.parametrize(
    "change", [without_box, lower_upper_bound, raise_lower_bound, move_critical_point, swap_function]
)
def test_that_of_an_infimum_too(change: Callable[[Data], None]) -> None:
    assert check(tampered("silu", change)).outcome is Checked.REFUTED


@pytest.mark.parametrize("name", ["softplus", "sqnl"])
def test_that_of_a_limit_and_of_a_kink_too(name: str) -> None:
    for change in (lower_upper_bound, raise_lower_bound, swap_function):
        assert check(tampered(name, change)).outcome is Checked.REFUTED


def test_the_first_box_that_fails_is_named() -> None:
    data = tampered("gelu", wrong_claim)
    place = next(k for k, box in enumerate(data["pieces"][0]["boxes"], 1) if box[2] == "constant")
    assert check(data).findings[0].startswith(f"refuted: box {place} of piece 1, [")
    gap = check(tampered("gelu", without_box)).findings[0]
    assert gap.startswith("refuted: the boxes: nothing covers [")


def test_a_place_that_is_no_maximum_and_a_period_that_is_none_do_not_pass() -> None:
    moved = tampered("gelu", move_place)
    moved["conclusion"]["attained_at"][0]["near"] = ["1.5", "1.5"]
    assert check(moved).outcome is Checked.REFUTED
    assert check(tampered("gelu", claim_a_period)).outcome is not Checked.CHECKED


# ----------------------------------------------------------------------------------------------------------- bounds

BELOW = bounded_below(sg.activation("gelu").derivative, X, sp.Rational(-1, 4)).certificate.to_json()  # it is -0.1289...
ABOVE = bounded_above(sg.activation("selu").derivative, X, sp.Integer(2)).certificate.to_json()  # it is 1.758...


@pytest.mark.parametrize(
    ("honest", "statement"),
    [(BELOW, "the infimum over (-oo, oo) is at least -0.25"), (ABOVE, "the supremum over (-oo, oo) is at most 2")],
)
def test_a_bound_is_confirmed(honest: Data, statement: str) -> None:
    report = check(honest)
    assert (report.outcome, report.statement, report.findings) == (Checked.CHECKED, statement, ())


def tighter(data: Data) -> None:
    """A little beyond the extremum, which mpmath gives to these digits."""
    data["conclusion"]["bound"] = {"-0.25": "-0.1289", "2": "1.7580"}[data["conclusion"]["bound"]]


def larger_function(data: Data) -> None:
    data["function"] = ["*", "2", data["function"]]


def drop_a_box(data: Data) -> None:
    del data["pieces"][0]["boxes"][0]


def without_pieces(data: Data) -> None:
    data["pieces"] = []


def other_side(data: Data) -> None:
    """What is said of a lower bound is false of an upper one; the words for boxes are turned with it."""
    words = {"infimum": "supremum", "supremum": "infimum", "above": "below", "below": "above"}
    data["extremum"] = words[data["extremum"]]
    for piece in data["pieces"]:
        piece["boxes"] = [[low, high, words.get(word, word)] for low, high, word in piece["boxes"]]


@pytest.mark.parametrize("honest", [BELOW, ABOVE], ids=["below", "above"])
@pytest.mark.parametrize("change", [tighter, larger_function, drop_a_box, without_pieces, other_side, shorten_domain])
def test_a_tampered_bound_is_refuted(honest: Data, change: Callable[[Data], None]) -> None:
    data = copy.deepcopy(honest)
    change(data)
    report = check(data)
    assert (report.outcome, bool(report.findings)) == (Checked.REFUTED, True)


@pytest.mark.parametrize("exponent", [-25, 25])
def test_a_bound_that_is_written_with_an_exponent_is_confirmed(exponent: int) -> None:
    scale = sp.Integer(10) ** exponent
    honest = bounded_above(scale * sp.tanh(X), X, 2 * scale).certificate.to_json()
    assert check(honest).outcome is Checked.CHECKED
    assert "E" in honest["conclusion"]["bound"]


def test_a_bound_does_not_pass_for_an_extremum() -> None:
    with pytest.raises(ValueError, match="conclusion is"):
        check({**BELOW, "format": HONEST["gelu"]["format"]})
    with pytest.raises(ValueError, match="conclusion is"):
        check({**HONEST["gelu"], "format": BELOW["format"]})
    with pytest.raises(ValueError, match="the bound has 0, which is no decimal"):
        check({**BELOW, "conclusion": {"bound": 0}})


# ------------------------------------------------------------------------------- false proofs that look like proofs


def certificate(function: Any, boxes: list[list[Any]], bounds: list[str], at: Any, **changes: Any) -> Data:
    """A certificate made by hand, of one piece from the first box to the last."""
    ends = [boxes[0][0], boxes[-1][1]] if boxes else ["-oo", "oo"]
    reached = {"attained_at": [{"at": at, "near": [at, at]}], "approached_at": []}
    pieces = [{"from": ends[0], "to": ends[1], "values": [None, None], "boxes": boxes}]
    decimals = [end.replace("oo", "inf") for end in bounds]
    data = {"format": "symgrad certificate of an extremum", "version": 1, "extremum": "supremum", "function": function}
    data |= {"domain": ends, "period": None, "swing": None, "digits": 20, "pieces": pieces}
    return data | {"conclusion": {"bounds": decimals, "value": bounds[0], **reached}} | changes


JUMP = ["cases", [["+", "x", "10"], ["<", "x", "0"]], ["x", "true"]]
INVERSE = ["^", "x", "-1"]
ROOT_SQUARED = ["^", ["^", "x", "1/2"], "2"]
DECAYING, SWINGING = ["exp", ["*", "-1", "x"]], ["+", "x", ["sin", "x"]]
LINE = {"domain": ["-oo", "oo"]}
LONELY = ["cases", ["5", ["==", "x", "0"]], ["0", "true"]]


@pytest.mark.parametrize(
    ("false", "reason"),
    [
        # 10 at 0 from the left
        (certificate(JUMP, [["-1", "1", "monotone"]], ["9", "9"], "-1"), "the formula of the function changes inside"),
        (certificate(JUMP, [["-1", "1", "convex"]], ["9", "9"], "-1"), "the formula of the function changes inside"),
        (certificate(INVERSE, [["-1", "1", "monotone"]], ["1", "1"], "1"), "may have a pole"),
        # tends to 1 at 0, and has the value 0.76 at 1
        (certificate(["tanh", INVERSE], [["-1", "1", "monotone"]], ["0.7", "0.8"], "1"), "may have a pole"),
        (
            certificate(["tanh", ["log", "x"]], [["-1", "1", "monotone"]], ["0", "0"], "1"),
            "a logarithm may have a pole",
        ),
        (certificate(ROOT_SQUARED, [["-1", "1", "monotone"]], ["1", "1"], "1"), "box 1 of piece 1, [-1, 1] monotone"),
        # one point is no essential supremum
        (certificate(LONELY, [["-1", "1", "below"]], ["5", "5"], "0"), "there it is [0, 0] or [0, 0], below the bound"),
        (certificate("x", [["-1", "1", "kink"], ["-1", "0", "below"]], ["0", "0"], "0"), "it is not so at x = 0.5"),
        (certificate(["sin", "x"], [["-1", "0", "monotone"]], ["0", "0"], "0", **LINE, period="1"), "repeats"),
        (certificate(SWINGING, [["0", "7", "below"]], ["7", "8"], "7", **LINE, period=["*", "2", "pi"]), "repeats"),
        (
            certificate(SWINGING, [], ["7", "8"], "7", **LINE, pieces=[]),
            "there are none, but a finite bound is claimed",
        ),
        (certificate(DECAYING, [["0", "oo", "monotone"]], ["oo", "oo"], "0"), "below the bound"),
        (certificate(["*", "x", "x"], [["-1", "2", "monotone"]], ["4", "4"], "2"), "it is not so at x = -0.25"),
        (certificate(["*", "x", "x"], [["-1", "2", "concave"]], ["4", "4"], "2"), "it is not so at x = 0.5"),
    ],
)
def test_a_false_proof_does_not_pass(false: Data, reason: str) -> None:
    report = check(false)
    assert report.outcome is not Checked.CHECKED
    assert any(reason in finding for finding in report.findings), report


def test_the_same_proofs_pass_where_they_are_true() -> None:
    """Else the test above would pass for a checker that knows nothing."""
    honest = [
        certificate(JUMP, [["-1", "0", "monotone"], ["0", "1", "monotone"]], ["10", "10"], "0"),
        certificate(INVERSE, [["0.5", "1", "monotone"]], ["2", "2"], "0.5"),
        certificate(["tanh", INVERSE], [["0.5", "1", "monotone"]], ["0.96", "0.97"], "0.5"),
        certificate(["*", "x", "x"], [["-1", "2", "convex"]], ["4", "4"], "2"),
        certificate(DECAYING, [["0", "oo", "monotone"]], ["1", "1"], "0"),
    ]
    honest[0]["conclusion"]["approached_at"] = honest[0]["conclusion"].pop("attained_at")
    honest[0]["conclusion"]["attained_at"] = []
    assert [check(data).findings for data in honest] == [()] * len(honest)


# -------------------------------------------------------------------------------------------------- malformed files


def broken(**changes: Any) -> Data:
    return {**copy.deepcopy(HONEST["gelu"]), **changes}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "this is no 'symgrad certificate of an extremum' of version 1; write one with certificate.save"),
        (broken(version=2), "of version 1"),
        (broken(extremum="mean"), "extremum is 'mean'; it must be one of supremum, infimum"),
        (broken(function=["__import__", "x"]), "there is no word '__import__'"),
        (broken(function=["exp"]), "exp was given 0 arguments; it takes 1"),
        (broken(function=["^", "x", "99999"]), "the exponent '99999' is too large; at most 10000"),
        (broken(function="1e999999999"), "'1e999999999' is no number; write one such as -2/3 or 0.25"),
        (broken(function="1/0"), "'1/0' is no number"),
        (broken(function=0.5), "0.5 is no expression; write a string, or a list"),
        (broken(function=["cases", ["x"]]), "['x'] is no case; write a list of a value and a condition"),
        (broken(domain=["-oo"]), "domain is ['-oo']; it must be a list of 2 to 2 entries"),
        (broken(domain=["x", "oo"]), "'x' depends on x; a constant must stand there"),
        (broken(digits=10**6), "digits is 1000000; it must be a whole number from 1 to 1000"),
        (broken(pieces=7), "pieces is 7; it must be a list"),
        (broken(pieces=[{"boxes": []}]), "a piece is {'boxes': []}; it must be an object with from, to, values, boxes"),
        (broken(extra=1), "the certificate is {"),
    ],
)
def test_what_is_no_certificate_is_refused_with_the_reason(data: Data, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        check(data)


@pytest.mark.parametrize(
    ("box", "message"),
    [
        (["0", "1"], "a box is ['0', '1']; it must be a list of 3 to 5 entries"),
        (["0", "1", "beautiful"], "the claim of a box is 'beautiful'; it must be one of below, convex"),
        (["1", "0", "below"], "is empty; its ends must be in order"),
        (["0", "1", "critical"], "is cut short; a critical one has a bracket and a value"),
        (["0", "1", "critical", ["0", "nan"], ["0", "1"]], "a bracket has 'nan', which is no decimal"),
        (["0", "1", "critical", ["1", "0"], ["0", "1"]], "a bracket is ['1', '0'], the wrong way round"),
        ([0, "1", "below"], "0 is no number; write one such as -2/3"),
    ],
)
def test_a_malformed_box_is_refused_with_the_reason(box: list[Any], message: str) -> None:
    data = broken()
    data["pieces"][0]["boxes"][0] = box
    with pytest.raises(ValueError, match=re.escape(message)):
        check(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read as JSON"),
        ("[1, 2]", "holds [1, 2], not an object"),
        ('{"digits": 1.5}', "the number '1.5' is not a whole one"),
        ('{"digits": NaN}', "the number 'NaN' is not a whole one"),
        ("[" * 10**5, "cannot be read as JSON"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        check(file)


def test_deep_and_large_expressions_are_refused_quickly() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = ["exp", deep]
    with pytest.raises(ValueError, match="nested more than 100 deep"):
        check(broken(function=deep))
    towers = ["^", ["^", ["^", "9", "9999"], "9999"], "9999"]  # rounded, never written out
    assert check(broken(function=["*", "x", ["exp", ["*", "-1", towers]]])).outcome is not Checked.CHECKED


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    for function in (["open", "x"], ["eval", "x"], f"__import__('pathlib').Path({str(trap)!r}).touch()"):
        try:
            assert check(broken(function=function)).outcome is not Checked.CHECKED
        except ValueError:
            continue
    assert not trap.exists()


# ---------------------------------------------------------------------------------------------------- independence


def imports_of(folder: Path) -> set[str]:
    """What the files of a folder import, itself aside."""
    found = set()
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.level != 1):
                found.add("." * node.level + (node.module or ""))
    return found


def test_the_checker_imports_nothing_but_the_standard_library() -> None:
    outside = {name for name in imports_of(FOLDER) if name.partition(".")[0] not in sys.stdlib_module_names}
    assert outside == set()


def test_a_foreign_import_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("from ...rigor import supremum\nimport flint\n")
    assert imports_of(tmp_path) == {"...rigor", "flint"}


def test_the_checker_runs_in_a_folder_of_its_own(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "checkers", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "gelu.json").write_text(json.dumps(HONEST["gelu"]))
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from checkers import check; print(check('gelu.json'))"
    )
    # -I and -S: no path of the user, no installed package
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("checked: the supremum over (-oo, oo) is at least 1.128904145185154786"), done.stderr


def test_branches_are_chosen_where_they_hold_but_for_one_point() -> None:
    relu = read(["max", "0", "x"])
    with carrying(30):
        assert resolved(relu, hull(0, 1)) == "x"
        assert resolved(relu, hull(-1, 0)) == 0
        assert resolved(relu, hull(-1, 1)) == relu
        assert resolved(read(["abs", ["+", "x", "-1/3"]]), hull(Fraction(1, 3), 1))[0] == "abs"  # 1/3 is no decimal
        assert resolved(read(["<", "x", "0"]), Interval(Decimal(0), Decimal(1))) == read(["<", "x", "0"])
