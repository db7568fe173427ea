"""Learns what words weigh, and says how well that goes: `python -m benchmarks.learn_words [--write] [--language …]`.

It reads what people labelled (`labelled_passages.py`) and writes `tracker/classify/weights/words-<language>.json`. Each
question (does it widen? does it bear meaning? is it no policy? which topic?) has a logistic regression of its own over
what `tracker.classify.passages` counts, with weights drawn to zero, many of them all the way. Solved by accelerated
proximal gradient descent (Beck and Teboulle, 2009, "A Fast Iterative Shrinkage-Thresholding Algorithm"); there is no
chance in it. Cross-validation leaves out services rather than sentences.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from benchmarks.labelled_passages import Sample, read_samples
from benchmarks.samples import SHARED
from tracker.classify.learned import QUESTIONS, add_weights
from tracker.model import TOPICS

Vector: TypeAlias = npt.NDArray[np.float64]
#: Weights by what is counted, then by question and topic.
Table: TypeAlias = dict[str, dict[str, float]]

WEIGHTS: Final = Path(__file__).parents[1] / "tracker" / "classify" / "weights"
WITH_MEANING: Final = frozenset({"substantive", "clarification"})
WAYS: Final = ("widens", "narrows")
FOLDS: Final = 6
#: What occurs in fewer samples is not learned.
LEAST_SAMPLES: Final = 5
#: Of a language with fewer samples, less is asked, and weights are drawn to zero less strongly.
FEW_SAMPLES: Final = 5000
LEAST_OF_FEW: Final = 3
RIDGE_OF_FEW: Final = 1.0
#: From this on, either way, a sample has a direction; from that on a plain one.
LEAST_DIRECTION: Final = 0.2
PLAIN: Final = 0.7
#: Pull towards zero: in proportion to a weight's size, and by its square.
LASSO: Final = 0.1
RIDGE: Final = 4.0
STEPS: Final = 300
#: Weights nearer to zero are not written.
LEAST_WEIGHT: Final = 0.1


class Matrix:
    """What is counted in samples, by rows, for questions about it."""

    def __init__(self, samples: Sequence[Sample], names: Mapping[str, int], *, signed: bool) -> None:
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, sample in enumerate(samples):
            for name, value in sample.counted.items():
                column = names.get(name)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append(value if signed else abs(value))
        self._rows = np.array(rows, dtype=np.intp)
        self._columns = np.array(columns, dtype=np.intp)
        self._values = np.array(values)
        self._shape = (len(samples), len(names))

    def times(self, weights: Vector) -> Vector:
        """Return the weighted sum of each row."""
        sums: Vector = np.bincount(self._rows, self._values * weights[self._columns], minlength=self._shape[0]).astype(
            np.float64
        )
        return sums

    def transposed_times(self, values: Vector) -> Vector:
        """Return, for each column, the sum over rows."""
        sums: Vector = np.bincount(self._columns, self._values * values[self._rows], minlength=self._shape[1]).astype(
            np.float64
        )
        return sums

    def steepness(self) -> float:
        """Return the largest eigenvalue of its square, by power iteration."""
        vector = np.ones(self._shape[1])
        size = 1.0
        for _ in range(30):
            vector = self.transposed_times(self.times(vector))
            size = float(np.linalg.norm(vector))
            vector = vector / size
        return size


def learn(matrix: Matrix, targets: Vector, importance: Vector, free: Vector, *, steep: float, ridge: float) -> Vector:
    """Return the weights under which `targets` (0 or 1) are likeliest; those that are `free` are not drawn to zero."""
    weights = np.zeros(len(free))
    ahead = weights
    momentum = 1.0
    step = 1.0 / (0.25 * steep * float(importance.max()) + ridge)
    lasso = np.where(free, 0.0, LASSO) * step
    pull = np.where(free, 0.01, ridge)
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-np.clip(matrix.times(ahead), -30, 30)))
        slope = matrix.transposed_times(importance * (expected - targets)) + pull * ahead
        moved = ahead - step * slope
        following = np.sign(moved) * np.maximum(np.abs(moved) - lasso, 0)
        grown = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = following + (momentum - 1) / grown * (following - weights)
        weights, momentum = following, grown
    return weights


#: Of which samples a question is asked, and which of them answer yes.
ASKED: Final[Mapping[str, tuple[Callable[[Sample], bool], Callable[[Sample], bool]]]] = {
    "widens": (lambda one: abs(one.direction) >= LEAST_DIRECTION, lambda one: one.direction > 0),
    "meaning": (lambda _: True, lambda one: one.kind == "substantive"),
    "material": (lambda one: one.material is not None, lambda one: one.material is True),
    "neutral": (lambda one: one.kind in WITH_MEANING, lambda one: one.is_neutral),
    "wording": (lambda one: one.op == "modified", lambda one: one.kind in {"editorial", "technical"}),
    "chrome": (lambda one: one.op != "modified", lambda one: one.kind == "technical"),
}


def targets_of(samples: Sequence[Sample], question: str) -> tuple[Vector, Vector]:
    """Return the answers to a question, and how much each sample counts for it."""
    is_asked, is_yes = ASKED.get(question, (lambda one: one.kind in WITH_MEANING, lambda one: question in one.topics))
    answers = np.array([is_yes(sample) for sample in samples], dtype=float)
    weights = np.array([is_asked(sample) for sample in samples], dtype=float)
    if question == "widens":
        weights = weights * np.array([abs(sample.direction) for sample in samples])
        ops = np.array([sample.op for sample in samples])
        # Widening sentences are the commoner ones among those that came, narrowing ones among those that went; that
        # must not decide.
        for op in set(ops):
            whole = weights[ops == op].sum()
            for value in (0.0, 1.0):
                chosen = (ops == op) & (answers == value)
                weights[chosen] *= whole / 2 / max(1e-9, weights[chosen].sum())
    return answers, weights


def learn_all(samples: Sequence[Sample], questions: Sequence[str] = (*QUESTIONS, *TOPICS)) -> Table:
    """Return the weights of every question, by what is counted."""
    times = Counter(name for sample in samples for name in sample.counted)
    is_few = len(samples) < FEW_SAMPLES
    least = LEAST_OF_FEW if is_few else LEAST_SAMPLES
    names = {name: place for place, name in enumerate(sorted(name for name in times if times[name] >= least))}
    free = np.array([name.startswith("op: ") for name in names])
    found: dict[str, dict[str, float]] = defaultdict(dict)
    signed, plain = Matrix(samples, names, signed=True), Matrix(samples, names, signed=False)
    steep = plain.steepness()
    for question in questions:
        answers, importance = targets_of(samples, question)
        if not (answers * importance).any():
            continue
        matrix = signed if question == "widens" else plain
        weights = learn(matrix, answers, importance, free, steep=steep, ridge=RIDGE_OF_FEW if is_few else RIDGE)
        for name, place in names.items():
            if abs(weights[place]) >= LEAST_WEIGHT or free[place]:
                found[name][question] = round(float(weights[place]), 2)
    return dict(found)


def answer(table: Mapping[str, Mapping[str, float]], sample: Sample) -> dict[str, float]:
    """Return the log-odds that the weights of `table` give; 0 for what was not learned."""
    return defaultdict(float, add_weights(table, sample.passage, sample.counted))


def fold_of(group: str) -> int:
    """Return in which part of a cross-validation a group is left out."""
    return int(hashlib.sha256(f"fold {group}".encode()).hexdigest(), 16) % FOLDS


def cross_tables(samples: Sequence[Sample]) -> dict[int, Table]:
    """Return weights that were learned without each fold."""
    return {fold: learn_all([sample for sample in samples if fold_of(sample.group) != fold]) for fold in range(FOLDS)}


def cross_validate(samples: Sequence[Sample]) -> list[dict[str, float]]:
    """Return the log-odds of each sample by weights that were learned from other services."""
    tables = cross_tables(samples)
    return [answer(tables[fold_of(sample.group)], sample) for sample in samples]


def report(samples: Sequence[Sample], sums: Sequence[Mapping[str, float]]) -> None:
    """Print how well samples are told by weights that never saw their service."""
    for op in ("added", "removed", "modified"):
        chosen = [(one, said) for one, said in zip(samples, sums, strict=True) if one.op == op]
        _print_direction(op, chosen)
        _print_direction(f"{op}, plainly", [(one, said) for one, said in chosen if abs(one.direction) >= PLAIN])
    told = list(zip(samples, sums, strict=True))
    for question in QUESTIONS[1:]:
        is_asked, is_yes = ASKED[question]
        print(f"{question}: {_f1((said[question] > 0, is_yes(one)) for one, said in told if is_asked(one))}")
    for least in (0.3, 0.35, 0.4, 0.45):
        edge = math.log(least / (1 - least))
        named = [
            (_topics_from(said, edge), one.topics) for one, said in told if one.topics and one.kind in WITH_MEANING
        ]
        print(f"topics from {least}: {_f1((topic in a, topic in b) for a, b in named for topic in a | b)}")


def _topics_from(said: Mapping[str, float], edge: float) -> set[str]:
    found = {topic for topic in TOPICS if said.get(topic, -9.0) >= edge}
    return found or {max(TOPICS, key=lambda topic: said.get(topic, -9.0))}


def _print_direction(name: str, chosen: Sequence[tuple[Sample, Mapping[str, float]]]) -> None:
    recalls = []
    for sign in (1, -1):
        side = [said["widens"] * sign > 0 for one, said in chosen if one.direction * sign >= LEAST_DIRECTION]
        if not side:
            return
        recalls.append((sum(side) / len(side), len(side)))
    mean = sum(found for found, _ in recalls) / 2
    shown = ", ".join(f"{way} {found:.3f} of {of}" for way, (found, of) in zip(WAYS, recalls, strict=True))
    print(f"{name}: balanced {mean:.3f}, {shown}")


def _f1(pairs: Iterable[tuple[bool, bool]]) -> str:
    counted = Counter(pairs)
    right, wrong, missed = counted[True, True], counted[True, False], counted[False, True]
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return f"P {precision:.3f} R {recall:.3f} F1 {2 * right / max(1, 2 * right + wrong + missed):.3f}"


def main() -> None:
    """Learn, measure and print; write where that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", choices=("en", "de", "fr"), default="en")
    parser.add_argument("--no-measure", action="store_true", help="skip the cross-validation")
    parser.add_argument("--write", action="store_true", help="renew the weights")
    chosen = parser.parse_args()
    if chosen.language == "en" and not SHARED.exists():
        parser.error(f"the labelled sentences stand in the shared data, which is absent from {SHARED}")
    samples = read_samples(chosen.language)
    print(f"{len(samples)} samples of {len({sample.group for sample in samples})} groups")
    if not chosen.no_measure:
        report(samples, cross_validate(samples))
    if chosen.write:
        # Changes of invented policies are nearly all of substance: they teach which way words cut, and no more.
        table = learn_all(samples) if chosen.language == "en" else learn_all(samples, QUESTIONS[:1])
        write(WEIGHTS / f"words-{chosen.language}.json", table, samples=len(samples))


def write(path: Path, table: Mapping[str, Mapping[str, float]], *, samples: int) -> None:
    """Write the weights so that a person can read them: a line for each thing that is counted."""
    lines = [f"    {json.dumps(name, ensure_ascii=False)}: {json.dumps(table[name])}" for name in sorted(table)]
    text = f'{{\n  "learned": "by benchmarks/learn_words.py, from {samples} labelled passages",\n  "weights": {{\n'
    path.write_text(text + ",\n".join(lines) + "\n  }\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
