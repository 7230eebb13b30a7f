"""A shelf with a small course and bank in files, to be changed and published."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trainer.content.reading import Content, read_content

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

COURSE = """\
schema: course/1
id: tea
title: {title}
language: en-GB
summary: How to make tea.
modules:
- id: M01
  title: Water
  minutes: 10
  summary: It begins with water.
  objectives:
  - {{id: M01-O1, verb: explain, text: Explain why water is boiled., short: Why boil}}
  lessons: [M01-L1, M01-L2]
"""

LESSON = """\
---
id: {id}
title: {title}
minutes: 5
objectives: [M01-O1]
summary: One sentence.
---

{body}
"""

BANK = """\
schema: bank/1
id: tea-1
title: Questions on tea
course: tea
items:
"""

ITEM = """\
- id: {id}
  type: single_choice
  objective: M01-O1
  lesson: M01-L1
  bloom: understand
  difficulty: 2
  time_s: 30
  stem: {stem}
  options:
  - {{id: a, text: Bubbles, correct: true, feedback: Right}}
  - {{id: b, text: Smoke, feedback: Wrong}}
  rationale: Because.
  sources: [{{ref: F001}}]
  review: {{status: {status}}}
"""

SOURCES = """\
schema: sources/1
sources:
- {id: F001, title: The kitchen, confidence: W, says: Water boils, source: kitchen}
"""


@dataclass(frozen=True)
class Shelf:
    """Folders of courses and banks."""

    courses: Path
    banks: Path

    @property
    def course(self) -> Path:
        return self.courses / "tea"

    @property
    def bank(self) -> Path:
        return self.banks / "tea-1.yaml"

    def write_course(self, title: str = "Tea") -> None:
        self.write(self.course / "course.yaml", COURSE.format(title=title))

    def write_lesson(self, id: str, title: str = "Boiling", body: str = "Water boils.") -> None:
        self.write(self.course / "M01" / f"{id}.md", LESSON.format(id=id, title=title, body=body))

    def write_bank(self, *stems: str, status: str = "draft") -> None:
        items = [ITEM.format(id=f"T-{number}", stem=stem, status=status) for number, stem in enumerate(stems, 1)]
        self.write(self.bank, BANK + "".join(items))

    def write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self) -> Content:
        return read_content(self.courses, self.banks, NOON.date())


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A course of two lessons and a bank of two items, without errors."""
    shelf = Shelf(tmp_path / "courses", tmp_path / "banks")
    shelf.write_course()
    shelf.write(shelf.course / "sources.yaml", SOURCES)
    shelf.write_lesson("M01-L1")
    shelf.write_lesson("M01-L2", title="Pouring")
    shelf.write_bank("What rises?", "What is seen?")
    assert [str(problem) for problem in shelf.read().problems if problem.is_error] == []
    return shelf


@pytest.fixture
def noon() -> datetime:
    """The time of all tests here."""
    return NOON
