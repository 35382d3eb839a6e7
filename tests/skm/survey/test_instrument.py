"""The instrument file: what is accepted, and the errors for what is not."""

from pathlib import Path

import pytest

import skm
from skm.survey.instrument import Instrument, InstrumentError
from skm.survey.unsur import Unsur

FOLDER = Path(skm.__file__).parent / "survey" / "instruments"
SKM9 = Instrument.parse((FOLDER / "skm9.toml").read_text())


def test_the_nine_questions_name_each_unsur_once_and_ask_sarana_before_pengaduan() -> None:
    asked = [item.unsur for item in SKM9.items]
    assert sorted(asked) == list(Unsur)
    assert asked.index(Unsur.U9) < asked.index(Unsur.U8)


def test_answers_are_grouped_by_unsur_and_never_by_position() -> None:
    grouped = SKM9.by_unsur({"U8": 1, "U9": 4})
    assert grouped[Unsur.U8] == [1]
    assert grouped[Unsur.U9] == [4]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_instrument_is_usable(path: Path) -> None:
    instrument = Instrument.parse(path.read_text())
    assert instrument.version.startswith(instrument.name)


def _file(items: str) -> str:
    return f'name = "x"\nversion = "x-1"\nitems = [{items}]\n'


ALL = ", ".join(f'{{ id = "{u}", unsur = "{u}" }}' for u in Unsur)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "needs name, version and items"),
        ("name = ", "not usable"),
        (_file('{ id = "U1", unsur = "U1" }'), "Add an item for U2"),
        (_file(ALL + ', { id = "U1", unsur = "U1" }'), "U1 stands twice"),
        (_file(ALL + ', { id = "U 1", unsur = "U1" }'), "letters and digits"),
        (_file('{ id = "U1", unsur = "U10" }'), "unsur U1 to U9"),
        (
            _file(ALL + "".join(f', {{ id = "a{n}", unsur = "U1" }}' for n in range(6))),
            "at most six items for U1",
        ),
    ],
)
def test_an_error_in_the_file_says_what_to_change(text: str, advice: str) -> None:
    with pytest.raises(InstrumentError, match=advice):
        Instrument.parse(text)
