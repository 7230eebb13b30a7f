"""Prepare an app for the world: limits, hosts, headers, forgery, errors, files, filters. In this order, which matters:
what is registered first as `after_request` runs last, so the headers see the finished response."""

from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from trainer.settings import Settings
from trainer.web.assets import serve_assets
from trainer.web.errors import show_errors
from trainer.web.filters import FILTERS, speak_of
from trainer.web.forgery import refuse_forgeries
from trainer.web.headers import send_headers
from trainer.web.intake import limit_intake
from trainer.web.keys import serve_keys
from trainer.web.naming import answer_to_own_names
from trainer.web.packing import pack_responses
from trainer.web.policy import Policy, with_policies
from trainer.web.probes import serve_probes
from trainer.web.redirects import only_safe_redirects
from trainer.web.rendering import htmx
from trainer.web.theme import serve_theme
from trainer.web.zones import zone

LOCALE = "en_GB"
"""Of dates and numbers, as the texts are: "23 Nov 2026, 19:29"."""


def prepare(app: Flask, settings: Settings, checks: Mapping[str, Callable[[], str]]) -> None:
    """Everything at the edge but the guard. `checks` says what /readyz asks: each gives a reason or nothing."""
    app.config.update(PROVIDE_AUTOMATIC_OPTIONS=False)
    answer_to_own_names(app, settings)
    _believe_proxies(app, settings.proxy_hops)
    pack_responses(app)
    send_headers(app, https=settings.base_url.startswith("https:"))
    app.after_request(only_safe_redirects)
    limit_intake(app)
    refuse_forgeries(app, settings)
    show_errors(app)
    Babel(app, default_locale=LOCALE, timezone_selector=zone)
    htmx.init_app(app)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["speak_of"] = speak_of
    app.jinja_env.globals["outside"] = lambda path: settings.base_url.rstrip("/") + path
    with_policies(app, {"static": Policy.PUBLIC})
    if app.static_folder is not None:
        serve_assets(app, Path(app.static_folder))
    serve_theme(app)
    serve_keys(app)
    serve_probes(app, checks)


def _believe_proxies(app: Flask, hops: int) -> None:
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
