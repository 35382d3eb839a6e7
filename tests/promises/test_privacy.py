"""docs/privacy.md lists every table and every column about people that the database has."""

import re
from pathlib import Path

import pytest

from skm.store.schema import ALL

TABLES = {table.name: table for table in ALL}
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
INVENTORY = PAGE.partition("## The inventory")[2].partition("\n## ")[0]
ABOUT_PEOPLE, _, WITHOUT = INVENTORY.partition("### Tables without personal data")
SECTIONS = dict(re.findall(r"### `(\w+)`\n(.*?)(?=\n### |\Z)", ABOUT_PEOPLE, re.DOTALL))
PLAIN = set(re.findall(r"`(\w+)`", WITHOUT))

PERSONAL = {"respondent", "person", "address", "saran", "profile", "name", "official_id"}
"""Columns with such a name hold personal data in any table."""


def columns(section: str) -> list[str]:
    """The column names in the first cell of each row of the section's table."""
    rows = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_the_inventory_lists_each_table_once_and_no_other() -> None:
    assert sorted([*SECTIONS, *PLAIN]) == sorted(TABLES)


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_the_inventory_lists_each_column_of_a_table_about_people(name: str) -> None:
    assert sorted(columns(SECTIONS[name])) == sorted(TABLES[name].columns.keys())


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_each_column_has_its_purpose_and_retention(name: str) -> None:
    rows = [row for row in SECTIONS[name].splitlines() if row.startswith("| `")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert all(len(row) == 4 and all(row) for row in cells)


def test_tables_listed_as_without_personal_data_have_no_personal_column() -> None:
    unit_names = {"upp", "recap_row"}  # `name` is a unit's there
    for table in PLAIN - unit_names:
        assert not PERSONAL & set(TABLES[table].columns.keys()), table


def test_the_readme_links_to_the_inventory() -> None:
    assert "(docs/privacy.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
