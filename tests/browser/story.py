"""People at different places of the course, on one site: what pages look like for each of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Flask, abort
from passlib.totp import TOTP
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.browser.correspondence import fill_inbox
from tests.browser.history import near_miss, read_lessons, weeks_of_study
from tests.browser.looking import Site
from tests.browser.noticed import tell_of_training
from tests.browser.one_of_each import set_with_one_of_each
from tests.browser.planned import plan_trainings
from tests.browser_client import Browser
from tests.effects.measuring import programme, take_the_course
from tests.exams.sitting_exams import form_of, right_form
from tests.factories import CAST, make_person
from tests.published import publish_real_content
from trainer import clock
from trainer.accounts.actions import ask_to_change_email, first_admin_token, make_sign_in_link
from trainer.accounts.models import User
from trainer.db import db, make_engine
from trainer.effects.actions import begin
from trainer.exams.actions import Sent, save_answer
from trainer.exams.grading import hand_in
from trainer.exams.queries import live_exams, sitting
from trainer.exams.starting import start_attempt
from trainer.learning.calibration import Certainty
from trainer.learning.effect import BEFORE
from trainer.library.queries import item_version, live_catalogue
from trainer.mail import OutboxMail
from trainer.teams.actions import Duties, Place, archive_team, create_team, put_in_team, save_role
from trainer.teams.inviting import Guest, invite_address, invite_by_link
from trainer.teams.models import Invitation
from trainer.teams.queries import members_of
from trainer.web.policy import public

LEARNERS = ("Alice", "Bea", "Cem", "Dan", "Fay", "Gil", "Ivo", "Tess")


@dataclass(frozen=True)
class Told:
    """Alice has just come, Bea and Dan have studied for weeks, Cem has read everything; Dan has a `set` before him.
    Otto writes and let the time of an assessment run out, Ada administers, Tess signs in with a second step and has
    used both her attempts. Fay has taken the entry test of the course and Ivo is at it; Gil and four others have ended
    the course some weeks ago, and Gil is asked what has stayed. `places` are addresses known only once all this is so,
    by the word that stands for each. Bea has doubted and asked; Otto has answered some of it. Lena leads a
    team of five, into which Alice is invited. Bea was told of trainings."""

    people: Mapping[str, User]
    set: str
    places: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """The site, who is there, and the cookies that sign them in."""

    site: Site
    told: Told
    cookies: Mapping[str, Any]


def told_in(database_url: str) -> Told:
    """Tell the story in an empty database."""
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session:
        publish_real_content(session)
        welcome = first_admin_token(session, clock.now())
        people = {name: make_person(session, name) for name in LEARNERS}
        people |= {name: make_person(session, name, CAST[name]) for name in ("Lena", "Otto", "Ada")}
        for name in ("Bea", "Dan"):
            weeks_of_study(session, people[name], clock.now())
        fill_inbox(session, people["Bea"], people["Otto"], clock.now())
        read_lessons(session, people["Cem"], clock.now())
        practice = set_with_one_of_each(session, people["Dan"])
        places = {"SET": practice, "PERSON": people["Cem"].public_id, "WELCOME": f"/welcome/{welcome}"}
        places |= _links_to(session, people["Cem"])
        places |= _assessments(session, open_for=people["Dan"], done_by=people["Cem"])
        places |= _measured(session, people)
        places |= _assessments_of_long_ago(session, overdue_for=people["Otto"], all_done_by=people["Tess"])
        places |= _team(session, people)
        places |= tell_of_training(session, database_url, told=people["Bea"], switched_off=people["Cem"])
        session.commit()
    engine.dispose()
    return Told(people, practice, places)


def _links_to(session: Session, user: User) -> Mapping[str, str]:
    """What administrators and mails send to somebody."""
    return {
        "LINK": f"/sign-in/link/{make_sign_in_link(session, user, clock.now())}",
        "NEW-EMAIL": f"/account/email/{ask_to_change_email(session, user, 'new@example.org', clock.now())}",
    }


def _assessments(session: Session, *, open_for: User, done_by: User) -> Mapping[str, str]:
    """One attempt that has begun, and one that was handed in with nothing in it."""
    (live,) = live_exams(live_catalogue(session))
    begun, done = (start_attempt(session, person, live, now=clock.now()) for person in (open_for, done_by))
    hand_in(session, done, now=clock.now())
    return {"ATTEMPT": f"/exams/attempts/{begun.public_id}", "FINISHED": f"/exams/attempts/{done.public_id}"}


def _assessments_of_long_ago(session: Session, *, overdue_for: User, all_done_by: User) -> Mapping[str, str]:
    """An attempt whose time ran out before it was handed in, and the last one that there is, with one right answer."""
    (live,) = live_exams(live_catalogue(session))
    overdue = start_attempt(session, overdue_for, live, now=clock.now() - timedelta(hours=2))
    for days in (9, 6):
        at = clock.now() - timedelta(days=days)
        last = start_attempt(session, all_done_by, live, now=at)
        first = sitting(session, last).questions[0]
        save_answer(session, last, 1, Sent(right_form(session, first), f"key-{days:016}", 0), now=at)
        hand_in(session, last, now=at)
    return {"OVERDUE": f"/exams/attempts/{overdue.public_id}", "OF-RECORD": f"/exams/attempts/{last.public_id}"}


def _measured(session: Session, people: Mapping[str, User]) -> Mapping[str, str]:
    """The tests of a course: one behind Fay, with a module opened and a sure mistake, one before Ivo, all of Gil's."""
    now = clock.now()
    placed = begin(session, people["Fay"], programme(session), BEFORE, now=now)
    for question in sitting(session, placed).questions:
        knows = question.module == "M01" or question.objective in ("M02-O1", "M03-O2")
        wrong = form_of(session, question, near_miss(item_version(session, question.item_hash)))
        form = right_form(session, question) if knows else wrong
        sent = Sent(form, f"key-{question.position:016}", 0, Certainty.SURE if question.position % 3 else None)
        sent = replace(sent, certainty=Certainty.THINK_SO) if knows else sent
        save_answer(session, placed, question.position, sent, now=now)
    hand_in(session, placed, now=now)
    team = [people["Gil"], *(make_person(session, name) for name in ("Hana", "Jo", "Kay", "Lea"))]
    for nth, person in enumerate(team):
        take_the_course(session, person, before=2 + nth, after=7 + nth, at=now - timedelta(days=45))
    begun = begin(session, people["Ivo"], programme(session), BEFORE, now=now)
    return {"PLACED": f"/exams/attempts/{placed.public_id}", "ENTRY": f"/exams/attempts/{begun.public_id}"}


def _team(session: Session, people: Mapping[str, User]) -> Mapping[str, str]:
    """Lena's team: five people, two job roles, invitations of each kind; and one that waits for Alice."""
    now, lena = clock.now(), people["Lena"]
    team = create_team(session, "Network North", by=None, now=now - timedelta(days=80))
    put_in_team(session, team, lena, Place(leads=True, learns=False), by=None, now=now - timedelta(days=80))
    duties = {"Technician": ["M01-O1", "M01-O2", "M02-O1"], "Internal auditor": ["M02-O3", "M02-O4", "M03-O1"]}
    technician, auditor = (
        save_role(session, team, None, Duties(name, objectives), by=lena, now=now)
        for name, objectives in duties.items()
    )
    used = invite_address(session, team, Guest("bea@example.org"), by=lena, now=now - timedelta(days=80))
    session.execute(update(Invitation).values(ended_at=now - timedelta(days=70)))
    for nth, name in enumerate(("Bea", "Cem", "Dan", "Fay", "Gil")):
        place = Place(job_role=(technician, auditor, None)[nth % 3])
        put_in_team(session, team, people[name], place, by=None, now=now - timedelta(days=70 - nth))
    link, own = (
        f"/join/{invite_by_link(session, team, 7, technician, by=lena, now=now)[1]}",
        f"/join/{invite_address(session, team, Guest('nina@example.org', 'Nina New', auditor), by=lena, now=now)}",
    )
    invite_address(session, team, Guest("alice@example.org"), by=lena, now=now)
    away = create_team(session, "Network East", by=None, now=now - timedelta(days=400))
    put_in_team(session, away, lena, Place(leads=True), by=None, now=now - timedelta(days=400))
    archive_team(session, away, by=lena, now=now - timedelta(days=90))
    trainings = plan_trainings(session, team, lena)
    beas = next(each for each in members_of(session, team) if each.user.name == "Bea")
    return {
        "TEAM": f"/teams/{team.public_id}",
        "AWAY": f"/teams/{away.public_id}",
        "BEAS": f"/teams/{team.public_id}/people/{beas.membership.public_id}",
        "ROLE": f"/teams/{team.public_id}/roles/{technician.public_id}",
        "BY-ALL": link,
        "BY-NINA": own,
        "BY-BEA": f"/join/{used}",
        **trainings,
    }


def turn_second_step_on(site: Site, user: User) -> None:
    """As somebody with an app of codes does."""
    browser = site.app.test_client()
    assert isinstance(browser, Browser)
    browser.sign_in(user.fs_uniquifier)
    page = browser.post("/account/second-step", data={"setup": "authenticator"}).get_data(as_text=True)
    key, action = re.findall(r"<code>([A-Z0-9 -]+)</code>|action=\"(/account/second-step/[^\"]+)\"", page)
    code = TOTP(key=key[0]).generate(clock.now().timestamp()).token
    assert browser.post(action[1], data={"code": code}).location.startswith("/account/recovery-codes")


def reset_link(site: Site, user: User) -> str:
    """Ask for a new password, and find the link in the mail."""
    site.app.test_client().post("/reset", data={"email": user.email})
    with site.app.app_context():
        body = db.session.scalars(select(OutboxMail.body).where(OutboxMail.recipient == user.email)).one()
    return re.findall(r"/reset/[\w.~-]+", body)[0]


def add_failing_pages(app: Flask) -> None:
    """`/fail/<code>` shows the page of an error."""

    @public
    def fail(code: int) -> str:
        abort(code)

    app.add_url_rule("/fail/<int:code>", "fail", fail)
