from __future__ import annotations

import pytest

from tracker.vet.language import foreign_language, is_mostly_foreign

#: Languages of four pieces: of a French text, of one with a list of English addresses, and of one in both.
FRENCH = (("fr",), ("fr",), ("fr", "oc"), ("fr",))
BLURRED = (("fr",), ("fr",), ("fr",), ("fr", "en"))
BOTH = (("fr",), ("fr",), ("en",), ("en",))


@pytest.mark.parametrize("expected", ["en", "en-GB", "EN"])
def test_a_text_is_foreign_where_all_pieces_exclude_the_expected_language(expected: str) -> None:
    assert foreign_language(FRENCH, expected=expected) == "fr"


@pytest.mark.parametrize("pieces", [BLURRED, BOTH, ()])
def test_a_text_is_not_surely_foreign_where_a_piece_does_not_say_so(pieces: tuple[tuple[str, ...], ...]) -> None:
    assert foreign_language(pieces, expected="en") is None


@pytest.mark.parametrize("expected", ["fr", "oc", "xx"])
def test_a_text_is_not_foreign_to_what_it_may_be_nor_to_an_unknown_language(expected: str) -> None:
    assert foreign_language(FRENCH, expected=expected) is None


def test_languages_that_are_written_alike_are_not_foreign_to_each_other() -> None:
    assert foreign_language((("nl",), ("nl",)), expected="af") is None
    assert not is_mostly_foreign((("nl",), ("nl",)), expected="af")


@pytest.mark.parametrize(("found", "expected"), [("yue", "zh-Hant"), ("wuu", "zh"), ("arz", "ar")])
def test_a_language_and_its_varieties_are_not_foreign_to_each_other(found: str, expected: str) -> None:
    assert foreign_language(((found,), (found,)), expected=expected) is None


@pytest.mark.parametrize(("pieces", "expected"), [(FRENCH, True), (BLURRED, True), (BOTH, False), ((), False)])
def test_a_text_is_mostly_foreign_where_all_pieces_are_likeliest_in_one_other_language(
    pieces: tuple[tuple[str, ...], ...], *, expected: bool
) -> None:
    assert is_mostly_foreign(pieces, expected="en") is expected


@pytest.mark.parametrize("expected", ["fr-CA", "FR", "xx"])
def test_a_text_is_not_mostly_foreign_to_its_own_language_nor_to_an_unknown_one(expected: str) -> None:
    assert not is_mostly_foreign(FRENCH, expected=expected)
