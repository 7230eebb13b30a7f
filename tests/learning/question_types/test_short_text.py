"""A sentence to write."""

import time
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.learning.question_types.base import Code, Unreadable, Verdict
from trainer.learning.question_types.short_text import Check, Limits, Marking, ShortText

CODE = Code("seed")
AT = ("marking", "auto_checks")
MODEL = "Our Leeds depot is certified."


def a_check(
    id: str, must: str = "", must_not: str = "", points: int = 1, miss: str = "Do better.", **more: str
) -> Check:
    return Check(id=id, points=points, miss=miss, must_match=must, must_not_match=must_not, **more)


CHECKS = (
    a_check("k1", "(?i)certified", points=2),
    a_check("k2", "Leeds", points=2, hit="You name the place."),
    a_check("k3", must_not="(?i)accredited", allow="(?i)not accredited", misconception="accredited-firm"),
)


def a_question(*checks: Check, **changes: object) -> ShortText:
    marking = Marking(auto_checks=checks or CHECKS, self_check="Is it true?")
    return replace(ShortText(stem="Write.", marking=marking, model_answers=(MODEL,)), **changes)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        (MODEL, 1.0),
        ("We are certified.", 0.5),
        ("We are accredited and certified.", 0.25),
        ("In Leeds we are certified, not accredited.", 1.0),
        ("In Leeds we are certified, not accredited, but accredited.", 0.75),
        ("In Leeds.", 0.5),
        ("We are not what you think.", 0.0),
        ("We are accredited.", 0.0),
        ("", 0.0),
        ("   ", 0.0),
    ],
)
def test_short_text_earns_what_it_must_say_and_loses_what_it_must_not(text: str, score: float) -> None:
    grade = a_question().grade({"text": text})

    assert grade.score == score
    assert grade.points == (score * 4, 4)


def test_short_text_saying_nothing_wrong_earns_nothing() -> None:
    marks = a_question().grade({"text": "Hello."}).marks

    assert [mark.verdict for mark in marks if mark.of == "check"] == [Verdict.MISSED, Verdict.MISSED, Verdict.LEFT]


def test_short_text_that_says_what_it_must_not_shows_the_misconception() -> None:
    assert a_question().grade({"text": "Leeds is accredited."}).misconceptions == ("accredited-firm",)
    assert a_question().grade({"text": "Leeds is not accredited."}).misconceptions == ()
    assert a_question(CHECKS[0], a_check("k3", must_not="x")).grade({"text": "x"}).misconceptions == ()


def test_short_text_says_of_each_check_what_was_done_or_what_to_do() -> None:
    def said(text: str) -> list[tuple[Verdict, str]]:
        return [(mark.verdict, mark.why) for mark in a_question().grade({"text": text}).marks if mark.of == "check"]

    assert said("We in Leeds.") == [
        (Verdict.MISSED, "Do better."),
        (Verdict.RIGHT, "You name the place."),
        (Verdict.LEFT, ""),
    ]
    assert said("Accredited.")[2] == (Verdict.WRONG, "Do better.")


def test_short_text_what_is_allowed_is_cut_out_without_joining_what_stands_around_it() -> None:
    question = a_question(CHECKS[0], a_check("k3", must_not="no good", allow="(?i)bad "))

    assert question.grade({"text": "Certified, no bad good."}).score == 1.0


def test_short_text_tells_each_check_the_model_and_the_question_to_oneself() -> None:
    grade = a_question(model_answers=(MODEL, "Certified is our Leeds depot.")).grade({"text": "We are certified."})
    text, *checks = grade.marks

    assert (text.element, text.verdict, text.given) == ("text", Verdict.WRONG, "We are certified.")
    assert text.expected == MODEL
    assert [mark.element for mark in checks] == ["k1", "k2", "k3"]
    assert grade.comment == "Is it true?"


@pytest.mark.parametrize("text", ["by Norvia’s", "by  Norvia's", "by\u00a0Norvia's", "non‑stop by Norvia's"])
def test_short_text_takes_quotes_and_spaces_as_phones_type_them(text: str) -> None:
    question = a_question(a_check("k1", r"by Norvia's$"))

    assert question.grade({"text": text}).score == 1.0


def test_short_text_also_matches_what_was_really_typed() -> None:
    assert a_question(a_check("k1", "–")).grade({"text": "2025 – 2026"}).score == 1.0
    assert a_question(a_check("k1", "‑")).grade({"text": "non‑stop"}).score == 1.0


def test_short_text_too_many_words_cannot_be_read() -> None:
    question = a_question(limits=Limits(max_words=3))

    assert question.read({CODE.field("text"): "one two three"}, CODE) == {"text": "one two three"}
    assert question.read({CODE.field("text"): "one two three four"}, CODE) == Unreadable(
        "too_long", (CODE.field("text"),)
    )
    assert question.view(CODE).max_words == 3


def test_short_text_patterns_cannot_hang() -> None:
    question = a_question(a_check("k1", r"(a+)+(a+)+(a+)+$"))
    started = time.perf_counter()
    question.grade({"text": "a" * 1999 + "!"})

    assert time.perf_counter() - started < 5


def test_short_text_has_nothing_to_shuffle() -> None:
    assert a_question().shuffled(Random(1)) == a_question()


@pytest.mark.parametrize(
    ("question", "at", "code"),
    [
        (a_question(a_check("k1")), ("marking", "auto_checks", 0), "one-pattern"),
        (a_question(a_check("k1", "a", "b")), ("marking", "auto_checks", 0), "one-pattern"),
        (a_question(a_check("k1", "(a")), ("marking", "auto_checks", 0, "must_match"), "bad-pattern"),
        (a_question(a_check("k1", r"(?<=a)b")), ("marking", "auto_checks", 0, "must_match"), "bad-pattern"),
        (a_question(a_check("k1", r"(a)\1")), ("marking", "auto_checks", 0, "must_match"), "bad-pattern"),
        (a_question(a_check("k1", "((a{99}){99}){9}")), ("marking", "auto_checks", 0, "must_match"), "bad-pattern"),
        (a_question(a_check("k1", "a" * 501)), ("marking", "auto_checks", 0, "must_match"), "bad-pattern"),
        (a_question(CHECKS[0], a_check("k4", "", "[")), ("marking", "auto_checks", 1, "must_not_match"), "bad-pattern"),
        (a_question(CHECKS[0], a_check("k4", "", "a", allow="(")), (*AT, 1, "allow"), "bad-pattern"),
        (a_question(a_check("k1", "a", allow="b")), (*AT, 0, "allow"), "only-must-not"),
        (a_question(a_check("k1", "a", misconception="b")), (*AT, 0, "misconception"), "only-must-not"),
        (a_question(a_check("k1", "a", points=0)), ("marking", "auto_checks", 0, "points"), "points"),
        (a_question(a_check("k1", "a", miss="")), ("marking", "auto_checks", 0, "miss"), "empty-text"),
        (a_question(CHECKS[0], CHECKS[0]), ("marking", "auto_checks", 1, "id"), "duplicate-id"),
        (a_question(CHECKS[2]), ("marking", "auto_checks"), "no-must-match"),
        (a_question(model_answers=()), ("model_answers",), "count"),
        (a_question(model_answers=("We are accredited.",)), ("model_answers", 0), "model-fails"),
        (a_question(limits=Limits(max_words=2)), ("model_answers", 0), "model-too-long"),
        (a_question(limits=Limits(max_words=0)), ("limits", "max_words"), "limit"),
        (a_question(bad_answers=("Bad.", MODEL)), ("bad_answers", 1), "bad-passes"),
        (a_question(bad_answers=("Accredited is our certified Leeds depot.",)), ("bad_answers", 0), "bad-passes"),
    ],
)  # fmt: skip
def test_short_text_flaw_is_found_at_its_place(question: ShortText, at: tuple[str | int], code: str) -> None:
    assert (at, code) in [(flaw.at, flaw.code) for flaw in question.flaws()]


def test_short_text_bad_answer_may_get_half_of_the_points() -> None:
    assert list(a_question(bad_answers=("In Leeds.", "We are certified.")).flaws()) == []


def test_short_text_bad_pattern_is_explained(capfd: pytest.CaptureFixture[str]) -> None:
    flaw = next(flaw for flaw in a_question(a_check("k1", "(a")).flaws() if flaw.code == "bad-pattern")

    assert "missing )" in flaw.message
    assert capfd.readouterr() == ("", "")


@given(st.lists(st.sampled_from(["Certified", "certified", "Leeds", "leeds", "accredited", "is", "depot", "."])))
def test_short_text_gets_full_marks_for_all_it_must_say_and_nothing_it_must_not(words: list[str]) -> None:
    text = " ".join(words)
    said = "certified" in text.lower() and "Leeds" in text
    assert (a_question().grade({"text": text}).score == 1) == (said and "accredited" not in text)
