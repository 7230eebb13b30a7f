"""The past of a simulated learner: she reads, answers checks, practises and reviews through the real actions.

Nothing writes rows here, so standings, due dates and bars are what they would be for a person who did the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.models import User
from trainer.admin.demo.answering import AnswerBook
from trainer.admin.demo.diary import Sitting
from trainer.admin.demo.measured import FOR_EACH, Candidate
from trainer.admin.demo.mind import Mind, Reaction
from trainer.answers.actions import Reply
from trainer.answers.models import Answer
from trainer.answers.queries import due_items
from trainer.content.items import Item
from trainer.learning.calibration import Certainty, is_right
from trainer.learning.question_types.base import Form
from trainer.learning.showing import show
from trainer.library.catalogue import Catalogue, ItemRow, LessonRow
from trainer.library.queries import item_version
from trainer.notebook.actions import keep_note, set_revisit
from trainer.practice.actions import answer_question, start_practice
from trainer.practice.models import PracticeQuestion
from trainer.practice.pool import Wish, known_of, pool
from trainer.study.actions import answer_check, finish_lesson, remember_place
from trainer.study.checks import Asker
from trainer.study.page import checks_in, rendered_lesson

NOTES = (
    "Read the explanation again before the next set.",
    "Mixed these two up again. The question to ask: who looks at whom?",
    "Ask in the team call how our own certificate says it.",
    "Sure, and wrong. Slow down here.",
)


@dataclass
class Learner:
    """Somebody of the sample team at work. `time` is hers; `read` counts the lessons she has finished."""

    session: Session
    user: User
    catalogue: Catalogue
    asker: Asker
    mind: Mind
    answers: AnswerBook
    time: datetime
    read: int = 0
    checked: set[tuple[str, str]] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)

    def sit_down(self, sitting: Sitting) -> None:
        """One sitting: first a test that is open and what is due, then the next lesson if it is time, then practice."""
        self.time = sitting.at
        left = sitting.questions - self._take_a_test()
        left -= self._review(left)
        if self.read < sitting.read_by_then * len(self.catalogue.lessons):
            left -= self._read_on()
        if left > 3 and self.read:
            self._practise(self._wish(left))

    def _take_a_test(self) -> int:
        candidate = Candidate(self.session, self.user, self.catalogue, self.mind, self.answers)
        questions = candidate.take_what_is_open(next(iter(self.catalogue.courses)), self.time)
        self.time += questions * FOR_EACH
        return questions

    def _review(self, most: int) -> int:
        due = sum(s.item_id in self.catalogue.practice_items for s in due_items(self.session, self.user.id, self.time))
        if due < 3 or most < 3 or self.mind.rng.random() < self.mind.traits.skips_reviews:
            return 0
        return self._practise(Wish("due", "", min(due, most)))

    def _read_on(self) -> int:
        """Read the next lesson; now and then only its first half. The number of checks answered."""
        order = list(self.catalogue.lessons.values())
        if self.read == len(order):
            return 0
        lesson = order[self.read]
        breaks_off = self.mind.rng.random() < 0.12
        checks = checks_in(self.catalogue, lesson)
        self._go_through(lesson, half=breaks_off)
        for row in checks[: len(checks) // 2] if breaks_off else checks:
            self._answer_check(lesson, row)
        if not breaks_off:
            finish_lesson(self.session, self.user, lesson.id, now=self.time)
            self.read += 1
        return len(checks)

    def _go_through(self, lesson: LessonRow, *, half: bool) -> None:
        sections = [section.id for section in rendered_lesson(self.catalogue, lesson).sections]
        for section in sections[: max(1, len(sections) // 2)] if half else sections:
            self._wait(lesson.minutes * 60 / len(sections))
            remember_place(self.session, self.user, lesson.id, section, now=self.time)
        if not half:
            self.mind.read(lesson.objectives, self.time)

    def _answer_check(self, lesson: LessonRow, row: ItemRow) -> None:
        if (lesson.id, row.id) in self.checked:
            return
        self.checked.add((lesson.id, row.id))
        asked = self.asker.asked(lesson.id, row, row.hash, 0)
        reply = self._reply(row, asked.seed)
        self._learn_from(row, answer_check(self.session, self.user, asked, reply, now=self.time))

    def _wish(self, count: int) -> Wish:
        """What she feels like practising: where she is, what she missed, everything she has read about."""
        lesson = list(self.catalogue.lessons.values())[self.read - 1]
        whole_course = self.read * 1.7 >= len(self.catalogue.lessons)
        wishes = {
            Wish("module", lesson.module, count): 4,
            Wish("lesson", lesson.id, count): 1,
            Wish("missed", "", count): 2,
            Wish("course", lesson.course, count): 6 if whole_course else 0,
        }
        return self.mind.rng.choices(list(wishes), list(wishes.values()))[0]

    def _practise(self, wish: Wish) -> int:
        """Practise a set, now and then not to its end. The number of questions answered."""
        if not pool(self.catalogue, known_of(self.session, self.user.id, self.time), wish):
            return 0
        practice = start_practice(self.session, self.user, self.catalogue, wish, now=self.time)
        drawn = select(PracticeQuestion).where(PracticeQuestion.set_id == practice.id)
        questions = self.session.scalars(drawn.order_by(PracticeQuestion.position)).all()
        if self.mind.rng.random() < 0.05:
            questions = questions[: len(questions) * 2 // 3]
        for question in questions:
            row = self.catalogue.items[question.item_id]
            reply = self._reply(row, question.seed)
            answer = answer_question(self.session, self.user, practice, question, reply=reply, now=self.time)
            self._learn_from(row, answer)
        return len(questions)

    def _reply(self, row: ItemRow, seed: str) -> Reply:
        item = item_version(self.session, row.hash)
        reaction = self.mind.react(row, self.answers.to(item, row.hash), self.time)
        self._wait((row.time_s or 60) * self.mind.rng.uniform(0.3, 1.1))
        return _as_sent(item, seed, reaction, key=f"{self.mind.rng.getrandbits(128):032x}")

    def _learn_from(self, row: ItemRow, answer: Answer) -> None:
        self.mind.take_feedback(row, answer.misconceptions, answer.score, self.time)
        if answer.certainty == Certainty.SURE and not is_right(answer.score) and self.mind.rng.random() < 0.12:
            self._take_note(row.id)

    def _take_note(self, item_id: str) -> None:
        set_revisit(self.session, self.user.id, item_id, True, now=self.time)
        if item_id not in self.noted:
            text = self.mind.rng.choice(NOTES)
            keep_note(self.session, self.user.id, item_id, text, version=0, now=self.time)
        self.noted.add(item_id)

    def _wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=round(seconds))


def live_through(learner: Learner, sittings: Iterable[Sitting]) -> None:
    """All of a learner's sittings, one after the other."""
    for sitting in sittings:
        learner.sit_down(sitting)


def _as_sent(item: Item, seed: str, reaction: Reaction, *, key: str) -> Reply:
    form: Form = show(item.question, seed, reaction.given).given
    certainty = reaction.certainty if item.asks_certainty and not reaction.gave_up else None
    return Reply(form, key, certainty, gave_up=reaction.gave_up)
