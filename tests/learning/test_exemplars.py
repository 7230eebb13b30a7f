"""The items that set the standard can be written as they are."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from trainer.learning.question_types import question_types

FILE = Path(__file__).parents[3] / "shared/course/exemplar_items.yaml"
ENVELOPE = {
    "id", "type", "module", "objective", "lesson", "bloom", "difficulty", "time_s", "tags", "hints", "rationale",
    "sources", "review", "confidence", "lint_waive",
}  # fmt: skip


class Yaml12(yaml.SafeLoader):
    """Reads `no` as text, as YAML 1.2 does, and dates as text."""


Yaml12.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def exemplars() -> list[Mapping[str, object]]:
    if not FILE.exists():
        return []
    return yaml.load(FILE.read_text("utf-8"), Yaml12)["items"]


@pytest.mark.skipif(not FILE.exists(), reason="the exemplary items are not here")
@pytest.mark.parametrize("item", exemplars(), ids=lambda item: item["id"])
def test_exemplar_is_a_question_without_flaws(item: Mapping[str, object]) -> None:
    adapter = TypeAdapter(question_types()[str(item["type"])])
    own = {name: value for name, value in item.items() if name not in ENVELOPE}
    question = adapter.validate_json(json.dumps(own))

    assert list(question.flaws()) == []
    assert adapter.validate_json(adapter.dump_json(question, exclude_defaults=True)) == question
    assert question.grade({}).score == 0
