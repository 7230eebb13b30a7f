"""What a learner doubted and asked, some of it answered: so that inbox and lessons have something to show."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests.published import item
from trainer.accounts.models import User
from trainer.content.store import content_hash, item_to_json
from trainer.inbox.actions import Wording, ask_about_lesson, publish_reply, reply_to
from trainer.notebook.actions import challenge_question, decide_challenge
from trainer.notebook.queries import Decision

ASKED = "Why does a first certification have two stages? In our company both were on one day.\n\nIs that allowed?"
SHOWN = Wording(
    "Why does a first certification audit have two stages, and may both be on one day?",
    "Stage 1 finds out whether stage 2 makes sense at all.\nTime between them is there to close gaps.",
    0,
)


def fill_inbox(session: Session, asker: User, otto: User, now: datetime) -> None:
    """Three doubts, one upheld and one rejected; three questions, two replied to and one of these shown."""
    for nth, (item_id, decision) in enumerate(
        (
            ("M03-SC-001", Decision(upheld=True, reason="B is right since the last edition.", by="Otto", at=now)),
            ("M02-SC-001", Decision(upheld=False, reason="The standard says “shall”, not “may”.", by="Otto", at=now)),
            ("M01-SC-001", None),
        )
    ):
        hash = content_hash(item_to_json(item(item_id)))
        when = now - timedelta(days=nth + 1)
        text = "I think two options are right: clause 7 says so."
        doubt = challenge_question(session, asker.id, item_id, hash, text=text, place="practice", now=when)
        session.flush()
        if decision:
            decide_challenge(session, doubt.public_id, decision, by=otto)
    for text, leave, reply in (
        (ASKED, True, "Yes, if no gap is found in stage 1."),
        ("What is a scheme?", False, "See the glossary."),
        ("Who pays for stage 1?", True, ""),
    ):
        asked = ask_about_lesson(session, asker.id, "M02-L1", text=text, may_publish=leave, now=now)
        session.flush()
        if reply:
            reply_to(session, asked.public_id, text=reply, by="Otto", now=now)
        if text is ASKED:
            publish_reply(session, asked.public_id, SHOWN, by="Otto", now=now)
    session.commit()
