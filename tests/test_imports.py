"""The layers keep to themselves (bot/<channel> → bot → skm/<folder> → skm → standard library)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path.relative_to(ROOT) for top in ("bot", "skm") for path in (ROOT / top).rglob("*.py")
)

PUTS_THE_PARTS_TOGETHER = {"app", "cli", "__main__"}
HEAVY = {"matplotlib", "docx", "docxtpl", "xlsxwriter", "typst", "pywa", "pywa_async"}
HOMES_OF_THE_HEAVY = ("skm/output/", "bot/whatsapp/")
CLOCKS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time",
    "uuid.uuid1",
}
CHANCE = {"random", "uuid.uuid4"}  # not secrets: a fresh code is no arithmetic, only unguessable

APP, CHANNEL, BOT = "the application", "a channel", "the channel-neutral bot"
FOLDER, SKM, LIBRARY, STANDARD = "a folder of skm", "skm", "a library", "the standard library"
MAY_IMPORT = {
    APP: {APP, CHANNEL, BOT, FOLDER, SKM, LIBRARY, STANDARD},
    CHANNEL: {BOT, FOLDER, SKM, LIBRARY, STANDARD},
    BOT: {BOT, FOLDER, SKM, LIBRARY, STANDARD},
    FOLDER: {FOLDER, SKM, LIBRARY, STANDARD},
    SKM: {SKM, STANDARD},
}


def layer(top: str, name: str, *, folder: bool) -> str:
    if top == "bot":
        return APP if name in PUTS_THE_PARTS_TOGETHER else CHANNEL if folder else BOT
    return FOLDER if folder else SKM


def layer_of_file(path: Path) -> str:
    return layer(path.parts[0], Path(path.parts[1]).stem, folder=len(path.parts) > 2)


def layer_of_module(module: str) -> str:
    top, name, *_ = [*module.split("."), ""]
    if top not in ("bot", "skm"):
        return STANDARD if top in sys.stdlib_module_names else LIBRARY
    return layer(top, name, folder=bool(name) and (ROOT / top / name).is_dir())


def imported(node: ast.AST, path: Path) -> list[str]:
    """The modules that an import statement names, `from bot import telegram` as bot.telegram."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = ".".join(path.parts[: len(path.parts) - node.level]) if node.level else ""
    package = ".".join(part for part in (base, node.module) if part)
    return [f"{package}.{alias.name}" for alias in node.names]


def run_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement that runs when the file is imported: not inside functions, not for types."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from run_at_import(node)


def named(tree: ast.AST, path: Path) -> set[str]:
    """Dotted names that the file imports or reaches through an import: `dt.date.today` in full."""
    full: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias, module in zip(node.names, imported(node, path), strict=True):
                name = alias.asname or alias.name.partition(".")[0]
                whole = alias.asname or isinstance(node, ast.ImportFrom)
                full[name] = module if whole else name
    reached = set(full.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, _, rest = ast.unparse(node).partition(".")
            if head in full:
                reached.add(f"{full[head]}.{rest}")
    return reached


def within(name: str, forbidden: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in forbidden)


def complaints(path: Path, source: str) -> list[str]:
    """One sentence for each import or name in the file at `path` that its layer forbids."""
    tree = ast.parse(source)
    return [
        *layering(path, tree),
        *haste(path, tree),
        *(clock_and_chance(path, tree) if layer_of_file(path) is SKM else ()),
    ]


def layering(path: Path, tree: ast.AST) -> Iterator[str]:
    own = layer_of_file(path)
    for module in (module for node in ast.walk(tree) for module in imported(node, path)):
        theirs = layer_of_module(module)
        same_channel = own is theirs is CHANNEL and path.parts[1] == module.split(".")[1]
        if theirs not in MAY_IMPORT[own] and not same_channel:
            yield f"{path} is {own} and must not import {module}, which is {theirs}."


def haste(path: Path, tree: ast.AST) -> Iterator[str]:
    if path.as_posix().startswith(HOMES_OF_THE_HEAVY):
        return
    for node in run_at_import(tree):
        for module in imported(node, path):
            if within(module, HEAVY):
                yield f"{path} imports {module} at its top: import it in the function that uses it."


def clock_and_chance(path: Path, tree: ast.AST) -> Iterator[str]:
    for name in sorted(named(tree, path)):
        if within(name, CLOCKS):
            yield f"{path} reads the clock with {name}: take `now` as an argument."
        if within(name, CHANCE):
            yield f"{path} draws lots with {name}: take what is drawn as an argument."


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_imports_only_what_its_layer_may(path: Path) -> None:
    found = complaints(path, (ROOT / path).read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_importing_the_bot_loads_no_heavy_package() -> None:
    """Charts, documents and WhatsApp cost memory only where they are used."""
    modules = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in FILES
        if not path.as_posix().startswith(HOMES_OF_THE_HEAVY)
        and not {"migrations", "__main__.py"} & set(path.parts)
    ]
    program = f"import sys, {', '.join(modules)}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "", f"Importing bot and skm loads {run.stdout.strip()}."


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("skm/ikm.py", "import sqlalchemy", "must not import sqlalchemy"),
        ("skm/ikm.py", "from skm.store import database", "must not import skm.store.database"),
        ("skm/ikm.py", "from skm import store", "must not import skm.store"),
        ("skm/ikm.py", "from . import store", "must not import skm.store"),
        ("skm/ikm.py", "def f():\n    import bot.inbox", "must not import bot.inbox"),
        ("skm/store/tally.py", "from bot.message import Inbound", "must not import bot.message"),
        ("skm/store/tally.py", "from ...bot import inbox", "must not import bot.inbox"),
        ("bot/inbox.py", "from bot.web import pages", "must not import bot.web.pages"),
        ("bot/inbox.py", "from bot import app", "must not import bot.app"),
        ("bot/telegram/wire.py", "from bot.web import pages", "must not import bot.web.pages"),
        ("bot/telegram/wire.py", "from bot import cli", "must not import bot.cli"),
        ("bot/phrase.py", "import matplotlib.pyplot as plt", "at its top"),
        ("bot/phrase.py", "try:\n    import docx\nexcept ImportError:\n    pass", "at its top"),
        ("skm/store/tally.py", "class A:\n    import typst", "at its top"),
        ("bot/app.py", "import pywa_async", "at its top"),
        ("skm/ikm.py", "from datetime import datetime\ndatetime.now()", "reads the clock"),
        ("skm/ikm.py", "import datetime as dt\nf = dt.date.today", "reads the clock"),
        ("skm/ikm.py", "from time import monotonic", "reads the clock"),
        ("skm/ikm.py", "import random", "draws lots"),
        ("skm/ikm.py", "from uuid import uuid4", "draws lots"),
    ],
)
def test_a_breach_is_named(path: str, source: str, complaint: str) -> None:
    found = complaints(Path(path), source)
    assert len(found) == 1
    assert path in found[0]
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("skm/ikm.py", "from fractions import Fraction\nfrom skm.unsur import Unsur"),
        ("skm/ikm.py", "from datetime import date, datetime, time\ndatetime.combine"),
        ("skm/store/tally.py", "import sqlalchemy, time\nfrom skm.output import charts"),
        ("skm/output/charts.py", "import matplotlib"),
        ("bot/whatsapp/wire.py", "from pywa_async import types"),
        ("bot/telegram/wire.py", "import telegram\nfrom bot import message\nfrom . import channel"),
        ("bot/phrase.py", "def chart():\n    import matplotlib.figure"),
        ("bot/phrase.py", "if TYPE_CHECKING:\n    import docx"),
        ("bot/app.py", "from bot import cli, telegram, web\nfrom skm.store import database"),
        ("bot/__main__.py", "from bot.cli import app"),
    ],
)
def test_what_a_layer_may_is_not_complained_about(path: str, source: str) -> None:
    assert complaints(Path(path), source) == []
