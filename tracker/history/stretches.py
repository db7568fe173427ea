"""Which versions of a document are worth comparing beside neighbours: the first with the latest, and year with year.

Which stretches there are is told by the records alone, so that one that was once there stays, however captures are
judged later. Which version stands for the end of one is chosen among those that stand: a broken or doubtful capture,
and a text that only came and went, speak for no year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from tracker.model import FIRST_TO_LATEST, Record, Stretch, Timeline

#: How long after its last stay a variant still counts as served: within it, variants come back.
STILL_SERVED: Final = timedelta(days=90)


def list_stretches(timeline: Timeline, *, doubtful: Collection[str] = ()) -> tuple[Stretch, ...]:
    """Return the stretches of a document: first to latest, then year to year, newest first; none where it is single.

    Of a document that is served in variants both ends are of one variant where that is served at both. A year in which
    no text was recorded as a change has no stretch; one in which all came to nothing leads from a record to itself.

    Args:
        timeline: Of the document.
        doubtful: Commits of records that brought no change that stands.
    """
    if not any(record.kind == "change" for record in timeline.records):
        return ()
    ends = _Ends(timeline, doubtful)
    years = sorted({_year(record) for record in timeline.records})
    changed = {_year(record) for record in timeline.records if record.kind == "change"}
    last = len(timeline.records) - 1
    found = [ends.stretch(FIRST_TO_LATEST, 0, last, until=ends.horizon)]
    for year in sorted(changed, reverse=True):
        old, new = ends.last_before(year), ends.last_before(year + 1)
        if years[0] < year and old is not None and new is not None:
            end = min(datetime(year + 1, 1, 1, tzinfo=UTC), ends.horizon)
            found.append(ends.stretch(f"{year - 1:04}-{year:04}", old, new, until=end))
    return tuple(found)


def _year(record: Record) -> int:
    return record.fetched_at.astimezone(UTC).year


class _Ends:
    """Knows of each record whether it may stand for an end, and which variant it bears."""

    def __init__(self, timeline: Timeline, doubtful: Collection[str]) -> None:
        self._timeline = timeline
        self._records = timeline.records
        self._variants = self._find_variants()
        self._standing = tuple(self._find_standing(doubtful))
        checked = timeline.checks[-1].checked_at if timeline.checks else self._records[-1].fetched_at
        self.horizon = max(checked, self._records[-1].fetched_at)

    def _find_variants(self) -> dict[str, str]:
        """Return the variant of each text that bears one, by the text's digest."""
        found = {event.new.text_sha256: event.variant for event in self._timeline.events if event.variant is not None}
        return {variant.newest.text_sha256: variant.name for variant in self._timeline.variants} | found

    def _find_standing(self, doubtful: Collection[str]) -> Iterator[bool]:
        """Yield for each record whether it may stand for an end; the first one always does."""
        passing = {event.new.commit for event in self._timeline.events if event.folded == "passing"}
        stands = True
        for place, record in enumerate(self._records):
            # A technical record is the text before it, told by other rules.
            if place and record.kind != "technical":
                stands = record.commit not in doubtful and record.commit not in passing
            yield stands

    def last_before(self, year: int) -> int | None:
        """Return the place of the last record that stands and was captured before `year`; None where there is none."""
        return self._last(len(self._records) - 1, before=datetime(year, 1, 1, tzinfo=UTC))

    def stretch(self, reach: str, old: int, last: int, *, until: datetime) -> Stretch:
        """Return the stretch from record `old` to the one that stands for the end of the records up to `last`.

        Args:
            reach: Its name.
            old: Place of the record at which it begins.
            last: Place of the last record that may end it.
            until: When it ends.
        """
        new = self._last(last, variant=self._choose_variant(old, last, until))
        if new is None or new < old:
            new = old
        ends = self._records[old], self._records[new]
        names = tuple(self._variants.get(record.text_sha256) for record in ends)
        return Stretch(reach=reach, old=ends[0], new=ends[1], old_variant=names[0], new_variant=names[1])

    def _last(self, last: int, *, before: datetime | None = None, variant: str | None = None) -> int | None:
        for place in range(last, -1, -1):
            record = self._records[place]
            is_early = before is None or record.fetched_at < before
            is_own = variant is None or self._variants.get(record.text_sha256) == variant
            if self._standing[place] and is_early and is_own:
                return place
        return None

    def _choose_variant(self, old: int, last: int, until: datetime) -> str | None:
        """Return the variant in which a stretch ends: that of its beginning, else the first that is served at its end.

        None where no variant is served then, so that any text may end it.
        """
        served = self._served(last, until)
        own = self._variants.get(self._records[old].text_sha256)
        if own in served:
            return own
        return min(served, key=[variant.name for variant in self._timeline.variants].index, default=None)

    def _served(self, last: int, until: datetime) -> set[str]:
        """Return the variants that were captured, or replaced, shortly before `until`."""
        records = self._records[: last + 1]
        ends = [record.fetched_at for record in records[1:]] + [until]
        bearing = (
            (self._variants.get(record.text_sha256), end) for record, end in zip(records, ends, strict=True)
        )  # fmt: skip
        known = {variant.name for variant in self._timeline.variants}
        return {name for name, end in bearing if name is not None and name in known and until - end <= STILL_SERVED}
