"""Real histories: labelled changes of one policy, and neighbours from the histories of many."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Change

pytestmark = pytest.mark.shared

Step = tuple[str, str]
#: Characters; the few longer ones would take most of the time.
LONGEST = 40_000


@pytest.fixture(scope="module")
def labels() -> Callable[[Path], dict[Step, list[dict[str, Any]]]]:
    """Read the labelled changes of each step from one version to the next."""

    def read(shared_data: Path) -> dict[Step, list[dict[str, Any]]]:
        steps: dict[Step, list[dict[str, Any]]] = defaultdict(list)
        with (shared_data / "labels" / "telegram-en.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                steps[row["from_file"], row["to_file"]].append(row)
        return steps

    return read


def _step(shared_data: Path, step: Step) -> Change:
    folder = shared_data / "telegram" / "privacy-policy-en"
    old, new = (parse_markdown((folder / name).read_text(encoding="utf-8")) for name in step)
    return compare_versions(old, new)


def test_every_labelled_section_is_reported_and_no_other(
    shared_data: Path, labels: Callable[[Path], dict[Step, list[dict[str, Any]]]]
) -> None:
    steps = labels(shared_data)
    assert len(steps) == 39
    wrong = {}
    for step, rows in steps.items():
        # "*" labels what an archive's software wrote otherwise: no clause differs.
        labelled = {row["section"] for row in rows} - {"*"}
        reported = {clause.section.number for clause in _step(shared_data, step).clauses}
        if reported != labelled:
            wrong[step] = (reported, labelled)
    assert wrong == {}


def test_every_labelled_addition_removal_and_move_is_reported_as_such(
    shared_data: Path, labels: Callable[[Path], dict[Step, list[dict[str, Any]]]]
) -> None:
    for step, rows in labels(shared_data).items():
        clauses = _step(shared_data, step).clauses
        for row in rows:
            ops = {clause.op for clause in clauses if clause.section.number == row["section"]}
            if row["change"] in {"added", "removed"}:
                assert ops == {row["change"]}, (step, row["section"])
            elif row["change"] == "moved":
                moves = [
                    clause for clause in clauses if clause.op == "moved" and clause.section.number == row["section"]
                ]
                assert [move.moved_from and move.moved_from.number for move in moves] == [row["moved_from"]]
        told = {clause.section.number for clause in clauses if clause.op == "moved"}
        assert told == {row["section"] for row in rows if row["change"] == "moved"}


def test_the_change_of_2024_09_23_is_one_clause_with_a_redline_that_rebuilds_it(shared_data: Path) -> None:
    change = _step(shared_data, ("2024-07-15T181441Z-e7fb3b5a9.md", "2024-09-23T152623Z-9d484c869.md"))
    (clause,) = change.clauses
    assert (clause.op, clause.section.number, clause.notes) == ("modified", "8.3", ())
    assert (
        "".join(span.text for span in clause.redline if span.tag != "+")
        == change.old.clauses[clause.old_clauses[0]].text
    )
    assert (
        "".join(span.text for span in clause.redline if span.tag != "-")
        == change.new.clauses[clause.new_clauses[0]].text
    )
    for side in ("=-", "=+"):
        spans = [span.text for span in clause.redline if span.tag in side]
        assert not any(one[-1].isalnum() and other[0].isalnum() for one, other in itertools.pairwise(spans))
    assert sum(span.tag == "=" for span in clause.redline) < 10


def test_neighbours_in_the_histories_of_many_policies_compare_soundly(
    shared_data: Path, tmp_path: Path, assert_sound: Callable[[str, str], Change]
) -> None:
    repository = tmp_path / "sample"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True, env=environment, encoding="utf-8"
        )
        return done.stdout

    git("clone", "--quiet", "--bare", str(shared_data / "ota" / "contrib-sample.bundle"), str(repository))
    history: dict[str, list[str]] = defaultdict(list)
    commit = ""
    for line in git("-C", str(repository), "log", "--reverse", "-z", "--format=%x01%H", "--name-only").split("\0"):
        for part in line.split("\n"):
            if part.startswith("\x01"):
                commit = part[1:]
            elif part:
                history[part].append(commit)
    assert len(history) == 59
    pairs = [(one, other, path) for path in sorted(history) for one, other in itertools.pairwise(history[path])]
    compared = 0
    for old, new, path in pairs[:: len(pairs) // 280]:
        texts = [git("-C", str(repository), "show", f"{revision}:{path}") for revision in (old, new)]
        if max(map(len, texts)) < LONGEST:
            assert_sound(*texts)
            compared += 1
    assert compared >= 140
