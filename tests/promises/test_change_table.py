"""The table of CONTRIBUTING.md, "To change this, go there", fits the tree and its tests."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.promises.test_docs import NAMED_PATH, PAGES, ROOT, SOURCE
from tests.promises.test_rooms import file_of, imported

CHANGES = re.findall(
    r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
    PAGES["CONTRIBUTING.md"].partition("## To change this, go there")[2].partition("\n## ")[0],
    re.MULTILINE,
)[2:]  # without the heading and the line below it


def files_in(name: str) -> set[Path]:
    """The Python file of this name, or those in the folder of this name."""
    path = ROOT / name
    found = path.rglob("*.py") if path.is_dir() else [path]
    return {file.relative_to(ROOT) for file in found if file.suffix == ".py"}


def test_the_table_has_twenty_rows_about_different_changes() -> None:
    assert len({change for change, _, _ in CHANGES}) == len(CHANGES) >= 20


@pytest.mark.parametrize(("change", "places", "tests"), CHANGES)
def test_a_row_names_tests_that_use_one_of_its_places(change: str, places: str, tests: str) -> None:
    """A folder of tests counts as one: some test in it must use a place."""
    changed = {file for name in NAMED_PATH.findall(places) for file in files_in(name)}
    changed = {file for file in changed if file.name != "__init__.py"}
    assert NAMED_PATH.findall(tests), change
    for name in NAMED_PATH.findall(tests):
        found = {file for file in files_in(name) if "def test_" in SOURCE[ROOT / file]}
        assert found, f"{change}: no test in {name}"
        used = set().union(*(reached_from(file) for file in found))
        assert not changed or used & changed, f"{change}: {name} tests none of its places"


@cache
def imports_of(path: Path) -> frozenset[Path]:
    tree = ast.parse(SOURCE[ROOT / path])
    found = {file_of(module) for node in ast.walk(tree) for module in imported(node)}
    if path == Path("bot/cli/main.py"):  # names the modules of its commands in strings
        found |= files_in("bot/cli/commands")
    return frozenset(file for file in found if file)


@cache
def reached_from(path: Path) -> frozenset[Path]:
    """The files of ours that a test imports, directly or through others."""
    reached, waiting = set[Path](), [path]
    while waiting:
        new = imports_of(waiting.pop()) - reached
        reached |= new
        waiting += new
    return frozenset(reached)
