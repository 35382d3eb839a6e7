"""The tree: what a folder may import, how many files it holds, and one meaning for each name."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path.relative_to(ROOT) for top in ("bot", "skm") for path in (ROOT / top).rglob("*.py")
)

ORDER = """
    skm/errors.py skm/progress.py
    skm/instansi
    skm/survey
    skm/privacy
    skm/statistics
    skm/figures
    skm/quality
    skm/follow_up
    skm/submissions
    skm/intake | skm/notices | skm/paper
    skm/closing
    skm/output/charts
    skm/output/documents | skm/output/workbooks | skm/files | skm/vision
    skm/store/schema
    skm/store/migrations
    skm/store/database
    skm/store/survey
    skm/store/officials
    skm/store/figures
    skm/store/periods
    skm/store/intake
    skm/store/paper
    skm/store/upkeep
    skm/demo
    bot/running
    bot/messaging
    bot/citizen | bot/request
    bot/words
    bot/documents | bot/paper
    bot/scheduled | bot/doctor | bot/official
    bot/terminal | bot/telegram | bot/whatsapp | bot/web/html
    bot/web/survey | bot/web/results | bot/web/workplace
    bot/web
    bot/*.py
    bot/cli
    bot/__main__.py
"""
"""Each line may import itself and the lines above it; rooms on one line do not see each other."""

PURE_UNTIL = "skm/output/charts"  # rooms above this line use the standard library only
NO_CODE = {"skm/__init__.py", "skm/store/__init__.py", "skm/output/__init__.py", "bot/__init__.py"}

PAPER = {"cv2", "pi_heif", "pypdfium2", "zxingcpp"}
HEAVY = {"PIL", "matplotlib", "docx", "xlsxwriter", "typst", *PAPER}
HOMES_OF_THE_HEAVY = ("skm/output/", "skm/vision/", "bot/whatsapp/")
CLOCKS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time",
    "uuid.uuid1",
}
CHANCE = {"random", "uuid.uuid4"}  # not `secrets`: an unguessable code is no arithmetic

ROOMS = [line.split(" | ") for line in ORDER.replace("    ", "").strip().split("\n")]
LEVELS = {
    room: level for level, line in enumerate(ROOMS) for rooms in line for room in rooms.split()
}


def room_of(path: Path) -> str:
    """The room that a file of bot/ or skm/ belongs to, as ORDER names it; "" for none."""
    if path.as_posix() in LEVELS:
        return path.as_posix()
    for folder in path.parents:
        if folder.as_posix() in LEVELS:
            return folder.as_posix()
    return "bot/*.py" if path.parent == Path("bot") else ""


def file_of(module: str) -> Path | None:
    """The file of a module of ours, also where an import names something inside it."""
    parts = module.split(".")
    for end in range(len(parts), 0, -1):
        folder = Path(*parts[:end])
        if (ROOT / folder.with_suffix(".py")).is_file():
            return folder.with_suffix(".py")
        if (ROOT / folder / "__init__.py").is_file():
            return folder / "__init__.py"
    return None


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names, `from bot import telegram` as bot.telegram."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    return [f"{node.module or ''}.{alias.name}" for alias in node.names]


def run_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement that runs when the file is imported: not inside functions, not for types."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from run_at_import(node)


def named(tree: ast.AST) -> set[str]:
    """Dotted names that the file imports or reaches through an import: `dt.date.today` in full."""
    full: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias, module in zip(node.names, imported(node), strict=True):
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
    """One sentence for each import or name in the file at `path` that its room forbids."""
    tree = ast.parse(source)
    room = room_of(path)
    pure = room in LEVELS and LEVELS[room] < LEVELS[PURE_UNTIL]
    return [
        *layering(path, tree),
        *at_the_top(path, tree),
        *(purity(path, tree) if pure else ()),
    ]


def layering(path: Path, tree: ast.AST) -> Iterator[str]:
    own = room_of(path)
    for module in (module for node in ast.walk(tree) for module in imported(node)):
        if module.startswith("."):
            yield f"{path} imports {module} relative to itself: write the whole name."
        if module.split(".")[0] not in ("bot", "skm"):
            continue
        file = file_of(module)
        assert file is not None, f"{path} imports {module}, which is not there."
        theirs = room_of(file)
        if own != theirs and file.as_posix() not in NO_CODE and LEVELS[own] <= LEVELS[theirs]:
            yield f"{path} (in {own}) must not import {module}, which is in {theirs}."


def at_the_top(path: Path, tree: ast.AST) -> Iterator[str]:
    if path.as_posix().startswith(HOMES_OF_THE_HEAVY):
        return
    for node in run_at_import(tree):
        for module in imported(node):
            if within(module, HEAVY):
                yield f"{path} imports {module} at its top: import it in the function that uses it."


def purity(path: Path, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for module in imported(node):
            top = module.split(".")[0]
            if top not in sys.stdlib_module_names and top not in ("bot", "skm"):
                yield f"{path} imports {module}: only the standard library is used there."
    for name in sorted(named(tree)):
        if within(name, CLOCKS):
            yield f"{path} reads the clock with {name}: take `now` as an argument."
        if within(name, CHANCE):
            yield f"{path} uses chance with {name}: take the random value as an argument."


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    found = complaints(path, (ROOT / path).read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


def test_no_file_imports_itself_through_others() -> None:
    """Within a room as well: otherwise it depends on who imports first whether an import works."""
    imports = {path: set(files_imported_at_top(path)) for path in FILES}
    order = TopologicalSorter(imports)
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(map(str, reversed(error.args[1]))))


def files_imported_at_top(path: Path) -> Iterator[Path]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for node in run_at_import(tree):
        for module in imported(node):
            file = file_of(module)
            if file and file != path and file.name != "__init__.py":
                yield file


def test_every_room_in_the_order_exists_and_every_file_is_in_a_room() -> None:
    rooms = {room_of(path) for path in FILES if path.as_posix() not in NO_CODE}
    assert rooms == LEVELS.keys()


def test_importing_the_bot_loads_no_heavy_package() -> None:
    """Charts and documents cost memory only where they are used."""
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


def test_a_folder_holds_3_to_14_files_and_no_family_of_prefixes() -> None:
    """More than twelve is the question whether these are two subjects; a prefix is a folder."""
    folders = defaultdict(list)
    for path in FILES:
        if path.parts[-2] != "versions":
            folders[path.parent].append(path.stem)
    for folder, stems in folders.items():
        if folder.as_posix() not in ("skm", "skm/store", "skm/output", "skm/store/migrations"):
            assert 3 <= len(stems) <= 14, f"{folder} holds {len(stems)} files"
        families = defaultdict(list)
        for stem in stems:
            families[stem.partition("_")[0]].append(stem)
        for prefix, family in families.items():
            assert len(family) < 4 or not prefix, f"{folder}: {family} could be a folder"


def test_a_class_name_and_a_type_alias_stand_once() -> None:
    found = defaultdict(list)
    for path in FILES:
        if "versions" in path.parts:
            continue
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        for name in defined(tree):
            found[name].append(str(path))
    assert {name: where for name, where in found.items() if len(where) > 1} == {}


def defined(tree: ast.Module) -> Iterator[str]:
    """Public classes anywhere in the file, and type aliases: CamelCase names that are assigned."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Name) and target.id[:1].isupper() and not target.id.isupper():
                yield target.id


def test_only_texts_and_the_privacy_room_know_the_size_of_a_small_group() -> None:
    """Everything else gets figures that are marked as withheld."""
    knowing = {
        path.as_posix()
        for path in FILES
        if "skm.privacy.small_groups.K"
        in named(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        and path.parent != Path("skm/privacy")
    }
    assert knowing == {"bot/messaging/catalog.py"}


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(ROOT / "tests")
        for top in ("bot", "skm")
        for path in (ROOT / "tests" / top).rglob("test_*.py")
    ),
    ids=str,
)
def test_a_test_stands_where_the_file_stands_that_it_tests(path: Path) -> None:
    """`test_wire.py` and `test_wire_out.py` both test wire.py of the same folder."""
    words = path.stem.removeprefix("test_").split("_")
    names = ["_".join(words[:end]) for end in range(len(words), 0, -1)]
    assert any((ROOT / path.parent / f"{name}.py").is_file() for name in names), (
        f"tests/{path} tests no file of {path.parent}: a promise of the whole belongs into"
        " tests/promises/."
    )


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("skm/figures/ikm.py", "import sqlalchemy", "only the standard library"),
        ("skm/figures/ikm.py", "from skm.store.database import database", "must not import"),
        ("skm/figures/ikm.py", "from skm.closing.frozen import Head", "must not import"),
        ("skm/figures/ikm.py", "def f():\n    import bot.inbox", "must not import bot.inbox"),
        (
            "skm/intake/units/roster.py",
            "from skm.notices import alert",
            "must not import skm.notices",
        ),
        ("skm/store/figures/totals.py", "from bot.inbox import Inbox", "must not import bot.inbox"),
        ("bot/inbox.py", "from bot.cli import main", "must not import bot.cli.main"),
        ("bot/telegram/wire.py", "from bot.web import site", "must not import bot.web.site"),
        ("bot/web/survey/wire.py", "from bot.web.results import pages", "must not import"),
        ("bot/words/report.py", "from PIL import Image", "at its top"),
        ("bot/words/report.py", "import matplotlib.figure", "at its top"),
        ("bot/app.py", "try:\n    import docx\nexcept ImportError:\n    pass", "at its top"),
        ("bot/words/report.py", "class A:\n    import typst", "at its top"),
        ("skm/figures/ikm.py", "from datetime import datetime\ndatetime.now()", "reads the clock"),
        ("skm/figures/ikm.py", "import datetime as dt\nf = dt.date.today", "reads the clock"),
        ("skm/figures/ikm.py", "from time import monotonic", "reads the clock"),
        ("skm/figures/ikm.py", "import random", "uses chance"),
        ("skm/figures/ikm.py", "from uuid import uuid4", "uses chance"),
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
        (
            "skm/figures/ikm.py",
            "from fractions import Fraction\nfrom skm.survey.unsur import Unsur",
        ),
        ("skm/figures/ikm.py", "from datetime import date, datetime, time\ndatetime.combine"),
        (
            "skm/store/figures/totals.py",
            "import sqlalchemy, time\nfrom skm.output.charts import draw",
        ),
        ("skm/output/charts/draw.py", "import matplotlib.figure"),
        ("bot/telegram/wire.py", "import telegram\nfrom bot.messaging import message"),
        ("bot/words/chart.py", "def chart():\n    import matplotlib.figure"),
        ("bot/words/chart.py", "if TYPE_CHECKING:\n    import docx"),
        ("bot/app.py", "from bot import telegram, web\nfrom skm.store.database import database"),
        ("bot/__main__.py", "from bot.cli.main import app"),
    ],
)
def test_what_a_room_may_is_not_complained_about(path: str, source: str) -> None:
    assert complaints(Path(path), source) == []
