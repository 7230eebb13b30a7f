"""Whether what authors refer to is there: objectives, lessons, sources, figures, terms, values, items and so on."""

import re
from collections.abc import Callable, Iterable, Iterator

from trainer.content.documents import Document, Plain, Route
from trainer.content.known import Known, entries, texts
from trainer.content.lesson_files import LessonFile
from trainer.content.markdown.reading import At, Mention, read_markdown
from trainer.content.validation import nearest, quoted

Report = Callable[[At, str, str], None]

_MARKDOWN = frozenset(
    [
        "stem",
        "statement",
        "title",
        "situation",
        "text",
        "feedback",
        "feedback_true",
        "feedback_false",
        "rationale",
        "hints",
        "vignette",
        "note",
        "label",
        "miss",
        "self_check",
        "worked_solution",
        "distractor_feedback",
        "rows",
        "why",
    ]
)
_MARKED = re.compile(r"\]\(|\{\{|:::|\[\^|^#|<[a-zA-Z/!]", re.MULTILINE)
"""What a text must have to be worth reading as Markdown: references and mistakes."""


def check_lesson(file: LessonFile, known: Known) -> None:
    """The objectives of a lesson and everything its Markdown mentions."""
    document = file.document
    for position, _ in enumerate(texts(document.get("objectives"))):
        _check(document, ("objectives", position), "objective", known.objectives)
    for mention in file.reading.mentions:
        _check_mention(mention, known, file.report)


def check_items(document: Document, known: Known) -> None:
    """Everything that the items of a bank refer to."""
    for route, entry in entries(document, "items"):
        _check_envelope(document, route, entry, known)
        for inner, value in _leaves(entry):
            if isinstance(value, str):
                _check_leaf(document, (*route, *inner), value, known)


def check_course(document: Document, known: Known, files: set[str]) -> None:
    """The lessons that modules and tracks name; `files` are the ids of the lesson files found."""
    for route, module in entries(document, "modules"):
        for position, lesson in enumerate(texts(module.get("lessons"))):
            if lesson not in files:
                message = f"There is no lesson file with the id {quoted(lesson)}{nearest(lesson, files)}"
                document.report((*route, "lessons", position), "unknown-lesson", message)
    for route, track in entries(document, "tracks"):
        for position, _ in enumerate(texts(track.get("modules"))):
            _check(document, (*route, "modules", position), "module", known.modules)
        for position, _ in enumerate(texts(track.get("lessons"))):
            _check(document, (*route, "lessons", position), "lesson", known.lessons)


def check_status(document: Document, known: Known) -> None:
    """The sources that the entries of status.yaml name."""
    for route, entry in entries(document, "entries"):
        for position, _ in enumerate(texts(entry.get("refs"))):
            _check(document, (*route, "refs", position), "source", known.sources)


def unknown(kind: str, id: str, offered: Iterable[str]) -> str:
    """The message where something is named that is not there."""
    return f"There is no {kind} {quoted(id)}{nearest(id, offered)}"


def _check_envelope(document: Document, route: Route, entry: dict[str, Plain], known: Known) -> None:
    objective, module, lesson = (entry.get(name) for name in ("objective", "module", "lesson"))
    if isinstance(objective, str):
        _check(document, (*route, "objective"), "objective", known.objectives)
    if isinstance(lesson, str):
        _check(document, (*route, "lesson"), "lesson", known.lessons)
    its_module = (known.objectives or {}).get(str(objective))
    if isinstance(module, str) and its_module and its_module != module:
        message = f"The objective {quoted(objective)} belongs to {quoted(its_module)}, not to {quoted(module)}."
        document.report((*route, "module"), "wrong-module", message)


def _check_leaf(document: Document, route: Route, value: str, known: Known) -> None:
    key = route[-1]
    if key == "misconception":
        _check(document, route, "misconception", known.misconceptions)
    elif key == "ref" and "sources" in route:
        _check(document, route, "source", known.sources)
    elif key == "asset" or (key == "file" and route[-2] == "asset"):
        _check(document, route, "figure", known.figures)
        _check_viewbox(document, route[:-1], value, known)
    elif not _MARKDOWN.isdisjoint(step for step in route if isinstance(step, str)) and _MARKED.search(value):
        _check_text(document, route, value, known)


def _check_viewbox(document: Document, route: Route, name: str, known: Known) -> None:
    given = document.get(*route, "viewbox")
    actual = known.viewboxes.get(name)
    if actual and isinstance(given, list) and given != list(actual):
        box = ", ".join(f"{number:g}" for number in actual)
        document.report((*route, "viewbox"), "viewbox", f"The viewBox of {name} is [{box}].")


def _check_text(document: Document, route: Route, text: str, known: Known) -> None:
    def report(at: At, code: str, message: str) -> None:
        document.report_in_text(route, at, code, message)

    reading = read_markdown(text)
    for remark in reading.remarks:
        report(remark.at, remark.code, remark.message)
    for mention in reading.mentions:
        if mention.kind == "source":
            report(mention.at, "note-here", "Source notes belong in lessons; an item lists its sources in `sources`.")
        elif mention.kind in {"term", "lesson", "status"}:
            _check_mention(mention, known, report)
    for token in reading.tokens:
        if token.type in {"directive_open", "heading_open"}:
            what = "Blocks (`:::`)" if token.type == "directive_open" else "Headings"
            report(((token.map or [0])[0], 0), "block-here", f"{what} belong in lessons, not in questions.")


def _check_mention(mention: Mention, known: Known, report: Report) -> None:
    ids: dict[str, Iterable[str] | None] = {
        "term": known.terms,
        "lesson": known.lessons,
        "source": known.sources,
        "figure": known.figures,
        "question": known.items,
    }
    if mention.kind == "status":
        _check_status(mention, known, report)
    elif mention.kind == "question" and mention.target in known.reserved:
        message = f"The question {quoted(mention.target)} is reserved for exams; a lesson would give it away."
        report(mention.at, "reserved-question", message)
    elif (offered := ids[mention.kind]) is not None and mention.target not in offered:
        report(mention.at, f"unknown-{mention.kind}", unknown(mention.kind, mention.target, offered))


def _check_status(mention: Mention, known: Known, report: Report) -> None:
    id, _, key = mention.target.partition(".")
    if known.status is None:
        return
    if id not in known.status:
        report(mention.at, "unknown-status", unknown("entry of status.yaml", id, known.status))
    elif key not in known.status[id]:
        report(mention.at, "unknown-status", unknown(f"value of {id}", key, known.status[id]))


def _check(document: Document, route: Route, kind: str, offered: Iterable[str] | None) -> None:
    id = str(document.get(*route))
    if offered is not None and id not in offered:
        document.report(route, f"unknown-{kind}", unknown(kind, id, offered))


def _leaves(value: Plain) -> Iterator[tuple[Route, Plain]]:
    """Every value that holds no others, with its route; the depth was limited when the file was read."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (((key, *route), leaf) for route, leaf in _leaves(inner))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from (((position, *route), leaf) for route, leaf in _leaves(inner))
    else:
        yield (), value
