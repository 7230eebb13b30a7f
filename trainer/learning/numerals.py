"""Numbers as people write them, in whatever country they went to school; what could mean two things is not guessed."""

import re
import unicodedata
from decimal import Decimal
from typing import Literal

NUMBER = re.compile(r"(?P<sign>[+-]?) ?(?P<body>[0-9., ]*[0-9])")
PLAIN = re.compile(r"[0-9]+|[0-9]*[.,][0-9]+")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[., ])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?P<rest>[.,][0-9]+)?")
TWO_MEANINGS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
TO_ASCII = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "’": " ", "'": " ", "٫": ".", "٬": " "})


def read_number(text: str) -> Decimal | Literal["not_a_number", "ambiguous_number"]:
    """The number that `text` says: `1,000.5`, `1.000,5`, `1000,5`, `1 000`, `−3`.

    One mark with three digits behind it, as in `1,000` or `1.000`, is a thousand to some and one to others:
    ambiguous. `0.125` and `1234.567` can only be meant one way.
    """
    found = NUMBER.fullmatch(_in_ascii(text))
    if found is None:
        return "not_a_number"
    sign, body = found["sign"], found["body"]
    if TWO_MEANINGS.fullmatch(body):
        return "ambiguous_number"
    digits = _without_groups(body)
    return "not_a_number" if digits is None else Decimal(sign + digits.replace(",", "."))


def write_number(number: Decimal) -> str:
    """The number in plain digits, without an exponent and without trailing zeros: `7`, `0.25`, `-1200`."""
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _in_ascii(text: str) -> str:
    """Digits of any script as 0–9, spaces of any width as one, and one sign for minus."""
    plain = unicodedata.normalize("NFKC", text).translate(TO_ASCII)
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)
    return " ".join(digits.split())


def _without_groups(body: str) -> str | None:
    """Digits with at most one mark, the decimal one; None where the marks make no number."""
    if PLAIN.fullmatch(body):
        return body
    grouped = GROUPED.fullmatch(body)
    if grouped is None or grouped["mark"] == (grouped["rest"] or "")[:1]:
        return None
    rest = grouped["rest"] or ""
    whole = body.removesuffix(rest) if rest else body
    return whole.replace(grouped["mark"], "") + rest
