"""One question as one learner sees it: shuffled by a stored seed, under opaque names, with or without its grade."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from trainer.learning.question_types.base import Answer, Code, Form, Grade, Mark, Question, Unreadable, View


@dataclass(frozen=True)
class Showing:
    """All that a template may see. `given` is the form as filled in; `marks` (by opaque name) and `grade`
    exist only once the answer is in."""

    view: View
    given: Form
    marks: Mapping[str, Mark]
    grade: Grade | None = None

    @property
    def parts(self) -> tuple["Showing", ...]:
        """A scenario's parts, each as a showing of its own: the same form and marks, its own view and grade."""
        grades = self.grade.parts if self.grade else (None,) * len(self.view.parts)
        return tuple(
            Showing(view, self.given, self.marks, grade) for view, grade in zip(self.view.parts, grades, strict=True)
        )


def show(question: Question, seed: str, answer: Answer | None = None) -> Showing:
    """The question to be answered, filled in with `answer` where there is a draft of one."""
    shuffled, code = _arrange(question, seed)
    return Showing(shuffled.view(code), shuffled.write(answer or {}, code), {})


def show_graded(question: Question, seed: str, answer: Answer, grade: Grade) -> Showing:
    """The question with the answer given and what was right about it."""
    shuffled, code = _arrange(question, seed)
    return Showing(shuffled.view(code), shuffled.write(answer, code), shuffled.coded(grade, code), grade)


def show_form(question: Question, seed: str, form: Form) -> Showing:
    """The question with a form that could not be read, exactly as it came, so that nothing typed is lost."""
    shuffled, code = _arrange(question, seed)
    return Showing(shuffled.view(code), form, {})


def read(question: Question, seed: str, form: Form) -> Answer | Unreadable:
    """The answer in a form that was made with the same `seed`."""
    shuffled, code = _arrange(question, seed)
    return shuffled.read(form, code)


def is_made_with(question: Question, seed: str, form: Form) -> bool:
    """Whether the form has a field of this showing: one that was shown by another seed has none."""
    shuffled, code = _arrange(question, seed)
    return any(code.field(slot.id) in form for slot in shuffled.form_slots())


def read_so_far(question: Question, seed: str, form: Form) -> Answer:
    """What of an unfinished form that was made with the same `seed` can be graded."""
    shuffled, code = _arrange(question, seed)
    return shuffled.read_so_far(form, code)


def own_fields(question: Question, seed: str, form: Form) -> Form:
    """Those fields of a form that are the question's own and filled in."""
    shuffled, code = _arrange(question, seed)
    known = shuffled.field_names(code)
    return {name: value for name, value in form.items() if name in known and value.strip()}


def _arrange(question: Question, seed: str) -> tuple[Question, Code]:
    return question.shuffled(Random(seed)), Code(seed)  # noqa: S311 - the order is no secret, the seed is
