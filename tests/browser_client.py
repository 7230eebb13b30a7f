"""A browser for tests, without a picture: keeps cookies, sends the token of forms, looks at every page it gets."""

from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.pages import check_page
from trainer import clock

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class Browser(FlaskClient):
    """`forged=True` in a request leaves the token out."""

    def open(self, *args: Any, forged: bool = False, **kwargs: Any) -> TestResponse:
        """Send a request; a full page that comes back must be in order."""
        if kwargs.get("method", "GET") in UNSAFE and not forged:
            kwargs["headers"] = {"X-CSRFToken": self.token(), **dict(kwargs.get("headers") or {})}
        response = super().open(*args, **kwargs)
        response.get_data()
        response.close()
        response.request.environ["wsgi.input"].close()  # a large body is a file
        is_page = response.mimetype == "text/html" and "Content-Encoding" not in response.headers
        if is_page and not 300 <= response.status_code < 400 and response.get_data():
            check_page(response.get_data(as_text=True))
        return response

    def token(self) -> str:
        """The token against forgery that this browser's forms hold."""
        with self.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "0123456789abcdef")
        return str(URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw))

    def sign_in(self, fs_uniquifier: str) -> "Browser":
        """Be somebody, without the page for it."""
        with self.session_transaction() as kept:
            kept["_user_id"] = fs_uniquifier
            kept["_fresh"] = True
            kept["fs_paa"] = clock.now().timestamp()
        return self

    @property
    def cookie(self) -> str:
        """The value of the session's cookie; empty where there is none."""
        name = self.application.session_interface.get_cookie_name(self.application)
        found = self.get_cookie(name)
        return found.decoded_value if found else ""
