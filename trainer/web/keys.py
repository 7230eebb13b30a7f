"""The single-key shortcuts on or off: a cookie of this device, so that the first page already knows (WCAG 2.1.4)."""

from flask import Flask, Response, request

from trainer.web.policy import public
from trainer.web.redirects import safe_next
from trainer.web.rendering import see_other
from trainer.web.theme import ONE_YEAR


def serve_keys(app: Flask) -> None:
    """`POST /keys`, and `keys_off` in every template. static/js/keys.js writes the same cookie."""

    @app.post("/keys", endpoint="keys")
    @public
    def choose_keys() -> Response:
        chosen = "on" if request.form.get("keys") == "on" else "off"
        response = see_other(safe_next(request.form.get("next")))
        response.set_cookie("keys", chosen, ONE_YEAR, secure=request.is_secure, samesite="Lax")
        return response

    @app.context_processor
    def keys() -> dict[str, bool]:
        return {"keys_off": request.cookies.get("keys") == "off"}
