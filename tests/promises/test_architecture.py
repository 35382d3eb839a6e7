"""docs/architecture.md and its picture show the tree as it is."""

import ast
import re
from pathlib import Path

import pytest

from tests.promises.test_rooms import FILES, LEVELS, NO_CODE, file_of, imported
from tests.tools.architecture_picture import BANDS, FILE, svg

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PARTS = {part.path: number for number, band in enumerate(BANDS) for part in band.parts}
NOT_SHOWN = {"skm/errors.py", "skm/progress.py", "skm/demo", "bot/__main__.py"}


def tree_of(page: str) -> list[str]:
    """The paths in the page's tree, in order: each line is indented below its folder."""
    found, parents = list[str](), list[str]()
    block = re.search(r"^```\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert block
    for line in block[1].splitlines():
        for name in re.findall(r"(?:^ *|  )((?:[\w]+/)|(?:\w+\.py))(?= |$)", line):
            depth = (len(line) - len(line.lstrip())) // 2
            parents[depth:] = [name.rstrip("/")]
            found.append("/".join(parents))
    return found


def test_the_tree_lists_each_folder_once_and_nothing_else() -> None:
    listed = tree_of(PAGE)
    assert [path for path in listed if not (ROOT / path).exists()] == []
    folders = {
        folder.as_posix()
        for path in FILES
        for folder in path.parents
        if folder != Path() and folder.name != "versions"
    }
    folders |= {"locales", "tests", "deploy"}
    assert sorted(path for path in listed if not path.endswith(".py")) == sorted(folders)


def test_the_tree_lists_every_file_of_bot() -> None:
    own = {path.as_posix() for path in FILES if path.parent == Path("bot")}
    assert {path for path in tree_of(PAGE) if path.endswith(".py")} == own - NO_CODE


def test_the_picture_is_the_one_that_the_program_draws() -> None:
    assert FILE.read_text(encoding="utf-8") == svg(), (
        "run: python -m tests.tools.architecture_picture"
    )


def test_the_picture_shows_every_room() -> None:
    unshown = {room for room in LEVELS if band_of(Path(room)) is None}
    assert unshown <= NOT_SHOWN | {"skm/store/schema", "skm/store/migrations", "bot/*.py"}


def band_of(path: Path) -> int | None:
    """The number of the band, from the top, that shows the file or a folder above it."""
    for shown in (path, *path.parents):
        if shown.as_posix() in PARTS:
            return PARTS[shown.as_posix()]
    return None


@pytest.mark.parametrize("path", [p for p in FILES if band_of(p) is not None], ids=str)
def test_a_part_of_the_picture_imports_only_from_its_band_and_those_below(path: Path) -> None:
    own = band_of(path)
    assert own is not None
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        for module in imported(node):
            file = file_of(module) if module.split(".")[0] in ("bot", "skm") else None
            theirs = band_of(file) if file else None
            assert theirs is None or own <= theirs, f"{path} imports {module}"
