"""Every text of a document can stand in every file; what people can read is all still there."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from skm.output.documents.document import Facts, Heading, Picture, Table
from skm.output.documents.legible import legible


@given(st.text(st.characters(codec=None)))
def test_whatever_is_left_is_xml_and_what_can_be_read_stays(text: str) -> None:
    left = legible(text)
    if "<" not in left and "&" not in left:
        ElementTree.fromstring(f"<t>{left}</t>")
    assert [char for char in left if char.isprintable() or char in "\n\t"] == [
        char for char in text if char.isprintable() or char in "\n\t"
    ]
    assert legible(left) == left


def test_it_goes_through_every_part_of_a_document() -> None:
    bad, good = "a\x1bb\ufffe\u202e", "ab"
    table = Table(bad, [bad], [[bad, bad]], [1.0], frozenset({0}))
    assert legible(table) == Table(good, [good], [[good, good]], [1.0], frozenset({0}))
    assert legible((Heading(bad), Facts([(bad, bad)]))) == (Heading(good), Facts([(good, good)]))
    assert legible(Picture(bad, b"\x1b", bad)) == Picture(good, b"\x1b", good)
