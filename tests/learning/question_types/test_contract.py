"""What every question type promises; run over all types found, and over one more that is added from outside."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from itertools import combinations, product
from math import prod
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup, escape
from pydantic import TypeAdapter

from trainer.learning import question_types as package
from trainer.learning.question_types import question_types
from trainer.learning.question_types.base import Answer, Code, Example, Grade, Question, Unreadable, Verdict
from trainer.learning.showing import Showing, read, read_so_far, show, show_form, show_graded
from trainer.paths import TEMPLATES

SEEDS = st.text(min_size=1, max_size=20)
OPAQUE = re.compile(r"[fv][0-9a-f]{12}")
QUICK = settings(max_examples=40, deadline=None)
ALL_WAYS = 5000
Options = tuple[str | None, ...]
Chosen = tuple[str | None, ...]


# --- what is needed to look at any type -------------------------------------------------------------------------


def examples(kind: str) -> tuple[Example, ...]:
    return question_types()[kind].examples()


def questions(kind: str) -> list[Question]:
    found: list[Question] = []
    for example in examples(kind):
        if example.question not in found:
            found.append(example.question)
    return found


def answered(kind: str) -> list[Example]:
    return [example for example in examples(kind) if example.answer]


def grades_of(question: Question, kind: str) -> list[Grade]:
    return [question.grade(example.answer) for example in examples(kind) if example.question == question]


def with_parts(grade: Grade) -> Iterator[Grade]:
    yield grade
    for part in grade.parts:
        yield from with_parts(part)


def everything_filled(question: Question) -> Answer:
    return {slot.id: slot.choices[0] if slot.choices else "1" for slot in question.form_slots()}


def strings(value: object, named: str = "") -> Iterator[tuple[str, str]]:
    """All strings in a view, each with the name of its attribute."""
    if isinstance(value, str):
        yield named, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name), field.name)
    elif isinstance(value, tuple):
        for each in value:
            yield from strings(each, named)


class FormReader(HTMLParser):
    """What a browser would send for the page as it stands, and what it could send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.offered: dict[str, set[str]] = {}
        self._select = ""
        self._textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "input" and name:
            self._input(name, values)
        elif tag == "select":
            self._select = name
            self.offered.setdefault(name, set())
        elif tag == "option":
            self.offered[self._select].add(values.get("value", ""))
            if "selected" in values:
                self.sent[self._select] = values.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.offered.setdefault(name, set())

    def _input(self, name: str, values: Mapping[str, str]) -> None:
        offered = self.offered.setdefault(name, set())
        if values.get("type") not in {"radio", "checkbox"}:
            self.sent[name] = values.get("value", "")
            return
        offered.add(values["value"])
        if "checked" in values:
            self.sent[name] = values["value"]

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.sent[self._textarea] = self.sent.get(self._textarea, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""


def render(showing: Showing, state: str) -> str:
    """The type's template, without an application around it."""
    folders = [TEMPLATES, *(Path(path) / "templates" for path in package.__path__)]
    pages = Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=ChainableUndefined)
    pages.globals |= {"_": lambda text, **values: text % values if values else text, "url_for": lambda *_, **__: "/"}
    pages.filters |= {"md": as_is, "mdi": as_is, "percent": as_is}
    template = pages.get_template(f"question_types/{showing.view.kind}.html")
    return template.render(showing=showing, state=state, heading="h1")


def as_is(text: object) -> Markup:
    return escape(text)


# --- the promises -----------------------------------------------------------------------------------------------


def it_has_a_name_and_a_rule(kind: str) -> None:
    question_type = question_types()[kind]

    assert question_type.name
    assert question_type.rule.isidentifier()
    assert question_type.rule_in_words.endswith(".")
    assert question_type.__doc__
    assert all(question.kind == kind and question.prompt for question in questions(kind))


def its_examples_cover_right_wrong_and_empty(kind: str) -> None:
    cases = {example.case for example in examples(kind)}

    assert {"right", "wrong", "empty"} <= cases
    for example in examples(kind):
        assert (example.answer == {}) == (example.case == "empty")
        assert (example.score == 1) == (example.case == "right")
        assert (0 < example.score < 1) == (example.case == "partly")


def its_examples_are_free_of_flaws(kind: str) -> None:
    assert [list(question.flaws()) for question in questions(kind)] == [[] for _ in questions(kind)]


def its_examples_get_their_scores(kind: str) -> None:
    for example in examples(kind):
        grade = example.question.grade(example.answer)

        assert grade.score == pytest.approx(example.score)
        assert grade.rule == example.question.rule


def points_say_the_same_as_the_score(kind: str) -> None:
    for question in questions(kind):
        points_agree(question)


def points_agree(question: Question) -> None:
    @QUICK
    @given(answers_to(question))
    def check(answer: Answer) -> None:
        for grade in with_parts(question.grade(answer)):
            if grade.points is not None:
                earned, possible = grade.points
                assert 0 <= earned <= possible
                assert earned / possible == pytest.approx(grade.score)

    check()


def an_empty_answer_scores_nothing(kind: str) -> None:
    for question in questions(kind):
        grade = question.grade({})

        assert grade.score == 0
        assert grade.misconceptions == ()
        for each in with_parts(grade):
            assert not {Verdict.RIGHT, Verdict.WRONG} & {mark.verdict for mark in each.marks if mark.of != "check"}


def a_score_stays_between_0_and_1(kind: str) -> None:
    for question in questions(kind):
        score_between_0_and_1(question)


def score_between_0_and_1(question: Question) -> None:
    @QUICK
    @given(answers_to(question))
    def check(answer: Answer) -> None:
        assert 0 <= question.grade(answer).score <= 1

    check()


def answers_to(question: Question) -> st.SearchStrategy[Answer]:
    choices = {
        slot.id: st.sampled_from(slot.choices) if slot.choices else st.text(max_size=30) | st.integers().map(str)
        for slot in question.form_slots()
    }
    return st.fixed_dictionaries({}, optional=choices)


def grading_does_not_depend_on_the_order_shown(kind: str) -> None:
    @QUICK
    @given(SEEDS)
    def check(seed: str) -> None:
        for example in examples(kind):
            shuffled = example.question.shuffled(Random(seed))
            before, after = example.question.grade(example.answer), shuffled.grade(example.answer)

            assert after.score == before.score
            assert sorted(after.misconceptions) == sorted(before.misconceptions)
            assert {mark.element: mark for mark in after.marks} == {mark.element: mark for mark in before.marks}

    check()


def the_same_seed_gives_the_same_order(kind: str) -> None:
    for question in questions(kind):
        assert question.shuffled(Random("seed")) == question.shuffled(Random("seed"))


def full_marks_are_for_the_key_only(kind: str) -> None:
    """Every other choice, every slot left empty and every typed text beside the key scores less."""
    for example in examples(kind):
        if example.case == "right":
            no_other_choice_is_right(example)
            no_nonsense_is_right(example)


def no_other_choice_is_right(example: Example) -> None:
    slots = [slot for slot in example.question.form_slots() if slot.choices]
    typed = {slot.id: example.answer[slot.id] for slot in example.question.form_slots() if not slot.choices}
    options = [(*(slot.choices or ()), None) for slot in slots]
    for chosen in near_and_far(options, tuple(example.answer.get(slot.id) for slot in slots)):
        picked = {slot.id: choice for slot, choice in zip(slots, chosen, strict=True) if choice is not None}
        is_key = {**typed, **picked} == example.answer
        assert (example.question.grade({**typed, **picked}).score == 1) == is_key
    for slot_id in example.answer:
        less = {id: what for id, what in example.answer.items() if id != slot_id}
        assert example.question.grade(less).score < 1


def near_and_far(options: list[Options], key: Chosen) -> Iterator[Chosen]:
    """All ways to choose; where there are too many, all that differ from the key in up to two places, and many more."""
    if prod(map(len, options)) <= ALL_WAYS:
        yield from product(*options)
        return
    for one, other in combinations(range(len(options)), 2):
        for here, there in product(options[one], options[other]):
            yield tuple({one: here, other: there}.get(n, given) for n, given in enumerate(key))
    rng = Random("far")
    yield from (tuple(rng.choice(way) for way in options) for _ in range(ALL_WAYS))


def no_nonsense_is_right(example: Example) -> None:
    typed = [slot.id for slot in example.question.form_slots() if not slot.choices]

    @QUICK
    @given(st.sampled_from(typed), st.text("qxz #", max_size=20) | st.integers(10**6).map(str))
    def check(slot_id: str, nonsense: str) -> None:
        assert example.question.grade({**example.answer, slot_id: nonsense}).score < 1

    if typed:
        check()


def what_is_written_is_read_again(kind: str) -> None:
    @QUICK
    @given(SEEDS)
    def check(seed: str) -> None:
        for example in answered(kind):
            form = show(example.question, seed, example.answer).given

            assert read(example.question, seed, form) == example.answer

    check()


def an_answer_survives_a_form_that_holds_more(kind: str) -> None:
    for example in answered(kind):
        form = {
            **show(example.question, "seed", example.answer).given,
            "score": "1",
            "csrf_token": "x",
            "certainty": "3",
        }

        assert read(example.question, "seed", form) == example.answer


def an_empty_form_is_not_an_answer(kind: str) -> None:
    for question in questions(kind):
        unread = read(question, "seed", {})

        assert isinstance(unread, Unreadable)
        assert unread.reason == "missing"
        assert unread.in_words
        assert set(unread.fields) <= field_names(question, "seed")


def field_names(question: Question, seed: str) -> set[str]:
    return set(question.write(everything_filled(question), Code(seed)))


def no_form_whatever_makes_reading_fail(kind: str) -> None:
    for question in questions(kind):
        any_form_is_read_or_refused(question)


def any_form_is_read_or_refused(question: Question) -> None:
    known = question.write(everything_filled(question), Code("seed"))
    names = st.sampled_from(sorted(known)) | st.text(max_size=20)
    values = st.sampled_from(sorted(known.values())) | st.text() | st.integers().map(str) | st.just("x" * 2001)

    @QUICK
    @given(st.dictionaries(names, values))
    def check(form: dict[str, str]) -> None:
        answer = read(question, "seed", form)
        if isinstance(answer, Unreadable):
            assert set(answer.fields) <= set(known)
            assert answer.in_words
        else:
            assert 0 <= question.grade(answer).score <= 1
        assert show_form(question, "seed", form).given == form

    check()


def an_unfinished_form_counts_as_far_as_it_goes(kind: str) -> None:
    """What `read` takes is all of it; of the rest, what is there counts and nothing makes it fail."""
    for question in questions(kind):
        whatever_is_there_is_graded(question)


def whatever_is_there_is_graded(question: Question) -> None:
    known = question.write(everything_filled(question), Code("seed"))
    values = st.sampled_from(sorted(known.values())) | st.text() | st.just("x" * 2001)

    @QUICK
    @given(st.dictionaries(st.sampled_from(sorted(known)), values))
    def check(form: dict[str, str]) -> None:
        so_far, whole = read_so_far(question, "seed", form), read(question, "seed", form)
        assert 0 <= question.grade(so_far).score <= 1
        assert isinstance(whole, Unreadable) or so_far == whole
        if so_far and isinstance(again := read(question, "seed", show(question, "seed", so_far).given), Unreadable):
            assert again.reason == "missing"

    check()


def a_choice_of_another_showing_is_refused(kind: str) -> None:
    for example in answered(kind):
        slots = {slot.id for slot in example.question.form_slots() if slot.choices}
        names = example.question.write(example.answer, Code("this"))
        other = {**example.question.write(example.answer, Code("other"))}
        crossed = dict(zip(names, other.values(), strict=True))
        unread = read(example.question, "this", crossed)

        if slots:
            assert isinstance(unread, Unreadable)


def it_comes_back_from_json_as_it_was(kind: str) -> None:
    adapter = TypeAdapter(question_types()[kind])
    for question in questions(kind):
        text = adapter.dump_json(question, exclude_defaults=True)

        assert adapter.validate_json(text) == question
        assert adapter.dump_json(adapter.validate_json(text), exclude_defaults=True) == text


def it_describes_itself_as_a_json_schema(kind: str) -> None:
    schema = TypeAdapter(question_types()[kind]).json_schema()

    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False


def its_view_holds_nothing_of_the_key(kind: str) -> None:
    for question in questions(kind):
        shown = set(strings(show(question, "seed").view))
        hidden = {text for grade in grades_of(question, kind) for each in with_parts(grade) for text in secrets(each)}

        assert not [text for text in hidden if any(text in part for _, part in shown)]
        assert all(OPAQUE.fullmatch(text) for named, text in shown if named in {"name", "value", "field"})


def secrets(grade: Grade) -> Iterator[str]:
    yield from (mark.why for mark in grade.marks if mark.why)
    yield from grade.misconceptions
    if grade.comment:
        yield grade.comment


def its_names_differ_from_showing_to_showing(kind: str) -> None:
    for question in questions(kind):
        filled = everything_filled(question)
        one, other = question.write(filled, Code("one")), question.write(filled, Code("other"))

        assert not set(one) & set(other)


def every_element_has_a_mark_a_template_can_find(kind: str) -> None:
    for example in examples(kind):
        grade = example.question.grade(example.answer)
        showing = show_graded(example.question, "seed", example.answer, grade)
        marks = [mark for each in with_parts(grade) for mark in each.marks]

        assert len(showing.marks) == len(marks)
        assert {mark.why for mark in showing.marks.values()} == {mark.why for mark in marks}
        assert showing.grade is grade
        assert len(showing.parts) == len(grade.parts)


def its_template_asks_for_what_is_read(kind: str) -> None:
    for question in questions(kind):
        page = FormReader(render(show(question, "seed"), "ask"))

        assert set(page.offered) == field_names(question, "seed")
    for example in answered(kind):
        form = example.question.write(example.answer, Code("seed"))
        page = FormReader(render(show(example.question, "seed"), "ask"))
        assert all(value in page.offered[name] for name, value in form.items() if page.offered[name])


def its_template_shows_what_was_filled_in(kind: str) -> None:
    for example in answered(kind):
        page = FormReader(render(show(example.question, "seed", example.answer), "ask"))

        assert read(example.question, "seed", page.sent) == example.answer


def its_template_gives_nothing_away_before_the_answer(kind: str) -> None:
    for question in questions(kind):
        html = render(show(question, "seed"), "ask") + render(show(question, "seed"), "print")
        hidden = {text for grade in grades_of(question, kind) for each in with_parts(grade) for text in secrets(each)}

        assert not [text for text in hidden if str(escape(text)) in html]


def its_template_says_why_after_the_answer(kind: str) -> None:
    for example in examples(kind):
        grade = example.question.grade(example.answer)
        html = render(show_graded(example.question, "seed", example.answer, grade), "graded")

        assert not FormReader(html).offered
        for each in with_parts(grade):
            for mark in each.marks:
                assert str(escape(mark.why)) in html


def its_template_prints_boxes_not_fields(kind: str) -> None:
    for question in questions(kind):
        assert not FormReader(render(show(question, "seed"), "print")).offered


def its_template_lets_no_markup_through(kind: str) -> None:
    for example in answered(kind):
        typed = [slot.id for slot in example.question.form_slots() if not slot.choices]
        if typed:
            form = example.question.write({typed[0]: '"><script>alert(1)</script>'}, Code("seed"))
            html = render(show_form(example.question, "seed", form), "ask")
            assert "<script" not in html


PROMISES: list[Callable[[str], None]] = [
    it_has_a_name_and_a_rule,
    its_examples_cover_right_wrong_and_empty,
    its_examples_are_free_of_flaws,
    its_examples_get_their_scores,
    points_say_the_same_as_the_score,
    an_empty_answer_scores_nothing,
    a_score_stays_between_0_and_1,
    grading_does_not_depend_on_the_order_shown,
    the_same_seed_gives_the_same_order,
    full_marks_are_for_the_key_only,
    what_is_written_is_read_again,
    an_answer_survives_a_form_that_holds_more,
    an_empty_form_is_not_an_answer,
    no_form_whatever_makes_reading_fail,
    an_unfinished_form_counts_as_far_as_it_goes,
    a_choice_of_another_showing_is_refused,
    it_comes_back_from_json_as_it_was,
    it_describes_itself_as_a_json_schema,
    its_view_holds_nothing_of_the_key,
    its_names_differ_from_showing_to_showing,
    every_element_has_a_mark_a_template_can_find,
    its_template_asks_for_what_is_read,
    its_template_shows_what_was_filled_in,
    its_template_gives_nothing_away_before_the_answer,
    its_template_says_why_after_the_answer,
    its_template_prints_boxes_not_fields,
    its_template_lets_no_markup_through,
]

TWELVE = {
    "single_choice",
    "multiple_response",
    "true_false_reason",
    "matching",
    "ordering",
    "categorise",
    "numeric",
    "short_text",
    "cloze",
    "hotspot",
    "label_diagram",
    "scenario",
}


def test_question_types_are_found_by_the_names_of_their_modules() -> None:
    assert set(question_types()) >= TWELVE


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("kind", sorted(question_types()))
def test_every_question_type_keeps_its_promises(kind: str, promise: Callable[[str], None]) -> None:
    promise(kind)


# --- one more type, added without touching a file ---------------------------------------------------------------

THIRTEENTH = '''
    """Is it heads or tails?"""

    from collections.abc import Iterator
    from dataclasses import dataclass
    from random import Random
    from typing import ClassVar, Literal, Self

    from trainer.learning.question_types.base import (
        Answer, Choice, Code, Example, Flaw, Grade, Mark, Slot, Stemmed, View
    )
    from trainer.learning.question_types.pieces import verdict_on_slot

    @dataclass(frozen=True, kw_only=True)
    class CoinView(View):
        """Two radio buttons."""

        field: str
        choices: tuple[Choice, ...]

    @dataclass(frozen=True, kw_only=True)
    class Coin(Stemmed):
        """One of two sides."""

        name: ClassVar[str] = "A coin"
        rule: ClassVar[str] = "one_side"
        rule_in_words: ClassVar[str] = "One side is right."

        side: Literal["heads", "tails"]
        feedback: str

        def flaws(self) -> Iterator[Flaw]:
            yield from ()

        def form_slots(self) -> tuple[Slot, ...]:
            return (Slot("side", ("heads", "tails")),)

        def shuffled(self, rng: Random) -> Self:
            return self

        def view(self, code: Code) -> CoinView:
            choices = (Choice(code.value("heads"), "Heads up"), Choice(code.value("tails"), "Tails up"))
            return CoinView(kind=self.kind, stem=self.stem, field=code.field("side"), choices=choices)

        def grade(self, answer: Answer) -> Grade:
            given = answer.get("side", "")
            mark = Mark("side", verdict_on_slot(given, self.side), self.feedback, given, self.side)
            return Grade(float(given == self.side), self.rule, (mark,))

        @classmethod
        def examples(cls) -> tuple[Example, ...]:
            question = cls(stem="Which side shows the king?", side="heads", feedback="Kings have heads.")
            return (
                Example("right", question, {"side": "heads"}, 1.0),
                Example("wrong", question, {"side": "tails"}, 0.0),
                Example("empty", question, {}, 0.0),
            )

    QUESTION_TYPE = Coin
'''

THIRTEENTH_TEMPLATE = """
    {%- for choice in showing.view.choices %}
    {%- if state == "ask" %}
    <input type="radio" name="{{ showing.view.field }}" value="{{ choice.value }}"
     {%- if showing.given.get(showing.view.field) == choice.value %} checked{% endif %}>
    {%- endif %} {{ choice.text|mdi }}
    {%- endfor %}
    {%- if state == "graded" %}{{ showing.marks[showing.view.field].why|mdi }}{% endif %}
"""


THIRTEENTH_TEST = """
    from trainer.learning.question_types import question_types

    def test_penny_has_two_sides() -> None:
        question = question_types()["penny"].examples()[0].question
        assert question.form_slots()[0].choices == ("heads", "tails")
"""

THIRTEENTH_FILES = {
    "trainer/learning/question_types/penny.py": THIRTEENTH,
    "templates/question_types/penny.html": THIRTEENTH_TEMPLATE,
    "tests/learning/question_types/test_penny.py": THIRTEENTH_TEST,
}


@pytest.fixture
def thirteenth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A type in a folder of its own, found while the test runs."""
    (tmp_path / "coin.py").write_text(dedent(THIRTEENTH).lstrip(), "utf-8")
    (tmp_path / "templates/question_types").mkdir(parents=True)
    (tmp_path / "templates/question_types/coin.html").write_text(dedent(THIRTEENTH_TEMPLATE), "utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    question_types.cache_clear()
    yield "coin"
    monkeypatch.undo()
    # The classes of parts stay: questions read before this test are made of them.
    question_types.cache_clear()


def test_question_types_a_thirteenth_is_a_file_more_and_keeps_the_same_promises(thirteenth: str) -> None:
    assert thirteenth in question_types()
    for promise in PROMISES:
        promise(thirteenth)


def test_question_types_a_thirteenth_touches_no_existing_file(tmp_path: Path) -> None:
    """The way of an author of a type: one new file in each of three folders of a whole tree, whose own tests pass."""
    house = Path(__file__).parents[3]
    for name in ("trainer", "templates", "tests"):
        shutil.copytree(house / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    shutil.copy(house / "pyproject.toml", tmp_path)
    for name, text in THIRTEENTH_FILES.items():
        assert not (tmp_path / name).exists()
        (tmp_path / name).write_text(dedent(text).lstrip(), "utf-8")
    tests = ["tests/learning/question_types/test_contract.py", "tests/learning/question_types/test_penny.py"]
    command = [sys.executable, "-m", "pytest", "-n0", "-v", "-p", "no:cacheprovider", "-k", "penny or found_by", *tests]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = [line for line in done.stdout.splitlines() if "keeps_its_promises[penny-" in line and "PASSED" in line]
    assert len(kept) == len(PROMISES)
    assert f"{len(PROMISES) + 2} passed" in done.stdout


def test_question_types_a_thirteenth_can_be_part_of_a_scenario(thirteenth: str) -> None:
    scenario = TypeAdapter(question_types()["scenario"]).validate_python(
        {
            "title": "Two coins",
            "vignette": "They fall.",
            "parts": [
                {"id": id, "type": thirteenth, "stem": "Which side?", "side": "tails", "feedback": "Tails.",
                 "rationale": "Look.", "sources": [{"ref": "F001"}]}
                for id in ("p1", "p2")
            ],
        },
        strict=False,
    )  # fmt: skip

    assert list(scenario.flaws()) == []
    assert scenario.grade({"p1/side": "tails", "p2/side": "heads"}).score == 0.5
