"""The public page of a unit's results."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.web.results import Results
from skm.ikm import Tally
from skm.period import Period
from skm.report import Report
from skm.unsur import Unsur
from skm.upp import Upp
from tests.bot.web.citizen import Citizen
from tests.chat import Desk
from tests.served import served, site_of

QUARTER = Period.parse("2026-Q4")
PAJANG = Upp("PAJANG", "Puskesmas <Pajang>", population=12_000)


def results_of(nilai: Sequence[int], *, before: Sequence[int] = ()) -> Results:
    """One response for each nilai, all nine answers alike, but U8 always 1.

    `before`: the same to an earlier instrument.
    """

    def tally(all_nilai: Sequence[int]) -> Tally:
        one = [
            Tally.of_response({unsur: [1 if unsur is Unsur.U8 else n] for unsur in Unsur})
            for n in all_nilai
        ]
        return sum(one, Tally.empty())

    async def results(code: str) -> tuple[Upp, Report] | None:
        tallies = {"skm9-0": tally(before), "skm9-1": tally(nilai)}
        report = Report.of(code, QUARTER, tallies, PAJANG.population)
        return (PAJANG, report) if code == "PAJANG" else None

    return results


@asynccontextmanager
async def reader(desk: Desk, results: Results) -> AsyncIterator[Citizen]:
    async with served(site_of(desk, results=results)) as base, Citizen(base) as citizen:
        yield citizen


async def test_the_index_its_mutu_and_how_many_answered_are_told_at_once(desk: Desk) -> None:
    async with reader(desk, results_of([4, 4, 4, 4, 3])) as citizen:
        await citizen.opens("/hasil/PAJANG")
        assert citizen.status == 200
        citizen.sees("Puskesmas <Pajang>", "87,22", "Mutu B: Baik", "5 responden")
        citizen.sees("1 Oktober 2026", "31 Desember 2026")


async def test_every_unsur_has_its_nilai_and_its_mutu_in_a_table(desk: Desk) -> None:
    async with reader(desk, results_of([4] * 5)) as citizen:
        await citizen.opens("/hasil/PAJANG")
        rows = [node.text for node in citizen.page.all("tr")[1:]]
        assert len(rows) == 9
        assert rows[0].startswith("Persyaratan")
        assert rows[0].endswith("100,00A")
        assert rows[7].endswith("25,00D")
        headers = [node.attrs["scope"] for node in citizen.page.all("th")]
        assert headers == ["col"] * 3 + ["row"] * 9
        assert citizen.page.all("caption")


@pytest.mark.parametrize("n", [0, 1, 4])
async def test_fewer_than_five_are_told_as_that_and_nothing_more(desk: Desk, n: int) -> None:
    async with reader(desk, results_of([1] * n)) as citizen:
        await citizen.opens("/hasil/PAJANG")
        citizen.sees("kurang dari 5")
        assert citizen.page.all("table") == []
        assert "25,00" not in citizen.page.text
        assert f"{n} responden" not in citizen.page.text


async def test_two_questionnaires_are_not_mixed_silently(desk: Desk) -> None:
    async with reader(desk, results_of([3] * 6, before=[1] * 9)) as citizen:
        await citizen.opens("/hasil/PAJANG")
        citizen.sees("6 responden", "beberapa kuesioner")


async def test_an_unknown_unit_has_no_page(desk: Desk) -> None:
    async with reader(desk, results_of([])) as citizen:
        await citizen.opens("/hasil/TIDAKADA")
        assert citizen.status == 404
