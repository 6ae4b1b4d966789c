"""Assumptions: yes, no or unknown, always with a reason; and assumptions that lie."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from symgrad.claims import Answer, Assumption, Holding, first_failure, no, unknown, yes


def parity(number: int | None) -> Holding:
    if number is None:
        return unknown("the number is not known")
    return yes(f"{number} is even") if number % 2 == 0 else no(f"{number} is odd")


EVEN = Assumption("even", "the number is even", r"2 \mid n", parity)
SMALL = Assumption("small", "the number is below ten", "n < 10", lambda n: yes(f"{n} < 10") if n < 10 else no(f"{n}"))


@pytest.mark.parametrize(
    ("subject", "answer", "reason"),
    [(4, Answer.YES, "4 is even"), (3, Answer.NO, "3 is odd"), (None, Answer.UNKNOWN, "the number is not known")],
)
def test_an_assumption_answers_with_its_reason(subject: int | None, answer: Answer, reason: str) -> None:
    assert EVEN.holds(subject) == Holding(answer, reason)


def test_only_a_certain_yes_counts() -> None:
    assert [bool(answer("because")) for answer in (yes, no, unknown)] == [True, False, False]


@pytest.mark.parametrize("answer", [yes, no, unknown])
@pytest.mark.parametrize("reason", ["", "  "])
def test_an_answer_without_a_reason_is_refused(answer: object, reason: str) -> None:
    with pytest.raises(ValueError, match="needs its reason"):
        answer(reason)  # type: ignore[operator]


@pytest.mark.parametrize("lie", [True, False, None, "yes", Answer.YES])
def test_a_check_that_does_not_answer_is_found_out(lie: object) -> None:
    """A bare True would pass for a yes, and a bare False would have no reason to show."""
    liar = replace(EVEN, check=lambda _: lie)
    with pytest.raises(TypeError, match=r"the check of 'even' returned .*; return yes\(...\), no\(...\) or unknown"):
        liar.holds(2)
    with pytest.raises(TypeError, match="'even'"):
        first_failure((liar,), 2)


def test_the_first_failure_is_told_and_the_rest_not_asked() -> None:
    def never(_: int) -> Holding:
        raise AssertionError("asked")

    failed = first_failure((SMALL, EVEN, replace(SMALL, check=never)), 3)
    assert failed == (EVEN, no("3 is odd"))
    assert first_failure((SMALL, EVEN), 4) is None
    assert first_failure((), 3) is None


def test_what_is_unknown_fails_too() -> None:
    failed = first_failure((EVEN,), None)
    assert failed is not None
    assert failed[1].answer is Answer.UNKNOWN


def test_an_assumption_is_frozen_and_known_by_its_name() -> None:
    with pytest.raises(FrozenInstanceError):
        EVEN.name = "odd"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        parity(2).reason = ""  # type: ignore[misc]
    assert replace(EVEN, check=lambda _: no("never")) == EVEN
    assert hash(replace(EVEN, check=lambda _: no("never"))) == hash(EVEN)
