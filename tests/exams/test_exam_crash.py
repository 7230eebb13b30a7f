"""The server is killed in the middle of an assessment and started again: nothing is lost, the clock is right."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks._rig import Browser
from tests.serve.test_serving import Serve, Served

ASSESSMENT = "/exams/accreditation/assessment"
CHOICE = re.compile(r'<input type="radio" name="(f[0-9a-f]{12})" value="(v[0-9a-f]{12})"')


@pytest.fixture
def serve(tmp_path: Path, database_url: str) -> Iterator[Serve]:
    """Starts `trainer serve` on the test's database, in an empty folder."""
    running: list[Served] = []

    def start(port: int = 0) -> Served:
        running.append(Served(tmp_path, database_url, "--workers", "1", port=port))
        assert running[-1].lines
        return running[-1]

    yield start
    for served in running:
        if served.process.poll() is None:
            served.stop()


def test_attempt_outlives_a_server_that_is_killed(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    with closing(Browser(served.port)) as hers:
        hers.sign_in(_link(served, tmp_path))
        hers.get(ASSESSMENT)
        attempt = hers.post(ASSESSMENT, {}).place
        address, name, value = _first_choice(hers, attempt)
        page = hers.get(address).body.decode()
        sent = {name: value, **dict(re.findall(r'name="(key|version)" value="([^"]*)"', page))}
        saved = hers.post(address, sent, HX_Request="true")
        assert (saved.status, b"Saved" in saved.body) == (200, True)
        before = _clock(page)
        cookies, token = hers.cookies, hers.token
    _kill(served)
    again = serve(served.port)
    with closing(Browser(again.port, cookies, token)) as hers:
        page = hers.get(address).body.decode()
        assert f'name="{name}" value="{value}" checked' in page
        assert _clock(page)[0] == before[0], "the deadline is the one that was fixed at the start"
        assert _clock(page)[1] < before[1], "the time in between is gone"
        hers.get(f"{attempt}/hand-in")
        assert hers.post(f"{attempt}/hand-in", {}).status == 303
        assert b"Attempt 1" in hers.get(f"{attempt}/result").body


def _link(served: Served, folder: Path) -> str:
    command = [sys.executable, "-m", "trainer.cli", "user", "add", "alice@example.org"]
    return subprocess.run(command, cwd=folder, env=served.environ, check=True, capture_output=True, text=True).stdout


def _first_choice(hers: Browser, attempt: str) -> tuple[str, str, str]:
    """The address of the first question with something to choose, and a choice."""
    for position in range(1, 23):
        address = f"{attempt}/{position}"
        if found := CHOICE.search(hers.get(address).body.decode()):
            return address, found[1], found[2]
    raise AssertionError("no question of the assessment has a choice")


def _clock(page: str) -> tuple[str, int]:
    """The deadline and the seconds left that a page tells."""
    deadline, left = re.search(r'<time datetime="([^"]+)"', page), re.search(r'data-countdown="(\d+)"', page)
    assert deadline
    assert left
    return deadline[1], int(left[1])


def _kill(served: Served) -> None:
    """Without a word of warning, its processes too."""
    master = served.process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="utf-8").split()
    for pid in (master, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    served.ended()
