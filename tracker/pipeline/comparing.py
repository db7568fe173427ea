"""A document's beginning beside its end, and year beside year: chosen here, compared when a page needs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Final

from tracker.archive import StoredVersion
from tracker.history import list_stretches
from tracker.model import (
    Change,
    ChangeReport,
    Comparison,
    Provenance,
    Record,
    Stretch,
    Timeline,
    Trust,
    Verdict,
    Version,
)
from tracker.pipeline.cache import Cache
from tracker.pipeline.differences import compare_kept
from tracker.pipeline.judging import recall_judgement
from tracker.pipeline.stored import version_of
from tracker.pipeline.withheld import Withheld

#: Trust of a capture that stands for nothing but itself.
_DOUBTFUL: Final[frozenset[Trust]] = frozenset({"alternating", "suspect"})
#: Versions, and comparisons, that are kept in case the next page needs them too: years share their ends.
_MOST_VERSIONS: Final = 4
_MOST_CHANGES: Final = 2


class Comparer:
    """Compares the stretches of an archive's documents; nothing is read before somebody asks."""

    def __init__(
        self,
        *,
        read: Callable[[Record], StoredVersion],
        read_provenance: Callable[[Record], Provenance],
        cache: Cache,
        withheld: Withheld,
    ) -> None:
        """Compare what `read` gives, for as long as evidence is asked for.

        Args:
            read: Gives the version of a record.
            read_provenance: Gives its evidence without its text.
            cache: What earlier runs compared and judged; takes in what is now.
            withheld: Whose texts are neither read nor told.
        """
        self._read = read
        self._cache = cache
        self._withheld = withheld
        self.read_provenance = read_provenance
        self._versions = lru_cache(maxsize=_MOST_VERSIONS)(self._version)
        self._changes = lru_cache(maxsize=_MOST_CHANGES)(self._change)

    def list_comparisons(
        self, timeline: Timeline, changes: Sequence[ChangeReport], *, language: str | None
    ) -> tuple[Comparison, ...]:
        """Return the comparisons of a document: first to latest, then year to year, newest first.

        Args:
            timeline: Of the document.
            changes: Its changes as they stand, oldest first.
            language: BCP 47 tag of the texts, if known.
        """
        doubtful = {report.event.new.commit for report in changes if _is_doubtful(report)}
        standing = [report for report in changes if report.event.new.commit not in doubtful]
        places = {record.commit: place for place, record in enumerate(timeline.records)}
        found: list[Comparison] = []
        for stretch in list_stretches(timeline, doubtful=doubtful):
            within = range(places[stretch.old.commit] + 1, places[stretch.new.commit] + 1)
            found.append(
                Comparison(
                    stretch=stretch,
                    language=language,
                    changes=sum(places[report.event.new.commit] in within for report in standing),
                    extractions=sum(_is_extracted_anew(timeline.records, place) for place in within),
                    told=next((report for report in standing if _leads(report, stretch)), None),
                    withheld=self._withheld.of_pair(stretch.old, stretch.new),
                    evidence=_Compared(stretch, language, self),
                )
            )
        return tuple(found)

    def compare(self, stretch: Stretch) -> Change:
        """Return what differs.

        Raises:
            UsageError: If a text of it is withheld.
        """
        return self._changes(stretch.old, stretch.new)

    def judge(self, stretch: Stretch, language: str | None) -> Verdict:
        """Return what differs means, from the cache where it is known.

        Raises:
            UsageError: If a text of it is withheld.
        """
        return recall_judgement(
            stretch.old,
            stretch.new,
            compare=lambda: self.compare(stretch),
            language=language,
            cache=self._cache,
        ).verdict

    def _change(self, old: Record, new: Record) -> Change:
        return compare_kept(self._versions(old), self._versions(new), cache=self._cache)

    def _version(self, record: Record) -> Version:
        return version_of(self._read(record))


class _Compared:
    """What a comparison rests on."""

    def __init__(self, stretch: Stretch, language: str | None, comparer: Comparer) -> None:
        self._stretch = stretch
        self._language = language
        self._comparer = comparer

    def compare(self) -> Change:
        return self._comparer.compare(self._stretch)

    @cached_property
    def verdict(self) -> Verdict:
        return self._comparer.judge(self._stretch, self._language)

    @property
    def old_provenance(self) -> Provenance:
        return self._comparer.read_provenance(self._stretch.old)

    @property
    def new_provenance(self) -> Provenance:
        return self._comparer.read_provenance(self._stretch.new)


def _is_doubtful(report: ChangeReport) -> bool:
    is_aside = report.event.trust in _DOUBTFUL or report.verdict.kind == "broken"
    return is_aside or report.retraction is not None


def _is_extracted_anew(records: Sequence[Record], place: int) -> bool:
    before, record = records[place - 1], records[place]
    return record.kind == "technical" and record.text_sha256 != before.text_sha256


def _leads(report: ChangeReport, stretch: Stretch) -> bool:
    """Whether the change leads from the one end to the other, all of it."""
    event = report.event
    ends = event.old.markdown_sha256, event.new.markdown_sha256
    return event.residue is None and ends == (stretch.old.markdown_sha256, stretch.new.markdown_sha256)
