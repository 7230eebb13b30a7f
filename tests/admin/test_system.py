"""The system page."""

from collections.abc import Callable
from dataclasses import asdict
from typing import get_args

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import BASE_URL, NOW, settings_for
from trainer.accounts.models import User
from trainer.content.problems import Problem, Severity
from trainer.library.models import ContentCheck
from trainer.mail import put_in_outbox, send_waiting
from trainer.settings import Settings

SEVERITIES = get_args(Severity)


def test_system_page_says_how_things_are(browser_of: Callable[[User], Browser], settings: Settings, ada: User) -> None:
    page = browser_of(ada).get("/admin/system").get_data(as_text=True)
    assert settings.database_url.partition(":")[0].partition("+")[0] in page
    for words in ("Migrations", "nothing published yet", "No mails yet", "TRAINER_SMTP_URL"):
        assert words in page


def test_system_page_says_that_content_has_errors(
    browser_of: Callable[[User], Browser], session: Session, ada: User
) -> None:
    problems = [asdict(Problem("banks/x.yaml", 3, 5, "range", "Difficulty is 1 to 5.", kind)) for kind in SEVERITIES]
    session.add(ContentCheck(at=NOW, problems=problems))
    session.commit()
    page = browser_of(ada).get("/admin/system").get_data(as_text=True)
    assert "1 error keeps content from being live" in page
    assert 'href="/author/check"' in page


def test_mails_are_shown_where_none_can_be_sent(
    browser_of: Callable[[User], Browser], session: Session, ada: User
) -> None:
    link = f"{BASE_URL}/reset/a.token-with_all"
    put_in_outbox(session, "eve@example.org", "Subject line", f"The text <b>of</b> it\n\n{link}\n", now=NOW)
    session.commit()
    page = browser_of(ada).get("/admin/system").get_data(as_text=True)
    assert "Subject line" in page
    assert "The text &lt;b&gt;of&lt;/b&gt; it" in page
    assert f'href="{link}"' in page


def test_mail_that_became_a_file_is_not_called_sent(
    browser_of: Callable[[User], Browser], session: Session, settings: Settings, ada: User
) -> None:
    put_in_outbox(session, "eve@example.org", "Subject line", "Hello", now=NOW)
    session.commit()
    assert "waiting, tried 0 times" in browser_of(ada).get("/admin/system").get_data(as_text=True)
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    send_waiting(engine, settings, NOW)
    page = browser_of(ada).get("/admin/system").get_data(as_text=True)
    assert "– written to the data folder" in page
    assert "– sent" not in page


def test_texts_of_mails_are_not_shown_where_they_are_sent(
    make_app: Callable[[Settings], Flask], session: Session, settings: Settings, ada: User
) -> None:
    """They hold links that set passwords."""
    put_in_outbox(session, "eve@example.org", "Subject line", "a secret link", now=NOW)
    session.commit()
    app = make_app(settings_for(settings.database_url, settings.data_dir, smtp_url="smtp://mail.example.org"))
    page = app.test_client().sign_in(ada.fs_uniquifier).get("/admin/system").get_data(as_text=True)  # type: ignore[attr-defined]
    assert "Subject line" in page
    assert "a secret link" not in page
