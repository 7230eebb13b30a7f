"""The pages of teams and of what they plan."""

from collections.abc import Mapping

from playwright.sync_api import Page

from tests.browser.screen import Screen


def _open_a_question(page: Page) -> None:
    page.locator("a[href*='/questions/']").first.click()
    page.wait_for_url("**/questions/*")


def _look_a_list_over(page: Page) -> None:
    people = "new@example.org, Nina New, Technician\nwrong, Bob\nother@example.org\nbea@example.org, Bea"
    page.locator("[name=text]").fill(people)
    page.get_by_role("button", name="Look it over first").click()
    page.get_by_text("Nothing is sent yet.").wait_for()


def _make_a_link_for_everybody(page: Page) -> None:
    page.get_by_role("button", name="Make a link").click()
    page.locator("input[readonly]").wait_for()


def _ask_for_a_link_of_ones_own(page: Page) -> None:
    page.locator("[name=email]").fill("somebody@example.org")
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_text("Look into your mail").first.wait_for()


def _give_nothing(page: Page) -> None:
    page.get_by_role("button", name="Give it").click()
    page.get_by_text("Choose at least one training.").wait_for()


def _open_what_is_folded(page: Page) -> None:
    for folded in page.locator("main summary").all():
        folded.click()


def _make_a_calendar(page: Page) -> None:
    page.get_by_role("button", name="Make an address").click()
    page.locator("input[readonly]").wait_for()


SCREENS_OF_TEAMS: Mapping[str, Screen] = {
    "teams": Screen("Lena", "/teams"),
    "teams-invited": Screen("Alice", "/teams"),
    "teams-none": Screen("Tess", "/teams"),
    "team-new": Screen("Ada", "/teams/new"),
    "team": Screen("Lena", "TEAM"),
    "team-archived-standing": Screen("Lena", "AWAY"),
    "team-people": Screen("Lena", "TEAM/people"),
    "team-effect": Screen("Lena", "TEAM/effect"),
    "reports": Screen("Lena", "TEAM/reports"),
    "report-completion": Screen("Lena", "TEAM/reports/completion"),
    "report-matrix": Screen("Lena", "TEAM/reports/matrix?sort=gap&order=down"),
    "report-effectiveness": Screen("Lena", "TEAM/reports/effectiveness"),
    "report-reminders": Screen("Lena", "TEAM/reports/reminders?q=nobody"),
    "report-overdue-none": Screen("Lena", "AWAY/reports/overdue"),
    "team-questions": Screen("Lena", "TEAM/questions"),
    "team-question": Screen("Lena", "TEAM/questions", _open_a_question, shows="/teams/t/questions/q"),
    "team-person": Screen("Lena", "BEAS"),
    "team-place": Screen("Lena", "BEAS/place"),
    "team-invite": Screen("Lena", "TEAM/invite"),
    "team-look-over": Screen("Lena", "TEAM/invite", _look_a_list_over),
    "team-link": Screen("Lena", "TEAM/invite", _make_a_link_for_everybody),
    "team-roles": Screen("Lena", "TEAM/roles"),
    "team-role": Screen("Lena", "ROLE"),
    "team-role-new": Screen("Lena", "TEAM/roles/new"),
    "team-settings": Screen("Lena", "TEAM/settings"),
    "team-archived": Screen("Lena", "AWAY/people"),
    "team-archived-settings": Screen("Lena", "AWAY/settings"),
    "join-by-link": Screen("", "BY-ALL"),
    "join-by-link-sent": Screen("", "BY-ALL", _ask_for_a_link_of_ones_own),
    "join-as-newcomer": Screen("", "BY-NINA"),
    "join-as-another": Screen("Bea", "BY-NINA"),
    "join-already": Screen("Bea", "BY-BEA"),
    "join-already-signed-out": Screen("", "BY-BEA"),
    "join-signed-in": Screen("Alice", "BY-ALL"),
    "plan": Screen("Lena", "TEAM/plan"),
    "plan-none": Screen("Lena", "AWAY/plan"),
    "plan-give": Screen("Lena", "TEAM/plan/new", _open_what_is_folded),
    "plan-give-422": Screen("Lena", "TEAM/plan/new", _give_nothing),
    "plan-training": Screen("Lena", "TRAINING"),
    "plan-change": Screen("Lena", "TRAINING/change", _open_what_is_folded),
    "plan-person": Screen("Lena", "FAYS-TURN"),
    "plan-person-exempt": Screen("Lena", "DANS-TURN"),
    "own-plan": Screen("Bea", "/plan"),
    "own-plan-more-time": Screen("Fay", "/plan"),
    "own-plan-none": Screen("Tess", "/plan"),
    "own-plan-calendar": Screen("Gil", "/plan", _make_a_calendar),
    "today-plan": Screen("Fay", "/"),
}
