"""What drawing a practice set costs: 40 questions out of 100,000, in ms and MiB."""

import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from time import process_time

from benchmarks._rig import report
from trainer.learning.drawing import Card, draw

POOL, COUNT, OBJECTIVES = 100_000, 40, 400
TARGET = {"median_ms": 1000, "peak_mib": 64}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def pool_of(size: int) -> list[Card]:
    """Cards of which a third are new, a third were missed, a third were right."""
    rng = Random(1)
    return [Card(f"I-{n}", f"O-{n % OBJECTIVES}", _answered(n, rng), right=n % 3 == 2) for n in range(size)]


def _answered(nth: int, rng: Random) -> datetime | None:
    return LONG_AGO + timedelta(minutes=rng.randrange(400_000)) if nth % 3 else None


def measure(size: int = POOL, count: int = COUNT, times: int = 7) -> dict[str, float]:
    """The median of several draws in ms of processor time, and the most memory that one takes."""
    cards = pool_of(size)
    taken = [_timed(cards, count, seed) for seed in range(times)]
    tracemalloc.start()
    draw(cards, count, Random(1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "median_ms": round(median(taken) * 1000, 1),
        "worst_ms": round(max(taken) * 1000, 1),
        "peak_mib": round(peak / 2**20, 1),
    }


def _timed(cards: list[Card], count: int, seed: int) -> float:
    began = process_time()
    drawn = draw(cards, count, Random(seed))
    assert len(drawn) == len(set(drawn)) == min(count, len(cards))
    return process_time() - began


if __name__ == "__main__":
    figures = measure()
    sys.exit(report("draw", figures, TARGET, ok=all(figures[name] <= most for name, most in TARGET.items())))
