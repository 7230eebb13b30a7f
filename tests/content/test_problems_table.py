"""Every kind of problem: the mistake that makes it, and where and in what words it is told."""

import pytest

from tests.content.conftest import TODAY, Shelf

BANK = "question_banks/tea.yaml"
COURSE = "courses/tea/course.yaml"
GLOSSARY = "courses/tea/glossary.yaml"
STATUS = "courses/tea/status.yaml"
SOURCES = "courses/tea/sources.yaml"
LESSON = "courses/tea/M01/M01-L1.md"
FIGURE = "courses/tea/assets/kettle.svg"

# the file, what is replaced, by what (@ marks where the problem is told), its code, words of its message
TABLE = [
    # --- YAML
    (BANK, "title: Tea\n", "title: Tea@: green\n", "syntax", '": " too many'),
    (BANK, "tags: [water]", "tags: @[water", "syntax", "comma is missing"),
    (BANK, "title: Tea\n", "title: @'Tea\n", "syntax", "never closed"),
    (BANK, "title: Tea\n", "title: Tea\n@title: Tea\n", "duplicate-key", '"title" occurs twice'),
    (BANK, "tags: [water]", "tags: @&t [water]", "anchor", "Anchors"),
    (BANK, "tags: [water]", "tags: [@*water]", "alias", "Aliases"),
    (BANK, "tags: [water]", "tags: @!!set [water]", "tag", "Tags"),
    (BANK, "items:\n", "x: y\n@---\nitems:\n", "many-documents", "Write one a file"),
    (BANK, "tags: [water]", "tags: " + "[" * 29 + "@[" + "]" * 30, "too-deep", "deeper than 32"),
    (BANK, "title: Tea\n", "title: Tea\n@1: x\n", "key-not-text", "Put it in quotes"),
    (BANK, "time_s: 40", "time_s: @" + "9" * 30, "number", "too long"),
    (BANK, "time_s: 40", "time_s: @.inf", "number", "not a number one can count with"),
    (BANK, "title: Tea\n", 'title: @"Tea\\0"\n', "control-character", "invisible control character"),
    # --- shapes
    (BANK, "title: Tea\n", "", "missing-field", '"title" is missing'),
    (BANK, "stem: Why", "@stm: Why", "unknown-field", 'did you mean "stem"?'),
    (BANK, "  tags: [water]", "  @tag: [water]", "unknown-field", 'did you mean "tags"?'),
    (BANK, "time_s: 40", "time_s: @forty", "wrong-type", 'must be a whole number, but is the text "forty"'),
    (BANK, "time_s: 40", "time_s: @1.5", "wrong-type", "must be a whole number, but is the number 1.5"),
    (BANK, "time_s: 40", "time_s: @0", "out-of-range", "must be 1 or more"),
    (BANK, "difficulty: 2", "difficulty: @6", "out-of-range", "must be 5 or less"),
    (BANK, "tags: [water]", "tags: [@2026]", "wrong-type", 'Entry 1 of "tags" must be text, but is the number 2026'),
    (BANK, "tags: [water]", "tags: @water", "wrong-type", "must be a list"),
    (BANK, "text: For the cup", "text: @12", "wrong-type", "must be text, but is the number 12; put it in quotes"),
    (BANK, "text: For the cup", "text: @true", "wrong-type", "must be text, but is `true`"),
    (BANK, "text: For the cup", "text: @", "empty", '"text" is empty'),
    (BANK, "text: For the cup", 'text: @""', "empty-text", "empty"),
    (BANK, "rationale: Leaves give their taste to hot water only.", 'rationale: @""', "empty", '"rationale" is empty'),
    (BANK, "  rationale: Leaves give their taste to hot water only.\n", "", "missing-field", '"rationale" is missing'),
    (BANK, "id: b, text: For the cup", "id: b, txt: For the cup", "unknown-field", 'did you mean "text"?'),
    (BANK, "correct: true, feedback: Leaves", "correct: @yes, feedback: Leaves", "wrong-type", "true or false"),
    (BANK, "bloom: understand", "bloom: @understood", "not-offered", 'did you mean "understand"?'),
    (BANK, "type: single_choice", "type: @single_choise", "unknown-type", 'did you mean "single_choice"?'),
    (BANK, "id: T-SC-001", "id: @T SC 001", "bad-name", "letters, digits and hyphens"),
    (BANK, "verified_on: 2026-11-01", "verified_on: @yesterday", "wrong-type", "a date like 2026-11-23"),
    (BANK, "verified_on: 2026-11-01", "verified_on: @2026-13-01", "wrong-type", "a date like 2026-11-23"),
    (BANK, "  sources:\n  - {ref: F001, where: page 1}", "  sources: @[]", "out-of-range", "needs at least 1"),
    (
        BANK,
        "review: {status: draft,",
        "review: {status: @ready,",
        "not-offered",
        "choose from draft, retired, reviewed",
    ),
    (BANK, "schema: bank/1", "schema: @bank/2", "not-offered", 'did you mean "bank/1"?'),
    (BANK, "    type: single_choice", "    type: @scenario", "unknown-type", "type"),
    (BANK, "    stem: What first?", "    @stm: What first?", "unknown-field", 'did you mean "stem"?'),
    (COURSE, "short: Why boil", "short: @" + "x" * 41, "out-of-range", "at most 40 characters"),
    (COURSE, "summary: From", "review: {daily_cap: @41}\nsummary: From", "out-of-range", "must be 40 or less"),
    (COURSE, "summary: From", "review: {daily_cap: @0}\nsummary: From", "out-of-range", "must be 1 or more"),
    (
        COURSE,
        "summary: From",
        "review: {desired_retention: @0.79}\nsummary: From",
        "out-of-range",
        "must be 0.8 or more",
    ),
    (
        COURSE,
        "summary: From",
        "review: {desired_retention: @0.98}\nsummary: From",
        "out-of-range",
        "must be 0.97 or less",
    ),
    (COURSE, "short: Why boil}", "short: Why boil, after: [@M01-O9]}", "unknown-objective", 'did you mean "M01-O1"?'),
    (COURSE, "short: Why boil}", "short: Why boil, after: [@M01-O1]}", "circle", 'after itself: after "M01-O1".'),
    (
        COURSE,
        "short: Why boil}",
        (
            "short: A, after: [M01-O2]}\n"
            "  - {id: M01-O2, verb: say, text: Say it., short: B, after: [M01-O3]}\n"
            "  - {id: M01-O3, verb: say, text: Say it., short: C, after: [@M01-O1]}"
        ),
        "circle",
        '"M01-O3" would come after itself: after "M01-O1", which comes after "M01-O2", which comes after "M01-O3".',
    ),
    (COURSE, "language: en-GB", "language: @English", "bad-name", "a language like en-GB"),
    (COURSE, "summary: From", "@sumary: From", "unknown-field", 'did you mean "summary"?'),
    (STATUS, "confidence: V", "confidence: @X", "not-offered", "choose from U, V, V2, W"),
    # --- what a shape alone does not show
    (BANK, "text: For the leaves, correct: true,", "text: For the leaves,", "one-key", "mark exactly one"),
    # --- references
    (BANK, "objective: M01-O1", "objective: @M01-O2", "unknown-objective", 'did you mean "M01-O1"?'),
    (BANK, "lesson: M01-L1", "lesson: @M01-L7", "unknown-lesson", 'did you mean "M01-L1"?'),
    (BANK, "module: M01", "module: @M02", "wrong-module", 'belongs to "M01"'),
    (BANK, "{ref: F001, where: page 1}", "{ref: @F002, where: page 1}", "unknown-source", "F002"),
    (BANK, "misconception: hot-tap", "misconception: @hot-tab", "unknown-misconception", 'did you mean "hot-tap"?'),
    (BANK, "file: kettle.svg", "file: @kettel.svg", "unknown-figure", 'did you mean "kettle.svg"?'),
    (BANK, "file: kettle.svg", "file: @../../../etc/passwd", "unknown-figure", "etc/passwd"),
    (BANK, "viewbox: [0, 0, 600, 400]", "viewbox: @[0, 0, 700, 500]", "viewbox", "is [0, 0, 600, 400]"),
    (BANK, "course: tea", "course: @tee", "unknown-course", 'did you mean "tea"?'),
    (BANK, "id: T-HS-001", "id: @T-SC-001", "duplicate-id", "also in tea.yaml"),
    (BANK, "id: T-CS-001a", "id: @T-SC-001", "duplicate-id", "also in tea.yaml"),
    (
        BANK,
        "as in [the glossary](term:boil)?",
        "as in [the glossary](term:boyl)?",
        "unknown-term",
        'did you mean "boil"?',
    ),
    (BANK, "stem: Why is", "stem: @Why {{ boiling.pint }} is", "unknown-status", 'did you mean "point"?'),
    (BANK, "stem: Why is", "stem: @Why[^F001] is", "note-here", "`sources`"),
    (BANK, "stem: Click the kettle.", "stem: |\n    x\n\n    @## Why", "block-here", "Headings belong in lessons"),
    (BANK, "stem: Click the kettle.", "stem: |\n    @::: note\n    x\n    :::", "block-here", "Blocks"),
    (BANK, "stem: Click the kettle.", "stem: |\n    x\n    [x](@http://a)", "link", "`https://`"),
    (COURSE, "lessons: [M01-L1]\nmis", "lessons: [M01-L1, @M01-L2]\nmis", "unknown-lesson", "no lesson file"),
    (COURSE, "lessons: [M01-L1]\nmis", "lessons: [M01-L1, @M01-L1]\nmis", "duplicate-id", "listed twice"),
    (COURSE, "modules: [M01], ", "modules: [@M02], ", "unknown-module", "M02"),
    (COURSE, "modules: [M01], lessons: [M01-L1]", "modules: [M01], lessons: [@M09-L1]", "unknown-lesson", "M09-L1"),
    (COURSE, "id: tea", "id: @coffee", "wrong-id", "must be the same"),
    (
        COURSE,
        "misconceptions:\n",
        "misconceptions:\n- {id: hot-tap, text: a, correction: b}\n",
        "duplicate-id",
        "twice",
    ),
    (GLOSSARY, "not: simmer}", "not: simmer}\n- {id: b2, term: @Boil, means: x}", "duplicate-term", "explained twice"),
    (GLOSSARY, "also: [seethe]", "also: [seethe, @boil]", "duplicate-term", "explained twice"),
    (STATUS, "recheck_after: 2027-11-01", "recheck_after: @2026-11-02", "recheck", "checked again after 2026-11-02"),
    (STATUS, "recheck_after: 2027-11-01", "recheck_after: @2026-10-01", "date-order", "before `verified_on`"),
    (BANK, "recheck_after: 2027-11-01", "recheck_after: @2026-11-02", "recheck", "checked again after 2026-11-02"),
    (SOURCES, "sources:\n", "sources:\n- {id: F001, confidence: V, says: x, source: y}\n", "duplicate-id", "twice"),
    (
        SOURCES,
        '"https://example.org/water"',
        '@"http://example.org/water"',
        "bad-name",
        "like https://example.org/page",
    ),
    (SOURCES, '"https://example.org/water"', '@"https://a b/"', "bad-name", "like https://example.org/page"),
    (SOURCES, "title: The water book, ", "", "untitled-source", "give it a `title`"),
    (STATUS, "refs: [F001]", "refs: [@F002]", "unknown-source", "F002"),
    # --- lessons
    (LESSON, "---\nid", "id", "front-matter", "front matter"),
    (LESSON, "minutes: 5", "minutes: @five", "wrong-type", "whole number"),
    (LESSON, "objectives: [M01-O1]", "objectives: [@M01-O3]", "unknown-objective", "M01-O3"),
    (LESSON, "id: M01-L1", "id: @M01-L2", "unlisted-lesson", "No module"),
    (LESSON, "](term:boil)", "](@term:broil)", "unknown-term", 'did you mean "boil"?'),
    (LESSON, "](lesson:M01-L1)", "](lesson:M01-L9)", "unknown-lesson", "M01-L9"),
    (LESSON, "{{ boiling.point }}", "@{{ boiling }}", "status-value", "entry.value"),
    (LESSON, "{{ boiling.point }}", "@{{ boling.point }}", "unknown-status", 'did you mean "boiling"?'),
    (LESSON, "}}.[^F001]", "}}.@[^F0O1]", "unknown-source", 'did you mean "F001"?'),
    (LESSON, "::: figure kettle.svg", "::: figure @kettl.svg", "unknown-figure", 'did you mean "kettle.svg"?'),
    (LESSON, "::: question T-SC-001", "::: question @T-SC-009", "unknown-question", "T-SC-009"),
    (LESSON, "::: keep Remember", "@::: kep Remember", "unknown-block", 'did you mean "keep"?'),
    (LESSON, "- Boil it.\n:::\n", "- Boil it.\n", "unclosed-block", "not ended"),
    (LESSON, "- Boil it.\n:::\n", "- Boil it.\n:::\n\n@:::\n", "stray-end", "ends no block"),
    (LESSON, "## How", "@# How", "heading-level", "start at `##`"),
    (LESSON, "## How", "@#### How", "heading-level", "A level is skipped"),
    (LESSON, "- Boil it.\n:::\n", "- Boil it.\n:::\n\n@::: keep\nx\n:::\n", "second-keep", "one `::: keep`"),
    (LESSON, "alt: A kettle\ncaption: The kettle[^F001]", "@A kettle", "block-body", "`alt:`, `caption:`"),
    (LESSON, 'claim: "The tap is enough."', "claim: |\n  The tap\n  @[^F009]\n", "unknown-source", "F009"),
    (LESSON, "summary: Because of the leaves.\n---\n", "summary: Because of the leaves.\n", "front-matter", "---"),
    (LESSON, "alt: A kettle\n", "", "missing-field", '"alt" is missing'),
    (LESSON, "alt: A kettle", "alt:", "empty", "text that says something"),
    (LESSON, "caption: The", "@captain: The", "unknown-field", 'did you mean "caption"?'),
    (LESSON, 'lesson](lesson:M01-L1)."', "lesson](lesson:M01-L1).", "syntax", "never closed"),
    (LESSON, "::: question T-SC-001\n", "::: question T-SC-001\n@what?\n", "block-body", "is empty"),
    (LESSON, "::: question T-SC-001", "@::: question", "block-title", "the id of an item"),
    (LESSON, "::: figure kettle.svg", "@::: figure", "block-title", "a file in assets/"),
    (LESSON, "- Boil it.", "@::: question T-SC-001\n:::", "nested-question", "cannot stand inside"),
    (LESSON, "One must", "@![x](https://a/b.png) One must", "image", "`::: figure FILE.svg`"),
    (LESSON, "One must", "@<b>One</b> must", "html", "HTML is shown as text"),
    (LESSON, "One must", "[x](@javascript:alert(1)) One must", "link", "`https://`"),
    (LESSON, "One must", "@" + "> " * 16 + "One must", "too-deep", "too deep"),
    (LESSON, "One must", "[" * 7000 + "One must", "too-complex", "brackets"),
    (LESSON, "One must", "a " * 60_000 + "One must", "too-long", "characters"),
    (LESSON, 'claim: "The', 'claim: @"# The', "nested-block", "no headings"),
    # --- figures
    (FIGURE, "<svg", "<!DOCTYPE svg>\n<svg", "doctype", "DOCTYPE"),
    (FIGURE, "<rect", "@<script>alert(1)</script><rect", "svg-element", "<script> is not allowed"),
    (FIGURE, "<rect", '@<rect onclick="x"', "svg-attribute", "`onclick` is not allowed"),
    (FIGURE, "<rect", '@<rect fill="red"', "svg-colour", "colour comes from classes"),
    (FIGURE, "<svg", '@<svg width="60"', "svg-size", "viewBox is enough"),
    (FIGURE, ' viewBox="0 0 600 400"', "", "svg-viewbox", "four numbers"),
    (FIGURE, "fig-tint ", "fig-tnit ", "svg-class", 'did you mean "fig-tint"?'),
    (FIGURE, 'font-size="30"', 'font-size="12"', "svg-small-text", "too small"),
    (FIGURE, "url(#tip)", "url(https://evil)", "svg-value", "cannot be"),
    (FIGURE, "url(#tip)", "url(#top)", "unknown-marker", "top"),
    (FIGURE, "<line", '@<line id="tip"', "duplicate-id", "twice"),
    (FIGURE, 'id="tip"', 'id="1"', "svg-value", "cannot be"),
    (FIGURE, "</svg>", "", "syntax", "not XML"),
    (FIGURE, "<svg", "<?php x?><svg", "instruction", "Processing instructions"),
]


@pytest.mark.parametrize(("name", "old", "new", "code", "words"), TABLE)
def test_problem_is_told_with_its_place(shelf: Shelf, name: str, old: str, new: str, code: str, words: str) -> None:
    at = shelf.spoil(name, old, new)
    found = [p for p in shelf.problems(TODAY) if p.path.endswith(name)]
    told = [p for p in found if p.code == code and words in p.message]
    assert told, found
    if "@" in new:
        assert at in {(p.line, p.column) for p in told}, found
    assert all("validation" not in p.message.lower() and "Input" not in p.message for p in found)


def test_course_without_mistakes_has_no_problems(shelf: Shelf) -> None:
    content = shelf.read(TODAY)
    assert content.problems == ()
    assert [course.id for course in content.courses] == ["tea"]
    assert [item.kind for item in content.banks[0].items] == ["single_choice", "hotspot", "scenario"]


def test_one_mistake_makes_one_problem(shelf: Shelf) -> None:
    shelf.spoil(BANK, "difficulty: 2", "difficulty: two")
    assert [p.code for p in shelf.problems()] == ["wrong-type"]


def test_problem_prints_as_editors_expect(shelf: Shelf) -> None:
    shelf.spoil(BANK, "difficulty: 2", "difficulty: 9")
    path = shelf.root / BANK
    assert str(shelf.problems()[0]) == f'{path}:12:15: error[out-of-range]: "difficulty" must be 5 or less.'
