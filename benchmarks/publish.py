"""What publishing costs: 1,000 questions made from the real ones, read, checked, published, and published again."""

import shutil
import sys
import tracemalloc
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import count, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import yaml

from benchmarks._rig import report
from trainer import paths
from trainer.authoring.checking import check_all
from trainer.clock import now
from trainer.content.reading import read_content
from trainer.db import database_of, transaction
from trainer.library.actions import publish
from trainer.library.queries import live_catalogue
from trainer.settings import load_settings, prepared

ITEMS, BANK_OF = 1000, 250
TARGET = {"read_s": 6, "check_s": 6, "publish_s": 3, "again_s": 2}


def measure(items: int = ITEMS) -> dict[str, float]:
    """Seconds for each step; `catalogue_s` is what the first page after it waits for."""
    with TemporaryDirectory() as folder:
        courses, banks = write_banks(Path(folder), items)
        return _measured(Path(folder), courses, banks, items)


def write_banks(folder: Path, items: int) -> tuple[Path, Path]:
    """The real courses, and banks that hold so many items together."""
    courses, banks = folder / "courses", folder / "question_banks"
    shutil.copytree(paths.COURSES, courses)
    banks.mkdir()
    found = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(paths.BANKS.glob("*.yaml"))]
    real = [bank for bank in found if bank.get("use") != "exam"]
    (courses / "accreditation" / "exams.yaml").unlink()
    made = _copies(real)
    for nth, start in enumerate(range(0, items, BANK_OF)):
        some = list(islice(made, min(BANK_OF, items - start)))
        bank = {**real[0], "id": f"bank-{nth}", "items": some}
        text = yaml.safe_dump(bank, allow_unicode=True, sort_keys=False)
        (banks / f"bank-{nth}.yaml").write_text(text, encoding="utf-8")
    return courses, banks


def _copies(banks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The real items, then the same again and again under other names: lessons ask for some by their own."""
    real = [item for bank in banks for item in bank["items"]]
    for nth, item in zip(count(), cycle(real), strict=False):
        copy = deepcopy(item)
        if turn := nth // len(real):
            copy["id"] = f"{item['id']}-{turn}"
            for part in copy.get("parts", []):
                part["id"] = f"{part['id']}-{turn}"
        yield copy


def _measured(folder: Path, courses: Path, banks: Path, items: int) -> dict[str, float]:
    settings = prepared(replace(load_settings({"TRAINER_DATA_DIR": str(folder)}), courses=courses, banks=banks))
    figures: dict[str, float] = {"items": items}
    with database_of(settings) as engine:
        began = perf_counter()
        content = read_content(courses, banks, now().date())
        figures["read_s"] = _since(began)
        began = perf_counter()
        errors = [problem for problem in check_all(courses, banks, now().date()) if problem.is_error]
        figures["check_s"] = _since(began)
        for name in ("publish_s", "again_s"):
            began = perf_counter()
            with transaction(engine) as session:
                publish(session, content, now(), by="bench")
            figures[name] = _since(began)
        began = perf_counter()
        with transaction(engine, read_only=True) as session:
            live = len(live_catalogue(session).items)
        figures["catalogue_s"] = _since(began)
    if errors or live != items:
        raise RuntimeError(f"{live} of {items} items are live; errors: {errors[:3]}")
    return figures


def peak_mib(items: int = ITEMS) -> float:
    """The most memory that reading takes, in MiB."""
    with TemporaryDirectory() as folder:
        courses, banks = write_banks(Path(folder), items)
        tracemalloc.start()
        read_content(courses, banks, now().date())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return round(peak / 2**20, 1)


def _since(began: float) -> float:
    return round(perf_counter() - began, 2)


if __name__ == "__main__":
    measured = measure()
    measured["read_peak_mib"] = peak_mib()
    sys.exit(report("publish", measured, TARGET, ok=all(measured[name] <= most for name, most in TARGET.items())))
