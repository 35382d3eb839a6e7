"""Codes that cannot be guessed."""

from skm.privacy.pseudonym import RECEIPT_ALPHABET, new_codes


def test_codes_of_a_batch_are_different_even_where_few_are_left() -> None:
    made = new_codes(len(RECEIPT_ALPHABET), 1)
    assert made == sorted(RECEIPT_ALPHABET)
    assert new_codes(0, 8) == []
    assert {len(code) for code in new_codes(50, 8)} == {8}
