"""From the changes of a document to what they mean: each text parsed once, each pair of texts compared once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from tracker.archive import StoredVersion
from tracker.classify import RULES_VERSION, awaits_announcement, judge_change, link_announcements
from tracker.diff import compare_versions, restrict_change
from tracker.model import (
    Change,
    ChangeReport,
    Event,
    Provenance,
    Record,
    Residue,
    Timeline,
    Verdict,
    VerdictHistory,
    Version,
)
from tracker.pipeline.stored import version_of
from tracker.pipeline.withheld import Withheld, withheld_report

#: What two texts (by the digests of their Markdown) differ in and what it means, later announcements left aside: by
#: what of the difference is new, and by the language.
Judgements: TypeAlias = dict[tuple[str, str, Residue | None, str | None], tuple[Change, Verdict]]

#: Texts beyond these are not searched for announcements: a page that differs at every visit has no end of them.
_MOST_ALSO_SEEN: Final = 200


def judge_events(
    events: Sequence[Event],
    *,
    read: Callable[[Record], StoredVersion],
    service_name: str,
    language: str | None,
    also_seen: Sequence[Record] = (),
    judgements: Judgements | None = None,
    withheld: Withheld | None = None,
    read_provenance: Callable[[Record], Provenance] | None = None,
) -> tuple[ChangeReport, ...]:
    """Return what changed with each of `events`, with verdicts that know of later announcements.

    What was published about them before is not known here.

    Args:
        events: Changes of one document, oldest first.
        read: Gives the version of a record.
        service_name: The service's name as people write it.
        language: BCP 47 tag of the texts, if known.
        also_seen: Records of further texts of the document, in which an announcement may have been seen first.
        judgements: What was judged in this process before; takes in what is judged now.
        withheld: Whose texts are neither read nor told.
        read_provenance: Gives the evidence of a record without its text; needed where something is withheld.
    """
    if withheld is not None and read_provenance is not None:
        reports = iter(
            judge_events(
                [event for event in events if not withheld.of_event(event)],
                read=read,
                service_name=service_name,
                language=language,
                also_seen=[record for record in also_seen if withheld.of(record) is None],
                judgements=judgements,
            )
        )
        return tuple(
            withheld_report(
                event,
                covered,
                (read_provenance(event.old), read_provenance(event.new)),
                service_name=service_name,
                rules=RULES_VERSION,
            )
            if (covered := withheld.of_event(event))
            else next(reports)
            for event in events
        )
    work = _Work(read=read, language=language, judgements=judgements if judgements is not None else {})
    judged = [(*work.judge(event), event.first_seen_new) for event in events]
    verdicts = link_announcements(judged, sightings=work.sightings(events, also_seen, judged))
    return tuple(
        ChangeReport(
            service_name=service_name,
            event=event,
            change=change,
            verdict=verdict,
            old_provenance=work.stored(event.old).provenance,
            new_provenance=work.stored(event.new).provenance,
            history=VerdictHistory(rules=RULES_VERSION),
        )
        for event, (change, _, _), verdict in zip(events, judged, verdicts, strict=True)
    )


def list_also_seen(timeline: Timeline) -> tuple[Record, ...]:
    """Return the first record of each text to which a step led that is no change, oldest first.

    Of a document that is served in variants, an entry of the change log can come with another variant's text.
    """
    found: dict[str, Record] = {}
    for event in timeline.events:
        if event.folded is not None:
            found.setdefault(event.new.markdown_sha256, event.new)
    return tuple(found.values())[:_MOST_ALSO_SEEN]


class _Work:
    def __init__(
        self, *, read: Callable[[Record], StoredVersion], language: str | None, judgements: Judgements
    ) -> None:
        self._read = read
        self._language = language
        self._stored: dict[str, StoredVersion] = {}
        self._versions: dict[str, Version] = {}
        self._judgements = judgements

    def stored(self, record: Record) -> StoredVersion:
        if record.commit not in self._stored:
            self._stored[record.commit] = self._read(record)
        return self._stored[record.commit]

    def sightings(
        self,
        events: Sequence[Event],
        also_seen: Sequence[Record],
        judged: Sequence[tuple[Change, Verdict, datetime]],
    ) -> list[tuple[Version, datetime]]:
        """Return further versions with their times; none where every change is announced or need not be."""
        if not any(map(awaits_announcement, (clause for _, verdict, _ in judged for clause in verdict.clauses))):
            return []
        olds = [(change.old, event.old.fetched_at) for event, (change, _, _) in zip(events, judged, strict=True)]
        return olds + [(self._version(record), record.fetched_at) for record in also_seen]

    def judge(self, event: Event) -> tuple[Change, Verdict]:
        name = (event.old.markdown_sha256, event.new.markdown_sha256, event.residue, self._language)
        if name not in self._judgements:
            change = self._compare(event)
            if event.residue is not None:
                change = restrict_change(change, event.residue)
            self._judgements[name] = (change, judge_change(change, language=self._language))
        return self._judgements[name]

    def _compare(self, event: Event) -> Change:
        return compare_versions(self._version(event.old), self._version(event.new))

    def _version(self, record: Record) -> Version:
        if record.markdown_sha256 not in self._versions:
            self._versions[record.markdown_sha256] = version_of(self.stored(record))
        return self._versions[record.markdown_sha256]
