"""A team of which every report has something to tell, with people who call themselves formulas."""

from collections.abc import Sequence

from sqlalchemy import update

from tests.effects.measuring import ENTRY, LATER, publish_measured, take_the_course
from tests.factories import NOW, make_person
from tests.teams.conftest import North
from tests.training.planning import COURSE, Plan, after, day
from trainer.accounts.models import User
from trainer.answers.models import Answer, Misbelief
from trainer.library.queries import live_catalogue
from trainer.notebook.actions import keep_note
from trainer.teams.actions import Duties, Place, put_in_team, save_role
from trainer.teams.queries import member_of
from trainer.training.actions import Audience
from trainer.training.queries import last_cycle_of
from trainer.training.rulings import Case, Decision, extend

FORMULA, ROLE, CLAUSE, REASON = "=1+1", "+Technician", "@SUM(A1)", "-2 days, see\r\nthe mail"
"""What people type."""
MORE = ("Fay", "Gus", "Hal", "Ida", "Jo")
CANARY = "canary"


def fill(plan: Plan, north: North, alice: User, bob: User) -> Sequence[User]:
    """Seven people: trainings done, late and extended, an assessment sat, the effect measured, practice, notices."""
    session, team = plan.session, plan.team
    publish_measured(session, ENTRY, LATER)
    role = save_role(session, team, None, Duties(ROLE, ["M01-O1", "M02-O1"]), by=plan.lead, now=NOW)
    more = [make_person(session, name) for name in MORE]
    session.execute(update(User).where(User.id == more[0].id).values(name=FORMULA))
    for user in (*more, alice):
        put_in_team(session, team, user, Place(job_role=role if user is not alice else None), by=None, now=NOW)
    claims = plan.give(due_on=day(20), requirement=CLAUSE, validity_months=12)
    plan.give(f"exam/{COURSE}/final", Audience(), due_on=day(35))
    plan.read(alice, days=3)
    for user in more:
        take_the_course(session, user, before=3, after=9, at=after(1))
    plan.sit(more[0], right=4, days=21)
    plan.sit(bob, right=12, days=22)
    hers = member_of(session, team, north.bob)
    extend(plan.at(after(15)), Case(claims, last_cycle_of(session, claims, hers), hers), Decision(day(30), REASON))
    for user in more:
        plan.answer(user, "M01-SC-001", days=24)
    _practise(plan, alice)
    plan.pass_days(claims, 25)
    return more


def _practise(plan: Plan, user: User) -> None:
    """Eight answers to an objective; one with a canary in all that is hers alone, a note with it, a misconception."""
    session, catalogue = plan.session, live_catalogue(plan.session)
    items = [row.id for row in catalogue.practice_items.values() if row.objective == "M01-O1"]
    for turn in range(8):
        plan.answer(user, items[turn % len(items)], days=29 + turn / 8, is_right=turn > 5)
    given = {"given": {"text": CANARY}, "misconceptions": [CANARY], "item_id": CANARY, "item_hash": CANARY}
    names = {"public_id": CANARY, "key": CANARY, "place": "practice", "place_id": CANARY, "rule": CANARY}
    figures = {"turn": 1, "mixed": True, "objective": "M01-O2", "seed": CANARY, "certainty": 3, "score": 0.0}
    session.add(Answer(user_id=user.id, **given, **names, **figures, answered_at=after(30)))
    keep_note(session, user.id, items[0], f"{CANARY}, she writes", version=0, now=after(30))
    held = catalogue.courses[COURSE].misconceptions[0]
    shown = {"times": 1, "times_sure": 1, "certainty": 3, "shown_at": after(29)}
    session.add(Misbelief(user_id=user.id, misconception=held.id, righted_at=None, overcome_at=None, **shown))
    session.commit()
