"""Writes docs/BENCHMARKS.md: one section per benchmark, replaced when it is measured again."""

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "BENCHMARKS.md"
SECTION = re.compile(r"^## `(\w+)`\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def written(name: str, about: str, machine: str, rows: Sequence[tuple[str, str, str]]) -> None:
    """Replace a benchmark's section: what it measures, on which machine and day, its rows."""
    text = PAGE.read_text(encoding="utf-8")
    sections = {found[1]: found[0].strip() for found in SECTION.finditer(text)}
    sections[name] = _section(name, about, machine, rows)
    head = SECTION.split(text, maxsplit=1)[0].strip()
    ordered = [sections[key] for key in sorted(sections)]
    PAGE.write_text("\n\n".join([head, *ordered]) + "\n", encoding="utf-8")


def _section(name: str, about: str, machine: str, rows: Sequence[tuple[str, str, str]]) -> str:
    table = "\n".join(
        f"| {_cell(what)} | {figure} | {_cell(unit)} |" for what, figure, unit in rows
    )
    return "\n\n".join(
        [
            f"## `{name}`",
            about,
            f"Measured {machine}: `make bench ARGS={name}`",
            f"| measured | figure | unit and baseline |\n| --- | ---: | --- |\n{table}",
        ]
    )


def _cell(text: str) -> str:
    """A cell of a Markdown table; an indented row belongs to the one above it."""
    inner = text.strip().replace("|", "\\|")
    return f"… {inner}" if text.startswith("  ") else inner
