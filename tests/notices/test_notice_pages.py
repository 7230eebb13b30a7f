"""A person's own page of mails: her wishes, and what became of each notice."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, select, update
from sqlalchemy.orm import Session

from tests.browser_client import Browser
from tests.factories import NOW
from tests.notices.telling import message, optional
from tests.racing import many_at_once
from tests.statements import statements
from trainer.accounts.models import User
from trainer.learning.quiet import QuietHours
from trainer.notices.actions import notify, save_wishes, withdraw
from trainer.notices.models import Notice, NoticeWish, State
from trainer.notices.queries import SAYS, Wishes, notices_of, notices_of_team, wishes_of
from trainer.teams.actions import create_team

Look = Callable[[Executable], list[Any]]
MINUTE = timedelta(minutes=1)
CHOSEN = {"quiet_from": "22", "quiet_until": "6", "wants_digest": "y"}


def text(browser: Browser, address: str = "/account/notices") -> str:
    return re.sub(r"\s+", " ", browser.get(address).get_data(as_text=True))


def options(page: str) -> dict[str, str]:
    """What is chosen of the 24 hours in each list of them."""
    lists = re.findall(r'<select[^>]* name="(\w+)">(.*?)</select>', page)
    assert [inner.count("<option") for _, inner in lists] == [24, 24]
    return {name: chosen for name, inner in lists for chosen in re.findall(r"<option selected[^>]*>(.*?)<", inner)}


def told(session: Session, user: User, count: int) -> None:
    for n in range(count):
        notify(session, user.id, message(f"cycle:{n}:due-7", text=f"Notice {n}."), now=NOW + n * MINUTE)
    session.commit()


def test_wishes_are_kept(hers: Browser, session: Session, alice: User, bob: User) -> None:
    assert wishes_of(session, alice.id) == Wishes(QuietHours(20, 7), wants_reminders=True, wants_digest=True)
    session.rollback()
    assert options(text(hers)) == {"quiet_from": "20:00", "quiet_until": "07:00"}
    assert hers.post("/account/notices", data=CHOSEN).location == "/account/notices"
    assert wishes_of(session, alice.id) == Wishes(QuietHours(22, 6), wants_reminders=False, wants_digest=True)
    assert wishes_of(session, bob.id) == Wishes()
    session.rollback()
    page = text(hers)
    assert options(page) == {"quiet_from": "22:00", "quiet_until": "06:00"}
    assert re.search(r'<input[^>]* checked id="wants_digest"', page)
    assert not re.search(r'<input[^>]* checked id="wants_reminders"', page)


@pytest.mark.parametrize(
    "wrong", [{"quiet_from": "24"}, {"quiet_until": "-1"}, {"quiet_from": "x"}, {"quiet_from": ""}]
)
def test_hour_that_no_day_has_is_refused(hers: Browser, look: Look, wrong: dict[str, str]) -> None:
    answer = hers.post("/account/notices", data={**CHOSEN, **wrong})
    assert answer.status_code == 422
    assert "Please look at this again" in answer.get_data(as_text=True)
    assert look(select(NoticeWish)) == []


def test_two_tabs_that_save_for_the_first_time_do_not_fight(
    browser_of: Callable[[User], Browser], alice: User, look: Look
) -> None:
    browsers = [browser_of(alice) for _ in range(3)]
    for browser in browsers:
        browser.token()
    assert many_at_once(3, lambda n: browsers[n].post("/account/notices", data=CHOSEN).status_code) == {303: 3}
    assert look(select(NoticeWish.quiet_from)) == [22]


def test_hours_say_whose_they_are(hers: Browser, session: Session, alice: User) -> None:
    assert "in UTC, because your account has no time zone" in text(hers)
    session.execute(update(User).where(User.id == alice.id).values(time_zone="America/Los_Angeles"))
    session.commit()
    assert "those of your time zone, America/Los Angeles" in text(hers)


def test_account_leads_there(hers: Browser) -> None:
    assert 'href="/account/notices"' in text(hers, "/account")


@pytest.mark.parametrize("state", list(State))
def test_each_state_is_said_in_words(hers: Browser, session: Session, alice: User, state: State) -> None:
    notify(session, alice.id, message(text="The training is due."), now=NOW)
    session.execute(update(Notice).values(state=state, why="told <b>100%(s)</b>", settled_at=NOW + MINUTE))
    session.commit()
    page = text(hers)
    assert '<a href="/plan">The training is due.</a>' in page
    assert f"23 Nov 2026, 09:01 UTC – {SAYS[state]}: told &lt;b&gt;100%(s)&lt;/b&gt;</p>" in page
    assert not re.search(r"delivered|\bread\b", SAYS[state]), "nobody knows that"


def test_text_is_shown_as_text(hers: Browser, session: Session, alice: User) -> None:
    notify(session, alice.id, message(text="<script>alert(1)</script> %(x)s"), now=NOW)
    session.commit()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; %(x)s" in text(hers)


def test_nobody_sees_what_others_were_told(hers: Browser, bobs: Browser, session: Session, alice: User) -> None:
    told(session, alice, 1)
    assert "Notice 0." in text(hers)
    assert "Notice 0." not in text(bobs)
    assert "Nothing yet" in text(bobs)


def test_newest_comes_first_and_the_rest_on_further_pages(hers: Browser, session: Session, alice: User) -> None:
    told(session, alice, 27)
    first, second = text(hers), text(hers, "/account/notices?page=2")
    assert re.findall(r"Notice (\d+)\.", first) == [str(n) for n in range(26, 1, -1)]
    assert re.findall(r"Notice (\d+)\.", second) == ["1", "0"]
    assert "Page 1 of 2" in first
    for odd in ("0", "-1", "x", "99999999999999999999"):
        assert hers.get(f"/account/notices?page={odd}").status_code == 200


def test_long_list_takes_no_more_queries(hers: Browser, session: Session, alice: User) -> None:
    counts = []
    for many in (1, 3):
        told(session, alice, many)
        hers.get("/account/notices")
        with statements() as seen:
            assert hers.get("/account/notices").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_report_of_a_team_has_its_notices_with_their_people(session: Session, alice: User, bob: User) -> None:
    north, south = (create_team(session, name, by=None, now=NOW) for name in ("North", "South"))
    notify(session, alice.id, message("cycle:1:due-7", team_id=north.id), now=NOW)
    notify(session, bob.id, optional("digest:48", kind="digest", team_id=north.id), now=NOW + MINUTE)
    notify(session, bob.id, message("cycle:2:due-7", team_id=south.id), now=NOW)
    notify(session, bob.id, message("cycle:3:due-7"), now=NOW)
    withdraw(session, "cycle:1:", "done meanwhile", now=NOW + 2 * MINUTE)
    rows, count = notices_of_team(session, north.id)
    assert [(row.email, row.notice.about) for row in rows] == [
        (bob.email, "digest:48"),
        (alice.email, "cycle:1:due-7"),
    ]
    assert (count, rows[1].user_id, rows[1].name) == (2, alice.id, "Alice")
    last = rows[1].notice
    assert (last.says, last.why, last.at) == ("not sent", "done meanwhile", NOW + 2 * MINUTE)
    assert [row.notice.about for row in notices_of_team(session, north.id, prefix="cycle:")[0]] == ["cycle:1:due-7"]
    assert len(notices_of_team(session, north.id, limit=None)[0]) == 2
    assert len(notices_of_team(session, north.id, page=2, limit=1)[0]) == 1


def test_pages_of_notices_have_no_gaps(session: Session, alice: User) -> None:
    """All made at the same moment: the order is the same on each page."""
    for n in range(7):
        notify(session, alice.id, message(f"cycle:{n}:x"), now=NOW)
    pages = [notices_of(session, alice.id, page, limit=3) for page in (1, 2, 3)]
    assert [row.about for rows, _ in pages for row in rows] == [f"cycle:{n}:x" for n in range(6, -1, -1)]
    assert {count for _, count in pages} == {7}


def test_saved_wishes_can_be_saved_again(session: Session, alice: User) -> None:
    save_wishes(session, alice.id, Wishes(wants_digest=False))
    save_wishes(session, alice.id, Wishes(QuietHours(1, 2)))
    assert wishes_of(session, alice.id) == Wishes(QuietHours(1, 2))
