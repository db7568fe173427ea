"""Pairs of texts with what is expected to differ, for people to review: `tests/data/pairs/NN-what-it-shows/`.

`make golden` rewrites `expected.json`; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.model import Change, SectionRef

PAIRS = Path(__file__).resolve().parents[1] / "data" / "pairs"


def _place(section: SectionRef | None) -> str | None:
    return None if section is None else f"{section.number} {section.title}".strip()


def _told(change: Change) -> dict[str, Any]:
    signs = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return {
        "words": {"added": change.words_added, "removed": change.words_removed},
        "ops": [f"{x.tag} {x.old_start}:{x.old_end} {x.new_start}:{x.new_end}" for x in change.ops],
        "clauses": [
            {
                "op": clause.op,
                "section": _place(clause.section),
                "moved_from": _place(clause.moved_from),
                "redline": "".join(signs[span.tag].format(span.text) for span in clause.redline),
                "technical": clause.is_technical,
                "links": clause.links,
                "notes": clause.notes,
            }
            for clause in change.clauses
        ],
    }


@pytest.mark.parametrize("name", sorted(path.name for path in PAIRS.iterdir() if (path / "old.md").exists()))
def test_the_pair_differs_as_expected(assert_sound: Callable[[str, str], Change], name: str) -> None:
    old, new = ((PAIRS / name / f"{side}.md").read_text(encoding="utf-8") for side in ("old", "new"))
    told = json.dumps(_told(assert_sound(old, new)), indent=2, ensure_ascii=True) + "\n"
    golden = PAIRS / name / "expected.json"
    if os.environ.get("TRACKER_GOLDEN") == "write":
        golden.write_text(told, encoding="utf-8")
    if not golden.exists():
        golden.write_text(told, encoding="utf-8")
        pytest.fail(f"{golden.name} of {name} was missing and is written: review it")
    assert told == golden.read_text(encoding="utf-8")
