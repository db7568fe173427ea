"""Every promise holds from each version to the next, over the histories of many real policies."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from tests.diff.archive_sample import ALL_PAIRS, FEW_PAIRS, read_pairs
from tests.diff.promises import change_faults, mirror_faults
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Version

pytestmark = [pytest.mark.shared, pytest.mark.at_length]


@lru_cache(maxsize=64)  # the new text of one pair is the old one of another, not far away
def _version(markdown: str) -> Version:
    return parse_markdown(markdown)


def test_real_histories_keep_every_promise(shared_data: Path, *, at_length: bool) -> None:
    pairs = read_pairs(shared_data, ALL_PAIRS if at_length else FEW_PAIRS)
    assert len(pairs) == (ALL_PAIRS if at_length else FEW_PAIRS)
    faults: list[str] = []
    for pair in sorted(pairs, key=lambda pair: pair.path):
        old, new = _version(pair.old), _version(pair.new)
        there, back = compare_versions(old, new), compare_versions(new, old)
        faults += [f"{pair}: {fault}" for fault in (*change_faults(there), *mirror_faults(there, back))]
        if there != compare_versions(old, new):
            faults.append(f"{pair}: another result the second time")
        itself = compare_versions(new, new)
        if itself.clauses or itself.words_added or itself.words_removed:
            faults.append(f"{pair}: the new version differs from itself")
    assert faults == []
