"""A doubt about a question: had before or after answering, decided once, told to whoever had it and to nobody else."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.audit.reading import Logged, logged
from tests.browser_client import Browser
from tests.factories import NOW
from tests.inbox.asking import ESCAPED, HASH, HTMX, ITEM, NASTY, Look, doubt, doubt_address, read
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.learning.errors import TooMany
from trainer.mail import OutboxMail
from trainer.notebook.actions import (
    MOST_CHALLENGES,
    WINDOW,
    DecidedAlready,
    challenge_question,
    decide_challenge,
)
from trainer.notebook.models import Challenge, ChallengeDecision
from trainer.notebook.queries import Decision

pytestmark = pytest.mark.usefixtures("published")

UPHELD = {"verdict": "upheld", "reason": "B is right since 2023."}
REJECTED = {"verdict": "rejected", "reason": "The standard says must."}
BANK_PAGE = "/author/banks/accreditation-m03"


def practise(browser: Browser) -> str:
    """Begin a set of one question on the objective of ITEM; its address."""
    sent = {"source": "course", "source_id": "accreditation", "count": 1}
    return str(browser.post("/practice", data=sent).location)


def test_question_can_be_doubted_while_it_is_open(hers: Browser) -> None:
    page = read(hers, practise(hers))
    assert "Check answer" in page
    assert "I think this question is wrong" in page
    assert '<input type="hidden" name="place" value="practice">' in page


def test_check_of_a_lesson_can_be_doubted_while_it_is_open(hers: Browser) -> None:
    page = read(hers, "/lessons/M01-L1")
    assert "I think this question is wrong" in page
    assert '<input type="hidden" name="place" value="lesson">' in page


def test_inbox_says_version_time_and_place_of_a_doubt(hers: Browser, ottos: Browser, look: Look) -> None:
    doubt(hers, place="lesson")
    page = read(ottos, doubt_address(look))
    assert f"/author/items/{ITEM}?version={HASH}" in page
    assert "in a lesson" in page
    assert look(select(Challenge.place)) == ["lesson"]


def test_place_that_does_not_exist_is_refused(hers: Browser, look: Look) -> None:
    sent = {"version": HASH, "text": "Wrong.", "place": "<b>"}
    assert hers.post(f"/questions/{ITEM}/challenge", data=sent).status_code == 422
    assert look(select(Challenge.id)) == []


def test_upheld_doubt_leads_the_author_to_the_correction_and_thanks_the_learner(
    hers: Browser, ottos: Browser, look: Look, alice: User
) -> None:
    doubt(hers)
    address = doubt_address(look)
    assert ottos.post(address, data=UPHELD).status_code == 303
    page = read(ottos, address)
    assert "Publish the corrected file, then grade finished assessments again." in page
    assert f"/author/items/{ITEM}/correction" in page
    mail = look(select(OutboxMail))[0]
    assert mail.recipient == alice.email
    assert "Thank you" in mail.body
    assert "The reason, by Otto:" in mail.body
    assert UPHELD["reason"] in mail.body
    own = read(hers, "/progress/questions")
    assert "You were right to doubt this. Thank you" in own
    assert UPHELD["reason"] in own
    assert "Otto," in own


def test_rejected_doubt_is_told_with_the_reason_and_asks_for_no_correction(
    hers: Browser, ottos: Browser, look: Look
) -> None:
    doubt(hers)
    address = doubt_address(look)
    ottos.post(address, data=REJECTED)
    assert "/correction" not in read(ottos, address)
    assert REJECTED["reason"] in look(select(OutboxMail.body))[0]
    assert "leave the question as it is" in read(hers, "/progress/questions")


def test_decision_counts_no_longer_as_waiting(hers: Browser, ottos: Browser, look: Look) -> None:
    doubt(hers)
    assert "1 doubt" in read(ottos, BANK_PAGE)
    ottos.post(doubt_address(look), data=REJECTED)
    assert "1 doubt" not in read(ottos, BANK_PAGE)
    assert "Nothing waits" in read(ottos, "/author/inbox")
    assert "B is right too." in read(ottos, "/author/inbox/done")
    assert "rejected" in read(ottos, f"/author/items/{ITEM}")


def beside(browser: Browser) -> str:
    """What stands beside the question, as the answer to the same doubt sent once more."""
    sent = {"version": HASH, "text": "B is right too.", "place": "practice"}
    return browser.post(f"/questions/{ITEM}/challenge", data=sent, headers=HTMX).text


def decided(session: Session) -> list[Logged]:
    """What the audit log says of doubts."""
    return [entry for entry in logged(session) if entry.action.startswith("doubt.")]


@pytest.mark.parametrize("sent", [UPHELD, REJECTED], ids=["upheld", "rejected"])
def test_decision_is_logged_without_whose_doubt_it_was_and_what_was_said(
    hers: Browser, ottos: Browser, adas: Browser, session: Session, look: Look, otto: User, sent: dict[str, str]
) -> None:
    doubt(hers)
    address = doubt_address(look)
    assert decided(session) == [], "a doubt is nobody's deed"
    ottos.post(address, data=sent)
    assert adas.post(address, data=UPHELD).status_code == 409
    said = {"doubt": address.rpartition("/")[2], "item": ITEM, "version": HASH}
    assert decided(session) == [Logged(f"doubt.{sent['verdict']}", otto.public_id, details=said)]


def test_reason_is_kept_back_while_the_question_may_be_open(hers: Browser, ottos: Browser, look: Look) -> None:
    """A reason may give the key away."""
    doubt(hers)
    ottos.post(doubt_address(look), data=REJECTED)
    assert "leave the question as it is" in beside(hers)
    assert REJECTED["reason"] not in beside(hers)


@pytest.mark.parametrize(
    "sent",
    [
        {"verdict": "upheld", "reason": ""},
        {"verdict": "upheld", "reason": "   "},
        {"verdict": "upheld", "reason": "x" * 4001},
        {"verdict": "", "reason": "Only a reason."},
        {"verdict": "perhaps", "reason": "Only a reason."},
    ],
)
def test_decision_needs_a_verdict_and_a_reason(hers: Browser, ottos: Browser, look: Look, sent: dict[str, str]) -> None:
    doubt(hers)
    answer = ottos.post(doubt_address(look), data=sent)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert sent["reason"] in answer.text
    assert look(select(ChallengeDecision.id)) == []
    assert look(select(OutboxMail.id)) == []


def test_second_author_is_told_and_keeps_her_text(hers: Browser, ottos: Browser, adas: Browser, look: Look) -> None:
    doubt(hers)
    ottos.post(doubt_address(look), data=REJECTED)
    answer = adas.post(doubt_address(look), data=UPHELD)
    assert answer.status_code == 409
    assert REJECTED["reason"] in answer.text
    assert UPHELD["reason"] in answer.text
    assert look(select(ChallengeDecision.decided_by)) == ["Otto"]
    assert len(look(select(OutboxMail.id))) == 1


def test_reason_written_in_a_session_that_has_ended_is_shown_again(hers: Browser, nobody: Browser, look: Look) -> None:
    doubt(hers)
    answer = nobody.post(doubt_address(look), data=UPHELD)
    assert answer.status_code == 401
    assert UPHELD["reason"] in answer.text


def test_of_many_decisions_at_once_one_wins_and_is_logged(
    session: Session, engine: Engine, alice: User, otto: User, look: Look
) -> None:
    challenge = challenge_question(session, alice.id, ITEM, HASH, text="B is right.", now=NOW)
    session.commit()

    def decide(number: int) -> bool:
        try:
            with transaction(engine) as own:
                decision = Decision(number % 2 == 0, "Why.", f"Author {number}", NOW)
                decide_challenge(own, challenge.public_id, decision, by=otto)
        except DecidedAlready:
            return False
        return True

    assert many_at_once(8, decide) == {True: 1, False: 7}
    assert len(look(select(ChallengeDecision.id))) == 1
    assert len(decided(session)) == 1


def test_decision_cannot_be_changed(hers: Browser, ottos: Browser, look: Look, engine: Engine) -> None:
    doubt(hers)
    ottos.post(doubt_address(look), data=REJECTED)
    with pytest.raises(IntegrityError, match="never changed"), transaction(engine) as session:
        session.query(ChallengeDecision).update({"upheld": True})


def test_texts_are_escaped_on_pages_and_plain_in_the_mail(hers: Browser, ottos: Browser, look: Look) -> None:
    doubt(hers, NASTY)
    address = doubt_address(look)
    assert ESCAPED in read(ottos, "/author/inbox")
    ottos.post(address, data={"verdict": "upheld", "reason": NASTY})
    for browser, page in ((ottos, address), (ottos, "/author/inbox/done"), (hers, "/progress/questions")):
        assert read(browser, page).count(ESCAPED) >= 1
        assert "<script>alert" not in read(browser, page)
    assert look(select(OutboxMail.body))[0].count(NASTY) == 2


def test_name_of_the_doubter_is_in_no_page_of_the_inbox(hers: Browser, ottos: Browser, look: Look, alice: User) -> None:
    doubt(hers)
    address = doubt_address(look)
    pages = [read(ottos, page) for page in ("/author/inbox", address, f"/author/items/{ITEM}")]
    ottos.post(address, data=REJECTED)
    pages += [read(ottos, page) for page in ("/author/inbox/done", address, f"/author/items/{ITEM}")]
    for page in pages:
        assert "alice" not in page.lower()
        assert alice.public_id not in page


def test_doubts_and_decisions_of_others_are_not_there(
    hers: Browser, ottos: Browser, look: Look, browser_of: Callable[[User], Browser], bob: User
) -> None:
    doubt(hers, "canary-of-alice")
    ottos.post(doubt_address(look), data={"verdict": "upheld", "reason": "canary-of-otto"})
    bobs = browser_of(bob)
    assert "canary" not in read(bobs, "/progress/questions")
    assert (
        "canary"
        not in bobs.post(f"/questions/{ITEM}/challenge", data={"version": HASH, "text": "Mine."}, headers=HTMX).text
    )
    for browser in (bobs, hers):
        assert browser.get(doubt_address(look)).status_code == 404, "the inbox is the authors'"
        assert browser.post(doubt_address(look), data=UPHELD).status_code == 404


def test_flood_of_doubts_is_stopped(session: Session, alice: User, bob: User) -> None:
    for number in range(MOST_CHALLENGES):
        challenge_question(session, alice.id, ITEM, f"{number:064}", text="No.", now=NOW)
    with pytest.raises(TooMany):
        challenge_question(session, alice.id, ITEM, HASH, text="No.", now=NOW)
    challenge_question(session, bob.id, ITEM, HASH, text="No.", now=NOW)
    challenge_question(session, alice.id, ITEM, HASH, text="No.", now=NOW + WINDOW)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_flood_is_told_and_without_a_script_the_text_comes_back(
    hers: Browser, session: Session, alice: User, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.notebook.actions.MOST_CHALLENGES", 0)
    answer = hers.post(f"/questions/{ITEM}/challenge", data={"version": HASH, "text": "My words."}, headers=headers)
    assert answer.status_code == 429
    assert ("My words." in answer.text) is (not headers)
