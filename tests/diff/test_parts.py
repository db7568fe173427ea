"""The parts of a comparison: units, sentences, assignment."""

from __future__ import annotations

import itertools
import random

import pytest

from tracker.diff.assignment import assign
from tracker.diff.likeness import Likeness
from tracker.diff.sentences import pair_sentences
from tracker.diff.sequences import heaviest_rising
from tracker.diff.tokens import count_words, split_tokens
from tracker.diff.units import split_sentences, split_units
from tracker.extract import parse_markdown


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("kept until 14 August 2018, then", ["kept", "until", "14 August 2018", ",", "then"]),
        ("on September 23rd, 2024.", ["on", "September 23rd, 2024", "."]),
        ("am 1. Juli 2018 in", ["am", "1. Juli 2018", "in"]),
        ("since March 2020", ["since", "March 2020"]),
        ("we may 3 times", ["we", "may", "3", "times"]),
        ("May we", ["May", "we"]),
        ('(the "Loft Data") is', ["(", "the", '"Loft Data"', ")", "is"]),
        ("\u201cSwift Wings\u201d fly", ["\u201cSwift Wings\u201d", "fly"]),
        ('he said "no.', ["he", "said", '"', "no", "."]),
        ("v2.0 costs 1,000.50 or 10%", ["v2.0", "costs", "1,000.50", "or", "10", "%"]),
        ("t.me/abc, a.b@example.org; https://example.org/a?b=c.",
         ["t.me/abc", ",", "a.b@example.org", ";", "https://example.org/a?b=c", "."]),
        ("ter\u00admi\u00adna\u200btion", ["ter\u00admi\u00adna\u200btion"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940 text", ["\u0939\u093f\u0928\u094d\u0926\u0940", "text"]),
        ("the U.S. (e.g. here) 10 000 of (a)", ["the", "U.S.", "(", "e.g.", "here", ")", "10 000", "of", "(a)"]),
        ("\u6211\u4eec data", ["\u6211", "\u4eec", "data"]),
    ],
)  # fmt: skip
def test_what_a_reader_takes_as_one_thing_is_one_unit(text: str, units: list[str]) -> None:
    assert split_units(text).texts == units


def test_units_of_the_same_words_in_another_style_have_the_same_key() -> None:
    assert split_units("\u201cSwift Wings\u201d \u2014 don\u2019t").keys == split_units('"Swift Wings" - don\'t').keys


def test_sentences_end_at_marks_before_space_and_at_paragraphs() -> None:
    units = split_units('One. Two "three." Four: v1.5 five;six\n\nSeven \u516b\u3002\u4e5d')
    assert ["".join(units.tokens(*ends)).strip() for ends in split_sentences(units)] == [
        "One.", 'Two "three."', "Four:", "v1.5 five;six", "Seven \u516b\u3002", "\u4e5d",
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["a.", "a-", "1.", "http://", "@", "a@", "x.y/?", "a" * 62 + ".", "\u4e00", "'a"])
def test_units_of_odd_texts_are_found_in_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert "".join(split_tokens(text)) == text
    assert count_words(text) >= 0


def test_numbers_do_not_tell_clauses_apart() -> None:
    old, new = parse_markdown("Kept for 6 months."), parse_markdown("Kept for 18 months.\n\nSold for 6 coins.")
    likeness = Likeness(old, new)
    assert (likeness.between(0, 0), likeness.between(0, 1)) == (1, 0.5)


def test_sentences_are_paired_with_the_most_alike_in_order() -> None:
    assert pair_sentences(["abcdef", "uvwxyz"], ["abcxef", "mnopqr", "uvwayz"]) == [
        (0, 1, 0, 1),
        (1, 1, 1, 2),
        (1, 2, 2, 3),
    ]


def test_a_sentence_cut_in_two_is_paired_with_both() -> None:
    assert pair_sentences(["abcdefghijkl"], ["abcdef", "ghijkl"]) == [(0, 1, 0, 2)]
    assert pair_sentences(["abcdef", "ghijkl"], ["abcdefghijkl"]) == [(0, 2, 0, 1)]
    assert pair_sentences([], ["a"]) == [(0, 0, 0, 1)]
    assert pair_sentences([], []) == []


def test_the_assignment_has_the_greatest_sum() -> None:
    source = random.Random(3)  # noqa: S311 - a fixed seed is the point
    for _ in range(300):
        size = source.randint(1, 5)
        weights = {
            (old, new): source.choice([0.1, 0.2, 0.5, source.random() + 0.01])
            for old in range(size)
            for new in range(source.randint(1, 5))
            if source.random() < 0.6
        }
        found = assign([(old, new, weight) for (old, new), weight in weights.items()])
        assert len({old for old, _ in found}) == len(found) == len({new for _, new in found})
        best = max(
            sum(weights.get((old, new), 0) for old, new in enumerate(order))
            for order in itertools.permutations(range(5))
        )
        assert sum(weights[pair] for pair in found) == pytest.approx(best)


def test_a_large_group_is_assigned_heaviest_first() -> None:
    edges = [(old, new, 1.0 if old == new else 0.5) for old in range(60) for new in range(60)]
    assert sorted(assign(edges)) == [(place, place) for place in range(60)]


def test_the_heaviest_rising_subsequence() -> None:
    source = random.Random(5)  # noqa: S311 - a fixed seed is the point
    for _ in range(200):
        values = source.sample(range(20), 7)
        weights = [source.randint(1, 9) for _ in values]
        chain = heaviest_rising(values, weights)
        assert [values[place] for place in chain] == sorted(values[place] for place in chain)
        best = max(
            sum(weights[place] for place in places)
            for count in range(8)
            for places in itertools.combinations(range(7), count)
            if [values[place] for place in places] == sorted(values[place] for place in places)
        )
        assert sum(weights[place] for place in chain) == best
    assert heaviest_rising([], []) == []
