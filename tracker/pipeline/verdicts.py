"""Which verdicts are published anew, and what was published before: each stays with the rules that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.model import ChangeReport, ChangeSummary, PublishedVerdict, Timeline
from tracker.pipeline.withheld import Withheld
from tracker.render import change_ids


def tell_history(
    reports: Sequence[ChangeReport], timeline: Timeline, published: Sequence[PublishedVerdict]
) -> tuple[ChangeReport, ...]:
    """Return `reports`, changes of `timeline`, with what was `published` about each."""
    if not published:
        return tuple(reports)
    ids = change_ids(timeline)
    rows = _by_id(published)
    return tuple(
        replace(report, history=replace(report.history, published=tuple(rows.get(ids[report.event.slug], ()))))
        for report in reports
    )


def new_verdicts(
    timeline: Timeline,
    summaries: Sequence[ChangeSummary],
    published: Sequence[PublishedVerdict],
    *,
    rules: int,
    judged_at: datetime,
    withheld: Withheld,
) -> Iterator[PublishedVerdict]:
    """Yield a row for each change about which something else is published from now on than was before.

    Args:
        timeline: Whose changes.
        summaries: What they mean now, one for each of the timeline's changes, oldest first.
        published: What was published about the document's changes before, in that order.
        rules: Version of the rules that made `summaries`.
        judged_at: When the run began that publishes them (UTC).
        withheld: Of changes whose texts are withheld nothing is published anew.
    """
    ids = change_ids(timeline)
    rows = _by_id(published)
    for event, summary in zip(timeline.changes, summaries, strict=True):
        if withheld.of_event(event):
            continue
        row = PublishedVerdict(
            id=ids[event.slug],
            change=event.slug,
            rules=rules,
            judged_at=judged_at,
            kind=summary.kind,
            material=summary.material,
            effect=summary.effect,
            topics=summary.topics,
            headline=summary.headline,
        )
        before = rows.get(row.id)
        if before is None or not before[-1].says_as(row):
            yield row


def _by_id(published: Sequence[PublishedVerdict]) -> dict[str, list[PublishedVerdict]]:
    found: dict[str, list[PublishedVerdict]] = {}
    for row in published:
        found.setdefault(row.id, []).append(row)
    return found
