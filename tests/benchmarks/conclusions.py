"""How often conclusions are right: intervals, changes, trends, flags and validity, by simulation.

The yardsticks are the textbook's methods from scipy and statsmodels on the same samples: Student's
t interval, Welch's test with and without a correction for many tests, two neighbouring quarters
compared, a control chart of daily counts (c-chart, three sigma), and the correlation of an item
with the sum that contains it. In two of three populations 60 % and 90 % answer
4 throughout; answers of one desk and day are alike with the intraclass correlation given, 0.05
where none is. SKM_BENCH_SAMPLES sets the number of samples a case.
"""

import os
from collections import Counter
from collections.abc import Iterator

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

from skm.figures.compare import believed, compare
from skm.figures.sample import ENOUGH, index_mean
from skm.figures.validity import Moments, validity
from skm.quality.timed_response import TimedResponse
from skm.statistics.trend import slope
from skm.survey.unsur import Unsur
from tests.skm.figures.test_tendency import lowered
from tests.skm.quality.test_flags_forged import MONDAY, flagged_days, forged, honest
from tests.tools.populations import POPULATIONS, People, Population, tally

SAMPLES = int(os.environ.get("SKM_BENCH_SAMPLES", "1000"))
A_DAY = {5: 5, 10: 5, 30: 10, 100: 20, 1000: 20, 5000: 50}
QUARTER = 63  # working days
SPREAD = 5  # a desk and day, where answers are spread over a quarter
PAIRS = [
    (5, 5), (5, 100), (5, 5000), (30, 30), (30, 1000), (100, 100), (100, 5000), (1000, 1000),
    (5000, 5000),
]  # fmt: skip
FALLS = [(2, 100), (5, 100), (2, 300), (5, 300), (2, 1000)]
SAME = ("skm9-1", "skm9-1")
Row = tuple[str, float | int | str, str]
Rng = np.random.Generator


def run() -> list[Row]:
    parts = (_coverage, _false_changes, _discoveries, _power, _trends, _flags, _city, _validity)
    return [row for part in parts for row in part(np.random.default_rng(13))]


def _coverage(rng: Rng) -> Iterator[Row]:
    for name, people in POPULATIONS.items():
        true = (people.ikm - 25) / 75
        for n in (5, 10, 30, 100):
            for icc in (0.0, 0.05, 0.1):
                ours, theirs = 0, 0
                for _ in range(SAMPLES):
                    said = people.draw(rng, n, A_DAY[n], icc)
                    low, high = index_mean(tally(said, A_DAY[n])).bounds()
                    ours += low <= true <= high
                    theirs += _students(said, people.ikm)
                note = " (not shown)" if n < ENOUGH else ""
                yield _rate(f"interval covers, n {n}{note}, {name}, ICC {icc}", ours, theirs, "t")


def _students(people: People, true: float) -> bool:
    own = 25 * people.mean(axis=1)
    half = float(stats.t.ppf(0.975, len(own) - 1)) * own.std(ddof=1) / np.sqrt(len(own))
    return bool(abs(own.mean() - true) <= half)


def _false_changes(rng: Rng) -> Iterator[Row]:
    for name, people in POPULATIONS.items():
        for before, after in PAIRS:
            days = A_DAY[before], A_DAY[after]
            ours, theirs = _changes(rng, people, (before, after), days, SAMPLES)
            yield _rate(f"false change, n {before} and {after}, {name}", ours, theirs, "Welch")


def _power(rng: Rng) -> Iterator[Row]:
    for name, people in POPULATIONS.items():
        for fall, n in FALLS:
            ours, theirs = _changes(rng, people, (n, n), (SPREAD, SPREAD), SAMPLES // 4, fall)
            yield _rate(f"a fall of {fall} found, n {n} and {n}, {name}", ours, theirs, "Welch")


def _changes(
    rng: Rng,
    people: Population,
    sizes: tuple[int, int],
    a_day: tuple[int, int],
    many: int,
    fall: int = 0,
) -> tuple[float, float]:
    """How often either method names a change; answers of a day are alike at 0.05."""
    ours, theirs = 0, 0
    for _ in range(many):
        one, other = (people.draw(rng, n, day, 0.05) for n, day in zip(sizes, a_day, strict=True))
        other = lowered(other, fall, rng)
        ours += compare(tally(one, a_day[0]), tally(other, a_day[1]), SAME).is_change
        theirs += _welch(one, other) <= 0.05
    return ours * SAMPLES / many, theirs * SAMPLES / many


def _welch(one: People, other: People) -> float:
    found = stats.ttest_ind(one.mean(axis=1), other.mean(axis=1), equal_var=False)
    return 1.0 if np.isnan(found.pvalue) else float(found.pvalue)


def _discoveries(rng: Rng) -> Iterator[Row]:
    """155 units, of which 15 fall by eight points, with 100 answers a quarter."""
    people, units, fallen = POPULATIONS["60 % content"], 155, 15
    false, said, all_false, all_said, theirs_false, theirs_said = 0, 0, 0, 0, 0, 0
    for _ in range(max(SAMPLES // 100, 5)):
        pairs = []
        for at in range(units):
            one, other = (people.draw(rng, 100, SPREAD, 0.05) for _ in range(2))
            pairs.append((one, lowered(other, 8, rng) if at < fallen else other))
        ours = believed(
            {
                at: compare(tally(one, SPREAD), tally(other, SPREAD), SAME)
                for at, (one, other) in enumerate(pairs)
            }
        )
        named = [at for at, each in ours.items() if each.is_change]
        p = np.array([_welch(*pair) for pair in pairs])
        bh = np.flatnonzero(multipletests(p, 0.05, method="fdr_bh")[0])
        plain = np.flatnonzero(p <= 0.05)
        false, said = false + sum(at >= fallen for at in named), said + len(named)
        theirs_false += int((bh >= fallen).sum())
        theirs_said += len(bh)
        all_false, all_said = all_false + int((plain >= fallen).sum()), all_said + len(plain)
    yield (
        "of the changes named of 155 units, false",
        100 * false / max(said, 1),
        f"% of {said}; Welch with Benjamini-Hochberg {100 * theirs_false / max(theirs_said, 1):.1f}"
        f" % of {theirs_said}, without {100 * all_false / max(all_said, 1):.1f} % of {all_said}",
    )


def _trends(rng: Rng) -> Iterator[Row]:
    for name, people in POPULATIONS.items():
        for fall in (0, 1):
            ours, theirs, many = 0, 0, SAMPLES // 5
            for _ in range(many):
                quarters = [
                    lowered(people.draw(rng, 200, SPREAD, 0.05), fall * at, rng) for at in range(8)
                ]
                found = slope(
                    [(at, index_mean(tally(each, SPREAD))) for at, each in enumerate(quarters)]
                )
                ours += found is not None and (found.low > 0 or found.high < 0)
                theirs += _welch(quarters[-2], quarters[-1]) <= 0.05
            what = "a fall of one point a quarter found" if fall else "false trend"
            scale = SAMPLES / many
            yield _rate(
                f"{what}, 8 × 200 answers, {name}", ours * scale, theirs * scale, "two quarters"
            )


def _flags(rng: Rng) -> Iterator[Row]:
    weeks = max(SAMPLES // 4, 10)
    for name in POPULATIONS:
        for a_day in (2, 10, 20, 40):
            ours, charts = 0, 0
            for _ in range(weeks):
                week = _week(rng, name, a_day)
                ours += len(flagged_days(week))
                charts += len(_above_limit(week))
            yield (
                f"honest desk-days flagged, {a_day} a day, {name}",
                20 * ours / weeks,
                f"%; at most 2; c-chart: {20 * charts / weeks:.1f} %",
            )
            for jittered in (False, True):
                ours, charts = 0, 0
                for _ in range(weeks):
                    day = int(rng.integers(5))
                    week = [*_week(rng, name, a_day), *forged(rng, day, jittered=jittered)]
                    ours += day in flagged_days(week)
                    charts += day in _above_limit(week)
                what = "some 3" if jittered else "all 4"
                yield (
                    f"15 forged ({what}) flagged, {a_day} a day, {name}",
                    100 * ours / weeks,
                    f"%; at least 90; c-chart: {100 * charts / weeks:.1f} %",
                )


def _week(rng: Rng, name: str, a_day: int) -> list[TimedResponse]:
    return [r for day in range(5) for r in honest(rng, name, day, a_day)]


def _above_limit(week: list[TimedResponse]) -> set[int]:
    """Days above the upper limit of a control chart of their counts (Montgomery 2019, 7.3)."""
    counts = Counter((r.submitted_at - MONDAY).days for r in week)
    mean = sum(counts.values()) / 5
    return {day for day, n in counts.items() if n > mean + 3 * np.sqrt(mean)}


def _city(rng: Rng) -> Iterator[Row]:
    """Weeks of 155 desks of all sizes, of which three forge on one day each."""
    weeks, false, found, forgers = max(SAMPLES // 25, 5), 0, 0, 3
    for _ in range(weeks):
        for desk in range(155):
            name = list(POPULATIONS)[desk % 3]
            week, day = _week(rng, name, (2, 10, 20, 40)[desk % 4]), -1
            if desk < forgers:
                day = int(rng.integers(5))
                week += forged(rng, day, jittered=bool(desk % 2))
            flagged = flagged_days(week)
            found += day in flagged
            false += len(flagged - {day})
    days, share = weeks * 5, 100 * found / weeks / forgers
    yield (
        "desk-days of 155 units flagged in error, in a quarter",
        false * QUARTER / days,
        f"of {155 * QUARTER:,}; {forgers} a week forge, {share:.1f} % found",
    )


def _validity(rng: Rng) -> Iterator[Row]:
    """Nine items that have nothing to do with each other, in surveys of 100."""
    ours, textbook, alphas, surveys = 0, 0, 0, max(SAMPLES // 10, 20)
    for _ in range(surveys):
        rows = rng.integers(1, 5, (100, 9))
        each = [Moments.of(dict(zip(Unsur, row, strict=True))) for row in rows.tolist()]
        found = validity(sum(each[1:], each[0]))
        assert found
        ours += sum(bool(one) for one in found.valid.values())
        alphas += bool(found.reliable)
        total = rows.sum(axis=1)
        textbook += sum(
            float(stats.pearsonr(rows[:, at], total).statistic) > float(found.critical)
            for at in range(9)
        )
    yield (
        "items of noise called valid, n 100",
        100 * ours / surveys / 9,
        f"%; item in the sum: {100 * textbook / surveys / 9:.1f} %",
    )
    yield "questionnaires of noise called reliable, n 100", 100 * alphas / surveys, "%"


def _rate(what: str, ours: float, theirs: float, name: str) -> Row:
    return what, 100 * ours / SAMPLES, f"%; {name}: {100 * theirs / SAMPLES:.1f} %"
