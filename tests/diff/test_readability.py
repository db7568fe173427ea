"""Redlines of rewritten paragraphs read as an editor would mark them; what is one thing is replaced as one."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.diff.edits import reworded
from tests.diff.invented import Writer
from tests.diff.promises import redline_faults, runs_of
from tracker.diff import redline_texts
from tracker.model import Span

pytestmark = pytest.mark.at_length

FEW, MANY = 60, 2000
#: Regions an editor needs for a sentence whose words were replaced by those of another, at most.
_MOST_REGIONS = 3
_LEAST_RIGHT = 0.97


def _regions(spans: Sequence[Span]) -> int:
    return sum(not kept for kept, _, _ in runs_of(spans))


def _whole(spans: Sequence[Span], sentence: str) -> bool:
    """Whether `sentence` stands within one kept run."""
    return any(sentence in span.text for span in spans if span.tag == "=")


def test_sentences_that_stay_are_kept_whole_when_others_come_go_and_change(*, at_length: bool) -> None:
    wrong: list[str] = []
    for seed in range(MANY if at_length else FEW):
        source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
        writer = Writer(source)
        sentences = [writer.sentence() for _ in range(source.randint(4, 9))]
        fates = [source.choice(["stays", "stays", "goes", "is replaced", "is reworded"]) for _ in sentences]
        new: list[str] = []
        for sentence, fate in zip(sentences, fates, strict=True):
            if source.random() < 0.2:
                new.append(writer.sentence())
            if fate != "goes":
                new.append(
                    {"stays": sentence, "is replaced": writer.sentence(), "is reworded": reworded(sentence, source)}[
                        fate
                    ]
                )
        spans, _ = redline_texts(" ".join(sentences), " ".join(new))
        wrong += [
            f"seed {seed}: {sentence}"
            for sentence, fate in zip(sentences, fates, strict=True)
            if fate == "stays" and not _whole(spans, sentence)
        ]
    assert wrong == []


def test_a_sentence_replaced_by_another_is_no_salad(*, at_length: bool) -> None:
    salads: list[str] = []
    count = MANY if at_length else FEW
    for seed in range(count):
        writer = Writer(random.Random(seed))  # noqa: S311 - a fixed seed is the point
        before, gone, come, after = (writer.sentence() for _ in range(4))
        spans, _ = redline_texts(f"{before} {gone} {after}", f"{before} {come} {after}")
        if _regions(spans) > _MOST_REGIONS or not (_whole(spans, before) and _whole(spans, after)):
            salads.append(f"{gone} -> {come}")
    assert len(salads) <= (1 - _LEAST_RIGHT) * count, salads


def test_a_lightly_reworded_sentence_is_marked_in_few_places(*, at_length: bool) -> None:
    for seed in range(MANY if at_length else FEW):
        source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
        old = Writer(source).paragraph(3)
        new = reworded(old, source)
        spans, _ = redline_texts(old, new)
        assert _regions(spans) <= 3, (old, new)
        assert list(redline_faults(spans, old, new)) == []


WHOLE = [
    ("10.5", "10.6"),
    ("1,000,000", "1,000,001"),
    ("2024-09-23", "2024-09-24"),
    ("23/09/2024", "24/09/2024"),
    ("23.9.2024", "24.9.2024"),
    ("10:30", "10:45"),
    ("3.3.5", "3.3.6"),
    ("https://example.org/a/b?c=1&d=2", "https://example.org/a/b?c=1&d=3"),
    ("https://example.org/privacy", "https://example.org/terms"),
    ("post@example.org", "birds@example.org"),
    ("first.last@example.org", "first.other@example.org"),
    ("user\u2019s", "users\u2019"),
    ("don't", "doesn't"),
    ("10.5km", "10.6km"),
    ("v1.2.3", "v1.2.4"),
    ("www.example.org/privacy", "www.example.org/terms"),
    ('"Night Post"', '"Day Post"'),
    ("\u201cNight Post\u201d", "\u201cDay Post\u201d"),
    ("\u0915\u0940", "\u0915\u093f"),  # the same Devanagari letter with another vowel sign, a combining mark
    ("cafe\u0301", "cafe\u0300"),
]


@pytest.mark.parametrize(("old", "new"), WHOLE)
def test_what_is_one_thing_is_replaced_as_one(old: str, new: str) -> None:
    spans, _ = redline_texts(f"Birds find {old} here.", f"Birds find {new} here.")
    assert [(span.tag, span.text) for span in spans] == [
        ("=", "Birds find "),
        ("-", old),
        ("+", new),
        ("=", " here."),
    ]


def test_a_weak_word_alone_between_replaced_runs_is_replaced_with_them() -> None:
    spans, _ = redline_texts(
        "We hand letters to the postmaster of a loft.", "We sell all parcels to the police of every town."
    )
    assert (
        list(
            redline_faults(
                spans, "".join(x.text for x in spans if x.tag != "+"), "".join(x.text for x in spans if x.tag != "-")
            )
        )
        == []
    )
    assert _regions(spans) <= 2
