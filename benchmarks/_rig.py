"""What rigs share: a real server on a free port with a sample team, a small browser, figures at the end."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Timer
from time import perf_counter, sleep
from urllib.parse import urlencode, urlsplit

from trainer.admin.demo.team import Guest, Sample, make_team
from trainer.clock import now
from trainer.db import database_of
from trainer.settings import load_settings, prepared

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
LONGEST_START = 60
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')

Figures = Mapping[str, float | int | str]


def report(rig: str, figures: Figures, target: Figures, *, ok: bool) -> int:
    """Print the one line that counts; the exit code."""
    print(json.dumps({"rig": rig, "figures": dict(figures), "target": dict(target), "ok": ok}), flush=True)
    return int(not ok)


@dataclass(frozen=True)
class Site:
    """A running server and the people who can sign in to it."""

    port: int
    learners: Sequence[Guest]


@contextmanager
def served_team(sample: Sample) -> Iterator[Site]:
    """`trainer serve` as an operator runs it, in a folder of its own, with a sample team."""
    with TemporaryDirectory() as folder:
        guests = _make_team(Path(folder), sample)
        port = free_port()
        command = [sys.executable, "-m", "trainer.cli", "serve", "--port", str(port), "--no-jobs"]
        with running(command, folder, port, TRAINER_DATA_DIR=folder):
            yield Site(port, [guest for guest in guests if guest.answers])


@contextmanager
def running(command: Sequence[str], folder: str, port: int, **environ: str) -> Iterator[None]:
    """A server that answers on the port; it is ended at the end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRAINER_")}
    given = {**clean, "PYTHONPATH": str(ROOT), **environ}
    with subprocess.Popen(command, cwd=folder, env=given, stdout=subprocess.DEVNULL) as process:
        impatience = Timer(LONGEST_START, process.kill)
        impatience.start()
        try:
            _wait_for(port, process)
            impatience.cancel()
            yield
        finally:
            impatience.cancel()
            process.send_signal(signal.SIGTERM)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Reply:
    """What came back: `wire` is its size in bytes, head and body as they were sent."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def wire(self) -> int:
        """Bytes of the status line, the headers and the body."""
        return 17 + sum(len(name) + len(value) + 4 for name, value in self.headers.items()) + len(self.body)

    @property
    def place(self) -> str:
        """Where it leads, as a path."""
        return urlsplit(self.headers.get("Location", "")).path


@dataclass
class Browser:
    """One kept-alive connection with cookies. It reads what it gets and runs nothing."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(HOST, self.port, timeout=30)

    def get(self, path: str, **headers: str) -> Reply:
        """Fetch a page."""
        reply = self._send("GET", path, None, headers)
        if found := TOKEN.search(reply.body.decode("utf-8", "ignore")):
            self.token = found[1]
        return reply

    def post(self, path: str, fields: Mapping[str, str | int], **headers: str) -> Reply:
        """Send a form with the token of the page seen last."""
        body = urlencode({"csrf_token": self.token, **fields})
        return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def sign_in(self, link: str) -> "Browser":
        """Use a one-time link."""
        path = urlsplit(link).path
        self.get(path)
        reply = self.post(path, {})
        if reply.status != 303:
            raise RuntimeError(f"Signing in gave {reply.status}.")
        self.get("/practice")
        return self

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        began = perf_counter()
        self._connection.request(method, path, body, {"Cookie": cookie, **named})
        response = self._connection.getresponse()
        reply = Reply(response.status, response.headers, response.read(), perf_counter() - began)
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return reply


def summed_up(seconds: Sequence[float], connections: int) -> dict[str, float]:
    """Requests a second, and the median and 95th percentile in ms, of requests on so many connections at once. Time
    that the client spent between its requests does not count."""
    p95 = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else max(seconds)
    return {
        "per_s": round(connections * len(seconds) / sum(seconds), 1),
        "median_ms": round(median(seconds) * 1000, 1),
        "p95_ms": round(p95 * 1000, 1),
    }


def _make_team(folder: Path, sample: Sample) -> Sequence[Guest]:
    settings = prepared(load_settings({"TRAINER_DATA_DIR": str(folder)}))
    with database_of(settings) as engine:
        return make_team(engine, settings, sample, now())


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=10)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise RuntimeError(f"The server ended with {process.returncode} before it answered.")
