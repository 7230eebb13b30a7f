"""How a person answers a question in a browser: what comes first, or what is meant, by pointer and by key."""

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 120
COVERED = """element => {
  const label = element.matches("[type=radio], [type=checkbox]") ? element.labels[0] : null;
  const box = (label ?? element).getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  return !(at && (element.contains(at) || label?.contains(at) || at.contains(element)));
}"""
"""Whether something else is in front of an element, or it is out of sight."""
FIELDS = "select, [type=radio], [type=checkbox], input[type=text], textarea"


def ready(part: Locator) -> None:
    """Wait until it is there and its page is whole, scripts started: what looks into it afterwards does not wait."""
    part.wait_for()
    part.page.wait_for_load_state("domcontentloaded")


def fill_in(question: Locator) -> None:
    """Answer whatever is asked, with what comes first; things to order get a place each. Where the page before has a
    question too, see first that it is gone."""
    ready(question)
    expect(question.locator(FIELDS).first).to_be_attached()
    for place, choice in enumerate(question.locator("[data-order] select").all(), 1):
        choice.select_option(index=place)
    for place, choice in enumerate(question.locator("select:not([data-order] select)").all(), 1):
        choice.select_option(index=min(place, choice.locator("option").count() - 1))
    for name in dict.fromkeys(radio.get_attribute("name") for radio in question.locator("[type=radio]").all()):
        question.locator(f"[name='{name}']").first.check(force=True)
    for box in question.locator(".options:has([type=checkbox])").all():
        box.locator("[type=checkbox]").first.check(force=True)
    for text in question.locator("input[type=text], textarea").all():
        text.fill("7")


def fill_with(question: Locator, form: Mapping[str, str]) -> None:
    """Enter exactly this form, field by field."""
    ready(question)
    for name, value in form.items():
        field = question.locator(f"[name='{name}']")
        if field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        elif field.first.get_attribute("type") in ("radio", "checkbox"):
            question.locator(f"[name='{name}'][value='{value}']").check(force=True)
        else:
            field.fill(value)


def sure(form: Locator, word: str = "Think so") -> None:
    """Say how sure one is, where that is asked."""
    ready(form)
    choice = form.get_by_role("radio", name=word, exact=True)
    if choice.count():
        choice.check(force=True)


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there. On the way each focused thing must be in sight, behind nothing."""
    goal = wanted.element_handle()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate_handle("document.activeElement").as_element()
        assert focused is not None
        assert not focused.evaluate(COVERED), f"covered: {focused.evaluate('it => it.outerHTML.slice(0, 200)')}"
        if page.evaluate("([one, other]) => one === other", [focused, goal]):
            return
    raise AssertionError(f"not reached by Tab: {wanted}")


def answer_by_keys(page: Page) -> None:
    """From the top of a question: Tab through its fields, fill each by keys, say how sure, or, where that is not asked,
    go as far as the button that leads on; the focus stays there."""
    ready(page.locator(".question").first)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        kind = page.evaluate(_WHERE)
        assert not page.evaluate(f"({COVERED})(document.activeElement)"), page.evaluate(_FOCUSED)
        if kind == "certainty":
            page.keyboard.press("Space")
            page.keyboard.press("ArrowRight")
            return
        if kind == "next":
            return
        if kind in ("radio", "checkbox", "move"):
            page.keyboard.press("Space")
        elif kind == "select":
            page.keyboard.press("ArrowDown")
        elif kind == "text":
            page.keyboard.type("7")
    raise AssertionError("no end of the question by Tab")


_FOCUSED = "document.activeElement.outerHTML.slice(0, 200)"
_WHERE = """() => {
  const here = document.activeElement;
  if (here.closest("[data-certainty]")) return "certainty";
  if (here.matches("[data-next]")) return "next";
  if (here.matches("[data-move]") && !here.closest("[data-order]").querySelector("select").value) return "move";
  if (!here.closest(".question") || here.checked) return "elsewhere";
  if (here.matches("select")) return here.closest("[data-order]") ? "elsewhere" : "select";
  if (here.matches("[type=radio], [type=checkbox]")) return here.type;
  return here.matches("input, textarea") ? "text" : "elsewhere";
}"""
