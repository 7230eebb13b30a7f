"""The wheel, built once and installed elsewhere, runs `trainer` from any folder with everything it needs inside."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.serve.test_serving import free_port
from tests.test_house import files
from trainer.paths import HOUSE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(HOUSE))
    return next(folder.glob("trainer-*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin/ of a new environment with the wheel in it; what the wheel needs is borrowed from this environment."""
    home = tmp_path_factory.mktemp("environment")
    uv = str(HOUSE / ".tools" / "bin" / "uv")
    uv = uv if Path(uv).exists() else shutil.which("uv") or pytest.fail("uv is not here; run: python3 dev.py test")
    run(uv, "venv", "--quiet", "--offline", "--python", sys.executable, str(home / "venv"))
    python = home / "venv" / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python), str(wheel))
    packages = next((home / "venv" / "lib").glob("python*")) / "site-packages"
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


def run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def serving(program: Path, folder: Path, port: int) -> Iterator[None]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "TRAINER_DATA_DIR": str(folder / "data")}
    command = [str(program), "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert any(line.startswith("Trainer is ready at") for line in process.stdout or ())
            yield
        finally:
            process.terminate()


def test_wheel_holds_the_house_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("templates", "static", "migrations", "courses", "question_banks"):
        assert any(name.startswith(f"trainer/_house/{folder}/") for name in names), folder
    assert not [name for name in names if name.startswith("tests/") or "__pycache__" in name]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_wheel_serves_a_page_from_another_folder(programs: Path, tmp_path: Path) -> None:
    port = free_port()
    with serving(programs / "trainer", tmp_path, port):
        with urlopen(f"http://127.0.0.1:{port}/sign-in") as page:
            text = page.read().decode()
        assert "<h1" in text
        style = next(part for part in text.split('"') if part.endswith(".css"))
        with urlopen(f"http://127.0.0.1:{port}{style}") as sheet:
            assert sheet.status == 200
        with urlopen(f"http://127.0.0.1:{port}/readyz") as ready:
            assert ready.status == 200, "the courses inside are published"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_wheel_knows_its_version(programs: Path) -> None:
    assert run(str(programs / "trainer"), "--version") == "0.1.0\n"


def test_source_package_holds_all_of_the_checkout(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(tmp_path), str(HOUSE))
    with tarfile.open(next(tmp_path.glob("trainer-*.tar.gz"))) as package:
        packed = {member.name.partition("/")[2] for member in package if member.isfile()}
    assert {str(path.relative_to(HOUSE)) for path in files()} - packed == set()
