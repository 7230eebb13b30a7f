"""`trainer serve` as an operator runs it: ready line, first link, SIGTERM, several at once."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Timer

import click
import pytest

from trainer import paths
from trainer.serving import Listening, make_ready, take_place
from trainer.settings import Settings
from trainer.web.headers import ALWAYS

ROOT = Path(__file__).resolve().parents[2]
LONGEST_START = 60

Serve = Callable[..., "Served"]
about_the_port = pytest.mark.once
"""What a server says on its port and to the console is the same with any database behind it."""


class Served:
    """A running `trainer serve`."""

    def __init__(self, folder: Path, database_url: str, *arguments: str, port: int = 0) -> None:
        self.port = port or free_port()
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TRAINER_")}
        environ |= {"PYTHONPATH": str(ROOT), "TRAINER_DATA_DIR": str(folder), "TRAINER_DATABASE_URL": database_url}
        command = [sys.executable, "-m", "trainer.cli", "serve", "--port", str(self.port), *arguments]
        self.environ = environ
        self.process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)

    @cached_property
    def lines(self) -> list[str]:
        """What it printed, up to the line that says it is ready."""
        lines: list[str] = []
        impatience = Timer(LONGEST_START, self.process.kill)
        impatience.start()
        for line in self.process.stdout or ():
            lines.append(line.rstrip())
            if line.startswith("Trainer is ready at"):
                break
        impatience.cancel()
        return lines

    def get(self, path: str, host: str = "") -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path, headers={"Host": host} if host else {})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Its exit code."""
        with self.process:
            return self.process.wait(45)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def serve(tmp_path: Path, database_url: str) -> Iterator[Serve]:
    """Starts `trainer serve` on the test's database, in an empty folder."""
    running: list[Served] = []

    def start(*arguments: str, port: int = 0) -> Served:
        running.append(Served(tmp_path, database_url, *arguments, port=port))
        return running[-1]

    yield start
    for served in running:
        if served.process.poll() is None:
            served.stop()


def test_serve_says_how_to_begin_and_serves(serve: Serve, tmp_path: Path) -> None:
    served = serve("--program", "python3 dev.py trainer")
    base = f"http://127.0.0.1:{served.port}"
    link, demo, ready = served.lines
    assert ready == f"Trainer is ready at {base}"
    assert demo.endswith("python3 dev.py trainer demo")
    path = re.fullmatch(rf".*: {re.escape(base)}(/welcome/\S+)", link)
    assert path is not None
    assert served.get(path[1])[0] == 200
    assert served.get("/healthz") == (200, "ok\n")
    assert served.get("/readyz")[0] == 200, "migrated and published"
    assert served.get("/sign-in")[0] == 200
    assert served.stop() == 0
    assert not list(tmp_path.glob("*-wal")), "the database is one file again"


@about_the_port
def test_commands_print_links_to_the_port_that_is_served(serve: Serve, tmp_path: Path) -> None:
    served = serve("--workers", "1")
    assert served.lines
    command = [sys.executable, "-m", "trainer.cli", "user", "add", "alice@example.org"]
    added = subprocess.run(command, cwd=tmp_path, env=served.environ, check=True, capture_output=True, text=True)
    assert added.stdout.startswith(f"http://127.0.0.1:{served.port}/sign-in/link/")


@about_the_port
def test_figures_are_of_all_processes_together(serve: Serve, tmp_path: Path) -> None:
    served = serve("--workers", "2")
    assert served.lines
    for _ in range(40):
        served.get("/healthz")
    counted = 'trainer_requests_total{endpoint="healthz",method="GET",status="200"} 40.0'
    for _ in range(10):
        assert counted in served.get("/metrics")[1]
    assert len(list((tmp_path / "metrics").glob("*/counter_*.db"))) == 2
    served.stop()
    again = serve("--workers", "2", port=served.port)
    assert again.lines
    assert 'endpoint="healthz"' not in again.get("/metrics")[1], "counted from the start"


@about_the_port
def test_listening_everywhere_says_what_to_set(serve: Serve) -> None:
    served = serve("--workers", "1", "--host", "0.0.0.0")
    assert "TRAINER_BASE_URL" in served.lines[0]
    assert served.lines[-1] == f"Trainer is ready at http://127.0.0.1:{served.port}"
    assert served.get("/sign-in", host=f"localhost:{served.port}")[0] == 200
    status, text = served.get("/sign-in", host=f"192.168.1.5:{served.port}")
    assert (status, "TRAINER_BASE_URL" in text) == (400, True)


def test_two_that_start_at_once_share_a_database(serve: Serve) -> None:
    one, two = serve("--workers", "1"), serve("--workers", "1", "--no-jobs")
    assert one.lines[-1].startswith("Trainer is ready")
    assert two.lines[-1].startswith("Trainer is ready")
    assert one.get("/readyz")[0] == two.get("/readyz")[0] == 200


@about_the_port
def test_sigterm_lets_a_request_finish(serve: Serve) -> None:
    served = serve("--workers", "1")
    assert served.lines
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as client:
        client.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\nConnection: close\r\n\r\na=")
        served.get("/healthz")
        served.process.send_signal(signal.SIGTERM)
        client.sendall(b"1234")
        answer = client.makefile("rb").readline()
    assert answer.startswith(b"HTTP/1.1 4"), "refused for want of a token, but answered"
    assert served.ended() == 0


def test_worker_starts_and_stops(tmp_path: Path, database_url: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRAINER_")}
    environ |= {"PYTHONPATH": str(ROOT), "TRAINER_DATA_DIR": str(tmp_path), "TRAINER_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "trainer.cli", "worker"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert "ready" in worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0


def test_start_says_what_of_the_content_is_not_live(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    banks = tmp_path / "banks"
    shutil.copytree(paths.BANKS, banks)
    broken = banks / "accreditation-m02.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("difficulty: 3", "difficulty: 12", 1), "utf-8")
    make_ready(replace(settings, banks=banks), "trainer")
    said = capsys.readouterr().err.splitlines()
    assert re.search(r"accreditation-m02\.yaml:\d+:\d+: error\[", said[0])
    assert "trainer check" in said[-1]


def test_start_with_sound_content_says_nothing_of_it(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    make_ready(settings, "trainer")
    assert capsys.readouterr().err == ""


@about_the_port
def test_second_site_on_the_same_port_leaves_the_first_alone(serve: Serve) -> None:
    first = serve("--workers", "1")
    link = next(line for line in first.lines if "/welcome/" in line).partition("/welcome/")[2]
    command = [sys.executable, "-m", "trainer.cli", "serve", "--port", str(first.port)]
    second = subprocess.run(command, check=False, env=first.environ, capture_output=True, text=True)
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"listens on 127.0.0.1:{first.port}" in second.stderr
    assert first.get(f"/welcome/{link}")[0] == 200


def test_address_that_is_not_this_machines_is_one_line() -> None:
    with pytest.raises(click.ClickException, match=r"cannot listen on 192\.0\.2\.1:8000"):
        take_place(Listening("192.0.2.1"))


@about_the_port
@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"<script>\r\n\r\n", b"400"), (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414")],
)
def test_what_is_no_http_gets_the_headers_of_all_answers(serve: Serve, sent: bytes, status: bytes) -> None:
    served = serve("--workers", "1")
    assert served.lines
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as client:
        client.sendall(sent)
        head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.split()[1] == status
    for name, value in {**ALWAYS, "Cache-Control": "no-store"}.items():
        assert f"{name}: {value}".encode() in head.split(b"\r\n")
    assert b"script>" not in body
