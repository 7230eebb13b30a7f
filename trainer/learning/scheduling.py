"""When a question comes back: FSRS (open-spaced-repetition, version 6), fed with score and certainty.

How an answer is rated, and why:

- *Missed* → Again, due within 7 days whatever FSRS says. Shown the right answer, people mend nearly all their errors,
  yet what was mended fades by day 7 (Wang & Yang 2021).
- *Missed and sure* → Again, due within one day, and asked once more about 7 days later even if it was right in between:
  errors made with confidence are corrected more readily than others, but come back once the correction is
  forgotten (Butler, Fazio & Marsh 2011).
- *Partly right*, or *right but guessing* → Hard: a hit that luck may explain should not travel far. In
  certainty-based marking a guess is an answer one would trust less than two times in three.
- *Right, thinks so* (or certainty was not asked) → Good.
- *Right and sure* → Easy. "Sure" pays only for who is right more than four times in five, so it promises much more
  than a correct answer does; the interval FSRS gives it at first (8 days) is what people who pressed Easy could bear.
  Whoever says "sure" too lightly is put right by the first miss, which brings the question back within a day.

No learning steps of minutes: a question answered today returns tomorrow at the earliest, never in the same sitting.
Fuzzing is off, so the same answers give the same dates.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from fsrs import Card, Rating, Scheduler, State

from trainer.learning.calibration import Certainty, is_miss, is_right

RETENTION = 0.9
"""The chance of remembering at which a question comes back where the course does not say: FSRS's own default. It moves
the dates only: what is assumed about the memory is the same under any."""
WHEN_DUE = 0.9
"""What FSRS calls stability: the days after which so much is remembered, whatever retention is asked for."""
LEAST_RETENTION, MOST_RETENTION = 0.8, 0.97
"""What a course can ask for. Below, more is lost than "sure" promises; above, reviews come nearly every day."""
LONGEST_DAYS = 365
"""At most a year, for what stands in standards does not stay true for longer."""

SOON = timedelta(days=1)
WITHIN_A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Memory:
    """What is assumed about one learner's memory of one question.

    `stability` is in days, `difficulty` 1–10, `state` FSRS's number, `recheck` when a confident error must be asked
    again at the latest. Times are aware UTC.
    """

    stability: float
    difficulty: float
    state: int
    step: int | None
    due: datetime
    last_review: datetime
    lapses: int = 0
    recheck: datetime | None = None

    @property
    def confident_error(self) -> datetime | None:
        """When the confident error was made whose check is still to come; None where there is none."""
        return self.recheck and self.recheck - WITHIN_A_WEEK

    def to_json(self) -> str:
        """As text, to be stored."""
        return json.dumps(asdict(self), default=datetime.isoformat, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Memory":
        """What `to_json` wrote."""
        stored = json.loads(text)
        times = {
            name: stored[name] and datetime.fromisoformat(stored[name]) for name in ("due", "last_review", "recheck")
        }
        return cls(**{**stored, **times})


@dataclass(frozen=True)
class Trace:
    """What forgetting needs of a memory: its `stability` in days, and when it was reviewed last. It is read in a third
    of the time, which counts where a table shows thousands."""

    stability: float
    last_review: datetime

    @classmethod
    def from_json(cls, text: str) -> "Trace":
        """Out of what `Memory.to_json` wrote."""
        stored, _ = _DECODER.raw_decode(text)
        return cls(stored["stability"], datetime.fromisoformat(stored["last_review"]))


_DECODER = json.JSONDecoder()


def rating(score: float, certainty: Certainty | None) -> Rating:
    """How well it was remembered, in FSRS's four words, from the score (0–1) and the certainty (None: not asked)."""
    if is_miss(score):
        return Rating.Again
    if not is_right(score) or certainty is Certainty.GUESSING:
        return Rating.Hard
    return Rating.Easy if certainty is Certainty.SURE else Rating.Good


def next_review(
    memory: Memory | None,
    score: float,
    certainty: Certainty | None,
    now: datetime,
    *,
    retention: float = RETENTION,
) -> Memory:
    """The memory after an answer; `memory` is None where it is the first. It comes back when the chance of remembering
    has fallen to `retention` (0.8–0.97). A better rating never brings an earlier review than a worse one would."""
    now = now.astimezone(UTC)
    rated = rating(score, certainty)
    card, _ = _scheduler(retention).review_card(_card(memory, now), rated, now)
    recheck = _recheck(memory, rated, certainty, now)
    latest = _latest(rated, certainty, now)
    after = _memory(card, now)
    return replace(
        after,
        due=min(time for time in (after.due, latest, recheck) if time),
        lapses=(memory.lapses if memory else 0) + (rated is Rating.Again),
        recheck=recheck,
    )


def retrievability(memory: Memory | Trace, now: datetime) -> float:
    """How likely it is remembered now, 0–1. It counts whole days; on the day of the review it is 1."""
    return recall(memory.stability, memory.last_review, now)


def recall(stability: float, since: datetime, now: datetime) -> float:
    """The same of a memory of this `stability` (days) that was reviewed at `since`.

    FSRS-6's forgetting curve with the library's own parameters, without making a card for each question: the page of a
    team asks for thousands. A test holds it to what the library says.
    """
    decay, factor = _forgetting()
    days = max(0, (now - since).days)
    return float((1 + factor * days / stability) ** decay)


@cache
def _forgetting() -> tuple[float, float]:
    decay = -_scheduler(RETENTION).parameters[20]
    return decay, WHEN_DUE ** (1 / decay) - 1


@cache
def _scheduler(retention: float) -> Scheduler:
    return Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )


def _latest(rated: Rating, certainty: Certainty | None, now: datetime) -> datetime | None:
    """By when a miss must be asked again."""
    if rated is not Rating.Again:
        return None
    return now + (SOON if certainty is Certainty.SURE else WITHIN_A_WEEK)


def _recheck(memory: Memory | None, rated: Rating, certainty: Certainty | None, now: datetime) -> datetime | None:
    """When the check a week after a confident error is due; None where there was none, or it has been done.

    A review up to a day early counts as that check. So what is left open lies a day ahead or more, and no review
    after a better answer is pulled before that of a confident error.
    """
    if rated is Rating.Again and certainty is Certainty.SURE:
        return now + WITHIN_A_WEEK
    still_open = memory and memory.recheck and memory.recheck - SOON > now
    return memory.recheck if memory and still_open else None


def _card(memory: Memory | None, now: datetime) -> Card:
    if memory is None:
        return Card(card_id=0, due=now)
    return Card(
        card_id=0,
        state=State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last_review,
    )


def _memory(card: Card, now: datetime) -> Memory:
    assert card.stability is not None
    assert card.difficulty is not None
    return Memory(card.stability, card.difficulty, card.state.value, card.step, card.due, now)
