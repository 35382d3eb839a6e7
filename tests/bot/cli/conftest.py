"""A deployment as the commands of `skm` find it."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.survey import upps
from tests.tools.command_line import KEY, Ended, Operator, Skm

PUBLIC_URL = "https://survei.example.go.id"
UNITS = """code,name,parent,population
DINKES,Dinas Kesehatan,,
PAJANG,Puskesmas Pajang,DINKES,12000
MANAHAN,Puskesmas Manahan,DINKES,
"""
HEADER = f"upp,submitted_at,{','.join(f'u{n}' for n in range(1, 10))},saran\n"

UPPS = [
    Upp("DINKES", "Dinas Kesehatan"),
    Upp("PAJANG", "Puskesmas Pajang", "DINKES", 12000),
    Upp("MANAHAN", "Puskesmas Manahan", "DINKES"),
]

Imports = Callable[..., Ended]
Figures = Callable[[str, str], dict[str, object]]
AddsCollector = Callable[..., str]


def row(upp: str = "PAJANG", day: str = "2026-11-20", nilai: int = 3, saran: str = "") -> str:
    """A response as a line of CSV: the same nilai for all nine unsur."""
    return f"{upp},{day}{f',{nilai}' * 9},{saran}\n"


@pytest.fixture
def unconfigured(operator: Operator) -> Skm:
    """`skm` in an empty folder without any setting."""
    return operator.skm


@pytest.fixture
def configured(operator: Operator) -> Skm:
    """`skm` with settings but without a database."""
    operator.sets(secret_key=KEY, public_url=PUBLIC_URL)
    return operator.skm


@pytest.fixture
def skm(configured: Skm, database_url: str, operator: Operator) -> Skm:
    """`skm` of a deployment with three units."""
    operator.deployed(database_url)
    assert configured("migrate").code == 0
    Path("upp.csv").write_text(UNITS, encoding="utf-8")

    async def add() -> None:
        async with Database.open(database_url) as db:
            await db.write(partial(upps.put, units=UPPS))

    asyncio.run(add())
    return configured


@pytest.fixture
def imports(skm: Skm) -> Imports:
    """`imports(rows, *options)` runs `skm responses import` on these lines of CSV."""

    def run(rows: str, *options: str) -> Ended:
        Path("rows.csv").write_text(HEADER + rows, encoding="utf-8")
        return skm("responses", "import", "rows.csv", *options)

    return run


@pytest.fixture
def figures(skm: Skm) -> Figures:
    """`figures(unit, period)` returns what `skm report --json` prints."""

    def read(unit: str, period: str) -> dict[str, object]:
        ended = skm("report", unit, period, "--json")
        assert ended.code == 0, ended.err
        found: dict[str, object] = json.loads(ended.out)
        return found

    return read


@pytest.fixture
def adds_collector(skm: Skm) -> AddsCollector:
    """`adds_collector(*options)` adds one of Puskesmas Pajang and returns its code."""

    def add(*options: str) -> str:
        ended = skm("collector", "add", "Puskesmas Pajang", "--layanan", "Poli Umum", *options)
        assert ended.code == 0, ended.err
        return ended.out.strip()

    return add
