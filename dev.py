"""Everything a developer or a newcomer types: python3 dev.py run | test | trainer | bench.

Standard library only. Gets uv into .tools with pip, then the locked packages into .venv; changes nothing outside this
folder, except that `test`, where it runs as root on Debian and finds no chromium or PostgreSQL, installs them.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
PYTHON = ROOT / ".venv" / "bin" / "python"
UV_VERSION = "0.13.9"
OLDEST_PYTHON = (3, 11)
COVERAGE_BARS = {
    "trainer/*": 95,
    "trainer/learning/*,trainer/web/policy.py,trainer/web/guarding.py": 100,
}
"""Per cent of lines and branches that the tests must reach: everywhere, and in what decides marks and rights."""

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "templates": ["djlint", "templates", "--lint", "--quiet"],
}
DATABASES = ("sqlite", "postgresql")
OUTCOMES = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warnings", "errors")
NO_TESTS = 5
"""The exit code of pytest when it found nothing to run."""
CLOSING_LINE = re.compile(r"^(?:=+ )?(?P<counts>(?:\d+ [a-z]+(?:, )?)+|no tests ran) in (?P<seconds>[\d.]+)s")


def run(arguments: list[str]) -> NoReturn:
    """run [-- ARGS of trainer serve]     get everything, migrate, publish, serve on http://127.0.0.1:8000"""
    os.chdir(ROOT)
    trainer(["serve", "--program", "python3 dev.py trainer", *arguments])


def trainer(arguments: list[str]) -> NoReturn:
    """trainer ARGS                       the trainer command, in this checkout"""
    install(for_development=False)
    command = [str(PYTHON), "-m", "trainer.cli", *arguments]
    os.execve(PYTHON, command, environment(PYTHONPATH=str(ROOT)) | own_data_folder())


def test(arguments: list[str]) -> int:
    """test [-- ARGS of pytest]           lint, types, architecture and all tests, on SQLite and on PostgreSQL"""
    began = time.monotonic()
    install(for_development=True)
    os.chdir(ROOT)
    for leftover in ROOT.glob(".coverage.*"):
        leftover.unlink()
    missing = missing_programs()
    failures = [name for name, command in CHECKS.items() if not passes(name, command)]
    counts: Counter[str] = Counter()
    chosen = chosen_databases()
    possible = [database for database in chosen if database not in missing]
    for database in possible:
        left_out = {"browser": "chromium" in missing, "once": database != possible[0]}
        without = [mark for mark, out in left_out.items() if out]
        code, found = run_tests(database, arguments, without, measured=not arguments and database == possible[0])
        failures += [f"tests on {database}"] if code else []
        counts += found
    if not arguments and chosen == DATABASES and not passes_coverage():
        failures.append("coverage")
    if missing and "CI" in os.environ:
        failures += [f"no {name}" for name in missing]
    return close(failures, missing, counts, time.monotonic() - began)


def bench(names: list[str]) -> int:
    """bench [NAME…]                      list the rigs in benchmarks/, or run some"""
    rigs = {path.stem: path for path in sorted((ROOT / "benchmarks").glob("[!_]*.py"))}
    unknown = [name for name in names if name not in rigs]
    if unknown:
        fail(f"There is no rig {', '.join(unknown)}. There are: {', '.join(rigs) or 'none yet'}.")
    if not names:
        for name, path in rigs.items():
            summary = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
            print(f"{name}  {summary}")
        return 0
    install(for_development=True)
    results = [run_rig(rigs[name]) for name in names]
    for line, _ in results:
        print(line)
    return int(any(code for _, code in results))


# --- what the verbs need --------------------------------------------------------------------------------------------


def install(*, for_development: bool) -> None:
    """Get uv, then exactly the packages in uv.lock."""
    groups = [] if for_development else ["--no-dev", "--inexact"]
    # An environment that is there keeps its Python; a new one gets the Python that runs this.
    if not PYTHON.exists():
        print("Getting the packages in uv.lock; this takes a minute the first time …", file=sys.stderr, flush=True)
    python = [] if PYTHON.exists() else ["--python", sys.executable]
    command = [uv(), "sync", "--quiet", "--locked", "--no-install-project", *python, *groups]
    if call(command):
        fail("The packages in uv.lock could not be installed; uv says above why. Is the network reachable?")


def uv() -> str:
    """uv at the version this project uses, got with pip if need be."""
    if (TOOLS / f"uv-{UV_VERSION}.dist-info").exists():
        return str(TOOLS / "bin" / "uv")
    ensure_pip()
    options = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location", "--upgrade"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(TOOLS), f"uv=={UV_VERSION}"]
    if call(command, PIP_ROOT_USER_ACTION="ignore"):
        fail(f"pip could not install uv {UV_VERSION}; it says above why. Is the network reachable?")
    return str(TOOLS / "bin" / "uv")


def ensure_pip() -> None:
    """Stop with advice where this Python has no pip and we may not install it."""
    if not has_pip() and may_install():
        apt_install("python3-pip")
        invalidate_caches()
    if not has_pip():
        fail("This Python has no pip. On Debian and Ubuntu: sudo apt-get install python3-pip")


def has_pip() -> bool:
    return find_spec("pip") is not None


def environment(**more: str) -> dict[str, str]:
    """For children: uv trusts the certificates this machine trusts (a company's own, too) and brings no Python.

    A bare PATH often lacks the folders in which apt-get, and root starting a PostgreSQL, find what they call.
    """
    path = ":".join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    ours = {"PATH": path, "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", "PYTHONUNBUFFERED": "1"}
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | ours | more


def call(command: list[str], **more: str) -> int:
    """Run a program in this folder and let it speak for itself: its exit code."""
    return subprocess.run(command, check=False, cwd=ROOT, env=environment(**more)).returncode


def own_data_folder() -> dict[str, str]:
    """The checkout's var/, wherever the command is typed, unless the operator named a place."""
    named = {"TRAINER_DATA_DIR", "TRAINER_CONFIG"} & set(os.environ)
    return {} if named else {"TRAINER_DATA_DIR": str(ROOT / "var")}


def chosen_databases() -> tuple[str, ...]:
    """Both, or the one that TRAINER_TEST_DATABASE names."""
    named = os.environ.get("TRAINER_TEST_DATABASE")
    if named and named not in DATABASES:
        fail(f"TRAINER_TEST_DATABASE is {' or '.join(DATABASES)}, not {named}.")
    return (named,) if named else DATABASES


def missing_programs() -> dict[str, str]:
    """Parts of the suite that cannot run here, with the Debian package that would help."""
    wanted = {name: package for name, package in PROGRAMS.items() if not has_program(name)}
    if wanted and may_install():
        apt_install(*wanted.values())
    return {name: package for name, package in wanted.items() if not has_program(name)}


PROGRAMS = {"chromium": "chromium", "postgresql": "postgresql"}


def has_program(name: str) -> bool:
    if name == "postgresql":
        return bool(list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))) or bool(shutil.which("initdb"))
    return any(shutil.which(program) for program in ("chromium", "chromium-browser", "google-chrome"))


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    print(f"Installing {', '.join(packages)} with apt-get …", flush=True)
    call(["apt-get", "update", "-qq"])
    call(["apt-get", "install", "-qq", "--no-install-recommends", *packages], DEBIAN_FRONTEND="noninteractive")


def passes(name: str, command: list[str]) -> bool:
    """Run one of the checks; what it says is shown where it finds something."""
    began = time.monotonic()
    program = str(PYTHON.with_name(command[0]))
    done = subprocess.run([program, *command[1:]], check=False, capture_output=True, text=True, env=environment())
    print(f"{name}: {'failed' if done.returncode else 'ok'} ({time.monotonic() - began:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def run_tests(
    database: str, arguments: list[str], without: list[str], *, measured: bool = False
) -> tuple[int, Counter[str]]:
    """The tests on one database, without those of some marks: pytest's exit code, and how many tests ended how.

    Measuring coverage nearly doubles the time of what Python does, so only the first run is `measured`.
    """
    print(f"\nTests on {database}", flush=True)
    command = [str(PYTHON), "-m", "pytest", "-n", str(max(2, os.cpu_count() or 2)), "--dist", "loadfile"]
    # Files in the order of tests/conftest.py, the longest first; by itself xdist begins with those of the most tests.
    command += ["--no-loadscope-reorder"]
    command += ["--cov", "--cov-report="] if measured else []
    command += ["-m", " and ".join(f"not {mark}" for mark in without)] if without else []
    database_of_run = environment(TRAINER_TEST_DATABASE=database, COVERAGE_FILE=str(ROOT / f".coverage.{database}"))
    closing_line = ""
    with subprocess.Popen([*command, *arguments], env=database_of_run, stdout=subprocess.PIPE, text=True) as pytest:
        for line in pytest.stdout or ():
            print(line, end="", flush=True)
            closing_line = line if CLOSING_LINE.match(line) else closing_line
    # Where all that was asked for runs once, the second run has nothing to do.
    code = 0 if pytest.returncode == NO_TESTS and "once" in without else pytest.returncode
    return code, counted(closing_line)


def counted(closing_line: str) -> Counter[str]:
    """How many tests ended how: "3 passed, 1 error in 2.0s" has passed 3 and errors 1."""
    found = re.findall(r"(\d+) ([a-z]+)", closing_line)
    plural = {"error": "errors", "warning": "warnings"}
    return Counter({plural.get(word, word): int(number) for number, word in found})


def passes_coverage() -> bool:
    """Put together what the first run and its children reached and hold it against the bars.

    What only a PostgreSQL runs (some fifty lines) counts as not reached: the bars are a little higher for it.
    """
    coverage = [str(PYTHON), "-m", "coverage"]
    call([*coverage, "combine", "--quiet"])
    codes = [
        call([*coverage, "report", f"--include={files}", f"--fail-under={bar}"]) for files, bar in COVERAGE_BARS.items()
    ]
    return not any(codes)


def close(failures: list[str], missing: dict[str, str], counts: Counter[str], seconds: float) -> int:
    """Say what failed and what could not run, then pytest's closing line for all of it; the exit code."""
    print()
    for name, package in missing.items():
        print(f"NOT RUN: everything that needs {name}, which is not here (Debian: sudo apt-get install {package})")
    for failure in failures:
        print(f"FAILED: {failure}")
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
    print(f" {words or 'no tests ran'} in {seconds:.2f}s ".center(100, "="), flush=True)
    return int(bool(failures))


def run_rig(path: Path) -> tuple[str, int]:
    """Run one rig: its last line, which is JSON, and whether it reached its target."""
    began = subprocess.Popen(
        [str(PYTHON), str(path)], cwd=ROOT, env=environment(PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE, text=True
    )
    last = ""
    with began as rig:
        for line in rig.stdout or ():
            if last:
                print(last, flush=True)
            last = line.rstrip("\n")
    return last, began.returncode


def fail(message: str) -> NoReturn:
    print(f"dev.py: {message}", file=sys.stderr)
    sys.exit(2)


VERBS = {"run": run, "test": test, "trainer": trainer, "bench": bench}


def main(arguments: list[str]) -> int:
    """Do what the first word says."""
    if sys.version_info < OLDEST_PYTHON:
        fail(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] in {"-h", "--help"}:
        print("\n".join(f"python3 dev.py {(verb.__doc__ or '').strip()}" for verb in VERBS.values()))
        return 0
    name, *rest = arguments
    if name not in VERBS:
        fail(f"There is no verb {name}. There are: {', '.join(VERBS)}.")
    return VERBS[name](rest[1:] if rest[:1] == ["--"] else rest) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
