"""The labels from which words are learned, and the learning, on texts small enough to check by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks import learn_words
from benchmarks.labelled_passages import (
    DIRECTIONS,
    KINDS,
    LABELS,
    Label,
    Sample,
    digest_of,
    read_labels,
    samples_of_edits,
    samples_of_policies,
)
from benchmarks.samples import SHARED
from tracker.classify.learned import LEARNED, QUESTIONS, load_words
from tracker.classify.passages import Passage
from tracker.model import EFFECTS, TOPICS

SENTENCES = LABELS / "sentences.tsv"
#: A word of a real policy cannot stand in a line of these.
_LINE = re.compile(r"[0-9a-f]{16}\t(added|removed|modified)\t[WwNn0U]\t[scet]\t[yn-]\t(-|[a-z,-]+)")


def test_labels_of_sentences_hold_no_text() -> None:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# digest\t")
    for line in lines[1:]:
        assert _LINE.fullmatch(line), line
    topics = {topic for label in read_labels(SENTENCES).values() for topic in label.topics}
    assert topics <= set(TOPICS)


@pytest.mark.parametrize("language", LEARNED)
def test_invented_changes_are_well_formed_and_differ(language: str) -> None:
    seen = set()
    for line in (LABELS / f"edits-{language}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert set(row) == {"old", "new", "effect", "kind", "topics", "title"}
        assert row["effect"] in EFFECTS
        assert row["kind"] in KINDS.values()
        assert set(row["topics"]) <= set(TOPICS)
        assert row["old"] != row["new"]
        assert (row["old"], row["new"]) not in seen
        seen.add((row["old"], row["new"]))


def test_several_readers_are_one_label(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text(
        "# digest\top\teffect\tkind\tmaterial\ttopics\n"
        "aa\tadded\tW\ts\ty\tcookies,security\n"
        "aa\tadded\tw\ts\ty\tcookies\n"
        "aa\tadded\t0\tc\ty\tlocation\n"
        "bb\tremoved\tU\te\t-\t-\n",
        encoding="utf-8",
    )
    labels = read_labels(path)
    assert labels["aa"] == Label(
        op="added",
        direction=0.5,
        is_neutral=False,
        kind="substantive",
        material=True,
        topics=frozenset({"cookies"}),
    )
    assert (labels["bb"].direction, labels["bb"].material, labels["bb"].topics) == (0.0, None, frozenset())
    assert set(DIRECTIONS) == set("WwNn0U")


def test_texts_are_found_by_their_digests() -> None:
    if not SHARED.exists():
        pytest.skip(f"the shared data is absent from {SHARED}")
    # The first few of the sets, not the whole collection, which takes half a minute.
    labels = read_labels(SENTENCES)
    found = []
    for sample in samples_of_policies(labels):
        found.append(sample)
        if len(found) == 50:
            break
    assert len(found) == 50
    assert {sample.op for sample in found} <= {"added", "removed", "modified"}
    assert all(sample.counted for sample in found)


def test_digest_tells_sentences_from_clauses() -> None:
    assert digest_of("A", "", "We log visits.") != digest_of("M", "", "We log visits.")
    assert len(digest_of("A", "", "x")) == 16


@pytest.fixture(scope="module")
def german() -> list[Sample]:
    return list(samples_of_edits(LABELS / "edits-de.jsonl", "de"))


def test_samples_of_invented_changes(german: list[Sample]) -> None:
    rows = len((LABELS / "edits-de.jsonl").read_text(encoding="utf-8").splitlines())
    assert rows - 5 <= len(german) <= rows
    assert {sample.op for sample in german} == {"added", "removed", "modified"}
    assert {sample.direction for sample in german} == {-1.0, 0.0, 1.0}


def test_weights_are_those_that_are_learned_from_the_labels(german: list[Sample]) -> None:
    """German takes a second; of the others no test learns them anew."""
    learned = learn_words.learn_all(german, QUESTIONS[:1])
    known = load_words("de")
    assert set(learned) == set(known)
    assert all(
        learned[name]["widens"] == pytest.approx(known[name]["widens"], abs=0.02) for name in learned if name in known
    )


def test_learning_finds_the_word_that_decides() -> None:
    samples = [
        Sample(
            group=f"service {number}",
            counted={"op: added": 1.0, ("sell" if number % 2 else "delete"): 1.0, "we": 1.0},
            direction=1.0 if number % 2 else -1.0,
            is_neutral=False,
            kind="substantive" if number % 4 else "technical",
            material=None,
            topics=frozenset({"cookies"} if number % 2 else {"security"}),
            signs=frozenset(),
            passage=Passage(op="added", old=(), new=((0, 1),)),
        )
        for number in range(80)
    ]
    table = learn_words.learn_all(samples)
    assert table["sell"]["widens"] > 0.5 > -0.5 > table["delete"]["widens"]
    assert table["sell"]["cookies"] > 0
    assert "widens" not in table.get("we", {})
    sums = learn_words.cross_validate(samples)
    assert all((said["widens"] > 0) == (sample.direction > 0) for sample, said in zip(samples, sums, strict=True))
