"""Questions about lessons and doubts about questions as tests send them: what is written, and by whom."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Executable, select

from tests.browser_client import Browser
from tests.published import item
from trainer.content.store import content_hash, item_to_json
from trainer.inbox.models import LessonQuestion
from trainer.notebook.models import Challenge

Look = Callable[[Executable], list[Any]]

LESSON = "M01-L1"
ITEM = "M03-SC-001"
HASH = content_hash(item_to_json(item(ITEM)))
HTMX: Mapping[str, str] = {"HX-Request": "true"}
NASTY = "<script>alert(1)</script> & “why”\nsecond line"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; &amp;"


def ask(browser: Browser, text: str = "Why two stages?", *, leave: bool = False, lesson: str = LESSON) -> None:
    """Ask about a lesson, as a plain browser does."""
    sent = {"text": text, **({"may_publish": "1"} if leave else {})}
    assert browser.post(f"/lessons/{lesson}/questions", data=sent).status_code == 303


def doubt(browser: Browser, text: str = "B is right too.", place: str = "practice") -> None:
    """Doubt a question."""
    sent = {"version": HASH, "text": text, "place": place}
    assert browser.post(f"/questions/{ITEM}/challenge", data=sent).status_code == 303


def question_address(look: Look) -> str:
    """The page of the latest question in the inbox."""
    return f"/author/inbox/questions/{look(select(LessonQuestion.public_id).order_by(LessonQuestion.id.desc()))[0]}"


def doubt_address(look: Look) -> str:
    """The page of the latest doubt in the inbox."""
    return f"/author/inbox/doubts/{look(select(Challenge.public_id).order_by(Challenge.id.desc()))[0]}"


def read(browser: Browser, address: str) -> str:
    """The page at an address that is there."""
    response = browser.get(address)
    assert response.status_code == 200, address
    return response.get_data(as_text=True)
