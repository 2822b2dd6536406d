"""docs/features.md says nothing that no test shows."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_feature_names_a_test_that_exists() -> None:
    rows = [
        line
        for line in (ROOT / "docs" / "features.md").read_text().splitlines()
        if line.startswith("| ") and not line.startswith(("| what", "| ---"))
    ]
    assert len(rows) > 40
    assert [row for row in rows if not _shown(row)] == []


def _shown(row: str) -> bool:
    found = SHOWN.search(row)
    if found is None or not (ROOT / found[1]).is_file():
        return False
    tree = ast.parse((ROOT / found[1]).read_text())
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    tests = {name for name in names if name.startswith("test_")}
    return found[2] in tests if found[2] else bool(tests)
