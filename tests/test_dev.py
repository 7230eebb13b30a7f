"""dev.py: its verbs, what it says when something is missing, and the closing line of a whole test run."""

import ast
import json
import subprocess
import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from trainer.paths import HOUSE

DEV = HOUSE / "dev.py"


@pytest.fixture
def dev() -> ModuleType:
    """A fresh import of dev.py."""
    spec = spec_from_file_location("dev", DEV)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def typed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DEV), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")


def test_dev_alone_lists_its_verbs() -> None:
    done = typed()
    assert done.returncode == 0
    assert [line.split()[2] for line in done.stdout.splitlines()] == ["run", "test", "trainer", "bench"]


def test_unknown_verb_is_wrong_use() -> None:
    done = typed("frob")
    assert done.returncode == 2
    assert "There is no verb frob. There are: run, test, trainer, bench." in done.stderr


def test_dev_needs_nothing_but_the_standard_library() -> None:
    modules = [node for node in ast.walk(ast.parse(DEV.read_text(encoding="utf-8"))) if isinstance(node, ast.Import)]
    froms = [node for node in ast.walk(ast.parse(DEV.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    names = {alias.name for node in modules for alias in node.names} | {node.module or "" for node in froms}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_trainer_verb_runs_the_command_from_any_folder() -> None:
    done = typed("trainer", "--version")
    assert (done.returncode, done.stdout) == (0, "0.1.0\n"), done.stderr


def test_makefile_and_ci_only_call_dev() -> None:
    recipes = [line for line in (HOUSE / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("\t")]
    assert all(recipe.startswith("\tpython3 dev.py ") for recipe in recipes)
    ci = HOUSE / ".ci" / "run"
    assert "exec python3 dev.py test" in ci.read_text(encoding="utf-8")
    assert ci.stat().st_mode & 0o111


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("======= 3 passed in 0.52s =======", {"passed": 3}),
        ("=== 1 failed, 12 passed, 2 skipped, 1 warning, 1 error in 61.20s (0:01:01) ===", None),
        ("12 passed in 3.20s", {"passed": 12}),
        ("no tests ran in 0.01s", {}),
    ],
)
def test_closing_line_of_pytest_is_understood(dev: ModuleType, line: str, expected: dict[str, int] | None) -> None:
    everything = {"failed": 1, "passed": 12, "skipped": 2, "warnings": 1, "errors": 1}
    assert dev.CLOSING_LINE.match(line)
    assert dict(dev.counted(line)) == (everything if expected is None else expected)


def test_run_ends_with_one_closing_line_for_everything(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    code = dev.close(["types"], {"chromium": "chromium"}, Counter(passed=7, skipped=2), 12.345)
    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert "NOT RUN: everything that needs chromium" in lines[1]
    assert lines[2] == "FAILED: types"
    assert lines[-1].strip("= ") == "7 passed, 2 skipped in 12.35s"


def test_run_without_failures_succeeds(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.close([], {}, Counter(passed=1), 1.0) == 0
    assert "1 passed in 1.00s" in capsys.readouterr().out


def test_missing_pip_is_told_with_advice(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "has_pip", lambda: False)
    monkeypatch.setattr(dev, "may_install", lambda: False)
    monkeypatch.setattr(dev, "TOOLS", tmp_path)
    with pytest.raises(SystemExit) as ended:
        dev.uv()
    assert ended.value.code == 2
    assert "sudo apt-get install python3-pip" in capsys.readouterr().err


def test_children_trust_the_machine_and_forget_other_environments(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    environment = dev.environment(MORE="1")
    assert environment["UV_SYSTEM_CERTS"] == "1"
    assert environment["UV_PYTHON_DOWNLOADS"] == "never"
    assert environment["MORE"] == "1"
    assert "VIRTUAL_ENV" not in environment


def test_data_folder_is_that_of_the_checkout_unless_named(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRAINER_DATA_DIR", raising=False)
    monkeypatch.delenv("TRAINER_CONFIG", raising=False)
    assert dev.own_data_folder() == {"TRAINER_DATA_DIR": str(HOUSE / "var")}
    monkeypatch.setenv("TRAINER_CONFIG", "/etc/trainer.toml")
    assert dev.own_data_folder() == {}


def test_uv_is_pinned_to_what_made_the_lock(dev: ModuleType) -> None:
    assert dev.UV_VERSION.count(".") == 2
    assert (HOUSE / "uv.lock").exists()


def test_second_run_leaves_out_what_ran_before(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tests = "import pytest\n\n@pytest.mark.once\ndef test_pure(): pass\n\ndef test_stored(): pass\n"
    (tmp_path / "test_both.py").write_text(tests, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = once: enough\n", encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    alone = ["-n0", "-q"]
    assert dev.run_tests("sqlite", alone, []) == (0, Counter(passed=2))
    assert dev.run_tests("postgresql", alone, ["once"]) == (0, Counter(passed=1, deselected=1))
    nothing_left = dev.run_tests("postgresql", [*alone, "-k", "pure"], ["once"])
    assert nothing_left == (0, Counter(deselected=2)), "which is no failure"


@pytest.fixture
def rigs(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout with two rigs and no installing."""
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(dev, "install", lambda **_: None)
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    for name, ok in (("fast", True), ("slow", False)):
        line = json.dumps({"rig": name, "figures": {}, "target": {}, "ok": ok})
        text = f'"""How {name} it is."""\nimport sys\nprint("working")\nprint({line!r})\nsys.exit({int(not ok)})\n'
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "_shared.py").write_text('"""Not a rig."""\n', encoding="utf-8")
    return folder


def test_bench_lists_its_rigs(dev: ModuleType, rigs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.bench([]) == 0
    assert capsys.readouterr().out == "fast  How fast it is.\nslow  How slow it is.\n"


def test_bench_ends_with_a_line_of_json_a_rig(dev: ModuleType, rigs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.bench(["fast", "slow"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["working", "working"]
    assert [json.loads(line)["rig"] for line in lines[2:]] == ["fast", "slow"]
    assert dev.bench(["fast"]) == 0


def test_bench_without_such_a_rig_is_wrong_use(dev: ModuleType, rigs: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.bench(["none"])
    assert ended.value.code == 2


def test_database_of_the_tests_can_be_chosen(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for named, chosen in (("", ("sqlite", "postgresql")), ("postgresql", ("postgresql",)), ("sqlite", ("sqlite",))):
        monkeypatch.setenv("TRAINER_TEST_DATABASE", named)
        assert dev.chosen_databases() == chosen
    monkeypatch.setenv("TRAINER_TEST_DATABASE", "mysql")
    with pytest.raises(SystemExit):
        dev.chosen_databases()
    assert "sqlite or postgresql, not mysql" in capsys.readouterr().err
