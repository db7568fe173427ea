"""A verdict that is read back is the one that was kept, and what is no verdict is none."""

from __future__ import annotations

import json
from typing import cast

import pytest

from tracker.classify import judge_change
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import JsonValue, Verdict
from tracker.pipeline.kept_verdicts import as_kept, verdict_from_json, verdict_to_json, verdicts_from_json

OLD = "# Privacy\n\n## 1. Letters\n\nWe keep your letters for 30 days.\n\nWe may share your address with the police "
NEW = OLD.replace("30 days", "90 days")


def judged(old: str, new: str) -> Verdict:
    return judge_change(compare_versions(parse_markdown(old), parse_markdown(new)), language="en")


VERDICTS = [
    judged(f"{OLD}where a court orders it.\n", f"{NEW}and other partners.\n"),
    judged(f"{OLD}where a court orders it.\n", f"{OLD}where a court orders it!\n"),
    judged(f"{OLD}.\n", "# Access denied\n\nAre you a robot?\n"),
]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_is_read_back_as_it_was(verdict: Verdict) -> None:
    written = json.loads(json.dumps(verdict_to_json(verdict)))
    assert verdict_from_json(written) == verdict
    assert as_kept(as_kept(verdict)) == as_kept(verdict) == verdict


@pytest.mark.parametrize("value", [None, 1, "verdict", [], {}, {"kind": "editorial"}, [None]])
def test_what_is_no_verdict_is_none(value: JsonValue) -> None:
    assert verdict_from_json(value) is None
    assert verdicts_from_json([value], count=1) is None


@pytest.mark.parametrize(("field", "value"), [("kind", "unheard"), ("effect", 1), ("topics", [1])])
def test_a_damaged_verdict_is_none(field: str, value: JsonValue) -> None:
    row = cast("dict[str, JsonValue]", verdict_to_json(VERDICTS[0])) | {field: value}
    assert verdict_from_json(row) is None


def test_a_list_of_another_length_is_none() -> None:
    rows: list[JsonValue] = [verdict_to_json(verdict) for verdict in VERDICTS]
    assert verdicts_from_json(rows, count=len(rows)) == tuple(VERDICTS)
    assert verdicts_from_json(rows, count=len(rows) + 1) is None
