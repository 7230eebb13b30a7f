"""Single files outside any course folder, checked as far as they can be without one."""

from collections.abc import Mapping
from pathlib import Path

from trainer.content.course_files import SHARED
from trainer.content.courses import CourseHead
from trainer.content.documents import Document
from trainer.content.duplicates import check_course_ids, check_glossary
from trainer.content.lesson_files import read_lesson
from trainer.content.problems import Problem
from trainer.content.svg import read_svg
from trainer.content.text_files import read_text
from trainer.content.validation import validate
from trainer.content.yaml_files import read_yaml

_SHAPES: Mapping[str, type] = {
    "course/1": CourseHead,
    **{f"{name.removesuffix('.yaml')}/1": shape for name, shape in SHARED.items()},
}


def schema_of(file: Path) -> str:
    """What a YAML file says that it is, `bank/1`; empty if it does not say."""
    text, _ = read_text(file, file.parent)
    named = read_yaml(text, str(file)).get("schema") if text is not None else None
    return named if isinstance(named, str) else ""


def is_shared_schema(schema: str) -> bool:
    """Whether a file with this `schema:` belongs into a course folder, beside the lessons."""
    return schema in _SHAPES


def check_loose(file: Path) -> list[Problem]:
    """The problems of a lesson, a figure or a YAML file of a course that lies somewhere else."""
    text, problems = read_text(file, file.parent)
    if text is None:
        return problems
    if file.suffix == ".md":
        return read_lesson(text, str(file)).document.problems
    if file.suffix == ".svg":
        return read_svg(text, str(file)).problems
    return _check_yaml(read_yaml(text, str(file)))


def _check_yaml(document: Document) -> list[Problem]:
    schema = str(document.get("schema"))
    validate(document, (), _SHAPES[schema], document.value)
    if schema == "course/1":
        check_course_ids(document)
    elif schema == "glossary/1":
        check_glossary(document)
    return document.problems
