"""The reports that units of the demo city handed in: for the last quarter in every state, for the
two before it, which are closed, nearly all accepted.
"""

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.demo.city import SEED
from skm.demo.follow_ups import TEXTS
from skm.follow_up.tindak_lanjut import Plan, TindakLanjut
from skm.instansi.official import Invitation, Official, Role
from skm.instansi.period import Period, PeriodKind
from skm.store.officials import officials
from skm.store.periods import follow_ups, submissions
from skm.store.periods.follow_ups import TindakLanjutItems
from skm.submissions.deadline import usual_deadline
from skm.submissions.rules import Attempt, is_unplanned, stepped
from skm.submissions.submission import Submission, SubmissionAct, SubmissionStep

WRITTEN = Path(__file__).parent / "analisis.toml"
# Removed at once, so that nothing is sent to them.
UNIT, OFFICE = "Wulan (contoh)", "Bagas (contoh)"
QUARTERS = 3

Acts = Sequence[SubmissionAct]
_A = SubmissionAct
DRAFTED: Acts = (_A.WRITE,)
HANDED_IN: Acts = (_A.WRITE, _A.HAND_IN)
ACCEPTED: Acts = (*HANDED_IN, _A.ACCEPT)
RETURNED: Acts = (*HANDED_IN, _A.RETURN)
AGAIN: Acts = (*RETURNED, *HANDED_IN)

LAST: Sequence[Acts] = (
    (), (), DRAFTED, DRAFTED, RETURNED, RETURNED, AGAIN, AGAIN, HANDED_IN, HANDED_IN, HANDED_IN,
    *[ACCEPTED] * 8,
)  # fmt: skip
"""What becomes of reports of the last quarter, as often as it stands here."""

EARLIER: Sequence[Acts] = ((), *[ACCEPTED] * 20)
KNOWN: Mapping[str, Acts] = {"PKMPAJANG": HANDED_IN, "DUKCAPIL": ACCEPTED, "DISPERKIM": RETURNED}
"""Of units that guides name, for the last quarter."""


async def hand_in(conn: AsyncConnection, *, zone: tzinfo, now: datetime) -> None:
    """Stores the reports of a seeded city; skips quarters in which there are some already."""
    today = now.astimezone(zone).date()
    quarters = Period.of(PeriodKind.QUARTER, today).previous().last(QUARTERS)
    missing = [one for one in quarters if not await submissions.of_all(conn, one)]
    if not missing:
        return
    unit = await _example(conn, Role.OFFICER, UNIT, now)
    office = await _example(conn, Role.ADMIN, OFFICE, now)
    texts = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))
    for quarter in missing:
        stories = LAST if quarter == quarters[-1] else EARLIER
        plans = await follow_ups.of_all(conn, quarter)
        done, planned = [], dict[str, TindakLanjutItems]()
        for row in await submissions.standings(conn, None, quarter):
            code = row.unit.code
            rng = random.Random(f"{SEED} {code} {quarter}")
            acts = rng.choice(stories)
            acts = KNOWN.get(code, acts) if stories is LAST else acts
            items = plans.get(code, ())
            if _A.HAND_IN in acts and any(map(is_unplanned, items)):
                items = planned[code] = tuple(_planned(item, today) for item in items)
            story = DemoReport(row.submission, items, rng, texts, unit, office, zone)
            done.append(story.told(acts, today))
        await follow_ups.put_all(conn, planned)
        await submissions.put_all(conn, [one for one in done if one[0].version])


@dataclass(frozen=True)
class DemoReport:
    """One report, its follow-ups, and who takes its steps."""

    submission: Submission
    plans: Sequence[TindakLanjut]
    rng: random.Random
    texts: Mapping[str, Any]
    unit: Official
    office: Official
    zone: tzinfo

    def told(self, acts: Acts, today: date) -> tuple[Submission, list[SubmissionStep]]:
        """The report after the steps, one every few days from the quarter's end on."""
        now, steps = self.submission, list[SubmissionStep]()
        day = usual_deadline(now.period) - timedelta(days=self.rng.randrange(2, 10))
        for act in acts:
            words = self._words(act, again=bool(now.handed_in))
            who = self.office if act in (_A.ACCEPT, _A.RETURN) else self.unit
            now = stepped(now, Attempt(act, now.version, words), who.id, self.plans, today)
            hour = time(8 + len(steps), self.rng.randrange(60), tzinfo=self.zone)
            at = datetime.combine(min(day, today), hour)
            kept = now.analysis if act is _A.HAND_IN else words
            steps.append(SubmissionStep(at, who.id, who.name, act, now.state, kept))
            day += timedelta(days=self.rng.randrange(1, 4))
        return now, steps

    def _words(self, act: SubmissionAct, *, again: bool) -> str:
        if act is _A.WRITE and again:
            return f"{self.submission.analysis or self._analysis}\n{self.texts['again']}"
        if act is _A.WRITE:
            return self._analysis
        return str(self.rng.choice(self.texts["note"])) if act is _A.RETURN else ""

    @property
    def _analysis(self) -> str:
        about = random.Random(f"{SEED} {self.submission.upp} {self.submission.period} analysis")
        return str(about.choice(self.texts["analysis"]))


def _planned(item: TindakLanjut, today: date) -> TindakLanjut:
    """The follow-up with an example of a plan, if it has none."""
    if not is_unplanned(item):
        return item
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))[item.unsur]
    rng = random.Random(f"{SEED} {item.upp} {item.period} {item.unsur} plan")
    chosen = rng.choice(texts)
    deadline = today + timedelta(days=rng.randrange(20, 100))
    return replace(item, plan=Plan(chosen["action"], deadline, chosen["person"]))


async def _example(conn: AsyncConnection, role: Role, name: str, now: datetime) -> Official:
    official = await officials.add(conn, Invitation(role, None, name), name, "web", "", "id", now)
    await officials.remove(conn, official.id, now)
    return official
