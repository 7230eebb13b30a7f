"""Messages to be told to people."""

from typing import Any

from trainer.notices.actions import Message


def message(about: str = "cycle:1:due-7", **changes: Any) -> Message:
    """One that nobody can switch off, unless something else is said."""
    values: dict[str, Any] = {
        "about": about,
        "kind": "due-7",
        "text": f'The training "Final assessment" is due on 12 December 2026 ({about}).',
        "path": "/plan",
        "is_mandatory": True,
    }
    return Message(**{**values, **changes})


def optional(about: str = "cycle:2:due-7", **changes: Any) -> Message:
    """A reminder that can be switched off."""
    return message(about, is_mandatory=False, **changes)
