"""Where a redirect may lead: risk 30, with a corpus of what has led elsewhere before."""

from collections.abc import Callable
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.browser_client import Browser
from tests.factories import PASSWORD
from trainer.accounts.models import User
from trainer.web import safe_next
from trainer.web.redirects import HOME, is_safe

GOOD = (
    "/",
    "/courses",
    "/practice/0193-abc/3",
    "/lessons/M01-L02?x=1&y=2",
    "/lessons/M01-L02#part-2",
    "/progress/answers?page=2",
    "/search?q=a%20b",
    "/a?next=//evil.example",
    "/a?next=https://evil.example/",
    "/caf%C3%A9",
)

_SLASHES = (
    "//",
    "///",
    "////",
    "/\\",
    "\\/",
    "\\\\",
    "/\\/",
    "\\/\\/",
    "/\t/",
    "/\n/",
    "/\r/",
    "\t//",
    " //",
    "/ /",
    "/\x00/",
)
_HOSTS = ("evil.example", "evil.example/%2f..", "localhost@evil.example", "evil.example:80")
_WHOLE = (
    "",
    " ",
    "evil.example",
    "courses",
    "./courses",
    "../courses",
    "?x=1",
    "#x",
    "http://evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "http://localhost/",
    "http://localhost.evil.example/",
    "http://localhost@evil.example/",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript://localhost/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:eve@evil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    "/%5Cevil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d/evil.example",
    "/%0D%0ALocation:%20https://evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/./evil.example/..//",
    "/a//evil.example",
    "/a/..//evil.example",
    "/a/../..//evil.example",
    "/%2e%2e//evil.example",
    "/courses\\evil.example",
    "/courses\r\nSet-Cookie: x=1",
    "/courses\nx",
    "/courses\x00",
    "/cour ses",
    "/<script>",
    '/"onmouseover="alert(1)',
    "/'`|^{}",
    "/\u2028evil",
    "/é",
    "/\uff0fevil.example",
    "\u3000//evil.example",
    "\ufeff/courses",
    "〱evil.example",
    "/@evil.example@//",
    "/" + "x" * 3000,
    "..",
    ".",
    "*",
    "%2f%2fevil.example",
    "%68%74%74%70://evil.example",
    "//evil%E3%80%82example",
    "//[::1]/",
    "//0x7f000001",
    "///localhost/../evil.example",
)
BAD = (*_WHOLE, *(slashes + host for slashes in _SLASHES for host in _HOSTS))


def test_corpus_is_large_enough() -> None:
    assert len(BAD) > 100


@pytest.mark.parametrize("target", GOOD)
def test_path_of_this_site_is_fine(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", BAD)
def test_anything_else_leads_home(target: str) -> None:
    assert safe_next(target) == HOME


def test_nothing_leads_home() -> None:
    assert safe_next(None) == HOME
    assert safe_next("//evil.example", otherwise="/courses") == "/courses"


@given(st.text(max_size=60) | st.from_regex(r"[/\\.%a-z0-9:@?#\t ]{1,30}", fullmatch=True))
def test_what_is_safe_stays_on_this_site_wherever_it_is_read(target: str) -> None:
    """As urllib reads it, and as a browser does, which drops control characters and turns backslashes round."""
    if is_safe(target):
        as_browser = "".join(c for c in target if c > " ").replace("\\", "/")
        for read in (target, as_browser):
            assert urlsplit(urljoin("http://localhost/x/y", read)).netloc == "localhost"
            assert not read.startswith("//")


def test_sign_in_leads_to_pages_of_this_site_only(app: Flask, alice: User) -> None:
    for target in BAD:
        data = {"email": "alice@example.org", "password": PASSWORD, "next": target}
        response = app.test_client().post(f"/sign-in?next={quote(target[:200])}", data=data)
        if "\0" in target:
            assert response.status_code == 404
            continue
        assert response.status_code == 302
        assert is_safe(response.headers["Location"]), target


@pytest.mark.parametrize("path", ["/test/go?to={}", "/theme"])
def test_no_view_redirects_elsewhere(nobody: Browser, path: str) -> None:
    """Not even one that forgets to check: the edge looks at every response."""
    for target in (*GOOD, *BAD):
        if target.isprintable():  # Werkzeug refuses line breaks in headers by itself
            response = nobody.post(path.format(quote(target)), data={"next": target, "theme": "dark"})
            assert response.status_code in (302, 303)
            assert is_safe(response.headers["Location"]), target


@pytest.mark.parametrize("header", ["HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"])
def test_htmx_is_not_led_elsewhere_either(nobody: Browser, header: str) -> None:
    answer = nobody.get(f"/test/go_htmx?header={header}&to={quote('https://evil.example/')}")
    assert answer.headers[header] == "/"
    assert nobody.get(f"/test/go_htmx?header={header}&to=/courses").headers[header] == "/courses"


def test_full_address_of_this_site_becomes_its_path(nobody: Browser) -> None:
    response = nobody.get(f"/test/go?to={quote('http://localhost/courses?x=1')}")
    assert response.headers["Location"] == "/courses?x=1"


@pytest.mark.parametrize("address", ["https://evil.example/x", "http://[broken", ""])
def test_page_one_came_from_is_believed_only_if_it_is_ours(nobody: Browser, address: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    assert nobody.get("/test/mine", headers=headers).headers["HX-Redirect"] == "/sign-in?next=%2F&ended=1"


def test_confirming_the_password_leads_to_pages_of_this_site_only(
    browser_of: Callable[[User], Browser], alice: User
) -> None:
    for target in BAD[::4]:
        data = {"password": PASSWORD, "next": target}
        response = browser_of(alice).post(f"/account/confirm?next={quote(target[:200])}", data=data)
        assert response.status_code in (404, 422) or is_safe(response.headers["Location"])
