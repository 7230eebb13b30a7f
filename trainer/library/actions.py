"""Publish what the files hold, and go back to an earlier release."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from trainer.accounts.deeds import log, name_of
from trainer.accounts.models import User
from trainer.audit.actions import Detail
from trainer.content.courses import Course
from trainer.content.items import Bank
from trainer.content.problems import Problem
from trainer.content.reading import Content, read_content
from trainer.db import one_at_a_time
from trainer.learning.errors import NotFound
from trainer.library.changes import Change, changes_between, with_fields
from trainer.library.documents import Version, bodies, course_documents, item_document, load_course, store
from trainer.library.manifests import EMPTY, Manifest, bank_entry, course_entry, digest_of, parts_of
from trainer.library.models import ContentCheck, Publication, Release
from trainer.library.queries import LIVE, live_release, newest_release


def publish_folders(session: Session, courses: Path, banks: Path, now: datetime, *, by: User | str) -> Release | None:
    """Publish what has changed in the folders since the newest release; what was rolled back stays rolled back.

    `by` is the author, or the command where it is done on the machine itself."""
    content = read_content(courses, banks, now.date())
    live, newest = live_release(session), newest_release(session)
    if live and newest and live.number != newest.number and _holds(session, newest, content):
        _note_problems(session, content.problems, now)
        return live
    return publish(session, content, now, by=by)


def publish(session: Session, content: Content, now: datetime, *, by: User | str, note: str = "") -> Release | None:
    """Make `content` live: the new release, or the live one if nothing has changed; nothing if there is no content.

    A course or bank with errors takes nothing down: its part of the live release stays, and the problems are kept
    for the authors' page. Nor do files that would leave no course or no bank at all: far more likely a wrong folder
    than a wish. All of it happens in the caller's transaction, so learners see the old or the new, no mix.
    """
    one_at_a_time(session, "publish")
    live = live_release(session)
    draft = _draft(session, content, live)
    _note_problems(session, content.problems, now)
    digest = digest_of(draft.manifest)
    if live and live.digest == digest:
        return live
    if not live and draft.manifest == EMPTY:
        return None
    store(session, draft.versions)
    release = Release(digest=digest, created_at=now, by=name_of(by), note=note, manifest=draft.manifest)
    session.add(release)
    session.flush()
    _go_live(session, release, now, by)
    _log(session, "release.published", release, live, by=by, now=now)
    return release


def rollback(session: Session, number: int, now: datetime, *, by: User | str) -> Release:
    """Make an earlier release live again. Raises NotFound."""
    one_at_a_time(session, "publish")
    release = _release(session, number)
    live = live_release(session)
    if live is None or live.number != number:
        _go_live(session, release, now, by)
        _log(session, "release.rolled_back", release, live, by=by, now=now)
    return release


def changes_by_publishing(session: Session, content: Content) -> Sequence[Change]:
    """What publishing `content` would change for learners. Changes nothing."""
    live = live_release(session)
    draft = _draft(session, content, live)
    unsaved = {version.hash: version.body for version in draft.versions}
    return _compared(session, live.manifest if live else EMPTY, draft.manifest, unsaved)


def changes_by_rollback(session: Session, number: int) -> Sequence[Change]:
    """What making an earlier release live would change for learners. Changes nothing. Raises NotFound."""
    release, live = _release(session, number), live_release(session)
    return _compared(session, live.manifest if live else EMPTY, release.manifest, {})


def _compared(session: Session, before: Manifest, after: Manifest, unsaved: Mapping[str, str]) -> Sequence[Change]:
    changes = changes_between(before, after)
    hashes = {hash for change in changes for hash in change.hashes}
    return with_fields(changes, bodies(session, hashes - unsaved.keys()) | dict(unsaved))


def _release(session: Session, number: int) -> Release:
    release = session.get(Release, number)
    if release is None:
        raise NotFound(f"There is no release {number}.")
    return release


@dataclass
class _Draft:
    """A release in the making."""

    manifest: Manifest = field(default_factory=lambda: {"courses": {}, "banks": {}})
    versions: list[Version] = field(default_factory=list)


def _holds(session: Session, release: Release, content: Content) -> bool:
    return digest_of(_draft(session, content, release).manifest) == release.digest


def _draft(session: Session, content: Content, earlier: Release | None) -> _Draft:
    draft = _Draft()
    before = earlier.manifest if earlier else EMPTY
    kept = _still_live(before["courses"], content.broken_courses, content.courses)
    draft.manifest["courses"] = kept
    courses = {id: load_course(session, parts_of(entry)) for id, entry in kept.items()}
    courses |= _draft_courses(draft, content)
    draft.manifest["banks"] = _still_live(before["banks"], content.broken_banks, content.banks)
    _draft_banks(draft, content, courses)
    return draft


def _still_live(before: Manifest, broken: Iterable[str], sound: Collection[Course | Bank]) -> Manifest:
    """What stays of the live release: the parts that are broken now, or all where nothing would be left."""
    kept = {id: before[id] for id in broken if id in before}
    return kept if kept or sound else dict(before)


def _draft_courses(draft: _Draft, content: Content) -> dict[str, Course]:
    for course in content.courses:
        parts, versions = course_documents(course)
        draft.manifest["courses"][course.id] = course_entry(parts)
        draft.versions += versions
    return {course.id: course for course in content.courses}


def _draft_banks(draft: _Draft, content: Content, courses: Mapping[str, Course]) -> None:
    for bank in content.banks:
        if bank.course in courses:
            documents = {item.id: item_document(item) for item in bank.items}
            hashes = {id: document.hash for id, document in documents.items()}
            draft.manifest["banks"][bank.id] = bank_entry(bank, courses[bank.course], hashes)
            draft.versions += documents.values()


def _note_problems(session: Session, problems: tuple[Problem, ...], now: datetime) -> None:
    session.execute(delete(ContentCheck))
    session.add(ContentCheck(at=now, problems=[asdict(problem) for problem in problems]))
    session.flush()


def _go_live(session: Session, release: Release, now: datetime, by: User | str) -> None:
    session.add(Publication(release_number=release.number, at=now, by=name_of(by)))
    session.flush()
    session.info.pop(LIVE, None)


def _log(
    session: Session, action: str, release: Release, instead_of: Release | None, *, by: User | str, now: datetime
) -> None:
    before = instead_of.number if instead_of else None
    said: Mapping[str, Detail] = {"release": release.number, "digest": release.digest, "instead_of": before}
    log(session, action, by=by, now=now, details=said)
