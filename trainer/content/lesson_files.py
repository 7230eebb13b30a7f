"""A lesson file: front matter between two lines of `---`, then Markdown."""

from dataclasses import dataclass

from trainer.content.courses import Lesson, LessonHead
from trainer.content.documents import Document, Place
from trainer.content.fields import fields_of
from trainer.content.markdown.reading import Reading, read_markdown
from trainer.content.validation import validate
from trainer.content.yaml_files import read_yaml

LONGEST_HEAD = 20_000


@dataclass
class LessonFile:
    """A lesson being read: `document` is its front matter, and takes the problems of the whole file."""

    document: Document
    lesson: Lesson | None
    reading: Reading
    first_line: int

    def report(self, at: tuple[int, int], code: str, message: str) -> None:
        """Note a problem in the Markdown, `at` its line and column there from 0."""
        here = Document(self.document.path, start=Place(self.first_line + at[0], at[1] + 1))
        here.report((), code, message)
        self.document.problems += here.problems


def read_lesson(text: str, path: str) -> LessonFile:
    """The lesson in `text`, with what can be said about it alone."""
    head, body, first_line = _parted(text)
    if head is None:
        document = Document(path)
        message = "A lesson begins with its front matter between two lines of `---`: id, title, minutes, …"
        document.report((), "front-matter", message)
        return LessonFile(document, None, Reading(), 1)
    document = read_yaml(head, path, first_line=2)
    checked = validate(document, (), LessonHead, document.value) if not document.problems else None
    file = LessonFile(document, None, read_markdown(body), first_line)
    if checked:
        fields = {name: getattr(checked, name) for name in fields_of(LessonHead)}
        file.lesson = Lesson(**fields, body=body, path=path, first_line=first_line)
    _check_body(file)
    return file


def _parted(text: str) -> tuple[str | None, str, int]:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text, 1
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]) + "\n", "\n".join(lines[number + 1 :]), number + 2
    return None, text, 1


def _check_body(file: LessonFile) -> None:
    for remark in file.reading.remarks:
        file.report(remark.at, remark.code, remark.message)
    if not file.reading.tokens and not file.reading.remarks:
        file.report((0, 0), "empty", "The lesson says nothing yet.")
    keeps = [token for token in file.reading.tokens if token.type == "directive_open" and token.meta["name"] == "keep"]
    for token in keeps[1:]:
        file.report(((token.map or [0])[0], 0), "second-keep", "A lesson has one `::: keep`, at its end.")
