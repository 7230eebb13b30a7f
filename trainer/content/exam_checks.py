"""Whether exams can be held as written: what they name is there, and the questions are enough for two forms."""

from collections.abc import Collection, Iterator
from datetime import date

from trainer.content.documents import Document, Route
from trainer.content.exams import Exam, ExamList, Weights
from trainer.content.known import Known, entries
from trainer.content.measure_checks import check_measures
from trainer.content.references import unknown
from trainer.content.validation import quoted
from trainer.learning.blueprint import pool_of, why_not

FORMS = 2
"""A second attempt, or a test before and one after, must not ask the same questions again."""
POOLS = {
    "reserved": "questions reserved for exams",
    "measure": "questions kept for measuring",
    "open": "questions for practice",
}


def check_exams(document: Document, read: object, known: Known) -> None:
    """exams.yaml: what its blueprints name, and whether each can be met. `read` is its value if its shape is right."""
    for route, _ in entries(document, "exams"):
        _check_names(document, (*route, "blueprint"), known)
    exams = read.exams if isinstance(read, ExamList) else ()
    can_be_drawn = [_check_exam(document, ("exams", position), exam, known) for position, exam in enumerate(exams)]
    check_measures(document, exams, known.questions if all(can_be_drawn) else None, known.objectives or {})


def _check_names(document: Document, route: Route, known: Known) -> None:
    _check_kind(document, (*route, "modules"), "module", known.modules)
    _check_kind(document, (*route, "objectives"), "objective", known.objectives)


def _check_kind(document: Document, route: Route, kind: str, offered: Collection[str] | None) -> None:
    named = document.get(*route)
    if not isinstance(named, dict) or offered is None:
        return
    for id in named:
        if id not in offered:
            document.report_key((*route, id), f"unknown-{kind}", unknown(kind, id, offered))


def _check_exam(document: Document, route: Route, exam: Exam, known: Known) -> bool:
    """Report what is wrong with one exam; whether its forms can be drawn."""
    if exam.purpose == "record" and exam.pass_rule is None:
        document.report(route, "missing-field", '"pass" is missing: an exam of record is passed or not.')
    if exam.is_reserved and exam.rested_days:
        message = "`rested_days` is for `pool: open`; nobody meets reserved questions in practice."
        document.report_key((*route, "rested_days"), "not-needed", message)
    if exam.attempts > 1 and (exam.reveal.what == "nothing" or isinstance(exam.reveal.when, date)):
        message = "With several attempts a result cannot be hidden: that no other is open tells that the last passed."
        document.report_key((*route, "attempts"), "hidden-result", message)
    flaws = list(_flaws(exam.blueprint, known))
    for at, message in flaws:
        document.report_key((*route, "blueprint", *at), "weights", message)
    return not flaws and _all_known(exam.blueprint, known) and _check_pool(document, route, exam, known)


def _flaws(weights: Weights, known: Known) -> Iterator[tuple[Route, str]]:
    """What is wrong with weights, each with its place below the blueprint."""
    if not weights.modules and not weights.objectives:
        yield (), "Give weights to modules or to objectives: what is the exam about?"
        return
    for objective in weights.objectives:
        module = (known.objectives or {}).get(objective, "")
        if module in weights.modules or objective in weights.modules:
            message = f"{quoted(objective)} is counted in its module {quoted(module)}; give a weight to one of them."
            yield ("objectives", objective), message
            return
    areas = [*weights.modules.values(), *weights.objectives.values()]
    yield from _uneven(areas, ("modules" if weights.modules else "objectives",))
    yield from _uneven(weights.difficulty.values(), ("difficulty",))
    yield from _unasked(weights)


def _uneven(weights: Collection[float], at: Route) -> Iterator[tuple[Route, str]]:
    """Weights that look like shares (none over 1, some below) but are not shares of one whole."""
    whole = sum(weights)
    if weights and max(weights) <= 1 and min(weights) < 1 and abs(whole - 1) > 1e-6:
        yield at, f"These shares sum to {whole:g}; they must sum to 1. (Other numbers, like 25 and 40, need not.)"


def _unasked(weights: Weights) -> Iterator[tuple[Route, str]]:
    """What has a weight, but so small a one that not one question falls to it."""
    rule = weights.blueprint()
    for area, count in rule.area_counts().items():
        if not count:
            at = ("modules" if area in weights.modules else "objectives", area)
            yield at, f"Of {weights.questions} questions none falls to {quoted(area)}; its weight is too small."
    for level, count in rule.difficulty_counts().items():
        if not count:
            message = f"Of {weights.questions} questions none is of difficulty {level}; its weight is too small."
            yield ("difficulty", str(level)), message


def _all_known(weights: Weights, known: Known) -> bool:
    return known.modules is not None and {*weights.modules, *weights.objectives}.issubset(
        known.modules | set(known.objectives or ())
    )


def _check_pool(document: Document, route: Route, exam: Exam, known: Known) -> bool:
    if known.questions is None:
        return False
    pool = pool_of(question for question in known.questions if question.use == exam.draws_from)
    reasons = why_not(exam.blueprint.blueprint(), pool, FORMS)
    for reason in reasons:
        document.report_key((*route, "blueprint"), "blueprint", f"The {POOLS[exam.pool]} are too few: {reason}")
    return not reasons
