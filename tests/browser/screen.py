"""What a page to look at is."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True)
class Screen:
    """A page: somebody's (nobody's: ""), at an address, after some steps; `shows` is the address of the page looked at
    where the steps lead on to another. Words in capitals stand for what the story tells."""

    who: str
    address: str
    steps: Callable[[Page], None] = lambda _page: None
    shows: str = ""
