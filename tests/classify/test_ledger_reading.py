"""Which sentences are read as promises and powers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.classify.ledger.lexicon import load_ledger_lexicon
from tracker.classify.ledger.reading import Reading, list_sentences, read_sentence
from tracker.model import COMMITMENT_KINDS, COMMITMENT_MODALITIES

CASES = Path(__file__).parent / "ledger"
#: Seconds of work in which this many characters are read, on a machine that has other work to do: a time that grows
#: with the square of the text is hours.
PATIENCE, CHARACTERS = 15, 1_000_000


def cases() -> list[tuple[str, str, str]]:
    found = []
    for path in sorted(CASES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            expected, bar, sentence = line.partition("|")
            if bar and not line.startswith("#"):
                found.append((path.stem, expected.strip(), sentence.strip()))
    return found


def read(text: str, language: str | None = "en") -> list[Reading]:
    return [
        reading
        for sentence in list_sentences(text)
        for reading in read_sentence(sentence, language=language, names=("Courier",))
    ]


@pytest.mark.parametrize(("language", "expected", "sentence"), cases())
def test_a_sentence_is_read_as_its_line_says(language: str, expected: str, sentence: str) -> None:
    found = [f"{reading.kind} {reading.modality}" for reading in read(sentence, language)]
    assert sorted(found) == sorted(part.strip() for part in expected.split(",") if part)


@pytest.mark.parametrize(("expected", "sentence"), [case[1:] for case in cases()])
def test_where_the_language_is_not_known_the_same_is_read(expected: str, sentence: str) -> None:
    found = [f"{reading.kind} {reading.modality}" for reading in read(sentence, None)]
    assert sorted(found) == sorted(part.strip() for part in expected.split(",") if part)


def test_every_kind_and_modality_has_a_case() -> None:
    named = {part.strip() for _, expected, _ in cases() for part in expected.split(",") if part}
    assert {name.split()[0] for name in named} == set(COMMITMENT_KINDS)
    assert {name.split()[1] for name in named} == set(COMMITMENT_MODALITIES)


def test_the_lexicon_has_its_shape() -> None:
    assert load_ledger_lexicon().phrases


def test_a_sentence_is_quoted_from_where_it_stands() -> None:
    text = "Letters rest.  We never sell your data!"
    (reading,) = read(text)
    sentence = reading.sentence
    assert text[sentence.start : sentence.start + len(sentence.text)] == sentence.text == "We never sell your data!"


def test_the_verb_and_what_it_acts_on_are_read() -> None:
    (reading,) = read("We do not sell, rent or trade the names of your friends to anybody.")
    assert reading.verbs == ("sell", "rent", "trade")
    assert reading.acts_on == "the names of your friends"
    assert reading.sentence.text[reading.start : reading.end] == "We do not sell, rent or trade"


def test_an_abbreviation_ends_no_sentence() -> None:
    assert [sentence.text for sentence in list_sentences("We obey U.S. law. And E.U. law as well.")] == [
        "We obey U.S. law.",
        "And E.U. law as well.",
    ]


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for sentence in list_sentences(text):
        assert text[sentence.start : sentence.start + len(sentence.text)] == sentence.text
        for reading in read_sentence(sentence, language=None, names=("Courier",)):
            assert 0 <= reading.start < reading.end <= len(sentence.text)


PIECES = ["we", "may", "not", "share", "your", "data", "never", "only", ",", "and", "that", "is", "used", "reserve",
          "the", "right", "to", "you", "grant", "us", "wir", "nous", ".", "(", ")", "by", "have", "been",
          "Courier"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_mixture_of_telling_words_is_read(words: list[str]) -> None:
    for reading in read(" ".join(words), None):
        assert reading.sentence.text[reading.start : reading.end]


@pytest.mark.parametrize(
    "piece",
    ["a", ".", ",", "a-", "we may, ", "you grant to us ", "data that ", "data may be shared, sold, or ",
     "wir können ", "We may use data. "],
)  # fmt: skip
def test_a_megabyte_is_read_in_time(piece: str) -> None:
    began = time.process_time()
    read(piece * (CHARACTERS // len(piece)), None)
    assert time.process_time() - began < PATIENCE
