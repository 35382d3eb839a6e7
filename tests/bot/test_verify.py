"""`skm verify` over a real database: what was closed, what came later, what was forged."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from skm.period import Period
from skm.store import closings, responses, rollup, upps
from skm.store.database import Database
from tests.command_line import Operator, Skm
from tests.skm.store.city import TREE, call, given_by
from tests.skm.test_instrument import SKM9

DAY = date(2026, 8, 3)
NOW = datetime(2026, 10, 5, 3, tzinfo=UTC)


async def settle(url: str) -> None:
    """Six answers, of which one is taken back after the closing, and one that comes late."""
    rows = [(given_by(f"r{number}", 3, respondent=f"w{number}"), DAY) for number in range(6)]
    async with Database.open(url) as db:
        await db.write(call(upps.put, TREE))
        await db.write(call(responses.insert_many, rows, SKM9))
        quarter = Period.parse("2026-Q3")
        await db.write(call(closings.close, quarter, NOW.date(), NOW, None))
        await db.write(call(responses.forget, "w5"))
        await db.write(call(responses.insert_many, [(given_by("late", 4), DAY)], SKM9))


def forge(url: str, sql: str) -> None:
    """What somebody with the database's password could do."""

    async def change() -> None:
        async with Database.open(url) as db:
            await db.write(lambda conn: conn.execute(text(sql)))

    asyncio.run(change())


@pytest.fixture
def skm(database_url: str, operator: Operator) -> Skm:
    asyncio.run(settle(database_url))
    return operator.deployed(database_url)


def test_what_was_withdrawn_or_came_late_is_no_forgery(skm: Skm) -> None:
    ended, out, _ = skm("verify", "tw3 2026")
    assert ended == 0
    assert out.startswith("2026-Q3: 6 responses were counted; 1 were withdrawn since, 1 came late.")
    assert out.endswith("It is as it was closed.\n")


def test_whoever_makes_an_answer_better_is_found_out(skm: Skm, database_url: str) -> None:
    forge(
        database_url,
        r"UPDATE response SET answers = replace(answers, '\:3', '\:4') WHERE id = 'r2'",
    )
    ended, out, _ = skm("verify", "2026-Q3")
    assert ended == 1
    assert out.splitlines()[1:] == [
        "differs: r2: a response is not what was counted.",
        "differs: PAJANG: the responses do not add up to the frozen tallies.",
    ]


def test_whoever_changes_what_was_published_is_found_out(skm: Skm, database_url: str) -> None:
    forge(database_url, "UPDATE closing SET content = replace(content, '75.00', '95.00')")
    ended, out, _ = skm("verify", "2026-Q3")
    assert ended == 1
    assert "its SHA-256 is another" in out


def test_a_period_that_is_not_closed_is_told_in_a_sentence(skm: Skm) -> None:
    ended, out, err = skm("verify", "2026-Q1")
    assert (ended, out) == (1, "")
    assert err.strip().endswith("2026-Q1: it is not closed: there is nothing to verify.")


def test_a_rollup_that_was_changed_is_put_right_and_what_was_closed_stays(
    skm: Skm, database_url: str
) -> None:
    before = skm("report", "pajang", "2026", "--json")
    published = skm("verify", "2026-Q3")
    forge(database_url, "UPDATE tally SET n = n + 1, total = total + 36")
    assert "`skm recount` puts it right" in skm("doctor")[1]
    assert skm("report", "pajang", "2026", "--json") != before
    assert skm("recount")[:2] == (0, "PAJANG: 2 rows were put right.\n")
    assert skm("report", "pajang", "2026", "--json") == before
    assert skm("verify", "2026-Q3") == published
    assert "\trecounted\tPAJANG" in skm("audit", "log")[1]
    assert skm("recount")[1] == (
        f"The rollup of all {len(TREE)} units is what their responses add up to.\n"
    )


def test_stopped_in_the_middle_it_goes_on_with_the_rest(
    skm: Skm, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge(database_url, "UPDATE tally SET n = n + 1")

    async def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rollup, "mend", stopped)
        ended, _, err = skm("recount")
    assert ended != 0
    assert "the same command goes on with the rest" in err
    assert skm("recount")[1] == "PAJANG: 2 rows were put right.\n"


def test_the_report_of_a_closed_period_is_what_was_published(skm: Skm) -> None:
    ended, out, _ = skm("report", "pajang", "2026-Q3", "--json")
    assert ended == 0
    assert '"responden": 6' in out
    assert '"ikm": "75.00"' in out


def test_an_import_says_for_which_period_it_comes_too_late(skm: Skm) -> None:
    head = f"upp,submitted_at,{','.join(f'u{n}' for n in range(1, 10))}\n"
    rows = [f"PAJANG,2026-{day},{','.join('3' * 9)}\n" for day in ("09-30", "10-01")]
    Path("rows.csv").write_text(head + "".join(rows), encoding="utf-8")
    said = "2026-Q3 is closed: rows of it that are new count in its revision only.\n"
    assert skm("responses", "import", "rows.csv")[1:] == (
        "Responses: 2 new, 0 there already.\n",
        said,
    )
    assert skm("responses", "import", "rows.csv")[2] == ""
