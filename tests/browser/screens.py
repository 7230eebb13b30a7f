"""Every page a learner sees, by name: whose it is, how to come there. The tests of looks and access go through all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.answering import fill_in, fill_with, sure
from tests.browser.history import near_miss
from tests.browser.looking import watch
from tests.browser.one_of_each import KINDS, first_of, fixed_seed
from tests.browser.story import Story
from tests.published import form_for


@dataclass(frozen=True)
class Screen:
    """A page: somebody's (nobody's: ""), at an address, after some steps."""

    who: str
    address: str
    steps: Callable[[Page], None] = lambda _page: None


def _answer_the_checks(page: Page) -> None:
    """One given up, the others as they come, the last left open."""
    names = page.locator(".check:has([data-check])").evaluate_all("checks => checks.map((check) => check.id)")
    for nth, name in enumerate(names[:-1]):
        check = page.locator(f"#{name}")
        fill_in(check.locator(".question").first)
        sure(check, "Sure")
        _send(page, check.get_by_role("button", name="I don’t know" if nth == 1 else "Check answer"))


def _send_nothing(page: Page) -> None:
    _send(page, page.get_by_role("button", name="Check answer"))
    page.locator(".note-warn").wait_for()


def _answer_in_two_tabs(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (other, page):
        fill_in(tab.locator(".question").first)
        sure(tab.locator("#question-form"))
        _send(tab, tab.get_by_role("button", name="Check answer"))
    other.close()
    page.get_by_text("What you entered here", exact=True).first.click()


def _give_up(page: Page) -> None:
    button = page.get_by_role("button", name="I don’t know")
    if button.count():
        _send(page, button)
    page.locator(".feedback").wait_for()


def _open_the_offers(page: Page) -> None:
    for offers in page.locator("main summary").all():
        offers.click()


def _open_the_last_answer(page: Page) -> None:
    page.locator(".looked-back a").first.click()
    page.locator(".feedback").wait_for()


def _open_the_corrections(page: Page) -> None:
    for correction in page.get_by_text("What is true", exact=True).all():
        correction.click()


def _open_a_term(page: Page) -> None:
    page.locator("button.term").first.click()


def _open_the_menu(page: Page) -> None:
    page.locator("details.menu > summary").click()


def _send(page: Page, button: Any) -> None:
    with page.expect_response(lambda response: response.request.method == "POST" and "draft" not in response.url):
        button.click()
    page.wait_for_timeout(100)


SHORT_TEXT, CHOICE = KINDS.index("short_text") + 1, KINDS.index("single_choice") + 1


def answer_choice_wrong(page: Page) -> None:
    """Sure, and wrong: what gets the strongest follow-up."""
    asked, form = first_of("single_choice"), page.locator("#question-form")
    fill_with(form, form_for(asked, fixed_seed(CHOICE, asked), near_miss(asked)))
    sure(form, "Sure")
    _send(page, form.get_by_role("button", name="Check answer"))
    page.locator(".feedback").wait_for()


SCREENS = {
    "sign-in": Screen("", "/sign-in"),
    "today-newcomer": Screen("Alice", "/"),
    "today-due": Screen("Bea", "/"),
    "today-all-read": Screen("Cem", "/"),
    "menu-open": Screen("Bea", "/", _open_the_menu),
    "courses": Screen("Alice", "/courses"),
    "course": Screen("Bea", "/courses/accreditation"),
    "lesson": Screen("Alice", "/lessons/M02-L1"),
    "lesson-last": Screen("Bea", "/lessons/M03-L4"),
    "lesson-answered": Screen("Dan", "/lessons/M01-L2", _answer_the_checks),
    "lesson-corrections": Screen("Bea", "/lessons/M02-L2", _open_the_corrections),
    "lesson-term": Screen("Bea", "/lessons/M03-L2", _open_a_term),
    "practice": Screen("Bea", "/practice", _open_the_offers),
    **{f"{kind}-asked": Screen("Dan", f"SET/{place}") for place, kind in enumerate(KINDS, 1)},
    "question-422": Screen("Dan", f"SET/{CHOICE}", _send_nothing),
    "question-409": Screen("Dan", f"SET/{SHORT_TEXT}", _answer_in_two_tabs),
    **{f"{kind}-graded": Screen("Dan", f"SET/{place}", _give_up) for place, kind in enumerate(KINDS, 1)},
    "looking-back": Screen("Dan", "SET/summary"),
    "progress-empty": Screen("Alice", "/progress"),
    "progress": Screen("Bea", "/progress"),
    "answers-empty": Screen("Alice", "/progress/answers"),
    "answers": Screen("Bea", "/progress/answers"),
    "past-answer": Screen("Bea", "/progress/answers", _open_the_last_answer),
    "notes-empty": Screen("Alice", "/progress/notes"),
    "notes": Screen("Bea", "/progress/notes"),
    "account": Screen("Bea", "/account"),
    **{f"error-{code}": Screen("Bea", f"/fail/{code}") for code in (403, 404, 405, 409, 413, 422, 429, 500, 503)},
}


@contextmanager
def opened(
    browser: Browser, story: Story, name: "str | Screen", complaints: list[str], **settings: Any
) -> Iterator[Page]:
    """The screen in a window of its own, calm and with its fonts there."""
    screen = name if isinstance(name, Screen) else SCREENS[name]
    given = {"viewport": {"width": 1280, "height": 850}, "reduced_motion": "reduce", **settings}
    context = browser.new_context(base_url=story.site.url, **given)
    context.set_default_timeout(10_000)
    if screen.who:
        context.add_cookies([story.cookies[screen.who]])
    page = context.new_page()
    if not screen.address.startswith("/fail"):
        watch(page, complaints)
    page.goto(screen.address.replace("SET", story.told.set))
    screen.steps(page)
    page.evaluate("document.fonts.ready")
    yield page
    context.close()
