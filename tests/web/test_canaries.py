"""Nothing of a key, and nothing of somebody else's, reaches a browser: a random word is planted in each such place,
then every page there is gets fetched, by everyone, in every form, and searched for it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.browser_client import Browser
from tests.factories import NOW
from tests.published import real_content
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.content.items import Item
from trainer.content.store import item_from_json, item_to_json
from trainer.library.actions import publish
from trainer.practice.models import PracticeQuestion, PracticeSet

pytestmark = pytest.mark.once  # what a page shows of a row does not depend on where the row was stored

CANARY = "kwyjibo"
OTHERS = "zorblatt"
ASKED = "frumplewitz"
SECRET_NUMBER = 918273.5
REVEALING = frozenset(
    {
        "feedback",
        "feedback_true",
        "feedback_false",
        "rationale",
        "worked_solution",
        "miss",
        "self_check",
        "model_answers",
        "bad_answers",
        "accept",
        "where",
    }
)
"""Fields of an item that a learner may see only after her answer."""

FORMS: Mapping[str, Mapping[str, str]] = {
    "page": {},
    "fragment": {"HX-Request": "true"},
    "json": {"Accept": "application/json"},
}


def planted(value: Any, *, reveals: bool = False) -> Any:
    """The item's JSON with the canary in every text that must stay secret."""
    if isinstance(value, dict):
        return {key: planted(inner, reveals=reveals or key in REVEALING) for key, inner in value.items()}
    if isinstance(value, list):
        return [planted(inner, reveals=reveals) for inner in value]
    return f"{CANARY} {value}" if reveals and isinstance(value, str) else value


def with_canaries(item: Item) -> Item:
    """The item with canaries, and with a number as key that stands nowhere else."""
    raw = planted(json.loads(item_to_json(item)))
    if raw["type"] == "numeric":
        raw["answer"] = {**raw["answer"], "value": SECRET_NUMBER, "integer": False}
    return item_from_json(json.dumps(raw))


@pytest.fixture
def planted_content(session: Session) -> None:
    """The real course is live, full of canaries."""
    content = real_content()
    banks = tuple(replace(bank, items=tuple(with_canaries(item) for item in bank.items)) for bank in content.banks)
    publish(session, replace(content, banks=banks), NOW, by="a test")
    session.commit()


@pytest.fixture
def practising(browser_of: Callable[[User], Browser], planted_content: None) -> Callable[[User], str]:
    """Let somebody start a set over all questions; the address of it."""

    def start(user: User) -> str:
        sent = {"source": "course", "source_id": "accreditation", "count": 40}
        return browser_of(user).post("/practice", data=sent).location.rsplit("/", 1)[0]

    return start


def pages(app: Flask, sets: list[str], items: list[str], positions: int = 40) -> Iterator[str]:
    """An address for every route that can be read, with every value that makes sense in it; of a set, the questions at
    the first positions."""
    lessons = [lesson.id for lesson in real_content().courses[0].lessons]
    values: Mapping[str, list[str]] = {
        "course_id": ["accreditation"],
        "lesson_id": lessons,
        "item_id": items[:5],
        "bank_id": ["accreditation-m01"],
        "set": sets,
        "position": [str(position) for position in range(1, positions + 1)],
    }
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in {"static", "asset"}:
            yield from addresses(rule, values)


def addresses(rule: Rule, values: Mapping[str, list[str]]) -> Iterator[str]:
    """The addresses of one route."""
    if rule.endpoint.startswith("practice.") and rule.arguments:
        tail = rule.rule.removeprefix("/practice/<public_id>")
        positions = values["position"] if "position" in tail else ["1"]
        for one in values["set"]:
            yield from (one + tail.replace("<int:position>", position) for position in positions)
        return
    made = [rule.rule]
    for name in rule.arguments:
        made = [
            re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{name}>", value, address)
            for address in made
            for value in values.get(name, ["1"])
        ]
    yield from made


def hits(browser: Browser, path: str, words: tuple[str, ...]) -> list[str]:
    """The forms in which this address gives a canary away."""
    found = []
    for method, form in (*(("GET", form) for form in FORMS), ("HEAD", "page")):
        response = browser.open(path, method=method, headers=dict(FORMS[form]))
        text = response.get_data(as_text=True) + str(response.headers)
        found += [f"{method} {path} ({form}): {word}" for word in words if word in text]
    return found


def test_no_key_reaches_a_learner_before_her_answer(
    app: Flask, alice: User, browser_of: Callable[[User], Browser], practising: Callable[[User], str]
) -> None:
    hers = practising(alice)
    items = [item.id for bank in real_content().banks for item in bank.items]
    browser = browser_of(alice)
    leaks = [hit for path in pages(app, [hers], items) for hit in hits(browser, path, (CANARY, str(SECRET_NUMBER)))]
    assert leaks == []


def test_no_key_reaches_who_is_signed_out(
    app: Flask, nobody: Browser, alice: User, practising: Callable[[User], str]
) -> None:
    hers = practising(alice)
    leaks = [hit for path in pages(app, [hers], []) for hit in hits(nobody, path, (CANARY,))]
    assert leaks == []


def test_canaries_are_really_there_once_the_answer_is_in(
    session: Session, alice: User, browser_of: Callable[[User], Browser], practising: Callable[[User], str]
) -> None:
    hers = practising(alice)
    browser = browser_of(alice)
    silent = []
    for position in range(1, 41):
        sent = {"key": f"{position:>020}".replace(" ", "0"), "gave_up": "1"}
        browser.post(f"{hers}/{position}", data=sent)
        if CANARY not in browser.get(f"{hers}/{position}").get_data(as_text=True):
            silent.append(position)
    assert silent == []


def test_refused_answers_give_nothing_away(
    session: Session, alice: User, browser_of: Callable[[User], Browser], practising: Callable[[User], str]
) -> None:
    hers = practising(alice)
    browser = browser_of(alice)
    for position in range(1, 41):
        response = browser.post(f"{hers}/{position}", data={"key": "k" * 20, "certainty": "3"})
        assert response.status_code == 422
        assert CANARY not in response.get_data(as_text=True)


def test_nothing_private_of_bobs_reaches_anybody(
    app: Flask,
    session: Session,
    alice: User,
    bob: User,
    otto: User,
    ada: User,
    browser_of: Callable[[User], Browser],
    practising: Callable[[User], str],
) -> None:
    his = practising(bob)
    his_browser = browser_of(bob)
    asked = session.scalars(
        select(PracticeQuestion).join(PracticeSet, PracticeSet.id == PracticeQuestion.set_id)
    ).first()
    assert asked is not None
    session.expunge_all()
    session.rollback()
    his_browser.post(f"{his}/1", data={"key": "k" * 20, "gave_up": "1"})
    beside = {"version": asked.item_hash, "note_version": "0", "text": f"{OTHERS} is private"}
    assert his_browser.post(f"/questions/{asked.item_id}/note", data=beside).status_code == 303
    doubt = {**beside, "text": "This is for the authors to read."}
    his_browser.post(f"/questions/{asked.item_id}/challenge", data=doubt)
    for leave in ({}, {"may_publish": "1"}):
        private = {"text": f"{ASKED} in lesson one {len(leave)}", **leave}
        assert his_browser.post("/lessons/M01-L1/questions", data=private).status_code == 303
    his_browser.post(f"{his}/2/draft", data={"f": OTHERS})
    answered = session.scalars(select(Answer)).one()
    session.expunge_all()
    session.rollback()
    public = [his, f"/progress/answers/{answered.public_id}", f"{his}/1", f"{his}/2", f"{his}/summary"]
    words = (OTHERS, ASKED, bob.email, answered.public_id)
    # He has answered the first question of his set and begun the second: behind the third there is nothing of his.
    paths = (*pages(app, [his], [asked.item_id], positions=3), *public)
    for person in (alice, otto):
        leaks = [hit for path in paths for hit in hits(browser_of(person), path, words)]
        own_address = [leak for leak in leaks if leak.endswith(answered.public_id) and "progress/answers/" in leak]
        to_authors = [leak for leak in leaks if leak.endswith(ASKED) and "/author/inbox" in leak]
        assert set(leaks) - set(own_address) == set(to_authors)
        assert bool(to_authors) is (person is otto), "what is asked of authors reaches them, and only in their inbox"
    leaks = [hit for path in paths for hit in hits(browser_of(ada), path, (OTHERS,))]
    assert leaks == [], "she manages people, and reads nothing that they wrote for themselves"
