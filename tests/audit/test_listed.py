"""Whoever reads the audit log finds each action explained: the list for operators is that of the code."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITES = re.compile(r"\b_?log\(|\bnote\(|\bDeed\(|\bimport .*\bDoing\b")
"""What stands in a module that writes into the log."""
ACTION = re.compile(r"[a-z_]+\.(?!txt\b|html\b)[a-z_]+")


def written() -> set[str]:
    """Every text in these modules that is made like an action."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "trainer").rglob("*.py")]
    trees = [ast.parse(source) for source in sources if WRITES.search(source)]
    texts = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and ACTION.fullmatch(text)}


def test_every_action_is_explained_to_operators_and_no_other() -> None:
    explained = re.findall(r"^\| `([a-z_.]+)` \| \S", (ROOT / "docs" / "operators.md").read_text("utf-8"), re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) == written()
