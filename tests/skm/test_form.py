"""A row of a sheet is a response, or says why not."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.settings import INSTRUMENTS
from skm.form import Forms, cells, optional, required
from skm.instrument import Instrument
from skm.response import Response
from skm.sheet import Problem
from skm.upp import Mode, Upp

INSTRUMENT = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
UPPS = [
    Upp("PAJANG", "UPT. Puskesmas Pajang"),
    Upp("A", "Kantor Kembar"),
    Upp("B", "Kantor Kembar"),
]
JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
COLUMNS = required(INSTRUMENT) + optional(INSTRUMENT)
NINE = {f"u{n}": "3" for n in range(1, 10)}


def read(*rows: dict[str, str]) -> list[Response | Problem]:
    lines = [",".join(COLUMNS)]
    for row in rows:
        given = {"upp": "PAJANG", "submitted_at": "2026-11-20", **NINE, **row}
        lines.append(",".join(given.get(column, "") for column in COLUMNS))
    return list(Forms(INSTRUMENT, UPPS, JAKARTA, NOW).read(f"{line}\n" for line in lines))


def response(**row: str) -> Response:
    [found] = read(row)
    assert isinstance(found, Response), found
    return found


def reason(**row: str) -> str:
    [found] = read(row)
    assert isinstance(found, Problem), found
    assert found.line == 2
    return found.reason


def test_a_row_with_nothing_but_the_nine_answers_is_a_paper_form() -> None:
    found = response()
    assert (found.upp, found.layanan, found.saran) == ("PAJANG", "", None)
    assert found.answers == {f"U{n}": 3 for n in range(1, 10)}
    assert found.mode is Mode.PAPER
    assert (found.respondent, found.started_at, found.collector) == (None, None, None)
    assert found.profile == {}


def test_a_row_may_say_more() -> None:
    found = response(
        layanan="Poli Umum", gender="Female", age="36", saran="Kursi kurang", mode="mandiri"
    )
    assert found.layanan == "Poli Umum"
    assert found.profile == {"gender": "female", "age": "36"}
    assert (found.saran, found.mode) == ("Kursi kurang", Mode.SELF)


@pytest.mark.parametrize(
    "named", ["PAJANG", "pajang", "upt puskesmas pajang", "UPT. Puskesmas  Pajang"]
)
def test_a_unit_is_named_by_code_or_by_name(named: str) -> None:
    assert response(upp=named).upp == "PAJANG"


@pytest.mark.parametrize(
    ("written", "moment", "day"),
    [
        ("2026-11-20", datetime(2026, 11, 20, 5, tzinfo=UTC), date(2026, 11, 20)),
        ("2026-11-20 00:30", datetime(2026, 11, 19, 17, 30, tzinfo=UTC), date(2026, 11, 20)),
        ("2026-11-20T09:15:30", datetime(2026, 11, 20, 2, 15, 30, tzinfo=UTC), date(2026, 11, 20)),
        ("2026-11-20T22:00Z", datetime(2026, 11, 20, 22, tzinfo=UTC), date(2026, 11, 21)),
        ("2026-11-20T09:00+09:00", datetime(2026, 11, 20, tzinfo=UTC), date(2026, 11, 20)),
        ("2026-11-24", datetime(2026, 11, 24, 5, tzinfo=UTC), date(2026, 11, 24)),
    ],
)
def test_a_time_without_a_zone_is_local(written: str, moment: datetime, day: date) -> None:
    found = response(submitted_at=written)
    assert found.submitted_at == moment
    assert Forms(INSTRUMENT, UPPS, JAKARTA, NOW).day(found.submitted_at) == day


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"upp": "PUSAT"}, "upp “PUSAT” is no unit's code or name: see `skm upp list`."),
        ({"upp": ""}, "upp “” is no unit's code or name: see `skm upp list`."),
        ({"upp": "Kantor Kembar"}, "upp “Kantor Kembar” is no unit's code or name"),
        ({"u3": "5"}, "u3 is “5”: write 1, 2, 3 or 4."),
        ({"u3": ""}, "u3 is empty: write 1, 2, 3 or 4."),
        ({"u9": "٣"}, "u9 is “٣”: write 1, 2, 3 or 4."),
        ({"submitted_at": ""}, "submitted_at “” is no date: write 2026-11-24"),
        ({"submitted_at": "24/11/2026"}, "is no date"),
        ({"submitted_at": "2026-02-30"}, "is no date"),
        ({"submitted_at": "0001-01-01T00:00"}, "is no date"),
        ({"submitted_at": "2026-11-25"}, "lies in the future"),
        ({"submitted_at": "9999-12-31T23:59"}, "lies in the future"),
        ({"submitted_at": "1999-12-31"}, "lies before 2000"),
        ({"gender": "perempuan"}, "gender is “perempuan”: write female, male, or nothing."),
        ({"mode": "fax"}, "mode is “fax”: write mandiri, bantuan, kertas, or nothing."),
        ({"instrument": "skm16-1"}, "instrument is “skm16-1”, here it is skm9-1"),
        ({"saran": "x" * 2001}, "saran has 2001 characters: shorten it to 2000."),
        ({"layanan": "x" * 201}, "layanan has 201 characters: shorten it to 200."),
    ],
)
def test_a_bad_cell_is_told_with_what_to_write(row: dict[str, str], said: str) -> None:
    assert said in reason(**row)


def test_the_same_row_twice_is_two_responses_and_the_same_two_the_next_time() -> None:
    first = [found.id for found in read({}, {}, {"u1": "4"}) if isinstance(found, Response)]
    again = [found.id for found in read({"u1": "4"}, {}, {}) if isinstance(found, Response)]
    assert len(set(first)) == 3
    assert set(first) == set(again)


def test_a_response_goes_out_with_its_day_and_without_who_gave_it() -> None:
    said = Response(
        id="7KQ2M9PX",
        upp="PAJANG",
        layanan="@home",
        collector="K7Q2M9",
        instrument="skm9-1",
        answers={f"U{n}": 4 for n in range(1, 10)},
        submitted_at=datetime(2026, 11, 20, 2, 15, tzinfo=UTC),
        profile={"gender": "male", "age": None},
        saran="=HYPERLINK(1)",
        respondent="5f4dcc3b5aa765d61d8327deb882cf99",
        channel="telegram",
    )
    told = dict(zip(COLUMNS, cells(said, date(2026, 11, 20), COLUMNS), strict=True))
    assert told["submitted_at"] == "2026-11-20"
    assert (told["gender"], told["age"], told["mode"]) == ("male", "", "mandiri")
    assert (told["layanan"], told["saran"]) == ("'@home", "'=HYPERLINK(1)")
    assert not {"7KQ2M9PX", "K7Q2M9", said.respondent} & set(told.values())
