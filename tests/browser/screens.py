"""Every page there is, by name: whose it is, how to come there. The tests of looks and access go through all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.answering import fill_in, fill_with, sure
from tests.browser.history import near_miss
from tests.browser.looking import PATIENCE, watch
from tests.browser.one_of_each import KINDS, first_of, fixed_seed
from tests.browser.screen import Screen
from tests.browser.screens_of_teams import SCREENS_OF_TEAMS
from tests.browser.story import Story
from tests.factories import PASSWORD
from tests.published import form_for


def _answer_the_checks(page: Page) -> None:
    """One given up, the others as they come, the last left open."""
    names = page.locator(".check:has([data-check])").evaluate_all("checks => checks.map((check) => check.id)")
    for nth, name in enumerate(names[:-1]):
        check = page.locator(f"#{name}")
        fill_in(check.locator(".question").first)
        sure(check, "Sure")
        _send(page, check.get_by_role("button", name="I don’t know" if nth == 1 else "Check answer"))
        check.locator(".feedback").wait_for()


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
        tab.locator(".feedback").wait_for()
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


def _give_the_password(page: Page) -> None:
    page.locator("[name=email]").fill("tess@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("[name=code]").wait_for()


def _say_the_phone_is_lost(page: Page) -> None:
    _give_the_password(page)
    page.goto("/sign-in/recovery")


def _begin_the_second_step(page: Page) -> None:
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("button", name="Turn it on").wait_for()


def _make_a_link(page: Page) -> None:
    page.get_by_role("button", name="Make a sign-in link").click()
    page.locator("input[readonly], code").first.wait_for()


def _send_after_the_session_has_ended(page: Page) -> None:
    page.locator("[name=name]").fill("Bea of the Leeds depot")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Your session has ended").first.wait_for()


def _answer_and_wait(page: Page) -> None:
    fill_in(page.locator(".question").first)
    page.get_by_text("Saved").first.wait_for()


def _begin_to_doubt(page: Page) -> None:
    page.get_by_text("I think this question is wrong").click()


def _answer_in_another_tab_first(page: Page) -> None:
    """The other tab saves; this one then sends something else."""
    other = page.context.new_page()
    other.goto(page.url)
    fill_in(other.locator(".question").first)
    with other.expect_response(lambda response: response.request.method == "POST"):
        other.locator("#exam-form").dispatch_event("exam:save")
    other.close()
    fill_in(page.locator(".question").first)


def _save_too_late_for_the_tab(page: Page) -> None:
    _answer_in_another_tab_first(page)
    page.locator("#exam-form").dispatch_event("exam:save")
    page.get_by_text("You changed this answer in another tab").wait_for()


def _leave_too_late_for_the_tab(page: Page) -> None:
    """As without a script: the answer is sent by the button that leads on."""
    _answer_in_another_tab_first(page)
    page.locator("#exam-form").evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    # The page before may have the same button by now: it saves by itself a moment after a change.
    expect(page).to_have_title("Changed elsewhere – Trainer")


def _send_after_the_time_is_over(page: Page) -> None:
    """What a page sends that was loaded while there still was time."""
    page.locator("main form").evaluate(
        """form => {
          form.insertAdjacentHTML("beforeend", "<input name=key value=key-00000000000000><input name=version value=0>");
          form.action = form.action.replace("hand-in", "1");
          form.submit();
        }"""
    )
    page.get_by_text("does not count").wait_for()


def _open_a_term(page: Page) -> None:
    page.locator("button.term").first.click()


def _open_the_menu(page: Page) -> None:
    page.locator("details.menu > summary").click()


def _ask_nothing(page: Page) -> None:
    page.get_by_text("Ask about this lesson").click()
    _send(page, page.get_by_role("button", name="Send the question"))
    page.locator("#questions .field-error").wait_for()
    for answer in page.locator("#questions li > details > summary").all():
        answer.click()


def _open_the_doubt(page: Page) -> None:
    page.locator("a[href*='/author/inbox/doubts/']").first.click()
    page.wait_for_url("**/author/inbox/doubts/*")


def _decide_nothing(page: Page) -> None:
    _open_the_doubt(page)
    page.get_by_label("The question stays as it is").check()
    page.get_by_label("Reason").fill("  ")
    page.get_by_role("button", name="Decide and tell the learner").click()
    page.locator(".field-error").first.wait_for()


def _open_the_question(page: Page) -> None:
    page.locator("a[href*='/author/inbox/questions/']").first.click()
    page.wait_for_url("**/author/inbox/questions/*")


def _open_what_is_upheld(page: Page) -> None:
    page.locator(".own-note:has(.pill-good) a[href*='/author/inbox/doubts/']").first.click()
    page.wait_for_url("**/author/inbox/doubts/*")


def _open_what_is_shown(page: Page) -> None:
    page.locator(".own-note:has(.pill-good) a[href*='/author/inbox/questions/']").first.click()
    page.wait_for_url("**/author/inbox/questions/*")


def _send(page: Page, button: Any) -> None:
    with page.expect_response(lambda response: response.request.method == "POST" and "draft" not in response.url):
        button.click()
    # What htmx puts on the page it marks until all is in place and focused.
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


SHORT_TEXT, CHOICE = KINDS.index("short_text") + 1, KINDS.index("single_choice") + 1


def answer_choice_wrong(page: Page) -> None:
    """Sure, and wrong: what gets the strongest follow-up."""
    asked, form = first_of("single_choice"), page.locator("#question-form")
    fill_with(form, form_for(asked, fixed_seed(CHOICE, asked), near_miss(asked)))
    sure(form, "Sure")
    _send(page, form.get_by_role("button", name="Check answer"))
    page.locator(".feedback").wait_for()


WRONG_LINK = "/unsubscribe/nonsense"

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
    "review": Screen("Bea", "/review"),
    "review-empty": Screen("Alice", "/review"),
    "forecast": Screen("Bea", "/review/forecast"),
    "forecast-422": Screen("Bea", "/review/forecast?on=2020-02-28"),
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
    "past-answer": Screen("Bea", "/progress/answers", _open_the_last_answer, shows="/progress/answers/AN-ANSWER"),
    "misconceptions-empty": Screen("Alice", "/progress/misconceptions"),
    "misconceptions": Screen("Bea", "/progress/misconceptions"),
    "notes-empty": Screen("Alice", "/progress/notes"),
    "notes": Screen("Bea", "/progress/notes"),
    "questions-empty": Screen("Alice", "/progress/questions"),
    "questions": Screen("Bea", "/progress/questions"),
    "lesson-asking": Screen("Bea", "/lessons/M02-L1", _ask_nothing),
    "inbox": Screen("Otto", "/author/inbox"),
    "inbox-done": Screen("Otto", "/author/inbox/done"),
    "inbox-doubt": Screen("Otto", "/author/inbox", _open_the_doubt, shows="/author/inbox/doubts/a"),
    "inbox-doubt-422": Screen("Otto", "/author/inbox", _decide_nothing),
    "inbox-doubt-upheld": Screen("Otto", "/author/inbox/done", _open_what_is_upheld),
    "inbox-question": Screen("Otto", "/author/inbox", _open_the_question, shows="/author/inbox/questions/a"),
    "inbox-question-shown": Screen("Otto", "/author/inbox/done", _open_what_is_shown),
    "account": Screen("Bea", "/account"),
    "account-confirm": Screen("Bea", "/account/confirm"),
    "account-password": Screen("Bea", "/account/password"),
    "account-email": Screen("Bea", "/account/email"),
    "account-email-link": Screen("", "NEW-EMAIL"),
    "account-second-step": Screen("Bea", "/account/second-step"),
    "account-second-step-begun": Screen("Alice", "/account/second-step", _begin_the_second_step),
    "account-second-step-on": Screen("Tess", "/account/second-step"),
    "account-recovery-codes": Screen("Tess", "/account/recovery-codes"),
    "second-step": Screen("", "/sign-in", _give_the_password, shows="/sign-in/code"),
    "second-step-recovery": Screen("", "/sign-in", _say_the_phone_is_lost, shows="/sign-in/recovery"),
    "account-notices": Screen("Bea", "/account/notices"),
    "account-notices-empty": Screen("Alice", "/account/notices"),
    "unsubscribe": Screen("", "NO-MORE"),
    "unsubscribe-done": Screen("", "ALREADY"),
    "unsubscribe-404": Screen("", WRONG_LINK),
    "sign-in-link": Screen("", "LINK"),
    "welcome": Screen("", "WELCOME"),
    "reset": Screen("", "/reset"),
    "reset-link": Screen("", "NEW-PASSWORD"),
    "assessments": Screen("Dan", "/exams"),
    "assessment": Screen("Alice", "/exams/accreditation/assessment"),
    "assessment-begun": Screen("Dan", "/exams/accreditation/assessment"),
    "assessment-done": Screen("Cem", "/exams/accreditation/assessment"),
    "assessment-question": Screen("Dan", "ATTEMPT/1"),
    "assessment-saved": Screen("Dan", "ATTEMPT/2", _answer_and_wait),
    "assessment-doubt": Screen("Dan", "ATTEMPT/1", _begin_to_doubt),
    "assessment-hand-in": Screen("Dan", "ATTEMPT/hand-in"),
    "assessment-409": Screen("Dan", "ATTEMPT/3", _save_too_late_for_the_tab),
    "assessment-409-page": Screen("Dan", "ATTEMPT/4", _leave_too_late_for_the_tab),
    "assessment-time-over": Screen("Otto", "OVERDUE/result"),
    "assessment-late": Screen("Otto", "OVERDUE/result", _send_after_the_time_is_over),
    "assessment-result": Screen("Cem", "FINISHED/result"),
    "assessment-told": Screen("Tess", "OF-RECORD/result/1"),
    "assessment-told-open": Screen("Tess", "OF-RECORD/result/2"),
    "effect-before": Screen("Alice", "/effect/accreditation"),
    "effect-too-late": Screen("Bea", "/effect/accreditation"),
    "effect-question": Screen("Ivo", "ENTRY/1"),
    "effect-hand-in": Screen("Ivo", "ENTRY/hand-in"),
    "effect-under-way": Screen("Ivo", "/effect/accreditation"),
    "effect-placed": Screen("Fay", "/effect/accreditation"),
    "effect-placed-result": Screen("Fay", "PLACED/result"),
    "effect-placed-told": Screen("Fay", "PLACED/result/1"),
    "effect": Screen("Gil", "/effect/accreditation"),
    "effect-of-everyone": Screen("Ada", "/admin/effect"),
    "course-path": Screen("Fay", "/courses/accreditation"),
    "today-path": Screen("Fay", "/"),
    "today-test-begun": Screen("Ivo", "/"),
    "today-check": Screen("Gil", "/"),
    "allowances": Screen("Ada", "/admin/people/PERSON/allowances"),
    "author-correction": Screen("Otto", "/author/items/M03-SC-001/correction"),
    **SCREENS_OF_TEAMS,
    "people": Screen("Ada", "/admin/people"),
    "people-none-found": Screen("Ada", "/admin/people?q=nobody-of-that-name"),
    "person-new": Screen("Ada", "/admin/people/new"),
    "person": Screen("Ada", "/admin/people/PERSON"),
    "person-link": Screen("Ada", "/admin/people/PERSON", _make_a_link),
    "system": Screen("Ada", "/admin/system"),
    "author": Screen("Otto", "/author"),
    "author-check": Screen("Otto", "/author/check"),
    "author-bank": Screen("Otto", "/author/banks/accreditation-m01"),
    "author-item": Screen("Otto", "/author/items/M03-SC-001"),
    "author-rollback": Screen("Otto", "/author/releases/1"),
    "error-401": Screen("Bea", "/account", _send_after_the_session_has_ended),
    **{f"error-{code}": Screen("Bea", f"/fail/{code}") for code in (403, 404, 405, 409, 413, 422, 429, 500, 503)},
}


WITHOUT_A_LOOK = {
    "static": "a file",
    "asset": "a file",
    "own_plan.calendar": "for machines",
    "team_reports.csv": "a file",
    "team_reports.xlsx": "a file",
    "healthz": "for machines",
    "readyz": "for machines",
    "metrics": "for machines",
    "admin.show_admin": "leads on to the people",
    "practice.resume": "leads on to a question or to the look back",
    "exams.resume": "leads on to a question or to the result",
    "security.two_factor_rescue": "not offered: 404",
    "security.tf_select": "not offered: 404",
}
"""Routes that can be read and are no page."""


@contextmanager
def opened(
    browser: Browser, story: Story, name: "str | Screen", complaints: list[str], **settings: Any
) -> Iterator[Page]:
    """The screen in a window of its own, calm and with its fonts there."""
    screen = name if isinstance(name, Screen) else SCREENS[name]
    given = {"viewport": {"width": 1280, "height": 850}, "reduced_motion": "reduce", **settings}
    context = browser.new_context(base_url=story.site.url, **given)
    context.set_default_timeout(PATIENCE)
    if screen.who:
        context.add_cookies([story.cookies[screen.who]])
    page = context.new_page()
    if not screen.address.startswith(("/fail", WRONG_LINK)):  # a browser complains about the status itself
        watch(page, complaints)
    page.goto(address_of(screen, story))
    screen.steps(page)
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready")
    yield page
    context.close()


def address_of(screen: Screen, story: Story) -> str:
    """The screen's address, with what the story tells put in."""
    address = screen.address
    for word, place in story.told.places.items():
        address = address.replace(word, place)
    return address
