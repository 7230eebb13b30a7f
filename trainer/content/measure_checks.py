"""Whether tests that place learners and measure what the course brings can be held as written, all of them together."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from trainer.content.documents import Document, Route
from trainer.content.exams import OPEN_DAYS, RENEWAL_DAYS, Exam
from trainer.content.known import KnownQuestion
from trainer.content.validation import quoted
from trainer.learning.blueprint import Blueprint, Cell
from trainer.learning.placement import LEAST_QUESTIONS

BEFORE_AND_AFTER = 2
"""Forms of a test that is taken before the course and after it."""

Flaw = tuple[str, str, str]
"""The field it is about, the code, the message."""


def check_measures(
    document: Document,
    exams: Sequence[Exam],
    questions: Sequence[KnownQuestion] | None,
    objectives: Mapping[str, str],
) -> None:
    """Report what is wrong with the exams that are not of record. `questions` is None where their number says nothing,
    since a bank cannot be read or a form not be drawn; `objectives` are the modules of the course's, by their ids."""
    for position, exam in enumerate(exams):
        for field, code, message in () if exam.purpose == "record" else _flaws(exam):
            document.report_key(("exams", position, field), code, message)
    _check_one_of_each(document, exams)
    entry, delayed = _first(exams, lambda exam: exam.purpose == "pre_post"), _first(exams, _is_delayed)
    if entry and delayed and entry[1].pool == delayed[1].pool and questions is not None:
        pool = [question for question in questions if question.use == delayed[1].draws_from]
        for message in _too_few(entry[1], delayed[1], pool):
            document.report_key((*delayed[0], "blueprint"), "blueprint", message)
    places = _first(exams, lambda exam: exam.is_entry)
    if places and questions is not None:
        for message in _never_opened(places[1], objectives):
            document.report_key((*places[0], "blueprint"), "never-opens", message, "warning")


def _flaws(exam: Exam) -> Iterator[Flaw]:
    for field in (field for field, is_written in _only_of_record(exam).items() if is_written):
        yield field, "not-needed", f"`{field}` is for exams of record; this one is taken once on each occasion."
    if exam.measures and exam.pass_rule is None:
        yield "purpose", "missing-field", '"pass" is missing: say before the course what is aimed at.'
    if exam.pass_rule and exam.pass_rule.module_floor is not None:
        yield "pass", "not-needed", "`module_floor` is for exams of record; what is measured has one aim, `overall`."
    if exam.is_entry and not exam.certainty:
        message = '"certainty: true" is missing: an entry test opens a module only where nobody guessed.'
        yield "purpose", "missing-field", message
    yield from _flaws_of_telling(exam)
    yield from _flaws_of_delay(exam)


def _flaws_of_telling(exam: Exam) -> Iterator[Flaw]:
    if exam.reveal.when != "now" or exam.reveal.what == "nothing":
        message = "A test that places or measures is told at once: `when: now`, and at least the score."
        yield "reveal", "not-told", message
    if exam.reveal.what == "all" and exam.pool == "reserved":
        message = "`what: all` gives away questions of assessments: take `pool: measure`, or show `marks`."
        yield "reveal", "gives-away", message


def _only_of_record(exam: Exam) -> Mapping[str, bool]:
    return {
        "attempts": exam.attempts != 1,
        "wait_hours": exam.wait_hours != 0,
        "validity_months": exam.validity_months is not None,
        "renewal_days": exam.renewal_days != RENEWAL_DAYS,
    }


def _flaws_of_delay(exam: Exam) -> Iterator[Flaw]:
    if exam.purpose != "delayed":
        if exam.days:
            yield "days", "not-needed", "`days` is for `purpose: delayed`."
        if exam.open_days != OPEN_DAYS:
            yield "open_days", "not-needed", "`open_days` is for `purpose: delayed`."
        return
    if exam.blueprint.difficulty:
        message = "A delayed check has no mix of difficulties: give the questions of an objective the same instead."
        yield "blueprint", "not-needed", message
    if not exam.days:
        yield "purpose", "missing-field", '"days" is missing: how many days after the course, like `days: [30, 90]`.'
    for earlier, later in zip(exam.days, exam.days[1:], strict=False):
        if later < earlier + exam.open_days:
            message = f"The check of day {earlier} is open until day {earlier + exam.open_days}; day {later} is before."
            yield "days", "overlap", message


def _check_one_of_each(document: Document, exams: Sequence[Exam]) -> None:
    for what, is_one in (("is asked before the course", lambda exam: exam.is_entry), ("is delayed", _is_delayed)):
        found = [(position, exam) for position, exam in enumerate(exams) if is_one(exam)]
        for position, exam in found[1:]:
            message = f"{quoted(found[0][1].id)} {what} too; a course has one such test."
            document.report_key(("exams", position, "purpose"), "twice", f"{quoted(exam.id)} cannot be: {message}")
    delayed = _first(exams, _is_delayed)
    if delayed and not any(exam.purpose == "pre_post" for exam in exams):
        message = "There is no `purpose: pre_post` that it would come after: delayed checks are compared with it."
        document.report_key((*delayed[0], "purpose"), "nothing-before", message)


def _is_delayed(exam: Exam) -> bool:
    return exam.purpose == "delayed"


def _first(exams: Sequence[Exam], wanted: Callable[[Exam], bool]) -> tuple[Route, Exam] | None:
    return next(((("exams", position), exam) for position, exam in enumerate(exams) if wanted(exam)), None)


def _never_opened(entry: Exam, objectives: Mapping[str, str]) -> Iterator[str]:
    """Modules that an entry test asks about, but too little to open them whatever somebody answers."""
    counts = entry.blueprint.blueprint().area_counts()
    for module in sorted({objectives.get(area, area) for area in counts}):
        own = [id for id, of in objectives.items() if of == module]
        apart = [counts[id] for id in own if id in counts]
        asked = sum(apart) + counts.get(module, 0)
        met = len(apart) + min(counts.get(module, 0), len(own) - len(apart))
        if asked < LEAST_QUESTIONS or met < len(own):
            yield (
                f"{module} can never be opened by this test, which has {asked} of its questions, on {met} of its "
                f"{len(own)} objectives. It takes one on each, and {LEAST_QUESTIONS} at least."
            )


def _too_few(entry: Exam, delayed: Exam, pool: Sequence[KnownQuestion]) -> Iterator[str]:
    """Areas in which the delayed checks would have to ask again what was asked before or after the course."""
    taken, wanted = entry.blueprint.blueprint(), delayed.blueprint.blueprint()
    for area, need in wanted.area_counts().items():
        inside = [
            q for q in pool if (slot := wanted.slot_of(Cell(q.module, q.objective, q.difficulty))) and slot.area == area
        ]
        gone = _taken(taken, area, inside)
        checks = len(delayed.days)
        if len(inside) - gone < need * checks:
            yield (
                f"The questions are too few to measure with: {area} needs {need * checks} for {checks} checks beside "
                f"{gone} for before and after, {need * checks + gone} in all; there are {len(inside)}."
            )


def _taken(blueprint: Blueprint, area: str, inside: Sequence[KnownQuestion]) -> int:
    """The most that forms before and after can take of the questions inside an area of the delayed checks."""
    counts = blueprint.area_counts()
    sizes: dict[str, int] = {}
    for question in inside:
        slot = blueprint.slot_of(Cell(question.module, question.objective, question.difficulty))
        if slot:
            sizes[slot.area] = sizes.get(slot.area, 0) + 1
    return sum(min(size, BEFORE_AND_AFTER * counts[of]) for of, size in sizes.items())
