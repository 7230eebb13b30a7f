"""Whether pages stay as fast with 1,000,000 answers of 1,000 learners as with 1,000 answers in all, on SQLite.

Other sizes by arguments: learners and answers of each in the large site, then in the small one.

Four learners answer through the real actions, over weeks, and everything they left is copied for the others. The two
sites are asked in turn, in one process, so that what else the machine does weighs on both alike.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from os import getloadavg
from pathlib import Path
from random import Random
from secrets import token_urlsafe
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from benchmarks._rig import TOKEN, Figures, report
from trainer.accounts.actions import add_user
from trainer.accounts.models import LEARNER, User
from trainer.admin.demo.answering import AnswerBook
from trainer.answers.actions import Reply
from trainer.answers.models import Answer, AnsweredWeek, Knowledge, Misbelief, Standing, Sureness
from trainer.answers.queries import due_items
from trainer.app import create_app
from trainer.clock import now
from trainer.content.reading import read_content
from trainer.db import Base, database_of, db, transaction
from trainer.learning.calibration import Certainty
from trainer.learning.showing import show
from trainer.library.actions import publish
from trainer.library.queries import item_version, live_catalogue
from trainer.practice.actions import answer_question, start_practice
from trainer.practice.models import PracticeQuestion, PracticeSet
from trainer.practice.pool import Wish
from trainer.settings import Settings, load_settings, prepared

MANY, FEW = (1_000, 1_000), (25, 40)
"""Learners, and the answers of each of them, in the large and in the small site."""
MODELS = 4
"""Learners who answer themselves."""
ROUNDS = 60
SET = 40
WARM_UP = 3
TARGET = {"home_ratio": 1.5, "due_ratio": 1.5, "progress_ratio": 1.5, "answer_ratio": 1.5}

COPIED: tuple[type[Base], ...] = (
    PracticeSet,
    PracticeQuestion,
    Answer,
    Standing,
    Knowledge,
    AnsweredWeek,
    Sureness,
    Misbelief,
)


@dataclass(frozen=True)
class Site:
    """An app with its database and the people in it, those who answered themselves first."""

    app: Flask
    engine: Engine
    people: Sequence[User]

    def browser(self, round: int) -> FlaskClient:
        """A browser of somebody, signed in; of another person each round."""
        browser = self.app.test_client()
        with browser.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = self.people[round % len(self.people)].fs_uniquifier, True
        return browser


Measure = Callable[[Site, int], float]


def measure(many: tuple[int, int] = MANY, few: tuple[int, int] = FEW, rounds: int = ROUNDS) -> dict[str, float]:
    """Medians in ms in both sites, (learners, answers of each), and how many times longer the large one takes."""
    figures: dict[str, float] = {"load_before": round(getloadavg()[0], 1)}
    with TemporaryDirectory() as folder:
        began = perf_counter()
        with site_with(Path(folder) / "few", *few) as small, site_with(Path(folder) / "many", *many) as large:
            figures |= {"few_answers": _answers(small), "many_answers": _answers(large)}
            figures["build_s"] = round(perf_counter() - began, 1)
            for name, ask in MEASURES.items():
                pairs = [_pair(ask, small, large, round) for round in range(WARM_UP + rounds)][WARM_UP:]
                before, after = (median(times) for times in zip(*pairs, strict=True))
                figures |= {f"{name}_few_ms": round(before * 1000, 2), f"{name}_many_ms": round(after * 1000, 2)}
                figures[f"{name}_ratio"] = round(after / before, 2)
    return figures


def _pair(ask: Measure, few: Site, many: Site, round: int) -> tuple[float, float]:
    """Seconds in the small and in the large site, now this, now that one first."""
    if round % 2:
        small = ask(few, round)
        return small, ask(many, round)
    large = ask(many, round)
    return ask(few, round), large


def _page(path: str) -> Measure:
    def ask(site: Site, round: int) -> float:
        browser = site.browser(round)
        began = perf_counter()
        reply = browser.get(path)
        taken = perf_counter() - began
        return _checked(reply.status_code, taken)

    return ask


def _due(site: Site, round: int) -> float:
    """The query of the review queue alone."""
    user_id = site.people[round % len(site.people)].id
    with transaction(site.engine, read_only=True) as session:
        session.execute(text("SELECT 1"))
        began = perf_counter()
        due_items(session, user_id, now())
        return perf_counter() - began


def _answer(site: Site, round: int) -> float:
    """A right and sure answer to the first question of a set that was just begun; one durable write."""
    browser = site.browser(round)
    token = TOKEN.search(browser.get("/practice").get_data(as_text=True))
    sent = {"csrf_token": token[1] if token else "", "source": "course", "source_id": "accreditation", "count": "1"}
    place = browser.post("/practice", data=sent).location
    form = _right_form(site, place.split("/")[-2])
    whole = {"csrf_token": sent["csrf_token"], "key": token_urlsafe(18), "certainty": "3", **form}
    began = perf_counter()
    reply = browser.post(place, data=whole, headers={"HX-Request": "true"})
    taken = perf_counter() - began
    if not re.search(r'class="feedback', reply.get_data(as_text=True)):
        raise RuntimeError("The answer was not taken.")
    return _checked(reply.status_code, taken)


MEASURES: Mapping[str, Measure] = {
    "home": _page("/"),
    "due": _due,
    "progress": _page("/progress"),
    "misconceptions": _page("/progress/misconceptions"),
    "answer": _answer,
}


def _checked(status: int, taken: float) -> float:
    if status != 200:
        raise RuntimeError(f"A page gave {status}.")
    return taken


def _right_form(site: Site, set_id: str) -> Mapping[str, str]:
    with transaction(site.engine, read_only=True) as session:
        question = session.scalars(
            select(PracticeQuestion)
            .join(PracticeSet, PracticeSet.id == PracticeQuestion.set_id)
            .where(PracticeSet.public_id == set_id)
        ).one()
        return _sent(session, Random(1), question, chance=1.0)


@contextmanager
def site_with(folder: Path, learners: int, each: int) -> Iterator[Site]:
    settings = prepared(load_settings({"TRAINER_DATA_DIR": str(folder)}))
    with database_of(settings) as engine:
        with transaction(engine) as session:
            people = _fill(session, settings, learners, each)
        with engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
        app = create_app(settings)
        yield Site(app, engine, people)
        with app.app_context():
            db.engine.dispose()


def _fill(session: Session, settings: Settings, learners: int, each: int) -> Sequence[User]:
    publish(session, read_content(settings.courses, settings.banks, now().date()), now(), by="bench")
    people = [
        add_user(session, f"l{n}@example.org", f"Learner {n}", LEARNER, by=None, now=now()) for n in range(learners)
    ]
    session.flush()
    for n, user in enumerate(people[:MODELS]):
        _live_through(session, user, each, Random(n))
    session.flush()
    _copy(session, people)
    return people


def _live_through(session: Session, user: User, answers: int, rng: Random) -> None:
    """Sets of 40 on different days; of the last one a single question is answered, so that one is always open."""
    catalogue, wish = live_catalogue(session), Wish("course", "accreditation", SET)
    sizes = [*(min(SET, answers - 1 - done) for done in range(0, answers - 1, SET)), 1]
    for days, size in zip(range(2 * len(sizes), 0, -2), sizes, strict=True):
        at = now() - timedelta(days=days)
        practice = start_practice(session, user, catalogue, wish, now=at)
        drawn = select(PracticeQuestion).where(PracticeQuestion.set_id == practice.id)
        for question in session.scalars(drawn.order_by(PracticeQuestion.position).limit(size)).all():
            at += timedelta(seconds=40)
            reply = _reply(session, rng, question)
            answer_question(session, user, practice, question, reply=reply, now=at)


def _reply(session: Session, rng: Random, question: PracticeQuestion) -> Reply:
    form = _sent(session, rng, question, chance=0.7)
    return Reply(form, f"{rng.getrandbits(128):032x}", rng.choice(list(Certainty)), gave_up=not form)


_BOOK = AnswerBook()


def _sent(session: Session, rng: Random, question: PracticeQuestion, *, chance: float) -> Mapping[str, str]:
    """A form that is right with this chance (0–1); nothing where no answer of the kind is known."""
    item = item_version(session, question.item_hash)
    given: dict[str, str] = {}
    for part in _BOOK.to(item, question.item_hash):
        fitting = part.right if rng.random() < chance else (part.wrong or part.partly)
        given |= {part.prefix + slot: value for slot, value in (fitting[0] if fitting else {}).items()}
    return dict(show(item.question, question.seed, given).given)


def _copy(session: Session, people: Sequence[User]) -> None:
    """Give everybody else what one of the models has, under ids of their own."""
    session.execute(text("CREATE TEMPORARY TABLE copy (source INTEGER, user_id INTEGER, n INTEGER)"))
    rows = [
        {"source": people[n % MODELS].id, "user_id": user.id, "n": n} for n, user in enumerate(people[MODELS:], MODELS)
    ]
    if rows:
        session.execute(text("INSERT INTO copy VALUES (:source, :user_id, :n)"), rows)
    span = (session.scalar(select(func.max(PracticeSet.id))) or 0) + 1
    for table in COPIED:
        session.execute(text(_copying(table, span)))
    session.execute(text("DROP TABLE copy"))


def _copying(table: type[Base], span: int) -> str:
    name = table.__tablename__
    own = {
        "user_id": "copy.user_id",
        "set_id": f"old.set_id + copy.n * {span}",
        "public_id": "substr(old.public_id, 1, 27) || printf('-%07d', copy.n)",
        "place_id": "substr(old.place_id, 1, 27) || printf('-%07d', copy.n)",
        "id": f"old.id + copy.n * {span}" if table is PracticeSet else "",
    }
    columns = [column.name for column in table.__table__.columns if own.get(column.name) != ""]
    values = [own.get(column, f'old."{column}"') for column in columns]
    its = "old.user_id = copy.source"
    if table is PracticeQuestion:
        its = "old.set_id IN (SELECT id FROM practice_set WHERE user_id = copy.source)"
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {name} ({names}) SELECT {', '.join(values)} FROM copy JOIN {name} AS old ON {its}"


def _answers(site: Site) -> int:
    with transaction(site.engine, read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Answer)) or 0


def reached(figures: Figures) -> bool:
    """Whether every target is met."""
    return all(float(figures[name]) <= most for name, most in TARGET.items())


if __name__ == "__main__":
    learners, each, few_learners, few_each = map(int, sys.argv[1:] or (*MANY, *FEW))
    measured = measure((learners, each), (few_learners, few_each))
    sys.exit(report("answers_at_scale", measured, TARGET, ok=reached(measured)))
