"""How fast pages come: today, a lesson, a question, an answer, at 16 connections, beside a bare Flask page.

The client is one Python process on the same cores, so the figures are lower than the server's best; the bare page is
asked by the same client in the same run, so the ratios mean more than the figures.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import chain, count, takewhile
from os import getloadavg
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks._bare import ROWS, make_database
from benchmarks._rig import Browser, Figures, Reply, free_port, report, running, served_team, summed_up
from trainer.admin.demo.team import Sample

CONNECTIONS = 16
SECONDS = 2.5
TARGET: dict[str, float] = {"today_p95_ms": 400, "lesson_p95_ms": 600, "question_p95_ms": 400, "answer_p95_ms": 500}
"""p95 at 16 connections without a pause between requests; people pause."""
SETS_OF = 40

Asks = Iterator[Callable[[], Reply]]


def measure(connections: int = CONNECTIONS, seconds: float = SECONDS) -> dict[str, float]:
    """For each page: requests a second, median and p95; how many times the bare page's work it is; the median of one
    connection alone."""
    figures: dict[str, float] = {"load_before": round(getloadavg()[0], 1)}
    for name, found in {"bare": measure_bare(connections, seconds), **measure_site(connections, seconds)}.items():
        figures |= {f"{name}_{what}": value for what, value in found.items()}
        figures[f"{name}_times_bare"] = round(figures["bare_per_s"] / found["per_s"], 1)
    return figures


def measure_bare(connections: int, seconds: float) -> dict[str, float]:
    """The yardstick, under the same server with the same processes and threads."""
    with TemporaryDirectory() as folder:
        port, database = free_port(), Path(folder) / "bare.sqlite3"
        make_database(database)
        command = [sys.executable, "-m", "gunicorn", "--workers=2", "--threads=4", "--worker-class=gthread"]
        command += [
            "--keep-alive=15",
            f"--bind=127.0.0.1:{port}",
            "--log-level=warning",
            "benchmarks._bare:create_app()",
        ]
        with running(command, folder, port, BARE_DATABASE=str(database)), ExitStack() as open_now:
            browsers = [open_now.enter_context(closing(Browser(port))) for _ in range(connections)]
            return _measured(_bare_page, browsers, seconds)


def measure_site(connections: int, seconds: float) -> dict[str, dict[str, float]]:
    """Each page of the real site, each connection a learner of her own."""
    with served_team(Sample(people=connections + 2, weeks=3)) as site, ExitStack() as open_now:
        browsers = [open_now.enter_context(closing(Browser(site.port))) for _ in range(connections)]
        for browser, guest in zip(browsers, site.learners, strict=False):
            browser.sign_in(guest.link)
        return {name: _measured(ask, browsers, seconds) for name, ask in PAGES.items()}


def _measured(ask: Callable[[Browser], Asks], browsers: Sequence[Browser], seconds: float) -> dict[str, float]:
    alone = _timed([ask(browsers[0])], seconds / 4)["median_ms"]
    return {**_timed([ask(browser) for browser in browsers], seconds), "alone_ms": alone}


def _timed(learners: Sequence[Asks], seconds: float) -> dict[str, float]:
    end = perf_counter() + seconds
    with ThreadPoolExecutor(len(learners)) as threads:
        taken = list(threads.map(lambda asks: _asked_until(asks, end), learners))
    return summed_up([one for each in taken for one in each], len(learners))


def _asked_until(asks: Asks, end: float) -> list[float]:
    """Seconds of each request but the first, which may find its process with nothing in memory yet."""
    _taken(next(asks))
    return [_taken(ask) for ask in chain([next(asks)], takewhile(lambda _: perf_counter() < end, asks))]


def _taken(ask: Callable[[], Reply]) -> float:
    reply = ask()
    if reply.status != 200:
        raise RuntimeError(f"A page gave {reply.status}.")
    return reply.seconds


def _bare_page(browser: Browser) -> Asks:
    return ((lambda n=n: browser.get(f"/{n * 617 % ROWS}")) for n in count())


def _page(path: str) -> Callable[[Browser], Asks]:
    return lambda browser: ((lambda: browser.get(path, Accept_Encoding="gzip")) for _ in count())


def _question(browser: Browser) -> Asks:
    """The open questions of one set, round and round."""
    place = _start(browser)
    return ((lambda n=n: browser.get(f"{place}/{n % SETS_OF + 1}", Accept_Encoding="gzip")) for n in count())


def _answer(browser: Browser) -> Asks:
    """Answers "I don't know" to one question after the other: read, graded, recorded, told why. One durable write each.

    A new set is begun, outside of the time that counts, when one is through.
    """
    return _answers(browser, _start(browser))


def _answers(browser: Browser, place: str) -> Asks:
    for n in count(1):
        at, sent = f"{place}/{n}", {"key": token_urlsafe(18), "gave_up": "1"}
        yield lambda at=at, sent=sent: browser.post(at, sent, HX_Request="true")  # type: ignore[misc]
        if n == SETS_OF:
            yield from _answers(browser, _start(browser))


def _start(browser: Browser) -> str:
    reply = browser.post("/practice", {"source": "course", "source_id": "accreditation", "count": SETS_OF})
    return reply.place.rpartition("/")[0]


PAGES: Mapping[str, Callable[[Browser], Asks]] = {
    "today": _page("/"),
    "lesson": _page("/lessons/M01-L1"),
    "question": _question,
    "answer": _answer,
}


def reached(figures: Figures) -> bool:
    """Whether every target is met."""
    return all(float(figures[name]) <= most for name, most in TARGET.items())


if __name__ == "__main__":
    measured = measure()
    sys.exit(report("pages", measured, TARGET, ok=reached(measured)))
