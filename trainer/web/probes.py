"""For whoever runs this: does it live, can it serve, how does it do."""

from collections.abc import Callable, Mapping
from time import perf_counter

from flask import Flask, Response, g, jsonify, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from trainer.web.policy import operator_only, public


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

    _measure(app)


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


def _measure(app: Flask) -> None:
    # A registry for each app, not the library's global one: tests make many apps in one process.
    registry = CollectorRegistry()
    requests = Counter("trainer_requests", "Requests served", ["endpoint", "method", "status"], registry=registry)
    seconds = Histogram("trainer_request_seconds", "Time to serve a request", ["endpoint"], registry=registry)

    @app.before_request
    def start() -> None:
        g.started = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        requests.labels(endpoint, request.method, str(response.status_code)).inc()
        if "started" in g:
            seconds.labels(endpoint).observe(perf_counter() - g.started)
        return response

    @app.get("/metrics", endpoint="metrics")
    @operator_only
    def metrics() -> Response:
        response = _plain(generate_latest(registry))
        response.headers["Content-Type"] = CONTENT_TYPE_LATEST
        return response
