"""The tables of the library."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from trainer.db import Base


class ContentDocument(Base):
    """One version of an item, lesson, course or figure, under the hash of its text.

    Rows are added and never changed or deleted: an answer of years ago still finds the version that was shown.
    """

    __tablename__ = "content_document"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[str] = mapped_column(Text)


class Release(Base):
    """Everything a learner could open at one time, by hash (`manifest`, described in manifests.py)."""

    __tablename__ = "release"
    __table_args__ = (Index("ix_release_digest", "digest"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(254))
    note: Mapped[str] = mapped_column(Text)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSON)


class Publication(Base):
    """That a release went live, first or again. The live one is that of the newest row; so switching is one insert."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_number: Mapped[int] = mapped_column(ForeignKey("release.number"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(254))


class ContentCheck(Base):
    """What publishing found in the files last (one row): the problems to show authors, and when."""

    __tablename__ = "content_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
