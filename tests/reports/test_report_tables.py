"""What single reports say: where a figure may stand, and where words must."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW, make_person
from tests.reports.busy_team import FORMULA, fill
from tests.reports.reading_reports import in_csv
from tests.teams.conftest import North
from tests.training.planning import Plan, after, day
from trainer.accounts.models import User
from trainer.exams.item_figures import item_figures
from trainer.exams.models import RECORD, ExamAttempt, ExamQuestion, ExamResult
from trainer.reports.words import names_of
from trainer.teams.queries import team_by_id

Row = dict[str, str]


@pytest.fixture
def plan(session: Session, north: North, lena: User) -> Plan:
    """Lena plans for Network North."""
    team = team_by_id(session, north.id)
    session.commit()
    return Plan(session, team, lena)


@pytest.fixture
def read(
    browser_of: Callable[[User], Browser], plan: Plan, north: North, lena: User, alice: User, bob: User
) -> Callable[[str], list[Row]]:
    """Read a report of the busy team, forty days after everything began."""
    fill(plan, north, alice, bob)
    plan.session.commit()

    def rows(slug: str) -> list[Row]:
        with time_machine.travel(after(40), tick=False):
            heading, *found = in_csv(browser_of(lena).get(f"{north.path}/reports/{slug}.csv").data)
        return [dict(zip(heading, row, strict=True)) for row in found]

    return rows


def of(rows: list[Row], **wanted: str) -> list[Row]:
    """The rows that begin with these cells, by heading."""
    return [row for row in rows if all(row[name.replace("_", " ")] == value for name, value in wanted.items())]


def test_completion_says_stage_dates_and_the_attempt_that_counts(read: Callable[[str], list[Row]]) -> None:
    rows = read("completion")
    (passed,) = of(rows, Person="Bob", Kind="assessment")
    assert (passed["Stage"], passed["Attempt"], passed["Result"]) == ("done", "1", "100 %")
    assert passed["Done"] == day(22).isoformat()
    (failed,) = of(rows, Person=FORMULA, Kind="assessment")
    assert (failed["Stage"], failed["Result"], failed["Done"], failed["Holds until"]) == ("overdue", "33 %", "", "")
    (alices,) = of(rows, Person="Alice", Kind="track")
    assert (alices["Stage"], alices["Done"], alices["How far"]) == ("done", day(3).isoformat(), "")
    (bobs,) = of(rows, Person="Bob", Kind="track")
    assert bobs["How far"] == "0 of 8 lessons read"


def test_overdue_counts_days_and_names_the_extension(read: Callable[[str], list[Row]]) -> None:
    rows = read("overdue")
    (bobs,) = of(rows, Person="Bob")
    assert (bobs["Stage"], bobs["Days late"], bobs["Extended to"]) == ("overdue", "10", day(30).isoformat())
    assert bobs["Why extended"] == "-2 days, see the mail"
    assert [int(row["Days late"]) for row in rows] == sorted((int(row["Days late"]) for row in rows), reverse=True)


def test_matrix_says_in_words_what_cannot_be_judged(read: Callable[[str], list[Row]]) -> None:
    rows = read("matrix")
    begun, *_others = of(rows, Person="Alice")
    assert begun["Objective required"].startswith("M01-O1 ")
    share, low, high = (int(begun[name].removesuffix(" %")) for name in ("Expected right", "From", "To"))
    assert low < share < high
    assert int(begun["Gap in points"]) == max(0, 75 - share)
    assert {row["So it is"] for row in _others} == {"not begun"}
    few = of(rows, Person="Gus")
    assert len(few) == 2, "what the job role requires, and no more"
    assert few[0]["Expected right"] == few[0]["So it is"] == "too few to judge"


def test_effect_is_told_of_all_and_of_each(read: Callable[[str], list[Row]]) -> None:
    rows = read("effectiveness")
    together = of(rows, Who="All together", When="after the course")[0]
    assert (together["People"], together["So it is"]) == ("5", "more right than before")
    assert int(together["Gain from"]) < int(together["Gain in points"]) < int(together["Gain to"])
    assert len(of(rows, Who="Ida")) == 2


def test_activity_counts_days_and_nothing_else(read: Callable[[str], list[Row]]) -> None:
    rows = read("activity")
    (alices,) = of(rows, Person="Alice")
    assert alices["Last answer"] == day(30).isoformat()
    weeks = [alices[name] for name in ("Days in the last 7", "7 days before", "14 days before", "21 days before")]
    assert weeks == ["0", "2", "0", "0"], "eight answers on one day, and one on the next"


def test_reminders_tell_what_was_not_sent_too(read: Callable[[str], list[Row]]) -> None:
    rows = read("reminders")
    assert any(row["What became of it"] == "not sent" and row["Why"] == "done meanwhile" for row in rows)


def test_two_of_one_name_are_told_apart(session: Session, alice: User) -> None:
    other = make_person(session, "Another")
    other.name = "Alice"
    assert names_of([alice, other]) == {
        alice.id: "Alice (alice@example.org)",
        other.id: "Alice (another@example.org)",
    }


def attempt(session: Session, user: User, number: int, *, score: float, state: str = "complete") -> None:
    """An attempt with one question, handed in."""
    at = NOW + timedelta(days=number)
    fixed = {"course": "accreditation", "exam": "final", "occasion": RECORD, "rules": "{}", "seed": "s", "place": 1}
    times = {"started_at": at, "submitted_at": at, "extra_minutes": 0}
    made = ExamAttempt(public_id=f"{user.id}-{number}", user_id=user.id, number=number, **fixed, **times)
    session.add(made)
    session.flush()
    shown = {"item_id": "Q", "item_hash": "h", "module": "M01", "objective": "M01-O1", "seed": "s", "form": {}}
    saved = {"state": state, "flagged": False, "version": 0, "last_key": "", "last_turn": 0}
    session.add(ExamQuestion(attempt_id=made.id, position=1, **shown, **saved))
    marks = [{"position": 1, "item": "Q", "hash": "h", "score": score, "rule": "all"}]
    why = {"made_at": at, "made_by": "", "reason": "", "share": score, "passed": False}
    session.add(ExamResult(attempt_id=made.id, number=1, marks=marks, **why))


def test_question_is_judged_by_first_answers_from_ten_on_and_blanks_apart(session: Session) -> None:
    people = [make_person(session, f"P{nth}", password=None) for nth in range(11)]
    for nth, user in enumerate(people[:9]):
        attempt(session, user, 1, score=float(nth < 6))
        attempt(session, user, 2, score=1.0)
    attempt(session, people[9], 1, score=0.0, state="open")
    (few,) = item_figures(session, [user.id for user in people])
    assert (few.asked, few.blank, few.answered, few.is_enough) == (10, 1, 9, False)
    attempt(session, people[10], 1, score=0.0)
    (enough,) = item_figures(session, [user.id for user in people])
    assert enough.is_enough
    assert enough.share == pytest.approx(0.6)
    low, high = enough.range
    assert low < 0.4
    assert high > 0.8
