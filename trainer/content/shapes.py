"""The words that authors' files are made of: ids, texts, dates; and what every shape of them has in common."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")]
"""Letters, digits and hyphens."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""Like an id, with underscores too."""

Text = Annotated[str, Field(min_length=1)]
"""A text that says something."""

HttpsUrl = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(/[^\s<>\"]*)?$")]
"""The address of a page, encrypted."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]

Grade = Literal["V", "V2", "W", "U"]
"""How sure a source is: V seen, V2 only in a secondary source, W well known but not re-read, U uncertain."""


class Shape:
    """What an author writes: unknown fields are refused, nothing is converted."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = {"extra": "forbid", "strict": True}
