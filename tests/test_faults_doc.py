from __future__ import annotations

from pathlib import Path

import pytest

from tracker.model import REASONS

FAULTS = Path(__file__).resolve().parents[1] / "docs" / "faults.md"


@pytest.fixture
def rows() -> list[tuple[str, str, str]]:
    """Code, meaning and next step of every row of the tables."""
    lines = FAULTS.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    assert all(len(row) == 3 for row in cells)
    return [(code.strip("`"), meaning, step) for code, meaning, step in cells]


def test_every_reason_code_is_explained_once_and_in_order(rows: list[tuple[str, str, str]]) -> None:
    assert [code for code, _, _ in rows] == list(REASONS)


def test_every_reason_code_has_a_meaning(rows: list[tuple[str, str, str]]) -> None:
    assert all(meaning.endswith(".") for _, meaning, _ in rows)


def test_the_next_step_is_the_one_that_a_run_prints(rows: list[tuple[str, str, str]]) -> None:
    assert {code: step for code, _, step in rows} == REASONS
