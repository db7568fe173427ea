from __future__ import annotations

import pytest

from tracker.vet.language import common_language, foreign_language, is_mostly_foreign

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


#: The same few sentences, in our own words.
SENTENCES = {
    "en": "We write down who ordered which bread, and burn the list in the evening. Nobody else gets to see it.",
    "de": "Wir schreiben auf, wer welches Brot bestellt, und verbrennen die Liste am Abend. Sonst sieht sie niemand.",
    "fr": "Nous notons qui a commandé quel pain, et nous brûlons la liste le soir. Personne d'autre ne la voit.",
    "es": "Anotamos quién ha pedido cada pan y quemamos la lista por la noche. Nadie más llega a verla nunca.",
    "nl": "Wij schrijven op wie welk brood heeft besteld en verbranden de lijst 's avonds. Niemand anders ziet die.",
    "sv": "Vi skriver upp vem som har beställt vilket bröd och bränner listan på kvällen. Ingen annan får se den.",
    "pt": "Anotamos quem encomendou cada pão e queimamos a lista à noite. Mais ninguém chega a vê-la, nunca.",
}


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("times", [1, 30])
def test_the_common_language_of_texts_is_told(language: str, times: int) -> None:
    text = " ".join([SENTENCES[language]] * times)
    assert common_language(text) == common_language(text, f"{text} Brot!") == language


@pytest.mark.parametrize("times", [1, 30])
def test_texts_in_two_languages_have_none_in_common(times: int) -> None:
    english, german = (" ".join([SENTENCES[language]] * times) for language in ("en", "de"))
    assert common_language(english, german) is None


def test_a_text_that_is_in_two_languages_itself_has_none() -> None:
    english, german = (" ".join([SENTENCES[language]] * 30) for language in ("en", "de"))
    assert common_language(f"{english} {german}", english) is None


@pytest.mark.parametrize(
    "texts", [(), ("",), ("Privacy",), ("x" * 39,), ("4.2.1 (a) 2024-05-06; 2025-06-07, 12:45 +1 212 555 0100", "12")]
)
def test_what_is_too_short_has_no_language(texts: tuple[str, ...]) -> None:
    assert common_language(*texts) is None


def test_a_text_too_short_to_tell_does_not_hide_the_language_of_the_other() -> None:
    assert common_language("Gone.", SENTENCES["en"]) == "en"
