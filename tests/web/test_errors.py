"""Errors as pages and as fragments: risks 40 and 49, and the domain's errors."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.browser_client import Browser
from trainer.learning.errors import Conflict, DomainError, Invalid, NotFound, TooMany, Unavailable
from trainer.web.errors import PAGES, status_of
from trainer.web.intake import LARGEST_BODY, MOST_FIELDS

WORDS = "In plain words – naïve?"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NotFound", 404),
        ("Conflict", 409),
        ("Invalid", 422),
        ("TooMany", 429),
        ("Unavailable", 503),
        ("DomainError", 422),
    ],
)
def test_domain_error_becomes_http(nobody: Browser, name: str, code: int) -> None:
    response = nobody.post(f"/test/fail?name={name}")
    assert response.status_code == code
    assert (WORDS in response.get_data(as_text=True)) is (name != "NotFound")


def test_domain_error_is_translated_before_its_values_come_in(app: Flask, nobody: Browser, tmp_path: Path) -> None:
    catalogue = Catalog(locale="de")
    catalogue.add("A name has at most %(longest)s characters.", "Höchstens %(longest)s Zeichen hat ein Name.")
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    with (tmp_path / "de" / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    babel = app.extensions["babel"]
    babel.locale_selector = lambda: "de"
    babel.translation_directories = [str(tmp_path)]
    response = nobody.post("/test/fail?name=Counted")
    assert "Höchstens 100 Zeichen hat ein Name." in response.get_data(as_text=True)


def test_domain_error_on_the_command_line_is_whole() -> None:
    assert str(Invalid("At most %(longest)s.", longest=3)) == "At most 3."
    assert str(Invalid("100 % sure.")) == "100 % sure."
    assert str(TooMany("Wait for %(what)s.", retry_after=1, what="it")) == "Wait for it."


def test_kind_of_an_error_is_that_of_its_nearest_parent() -> None:
    class Special(Conflict):
        """A conflict of some kind."""

    assert status_of(Special("x")) == 409
    assert status_of(TooMany("x", retry_after=1)) == 429
    assert [status_of(kind("x")) for kind in (NotFound, Invalid, Unavailable, DomainError)] == [404, 422, 503, 422]


@pytest.mark.parametrize("code", sorted(PAGES))
def test_each_code_has_a_page_and_a_fragment(quiet: Browser, code: int) -> None:
    page = quiet.get(f"/test/stop?code={code}")
    fragment = quiet.get(f"/test/stop?code={code}", headers={"HX-Request": "true"})
    assert page.status_code == fragment.status_code == code
    assert b"<html" in page.data
    assert b"<html" not in fragment.data


@pytest.mark.parametrize(("code", "like"), [(400, 404), (410, 404), (418, 404), (501, 500)])
def test_code_without_a_page_borrows_one(quiet: Browser, code: int, like: int) -> None:
    response = quiet.get(f"/test/stop?code={code}")
    assert response.status_code == code
    assert b"<html" in response.data


def test_wrong_method_says_which_are_right(nobody: Browser) -> None:
    response = nobody.open("/healthz", method="DELETE")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_error_tells_nothing_of_its_insides(quiet: Browser) -> None:
    response = quiet.post("/test/write?status=999")
    assert response.status_code == 500
    assert b"on purpose" not in response.data
    assert b"Traceback" not in response.data
    assert b"ValueError" not in response.data


def test_message_for_htmx_is_in_a_header_too(nobody: Browser) -> None:
    response = nobody.post("/test/fail?name=Unavailable", headers={"HX-Request": "true"})
    assert response.status_code == 503
    assert unquote(response.headers["X-Trainer-Message"]) == WORDS
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError("x", {}, Exception("database is locked")), 503),
        (OperationalError("x", {}, Exception("database or disk is full")), 503),
        (PoolTimeout(), 503),
        (OperationalError("x", {}, Exception("no such table: x")), 500),
        (IntegrityError("x", {}, Exception("UNIQUE")), 500),
    ],
)
def test_database_that_is_busy_is_no_crash(app: Flask, quiet: Browser, error: DBAPIError, code: int) -> None:
    def broken() -> str:
        raise error

    app.view_functions["read"] = broken
    response = quiet.get("/test/read")
    assert response.status_code == code
    assert ("Retry-After" in response.headers) is (code == 503)
    assert b"UNIQUE" not in response.data


FORM = "application/x-www-form-urlencoded"
BOXED = "multipart/form-data"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "x=" + "y" * (LARGEST_BODY - 2), "content_type": FORM}, 200),
        ({"data": "x=" + "y" * (LARGEST_BODY - 1), "content_type": FORM}, 413),
        ({"data": {"x": "y" * (LARGEST_BODY + 1)}, "content_type": BOXED}, 413),
        ({"data": "x" * LARGEST_BODY, "content_type": "application/octet-stream"}, 200),
        ({"data": "x" * (LARGEST_BODY + 1), "content_type": "application/octet-stream"}, 413),
        ({"data": "&".join(f"f{n}=x" for n in range(MOST_FIELDS)), "content_type": FORM}, 200),
        ({"data": "&".join(f"f{n}=x" for n in range(MOST_FIELDS + 1)), "content_type": FORM}, 413),
        ({"data": "&".join("f=x" for _ in range(MOST_FIELDS + 1)), "content_type": FORM}, 413),
        ({"data": {f"f{n}": "x" for n in range(MOST_FIELDS)}, "content_type": BOXED}, 200),
        ({"data": {f"f{n}": "x" for n in range(MOST_FIELDS + 1)}, "content_type": BOXED}, 413),
        ({"data": {"x": "y" * 100_000}}, 200),
    ],
    ids=[
        "as large as it may be",
        "a byte too large",
        "field too large",
        "body as large as it may be",
        "body too large",
        "as many fields as there may be",
        "a field too many",
        "one field too often",
        "as many parts as there may be",
        "a part too many",
        "large field",
    ],
)
def test_too_much_is_refused(nobody: Browser, sent: dict[str, object], status: int) -> None:
    assert nobody.post("/test/take", **sent).status_code == status
