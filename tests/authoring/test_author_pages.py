"""The authors' pages as a browser sees them: problems, publishing, the dry run, going back, questions, doubts."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, event, func, select
from sqlalchemy.orm import Session

from tests.audit.reading import Logged, logged
from tests.browser_client import Browser
from tests.content.conftest import BANK, FILES, Shelf
from tests.factories import NOW, settings_for
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.db import db, new_public_id
from trainer.library.actions import publish_folders
from trainer.library.models import ContentCheck, ContentDocument, Publication, Release
from trainer.library.queries import live_catalogue
from trainer.notebook.models import Challenge
from trainer.settings import Settings

Look = Callable[[Executable], list[Any]]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A small course and bank in files."""
    shelf = Shelf(tmp_path / "files")
    for name, content in FILES.items():
        shelf.write(name, content)
    return shelf


@pytest.fixture
def settings(database_url: str, tmp_path: Path, shelf: Shelf) -> Settings:
    """The app reads that shelf."""
    return settings_for(database_url, tmp_path, courses=shelf.root / "courses", banks=shelf.root / "question_banks")


@pytest.fixture
def live(session: Session, settings: Settings) -> None:
    """The shelf is published, as release 1."""
    publish_folders(session, settings.courses, settings.banks, NOW, by="Olga")
    session.commit()


@pytest.fixture
def his(browser_of: Callable[[User], Browser], otto: User) -> Browser:
    """Otto's browser."""
    return browser_of(otto)


def page(browser: Browser, address: str, status: int = 200) -> str:
    """What a person would read there."""
    response = browser.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def words(html: str) -> str:
    """The text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def break_bank(shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "difficulty: 2", "difficulty: 9")


def change_stem(shelf: Shelf, stem: str = "Why, then, is water boiled?") -> None:
    shelf.spoil("question_banks/tea.yaml", "Why is water boiled, as in [the glossary](term:boil)?", stem)


def publish(his: Browser, note: str = "") -> None:
    response = his.post("/author/publish", data={"note": note})
    assert (response.status_code, response.location) == (303, "/author")


def item_hash(session: Session, item_id: str = "T-SC-001") -> str:
    found = live_catalogue(session).items[item_id].hash
    session.rollback()
    return found


ADDRESSES = (
    "/author",
    "/author/check",
    "/author/releases/1",
    "/author/banks/tea",
    "/author/items/T-SC-001",
)


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_for_authors_and_administrators(
    browser_of: Callable[[User], Browser], nobody: Browser, address: str, *, alice: User, otto: User, ada: User
) -> None:
    assert page(browser_of(otto), address)
    assert page(browser_of(ada), address)
    assert page(browser_of(alice), address, 404)
    assert nobody.get(address).status_code == 302


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("address", ["/author/publish", "/author/releases/1"])
def test_learner_can_change_nothing(
    browser_of: Callable[[User], Browser], alice: User, address: str, look: Look, shelf: Shelf
) -> None:
    change_stem(shelf)
    assert browser_of(alice).post(address, data={}).status_code == 404
    assert look(select(func.count()).select_from(Publication)) == [1]


@pytest.mark.usefixtures("live")
def test_overview_says_what_is_live_and_that_files_are_in_order(his: Browser) -> None:
    text = words(page(his, "/author"))
    assert "Release 1 is live, with 1 lesson and 3 questions. The files are in order." in text
    assert "made live by Olga" in text
    assert "1 × One answer" in text
    assert re.search(r"M01-O1 Explain why water is boiled\. 3 3\b", text)


def test_overview_before_the_first_release_says_what_to_do(his: Browser) -> None:
    text = words(page(his, "/author"))
    assert "Nothing is live yet." in text
    assert "No course is live" in text


def test_first_publishing_makes_the_files_live(his: Browser) -> None:
    publish(his, "The beginning")
    text = words(page(his, "/author"))
    assert "Release 1 is live." in text
    assert "The beginning" in text
    assert "by Otto" in text


@pytest.mark.usefixtures("live")
def test_publishing_a_broken_bank_shows_its_problems_and_keeps_what_is_live(
    his: Browser, shelf: Shelf, session: Session
) -> None:
    before = item_hash(session)
    break_bank(shelf)
    publish(his)
    text = words(page(his, "/author"))
    assert "The files have 1 error." in text
    assert "question_banks/tea.yaml 1 error" in text
    assert "Line 12, column 15" in text
    assert "out-of-range" in text
    assert text.count("stays live") == 1
    assert "Nothing new to publish besides what has errors; release 1 is live." in text
    assert str(shelf.root) not in text
    assert item_hash(session) == before


@pytest.mark.usefixtures("live")
def test_errors_stand_before_warnings(his: Browser, shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "recheck_after: 2027-11-01", "recheck_after: 2021-11-01")
    shelf.spoil("question_banks/tea.yaml", "difficulty: 1", "difficulty: 9")
    shelf.spoil("courses/tea/status.yaml", "verified_on: 2026-11-01", "verified_on: 2021-01-01")
    shelf.spoil("courses/tea/status.yaml", "recheck_after: 2027-11-01", "recheck_after: 2021-11-01")
    text = words(page(his, "/author/check"))
    bank, course = text.index("question_banks/tea.yaml"), text.index("courses/tea/status.yaml")
    error, warning = text.index("Error Line", bank), text.index("Warning Line", bank)
    assert bank < error < warning < course < text.index("Warning Line", course)


@pytest.mark.usefixtures("live")
def test_problem_with_markup_is_shown_as_text(his: Browser, shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "objective: M01-O1", 'objective: "<script>alert(1)</script>"')
    shelf.spoil("question_banks/tea.yaml", "bloom: remember", "<img src=x onerror=alert(2)>: 1\n  bloom: remember")
    for address in ("/author/check", "/author"):
        html = page(his, address)
        assert "<script>alert" not in html
        assert "<img" not in html
        if address == "/author/check":
            assert "&lt;script&gt;" in html
            assert "&lt;img" in html
        publish(his)
    assert "&lt;script&gt;" in page(his, "/author")


@pytest.mark.usefixtures("live")
def test_dry_run_shows_the_difference_and_changes_nothing(his: Browser, shelf: Shelf, look: Look) -> None:
    def everything() -> list[Any]:
        kinds = (Release, Publication, ContentCheck, ContentDocument)
        return [look(select(func.count()).select_from(kind)) for kind in kinds]

    before = everything(), look(select(ContentCheck.at))
    change_stem(shelf)
    shelf.spoil("question_banks/tea.yaml", "id: T-HS-001", "id: T-HS-002")
    shelf.spoil("courses/tea/M01/M01-L1.md", "It is warm.", "It is rather warm.")
    text = words(page(his, "/author/check"))
    assert "1 added 2 changed 1 removed" in text
    assert "changed Lesson M01-L1 body" in text
    assert "changed Question T-SC-001 stem" in text
    assert "added Question T-HS-002" in text
    assert "removed Question T-HS-001" in text
    assert (everything(), look(select(ContentCheck.at))) == before


@pytest.mark.usefixtures("live")
def test_dry_run_of_what_is_live_finds_nothing_to_change(his: Browser) -> None:
    text = words(page(his, "/author/check"))
    assert "Nothing: what the files hold is live already." in text
    assert "errors" not in text
    assert "Check again" in text
    assert "Go on" not in text


@pytest.mark.usefixtures("live")
def test_dry_run_of_a_broken_bank_says_that_nothing_of_it_changes(his: Browser, shelf: Shelf) -> None:
    break_bank(shelf)
    text = words(page(his, "/author/check"))
    assert "1 error" in text
    assert "Nothing. What has errors is not published, and the rest is live already." in text


@pytest.mark.usefixtures("live")
def test_publishing_what_is_live_makes_no_release(his: Browser, look: Look) -> None:
    publish(his)
    assert "Nothing has changed; release 1 is live." in words(page(his, "/author"))
    assert look(select(func.count()).select_from(Release)) == [1]


@pytest.mark.usefixtures("live")
def test_bank_that_is_reserved_says_so(his: Browser, shelf: Shelf) -> None:
    assert "reserved for assessments" not in words(page(his, "/author"))
    bank = next((shelf.root / "question_banks").glob("*.yaml"))
    lines = bank.read_text(encoding="utf-8").splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("course: "))
    bank.write_text("\n".join([*lines[:at], "use: exam", *lines[at:]]) + "\n", encoding="utf-8")
    publish(his)
    assert "reserved for assessments" in words(page(his, "/author"))


@pytest.mark.usefixtures("live")
def test_publishing_an_empty_folder_takes_nothing_down(his: Browser, shelf: Shelf, look: Look) -> None:
    for file in sorted(shelf.root.rglob("*.*")):
        file.unlink()
    publish(his)
    text = words(page(his, "/author"))
    assert "Nothing new to publish besides what has errors; release 1 is live." in text
    assert "There is no question bank here" in text
    assert look(select(Publication.release_number)) == [1]


@pytest.mark.usefixtures("live")
def test_missing_folder_takes_nothing_down_and_is_told(his: Browser, shelf: Shelf, look: Look) -> None:
    for folder in ("courses", "question_banks"):
        (shelf.root / folder).rename(shelf.root / f"{folder}-elsewhere")
    assert "Is TRAINER_COURSES right?" in words(page(his, "/author/check"))
    publish(his)
    assert "Is TRAINER_BANKS right?" in words(page(his, "/author"))
    assert look(select(Publication.release_number)) == [1]


@pytest.mark.usefixtures("live")
def test_file_name_that_is_not_utf8_is_shown_escaped(his: Browser, shelf: Shelf) -> None:
    Path(os.fsdecode(os.fsencode(shelf.root / "question_banks") + b"/\xff.yaml")).write_bytes(b"schema: x\n")
    assert r"\xff.yaml" in words(page(his, "/author/check"))
    publish(his)
    assert r"\xff.yaml" in words(page(his, "/author"))


def test_publishing_nothing_at_all_says_so(his: Browser, shelf: Shelf) -> None:
    for file in sorted(shelf.root.rglob("*.*")):
        file.unlink()
    publish(his)
    assert "There is nothing to publish." in words(page(his, "/author"))


@pytest.mark.usefixtures("live")
def test_too_long_a_note_is_refused_and_kept_in_its_field(his: Browser, shelf: Shelf, look: Look) -> None:
    change_stem(shelf)
    response = his.post("/author/publish", data={"note": "n" * 201})
    assert response.status_code == 422
    assert "n" * 201 in response.get_data(as_text=True)
    assert look(select(func.count()).select_from(Release)) == [1]


@pytest.mark.usefixtures("live")
def test_rollback_asks_first_and_then_makes_the_earlier_release_live(
    his: Browser, shelf: Shelf, session: Session
) -> None:
    before = item_hash(session)
    change_stem(shelf)
    publish(his)
    assert item_hash(session) != before
    assert "/author/releases/1" in page(his, "/author")
    asking = words(page(his, "/author/releases/1"))
    assert "Make release 1 live again?" in asking
    assert "changed Question T-SC-001 stem" in asking
    response = his.post("/author/releases/1")
    assert (response.status_code, response.location) == (303, "/author")
    assert "Release 1 is live again." in words(page(his, "/author"))
    assert item_hash(session) == before


@pytest.mark.usefixtures("live")
def test_release_that_is_live_offers_no_rollback(his: Browser) -> None:
    assert "Release 1 is live" in words(page(his, "/author/releases/1"))
    assert 'action="/author/releases/1"' not in page(his, "/author/releases/1")


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    "address",
    ["/author/releases/9", "/author/banks/none", "/author/items/none", "/author/items/T-SC-001?version=none"],
)
def test_what_is_not_there_is_not_found(his: Browser, address: str) -> None:
    page(his, address, 404)


@pytest.mark.usefixtures("live")
def test_version_of_another_question_is_not_found(his: Browser, session: Session) -> None:
    page(his, f"/author/items/T-SC-001?version={item_hash(session, 'T-HS-001')}", 404)
    assert his.post("/author/releases/9").status_code == 404


@pytest.mark.usefixtures("live")
def test_bank_lists_its_questions_and_filters_them(his: Browser) -> None:
    text = words(page(his, "/author/banks/tea"))
    assert text.index("T-SC-001") < text.index("T-HS-001") < text.index("T-CS-001")
    assert "Difficulty 2 of 5 Draft" in text
    chosen = page(his, "/author/banks/tea?kind=hotspot&objective=M01-O1")
    assert "T-HS-001" in chosen
    assert "T-SC-001" not in chosen
    assert "1 of 3 questions." in words(chosen)
    assert "No question of this kind" in page(his, "/author/banks/tea?kind=numeric")


@pytest.mark.usefixtures("live")
def test_bank_says_what_is_to_be_checked_again(his: Browser, shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "recheck_after: 2027-11-01", "recheck_after: 2021-11-01")
    publish(his)
    assert "to be checked again since 1 Nov 2021" in words(page(his, "/author/banks/tea"))


def test_bank_asks_the_database_as_often_for_many_questions_as_for_few(his: Browser, shelf: Shelf, app: Flask) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        event.listen(his_engine, "before_cursor_execute", note)
        page(his, "/author/banks/tea")
        event.remove(his_engine, "before_cursor_execute", note)
        return len(seen)

    with app.app_context():
        his_engine = db.engine
    shelf.write("question_banks/tea.yaml", BANK.partition("- id: T-HS-001")[0])
    publish(his)
    page(his, "/author/banks/tea")
    few = statements()
    shelf.write("question_banks/tea.yaml", BANK)
    publish(his)
    page(his, "/author/banks/tea")
    assert statements() == few


@pytest.mark.usefixtures("live")
def test_item_shows_every_state_with_its_reasons(his: Browser, session: Session) -> None:
    html = page(his, "/author/items/T-SC-001")
    text = words(html)
    for state in ("As it is asked", "Answered right", "Answered wrong", "Not answered", "On paper"):
        assert state in text
    assert "Leaves want it hot." in text
    assert "Think of the leaves." in text
    assert "hot-tap “Hot tap water is good enough” Tap water is not hot enough." in text
    assert "F001 The water book – page 1" in text
    assert "(V: A book)" in text
    assert item_hash(session) in text
    assert "verified on 1 Nov 2026" in text


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("item_id", ["T-SC-001", "T-HS-001", "T-CS-001"])
def test_item_can_be_tried_without_keeping_anything(his: Browser, item_id: str, look: Look) -> None:
    html = page(his, f"/author/items/{item_id}")
    names = dict(re.findall(r'<input type="radio" name="(f\w+)" value="(v\w+)"', html))
    tried = page(his, f"/author/items/{item_id}?try=1&" + "&".join(f"{k}={v}" for k, v in names.items()))
    assert "What you tried" in tried
    assert "Your answer" in tried
    assert look(select(func.count()).select_from(Answer)) == [0]


@pytest.mark.usefixtures("live")
def test_incomplete_try_says_what_is_missing(his: Browser) -> None:
    text = words(page(his, "/author/items/T-SC-001?try=1"))
    assert "Something is still empty." in text
    assert "What you tried" not in text


@pytest.fixture
def doubted(session: Session, alice: User, live: None) -> str:
    """Alice doubts a question; the hash of its version."""
    hash = item_hash(session)
    doubt = Challenge(
        public_id=new_public_id(),
        user_id=alice.id,
        item_id="T-SC-001",
        item_hash=hash,
        text="The cup <b>does</b> care.",
        made_at=NOW,
    )
    session.add(doubt)
    session.commit()
    return hash


def test_doubts_are_shown_without_the_name(his: Browser, doubted: str) -> None:
    for address in ("/author/inbox", "/author/items/T-SC-001"):
        html = page(his, address)
        assert "The cup &lt;b&gt;does&lt;/b&gt; care." in html
        assert "alice" not in html.lower()
    assert "1 doubt" in words(page(his, "/author/banks/tea"))
    assert "1 learner’s doubt or question waits for you." in words(page(his, "/author"))


def test_doubt_about_an_earlier_version_leads_to_that_version(his: Browser, doubted: str, shelf: Shelf) -> None:
    change_stem(shelf)
    publish(his)
    address = f"/author/items/T-SC-001?version={doubted}"
    assert "about an earlier version" in page(his, "/author/items/T-SC-001")
    assert "This is an earlier version." in page(his, address)


def test_question_no_longer_asked_is_still_there(his: Browser, doubted: str, shelf: Shelf) -> None:
    shelf.spoil("question_banks/tea.yaml", "status: draft", "status: retired")
    shelf.spoil("courses/tea/M01/M01-L1.md", "::: question T-SC-001\n:::\n", "")
    publish(his)
    page(his, "/author/items/T-SC-001", 404)
    text = words(page(his, f"/author/items/T-SC-001?version={doubted}"))
    assert "This question is no longer asked." in text
    assert "Explain why water is boiled." in text


@pytest.mark.usefixtures("live")
def test_misconception_that_the_course_no_longer_lists_is_left_out(
    his: Browser, shelf: Shelf, session: Session
) -> None:
    before = item_hash(session)
    shelf.spoil("courses/tea/course.yaml", "id: hot-tap", "id: cold-tap")
    shelf.spoil("question_banks/tea.yaml", "misconception: hot-tap", "misconception: cold-tap")
    publish(his)
    text = words(page(his, f"/author/items/T-SC-001?version={before}"))
    assert "Misconceptions it looks for" not in text


def test_author_who_publishes_or_goes_back_is_in_the_audit_log(
    his: Browser, shelf: Shelf, session: Session, otto: User, look: Look
) -> None:
    publish(his)
    publish(his)
    change_stem(shelf)
    publish(his, "Ask Alice")
    his.post("/author/releases/1")
    his.post("/author/releases/1")
    first, second = look(select(Release.digest).order_by(Release.number))
    assert logged(session) == [
        Logged("release.published", otto.public_id, details={"release": 1, "digest": first, "instead_of": None}),
        Logged("release.published", otto.public_id, details={"release": 2, "digest": second, "instead_of": 1}),
        Logged("release.rolled_back", otto.public_id, details={"release": 1, "digest": first, "instead_of": 2}),
    ]
    assert look(select(Publication.by)) == ["Otto"] * 3
