"""The whole instansi: two indices, each by its name, and the targets of its units."""

from decimal import Decimal

from skm.figures.ikm import Tally
from skm.figures.instansi import InstansiReport, behind_target, reached_target
from skm.figures.report import EVERYTHING
from tests.skm.figures.test_report import Q4, answered, of
from tests.tools.tallies import tally_of


def test_an_instansi_has_two_figures_by_name() -> None:
    big, small = tally_of(*[[4] * 9] * 3), tally_of([2] * 9)
    city = InstansiReport(
        gabungan=of(big + small, upp="kota"),
        upp=[of(big), of(small), of(Tally.empty())],
    )
    assert city.gabungan.ikm == Decimal("87.50")
    assert city.rerata_upp == Decimal("75.00")
    assert city.as_json(Q4.end) == {
        **of(big + small, upp="kota").as_json(Q4.end),
        "instansi": {
            "ikm_gabungan": "87.50",
            "ikm_rerata_upp": "75.00",
            "upp": 3,
            "upp_terukur": 2,
            "upp_mencapai_target": 0,
        },
    }


def test_the_mean_over_upp_leaves_out_those_measured_with_another_instrument() -> None:
    fours, twos = tally_of([4] * 9), tally_of([2] * 9)
    city = InstansiReport(
        gabungan=of(twos, fours, upp="kota"),
        upp=[of(Tally.empty(), fours, upp="baru"), of(twos, upp="lama")],
    )
    assert city.rerata_upp == Decimal("100.00")
    assert [report.upp for report in city.terukur] == ["baru"]


def test_an_instansi_without_responses_has_neither_figure() -> None:
    city = InstansiReport(gabungan=of(Tally.empty(), upp="kota"), upp=[of(Tally.empty())])
    assert city.rerata_upp is None
    assert city.as_json(Q4.end)["instansi"] == {
        "ikm_gabungan": None,
        "ikm_rerata_upp": None,
        "upp": 1,
        "upp_terukur": 0,
        "upp_mencapai_target": 0,
    }


def test_the_whole_instansi_has_no_target_but_counts_the_units_that_reached_theirs() -> None:
    whole = answered(300, EVERYTHING)
    assert (whole.target, whole.pace(Q4.start), whole.is_behind(Q4.end)) == (None, None, False)
    units = [answered(5), answered(6), answered(4), answered(0), answered(9, derivable=True)]
    assert [unit.target for unit in units] == [5] * 5
    assert reached_target(units) == 2
    assert behind_target(units, Q4.end) == 2
    assert behind_target(units, Q4.start) == 0
