"""Against requests that another site makes in a learner's name: a token in every write, and a look at its origin."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect

from trainer.settings import Settings
from trainer.web.guarding import SAFE_METHODS


def refuse_forgeries(app: Flask, settings: Settings) -> None:
    """Every request that is not a GET needs a token and must come from this site. Before Flask-Security."""
    app.config.update(
        # The token lives as long as the session: a page left open over lunch still takes its answer.
        WTF_CSRF_TIME_LIMIT=None,
        # The last one signs, all are believed: a page from before a change of the key can still be sent.
        WTF_CSRF_SECRET_KEY=[*reversed(settings.secret_key_fallbacks), settings.secret_key],
        # Replaced by the look at Sec-Fetch-Site and Origin below, which privacy tools leave alone.
        WTF_CSRF_SSL_STRICT=False,
    )
    own = _origin(settings.base_url)

    @app.before_request
    def check_origin() -> None:
        if request.method not in SAFE_METHODS and not _is_from_this_site(own):
            abort(403)

    CSRFProtect(app)


def _is_from_this_site(own: str) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin in (own, _origin(request.host_url))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
