"""An assessment in a browser: where it is, how it is begun, what is asked."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.exams.sitting_exams import questions
from trainer.exams.models import ExamAttempt, ExamQuestion

HTMX = {"HX-Request": "true"}
FINAL, STRICT = "/exams/accreditation/final", "/exams/accreditation/strict"


def start(hers: Browser, address: str = FINAL) -> str:
    """Begin; the address of the attempt."""
    response = hers.post(address)
    assert response.status_code == 303
    return str(response.location)


def asked(session: Session, position: int) -> ExamQuestion:
    """A question of the newest attempt, as it is stored now; the session lets go of it, and of the lock."""
    session.expire_all()
    newest = session.scalars(select(ExamAttempt).order_by(ExamAttempt.id.desc()).limit(1)).one()
    found = questions(session, newest)[position - 1]
    session.expunge(found)
    session.rollback()
    return found
