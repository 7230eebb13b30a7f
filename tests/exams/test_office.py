"""What administrators and authors do about assessments: grant more, and grade again what was graded by a wrong key."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from tests.audit.reading import NOBODY, Logged, logged
from tests.browser_client import Browser
from tests.exams.sitting_exams import (
    COURSE,
    EXAMS,
    LONG,
    MINUTE,
    answer_all,
    begun,
    publish_corrected,
    publish_exams,
    questions,
    right_form,
    send,
)
from tests.factories import NOW
from tests.racing import many_at_once
from trainer.accounts.models import User
from trainer.db import transaction
from trainer.exams.corrections import attempts_on_other_versions, grade_all_again
from trainer.exams.grading import hand_in
from trainer.exams.models import ExamAllowance, ExamAttempt, ExamQuestion, ExamResult
from trainer.library.queries import item_version, live_catalogue
from trainer.mail import OutboxMail
from trainer.web.guarding import go_on_writing

Sign = Callable[[User], Browser]


@pytest.fixture(autouse=True)
def _exams(session: Session) -> None:
    publish_exams(session)


def sent(**changes: object) -> dict[str, object]:
    return {"exam": f"{COURSE}/final", "minutes": 15, "attempts": 1, "reason": "Screen reader", **changes}


def test_more_is_granted_with_name_and_reason_and_she_sees_it(
    browser_of: Sign, session: Session, ada: User, alice: User
) -> None:
    admin, address = browser_of(ada), f"/admin/people/{alice.public_id}/allowances"
    assert address in admin.get(f"/admin/people/{alice.public_id}").get_data(as_text=True)
    assert admin.post(address, data=sent()).status_code == 303
    assert "Screen reader" in admin.get(address).get_data(as_text=True)
    hers = browser_of(alice).get(f"/exams/{COURSE}/final").get_data(as_text=True)
    assert "45 minutes, extended from 30" in hers
    assert "15 minutes more, 1 attempt more: Screen reader" in hers
    assert "Ada" in hers


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"minutes": 0, "attempts": 0}, {"minutes": 601}, {"exam": "accreditation/nothing"},
     {"exam": f"{COURSE}/untimed"}],
)  # fmt: skip
def test_senseless_grant_is_refused(
    browser_of: Sign, session: Session, ada: User, alice: User, changes: dict[str, object]
) -> None:
    refused = browser_of(ada).post(f"/admin/people/{alice.public_id}/allowances", data=sent(**changes))
    assert refused.status_code == 422
    assert session.scalar(select(func.count()).select_from(ExamAllowance)) == 0


@pytest.mark.parametrize("who", ["alice", "bob", "otto"])
def test_nobody_else_grants(
    browser_of: Sign, session: Session, alice: User, request: pytest.FixtureRequest, who: str
) -> None:
    person: User = request.getfixturevalue(who)
    address = f"/admin/people/{alice.public_id}/allowances"
    assert browser_of(person).get(address).status_code == 404
    assert browser_of(person).post(address, data=sent()).status_code == 404
    assert session.scalar(select(func.count()).select_from(ExamAllowance)) == 0


@pytest.fixture
def corrected(session: Session, alice: User, bob: User) -> str:
    """Alice and Bob have finished, all right; then the key of a question that both had is corrected and published."""
    attempts = [begun(session, person, LONG.id) for person in (alice, bob)]
    for attempt in attempts:
        answer_all(session, attempt, right=64)
        hand_in(session, attempt, now=NOW)
    both = set.intersection(*({question.item_id for question in questions(session, a)} for a in attempts))
    asked = {q.item_id: q.item_hash for q in questions(session, attempts[0])}
    wrong = next(id for id in sorted(both) if item_version(session, asked[id]).kind == "single_choice")
    publish_corrected(session, wrong, *EXAMS)
    return wrong


def test_author_grades_again_and_everybody_concerned_is_told(
    browser_of: Sign, session: Session, otto: User, corrected: str
) -> None:
    author, address = browser_of(otto), f"/author/items/{corrected}/correction"
    assert address in author.get(f"/author/items/{corrected}").get_data(as_text=True)
    page = author.get(address).get_data(as_text=True)
    assert "2 finished attempts were graded by another version" in page
    assert "alice" not in page.lower(), "who it is, is not said"
    assert author.post(address, data={"reason": "The key named the wrong body"}).status_code == 303
    results = session.scalars(select(ExamResult).order_by(ExamResult.id)).all()
    assert [(r.number, round(r.share, 3)) for r in results] == [(1, 1.0), (1, 1.0), (2, 0.984), (2, 0.984)]
    mails = session.scalars(select(OutboxMail).where(OutboxMail.subject.contains("graded again"))).all()
    assert {mail.recipient for mail in mails} == {"alice@example.org", "bob@example.org"}
    assert "The key named the wrong body" in mails[0].body
    assert "Your score was 100\u202f%; it is now 98\u202f%." in mails[0].body
    session.rollback()
    assert "nothing to do" in author.get(address).get_data(as_text=True)
    author.post(address, data={"reason": "once more"})
    assert session.scalar(select(func.count()).select_from(ExamResult)) == 4


def test_what_a_long_correction_has_done_before_a_mishap_stays_done(
    browser_of: Sign, session: Session, bob: User, otto: User, corrected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is committed in parts, so that others may write between them; the mishap: Bob's questions are damaged."""
    monkeypatch.setattr("trainer.exams.office.AT_ONCE", 1)
    bobs = session.scalars(select(ExamAttempt.id).where(ExamAttempt.user_id == bob.id)).one()
    damaged = update(ExamQuestion).where(ExamQuestion.attempt_id == bobs).values(item_hash="0" * 64)
    session.execute(damaged)
    session.commit()
    sent = {"reason": "The key named the wrong body"}
    assert browser_of(otto).post(f"/author/items/{corrected}/correction", data=sent).status_code == 404
    graded = session.execute(select(ExamResult.number, ExamAttempt.user_id).join(ExamAttempt).order_by(ExamResult.id))
    assert [(row.number, row.user_id == bob.id) for row in graded] == [(1, False), (1, True), (2, False)]


def test_key_that_is_published_anew_in_the_middle_of_a_correction_ends_it(
    browser_of: Sign, session: Session, otto: User, corrected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two parts the former key is made live again: the rest is not graded by a key that nobody wants."""
    monkeypatch.setattr("trainer.exams.office.AT_ONCE", 1)
    parts: list[int] = []

    def publish_between_parts() -> None:
        go_on_writing()
        parts.append(1)
        if len(parts) == 2:
            publish_exams(session)

    monkeypatch.setattr("trainer.exams.office.go_on_writing", publish_between_parts)
    author, address = browser_of(otto), f"/author/items/{corrected}/correction"
    page = author.post(address, data={"reason": "The key named the wrong body"}, follow_redirects=True)
    assert "published anew in the meantime" in page.get_data(as_text=True)
    numbers = session.scalars(select(ExamResult.number).order_by(ExamResult.id)).all()
    assert numbers == [1, 1, 2]
    session.rollback()
    assert "1 finished attempt was graded by another version" in author.get(address).get_data(as_text=True)


def test_attempt_under_way_is_graded_again_by_the_corrected_key_when_it_is_handed_in(
    browser_of: Sign, session: Session, otto: User, carol: User
) -> None:
    """Doubted while it is asked, corrected meanwhile: nobody has to think of it once more."""
    attempt = begun(session, carol, LONG.id)
    asked = next(q for q in questions(session, attempt) if item_version(session, q.item_hash).kind == "single_choice")
    publish_corrected(session, asked.item_id, *EXAMS)
    live_hash = live_catalogue(session).items[asked.item_id].hash
    right, position = right_form(session, asked), asked.position
    address = f"/author/items/{asked.item_id}/correction"
    session.rollback()
    author = browser_of(otto)
    assert "1 attempt under way asks another version. Say here" in author.get(address).get_data(as_text=True)
    author.post(address, data={"reason": "B holds."})
    assert "graded again by itself when it is handed in" in author.get(address).get_data(as_text=True)
    send(session, attempt, position, right)
    counts = hand_in(session, attempt, now=NOW + MINUTE)
    session.commit()
    first, second = session.scalars(select(ExamResult).order_by(ExamResult.number)).all()
    assert (first.marks[position - 1]["score"], first.share) == (1.0, pytest.approx(1 / 64))
    assert (second.marks[position - 1]["hash"], second.share) == (live_hash, 0.0)
    assert (second.reason, second.made_by) == ("B holds.", "Otto")
    assert counts.number == 2
    assert hand_in(session, attempt, now=NOW + MINUTE).number == 2
    session.rollback()
    assert "nothing to do" in author.get(address).get_data(as_text=True)


def test_nothing_is_graded_again_without_a_reason(
    browser_of: Sign, session: Session, otto: User, corrected: str
) -> None:
    assert browser_of(otto).post(f"/author/items/{corrected}/correction", data={"reason": " "}).status_code == 422
    assert session.scalar(select(func.count()).select_from(ExamResult)) == 2


def test_of_many_who_grade_again_at_once_each_result_is_made_and_told_once(
    engine: Engine, session: Session, otto: User, corrected: str
) -> None:
    live_hash = live_catalogue(session).items[corrected].hash
    session.commit()

    def again(_: int) -> int:
        with transaction(engine) as own:
            attempts = attempts_on_other_versions(own, corrected, live_hash)
            versions = {corrected: live_hash}
            return len(grade_all_again(own, attempts, versions, reason="Key", by=otto, now=NOW))

    assert many_at_once(8, again) == {2: 1, 0: 7}
    results = session.scalars(select(ExamResult).order_by(ExamResult.id)).all()
    assert [(result.number, result.share < 1) for result in results] == [(1, False)] * 2 + [(2, True)] * 2
    assert [entry.details["results"] for entry in logged(session) if entry.action == "attempt.regraded"] == [2]


def test_what_is_granted_is_logged_with_what_binds_its_reason(
    browser_of: Sign, session: Session, ada: User, alice: User
) -> None:
    admin, address = browser_of(ada), f"/admin/people/{alice.public_id}/allowances"
    admin.post(address, data=sent())
    assert admin.post(address, data=sent(minutes=-16)).status_code == 422, "more than was granted"
    reason = sha256(b"Screen reader").hexdigest()
    said = {"course": COURSE, "exam": "final", "extra_minutes": 15, "extra_attempts": 1, "reason": reason}
    assert after_publishing(session) == [Logged("allowance.granted", ada.public_id, alice.public_id, said)]


REASON = "The key named the wrong body"


def after_publishing(session: Session) -> list[Logged]:
    """What the audit log says besides releases."""
    return [entry for entry in logged(session) if not entry.action.startswith("release.")]


def noted(session: Session, by: User, item: str, reason: str = REASON) -> Logged:
    """That a key was corrected, as the log has it."""
    version = live_catalogue(session).items[item].hash
    session.rollback()
    return Logged("key.corrected", by.public_id, details={"item": item, "version": version, "reason": reason})


def regraded(session: Session, by: User | None, item: str, results: int, reason: str = REASON) -> Logged:
    """That attempts were graded again, as the log has it."""
    version = live_catalogue(session).items[item].hash
    session.rollback()
    said = {"items": item, "versions": version, "reason": reason, "results": results}
    return Logged("attempt.regraded", by.public_id if by else NOBODY, details=said)


def test_correction_is_logged_with_how_many_results_it_made_and_sent_again_it_is_not(
    browser_of: Sign, session: Session, otto: User, ada: User, corrected: str
) -> None:
    author, address = browser_of(otto), f"/author/items/{corrected}/correction"
    assert author.post(address, data={"reason": " "}).status_code == 422
    for _ in range(2):
        author.post(address, data={"reason": REASON})
    once = [noted(session, otto, corrected), regraded(session, otto, corrected, 2)]
    assert after_publishing(session) == once
    browser_of(ada).post(address, data={"reason": "As Otto says"})
    assert after_publishing(session) == [*once, noted(session, ada, corrected, "As Otto says")], "hers is another"


def test_correction_that_a_mishap_ends_is_logged_as_far_as_it_came_and_then_the_rest(
    browser_of: Sign, session: Session, bob: User, otto: User, corrected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mishap: Bob's questions are damaged, then mended."""
    monkeypatch.setattr("trainer.exams.office.AT_ONCE", 1)
    bobs = session.scalars(select(ExamAttempt.id).where(ExamAttempt.user_id == bob.id)).one()
    asked = select(ExamQuestion.position, ExamQuestion.item_hash).where(ExamQuestion.attempt_id == bobs)
    whole = {row.position: row.item_hash for row in session.execute(asked)}
    session.execute(update(ExamQuestion).where(ExamQuestion.attempt_id == bobs).values(item_hash="0" * 64))
    session.commit()
    author, address = browser_of(otto), f"/author/items/{corrected}/correction"
    assert author.post(address, data={"reason": REASON}).status_code == 404
    so_far = [noted(session, otto, corrected), regraded(session, otto, corrected, 1)]
    assert after_publishing(session) == so_far
    for position, hash in whole.items():
        its = (ExamQuestion.attempt_id == bobs, ExamQuestion.position == position)
        session.execute(update(ExamQuestion).where(*its).values(item_hash=hash))
    session.commit()
    assert author.post(address, data={"reason": REASON}).status_code == 303
    assert after_publishing(session) == [*so_far, regraded(session, otto, corrected, 1)]
    assert author.post(address, data={"reason": REASON}).status_code == 303
    assert len(after_publishing(session)) == 3


def test_attempt_that_is_graded_again_when_it_is_handed_in_is_logged_as_done_by_nobody(
    browser_of: Sign, session: Session, otto: User, carol: User
) -> None:
    attempt = begun(session, carol, LONG.id)
    asked = next(q for q in questions(session, attempt) if item_version(session, q.item_hash).kind == "single_choice")
    item = asked.item_id
    publish_corrected(session, item, *EXAMS)
    session.commit()
    browser_of(otto).post(f"/author/items/{item}/correction", data={"reason": REASON})
    assert after_publishing(session) == [noted(session, otto, item)]
    for _ in range(2):
        hand_in(session, attempt, now=NOW + MINUTE)
        session.commit()
    assert after_publishing(session) == [noted(session, otto, item), regraded(session, None, item, 1)]
