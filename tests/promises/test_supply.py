"""The dependencies: each is pinned with hashes, its licence is known, nothing else is installed.

This part of the audit needs no network; `make audit` also asks osv.dev for vulnerabilities.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tools import sbom

ROOT = Path(__file__).parents[2]
PIN = re.compile(
    r"([a-z0-9-]+)==([^\s;]+)(?: ; .+)? \\\n((?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
)

PERMISSIVE = re.compile(
    r"\b(MIT|MIT-CMU|BSD|0BSD|Apache|PSF|Python Software Foundation|ISC|Zlib|CC0|matplotlib)\b",
    re.I,
)
WEAK_COPYLEFT = {  # binds changes to the package itself, which users may replace
    "certifi": "MPL",
    "pathspec": "MPL",
    "pi-heif": "LGPL",
    "python-telegram-bot": "LGPL",
}
BUILT_WITH = {"hatchling", "editables"}
NOT_PINNED = {"pip", "setuptools", "wheel"}  # the installers themselves


def pins(name: str) -> dict[str, str]:
    """Package → version of a constraints file; fails on a line that is not a pin with hashes."""
    text = (ROOT / name).read_text(encoding="utf-8")
    left = re.sub(r"^ *#.*\n", "", PIN.sub("", text), flags=re.MULTILINE)
    assert left.strip() == "", f"{name} has lines without a pin or hash: {left[:200]}"
    return {found[1]: found[2] for found in PIN.finditer(text)}


RUNTIME, DEVELOPMENT = pins("constraints.txt"), pins("constraints-dev.txt")


def with_dependencies(
    name: str, extras: frozenset[str] = frozenset(), seen: set[str] | None = None
) -> set[str]:
    """A package and everything it depends on, on this platform."""
    seen = set() if seen is None else seen
    if name in seen and not extras:
        return seen
    seen.add(name)
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        applies = (
            (requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))
            if requirement.marker
            else [True]
        )
        if any(applies):
            with_dependencies(
                canonicalize_name(requirement.name), frozenset(requirement.extras), seen
            )
    return seen


def licence(package: Distribution) -> str:
    """What the package's metadata says about its licence; "" if nothing."""
    metadata = package.metadata
    classified = [
        line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    for field in ("License-Expression", "License"):
        if field in metadata and (field == "License-Expression" or not classified):
            return metadata[field]
    return " ".join(classified)


def tracked() -> Iterator[Path]:
    """The files that git tracks."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    yield from (ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


def test_production_and_development_pin_the_same_versions() -> None:
    assert RUNTIME.items() <= DEVELOPMENT.items()


def test_every_dependency_is_pinned_and_nothing_else() -> None:
    dependencies = with_dependencies("skm-bot", frozenset({"postgres", "documents", "paper"})) - {
        "skm-bot"
    }
    for name in BUILT_WITH:
        dependencies |= with_dependencies(name)
    assert dependencies == set(RUNTIME)


def test_the_installed_versions_are_the_pinned_ones() -> None:
    installed = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}
    other = {name: v for name, v in installed.items() if DEVELOPMENT.get(name) != v}
    assert other.keys() <= {"skm-bot", *NOT_PINNED}


def test_installed_packages_have_no_conflicts() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", sorted(RUNTIME))
def test_the_licence_of_each_dependency_is_permitted(name: str) -> None:
    text = licence(distribution(name))
    if name in WEAK_COPYLEFT:
        assert WEAK_COPYLEFT[name] in text
    else:
        assert PERMISSIVE.search(text), text
        assert not re.search(r"\b(A?GPL|LGPL|SSPL|BUSL|Commons Clause)\b", text), text


def test_no_file_names_a_package_registry_or_a_mirror() -> None:
    pattern = re.compile(
        rb"(?:--(?:extra-)?index-url|index-url *=|find-links)[= ]+\S*[:]//|[:]//\S*/simple\b"
    )
    found = [path.name for path in tracked() if pattern.search(path.read_bytes())]
    assert found == []


def test_no_file_contains_a_token_or_private_key() -> None:
    """Telegram, Meta, AWS and GitHub tokens have known forms."""
    pattern = re.compile(
        rb"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b|\bEAA[A-Za-z0-9]{80,}|\bAKIA[0-9A-Z]{16}\b"
        rb"|\bgh[pousr]_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    )
    found = [path.name for path in tracked() if pattern.search(path.read_bytes())]
    assert found == []


def test_the_sbom_lists_every_package_of_a_deployment() -> None:
    """If this fails, the pins have changed: `make sbom` writes it anew."""
    written = sbom.FILE.read_text(encoding="utf-8")
    assert written == sbom.document()
    assert {one["purl"] for one in json.loads(written)["components"]} == {
        f"pkg:pypi/{name}@{version}" for name, version in RUNTIME.items()
    }
