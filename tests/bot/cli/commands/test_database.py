"""`skm recount`. `skm migrate`, `move` and `purge` are tested with the store."""

import pytest

from skm.store.survey import rollup
from tests.bot.cli.commands.conftest import run_sql
from tests.tools.command_line import Skm
from tests.tools.store_city import TREE


def test_a_changed_rollup_is_fixed_and_a_closed_period_stays(
    closed_quarter: Skm, database_url: str
) -> None:
    skm = closed_quarter
    before = skm("report", "pajang", "2026", "--json")
    published = skm("verify", "2026-Q3")
    run_sql(database_url, "UPDATE tally SET n = n + 1, total = total + 36")
    assert "`skm recount` corrects it" in skm("doctor")[1]
    assert skm("report", "pajang", "2026", "--json") != before
    assert skm("recount")[:2] == (0, "PAJANG: 2 rows were fixed.\n")
    assert skm("report", "pajang", "2026", "--json") == before
    assert skm("verify", "2026-Q3") == published
    assert "\trecounted\tPAJANG" in skm("audit", "log")[1]
    assert skm("recount")[1] == (
        f"The rollup of all {len(TREE)} units equals the sum of their responses.\n"
    )


def test_a_recount_that_was_interrupted_can_be_run_again(
    closed_quarter: Skm, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_sql(database_url, "UPDATE tally SET n = n + 1")

    async def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(rollup, "repair", interrupted)
        ended, _, err = closed_quarter("recount")
    assert ended != 0
    assert "run the same command again for the rest" in err
    assert closed_quarter("recount")[1] == "PAJANG: 2 rows were fixed.\n"
