"""Where the folders that are not Python lie: beside `trainer/` in a checkout, inside the package in the wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PACKED = _PACKAGE / "_house"
HOUSE = _PACKED if _PACKED.is_dir() else _PACKAGE.parent

TEMPLATES = HOUSE / "templates"
STATIC = HOUSE / "static"
MIGRATIONS = HOUSE / "migrations"
COURSES = HOUSE / "courses"
BANKS = HOUSE / "question_banks"
