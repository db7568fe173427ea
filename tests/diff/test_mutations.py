"""Edits of known truth are reported as a careful editor would report them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.diff.archive_sample import FEW_PAIRS, read_pairs
from tests.diff.invented import invent_document
from tests.diff.mutations import KINDS, Outcome, bases_of, run_mixed, run_single, table
from tracker.extract import parse_markdown

pytestmark = pytest.mark.at_length

#: Documents to edit: in `make test`, and in `make properties`.
FEW, MANY = 12, 200
#: Share of edits among many that are reported rightly; they may hide each other.
MIXED_LEAST = 0.99
#: The same of single edits of real policies, where the truth is not always as plain.
REAL_LEAST = 0.97


def _wrong(outcomes: Iterable[Outcome]) -> list[str]:
    return [f"seed {outcome.seed}: {wrong}" for outcome in outcomes for wrong in outcome.wrong]


@pytest.mark.parametrize("seed", range(FEW))
def test_invented_documents_are_what_their_markdown_says(seed: int) -> None:
    version = invent_document(seed).to_version()
    assert parse_markdown(version.markdown) == version
    assert 60 <= len(version.clauses) <= 200


@pytest.mark.parametrize("kind", KINDS)
def test_one_edit_is_reported_as_what_it_is_and_nothing_else(kind: str, *, at_length: bool) -> None:
    outcomes = list(run_single(range(MANY if at_length else FEW), [kind]))
    assert len(outcomes) >= FEW / 2
    assert _wrong(outcomes) == []


def test_many_edits_at_once_are_told_apart(*, at_length: bool) -> None:
    outcomes = list(run_mixed(range(MANY if at_length else 2 * FEW)))
    assert len(outcomes) > 8 * FEW
    assert sum(not outcome.wrong for outcome in outcomes) >= MIXED_LEAST * len(outcomes), table(outcomes)


@pytest.mark.shared
@pytest.mark.parametrize("kind", KINDS)
def test_one_edit_of_a_real_policy_is_reported_as_what_it_is(shared_data: Path, kind: str, *, at_length: bool) -> None:
    texts = {pair.path: pair.new for pair in read_pairs(shared_data, FEW_PAIRS)}
    newest = max((shared_data / "telegram" / "privacy-policy-en").glob("*.md"))
    chosen = [newest.read_text(encoding="utf-8"), *(text for text in texts.values() if 5_000 < len(text) < 60_000)]
    outcomes = list(run_single(range(len(chosen) if at_length else 6), [kind], bases_of(chosen)))
    wrong = _wrong(outcomes)
    if at_length:
        assert sum(not outcome.wrong for outcome in outcomes) >= REAL_LEAST * len(outcomes), wrong
    else:
        assert wrong == []
