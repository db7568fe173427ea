"""Both engines of diff-match-patch give the same edits, and redlines do not depend on which is installed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.diff.archive_sample import read_pairs
from tests.diff.invented import Writer
from tracker.diff import compare_versions, engine, redline_texts
from tracker.diff.engine import Engine, diff_native, diff_pure
from tracker.extract import parse_markdown
from tracker.model import Span

pytestmark = pytest.mark.skipif(
    not engine.has_native(), reason="fast-diff-match-patch, the C++ binding, is not installed: there is one engine"
)

Redline = Callable[[str, str, Engine], tuple[tuple[Span, ...], bool]]


@pytest.fixture(scope="session")
def redline() -> Redline:
    """Make a redline with one engine."""

    return lambda old, new, by: redline_texts(old, new, engine=by)


def _seeded_pairs(count: int) -> list[tuple[str, str]]:
    """Return paragraphs and what editors made of them: words and sentences replaced, put in, left out, turned round."""
    source = random.Random(7)  # noqa: S311 - a fixed seed is the point
    writer = Writer(source)
    pairs: list[tuple[str, str]] = []
    while len(pairs) < count:
        sentences = [writer.sentence() for _ in range(source.randint(1, 8))]
        edited = list(sentences)
        for _ in range(source.randint(1, 5)):
            place = source.randrange(len(edited))
            match source.choice(["replace", "insert", "turn", "words", "words", "words"]):
                case "replace":
                    edited[place] = writer.sentence()
                case "insert":
                    edited.insert(place, writer.sentence())
                case "turn":
                    edited.reverse()
                case "words":
                    words = edited[place].split(" ")
                    start = source.randrange(len(words))
                    words[start : start + source.randint(0, 3)] = writer.sentence().split(" ")[: source.randint(0, 3)]
                    edited[place] = " ".join(words)
        pairs.append((" ".join(sentences), " ".join(edited)))
    return pairs


def test_a_hundred_seeded_pairs_have_the_same_edits() -> None:
    pairs = _seeded_pairs(100)
    assert sum(old != new for old, new in pairs) > 90
    for old, new in pairs:
        assert diff_pure(old, new) == diff_native(old, new), (old, new)


def test_a_hundred_seeded_pairs_have_the_same_redline(redline: Redline) -> None:
    for old, new in _seeded_pairs(100):
        assert redline(old, new, diff_pure) == redline(old, new, diff_native), (old, new)


def test_edits_say_how_many_code_points_are_kept_deleted_and_inserted() -> None:
    for by in (diff_pure, diff_native):
        assert by("a\U0001f54ab", "a\U0001f54ac") == [(0, 2), (-1, 1), (1, 1)]


@example(old="\U0010fffe\U0001f54a", new="\U0001f54a\U0010fffe")
@example(old="\x00a\x00", new="a\x00")
@example(old="\ufffe\uffff\ue000", new="\uffff\ufffe")
@given(old=st.text(max_size=80), new=st.text(max_size=80))
def test_any_strings_have_the_same_edits(old: str, new: str) -> None:
    """Surrogates aside: `code_points` yields none."""
    assert diff_pure(old, new) == diff_native(old, new)


FEW_LETTERS = st.text(st.sampled_from("ab\U0001f54a \u0301"), max_size=120)


@given(old=FEW_LETTERS, new=FEW_LETTERS)
def test_strings_with_many_ways_as_good_have_the_same_edits(old: str, new: str) -> None:
    assert diff_pure(old, new) == diff_native(old, new)


#: Lone surrogates and all that is odd, too: a page can hold what no encoding can.
ODD_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(
        st.sampled_from(
            ["\ud83d", "\udd4a", "\U0001f54a", "\ufeff", "\u202e", "a", "the", " ", "10.5", "\x00", "\n\n"]
        ),
        max_size=40,
    ).map("".join),
)


@given(old=ODD_TEXT, new=ODD_TEXT)
def test_any_texts_have_the_same_redline(redline: Redline, old: str, new: str) -> None:
    spans, coarse = redline(old, new, diff_pure)
    assert (spans, coarse) == redline(old, new, diff_native)
    assert "".join(span.text for span in spans if span.tag != "+") == old
    assert "".join(span.text for span in spans if span.tag != "-") == new


@pytest.mark.shared
@pytest.mark.at_length
def test_all_changed_clauses_of_real_histories_have_the_same_redline(
    shared_data: Path, redline: Redline, *, at_length: bool
) -> None:
    pairs = read_pairs(shared_data) if at_length else read_pairs(shared_data, 40)
    texts: set[tuple[str, str]] = set()
    for pair in pairs:
        change = compare_versions(parse_markdown(pair.old), parse_markdown(pair.new))
        texts.update((clause.old, clause.new) for clause in change.clauses if clause.old and clause.new)
    assert len(texts) > len(pairs)
    differing = [
        (old, new) for old, new in sorted(texts) if redline(old, new, diff_pure) != redline(old, new, diff_native)
    ]
    assert differing == []
