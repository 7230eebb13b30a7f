"""Names this site answers to, and what proxies may say: risk 31."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser_client import Browser
from tests.factories import settings_for
from trainer.settings import Settings

Make = Callable[[Settings], Flask]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example"]
)
def test_other_names_are_refused(nobody: Browser, host: str) -> None:
    assert nobody.get("/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8000"])
def test_own_names_are_answered(nobody: Browser, host: str) -> None:
    assert nobody.get("/sign-in", headers={"Host": host}).status_code == 200


def test_name_in_the_settings_is_answered(make_app: Make, settings: Settings) -> None:
    app = make_app(
        settings_for(
            settings.database_url,
            settings.data_dir,
            base_url="https://trainer.example.org",
            trusted_hosts=("inside.example.org",),
        )
    )
    answers = [
        app.test_client().get("/healthz", headers={"Host": host}).status_code
        for host in ("trainer.example.org", "inside.example.org", "localhost")
    ]
    assert answers == [200, 200, 400]


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://localhost:8080", "http://[::1]:8000"])
def test_this_machine_is_answered_by_each_of_its_names(make_app: Make, settings: Settings, base: str) -> None:
    app = make_app(settings_for(settings.database_url, settings.data_dir, base_url=base, trusted_hosts=()))
    for name in ("127.0.0.1", "localhost", "[::1]"):
        for host in (name, f"{name}:8000"):
            assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 200, host
    for host in ("evil.example", "192.168.1.5:8000", "[::2]:8000", "[::1].evil.example", "localhost.evil.example"):
        assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 400, host


def test_form_from_another_name_of_this_machine_is_taken(make_app: Make, settings: Settings) -> None:
    app = make_app(
        settings_for(settings.database_url, settings.data_dir, base_url="http://127.0.0.1:8000", trusted_hosts=())
    )
    for base in ("http://localhost:8000", "http://[::1]:8000"):
        browser = app.test_client()
        page = browser.get("/sign-in", base_url=base).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        headers = {"X-CSRFToken": token[1], "Origin": base}
        assert browser.post("/theme", base_url=base, data={"theme": "dark"}, headers=headers).status_code == 303


def test_site_with_a_name_is_not_answered_as_this_machine(make_app: Make, settings: Settings) -> None:
    app = make_app(
        settings_for(settings.database_url, settings.data_dir, base_url="https://trainer.example.org", trusted_hosts=())
    )
    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert app.test_client().get("/healthz", headers={"Host": host}).status_code == 400


def test_refusal_says_what_the_operator_can_do(nobody: Browser) -> None:
    assert "TRAINER_BASE_URL" in nobody.get("/sign-in", headers={"Host": "evil.example"}).get_data(as_text=True)


FORGED = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}


def test_without_a_proxy_nobody_is_believed(nobody: Browser) -> None:
    response = nobody.get("/account", headers=FORGED)
    assert response.status_code == 302
    assert "evil.example" not in str(response.headers)


def test_with_a_proxy_its_name_must_be_ours_too(make_app: Make, settings: Settings) -> None:
    app = make_app(settings_for(settings.database_url, settings.data_dir, proxy_hops=1))
    assert app.test_client().get("/sign-in", headers=FORGED).status_code == 400
    ours = {**FORGED, "X-Forwarded-Host": "localhost"}
    assert app.test_client().get("/sign-in", headers=ours).status_code == 200


@pytest.mark.parametrize(("hops", "status"), [(0, 404), (1, 404)])
def test_figures_are_not_shown_through_a_proxy(make_app: Make, settings: Settings, hops: int, status: int) -> None:
    app = make_app(settings_for(settings.database_url, settings.data_dir, proxy_hops=hops))
    headers = {"X-Forwarded-For": "127.0.0.1, 192.0.2.1"}
    assert app.test_client().get("/metrics", headers=headers).status_code == status
