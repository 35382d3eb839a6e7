"""The report as values and as JSON."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from skm.figures.compare import Change, Reason
from skm.figures.ikm import Tally
from skm.figures.report import Report
from skm.instansi.period import Period
from skm.survey.unsur import Unsur
from tests.tools.tallies import tally_of

Q4, Q3 = Period.parse("2026-Q4"), Period.parse("2026-Q3")

KEYS = [
    *("upp", "period", "instrument", "responden", "ikm", "mutu", "kinerja", "mutu_mungkin"),
    *("interval", "nrr", "nilai", "prioritas", "target", "sementara", "laju"),
]

MIXED = tally_of(
    [4, 4, 3, 4, 4, 4, 4, 4, 2],
    [4, 3, 3, 4, 4, 4, 4, 4, 3],
    [4, 3, 2, 4, 3, 4, 4, 4, 3],
)


def of(tally: Tally, newer: Tally | None = None, upp: str = "disdukcapil") -> Report:
    """A report on skm9-1, or on that and skm9-2."""
    tallies = {"skm9-1": tally, "skm9-2": newer or Tally.empty()}
    return Report.of(upp, Q4, tallies, population=1000)


def test_the_json_of_a_report_is_exactly_this() -> None:
    assert json.loads(json.dumps(of(MIXED).as_json(Q4.end))) == {
        "upp": "disdukcapil",
        "period": "2026-Q4",
        "instrument": "skm9-1",
        "responden": 3,
        "ikm": "89.81",
        "mutu": "A",
        "kinerja": "Sangat Baik",
        "mutu_mungkin": None,
        "interval": None,
        "nrr": {
            **{"U1": "4.000", "U2": "3.333", "U3": "2.667", "U4": "4.000", "U5": "3.667"},
            **{"U6": "4.000", "U7": "4.000", "U8": "4.000", "U9": "2.667"},
        },
        "nilai": {
            **{"U1": "100.00", "U2": "83.33", "U3": "66.67", "U4": "100.00", "U5": "91.67"},
            **{"U6": "100.00", "U7": "100.00", "U8": "100.00", "U9": "66.67"},
        },
        "prioritas": ["U3", "U9", "U2"],
        "target": 71,
        "sementara": False,
        "laju": None,
    }


def test_the_keys_keep_their_order_with_and_without_responses() -> None:
    assert list(of(MIXED).as_json(Q4.end)) == KEYS
    assert list(of(Tally.empty()).as_json(Q4.end)) == KEYS


def test_without_responses_every_figure_is_null_and_the_counts_remain() -> None:
    report = of(Tally.empty()).as_json(Q4.end)
    counts = {"upp": "disdukcapil", "period": "2026-Q4", "responden": 0, "target": 71}
    assert report == {**dict.fromkeys(KEYS), **counts, "sementara": False}


def test_a_report_without_any_tally_is_one_without_responses() -> None:
    assert Report.of("disdukcapil", Q4, {}, 1000) == of(Tally.empty())


def test_figures_of_two_instruments_are_kept_apart() -> None:
    old, new = tally_of([4] * 9, [4] * 9), tally_of([2] * 9)
    report = of(old, new)
    assert report.ikm == Decimal("50.00")
    data = report.as_json(Q4.end)
    assert data["catatan"] == "beberapa_instrumen"
    assert (data["instrument"], data["responden"], data["ikm"]) == ("skm9-2", 1, "50.00")
    parts = data["bagian"]
    assert isinstance(parts, list)
    assert [(part["instrument"], part["responden"], part["ikm"]) for part in parts] == [
        ("skm9-1", 2, "100.00"),
        ("skm9-2", 1, "50.00"),
    ]


def test_few_answers_to_a_new_questionnaire_do_not_speak_for_many_to_the_old_one() -> None:
    """The readers order instruments by their answers; the one with most is the official figure."""
    report = of(tally_of([4] * 9), tally_of(*[[3] * 9] * 1000))
    assert (report.responden, report.ikm) == (1000, Decimal("75.00"))
    assert [part.responden for part in report.others] == [1]


def test_an_instrument_without_responses_is_left_out() -> None:
    assert of(MIXED, Tally.empty()) == Report.of("disdukcapil", Q4, {"skm9-1": MIXED}, 1000)


def before(**tallies: Tally) -> Report:
    return Report.of("disdukcapil", Q3, {key.replace("_", "-"): t for key, t in tallies.items()})


def test_a_change_is_computed_from_figures_of_the_same_instrument() -> None:
    fours, twos = tally_of(*[[4] * 9] * 9), tally_of(*[[2] * 9] * 9)
    now = Report.of("disdukcapil", Q4, {"skm9-2": fours})
    assert now.change_since(before(skm9_2=twos)).change is Change.NAIK
    assert now.change_since(before(skm9_1=fours, skm9_2=twos)).change is Change.NAIK
    assert now.change_since(before(skm9_2=twos, skm9_1=fours)).change is Change.NAIK
    assert now.unsur_changes_since(before(skm9_2=twos))[Unsur.U8].change is Change.NAIK


def test_a_change_across_instruments_or_from_nothing_is_refused_with_its_reason() -> None:
    fours = tally_of(*[[4] * 9] * 9)
    now = Report.of("disdukcapil", Q4, {"skm9-2": fours})
    assert now.change_since(before(skm9_1=fours)).reason is Reason.INSTRUMENT
    assert now.change_since(before()).reason is Reason.TOO_FEW
    assert before().change_since(now).reason is Reason.TOO_FEW


@pytest.mark.parametrize(("population", "asked"), [(None, 97), (100, 21)])
def test_the_target_follows_the_population(population: int | None, asked: int) -> None:
    assert Report.of("disdukcapil", Q4, {"skm9-1": MIXED}, population).target == asked


def answered(n: int, upp: str = "disdukcapil", *, derivable: bool = False) -> Report:
    """A report of so many respondents, of 20 people served."""
    report = Report.of(upp, Q4, {"skm9-1": tally_of(*[[3] * 9] * n)}, population=20)
    return replace(report, derivable=derivable)


def test_a_running_period_tells_its_pace_in_the_json() -> None:
    data = answered(5).as_json(date(2026, 12, 31))
    assert (data["sementara"], data["laju"]) == (True, {"seharusnya": 4, "per_hari": 0})
    data = Report.of("disdukcapil", Q4, {}, 1000).as_json(date(2026, 12, 22))
    assert (data["target"], data["laju"]) == (71, {"seharusnya": 63, "per_hari": 8})


def test_the_number_of_a_small_group_does_not_follow_from_its_pace() -> None:
    day = date(2026, 12, 1)
    assert answered(4).pace(day) == answered(0).pace(day) == answered(1).pace(day)
    assert answered(4).is_behind(day)
    assert answered(5, derivable=True).pace(day) is None
    assert not answered(5, derivable=True).is_behind(day)


@pytest.mark.parametrize(
    ("answers", "bands"),
    [
        ([4] * 100, ""),
        ([4] * 65 + [3] * 35, "AB"),
        ([4] * 30, ""),
        ([4] * 9, ""),
    ],
)
def test_the_bands_that_the_index_may_belong_to_follow_from_its_interval(
    answers: list[int], bands: str
) -> None:
    report = of(tally_of(*([nilai] * 9 for nilai in answers)))
    assert "".join(report.mutu_possible) == bands
