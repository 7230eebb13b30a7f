"""What an entry test says of where to begin: which objectives it has shown, which modules are open, what to read.

A right answer counts only where it was not a guess, so saying honestly "guessing" costs an hour of reading and saves a
mistake. A module is opened by right answers to all its objectives, three at least. In a simulation
(`benchmarks/effect.py`) that opened 3 in 100 modules of which less than 6 in 10 questions would have been answered
right, 24 in 100 of those between, and 65 in 100 of those above 9 in 10. It closes nothing: an opened module can be
read all the same, practice and review ask about it, and the assessment does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from trainer.learning.calibration import Certainty, is_right

LEAST_QUESTIONS = 3
"""Right answers that open a module. Two would open it by luck for one in four of those who know half of it."""


class Finding(IntEnum):
    """What the test says of an objective, the least that is known first."""

    SURE_AND_WRONG = 0
    NOT_YET = 1
    UNSURE = 2
    """Right, but a guess, or without a word of how sure."""
    SHOWN = 3


class Advice(StrEnum):
    """What to do with a lesson."""

    READ = "read"
    LOOK_OVER = "look_over"
    """All of its objectives were shown, each by a question or two: its summary and its questions are enough."""
    SKIP = "skip"
    """Its module is open."""


@dataclass(frozen=True)
class Reply:
    """An answer of the entry test; no answer scores 0 and has no certainty."""

    objective: str
    score: float
    certainty: Certainty | None


@dataclass(frozen=True)
class Placed:
    """What was found of an objective, by so many questions."""

    finding: Finding
    questions: int


def place(replies: Iterable[Reply]) -> Mapping[str, Placed]:
    """What the answers say of each objective that was asked about: of several the worst."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for reply in replies:
        found[reply.objective].append(_finding(reply))
    return {objective: Placed(min(findings), len(findings)) for objective, findings in found.items()}


def _finding(reply: Reply) -> Finding:
    if not is_right(reply.score):
        return Finding.SURE_AND_WRONG if reply.certainty is Certainty.SURE else Finding.NOT_YET
    return Finding.SHOWN if reply.certainty in (Certainty.THINK_SO, Certainty.SURE) else Finding.UNSURE


def opens(objectives: Collection[str], placed: Mapping[str, Placed]) -> bool:
    """Whether a module with these objectives is open."""
    here = [placed[objective] for objective in objectives if objective in placed]
    is_whole = len(here) == len(objectives) and all(each.finding is Finding.SHOWN for each in here)
    return is_whole and sum(each.questions for each in here) >= LEAST_QUESTIONS


def advise(objectives: Collection[str], placed: Mapping[str, Placed], *, is_open: bool) -> Advice:
    """What to do with a lesson that serves these objectives, in a module that `is_open` or not."""
    if is_open:
        return Advice.SKIP
    known = (objective in placed and placed[objective].finding is Finding.SHOWN for objective in objectives)
    return Advice.LOOK_OVER if objectives and all(known) else Advice.READ
