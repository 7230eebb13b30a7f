"""What drawing an exam costs: 40 questions by blueprint out of 100,000, in ms and MiB."""

import sys
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from time import process_time

from benchmarks._rig import report
from trainer.learning.blueprint import Blueprint, Plan, plan_of, pool_of
from trainer.learning.exam_form import draw

POOL, COUNT, MODULES, OBJECTIVES, SEEN = 100_000, 40, 10, 400, 2_000
WEIGHTS = (12, 10, 10, 14, 8, 8, 10, 16, 7, 5)
MIX = {1: 0.1, 2: 0.3, 3: 0.35, 4: 0.2, 5: 0.05}
TARGET = {"median_ms": 10, "worst_ms": 10, "longer_texts_kib": 16}


@dataclass(frozen=True)
class Question:
    """A question with a text, which drawing has no use for."""

    id: str
    module: str
    objective: str
    difficulty: int
    text: str


def questions(size: int, text: int) -> list[Question]:
    """Questions of all difficulties on all objectives, each with its own text of so many characters."""
    rng = Random(1)
    levels = rng.choices(range(1, 6), (1, 3, 4, 2, 1), k=size)
    kinds = [(n % MODULES, n % OBJECTIVES) for n in range(size)]
    return [
        Question(f"I-{n}", f"M{module}", f"O{objective}", level, f"{n:0{text}}")
        for n, ((module, objective), level) in enumerate(zip(kinds, levels, strict=True))
    ]


def plan_for(rows: Sequence[Question], count: int) -> Plan:
    """The plan of a final exam over all modules."""
    weights = {f"M{n}": weight for n, weight in enumerate(WEIGHTS)}
    return plan_of(Blueprint(count, weights, {}, MIX), pool_of(rows))


def measure(size: int = POOL, count: int = COUNT, seen: int = SEEN, times: int = 200) -> dict[str, float]:
    """The median and the worst of many draws in ms of processor time, each with other questions to avoid; what making
    pool and plan takes, once; and the most memory that a draw takes, with questions of 1 and of 2,000 characters."""
    plan = plan_for(questions(size, 1), count)
    taken = [_timed(plan, count, seen, seed) for seed in range(times)]
    rows = questions(size, 1)
    began = process_time()
    plan_for(rows, count)
    index = process_time() - began
    peaks = [_peak(plan_for(questions(size, text), count), seen) for text in (1, 2_000)]
    return {
        "median_ms": round(median(taken) * 1000, 2),
        "worst_ms": round(max(taken) * 1000, 2),
        "index_ms": round(index * 1000, 1),
        "peak_kib": round(peaks[0] / 2**10, 1),
        "longer_texts_kib": round(abs(peaks[1] - peaks[0]) / 2**10, 1),
    }


def _timed(plan: Plan, count: int, seen: int, seed: int) -> float:
    ids = Random(seed).sample(sorted(plan.pool.cell_of), seen)
    began = process_time()
    drawn = draw(plan, Random(seed), avoid=ids[:count], avoid_more=ids[count:]).items
    taken = process_time() - began
    assert len(set(drawn)) == count
    assert not set(drawn) & set(ids[:count])
    return taken


def _peak(plan: Plan, seen: int) -> int:
    ids = Random(1).sample(sorted(plan.pool.cell_of), seen)
    tracemalloc.start()
    draw(plan, Random(1), avoid=ids[:40], avoid_more=ids[40:])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    figures = measure()
    sys.exit(report("exam_draw", figures, TARGET, ok=all(figures[name] <= most for name, most in TARGET.items())))
