"""Practice as a browser sees it: choose, answer, learn why, look back."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.browser.one_of_each import first_of, practice_set
from tests.browser_client import Browser
from tests.factories import NOW
from tests.published import form_for, item, real_content, right_choice, wrong_choice
from trainer.accounts.models import User
from trainer.answers.models import Answer
from trainer.content.items import Item
from trainer.learning.question_types.base import Answer as Given
from trainer.library.actions import publish
from trainer.practice.models import PracticeQuestion, PracticeSet

pytestmark = pytest.mark.usefixtures("published")
HTMX = {"HX-Request": "true"}


def start(hers: Browser, source: str = "course", source_id: str = "accreditation", count: int = 10) -> str:
    """Start a set; the address of it."""
    sent = {"source": source, "source_id": source_id, "count": count}
    response = hers.post("/practice", data=sent)
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.location.rsplit("/", 1)[0]


def question(session: Session, position: int = 1) -> tuple[PracticeQuestion, Item]:
    """A question of the newest set, with its item."""
    newest = select(func.max(PracticeSet.id)).scalar_subquery()
    found = session.scalars(
        select(PracticeQuestion).where(PracticeQuestion.set_id == newest, PracticeQuestion.position == position)
    ).one()
    session.expunge(found)
    session.rollback()
    return found, item(found.item_id)


def single_choice_set(hers: Browser, session: Session) -> tuple[str, PracticeQuestion, Item]:
    """A set of M03-O1 with the first single choice in it."""
    address = start(hers, "objective", "M03-O1", 40)
    for position in range(1, 41):
        asked, found = question(session, position)
        if found.kind == "single_choice":
            return f"{address}/{position}", asked, found
    raise AssertionError("no single choice in M03-O1")


def answer(asked: PracticeQuestion, found: Item, given: Given, key: str = "k" * 20) -> dict[str, str]:
    """The form of an answer."""
    return {**form_for(found, asked.seed, given), "key": key, "certainty": "3"}


def test_every_source_of_the_menu_starts_a_set(hers: Browser) -> None:
    page = hers.get("/practice").get_data(as_text=True)
    offers = set(
        re.findall(r'name="source" value="(\w*)">\s*<input type="hidden" name="source_id" value="([\w-]*)"', page)
    )
    assert {source for source, _ in offers} == {"course", "module", "lesson", "objective"}
    for source, source_id in offers:
        assert start(hers, source, source_id, 3)


def offers_on(page: str) -> set[tuple[str, str, str]]:
    """What the buttons of a page would start: source, id, count."""
    field = r'<input type="hidden" name="{}" value="([\w-]*)">\s*'
    return set(re.findall("".join(field.format(name) for name in ("source", "source_id", "count")), page))


@pytest.mark.parametrize("banks", [0, 1])
@pytest.mark.parametrize("address", ["/", "/practice", "/courses/accreditation", "/progress"])
def test_nothing_is_offered_that_has_no_question(hers: Browser, session: Session, address: str, banks: int) -> None:
    kept = [bank for bank in real_content().banks if bank.use == "practice"][:banks]
    reserved = [bank for bank in real_content().banks if bank.use == "exam"]
    publish(session, replace(real_content(), banks=(*kept, *reserved)), NOW, by="a test")
    session.commit()
    page = hers.get(address).get_data(as_text=True)
    assert "There are no questions on this" in page or address == "/"
    assert bool(offers_on(page)) == bool(banks)
    for source, source_id, count in offers_on(page):
        assert start(hers, source, source_id, int(count))


def test_look_back_offers_only_what_is_still_there(hers: Browser, session: Session) -> None:
    address = start(hers, count=1)
    hers.post(f"{address}/1", data={"key": "k" * 20, "gave_up": "1"})
    missed = start(hers, "missed", "", 1)
    assert ("missed", "", "10") in offers_on(hers.get(f"{missed}/summary").get_data(as_text=True))
    reserved = tuple(bank for bank in real_content().banks if bank.use == "exam")
    publish(session, replace(real_content(), banks=reserved), NOW, by="a test")
    session.commit()
    assert offers_on(hers.get(f"{missed}/summary").get_data(as_text=True)) == set()


@pytest.mark.parametrize("kind", ["hotspot", "label_diagram"])
def test_question_that_was_retired_meanwhile_is_shown_with_its_figure(
    hers: Browser, session: Session, alice: User, kind: str
) -> None:
    practice, _ = practice_set(session, alice, [first_of(kind)], NOW)
    session.commit()
    publish(session, replace(real_content(), banks=()), NOW, by="a test")
    session.commit()
    address = f"/practice/{practice.public_id}/1"
    assert 'role="img"' in hers.get(address).get_data(as_text=True)
    hers.post(address, data={"key": "k" * 20, "gave_up": "1"})
    assert 'role="img"' in hers.get(address).get_data(as_text=True)
    answer = session.scalars(select(Answer.public_id)).one()
    assert 'role="img"' in hers.get(f"/progress/answers/{answer}").get_data(as_text=True)


def test_set_asks_each_question_once_and_mixes_objectives(hers: Browser, session: Session) -> None:
    start(hers, count=12)
    rows = session.scalars(select(PracticeQuestion)).all()
    assert len({row.item_id for row in rows}) == 12
    assert len({row.objective for row in rows}) >= 10


@pytest.mark.parametrize(("source", "mixed"), [("course", True), ("objective", False), ("lesson", False)])
def test_only_a_set_over_several_objectives_counts_as_mixed(
    hers: Browser, session: Session, source: str, mixed: bool
) -> None:
    """The last two bars ask for mixed sessions: there, nothing but the question says which rule it asks for."""
    address = start(hers, source, {"course": "accreditation", "objective": "M03-O1", "lesson": "M01-L1"}[source])
    hers.post(f"{address}/1", data={"key": "k" * 20, "gave_up": "1"})
    assert session.scalars(select(Answer.mixed)).one() is mixed


def test_unknown_wish_is_refused_in_words(hers: Browser) -> None:
    assert hers.post("/practice", data={"source": "everything", "source_id": "", "count": 5}).status_code == 422
    assert hers.post("/practice", data={"source": "course", "source_id": "none", "count": 5}).status_code == 422
    assert (
        hers.post("/practice", data={"source": "course", "source_id": "accreditation", "count": 999}).status_code == 422
    )


def test_open_question_shows_nothing_of_the_key(hers: Browser, session: Session) -> None:
    address, _asked, found = single_choice_set(hers, session)
    page = hers.get(address).get_data(as_text=True)
    for option in found.question.options:  # type: ignore[attr-defined]
        assert option.feedback[:30] not in page
        assert f'value="{option.id}"' not in page
    assert found.rationale.strip()[:30] not in page


def test_right_answer_without_script_is_shown_after_a_redirect(hers: Browser, session: Session) -> None:
    address, asked, found = single_choice_set(hers, session)
    response = hers.post(address, data=answer(asked, found, right_choice(found)))
    assert (response.status_code, response.location) == (303, address)
    assert "Right." in hers.get(address).get_data(as_text=True)


def test_wrong_answer_by_htmx_brings_the_feedback_fragment(hers: Browser, session: Session) -> None:
    address, asked, found = single_choice_set(hers, session)
    response = hers.post(address, data=answer(asked, found, wrong_choice(found)), headers=HTMX)
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "<html" not in text
    assert "Not yet." in text
    assert "HX-Request" in response.headers["Vary"]


def test_every_option_says_why(hers: Browser, session: Session) -> None:
    address, asked, found = single_choice_set(hers, session)
    text = hers.post(address, data=answer(asked, found, wrong_choice(found)), headers=HTMX).get_data(as_text=True)
    assert text.count('class="why"') == len(found.question.options)  # type: ignore[attr-defined]


def test_incomplete_answer_comes_back_filled_in(hers: Browser, session: Session) -> None:
    address, asked, found = single_choice_set(hers, session)
    sent = answer(asked, found, right_choice(found))
    del sent["certainty"]
    response = hers.post(address, data=sent, headers=HTMX)
    assert response.status_code == 422
    assert "checked" in response.get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_made_up_fields_change_nothing(hers: Browser, session: Session, bob: User) -> None:
    address, asked, found = single_choice_set(hers, session)
    forged = {"score": "1", "correct": "1", "user_id": str(bob.id), "answered_at": "2001-01-01", "item_hash": "0" * 64}
    hers.post(address, data={**answer(asked, found, wrong_choice(found)), **forged})
    session.rollback()
    row = session.scalars(select(Answer)).one()
    assert (row.score, row.user_id == bob.id, row.item_hash) == (0.0, False, asked.item_hash)


def test_second_tab_gets_its_answer_back_with_409(hers: Browser, session: Session) -> None:
    address, asked, found = single_choice_set(hers, session)
    hers.post(address, data=answer(asked, found, right_choice(found), "first" * 4))
    response = hers.post(address, data=answer(asked, found, wrong_choice(found), "other" * 4), headers=HTMX)
    text = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "another tab" in text
    assert "checked" in text
    assert session.scalar(select(func.count()).select_from(Answer)) == 1


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "page"])
def test_key_of_another_question_costs_no_text(hers: Browser, session: Session, headers: dict[str, str]) -> None:
    address = start(hers, count=40)
    places = [n for n in range(1, 41) if question(session, n)[1].kind == "single_choice"][:2]
    for place in places:
        asked, found = question(session, place)
        sent = answer(asked, found, right_choice(found))
        response = hers.post(f"{address}/{place}", data=sent, headers=headers)
    text = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Nothing was recorded" in text
    assert re.search(r'type="radio"[^>]*name="f[^>]*checked', text), "what was chosen is still chosen"
    again = {**sent, "key": re.findall(r'name="key" value="([^"]*)"', text)[0]}
    assert hers.post(f"{address}/{place}", data=again).status_code == 303
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Answer)) == 2


def test_draft_is_there_again_on_any_device(
    hers: Browser, session: Session, browser_of: Callable[[User], Browser], alice: User
) -> None:
    address, asked, found = single_choice_set(hers, session)
    drafted = answer(asked, found, wrong_choice(found))
    assert hers.post(f"{address}/draft", data=drafted).status_code == 204
    assert "checked" in browser_of(alice).get(address).get_data(as_text=True)


def test_huge_draft_is_refused(hers: Browser, session: Session) -> None:
    address, _asked, _found = single_choice_set(hers, session)
    assert hers.post(f"{address}/draft", data={"text": "x" * 20_001}).status_code == 422


def drafts(session: Session) -> int:
    """How many unsent forms are kept."""
    kept = session.scalar(select(func.count()).where(PracticeQuestion.draft.is_not(None))) or 0
    session.rollback()
    return kept


def test_drafts_of_one_person_have_a_bound_together(
    hers: Browser, session: Session, browser_of: Callable[[User], Browser], bob: User
) -> None:
    address, large = start(hers, count=12), {"text": "x" * 19_000}
    for position in range(1, 11):
        assert hers.post(f"{address}/{position}/draft", data=large).status_code == 204
    refused = hers.post(f"{address}/11/draft", data=large, headers=HTMX)
    assert refused.status_code == 422
    assert "Check some answers first." in refused.get_data(as_text=True)
    assert hers.post(f"{address}/10/draft", data=large).status_code == 204, "what is there may change"
    other = browser_of(bob)
    assert other.post(f"{start(other)}/1/draft", data=large).status_code == 204, "each person has her own"
    hers.post(f"{address}/1", data={"key": "k" * 20, "gave_up": "1"})
    assert hers.post(f"{address}/11/draft", data=large).status_code == 204
    assert drafts(session) == 11


def test_drafts_of_old_sets_are_dropped(hers: Browser, session: Session) -> None:
    address = start(hers)
    hers.post(f"{address}/1/draft", data={"text": "x"})
    for _ in range(9):
        start(hers)
    assert drafts(session) == 1
    start(hers)
    assert drafts(session) == 0


def test_draft_goes_with_the_answer(hers: Browser, session: Session) -> None:
    address = start(hers)
    hers.post(f"{address}/1/draft", data={"text": "x"})
    hers.post(f"{address}/1", data={"key": "k" * 20, "gave_up": "1"})
    assert drafts(session) == 0
    assert hers.post(f"{address}/1/draft", data={"text": "late"}).status_code == 204
    assert drafts(session) == 0, "what arrives late finds no open question"


def test_i_do_not_know_is_taken_without_certainty(hers: Browser, session: Session) -> None:
    address, _asked, _found = single_choice_set(hers, session)
    response = hers.post(address, data={"key": "k" * 20, "gave_up": "1"}, headers=HTMX)
    assert "Here is how it goes." in response.get_data(as_text=True)


def test_somebody_elses_set_is_not_there(hers: Browser, browser_of: Callable[[User], Browser], bob: User) -> None:
    address = start(hers)
    other = browser_of(bob)
    for path in (address, f"{address}/1", f"{address}/summary"):
        assert other.get(path).status_code == 404
    assert other.post(f"{address}/1", data={"key": "k" * 20, "gave_up": "1"}).status_code == 404
    assert other.post(f"{address}/1/draft", data={}).status_code == 404


def test_position_outside_of_the_set_is_not_there(hers: Browser) -> None:
    assert hers.get(f"{start(hers)}/11").status_code == 404


def test_resume_goes_to_the_first_open_question_and_in_the_end_looks_back(hers: Browser) -> None:
    address = start(hers, count=2)
    assert hers.get(address).location == f"{address}/1"
    for position in (1, 2):
        hers.post(f"{address}/{position}", data={"key": f"{position}" * 20, "gave_up": "1"})
    assert hers.get(address).location == f"{address}/summary"
    assert "0 of 2 right." in hers.get(f"{address}/summary").get_data(as_text=True)


def test_set_keeps_the_versions_it_began_with(hers: Browser, session: Session) -> None:
    address, asked, found = single_choice_set(hers, session)
    content = real_content()
    changed = replace(
        content,
        banks=tuple(
            replace(b, items=tuple(replace(i, rationale="Quite another reason.") for i in b.items))
            for b in content.banks
        ),
    )
    publish(session, changed, NOW, by="a test")
    session.commit()
    text = hers.post(address, data=answer(asked, found, right_choice(found)), headers=HTMX).get_data(as_text=True)
    assert "Quite another reason." not in text
    session.rollback()
    assert session.scalars(select(Answer)).one().item_hash == asked.item_hash


def test_what_went_wrong_can_be_practised_again(hers: Browser, session: Session) -> None:
    address = start(hers, count=3)
    hers.post(f"{address}/1", data={"key": "k" * 20, "gave_up": "1"})
    missed, _found = question(session)
    start(hers, "missed", "")
    again, _found = question(session)
    assert again.item_id == missed.item_id
