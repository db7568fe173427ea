"""Learns how much each sign of a topic counts, and says how well it goes: `python -m benchmarks.learn_topics FOLDER …`.

Each FOLDER holds labelled changes: `pairs-*.jsonl.gz` (`id`, `service`, `old`, `new`: whole texts in Markdown) and
`labels-*.jsonl` (`id`, `kind`, `topics`). Only changes labelled substantive or clarification are read, since others
bear no topics. Services are divided by their names: one third is kept aside, and used only to measure with
`--kept-aside`; within the rest, cross-validation leaves out services rather than changes. The labelled changes of the
collection (`labelled_changes.py`) are read besides. `--write` renews `tracker/classify/weights/topics.json`. The method
is logistic regression with a ridge, solved by Newton's method; there is no chance in it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

import numpy as np

from benchmarks import learn_words
from benchmarks.labelled_changes import read_changes
from benchmarks.labelled_passages import read_samples
from benchmarks.learn_words import WITH_MEANING, Vector
from benchmarks.meaning_scores import part_of
from tracker.classify import judge_change, learned
from tracker.classify.topics import (
    MEASURES,
    Sign,
    Spoken,
    find_document_title,
    measure_spoken,
    read_spoken,
)
from tracker.classify.wording import find_lead_in, read_wording
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import TOPICS

WEIGHTS: Final = Path(__file__).parents[1] / "tracker" / "classify" / "weights" / "topics.json"
FOLDS: Final = 6
#: What a change of the collection counts beside one of the folders: there are many of few services.
COLLECTION_WEIGHT: Final = 0.5
#: The lists were written with these changes at hand, those of other services hold words that are in none. So each
#: change is also learned from as it would be if so many of its cues were unknown, in so many ways.
UNKNOWN_PERCENT: Final = 25
UNKNOWN_WAYS: Final = 2
#: Of what is added to the sum of squares for each unit of a weight squared: the strength of the ridge.
RIDGE: Final = 20.0
#: Weaker for what occurs in few changes and is hardly ever wrong there.
RIDGE_OF: Final = {"document": 0.2}
#: Of what a topic has for itself.
RIDGE_OF_OWN: Final = 3.0
NEWTON_STEPS: Final = 12
#: Likelihoods from which a topic is taken, tried in turn.
LIKELY: Final = (0.325, 0.35, 0.375, 0.4, 0.425, 0.45)
#: From here on, where no topic is likely, the likeliest is taken: a title or a few hints are enough. These changes
#: alone would have it higher, but the lists know their words.
LEAST: Final = 0.04
#: Places whose phrases are never taken for unknown: they are too few, or count for little.
ALWAYS_KNOWN: Final = frozenset({"hint", "document"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A labelled change and what is counted in it."""

    service: str
    topics: frozenset[str]
    spoken: tuple[Spoken, ...]
    """Of each clause that the rules find to differ in meaning."""
    measures: Mapping[str, Mapping[str, float]]
    """By topic; a topic without signs is left out."""
    weight: float
    """How much it counts."""

    @classmethod
    def from_spoken(cls, service: str, topics: Iterable[str], spoken: Iterable[Spoken], *, weight: float = 1.0) -> Row:
        """Return the row of whose clauses this is known."""
        kept = tuple(spoken)
        return cls(service=service, topics=frozenset(topics), spoken=kept, measures=measure_spoken(kept), weight=weight)

    def with_unknown_words(self, seed: int) -> Row:
        """Return the row as it were if some of its cues stood in no list."""
        return Row.from_spoken(
            self.service,
            self.topics,
            (
                Spoken(
                    frozenset(sign for sign in one.signs if sign.place in ALWAYS_KNOWN or not is_unknown(sign, seed)),
                    one.readings,
                )
                for one in self.spoken
            ),
            weight=self.weight,
        )

    def values(self, topic: str) -> list[float]:
        """Return 1 for the base, then the measures of `topic`, then 1 for it and 0 for each other topic."""
        counted = self.measures.get(topic)
        return [
            1.0,
            *(counted[name] if counted else 0.0 for name in MEASURES),
            *(float(topic == one) for one in TOPICS),
        ]


def digest(words: str) -> int:
    """Return a number that depends on `words` alone, and on no run of Python."""
    return int(hashlib.sha256(words.encode()).hexdigest(), 16)


#: The weights of words that may be used on a service: learned from others.
WordsOf = Callable[[str], Mapping[str, Mapping[str, float]]]


def read_rows(folders: Iterable[Path], words_of: WordsOf, *, kept_aside: bool) -> list[Row]:
    """Return the changes with meaning of the services that are kept aside, or of the others."""
    return [row for folder in folders for row in read_folder(folder, words_of, kept_aside=kept_aside)]


def read_folder(folder: Path, words_of: WordsOf, *, kept_aside: bool) -> list[Row]:
    """Return those of one folder."""
    labels = {}
    for path in sorted(folder.glob("labels-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label = json.loads(line)
            labels[label["id"]] = label
    rows = []
    for path in sorted(folder.glob("pairs-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                pair = json.loads(line)
                label = labels[pair["id"]]
                if (part_of(pair["service"]) == "held-out") == kept_aside:
                    rows += read_meaning(pair, label, words_of)
    return rows


def read_collection(words_of: WordsOf) -> list[Row]:
    """Return the labelled changes of the collection that have meaning."""
    return [
        row for pair, label in read_changes() for row in read_meaning(pair, label, words_of, weight=COLLECTION_WEIGHT)
    ]


def read_meaning(
    pair: Mapping[str, str], label: Mapping[str, Any], words_of: WordsOf, *, weight: float = 1.0
) -> list[Row]:
    """Return the row of a change by the words of other services; none where its label says that it has no meaning."""
    if label["kind"] not in WITH_MEANING:
        return []
    table = words_of(pair["service"].strip().lower())
    with mock.patch.object(learned, "load_words", return_value=table):
        return [read_row(pair, label["topics"], weight=weight)]


def read_row(pair: Mapping[str, str], topics: Iterable[str], *, weight: float = 1.0) -> Row:
    """Return what is counted in the clauses of `pair` that the rules find to differ in meaning."""
    change = compare_versions(parse_markdown(pair["old"]), parse_markdown(pair["new"]))
    verdict = judge_change(change)
    document = find_document_title(change)
    spoken = [
        read_spoken(read_wording(clause, None, lead=find_lead_in(change, clause)), judged.findings, document=document)
        for clause, judged in zip(change.clauses, verdict.clauses, strict=True)
        if judged.kind in WITH_MEANING
    ]
    return Row.from_spoken(pair["service"].strip().lower(), topics, spoken, weight=weight)


def is_unknown(sign: Sign, seed: int) -> bool:
    """Return whether the words of `sign` are among those that are taken for unknown."""
    return digest(f"{seed} {sign.topic} {sign.words}") % 100 < UNKNOWN_PERCENT


def learn(rows: Sequence[Row]) -> Vector:
    """Return the base, the weights of `MEASURES` and what each topic has for itself: those likeliest by the labels."""
    every = [*rows, *(row.with_unknown_words(seed) for row in rows for seed in range(UNKNOWN_WAYS))]
    values = np.array([row.values(topic) for row in every for topic in TOPICS])
    labels = np.array([topic in row.topics for row in every for topic in TOPICS], dtype=float)
    times = np.array([row.weight for row in every for _ in TOPICS])
    # The base is drawn to zero by so little that what it is does not depend on it.
    ridge = np.array([1e-6, *(RIDGE_OF.get(name, RIDGE) for name in MEASURES), *(RIDGE_OF_OWN for _ in TOPICS)])
    weights = np.zeros(len(ridge))
    for _ in range(NEWTON_STEPS):
        expected = likelihoods(weights, values)
        gradient = values.T @ (times * (labels - expected)) - ridge * weights
        bend = times * expected * (1 - expected)
        curvature = (values * bend[:, None]).T @ values + np.diag(ridge)
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


def likelihoods(weights: Vector, values: Vector) -> Vector:
    """Return how likely topics are, from 0 to 1, by the rows of `values`."""
    found: Vector = 1 / (1 + np.exp(-np.clip(values @ weights, -30, 30)))
    return found


def pick(row: Row, weights: Vector, likely: float) -> set[str]:
    """Return the topics of `row` as `lead_topics` picks them, or `other`."""
    named = list(row.measures)
    values = np.array([row.values(topic) for topic in named]).reshape(len(named), len(weights))
    given = dict(zip(named, likelihoods(weights, values).tolist(), strict=True))
    best = max(given.values(), default=0.0)
    least = likely if best >= likely else max(best, LEAST)
    return {topic for topic, value in given.items() if value >= least} or {"other"}


def cross_validate(rows: Sequence[Row], seed: int) -> list[tuple[Row, Vector]]:
    """Return each row of a whole change with weights learned from other services."""
    fold = {row.service: digest(f"{seed} {row.service}") % FOLDS for row in rows}
    weights = {number: learn([row for row in rows if fold[row.service] != number]) for number in set(fold.values())}
    return [(row, weights[fold[row.service]]) for row in rows]


def count(picked: Iterable[tuple[Row, set[str]]]) -> Counter[tuple[str, str]]:
    """Return how many topics were rightly picked, wrongly picked and missed, by topic."""
    counts: Counter[tuple[str, str]] = Counter()
    for row, topics in picked:
        counts.update((topic, "right") for topic in topics & row.topics)
        counts.update((topic, "wrong") for topic in topics - row.topics)
        counts.update((topic, "missed") for topic in row.topics - topics)
    return counts


def score(counts: Mapping[tuple[str, str], int], topics: Sequence[str]) -> tuple[float, float, float]:
    """Return precision, recall and F1 over `topics` together."""
    right, wrong, missed = (
        sum(counts.get((topic, what), 0) for topic in topics) for what in ("right", "wrong", "missed")
    )
    return (
        right / max(1, right + wrong),
        right / max(1, right + missed),
        2 * right / max(1, 2 * right + wrong + missed),
    )


def describe(counts: Mapping[tuple[str, str], int], topics: Sequence[str]) -> str:
    """Return the scores over `topics` in words."""
    return "P {:.3f} R {:.3f} F1 {:.3f}".format(*score(counts, topics))


def choose_threshold(tries: Sequence[Sequence[tuple[Row, Vector]]], every: Sequence[str]) -> float:
    """Return from where on a topic is named: best as the changes are and with cues unknown."""
    scores = {}
    for likely in LIKELY:
        counts = count((row, pick(row, weights, likely)) for one in tries for row, weights in one)
        unknown = count(
            (row, pick(row.with_unknown_words(UNKNOWN_WAYS), weights, likely)) for one in tries for row, weights in one
        )
        scores[likely] = score(counts, every)[2] + score(unknown, every)[2]
        print(f"{len(tries[0])} changes, other services' weights, from {likely}: {describe(counts, every)}")
        print(f"  the same with {UNKNOWN_PERCENT} % of cues unknown: {describe(unknown, every)}")
    return max(scores, key=lambda likely: scores[likely])


def main() -> None:
    """Learn, measure and print; write where that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--kept-aside", action="store_true", help="measure on the services kept aside as well")
    parser.add_argument("--learned", default="from labelled changes of policies", help="from what, for the file")
    parser.add_argument("--write", action="store_true", help="renew the weights")
    chosen = parser.parse_args()
    samples = read_samples("en")
    tables = learn_words.cross_tables(samples)
    rows = read_rows(chosen.folders, lambda service: tables[learn_words.fold_of(service)], kept_aside=False)
    rows += read_collection(lambda service: tables[learn_words.fold_of(service)])
    every = TOPICS
    tries = [cross_validate(rows, seed) for seed in range(3)]
    likely = choose_threshold(tries, every)
    for name, weight in (("those of the folders", 1.0), ("those of the collection", COLLECTION_WEIGHT)):
        counts = count((row, pick(row, weights, likely)) for row, weights in tries[0] if row.weight == weight)
        print(f"{name}: {describe(counts, every)}")
    counts = count((row, pick(row, weights, likely)) for row, weights in tries[0])
    for topic in every:
        total = counts[topic, "right"] + counts[topic, "missed"]
        print(f"  {topic:24}{total:4} {describe(counts, [topic])}")
    weights = learn(rows)
    if chosen.kept_aside:
        table = learn_words.learn_all(samples)
        aside = read_rows(chosen.folders, lambda _: table, kept_aside=True)
        counts = count((row, pick(row, weights, likely)) for row in aside)
        print(f"{len(aside)} kept aside: {describe(counts, every)}")
    written = {
        "learned": f"by benchmarks/learn_topics.py, {chosen.learned}",
        "base": round(float(weights[0]), 2),
        "weights": {
            name: round(float(weight), 2) for name, weight in zip(MEASURES, weights[1 : 1 + len(MEASURES)], strict=True)
        },
        "own": {
            topic: round(float(weight), 2) for topic, weight in zip(TOPICS, weights[1 + len(MEASURES) :], strict=True)
        },
        "likely": likely,
        "least": LEAST,
    }
    print(json.dumps(written, indent=2))
    if chosen.write:
        WEIGHTS.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
