"""What scripts add to question types: dragging, tapping, pointing; the lists and radio buttons stay the truth."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.browser.one_of_each import KINDS, set_with_one_of_each
from trainer.accounts.models import User

pytestmark = pytest.mark.once


@pytest.fixture
def address(site: object, alice: User, session: Session) -> Callable[[str], str]:
    """Where Alice is asked a question of a type."""
    practice = set_with_one_of_each(session, alice)
    return lambda kind: f"{practice}/{KINDS.index(kind) + 1}"


def test_ordering_moves_rows_by_button_and_keeps_the_lists(
    open_page: Callable[..., Page], alice: User, address: Callable[[str], str]
) -> None:
    page = open_page(alice)
    page.goto(address("ordering"))
    rows = page.locator("[data-order] > li")
    first = rows.first.locator("label").inner_text()
    rows.first.get_by_role("button", name="Move down").press("Enter")
    expect(rows.nth(1).locator("label")).to_have_text(first)
    assert rows.nth(1).locator("select").evaluate("list => list.selectedIndex") == 2
    assert page.evaluate("document.activeElement.dataset.move") == "1", "the focus stays on the row that moved"
    expect(page.get_by_role("status").filter(has_text="now at place 2")).to_have_count(1)


def test_ordering_moves_rows_by_dragging(
    open_page: Callable[..., Page], alice: User, address: Callable[[str], str]
) -> None:
    page = open_page(alice)
    page.goto(address("ordering"))
    rows = page.locator("[data-order] > li")
    first = rows.first.locator("label").inner_text()
    rows.first.drag_to(rows.nth(2), target_position={"x": 60, "y": 50})
    expect(rows.nth(2).locator("label")).to_have_text(first)
    assert [row.locator("select").evaluate("list => list.selectedIndex") for row in rows.all()] == list(
        range(1, rows.count() + 1)
    )


@pytest.mark.parametrize("kind", ["matching", "label_diagram"])
def test_things_are_placed_by_two_taps(
    open_page: Callable[..., Page], alice: User, address: Callable[[str], str], kind: str
) -> None:
    page = open_page(alice)
    page.goto(address(kind))
    chip = page.locator(".chip").nth(1)
    place = page.locator(".pin" if kind == "label_diagram" else "[data-slot]").nth(1)
    chip.click()
    place.click()
    chosen = page.locator("[data-slot] select").nth(1)
    expect(chosen).to_have_value(str(chip.get_attribute("value")))
    expect(chip).to_have_attribute("aria-pressed", "false")


def test_a_thing_placed_again_leaves_its_first_place(
    open_page: Callable[..., Page], alice: User, address: Callable[[str], str]
) -> None:
    page = open_page(alice)
    page.goto(address("matching"))
    chip, slots = page.locator(".chip").first, page.locator("[data-slot]")
    for slot in (slots.nth(0), slots.nth(1)):
        chip.click()
        slot.locator("label").click()
    expect(slots.nth(0).locator("select")).to_have_value("")
    expect(slots.nth(1).locator("select")).to_have_value(str(chip.get_attribute("value")))


def test_a_click_on_the_picture_picks_its_radio_button(
    open_page: Callable[..., Page], alice: User, address: Callable[[str], str]
) -> None:
    page = open_page(alice)
    page.goto(address("hotspot"))
    shape = page.locator(".place-shape").nth(1)
    shape.click()
    expect(page.locator(f".option input[value='{shape.get_attribute('data-value')}']")).to_be_checked()
    expect(shape).to_have_class("place-shape is-chosen")
