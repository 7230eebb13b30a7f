"""Settings from the environment and from a `trainer.toml`; what nobody knows is refused with the nearest name."""

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from trainer import paths

PREFIX = "TRAINER_"
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
SHORTEST_SECRET = 32
"""Characters; `secrets.token_urlsafe(32)` has 43."""

_ADDRESS = "address"
_FILE = "CONFIG"
_FOR_TESTS = "TEST_"
"""Names that only the test suite reads begin so; they are none of our business."""


class SettingsError(Exception):
    """A setting that is unknown, missing or cannot be meant; the message is for the operator."""


@dataclass(frozen=True)
class Settings:
    """All that an operator may decide. Where a field says nothing else, it is the setting of the same name."""

    database_url: str
    data_dir: Path
    base_url: str
    secret_key: str
    """Empty until `prepared` has read or made it."""
    secret_key_fallbacks: tuple[str, ...]
    smtp_url: str | None
    courses: Path
    banks: Path
    trusted_hosts: tuple[str, ...]
    """Names this site answers to beside the one in `base_url`."""
    proxy_hops: int
    fonts: Path | None
    testing: bool = False


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:  # noqa: TID251 - their home
    """The settings of this process. Reads the file that TRAINER_CONFIG names; changes nothing on disk.

    The environment wins over the file. Raises SettingsError.
    """
    given = {name: value for name, value in _of_environment(environ).items() if value}
    if _FILE in given:
        given = _of_file(Path(given.pop(_FILE))) | given
    _refuse_unknown(given)
    read: dict[str, Any] = {name.lower(): _READERS[name](value) for name, value in given.items()}
    return _checked(Settings(**(_defaults(read) | read)))


def prepared(settings: Settings) -> Settings:
    """The settings with the data folder made and the secret key at hand, kept there with mode 0600 if none was set.

    An SQLite database that others could read until now becomes its owner's.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep_private(settings.database_url)
    if settings.secret_key:
        return settings
    return _checked(replace(settings, secret_key=_kept_secret(settings.data_dir / "secret-key")))


def _keep_private(database_url: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    for ending in ("", "-wal", "-shm", "-journal"):
        file = Path(url.database + ending)
        # Where the file is somebody else's, `trainer doctor` says what is open.
        with suppress(FileNotFoundError, PermissionError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


def remember_address(settings: Settings) -> None:
    """Note in the data folder where the site is served now, for commands that print links to it."""
    file = settings.data_dir / _ADDRESS
    new = file.with_suffix(".new")
    new.write_text(settings.base_url, encoding="utf-8")
    new.replace(file)


def as_served(settings: Settings) -> Settings:
    """The settings with the address the site was last served at, where none is set. Raises SettingsError."""
    file = settings.data_dir / _ADDRESS
    if settings.base_url != DEFAULT_BASE_URL or not file.is_file():
        return settings
    return replace(settings, base_url=_base_url(file.read_text(encoding="utf-8").strip()))


def _of_environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {name: name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX)}
    return {bare: environ[name] for name, bare in names.items() if not bare.startswith(_FOR_TESTS)}


def _of_file(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{PREFIX}{_FILE} names {path}, which cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    return {name.upper(): _as_text(path, name, value) for name, value in table.items()}


def _as_text(path: Path, name: str, value: object) -> str:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ",".join(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise SettingsError(f"{path}: {name} must be text, a whole number or a list of texts.")


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in given:
        if name not in _READERS:
            near = get_close_matches(name, _READERS, n=1)
            hint = f" Did you mean {PREFIX}{near[0]}?" if near else f" Known are: {', '.join(sorted(_READERS))}."
            raise SettingsError(f"There is no setting {PREFIX}{name}.{hint}")


def _defaults(read: Mapping[str, Any]) -> dict[str, Any]:
    data_dir = Path(read.get("data_dir", "var")).absolute()
    return {
        "database_url": f"sqlite:///{data_dir / 'trainer.sqlite3'}",
        "data_dir": data_dir,
        "base_url": DEFAULT_BASE_URL,
        "secret_key": "",
        "secret_key_fallbacks": (),
        "smtp_url": None,
        "courses": paths.COURSES,
        "banks": paths.BANKS,
        "trusted_hosts": (),
        "proxy_hops": 0,
        "fonts": None,
    }


def _checked(settings: Settings) -> Settings:
    for key in (settings.secret_key, *settings.secret_key_fallbacks):
        if key and (len(key) < SHORTEST_SECRET or len(set(key)) < 10):
            raise SettingsError(
                f"A secret key needs at least {SHORTEST_SECRET} characters that nobody can guess; make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
    return settings


def _kept_secret(path: Path) -> str:
    try:
        # O_EXCL: of two processes that start at once one makes the key, the other reads it.
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(file, "w", encoding="ascii") as stream:
        key = secrets.token_urlsafe(32)
        stream.write(key)
    return key


def _folder(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _hosts(value: str) -> tuple[str, ...]:
    for name in (names := _list(value)):
        if not _HOST.fullmatch(name):
            raise SettingsError(f"{PREFIX}TRUSTED_HOSTS names hosts one by one, like learn.example.org, not {name!r}.")
    return names


_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


def _base_url(value: str) -> str:
    parts = _split(value)
    extra = parts and (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if not parts or parts.scheme not in {"http", "https"} or not parts.hostname or extra:
        raise SettingsError(
            f"{PREFIX}BASE_URL must look like https://trainer.example.org, with no path after the name, not {value!r}."
        )
    return value.rstrip("/")


def _split(value: str) -> SplitResult | None:
    """The parts of an address; nothing where it is none, or names a port that cannot be."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _database_url(value: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if value.startswith(plain):
            value = "postgresql+psycopg://" + value.removeprefix(plain)
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    # What was given is not repeated: it holds a password.
    try:
        url = make_url(value)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(f"{PREFIX}DATABASE_URL is no address of a database.") from error
    if url.get_backend_name() == "sqlite" and (url.database or ":").startswith((":", "file:")):
        raise SettingsError(f"{PREFIX}DATABASE_URL must name a file on disk: sqlite:////srv/trainer/trainer.sqlite3")
    return value


def _smtp_url(value: str) -> str:
    parts = _split(value)
    known = parts and parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.path in {"", "/"}
    if not parts or not known or parts.fragment or parts.query not in {"", "encryption=optional"}:
        raise SettingsError(  # without what was given: it holds a password
            f"{PREFIX}SMTP_URL must look like smtp://user:password@mail.example.org:587, or smtps://… for TLS from the "
            "start. In the password write / ? # @ : % as %2F %3F %23 %40 %3A %25."
        )
    return value


def _hops(value: str) -> int:
    if not value.isdecimal() or int(value) > 5:
        raise SettingsError(f"{PREFIX}PROXY_HOPS is how many proxies stand in front, 0 to 5, not {value!r}.")
    return int(value)


_READERS: Mapping[str, Callable[[str], object]] = {
    "DATABASE_URL": _database_url,
    "DATA_DIR": _folder,
    "BASE_URL": _base_url,
    "SECRET_KEY": str,
    "SECRET_KEY_FALLBACKS": _list,
    "SMTP_URL": _smtp_url,
    "COURSES": _folder,
    "BANKS": _folder,
    "TRUSTED_HOSTS": _hosts,
    "PROXY_HOPS": _hops,
    "FONTS": _folder,
}

assert {name.lower() for name in _READERS} == {field.name for field in fields(Settings)} - {"testing"}
