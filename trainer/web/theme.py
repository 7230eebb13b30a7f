"""Light, dark, or as the device has it: remembered in a cookie, changed by a form that works without JavaScript."""

from flask import Flask, Response, abort, request

from trainer.web.policy import public
from trainer.web.redirects import safe_next
from trainer.web.rendering import see_other

ONE_YEAR = 365 * 24 * 3600


def serve_theme(app: Flask) -> None:
    """`POST /theme`."""

    @app.post("/theme", endpoint="theme")
    @public
    def choose_theme() -> Response:
        chosen = request.form.get("theme")
        response = see_other(safe_next(request.form.get("next")))
        if chosen in ("light", "dark"):
            response.set_cookie("theme", chosen, ONE_YEAR, secure=request.is_secure, samesite="Lax")
        elif chosen == "auto":
            response.delete_cookie("theme", samesite="Lax")
        else:
            abort(422)
        return response
