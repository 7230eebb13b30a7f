"""What somebody typed into a form, told from what the form itself put there."""

import re
from collections.abc import Mapping

_TYPED_INTO = re.compile(r"text|name|reason|question|answer|f[0-9a-f]{12}")
"""Notes, doubts, decisions and replies, one's name, the opaque fields of a question. No secret is ever shown."""
_CHOSEN = re.compile(r"v[0-9a-f]{12}|yes|")
"""What a question's field holds where it was not typed into but chosen from."""


def with_plain_line_ends(text: str | None) -> str:
    """What was typed, counted alike however it was sent: plain forms send two characters for each line end."""
    return (text or "").replace("\r\n", "\n")


def typed_texts(form: Mapping[str, str]) -> list[str]:
    """The texts in a form that was sent, in their order; not what was chosen, not tokens, never a password."""
    return [text for name, text in form.items() if _TYPED_INTO.fullmatch(name) and not _CHOSEN.fullmatch(text.strip())]
