"""No page goes without a look: every route that can be read is among the screens, or has a reason."""

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.browser.screens import SCREENS, WITHOUT_A_LOOK

WORDS = {
    "SET": "/practice/a-set",
    "LINK": "/sign-in/link/t",
    "NEW-EMAIL": "/account/email/t",
    "NEW-PASSWORD": "/reset/t",
    "WELCOME": "/welcome/t",
    "PERSON": "a-person",
    "ATTEMPT": "/exams/attempts/a",
    "FINISHED": "/exams/attempts/b",
    "OVERDUE": "/exams/attempts/c",
    "OF-RECORD": "/exams/attempts/d",
    "PLACED": "/exams/attempts/e",
    "ENTRY": "/exams/attempts/f",
    "TEAM": "/teams/t",
    "AWAY": "/teams/u",
    "BEAS": "/teams/t/people/p",
    "ROLE": "/teams/t/roles/r",
    "TRAINING": "/teams/t/plan/g",
    "FAYS-TURN": "/teams/t/plan/g/people/p",
    "DANS-TURN": "/teams/t/plan/g/people/q",
    "BY-ALL": "/join/a",
    "BY-NINA": "/join/n",
    "BY-BEA": "/join/b",
    "NO-MORE": "/unsubscribe/a",
    "ALREADY": "/unsubscribe/b",
}


def endpoints_looked_at(app: Flask) -> set[str]:
    """The views whose pages the browser tests look at."""
    routes, found = app.url_map.bind("localhost"), set()
    for screen in SCREENS.values():
        address = screen.shows or screen.address
        for word, place in WORDS.items():
            address = address.replace(word, place)
        try:
            found.add(routes.match(address.partition("?")[0], method="GET")[0])
        except (HTTPException, RequestRedirect):
            assert address.startswith("/fail/"), f"{address} is no address here"
    return found


def test_every_page_is_a_screen_or_has_a_reason(app: Flask) -> None:
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable - endpoints_looked_at(app) == set(WITHOUT_A_LOOK)
