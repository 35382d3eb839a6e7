"""How often conclusions are right: intervals, changes, trends and flags, by simulation.

The yardsticks are the textbook's methods from scipy and statsmodels on the same samples: Student's
t interval, Welch's test with and without a correction for many tests, and two neighbouring quarters
compared. In two of three populations 60 % and 90 % answer 4 throughout; answers of one desk and day
are alike with the intraclass correlation given, 0.05 where none is. SKM_BENCH_SAMPLES sets the
number of samples a case.
"""

import os
from collections.abc import Iterator

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

from skm.figures.compare import believed, compare
from skm.figures.sample import ENOUGH, index_mean
from skm.statistics.trend import slope
from tests.skm.figures.test_tendency import lowered
from tests.skm.quality.test_flags_forged import flagged_days, forged, honest
from tests.tools.populations import POPULATIONS, People, Population, tally

SAMPLES = int(os.environ.get("SKM_BENCH_SAMPLES", "1000"))
A_DAY = {5: 5, 10: 5, 30: 10, 100: 20, 1000: 20, 5000: 50}
SPREAD = 5  # a desk and day, where answers are spread over a quarter
PAIRS = [(5, 5), (5, 100), (30, 30), (30, 1000), (100, 100), (100, 5000), (1000, 1000)]
FALLS = [(2, 100), (5, 100), (2, 300), (5, 300), (2, 1000)]
SAME = ("skm9-1", "skm9-1")
Row = tuple[str, float | int | str, str]
Rng = np.random.Generator


def run() -> list[Row]:
    parts = (_coverage, _false_changes, _discoveries, _power, _trends, _flags)
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
            ours, theirs = _changes(rng, people, (before, after), (A_DAY[before], A_DAY[after]))
            yield _rate(f"false change, n {before} and {after}, {name}", ours, theirs, "Welch")


def _power(rng: Rng) -> Iterator[Row]:
    for name, people in POPULATIONS.items():
        for fall, n in FALLS:
            ours, theirs = _changes(rng, people, (n, n), (SPREAD, SPREAD), fall)
            yield _rate(f"a fall of {fall} found, n {n} and {n}, {name}", ours, theirs, "Welch")


def _changes(
    rng: Rng, people: Population, sizes: tuple[int, int], a_day: tuple[int, int], fall: int = 0
) -> tuple[float, float]:
    """How often either method names a change; answers of a day are alike at 0.05."""
    ours, theirs, many = 0, 0, SAMPLES // 4
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
    weeks = max(SAMPLES // 10, 10)
    for name in POPULATIONS:
        for a_day in (2, 10, 20, 40):
            honest_days = sum(
                len(flagged_days([r for day in range(5) for r in honest(rng, name, day, a_day)]))
                for _ in range(weeks)
            )
            yield (
                f"honest desk-days flagged, {a_day} a day, {name}",
                20 * honest_days / weeks,
                "%; at most 2",
            )
            for kind in (False, True):
                found = sum(_found(rng, name, a_day, kind) for _ in range(weeks))
                what = "some 3" if kind else "all 4"
                yield (
                    f"15 forged ({what}) flagged, {a_day} a day, {name}",
                    100 * found / weeks,
                    "%; at least 90",
                )


def _found(rng: Rng, name: str, a_day: int, jittered: bool) -> bool:
    given = [r for day in range(5) for r in honest(rng, name, day, a_day)]
    day = int(rng.integers(5))
    return day in flagged_days([*given, *forged(rng, day, jittered=jittered)])


def _rate(what: str, ours: float, theirs: float, name: str) -> Row:
    return what, 100 * ours / SAMPLES, f"%; {name}: {100 * theirs / SAMPLES:.1f} %"
