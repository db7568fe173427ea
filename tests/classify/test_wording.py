"""Sides, sentences and edits: what of a changed clause is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.classify.wording import (
    MARKUP,
    Edit,
    covers,
    meets,
    overlapping,
    read_wording,
    split_sentences,
    words_of,
)
from tracker.model import ClauseChange, SectionRef, Span, SpanTag

MakeClause = Callable[..., ClauseChange]

SECTION: Final = SectionRef(number="1", title="Practices", anchor=None)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("One\nTwo", ["One", "Two"]),
        ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
        # An abbreviation or an initial ends no sentence.
        ("Alder Inc. Berlin and Birch Ltd. are friends.", ["Alder Inc. Berlin and Birch Ltd. are friends."]),
        ("Trees, e.g. oaks, i.e. old ones.", ["Trees, e.g. oaks, i.e. old ones."]),
        ("Bäume, z.B. Eichen, bzw. Ulmen.", ["Bäume, z.B. Eichen, bzw. Ulmen."]),
        ("Laws of the U.S. apply.", ["Laws of the U.S. apply."]),
        ("Mr J. Oak and (No. 4) agree.", ["Mr J. Oak and (No. 4) agree."]),
        # A word that ends so is none.
        ("A casino. A disco. A zoo.", ["A casino.", "A disco.", "A zoo."]),
        ("Wait... Now!! So.", ["Wait...", "Now!!", "So."]),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end].strip() for start, end in split_sentences(text)] == sentences


@given(st.text(alphabet="aB.!? \n\"')", max_size=200))
def test_sentences_are_the_whole_text_in_order(text: str) -> None:
    assert "".join(text[start:end] for start, end in split_sentences(text)) == text


def edits(clause: ClauseChange) -> list[tuple[str, str]]:
    return [(" ".join(edit.deleted), " ".join(edit.inserted)) for edit in read_wording(clause, None).edits]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Old oaks sing.", "Young oaks dance.", [("old", "young"), ("sing", "dance")]),
        ("The oaks sing.", "The old oaks sing.", [("", "old")]),
        ("Oaks sing aloud.", "Oaks sing.", [("aloud", "")]),
        # The same letters, cut otherwise.
        ("A wood land sings.", "A woodland sings.", []),
        # What is there twice says it once.
        ("The the oak sings.", "The oak sings.", []),
        ("Near the oak.", "Near our the oak.", []),
        # Markup is no word.
        ("Oaks sing.", "Oaks <b>sing</b>.", []),
        # A mark in between parts no edit.
        ("Elm-tree sings.", "Oak-bush sings.", [("elm tree", "oak bush")]),
        ("Up to 5 oaks.", "Up to 6 oaks.", [("5", "6")]),
    ],
)
def test_edits_are_words_that_took_the_place_of_others(
    make_clause: MakeClause, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert edits(make_clause(old, new)) == expected


def change(*redline: tuple[SpanTag, str]) -> ClauseChange:
    spans = tuple(Span(tag, text) for tag, text in redline if text)
    old, new = ("".join(span.text for span in spans if span.tag in {"=", tag}) for tag in ("-", "+"))
    return ClauseChange(op="modified", section=SECTION, old=old, new=new, redline=spans)


def test_number_of_an_item_is_no_word() -> None:
    assert edits(change(("-", "1. "), ("+", "2. "), ("=", "Oaks sing."))) == []
    assert edits(change(("=", "Up to "), ("-", "5"), ("+", "6"), ("=", " oaks."))) == [("5", "6")]


WORDS: Final = st.lists(st.sampled_from(["we", "may", "share", "oaks", "the", "1.", ".", "<b>"]), max_size=12)


@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_swapping_the_sides_swaps_each_edit(old: str, new: str) -> None:
    there, back = (read_wording(change(("-", before), ("+", after)), None).edits
                   for before, after in ((old, new), (new, old)))  # fmt: skip
    assert back == tuple(Edit(edit.inserted, edit.deleted) for edit in there)


def test_only_sentences_that_the_change_touches_are_read(make_clause: MakeClause) -> None:
    clause = make_clause("Oaks sing. Elms sleep. Figs wait.", "Oaks sing. Elms dance. Figs wait.")
    wording = read_wording(clause, "de-AT")
    read = [wording.new.text[start:end].strip() for start, end in wording.new.sentences]
    assert "Elms dance." in read
    assert "Oaks sing." not in read
    assert wording.language == "de"
    assert wording.new.is_changed(17, 22)
    assert not wording.new.is_changed(0, 10)
    assert wording.new.sentence_at(12) == wording.new.sentences[0]
    assert wording.new.sentence_before(10) == (0, 10)
    assert wording.new.sentence_before(0) is None


def test_deletion_touches_the_sentence_that_it_was_in(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("Oaks sing aloud. Elms sleep.", "Oaks sing. Elms sleep."), None)
    assert wording.new.changed == ()
    assert [wording.new.text[start:end].strip() for start, end in wording.new.sentences] == ["Oaks sing."]


@pytest.mark.parametrize(
    ("start", "end", "met", "covered"),
    [(0, 2, False, False), (2, 4, True, False), (3, 5, True, True), (5, 9, False, False), (9, 12, True, True),
     (8, 30, True, False), (12, 13, False, False)],
)  # fmt: skip
def test_ranges_meet_and_cover(start: int, end: int, *, met: bool, covered: bool) -> None:
    ranges = [(3, 5), (9, 12)]
    assert meets(ranges, start, end) is met
    assert covers(ranges, start, end) is covered


def test_markup_is_a_tag_and_no_comparison() -> None:
    assert MARKUP.sub("", "a <b class='x'>c</b> < d > e") == "a c < d > e"
    assert words_of("Oak\u2019s well-known 7 TREES") == ["oak's", "well", "known", "7", "trees"]


@given(st.lists(st.integers(0, 60), max_size=12, unique=True).map(sorted), st.integers(0, 60), st.integers(1, 20))
def test_ranges_that_overlap_are_those_that_share_a_character(marks: list[int], start: int, size: int) -> None:
    ranges = [(first, last) for first, last in zip(marks[::2], marks[1::2], strict=False)]
    expected = [item for item in ranges if item[0] < start + size and item[1] > start]
    assert list(overlapping(ranges, start, start + size)) == expected
