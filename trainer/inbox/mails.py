"""The mail that a reply brings."""

from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from trainer.inbox.actions import Replied
from trainer.mail import put_in_outbox


def tell_asker(session: Session, replied: Replied, *, now: datetime) -> None:
    """Write to whoever asked, in the transaction of the reply."""
    body = render_template("mail/question_replied.txt", replied=replied, path=url_for("progress.questions"))
    put_in_outbox(session, replied.user.email, _("Trainer: a reply to your question"), body, now=now)
