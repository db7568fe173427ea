"""A lineage that was kept is the lineage that was followed, whatever happened to its clauses."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.history.lineage_stories import follow, records_of
from tracker.model import Event, Lineage, Timeline
from tracker.pipeline import Cache
from tracker.pipeline.kept_lineage import keep_lineage

LOFTS = "Letters rest in a cedar loft until a bird is free to carry them onward."
TOWERS = "Every tower keeps a book of the birds that land upon its northern sill."
STORMS = "In a storm no bird is sent, and every letter waits below until the sky has cleared again."


def _policy(first: tuple[str, ...], second: tuple[str, ...]) -> str:
    return "\n\n".join(("# Courier", "## 1. Birds", *first, "## 2. Lofts", *second)) + "\n"


#: Clauses come, are reworded, move, go and return; a technical record stands between.
STORY = (
    _policy((STORMS,), (LOFTS,)),
    _policy((STORMS,), (LOFTS, TOWERS)),
    _policy((STORMS.replace("no bird", "hardly any bird"),), (LOFTS, TOWERS)),
    _policy((TOWERS,), (LOFTS, STORMS)),
    _policy((f"{TOWERS} {STORMS}",), (LOFTS,)),
    _policy((TOWERS, STORMS), ()),
    _policy((TOWERS, STORMS), (LOFTS,)),
)


def _story(texts: tuple[str, ...] = STORY) -> tuple[Timeline, Lineage]:
    records = records_of(texts, {3: "technical"})
    events = tuple(
        Event(old=old, new=new, trust="confirmed", last_seen_old=old.fetched_at)
        for old, new in pairwise(records)
        if new.kind == "change"
    )
    lineage = follow(*texts, kinds={3: "technical"}, events=events)
    return Timeline(document=records[0].document, records=lineage.records, events=events), lineage


class FollowedError(Exception):
    """Somebody followed the history."""


def _never() -> Lineage:
    raise FollowedError


def test_it_is_followed_once(tmp_path: Path) -> None:
    timeline, lineage = _story()
    ops = {step.op for line in lineage.lines for step in line.steps}
    assert {"first-seen", "reworded", "moved", "removed", "returned"} <= ops, "the story tells little"
    with Cache(tmp_path / "cache.sqlite") as cache:
        assert keep_lineage(timeline, "one", cache=cache, follow=lambda: lineage) is lineage
    with Cache(tmp_path / "cache.sqlite") as cache:
        assert keep_lineage(timeline, "one", cache=cache, follow=_never) == lineage


def test_a_longer_history_takes_its_place(tmp_path: Path) -> None:
    shorter, known = _story(STORY[:5])
    longer, lineage = _story()
    with Cache(tmp_path / "cache.sqlite") as cache:
        keep_lineage(shorter, "one", cache=cache, follow=lambda: known)
        assert keep_lineage(longer, "two", cache=cache, follow=lambda: lineage) is lineage
        assert keep_lineage(longer, "two", cache=cache, follow=_never) == lineage


@pytest.mark.parametrize("missing", ["records", "events"])
def test_a_row_of_records_that_are_not_there_is_not_believed(tmp_path: Path, missing: str) -> None:
    timeline, lineage = _story()
    less = (
        replace(timeline, records=timeline.records[:1], events=())
        if missing == "records"
        else replace(timeline, events=())
    )
    with Cache(tmp_path / "cache.sqlite") as cache:
        keep_lineage(timeline, "one", cache=cache, follow=lambda: lineage)
        with pytest.raises(FollowedError):
            keep_lineage(less, "one", cache=cache, follow=_never)
