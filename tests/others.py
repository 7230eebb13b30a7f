"""Somebody else who does everything a learner can do; and a page without what is new each time it is fetched."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import time_machine

from tests.browser_client import Browser
from tests.factories import NOW
from tests.published import item, real_content
from trainer.content.lessons import render_lesson
from trainer.content.store import content_hash, item_to_json

COURSE = real_content().courses[0]
NEW_EACH_TIME = re.compile(r'(name="(?:key|csrf_token)" value="|X-CSRFToken": ")[^"]*')


def study_everything(browser: Browser, *, at: datetime = NOW) -> None:
    """Read lessons, answer their checks, mark, note, doubt; finish one practice set, leave one unfinished."""
    with time_machine.travel(at, tick=False):
        for lesson in COURSE.lessons[:3]:
            _read(browser, lesson.id)
        for count, answered in ((3, 3), (4, 2)):
            sent = {"source": "course", "source_id": COURSE.id, "count": count}
            practice = browser.post("/practice", data=sent).location.rpartition("/")[0]
            for place in range(1, answered + 1):
                browser.post(f"{practice}/{place}", data={"key": f"{count}-{place}".zfill(20), "gave_up": "1"})
            browser.post(f"{practice}/{count}/draft", data={"text": "half a thought"})


def _read(browser: Browser, lesson_id: str) -> None:
    lesson = COURSE.lessons_by_id[lesson_id]
    rendered = render_lesson(lesson, COURSE)
    browser.post(f"/lessons/{lesson_id}/place", data={"section": rendered.sections[0].id})
    browser.post(f"/lessons/{lesson_id}/finish")
    for nth, id in enumerate(rendered.questions):
        version = content_hash(item_to_json(item(id)))
        sent = {"version": version, "turn": "0", "key": f"{lesson_id}-{nth}".zfill(20), "gave_up": "1"}
        assert browser.post(f"/lessons/{lesson_id}/checks/{id}", data=sent).status_code == 303
        beside = {"version": version, "wanted": "1", "note_version": "0", "text": "somebody else's words"}
        for kept in ("mark", "note", "challenge"):
            assert browser.post(f"/questions/{id}/{kept}", data=beside).status_code == 303


def page(browser: Browser, path: str, *, at: datetime = NOW + timedelta(days=3)) -> str:
    """The page as it is read at a time."""
    with time_machine.travel(at, tick=False):
        response = browser.get(path)
    assert response.status_code == 200, path
    return NEW_EACH_TIME.sub(r"\1", response.get_data(as_text=True))


@contextmanager
def unchanged(browser: Browser, *paths: str) -> Iterator[None]:
    """These pages are the same after what happens meanwhile; what is to be said once has been said before."""
    page(browser, "/account")
    before = {path: page(browser, path) for path in paths}
    yield
    assert [path for path in paths if page(browser, path) != before[path]] == []
