"""What a learner can be said to know of one objective: five bars, each with a condition in plain words.

The ladder, and where it comes from:

1. one right answer,
2. another on a different day, not guessed: retrieval after a night is what lasts (Fraundorf et al. 2023),
3. another on a different day, to a different question: knowing the answer to one question is not knowing the thing,
4. one in a mixed session on a different day: there, nothing but the question says which rule it asks for,
5. one in a mixed session a week or more later: what was mended lately fades by day 7 (Wang & Yang 2021).

Like Khan Academy's levels it rises by one step at a time and only after a gap of 16 hours, the top is reached only
in mixed questions, and a miss there takes a bar away. Other than Khan's it fades: bars go out as the chance of
remembering falls, and one right answer brings them back. Practice misses take nothing away, so that practising never
hurts; certainty only decides whether an answer counts as more than luck.

It is a fold: `after(ladder, answer)` for each answer, `mastery_of(ladder, now)` to read it. A ladder is small however
many answers led to it, so it can be stored (`to_json`) and moved on with each answer instead of reading them all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from trainer.learning.calibration import Certainty, is_miss, is_right
from trainer.learning.errors import N_
from trainer.learning.scheduling import Memory, next_review, recall

TOP = 5
GAP = timedelta(hours=16)
"""Between two steps, as at Khan Academy: in practice the next day."""
LONG_GAP = timedelta(days=7)
FADES_BELOW = (0.8, 0.7, 0.6, 0.5)
"""Chances of remembering below which one more bar goes out. FSRS aims at 0.9; 0.8 is what "sure" promises.
The first bar stays: it says that there was a right answer once."""

CONDITIONS = (
    N_("Answer a question right."),
    N_("Answer one right on another day, without guessing."),
    N_("Answer a different question right on another day, without guessing."),
    N_("Answer one right in a mixed session on another day, without guessing."),
    N_("Answer one right in a mixed session at least a week later, without guessing."),
)
REFRESH = N_("Answer one right, without guessing, to bring back what has faded.")
KEEP = N_("All five bars. Answer one right now and then to keep them.")


@dataclass(frozen=True)
class Ago:
    """A time (aware UTC) to be told as how many days ago it was where the reader is."""

    at: datetime


Param = str | int | datetime | Ago


@dataclass(frozen=True)
class Evidence:
    """One answer to a question of the objective. `mixed`: in a session over several objectives."""

    item_id: str
    score: float
    certainty: Certainty | None
    at: datetime
    mixed: bool

    @property
    def shows_knowledge(self) -> bool:
        """Right, and not by the learner's own word a guess."""
        return is_right(self.score) and self.certainty is not Certainty.GUESSING


@dataclass(frozen=True)
class Told:
    """A sentence to be translated, with its parameters (`%(name)s`); times are to be formatted where it is shown."""

    text: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True)
class Mastery:
    """`level` bars of five; `earned` of them before fading. `next` is what brings the next bar, which counts from
    `not_before` on (None: at once)."""

    level: int
    earned: int
    next: Told
    not_before: datetime | None = None
    reasons: tuple[Told, ...] = ()


LADDER_TIMES = ("changed", "missed", "refreshed", "last")


@dataclass(frozen=True)
class Ladder:
    """How far the answers so far have led: `earned` bars, `changed` at the last step or fall, `known` the questions
    answered right without guessing, `seen` those answered within `GAP` of the last answer and when, `missed` the last
    fall, `memory` of the objective, `refreshed` the last right answer without guessing, `last` the last answer.
    Times are aware UTC."""

    earned: int = 0
    changed: datetime | None = None
    known: frozenset[str] = frozenset()
    seen: Mapping[str, datetime] = field(default_factory=dict)
    missed: datetime | None = None
    memory: Memory | None = None
    refreshed: datetime | None = None
    last: datetime | None = None

    def to_json(self) -> str:
        """As text, to be stored."""
        times = {name: (at := getattr(self, name)) and at.isoformat() for name in LADDER_TIMES}
        seen = {item_id: at.isoformat() for item_id, at in self.seen.items()}
        memory = self.memory and self.memory.to_json()
        return json.dumps(
            {"earned": self.earned, "known": sorted(self.known), "seen": seen, "memory": memory, **times},
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "Ladder":
        """What `to_json` wrote."""
        stored = json.loads(text)
        return cls(
            earned=stored["earned"],
            known=frozenset(stored["known"]),
            seen={item_id: datetime.fromisoformat(at) for item_id, at in stored["seen"].items()},
            memory=stored["memory"] and Memory.from_json(stored["memory"]),
            **{name: (at := stored[name]) and datetime.fromisoformat(at) for name in LADDER_TIMES},
        )


def level(history: Sequence[Evidence], now: datetime) -> Mastery:
    """How many bars the answers up to `now` are worth, in whatever order they come."""
    ladder = Ladder()
    for answer in sorted((answer for answer in history if answer.at <= now), key=lambda answer: answer.at):
        ladder = after(ladder, answer)
    return mastery_of(ladder, now)


def mastery_of(ladder: Ladder, now: datetime) -> Mastery:
    """What the ladder is worth at `now`, which is not before its last answer."""
    faded = _faded(ladder, now)
    return Mastery(
        level=ladder.earned - faded,
        earned=ladder.earned,
        next=_next(ladder, faded),
        not_before=_not_before(ladder, faded, now),
        reasons=_reasons(ladder, faded),
    )


def after(ladder: Ladder, answer: Evidence) -> Ladder:
    """The ladder after one more answer.

    Time never runs backwards in it: an answer dated before the last one (two servers whose clocks differ) counts as
    given together with the last. So a ladder is rebuilt to the same value from the same answers in the order in which
    they were recorded. Where answers of long ago are added or marks change, it has to be rebuilt.
    """
    answer = in_turn(answer, ladder.last)
    if answer.mixed and is_miss(answer.score):
        ladder = _fallen(ladder, answer)
    elif _lifts(ladder, answer):
        ladder = replace(ladder, earned=ladder.earned + 1, changed=answer.at)
    return replace(
        ladder,
        known=ladder.known | ({answer.item_id} if answer.shows_knowledge else set()),
        seen=_fresh(ladder, answer.at) | {answer.item_id: answer.at},
        memory=memory_after(ladder.memory, answer),
        refreshed=answer.at if answer.shows_knowledge else ladder.refreshed,
        last=answer.at,
    )


def in_turn(answer: Evidence, last: datetime | None) -> Evidence:
    """The answer, dated `last` where it says that it came before."""
    return replace(answer, at=last) if last and answer.at < last else answer


def _fresh(ladder: Ladder, now: datetime) -> dict[str, datetime]:
    """The questions whose solutions were seen too lately for a step; older ones no longer matter."""
    return {item_id: at for item_id, at in ladder.seen.items() if now - at < GAP}


def memory_after(memory: Memory | None, answer: Evidence) -> Memory | None:
    """The objective's memory. Guesses and partly right answers neither feed it nor wear it down."""
    if answer.shows_knowledge or is_miss(answer.score):
        return next_review(memory, answer.score, answer.certainty, answer.at)
    return memory


def _fallen(ladder: Ladder, answer: Evidence) -> Ladder:
    if ladder.earned == 0:
        return ladder
    return replace(ladder, earned=ladder.earned - 1, changed=answer.at, missed=answer.at)


def _lifts(ladder: Ladder, answer: Evidence) -> bool:
    """Whether the answer brings the next bar."""
    if ladder.earned == 0:
        return is_right(answer.score)
    if ladder.earned == TOP:
        return False
    return answer.shows_knowledge and _rested(ladder, answer) and _meets_condition(ladder, answer)


def _rested(ladder: Ladder, answer: Evidence) -> bool:
    """Neither the last step nor the last sight of this question's solution is too fresh."""
    seen = ladder.seen.get(answer.item_id)
    gap = LONG_GAP if ladder.earned == TOP - 1 else GAP
    return all(since is None or answer.at - since >= least for since, least in ((ladder.changed, gap), (seen, GAP)))


def _meets_condition(ladder: Ladder, answer: Evidence) -> bool:
    """The step's own condition, beyond the gap."""
    if ladder.earned == 2:
        return bool(ladder.known - {answer.item_id})
    return ladder.earned < 3 or answer.mixed


def _faded(ladder: Ladder, now: datetime) -> int:
    """How many bars are out: by the time since the last right answer, so that a miss never lights them again."""
    if ladder.memory is None or ladder.refreshed is None:
        return 0
    remembered = recall(ladder.memory.stability, ladder.refreshed, now)
    return min(max(0, ladder.earned - 1), sum(remembered < limit for limit in FADES_BELOW))


def _next(ladder: Ladder, faded: int) -> Told:
    """What brings the next bar."""
    if faded:
        return Told(REFRESH)
    if ladder.earned == TOP:
        return Told(KEEP)
    met_already = ladder.earned == 2 and len(ladder.known) > 1
    return Told(CONDITIONS[1 if met_already else ladder.earned])


def _not_before(ladder: Ladder, faded: int, now: datetime) -> datetime | None:
    """From when an answer can bring the next bar; None where it can now."""
    if faded or ladder.earned in (0, TOP) or ladder.changed is None:
        return None
    opens = ladder.changed + (LONG_GAP if ladder.earned == TOP - 1 else GAP)
    return opens if opens > now else None


def _reasons(ladder: Ladder, faded: int) -> tuple[Told, ...]:
    """Why it stands where it stands."""
    told = []
    if ladder.known:
        told.append(Told(N_("Questions answered right without guessing: %(count)s."), {"count": len(ladder.known)}))
    if ladder.missed and ladder.missed == ladder.changed:
        told.append(Told(N_("A miss in a mixed session on %(date)s took a bar away."), {"date": ladder.missed}))
    if faded and ladder.refreshed:
        told.append(Told(N_("Bars faded since %(date)s: %(bars)s."), {"date": ladder.refreshed, "bars": faded}))
    return tuple(told)
