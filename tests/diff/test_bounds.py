"""The same two versions always give the same bytes, and no two texts are too long."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator

import pytest

from tests.diff.invented import Writer, invent_document
from tests.diff.mutations import mixed_trial
from tests.diff.promises import change_faults, redline_faults
from tracker.diff import compare_versions, redline_texts
from tracker.extract import parse_markdown
from tracker.model import Change

MEGABYTE, TENTH = 1_000_000, 100_000
#: Bytes beyond the two versions.
MOST_MEMORY = 200 * 1024 * 1024

_COMPARE = """
import json, sys
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
for old, new in json.load(sys.stdin):
    change = compare_versions(parse_markdown(old), parse_markdown(new))
    print(ascii((change.ops, change.clauses, change.words_added, change.words_removed)))
"""


def _markdown_pairs() -> list[tuple[str, str]]:
    trials = [mixed_trial(seed, invent_document(seed)) for seed in range(12)]
    return [(trial.base.to_markdown(), trial.edited.to_markdown()) for trial in trials if trial is not None]


def _shown(change: Change) -> str:
    return ascii((change.ops, change.clauses, change.words_added, change.words_removed))


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_another_process_gives_the_same_result(hash_seed: str) -> None:
    pairs = _markdown_pairs()
    told = subprocess.run(
        [sys.executable, "-c", _COMPARE],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        input=json.dumps(pairs).encode(),
    ).stdout.decode()
    here = [_shown(compare_versions(parse_markdown(old), parse_markdown(new))) for old, new in pairs]
    assert told.splitlines() == here
    assert len(here) > 8


def test_an_earlier_comparison_changes_no_later_one() -> None:
    pairs = [(parse_markdown(old), parse_markdown(new)) for old, new in _markdown_pairs()]
    first = [_shown(compare_versions(old, new)) for old, new in pairs]
    assert [_shown(compare_versions(old, new)) for old, new in reversed(pairs)] == first[::-1]


def _policy(seed: int, size: int, letter: str) -> str:
    """Return Markdown of so many characters whose words all contain `letter`, so that two share none."""
    source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    blocks: list[str] = []
    length = 0
    while length < size:
        words = [f"{letter}{source.randrange(5000)}" for _ in range(source.randint(5, 120))]
        kind = source.random()
        blocks.append(
            f"## {' '.join(words[:4])}" if kind < 0.1 else ("- " if kind < 0.3 else "") + " ".join(words) + "."
        )
        length += len(blocks[-1]) + 2
    return "\n\n".join(blocks)


def _in_bounds(old: str, new: str, *, measured: bool) -> Change:
    """Compare, and hold that the memory stays in bounds where that is measured."""
    versions = parse_markdown(old), parse_markdown(new)
    if not measured:
        return compare_versions(*versions)
    tracemalloc.start()
    try:
        change = compare_versions(*versions)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY, f"{most / 1024 / 1024:.0f} MiB"
    return change


@pytest.mark.at_length
def test_two_wholly_different_documents_share_nothing(*, at_length: bool) -> None:
    size = MEGABYTE if at_length else TENTH
    change = _in_bounds(_policy(1, size, "x"), _policy(2, size, "y"), measured=True)
    assert list(change_faults(change)) == []
    assert all(clause.op in {"added", "removed"} for clause in change.clauses)
    assert len(change.clauses) == len(change.old.clauses) + len(change.new.clauses)


@pytest.mark.at_length
def test_two_wholly_different_documents_of_ordinary_words_are_told_apart_soundly(*, at_length: bool) -> None:
    size = MEGABYTE if at_length else TENTH

    def paragraphs(seed: int) -> Iterator[str]:
        writer = Writer(random.Random(seed))  # noqa: S311 - a fixed seed is the point
        length = 0
        while length < size:
            text = writer.paragraph()
            length += len(text) + 2
            yield text

    change = _in_bounds("\n\n".join(paragraphs(1)), "\n\n".join(paragraphs(2)), measured=True)
    assert list(change_faults(change)) == []
    assert change.clauses


def _one_paragraph(seed: int, size: int) -> str:
    source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    words = [f"w{source.randrange(3000)}" for _ in range(size // 6)]
    return " ".join(words)


@pytest.mark.at_length
def test_one_paragraph_against_another_of_the_same_words_is_coarse_and_says_so(*, at_length: bool) -> None:
    size = MEGABYTE if at_length else 2 * TENTH
    old, new = _one_paragraph(1, size), _one_paragraph(2, size)
    spans, coarse = redline_texts(old, new)
    assert coarse
    assert list(redline_faults(spans, old, new)) == []
    change = _in_bounds(f"## 1. Post\n\n{old}", f"## 1. Post\n\n{new}", measured=True)
    assert list(change_faults(change)) == []
    told = [clause for clause in change.clauses if clause.op == "modified"]
    assert len(told) == 1
    assert any("coarse" in note for note in told[0].notes)


@pytest.mark.parametrize("words", [40, 400])
def test_what_is_compared_word_by_word_does_not_say_that_it_is_coarse(words: int) -> None:
    old, new = _one_paragraph(1, words * 6), _one_paragraph(2, words * 6)
    assert redline_texts(old, new)[1] is False
    change = compare_versions(parse_markdown(old), parse_markdown(f"{old} {new}"))
    assert all("coarse" not in note for clause in change.clauses for note in clause.notes)


@pytest.mark.at_length
def test_many_clauses_that_look_alike_are_compared_in_bounds(*, at_length: bool) -> None:
    """Boilerplate in which a word differs is the worst case for whoever compares all with all."""
    count = 4000 if at_length else 500

    def lines(seed: int) -> list[str]:
        source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
        return [
            f"Loft {source.randrange(10**6)} keeps every record of tower {source.randrange(10**6)} for the whole year."
            for _ in range(count)
        ]

    change = _in_bounds("\n\n".join(lines(1)), "\n\n".join(lines(2)), measured=True)
    assert list(change_faults(change)) == []
