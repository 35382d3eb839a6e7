"""The inventory of personal data and the database say the same."""

import re
from pathlib import Path

import pytest

from skm.store.tables import ALL

TABLES = {table.name: table for table in ALL}
ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
INVENTORY = PAGE.partition("## The inventory")[2].partition("\n## ")[0]
ABOUT_PEOPLE, _, WITHOUT = INVENTORY.partition("### Tables without personal data")
SECTIONS = dict(re.findall(r"### `(\w+)`\n(.*?)(?=\n### |\Z)", ABOUT_PEOPLE, re.DOTALL))
PLAIN = set(re.findall(r"`(\w+)`", WITHOUT))

COULD_TELL = {"respondent", "person", "address", "saran", "profile", "name", "official_id"}
"""Columns with such a name hold something about somebody, wherever they stand."""


def columns(section: str) -> list[str]:
    """The names in the first cell of each row."""
    rows = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_every_table_stands_in_the_inventory_once_and_no_other() -> None:
    assert sorted([*SECTIONS, *PLAIN]) == sorted(TABLES)


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_every_column_of_a_table_about_people_is_named(name: str) -> None:
    assert sorted(columns(SECTIONS[name])) == sorted(TABLES[name].columns.keys())


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_each_says_how_long_it_stays(name: str) -> None:
    rows = [row for row in SECTIONS[name].splitlines() if row.startswith("| `")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert all(len(row) == 4 and all(row) for row in cells)


def test_a_table_without_personal_data_has_no_column_that_could_hold_some() -> None:
    named = {"upp", "recap_row"}  # the name of a unit
    for table in PLAIN - named:
        assert not COULD_TELL & set(TABLES[table].columns.keys()), table


def test_the_readme_leads_there() -> None:
    assert "(docs/privacy.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
