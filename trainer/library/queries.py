"""Reads of the library. What hangs on a hash never changes, so it is kept in memory once it was read."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Text, select
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from trainer.content.courses import Course
from trainer.content.items import Item
from trainer.content.problems import Problem
from trainer.learning.errors import NotFound
from trainer.library.catalogue import Catalogue
from trainer.library.documents import load_course, load_item
from trainer.library.manifests import catalogue_of, digest_of, parts_of
from trainer.library.models import ContentCheck, Publication, Release

T = TypeVar("T")


class _Recent(Generic[T]):
    """The values used last, by hash: never stale, because a hash stands for one content only."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def get(self, hash: str, load: Callable[[], T]) -> T:
        """The value, loaded unless it is here."""
        with self._lock:
            if hash in self._values:
                self._values.move_to_end(hash)
                return self._values[hash]
        value = load()
        with self._lock:
            self._values[hash] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


LIVE = "library.live"
"""Where a session keeps what is live for the length of a transaction; who changes what is live takes it away."""

_items: _Recent[Item] = _Recent(5000)
_catalogues: _Recent[Catalogue] = _Recent(4)
_courses: _Recent[Course] = _Recent(16)
_versions: _Recent[Mapping[str, str]] = _Recent(8)


@dataclass(frozen=True)
class ReleaseRow:
    """A release in the list of releases. `live_since` is set for the one that is live."""

    number: int
    created_at: datetime
    by: str
    note: str
    live_since: datetime | None


@dataclass(frozen=True)
class _Live:
    """The release that learners see, since when, and what tells its content from another's."""

    release_number: int
    at: datetime
    digest: str


@dataclass(frozen=True)
class Checked:
    """What publishing found in the files last."""

    at: datetime
    problems: tuple[Problem, ...]


def live_catalogue(session: Session) -> Catalogue:
    """What learners can open now; empty before the first release."""
    live = _live(session)
    if live is None:
        return Catalogue()
    return _catalogues.get(
        f"{live.release_number}/{live.digest}", lambda: _load_catalogue(session, live.release_number)
    )


def course_of_item(session: Session, item_id: str) -> Course | None:
    """The live course an item belongs to; nothing for an item that is no longer live."""
    catalogue = live_catalogue(session)
    row = catalogue.items.get(item_id)
    return catalogue.courses[row.course] if row else None


def course_with(session: Session, item_id: str, hash: str) -> Course | None:
    """The course as it was with this version of an item, figures and values included: as it is live where the version
    is, else as in the newest release that had it; nothing for a version that no release had."""
    catalogue = live_catalogue(session)
    row = catalogue.items.get(item_id)
    if row and row.hash == hash:
        return catalogue.courses[row.course]
    number, course = _newest_with(session, hash)
    return course_of_release(session, number, course) if number else None


def course_of_release(session: Session, number: int, course_id: str) -> Course | None:
    """A course as it was in a release; nothing where that release had none of this id."""
    if number == live_number(session):
        return live_catalogue(session).courses.get(course_id)
    entry = session.get_one(Release, number).manifest["courses"].get(course_id)
    if entry is None:
        return None
    return _courses.get(digest_of(entry), lambda: load_course(session, parts_of(entry)))


def release_live_at(session: Session, at: datetime) -> int | None:
    """The number of the release that was live then; None before there was any."""
    then = select(Publication.release_number).where(Publication.at <= at).order_by(Publication.id.desc())
    return session.scalar(then.limit(1))


def versions_in_release(session: Session, number: int) -> Mapping[str, str]:
    """What tells the versions of lessons and questions apart that a release had, by id; of a question its objective
    too."""
    manifest = session.get_one(Release, number).manifest
    return _versions.get(digest_of(manifest), lambda: _versions_in(manifest))


def _versions_in(manifest: Mapping[str, Any]) -> Mapping[str, str]:
    lessons = {id: hash for course in manifest["courses"].values() for id, hash in course["lessons"].items()}
    rows = (row for bank in manifest["banks"].values() for row in bank["items"])
    return {**lessons, **{row["id"]: f"{row['hash']}/{row['objective']}" for row in rows}}


def item_version(session: Session, hash: str) -> Item:
    """A version of an item, live or of the past. Raises NotFound."""
    return _items.get(hash, lambda: load_item(session, hash))


def knows_version(session: Session, item_id: str, hash: str) -> bool:
    """Whether there is such a version of this item."""
    try:
        return item_version(session, hash).id == item_id
    except NotFound:
        return False


def live_release(session: Session) -> Release | None:
    """The release learners see."""
    live = _live(session)
    return session.get(Release, live.release_number) if live else None


def live_number(session: Session) -> int | None:
    """The number of the live release."""
    live = _live(session)
    return live.release_number if live else None


def newest_release(session: Session) -> Release | None:
    """The release that was made last, live or not."""
    return session.scalar(select(Release).order_by(Release.number.desc()).limit(1))


def releases(session: Session) -> Sequence[ReleaseRow]:
    """All releases, newest first."""
    live = _live(session)
    columns = select(Release.number, Release.created_at, Release.by, Release.note)
    return [
        ReleaseRow(*row, live_since=live.at if live and live.release_number == row.number else None)
        for row in session.execute(columns.order_by(Release.number.desc()))
    ]


def last_check(session: Session) -> Checked | None:
    """What publishing found in the files last."""
    check = session.scalar(select(ContentCheck).order_by(ContentCheck.id.desc()).limit(1))
    return Checked(check.at, tuple(Problem(**problem) for problem in check.problems)) if check else None


_LIVE = (
    select(Publication.release_number, Publication.at, Release.digest)
    .join(Release, Release.number == Publication.release_number)
    .order_by(Publication.id.desc())
    .limit(1)
)


def _live(session: Session) -> _Live | None:
    # Asked for once in a transaction: a page that speaks of the catalogue in ten places speaks of one and the same.
    asked_in, known = session.info.get(LIVE, (None, None))
    if asked_in is not None and asked_in is session.get_transaction():
        return cast("_Live | None", known)
    row = session.execute(_LIVE).first()
    live = _Live(*row) if row else None
    session.info[LIVE] = (session.get_transaction(), live)
    return live


def _newest_with(session: Session, hash: str) -> tuple[int, str]:
    """The newest release that has a version of an item, and the course it belongs to there; 0 where none has."""
    has_it = cast_to(Release.manifest, Text).contains(hash, autoescape=True)
    release = session.scalar(select(Release).where(has_it).order_by(Release.number.desc()).limit(1))
    banks = release.manifest["banks"].values() if release else ()
    course = next((bank["course"] for bank in banks if any(item["hash"] == hash for item in bank["items"])), "")
    return (release.number, course) if release and course else (0, "")


def _load_catalogue(session: Session, number: int) -> Catalogue:
    manifest = session.get_one(Release, number).manifest
    courses = {id: load_course(session, parts_of(entry)) for id, entry in manifest["courses"].items()}
    return catalogue_of(number, manifest, courses)
