"""A small course and bank in files, without a problem, to be spoiled in one place and read."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from trainer.content.problems import Problem
from trainer.content.reading import Content, read_content

TODAY = date(2026, 11, 23)

COURSE = """\
schema: course/1
id: tea
title: Making tea
language: en-GB
summary: From the well to the cup.
modules:
- id: M01
  title: Water
  minutes: 10
  summary: It begins with water.
  objectives:
  - {id: M01-O1, verb: explain, text: Explain why water is boiled., short: Why boil}
  lessons: [M01-L1]
misconceptions:
- {id: hot-tap, text: Hot tap water is good enough, correction: Tap water is not hot enough.}
tracks:
- {id: short, title: The short way, modules: [M01], lessons: [M01-L1]}
"""

GLOSSARY = """\
schema: glossary/1
terms:
- {id: boil, term: boil, also: [seethe], means: Heat until it bubbles., not: simmer}
"""

STATUS = """\
schema: status/1
entries:
- id: boiling
  values: {point: 100 degrees}
  confidence: V
  source: A thermometer
  refs: [F001]
  verified_on: 2026-11-01
  recheck_after: 2027-11-01
"""

SOURCES = """\
schema: sources/1
sources:
- {id: F001, title: The water book, url: "https://example.org/water",
   confidence: V, says: Water boils at 100 degrees., source: A book}
"""

FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400">
<defs><marker id="tip" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="6" markerHeight="6" orient="auto">\
<path class="fig-brand" d="M0 0L10 5L0 10Z"/></marker></defs>
<rect class="fig-tint fig-brand-line" x="10" y="10" width="200" height="100" rx="10"/>
<line class="fig-ink-line" x1="0" y1="0" x2="9" y2="9" marker-end="url(#tip)"/>
<text class="fig-text fig-mid" x="110" y="60" font-size="30">Kettle &amp; lid</text>
</svg>
"""

LESSON = """\
---
id: M01-L1
title: Why boil
minutes: 5
objectives: [M01-O1]
summary: Because of the leaves.
---

One must [boil](term:boil) water, at {{ boiling.point }}.[^F001]

## How

::: figure kettle.svg
alt: A kettle
caption: The kettle[^F001]
:::

::: question T-SC-001
:::

::: refute
claim: "The tap is enough."
why: "It is warm."
correction: "It is **not** hot.[^F001] See [this lesson](lesson:M01-L1)."
:::

::: keep Remember
- Boil it.
:::
"""

BANK = """\
schema: bank/1
id: tea
title: Tea
course: tea
items:
- id: T-SC-001
  type: single_choice
  objective: M01-O1
  lesson: M01-L1
  module: M01
  bloom: understand
  difficulty: 2
  time_s: 40
  tags: [water]
  stem: Why is water boiled, as in [the glossary](term:boil)?
  options:
  - {id: a, text: For the leaves, correct: true, feedback: Leaves want it hot.}
  - {id: b, text: For the cup, feedback: The cup does not care., misconception: hot-tap}
  hints: [Think of the leaves.]
  rationale: Leaves give their taste to hot water only.
  sources:
  - {ref: F001, where: page 1}
  review: {status: draft, verified_on: 2026-11-01, recheck_after: 2027-11-01}
- id: T-HS-001
  type: hotspot
  objective: M01-O1
  bloom: remember
  difficulty: 1
  stem: Click the kettle.
  asset: {file: kettle.svg, viewbox: [0, 0, 600, 400], alt: A kettle and a line}
  regions:
  - {id: h1, shape: rect, box: [10, 10, 200, 100], label: The box, correct: true, feedback: This is it.}
  - {id: h2, shape: rect, box: [300, 10, 200, 100], label: Nothing, feedback: There is nothing here.}
  rationale: The box is the kettle.
  sources: [{ref: F001}]
- id: T-CS-001
  type: scenario
  objective: M01-O1
  bloom: apply
  difficulty: 3
  title: A cold morning
  vignette: You want tea.
  parts:
  - id: T-CS-001a
    type: single_choice
    stem: What first?
    options:
    - {id: a, text: Boil, correct: true, feedback: Right.}
    - {id: b, text: Wait, feedback: No.}
    rationale: Boil first.
    sources: [{ref: F001}]
  - id: T-CS-001b
    type: true_false_reason
    statement: Cold water makes good tea.
    answer: false
    reasons:
    - {id: a, text: It is too cold, correct: true, feedback: Yes.}
    - {id: b, text: It is too wet, feedback: No.}
    scoring: {answer: 1, reason: 2, reason_requires_answer: true}
    feedback_true: It does not.
    rationale: Boil it.
    sources: [{ref: F001}]
  rationale: Boil the water.
  sources: [{ref: F001}]
"""

FILES = {
    "courses/tea/course.yaml": COURSE,
    "courses/tea/glossary.yaml": GLOSSARY,
    "courses/tea/status.yaml": STATUS,
    "courses/tea/sources.yaml": SOURCES,
    "courses/tea/assets/kettle.svg": FIGURE,
    "courses/tea/M01/M01-L1.md": LESSON,
    "question_banks/tea.yaml": BANK,
}


def seconds() -> float:
    """How long any input may take; counting covered lines makes everything several times slower."""
    return 2 if sys.gettrace() is None else 10


@dataclass(frozen=True)
class Shelf:
    """The folder with the courses and banks."""

    root: Path

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def spoil(self, name: str, old: str, new: str) -> tuple[int, int]:
        """Replace a text; the place of `@` in the new one, which is left out, or else where the new one begins."""
        before = (self.root / name).read_text()
        assert before.count(old) >= 1, old
        start = before.index(old)
        at = start + max(new.find("@"), 0)
        after = before[:start] + new.replace("@", "", 1) + before[start + len(old) :]
        self.write(name, after)
        return after.count("\n", 0, at) + 1, at - after.rfind("\n", 0, at)

    def read(self, today: date | None = None) -> Content:
        return read_content(self.root / "courses", self.root / "question_banks", today)

    def problems(self, today: date | None = None) -> list[Problem]:
        return list(self.read(today).problems)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    for name, content in FILES.items():
        shelf.write(name, content)
    return shelf
