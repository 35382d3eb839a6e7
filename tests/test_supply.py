"""What we stand on: every package pinned with its hashes, known by its licence, and nothing else.

This part of the audit needs no network; `make audit` asks osv.dev besides.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PIN = re.compile(
    r"([a-z0-9-]+)==([^\s;]+)(?: ; .+)? \\\n((?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
)

PERMISSIVE = re.compile(
    r"\b(MIT|MIT-CMU|BSD|0BSD|Apache|PSF|Python Software Foundation|ISC|Zlib|CC0|matplotlib)\b",
    re.I,
)
WEAK_COPYLEFT = {  # binds changes to their own files, and whoever hides them from being exchanged
    "certifi": "MPL",
    "pathspec": "MPL",
    "python-telegram-bot": "LGPL",
}
BUILT_WITH = {"hatchling", "editables"}
BELOW_PIP = {"pip", "setuptools", "wheel"}  # they come with Python or put the others there


def pins(name: str) -> dict[str, str]:
    """Package → version of a file of pins; fails on a line that is no pin with hashes."""
    text = (ROOT / name).read_text(encoding="utf-8")
    left = re.sub(r"^ *#.*\n", "", PIN.sub("", text), flags=re.MULTILINE)
    assert left.strip() == "", f"{name} holds something that is no pin with hashes: {left[:200]}"
    return {found[1]: found[2] for found in PIN.finditer(text)}


RUNTIME, DEVELOPMENT = pins("constraints.txt"), pins("constraints-dev.txt")


def needed(
    name: str, extras: frozenset[str] = frozenset(), seen: set[str] | None = None
) -> set[str]:
    """A package and all that it stands on here."""
    seen = set() if seen is None else seen
    if name in seen and not extras:
        return seen
    seen.add(name)
    for line in distribution(name).requires or []:
        asked = Requirement(line)
        wanted = (
            (asked.marker.evaluate({"extra": extra}) for extra in ("", *extras))
            if asked.marker
            else [True]
        )
        if any(wanted):
            needed(canonicalize_name(asked.name), frozenset(asked.extras), seen)
    return seen


def licence(found: Distribution) -> str:
    about = found.metadata
    classified = [
        line for line in about.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    for field in ("License-Expression", "License"):
        if field in about and (field == "License-Expression" or not classified):
            return about[field]
    return " ".join(classified)


def tracked() -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no checkout")
    yield from (ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def test_what_is_tested_is_what_is_served() -> None:
    assert RUNTIME.items() <= DEVELOPMENT.items()


def test_all_that_the_program_stands_on_is_pinned_and_nothing_more() -> None:
    stands_on = needed("skm-bot", frozenset({"postgres", "documents"})) - {"skm-bot"}
    for name in BUILT_WITH:
        stands_on |= needed(name)
    assert stands_on == set(RUNTIME)


def test_what_is_installed_is_what_is_pinned() -> None:
    here = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}
    strange = {name: version for name, version in here.items() if DEVELOPMENT.get(name) != version}
    assert strange.keys() <= {"skm-bot", *BELOW_PIP}


def test_nothing_that_is_installed_contradicts_another() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", sorted(RUNTIME))
def test_the_licence_of_what_is_served_is_known(name: str) -> None:
    said = licence(distribution(name))
    if name in WEAK_COPYLEFT:
        assert WEAK_COPYLEFT[name] in said
    else:
        assert PERMISSIVE.search(said), said
        assert not re.search(r"\b(A?GPL|LGPL|SSPL|BUSL|Commons Clause)\b", said), said


def test_no_file_names_a_registry_or_a_mirror() -> None:
    sign = re.compile(
        rb"(?:--(?:extra-)?index-url|index-url *=|find-links)[= ]+\S*[:]//|[:]//\S*/simple\b"
    )
    named = [path.name for path in tracked() if sign.search(path.read_bytes())]
    assert named == []


def test_no_file_holds_a_token() -> None:
    """What a Telegram, Meta, AWS or GitHub token or a private key looks like."""
    sign = re.compile(
        rb"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b|\bEAA[A-Za-z0-9]{80,}|\bAKIA[0-9A-Z]{16}\b"
        rb"|\bgh[pousr]_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    )
    held = [path.name for path in tracked() if sign.search(path.read_bytes())]
    assert held == []
