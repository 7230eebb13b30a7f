"""A log as plain values."""

from dataclasses import dataclass, replace
from datetime import timedelta

from tests.factories import NOW
from trainer.audit.chain import BEGINNING, as_text, link


@dataclass(frozen=True)
class Row:
    """An entry without a database."""

    number: int
    at: str
    action: str
    actor: str
    team: str
    person: str
    details: str
    previous: str
    hash: str = ""


def log_of(count: int, actor: str = "0199-ada") -> list[Row]:
    """A log that holds."""
    log: list[Row] = []
    for number in range(1, count + 1):
        previous = log[-1].hash if log else BEGINNING
        at = as_text(NOW + timedelta(minutes=number))
        row = Row(number, at, "member.added", actor, "0199-north", f"p{number}", f'{{"n":{number}}}', previous)
        log.append(replace(row, hash=link(row)))
    return log
