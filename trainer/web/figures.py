"""`/metrics`: how many requests, how long they take; of all processes of this server together."""

import os
import shutil
from pathlib import Path
from time import perf_counter

from flask import Flask, Response, g, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

from trainer.web.policy import operator_only

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
KINDS = ("counter", "histogram")
ROOM = 1024 * 1024
"""Bytes of a process's file for each kind; more than all its figures take."""
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def begin_figures(folder: Path) -> None:
    """Forget the figures of the server that ran here before. Called once, before the processes begin."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def share_figures(folder: Path) -> None:
    """Keep this process's figures in files that the others read. Called in each process, before it makes its app."""
    os.environ[FOLDER] = str(folder)  # noqa: TID251 - prometheus_client looks for it there, at each new figure
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
    for kind in KINDS:
        # The room is taken now: on a full disk, a write into a file with holes would end the process.
        (folder / f"{kind}_{os.getpid()}.db").write_bytes(bytes(ROOM))


def serve_figures(app: Flask) -> None:
    """Count and time every request, and serve `/metrics`."""
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
        method = request.method if request.method in METHODS else "other"
        requests.labels(endpoint, method, str(response.status_code)).inc()
        if "started" in g:
            seconds.labels(endpoint).observe(perf_counter() - g.started)
        return response

    @app.get("/metrics", endpoint="metrics")
    @operator_only
    def metrics() -> Response:
        response = make_response(generate_latest(_of_all_processes(registry)))
        response.headers["Content-Type"] = CONTENT_TYPE_LATEST
        return response


def _of_all_processes(own: CollectorRegistry) -> CollectorRegistry:
    if not values.ValueClass._multiprocess:  # noqa: SLF001 - how prometheus_client itself tells
        return own
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
