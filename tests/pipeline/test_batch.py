"""Rows of a batch: answered in order, by one process or by several, and never ended by one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracker.pipeline import batch, compare_rows

TEXT = "# Rules\n\n" + "\n\n".join(
    f"We keep letter {number} for {number} days and burn it then." for number in range(1, 40)
)
MANY = 100_000_000

several_cores = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two cores"
)


def row(name: object, **fields: Any) -> bytes:
    return json.dumps({"id": name, "old": TEXT, "new": TEXT.replace("7 days", "70 days"), **fields}).encode() + b"\n"


ROWS = [
    *(row(number) for number in range(70)),
    b"not json\n",
    b"\n",
    row("old is missing", old=None),
    row("nothing there", old=""),
    row("lone surrogate", new="\ud800 lone"),
    b"[" * 200_000 + b"\n",
    b'{"id": "u", "old": "\xff", "new": ""}\n',
    row("deep", new="> " * 5_000 + "deep"),
    row("language", language=7),
    *(row(f"last {number}") for number in range(70)),
]


@several_cores
def test_all_cores_answer_as_one_does() -> None:
    one, all_of_them = (list(compare_rows(ROWS, total_bytes=size)) for size in (0, MANY))
    assert all_of_them == one
    assert len(one) == len(ROWS) - 1
    assert [told["id"] for told in one if "error" in told] == [
        "line 71", "old is missing", "nothing there", "line 76", "line 77", "language",
    ]  # fmt: skip


def test_little_is_answered_line_by_line_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program may wait for the answer to a row before it writes the next one."""
    monkeypatch.setattr("tracker.pipeline.workers.ProcessPoolExecutor", None)
    drawn = 0

    def draw() -> Iterator[bytes]:
        nonlocal drawn
        for line in ROWS:
            drawn += 1
            yield line

    answers = compare_rows(draw(), total_bytes=1_000_000)
    for place in range(1, 10):
        assert next(answers)["id"] == place - 1
        assert drawn == place


@several_cores
def test_rows_are_read_only_a_little_ahead_of_the_answers() -> None:
    """What is in memory does not grow with the number of rows."""
    drawn = 0
    heavy = row("heavy", pad="x" * 2_000_000)

    def draw() -> Iterator[bytes]:
        nonlocal drawn
        for _ in range(100):
            drawn += 1
            yield heavy

    answers = compare_rows(draw(), total_bytes=MANY)
    for place in range(20):
        next(answers)
        assert drawn <= place + 1 + 16_000_000 // 2_000_000 + len(os.sched_getaffinity(0)) + 1
    answers.close()


def test_a_row_on_which_a_process_ends_has_an_error() -> None:
    assert batch._answer_lost((3, row("big")))["id"] == "big"
    lost = batch._answer_lost((3, b"not json"))
    assert lost["id"] == "line 3"
    assert "memory" in str(lost["error"])


@pytest.fixture
def long_batch(tmp_path: Path) -> Path:
    """Rows whose answers do not fit into a pipe, so that a writer waits for its reader."""
    path = tmp_path / "rows.jsonl"
    same = {"old": TEXT * 20, "new": TEXT * 20}
    rows = ({"id": f"{number} {'x' * 2_000}", **same} for number in range(120))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("is_piped", [False, True])
def test_a_reader_that_has_seen_enough_ends_the_batch_quietly(long_batch: Path, *, is_piped: bool) -> None:
    assert long_batch.stat().st_size > 4_000_000
    command = [sys.executable, "-m", "tracker", "diff", "--batch", "-" if is_piped else str(long_batch)]
    given = subprocess.Popen(["cat", str(long_batch)], stdout=subprocess.PIPE) if is_piped else None
    source = given.stdout if given is not None else subprocess.DEVNULL
    with subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        if given is not None and given.stdout is not None:
            given.stdout.close()
        assert json.loads(process.stdout.readline())["id"].startswith("0 ")
        process.stdout.close()
        assert process.wait(120) == 1
        assert process.stderr.read() == b""
    if given is not None:
        given.wait(120)
