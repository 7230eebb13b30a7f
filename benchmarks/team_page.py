"""How long the page of a team takes for 12, 40, 200 and 1,000 people, with 1,000,000 answers in the database, and how
much of that is owed to their number: the page of 40 people beside one in a database with 10,000 answers. On SQLite.
"""

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from os import getloadavg
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks._rig import report
from benchmarks.answers_at_scale import Site, site_with
from trainer.accounts.actions import add_user
from trainer.accounts.models import LEARNER, User
from trainer.clock import now
from trainer.db import transaction
from trainer.teams.actions import Place, create_team, put_in_team

SIZES = (12, 40, 200, 1000)
COMPARED = 40
FEW, MANY = (40, 250), (1000, 1000)
"""Learners, and the answers of each: everybody has met every question, so only the number of answers differs."""
ROUNDS, WARM_UP = 25, 3
TARGET = {"people_40_ms": 50.0, "answers_ratio": 1.2}


def measure(
    sizes: Sequence[int] = SIZES,
    few: tuple[int, int] = FEW,
    many: tuple[int, int] = MANY,
    *,
    rounds: int = ROUNDS,
    compared: int = COMPARED,
) -> dict[str, float]:
    """Medians in ms, in turn on both sites, (learners, answers of each); `compared` is the size of which both have a
    team."""
    figures: dict[str, float] = {"load_before": round(getloadavg()[0], 1)}
    with TemporaryDirectory() as folder, ExitStack() as open_sites:
        small = open_sites.enter_context(site_with(Path(folder) / "few", *few))
        large = open_sites.enter_context(site_with(Path(folder) / "many", *many))
        teams, here = {size: _team(large, size) for size in sizes}, _team(small, compared)
        ratios: list[float] = []
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(WARM_UP + rounds):
            before = _page(small, *here)
            for size, (lead, path) in teams.items():
                times[size].append(_page(large, lead, path))
            ratios.append(times[compared][-1] / before)
        figures |= {f"people_{size}_ms": round(1000 * median(taken[WARM_UP:]), 1) for size, taken in times.items()}
        figures["answers_ratio"] = round(median(ratios[WARM_UP:]), 2)
    return figures


def _team(site: Site, size: int) -> tuple[User, str]:
    """A team of so many people, who leads it, and the address of its page."""
    with transaction(site.engine) as session:
        lead = add_user(session, f"lead-of-{size}@example.org", "Lena", LEARNER, by=None, now=now())
        team = create_team(session, f"Team of {size}", by=None, now=now())
        put_in_team(session, team, lead, Place(leads=True, learns=False), by=None, now=now())
        for user in site.people[:size]:
            put_in_team(session, team, user, Place(), by=None, now=now())
        session.flush()
        session.expunge(lead)
        return lead, f"/teams/{team.public_id}"


def _page(site: Site, lead: User, path: str) -> float:
    browser = site.app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = lead.fs_uniquifier, True
    began = perf_counter()
    reply = browser.get(path)
    taken = perf_counter() - began
    if reply.status_code != 200 or "By objective" not in reply.get_data(as_text=True):
        raise RuntimeError(f"The page gave {reply.status_code}.")
    return taken


def reached(figures: Mapping[str, float]) -> bool:
    """Whether every target is met."""
    return all(figures[name] <= most for name, most in TARGET.items())


if __name__ == "__main__":
    measured = measure()
    sys.exit(report("team_page", measured, TARGET, ok=reached(measured)))
