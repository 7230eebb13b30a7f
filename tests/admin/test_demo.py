"""The sample team: believable, through the real actions, and never among other people."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.pages import text_of
from tests.published import real_content
from trainer.accounts.models import User
from trainer.admin.demo.answering import possible_answers
from trainer.admin.demo.commands import demo
from trainer.admin.demo.diary import LONGEST_SITTING, sittings
from trainer.admin.demo.people import DOMAIN, KINDS, Traits, team_of
from trainer.admin.demo.team import Guest, Sample, make_team
from trainer.answers.models import TESTS, Answer, Standing
from trainer.content.items import Item
from trainer.db import transaction
from trainer.effects.group import effect_of_group
from trainer.exams.occasions import programme_of
from trainer.learning.calibration import Certainty, is_right
from trainer.learning.errors import Conflict, Invalid
from trainer.learning.question_types import question_types
from trainer.learning.question_types.base import Answer as Given
from trainer.learning.scheduling import Memory, next_review
from trainer.library.queries import item_version, live_catalogue
from trainer.progress.overview import overview_of
from trainer.settings import Settings
from trainer.study.models import Reading
from trainer.teams.models import Team
from trainer.teams.queries import leads_any

SMALL = Sample(people=4, weeks=5, seed=3)
WEEKS_AGO = NOW - timedelta(weeks=10)

ITEMS = [item for bank in real_content().banks for item in bank.items]
EXAMPLES = [(kind, example) for kind, type in question_types().items() for example in type.examples()]


@pytest.fixture
def team(engine: Engine, settings: Settings) -> list[Guest]:
    """A small sample team."""
    return list(make_team(engine, settings, SMALL, NOW))


def learners(engine: Engine) -> list[User]:
    with transaction(engine, read_only=True) as session:
        users = session.scalars(select(User).order_by(User.id)).all()
        return [user for user in users if not user.roles and not leads_any(session, user.id)]


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_question_can_be_answered_right_and_not_right(item: Item) -> None:
    for part in possible_answers(item):
        assert part.right
        assert part.partly or part.wrong


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_answers_to_a_whole_question_come_to_what_they_say(item: Item) -> None:
    parts = possible_answers(item)

    def whole(pick: Callable[..., Given]) -> Given:
        return {part.prefix + slot: what for part in parts for slot, what in pick(part).items()}

    assert is_right(item.question.grade(whole(lambda part: part.right[0])).score)
    assert not is_right(item.question.grade(whole(lambda part: (part.wrong or part.partly)[0])).score)
    for part in parts:
        for id, answers in part.mistaken.items():
            given = {part.prefix + slot: what for slot, what in answers[0].items()}
            assert id in item.question.grade(given).misconceptions


def test_most_misconceptions_can_be_shown() -> None:
    tagged = [(item.id, id) for item in ITEMS for id in item.misconceptions]
    shown = {(item.id, id) for item in ITEMS for part in possible_answers(item) for id in part.mistaken}
    assert len(shown & set(tagged)) >= 0.9 * len(tagged)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_examples_of_every_type_can_be_answered_right(kind: str, example) -> None:  # type: ignore[no-untyped-def]
    made = replace(ITEMS[0], question=example.question)
    assert all(part.right and (part.wrong or part.partly) for part in possible_answers(made)), kind


def test_blind_luck_is_what_chance_gives() -> None:
    single = next(item for item in ITEMS if item.kind == "single_choice")
    ordering = next(item for item in ITEMS if item.kind == "ordering")
    assert 0 < possible_answers(single)[0].luck < 0.6
    assert possible_answers(ordering)[0].luck < 0.3


# --- people and their days --------------------------------------------------------------------------------------------


def test_as_many_people_as_wanted_none_twice() -> None:
    for people in (1, 2, 3, 25, 26, 300):
        team = team_of(people, 10, Random(1))
        assert len({persona.email for persona in team}) == len({persona.name for persona in team}) == people
        assert all(re.fullmatch(r"[a-z.-]+@" + DOMAIN, persona.email) for persona in team)


def test_same_seed_same_team_and_days() -> None:
    one, same, other = (team_of(12, 10, Random(seed)) for seed in (1, 1, 2))
    assert one == same != other
    days = [list(sittings(KINDS[0], WEEKS_AGO, NOW, Random(seed))) for seed in (1, 1, 2)]
    assert days[0] == days[1] != days[2]


@pytest.mark.parametrize("traits", KINDS, ids=lambda traits: traits.describes)
def test_sittings_lie_in_the_weeks_and_are_over_by_now(traits: Traits) -> None:
    days = list(sittings(traits, WEEKS_AGO, NOW, Random(5)))
    assert 3 <= len(days) <= 70
    assert all(WEEKS_AGO <= one.at < other.at <= NOW - LONGEST_SITTING for one, other in pairwise(days))


def test_one_stopped_three_weeks_ago_and_one_has_not_begun() -> None:
    *_, stopped, newcomer = team_of(12, 10, Random(1))
    last = list(sittings(stopped.traits, WEEKS_AGO, NOW, Random(1)))[-1].at
    assert timedelta(weeks=3) <= NOW - last <= timedelta(weeks=5)
    assert list(sittings(newcomer.traits, WEEKS_AGO, NOW, Random(1))) == []


# --- the history ------------------------------------------------------------------------------------------------------


def test_standings_are_what_the_answers_make_them(team: list[Guest], engine: Engine, session: Session) -> None:
    for user in learners(engine):
        memory: dict[str, Memory] = {}
        theirs = select(Answer).where(Answer.user_id == user.id, Answer.place.not_in(TESTS))
        theirs = theirs.order_by(Answer.answered_at, Answer.id)
        for answer in session.scalars(theirs):
            sure = Certainty(answer.certainty) if answer.certainty else None
            memory[answer.item_id] = next_review(memory.get(answer.item_id), answer.score, sure, answer.answered_at)
        standings = session.scalars(select(Standing).where(Standing.user_id == user.id)).all()
        assert {standing.item_id: standing.due_at for standing in standings} == {
            id: kept.due for id, kept in memory.items()
        }


def test_answers_are_graded_as_the_question_grades_them(team: list[Guest], session: Session) -> None:
    answers = session.scalars(select(Answer)).all()
    assert len(answers) > 80
    for answer in answers:
        grade = item_version(session, answer.item_hash).question.grade(answer.given)
        assert (answer.score, answer.misconceptions) == (grade.score, list(grade.misconceptions))


def test_history_lies_in_the_weeks_asked_for(team: list[Guest], session: Session) -> None:
    at = session.scalars(select(Answer.answered_at)).all()
    assert NOW - timedelta(weeks=SMALL.weeks) <= min(at) < NOW - timedelta(weeks=SMALL.weeks - 2)
    assert NOW - timedelta(weeks=1) < max(at) <= NOW
    assert session.scalar(select(func.max(Reading.read_at))) <= NOW


def test_learners_look_like_people(team: list[Guest], engine: Engine, session: Session) -> None:
    answers = session.scalars(select(Answer)).all()
    assert 0.5 < sum(is_right(answer.score) for answer in answers) / len(answers) < 0.95
    assert {answer.place for answer in answers} == {"lesson", "measure", "practice"}
    assert {answer.certainty for answer in answers} >= {1, 2, 3}
    shown = Counter(id for answer in answers for id in answer.misconceptions)
    assert shown.most_common(1)[0][1] >= 4, "somebody holds on to a misconception"
    bars = [_bars(session, user) for user in learners(engine)]
    assert bars[-1] == 0
    assert all(bars[:-1])
    assert len(set(bars)) > 2


def test_what_the_course_brought_them_is_measured(engine: Engine, settings: Settings, session: Session) -> None:
    make_team(engine, settings, Sample(people=6, weeks=14, seed=1), NOW)
    programme = programme_of(live_catalogue(session), "accreditation")
    assert programme is not None
    people = [user.id for user in session.scalars(select(User)) if not user.roles]
    before, after, month, _ = effect_of_group(session, people, programme).columns
    assert before.share is not None
    assert before.share.people >= 4
    assert after.gain is not None
    assert after.gain.value > 0
    assert month.share is not None


def _bars(session: Session, user: User) -> int:
    catalogue = live_catalogue(session)
    overviews = [overview_of(session, user.id, catalogue, course, now=NOW) for course in catalogue.courses.values()]
    return sum(module.bars for overview in overviews for module in overview.modules)


def test_same_seed_gives_the_same_checks_in_lessons(engine: Engine, settings: Settings) -> None:
    def checks() -> list[tuple[str, str, float]]:
        make_team(engine, settings, Sample(people=1, weeks=2, seed=9), NOW)
        read = select(Answer.item_id, Answer.answered_at, Answer.score).where(Answer.place == "lesson")
        with transaction(engine, read_only=True) as session:
            return [tuple(row) for row in session.execute(read.order_by(Answer.id).limit(2))]

    assert checks() == checks() != []


# --- only where nobody else is ----------------------------------------------------------------------------------------


def test_links_let_everybody_in(team: list[Guest], nobody: Browser) -> None:
    assert Counter(guest.role for guest in team) == {"learner": SMALL.people, "author": 1, "admin": 1, "lead": 1}
    assert len(team) == SMALL.people + 3
    with time_machine.travel(NOW, tick=False):
        let_in(team[:4], nobody)


def test_lead_sees_a_team_worth_looking_at(
    team: list[Guest], browser_of: Callable[[User], Browser], session: Session
) -> None:
    lead = next(guest for guest in team if guest.role == "lead")
    user = session.scalars(select(User).where(User.email == lead.email)).one()
    session.expunge_all()
    session.rollback()
    with time_machine.travel(NOW, tick=False):
        browser = browser_of(user)
        page = browser.get("/teams").get_data(as_text=True)
        words = text_of(browser.get(re.findall(r'href="(/teams/[\w-]{36})"', page)[0]))
    assert f"of {SMALL.people} people will know enough on" in words
    assert "Needs you this week" in words


def let_in(guests: list[Guest], nobody: Browser) -> None:
    """Each link lets the right one in, within its 24 hours."""
    for guest in guests:
        assert nobody.post(guest.link.removeprefix("http://localhost")).status_code == 303
        assert guest.name.split()[0] in nobody.get("/account").get_data(as_text=True)


def test_pages_of_a_learner_are_alive(team: list[Guest], browser_of: Callable[[User], Browser], engine: Engine) -> None:
    browser = browser_of(learners(engine)[0])
    for path in ("/", "/progress", "/progress/answers", "/courses/accreditation", "/practice"):
        assert browser.get(path).status_code == 200


def test_team_is_made_anew(team: list[Guest], engine: Engine, settings: Settings, session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(Answer))
    session.rollback()
    again = make_team(engine, settings, Sample(people=2, weeks=2, seed=3), NOW)
    assert len(again) == 5
    assert session.scalars(select(Team.name)).all() == ["Sample team"]
    assert 0 < session.scalar(select(func.count()).select_from(Answer)) < before


def test_other_people_are_left_alone(engine: Engine, settings: Settings, session: Session) -> None:
    make_person(session, "Alice")
    for _ in range(2):
        with pytest.raises(Conflict, match="There are people in this database already"):
            make_team(engine, settings, SMALL, NOW)
    assert session.scalars(select(User.name)).all() == ["Alice"]


def test_somebody_who_joined_the_sample_team_protects_it(
    team: list[Guest], engine: Engine, settings: Settings, session: Session
) -> None:
    make_person(session, "Alice")
    with pytest.raises(Conflict):
        make_team(engine, settings, SMALL, NOW)
    assert len(session.scalars(select(User.id)).all()) == len(team) + 1


def test_nothing_to_learn_is_said(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(Invalid, match="no course with questions"):
        make_team(engine, replace(settings, courses=empty, banks=empty), SMALL, NOW)
    with transaction(engine, read_only=True) as session:
        assert session.scalars(select(User.id)).all() == []


def test_command_says_who_can_sign_in(settings: Settings) -> None:
    done = CliRunner().invoke(demo, ["--people", "2", "--weeks", "1"], obj=settings)
    assert done.exit_code == 0, done.output
    assert len(re.findall(r"http://localhost/sign-in/link/\S+", done.output)) == 5
    assert re.search(r"Done: \d+ answers", done.output)
    assert re.search(r"@sample-team.example>: admin$", done.output, re.M)


@pytest.mark.parametrize("arguments", [["--people", "0"], ["--weeks", "99"], ["--seed", "x"]])
def test_command_refuses_what_cannot_be_meant(settings: Settings, arguments: list[str]) -> None:
    assert CliRunner().invoke(demo, arguments, obj=settings).exit_code == 2
