"""For whoever runs this: does it live, can it serve, how does it do."""

from collections.abc import Callable, Mapping

from flask import Flask, Response, jsonify, make_response
from sqlalchemy.exc import SQLAlchemyError

from trainer.web.figures import serve_figures
from trainer.web.policy import public


def serve_probes(app: Flask, checks: Mapping[str, Callable[[], str]]) -> None:
    """`/healthz`, `/readyz`, `/metrics`. Each check gives the reason why not to serve, or nothing."""

    @app.get("/healthz", endpoint="healthz")
    @public
    def healthz() -> Response:
        return _plain("ok\n")

    @app.get("/readyz", endpoint="readyz")
    @public
    def readyz() -> Response:
        reasons = {name: reason for name, check in checks.items() if (reason := _reason(check))}
        response = jsonify(ready=not reasons, reasons=reasons)
        response.status_code = 503 if reasons else 200
        return response

    serve_figures(app)


def _reason(check: Callable[[], str]) -> str:
    try:
        return check()
    except SQLAlchemyError as error:
        # The kind of error only: this page is public, and messages carry addresses and names.
        return type(error).__name__


def _plain(text: str | bytes) -> Response:
    response = make_response(text)
    response.mimetype = "text/plain"
    return response
