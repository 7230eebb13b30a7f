"""The few words that rendered lessons add of their own, in the language of the course (not of the reader's pages)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True)
class Words:
    """One language."""

    also: str = "Also called"
    not_for: str = "Not the same as"
    claim: str = "Often said"
    why: str = "Why it sounds right"
    correction: str = "What is true"
    checked: str = "Checked on"
    check_again: str = "Check again after"
    source: str = "Source"
    table: str = "Table"
    months: tuple[str, ...] = (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )

    def date(self, day: date) -> str:
        """The day in words: 23 November 2026."""
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


_LANGUAGES: Mapping[str, Words] = MappingProxyType({"en": Words()})


def words_for(language: str) -> Words:
    """The words of a language such as en-GB; English where there are none yet."""
    return _LANGUAGES.get(language.partition("-")[0], _LANGUAGES["en"])
