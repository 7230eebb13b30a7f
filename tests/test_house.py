"""The house rules that no tool holds: where things lie, how long they get, what templates and migrations may not do."""

import ast
import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from tests.conftest import LONGEST
from trainer.db import Base, schema_head, schema_version

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_VIEW = 25
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "handlers",
    "common",
    "misc",
    "tools",
    "base_utils",
}

TOP_LEVEL = {
    *("pyproject.toml", "trainer", "courses", "question_banks", "templates", "static", "tests", "migrations"),
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile", "uv.lock", "dev.py"),
    *("docs", "benchmarks", ".ci", ".gitignore", ".gitattributes", "PKG-INFO"),
}
NOT_HERE = [
    *("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"),
    *("py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org", "npm" + "js.com"),
]
"""Paths of some machine and hosts of package registries; uv.lock is the one place that names its registry."""


@cache
def files() -> tuple[Path, ...]:
    """Everything that is or would be under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        return tuple(walked(ROOT))
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def walked(folder: Path) -> Iterator[Path]:
    """The same without git, in an unpacked source package: all but what .gitignore names."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    for path in sorted(folder.iterdir()):
        if path.name == ".git" or any(fnmatch(path.name, pattern) for pattern in ignored):
            continue
        yield from walked(path) if path.is_dir() else (path,)


def test_rules_hold_without_git_too() -> None:
    assert set(walked(ROOT)) == set(files())


def python_files(*folders: str) -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


def templates() -> list[Path]:
    return [path for path in files() if path.is_relative_to(ROOT / "templates") and path.suffix in {".html", ".txt"}]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_top_level_holds_what_a_reader_expects() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files()} <= TOP_LEVEL


def test_no_file_has_a_vague_name() -> None:
    assert [name(path) for path in python_files("trainer", "tests") if path.stem in VAGUE] == []


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in python_files("trainer", "tests", "benchmarks") if not ast.get_docstring(parsed(path))]
    assert [name(path) for path in silent] == []


def test_no_file_is_too_long() -> None:
    lengths = {name(path): code_lines(path) for path in python_files("trainer", "migrations")}
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE and "versions" not in file} == {}


def code_lines(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines)


def test_no_function_is_too_long() -> None:
    found = {f"{name(path)} {f.name}": lines(f) for path in python_files("trainer") for f in functions(path)}
    assert {function: length for function, length in found.items() if length > LONGEST_FUNCTION} == {}


def test_no_view_is_too_long() -> None:
    views = [path for path in python_files("trainer") if path.name == "routes.py"]
    found = {f"{name(path)} {f.name}": lines(f) for path in views for f in functions(path)}
    assert {view: length for view, length in found.items() if length > LONGEST_VIEW} == {}


def lines(function: ast.FunctionDef) -> int:
    """Lines of its body, without the docstring."""
    first = function.body[1:2] if ast.get_docstring(function) else function.body[:1]
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("file", "may_not_import"),
    [
        ("actions.py", {"flask", "flask_login", "wtforms", "trainer.clock"}),
        ("queries.py", {"flask", "flask_login", "wtforms", "trainer.clock"}),
        ("models.py", {"flask", "flask_login", "wtforms", "trainer.clock"}),
        ("forms.py", {"sqlalchemy", "trainer.db"}),
        ("routes.py", {"sqlalchemy"}),
    ],
)
def test_files_of_a_feature_import_only_what_they_may(file: str, may_not_import: set[str]) -> None:
    same = [path for path in python_files("trainer") if path.name == file and name(path) not in MAY_COMMIT]
    found = {name(path): imports(path) & may_not_import for path in same}
    assert {path: bad for path, bad in found.items() if bad} == {}


def imports(path: Path) -> set[str]:
    """Modules imported, and the packages they are in."""
    whole: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            whole |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return whole | {module.partition(".")[0] for module in whole}


MAY_COMMIT = {
    "trainer/db.py": "the edge says when a request begins and ends to write; how is said here",
    "trainer/postgresql.py": "settings of a connection, before anything else",
    "trainer/accounts/guesses.py": "a guess at a password counts even where the request fails",
    "trainer/accounts/forms.py": "Flask-Security compares passwords in its forms; no lock is held meanwhile",
}


def test_nothing_but_the_edge_commits() -> None:
    found = [name(path) for path in python_files("trainer") if ".commit()" in path.read_text(encoding="utf-8")]
    assert [path for path in found if path not in MAY_COMMIT and not path.startswith("trainer/web/")] == []


@pytest.mark.parametrize("forbidden", ["populate_obj(", "render_template_string(", "enable_load_extension("])
def test_dangerous_call_is_nowhere(forbidden: str) -> None:
    assert [name(path) for path in python_files("trainer") if forbidden in path.read_text(encoding="utf-8")] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = [f"{name(path)}: {bad}" for path in files() for bad in NOT_HERE if bad in text_of(path)]
    assert found == []


def text_of(path: Path) -> str:
    is_text = path.suffix not in {".woff2", ".png", ".ico", ".jpg"} and path.name != "uv.lock"
    return path.read_text(encoding="utf-8", errors="replace") if is_text else ""


def test_every_template_begins_with_what_it_needs() -> None:
    bad = [name(path) for path in templates() if not path.read_text(encoding="utf-8").startswith("{# needs:")]
    assert bad == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a script in the page", r"<script(?![^>]*\bsrc=)[^>]*>"),
        ("a style in the page", r"<style[\s>]"),
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("a handler attribute", r"<[a-z][^>]*\son[a-z]+\s*="),
        ("a script address", r"javascript:"),
        ("a form without action", r"<form(?![^>]*\baction=)[^>]*>"),
        ("a value that is not escaped", r"(?<!block\.html)\|\s*safe\b"),  # blocks of lessons come from the sanitiser
    ],
)
def test_templates_keep_the_content_policy(what: str, pattern: str) -> None:
    pages = {name(path): re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S) for path in templates()}
    assert {page: what for page, text in pages.items() if re.search(pattern, text, re.I)} == {}


def test_theme_changes_nothing_but_colours() -> None:
    """The tests of looks rely on it: light-dark() takes colours only, and nothing else in a stylesheet asks."""
    asking = re.compile(r"[^{}]*(?:data-theme|prefers-color-scheme)[^{}]*{[^{}]*}")
    sheets = [path for path in files() if path.suffix == ".css" and path.is_relative_to(ROOT / "static")]
    found = [" ".join(rule.split()) for path in sheets for rule in asking.findall(text_of(path))]
    assert found == [f':root[data-theme="{theme}"] {{ color-scheme: {theme}; }}' for theme in ("light", "dark")]


def test_words_in_templates_can_be_translated() -> None:
    found = {
        name(path): untranslated(path.read_text(encoding="utf-8")) for path in templates() if path.suffix == ".html"
    }
    assert {page: words for page, words in found.items() if words} == {}


def untranslated(template: str) -> list[str]:
    """Words a person would read that no `_()` or `{% trans %}` is around."""
    text = re.sub(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", " ", template, flags=re.S)
    text = re.sub(
        r"{%-?\s*block \w+_class\b.*?endblock\s*-?%}|{%-?\s*macro classes\b.*?endmacro\s*-?%}", " ", text, flags=re.S
    )
    text = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", " ", text, flags=re.S)
    text = re.sub(r"<!--.*?-->|<(script|style|code|kbd)\b.*?</\1>|<[^>]*>|&\w+;", " ", text, flags=re.S)
    return [word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in {"Trainer"}]


def test_migrations_never_import_the_code() -> None:
    found = [path for path in python_files("migrations") if any(m.startswith("trainer") for m in imports(path))]
    assert [name(path) for path in found] == []


def test_migrations_are_numbered_and_have_one_head() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    stems = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert [stem[:5] for stem in stems] == [f"{number:04}_" for number in range(1, len(stems) + 1)]


def test_files_that_begin_a_run_are_there() -> None:
    assert [file for file in LONGEST if not (ROOT / "tests" / file).exists()] == []


def test_only_fixtures_know_which_database_a_run_is_for() -> None:
    knowing = [path for path in python_files("tests") if imports(path) & {"tests.databases", "tests.postgres"}]
    allowed = {"tests/conftest.py", "tests/browser/conftest.py", "tests/databases.py"}
    assert {name(path) for path in knowing} == allowed


def test_what_asks_for_no_database_runs_once(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("once")


def test_what_asks_for_a_database_runs_on_each(request: pytest.FixtureRequest, engine: Engine) -> None:
    assert not request.node.get_closest_marker("once")


def import_all_tables() -> None:
    for path in python_files("trainer"):
        if "DeclarativeBase" in text_of(path) or "(Base" in text_of(path):
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def test_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    import_all_tables()
    assert schema_version(engine) == schema_head()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
