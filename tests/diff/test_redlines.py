"""Redlines read as an editor would mark them, at any size."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tracker.diff import redline_texts
from tracker.diff.redline import COARSE_NOTE
from tracker.diff.sequences import common_in_order, longest_rising
from tracker.diff.tokens import split_tokens
from tracker.diff.units import split_sentences, split_units
from tracker.model import Change


def _marked(old: str, new: str) -> str:
    signs = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(signs[span.tag].format(span.text) for span in redline_texts(old, new)[0])


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("kept for 6 months", "kept for 18 months", "kept for [-6-]{+18+} months"),
        ("kept for 1.5 years", "kept for 2.5 years", "kept for [-1.5-]{+2.5+} years"),
        ("terror suspect", "criminal suspect", "[-terror-]{+criminal+} suspect"),
        ("the users", "the user", "the [-users-]{+user+}"),
        ("your IP address", "your IP address and phone number", "your IP address{+ and phone number+}"),
        ("your name, too", "your name, ring, too", "your name, {+ring, +}too"),
        ("One. Two. Four.", "One. Two. Three. Four.", "One. Two. {+Three. +}Four."),
        ("see https://example.org/a/b now", "see https://example.org/a/c now",
         "see [-https://example.org/a/b-]{+https://example.org/a/c+} now"),
        ("we may use it", "they will keep all", "[-we may use it-]{+they will keep all+}"),
        ("", "all new", "{+all new+}"),
        ("all old", "", "[-all old-]"),
        ("", "", ""),
        ("a b", "a  b", "a[- -]{+  +}b"),
    ],
)  # fmt: skip
def test_redlines_are_marked_by_whole_words(old: str, new: str, marked: str) -> None:
    assert _marked(old, new) == marked


def test_weak_words_between_replaced_runs_are_replaced_with_them() -> None:
    old = "We share letters with the postmaster of a loft."
    new = "We give parcels to the police of a town."
    assert _marked(old, new).count("[-") < 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("word" * 250_000, "ward" * 250_000),
        ("a. " * 100_000, "b. " * 100_000),
        ("a b " * 50_000, "b a " * 50_000),
        ("x " + "a " * 40_000 + "y", "x " + "a " * 20_000 + "y"),
        (" ".join(map(str, range(60_000))), " ".join(map(str, range(60_000, 120_000)))),
        ("a" * 500_000 + " b", "a" * 500_000 + " c"),
    ],
)
def test_redlines_of_a_megabyte_end_and_rebuild(old: str, new: str) -> None:
    spans, _ = redline_texts(old, new)
    assert "".join(span.text for span in spans if span.tag != "+") == old
    assert "".join(span.text for span in spans if span.tag != "-") == new


def test_scattered_edits_in_a_paragraph_of_a_megabyte_are_found_word_by_word() -> None:
    source = random.Random(7)  # noqa: S311 - a fixed seed is the point
    words = [f"w{source.randrange(3000)}{'.' if place % 15 == 14 else ''}" for place in range(120_000)]
    changed = [word if place % 1000 else "CHANGED" for place, word in enumerate(words)]
    spans, coarse = redline_texts(" ".join(words), " ".join(changed))
    assert not coarse
    assert sum(span.tag == "+" for span in spans) == 120
    assert all(len(span.text) < 60 for span in spans if span.tag == "+")


@pytest.mark.parametrize(
    ("sentences", "length", "ending"), [(40, 30, "."), (62, 12, "."), (200, 12, "."), (1, 4000, "")]
)
def test_one_word_changed_in_each_of_many_sentences_is_all_that_is_marked(
    sentences: int, length: int, ending: str
) -> None:
    source = random.Random(7)  # noqa: S311 - a fixed seed is the point
    old = [[f"w{source.randrange(3000)}" for _ in range(length)] for _ in range(sentences)]
    new = [[*words[:5], "renamed", *words[6:]] for words in old]
    spans, coarse = redline_texts(*(" ".join(" ".join(words) + ending for words in side) for side in (old, new)))
    assert not coarse
    assert {span.text.strip() for span in spans if span.tag == "+"} == {"renamed"}
    assert sum(span.tag == "+" for span in spans) == sentences


def test_what_is_too_long_to_compare_by_words_says_so(compare: Callable[[str, str], Change]) -> None:
    source = random.Random(7)  # noqa: S311 - a fixed seed is the point
    words = [f"w{source.randrange(300)}" for _ in range(24_000)]
    shuffled = source.sample(words, len(words))
    (clause,) = compare(" ".join(words), " ".join(shuffled)).clauses
    assert clause.notes == (COARSE_NOTE,)


def test_two_wholly_different_megabytes_are_compared_in_bounds(compare: Callable[[str, str], Change]) -> None:
    def text(seed: int) -> str:
        source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
        paragraphs = (
            " ".join(f"{source.choice('abc')}{source.randrange(2000)}" for _ in range(50)) for _ in range(3500)
        )
        return "\n\n".join(paragraphs)

    change = compare(text(1), text(2))
    assert sum(clause.op == "added" for clause in change.clauses) > 3000


def test_thousands_of_clauses_in_another_order_are_moves(compare: Callable[[str, str], Change]) -> None:
    lines = [f"Loft {number} keeps birds of {number * 7 % 1000} grams." for number in range(4000)]
    shuffled = random.Random(7).sample(lines, len(lines))  # noqa: S311 - a fixed seed is the point
    change = compare("\n\n".join(lines), "\n\n".join(shuffled))
    assert {clause.op for clause in change.clauses} == {"moved"}
    assert (change.words_added, change.words_removed) == (0, 0)


def test_a_clause_far_away_is_found_among_thousands_of_others(compare: Callable[[str, str], Change]) -> None:
    def filler(letter: str) -> list[str]:
        return [" ".join(f"{letter}{number}x{step}" for step in range(8)) for number in range(400)]

    old = [*filler("a"), "Letters of lost birds are kept for six months in the loft."]
    new = ["Letters of lost birds are kept for nine months in the loft.", *filler("b")]
    change = compare("\n\n".join(old), "\n\n".join(new))
    assert [clause.new for clause in change.clauses if clause.old and clause.new] == [new[0]]


def test_common_elements_rise_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = list("abcdeaf"), list("xbacdaef")
    found = common_in_order(old, new)
    assert len(found) == 5
    assert all(old[one] == new[other] for one, other in found)
    assert found == sorted(found)
    monkeypatch.setattr("tracker.diff.sequences._MOST_CELLS", 0)
    assert common_in_order(old, new) == [(1, 1), (2, 3), (3, 4), (4, 6), (6, 7)]


def test_the_longest_rising_subsequence() -> None:
    assert [[3, 1, 2, 5, 4, 6][place] for place in longest_rising([3, 1, 2, 5, 4, 6])] in ([1, 2, 4, 6], [1, 2, 5, 6])
    assert longest_rising([]) == []


@pytest.mark.parametrize(
    "text", ["", "a", "  a  ", "a.b, c! d\u2019s", "x" * 5000, "\u202e\u200b \t\n", "1,000.50 5th"]
)
def test_units_make_the_text(text: str) -> None:
    assert "".join(split_tokens(text)) == text
    units = split_units(text)
    sentences = split_sentences(units)
    assert "".join(token for sentence in sentences for token in units.tokens(*sentence)) == text
