"""What a closing freezes for ever, and what may be estimated better later."""

import json

from skm.closing.frozen import FrozenUnit, exact
from skm.figures.breakdown import plain_tallies, tallies_of
from skm.instansi.period import Period
from tests.tools.tallies import tally_of

Q3 = Period.parse("2026-Q3")
TALLIES = {"skm9-1": tally_of(*[[4, 3, 4, 4, 3, 4, 4, 4, 3]] * 30)}
UNIT = FrozenUnit("PAJANG", "Puskesmas Pajang", None, 12000, TALLIES, TALLIES)


def test_a_closing_with_the_intervals_of_an_earlier_method_is_the_same() -> None:
    content = json.loads(UNIT.content(Q3))
    earlier = json.dumps({**content, "figures": {**content["figures"], "interval": ["1", "2"]}})
    assert exact(earlier) == exact(UNIT.content(Q3))


def test_a_closing_with_another_index_is_not() -> None:
    content = json.loads(UNIT.content(Q3))
    forged = json.dumps({**content, "figures": {**content["figures"], "ikm": "99.99"}})
    assert exact(forged) != exact(UNIT.content(Q3))


def test_tallies_without_clusters_as_in_the_first_closings_come_back_as_they_were() -> None:
    first = json.loads(json.dumps(plain_tallies(TALLIES)))
    first[0][1] = first[0][1][:4]
    found = tallies_of(first)
    assert found == TALLIES
    assert found["skm9-1"].clusters.number == 0
    assert plain_tallies(found) == first
