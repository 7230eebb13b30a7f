"""Make the sample team, and only where nobody else is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from trainer.accounts.actions import add_user, log_created, new_user, sign_in_link
from trainer.accounts.models import ADMIN, AUTHOR, LEARNER, User
from trainer.admin.demo.answering import AnswerBook
from trainer.admin.demo.diary import sittings
from trainer.admin.demo.history import Learner, live_through
from trainer.admin.demo.mind import Mind, beliefs_of
from trainer.admin.demo.people import ADMIN_NAME, AUTHOR_NAME, DOMAIN, LEAD_NAME, Persona, address_of, team_of
from trainer.admin.demo.plan import Desk, give_the_course, give_the_rest, let_time_pass
from trainer.answers.models import Answer
from trainer.db import transaction
from trainer.learning.errors import Conflict, Invalid
from trainer.library.actions import publish_folders
from trainer.library.catalogue import Catalogue
from trainer.library.queries import item_version, live_catalogue, live_number
from trainer.settings import Settings
from trainer.study.checks import Asker
from trainer.teams.actions import Duties, Place, create_team, put_in_team, save_role, set_aim
from trainer.teams.models import GOAL, Team
from trainer.teams.queries import leads_any, roles_of
from trainer.training.cycles import settle
from trainer.training.queries import assignments_of

TEAM_NAME = "Sample team"
JOB_ROLES = ("Technician", "Internal auditor")
AUDIT_IN = timedelta(weeks=3)


@dataclass(frozen=True)
class Sample:
    """What to make: so many learners, so many weeks behind them, from this seed."""

    people: int = 12
    weeks: int = 10
    seed: int = 1


@dataclass(frozen=True)
class Guest:
    """Somebody of the sample team as a visitor may sign in: what she is like, how much she has answered."""

    name: str
    email: str
    role: str
    describes: str
    answers: int
    link: str


def make_team(engine: Engine, settings: Settings, sample: Sample, now: datetime) -> Sequence[Guest]:
    """Publish, if need be, and make the team anew; who can sign in. An earlier sample team goes.

    Each learner is a transaction of her own, so that a site that is running meanwhile goes on. Raises Conflict where
    there are other people, and Invalid where there is nothing to learn.
    """
    began = now - timedelta(weeks=sample.weeks)
    with transaction(engine) as session:
        refuse_others(session)
        _remove_team(session)
        catalogue = _something_to_learn(session, settings, began)
        spread = _spread(session, catalogue)
        add_user(session, address_of(ADMIN_NAME), ADMIN_NAME, ADMIN, by=None, now=began)
        add_user(session, address_of(AUTHOR_NAME), AUTHOR_NAME, AUTHOR, by=None, now=began)
        add_user(session, address_of(LEAD_NAME), LEAD_NAME, LEARNER, by=None, now=began)
        team = _found(session, catalogue, began, now)
    school = _School(catalogue, spread, settings.secret_key, AnswerBook(), team.id, began, now)
    people = team_of(sample.people, sample.weeks, Random(sample.seed))  # noqa: S311 - nobody must not guess it
    for nth, persona in enumerate(people):
        with transaction(engine) as session:
            school.enrol(session, persona, nth, Random(f"{sample.seed}/{nth}"))  # noqa: S311
    with transaction(engine) as session:
        desk = _desk(session, catalogue, session.get_one(Team, team.id))
        give_the_rest(desk, roles_of(session, desk.team), now)
        let_time_pass(desk, began, now)
        return list(_guests(session, people, settings.base_url, now))


def refuse_others(session: Session) -> None:
    """Raises Conflict where somebody is here who does not belong to a sample team."""
    others = session.scalar(select(func.count()).where(~User.email.endswith(f"@{DOMAIN}")))
    if others:
        raise Conflict(
            f"There are people in this database already ({others}). The sample team goes only into one without people: "
            "name another folder with TRAINER_DATA_DIR, or another database with TRAINER_DATABASE_URL."
        )


@dataclass(frozen=True)
class _School:
    """What all learners of the team have in common."""

    catalogue: Catalogue
    spread: Mapping[str, int]
    secret: str
    answers: AnswerBook
    team_id: int
    began: datetime
    now: datetime

    def enrol(self, session: Session, persona: Persona, nth: int, rng: Random) -> None:
        """Add a learner, put her into the team and let her live through the weeks. Two of three have a job role."""
        traits = persona.traits
        joined = self.began + traits.begins * (self.now - self.began)
        user = new_user(session, persona.email, persona.name, {LEARNER}, now=joined)
        log_created(session, user, by=None, now=joined)
        desk = _desk(session, self.catalogue, session.get_one(Team, self.team_id))
        role = [None, *roles_of(session, desk.team)][nth % (1 + len(JOB_ROLES))]
        put_in_team(session, desk.team, user, Place(job_role=role), by=desk.lead, now=joined)
        for assignment in assignments_of(session, desk.team):
            settle(session, self.catalogue, assignment, now=joined)
        mind = Mind(traits, rng, beliefs_of(traits, self.spread, rng))
        diary = list(sittings(traits, self.began, self.now, rng))
        asker = Asker((self.secret,), user.public_id)
        live_through(Learner(session, user, self.catalogue, asker, mind, self.answers, joined), diary)


def _remove_team(session: Session) -> None:
    # Only people of a sample team are here, so the teams are theirs.
    session.execute(delete(Team))
    session.execute(delete(User).where(User.email.endswith(f"@{DOMAIN}")))


def _found(session: Session, catalogue: Catalogue, began: datetime, now: datetime) -> Team:
    """The team as it began: a lead who gets it ready for an audit in some weeks, two job roles, of which one requires
    the first half of a course and the other the second, and the course to read."""
    lead = session.scalars(select(User).where(User.email == address_of(LEAD_NAME))).one()
    team = create_team(session, TEAM_NAME, by=None, now=began)
    put_in_team(session, team, lead, Place(leads=True, learns=False), by=None, now=began)
    set_aim(session, team, (now + AUDIT_IN).date(), GOAL, by=lead, now=began)
    objectives = list(next(iter(catalogue.courses.values())).objectives_by_id)
    half = (len(objectives) + 1) // 2
    for name, required in zip(JOB_ROLES, (objectives[:half], objectives[half:]), strict=True):
        save_role(session, team, None, Duties(name, required), by=lead, now=began)
    give_the_course(_desk(session, catalogue, team), began, now)
    return team


def _desk(session: Session, catalogue: Catalogue, team: Team) -> Desk:
    lead = session.scalars(select(User).where(User.email == address_of(LEAD_NAME))).one()
    return Desk(session, catalogue, team, lead)


def _something_to_learn(session: Session, settings: Settings, began: datetime) -> Catalogue:
    if live_number(session) is None:
        publish_folders(session, settings.courses, settings.banks, began, by="trainer demo")
    catalogue = live_catalogue(session)
    if not catalogue.lessons or not catalogue.practice_items:
        raise Invalid("There is nothing to learn here: no course with questions is published. See: trainer check")
    return catalogue


def _spread(session: Session, catalogue: Catalogue) -> Mapping[str, int]:
    """How many questions tempt to each misconception."""
    items = (item_version(session, row.hash) for row in catalogue.items.values())
    return Counter(id for item in items for id in item.misconceptions)


def _guests(session: Session, team: Sequence[Persona], base_url: str, now: datetime) -> Iterator[Guest]:
    counts = Counter(session.scalars(select(Answer.user_id)))
    describes = {persona.email: persona.traits.describes for persona in team}
    for user in session.scalars(select(User).order_by(User.id)):
        role = next((role for role in (ADMIN, AUTHOR) if user.has_role(role)), LEARNER)
        role = "lead" if leads_any(session, user.id) else role
        link = sign_in_link(session, user, base_url, now)
        yield Guest(user.name, user.email, role, describes.get(user.email, ""), counts[user.id], link)
