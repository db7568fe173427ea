"""From the changes of a document to what they mean: no pair of texts is judged twice, and none compared without need.

What was judged in an earlier run is taken from the cache, under a name that holds all on which it depends: both texts,
what of their difference is new, the language, and the rules. What a later version announces is linked after that, and
is kept too, for all changes of the document together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final, TypeAlias

from tracker.archive import StoredVersion
from tracker.classify import RULES_VERSION, awaits_announcement, judge_change, link_announcements
from tracker.diff import restrict_change
from tracker.model import (
    Change,
    ChangeReport,
    Event,
    JsonValue,
    Provenance,
    Record,
    Residue,
    Timeline,
    Verdict,
    VerdictHistory,
    Version,
    format_instant,
)
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.differences import compare_kept
from tracker.pipeline.kept_verdicts import as_kept, verdict_from_json, verdict_to_json, verdicts_from_json
from tracker.pipeline.stored import version_of
from tracker.pipeline.withheld import Withheld, withheld_report

#: Texts beyond these are not searched for announcements: a page that differs at every visit has no end of them.
_MOST_ALSO_SEEN: Final = 200


class Judgement:
    """What two texts differ in, compared when somebody asks, and what it means, later announcements left aside."""

    def __init__(self, compare: Callable[[], Change], *, language: str | None, kept: Verdict | None) -> None:
        """Judge what `compare` gives, texts in `language`; `kept` is the verdict that an earlier run reached."""
        self._compare = compare
        self._language = language
        self._kept = kept

    @cached_property
    def change(self) -> Change:
        return self._compare()

    @cached_property
    def verdict(self) -> Verdict:
        return self._kept if self._kept is not None else as_kept(judge_change(self.change, language=self._language))


#: Judgements by the digests of the Markdown of both texts, by what of the difference is new, and by the language.
Judgements: TypeAlias = dict[tuple[str, str, Residue | None, str | None], Judgement]


def judge_events(
    events: Sequence[Event],
    *,
    read: Callable[[Record], StoredVersion],
    service_name: str,
    language: str | None,
    also_seen: Sequence[Record] = (),
    judgements: Judgements | None = None,
    cache: Cache | None = None,
    withheld: Withheld | None = None,
    read_provenance: Callable[[Record], Provenance] | None = None,
) -> tuple[ChangeReport, ...]:
    """Return what changed with each of `events`, with verdicts that know of later announcements.

    What was published about them before is not known here. Evidence that no verdict needed is read when it is asked
    for.

    Args:
        events: Changes of one document, oldest first.
        read: Gives the version of a record, for as long as evidence is asked for.
        service_name: The service's name as people write it.
        language: BCP 47 tag of the texts, if known.
        also_seen: Records of further texts of the document, in which an announcement may have been seen first.
        judgements: What was judged in this process before; takes in what is judged now.
        cache: What earlier runs judged; takes in what is judged now, of texts that are not withheld alone.
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
                cache=cache,
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
    work = _Work(
        read=read,
        language=language,
        judgements=judgements if judgements is not None else {},
        cache=cache if cache is not None else Cache(None),
    )
    judged = [work.judge(event) for event in events]
    verdicts = work.link(events, judged, also_seen)
    return tuple(
        ChangeReport(
            service_name=service_name,
            event=event,
            verdict=verdict,
            history=VerdictHistory(rules=RULES_VERSION),
            evidence=_Evidence(event, judgement, work),
        )
        for event, judgement, verdict in zip(events, judged, verdicts, strict=True)
    )


def recall_judgement(
    old: Record,
    new: Record,
    *,
    residue: Residue | None = None,
    compare: Callable[[], Change],
    language: str | None,
    cache: Cache,
) -> Judgement:
    """Return what two texts differ in and what it means; nothing is compared where an earlier run judged them.

    Args:
        old: One text.
        new: The other.
        residue: What of the difference is new; None where all of it is.
        compare: Gives the difference.
        language: BCP 47 tag of the texts, if known.
        cache: What earlier runs judged; takes in what is judged now.
    """
    parts = [old.markdown_sha256, new.markdown_sha256, json.dumps(_residue_to_json(residue)), language]
    name = name_result("verdict", parts)
    kept = verdict_from_json(cache.get(name))
    judgement = Judgement(compare, language=language, kept=kept)
    if kept is None:
        cache.put(name, verdict_to_json(judgement.verdict))
    return judgement


def list_also_seen(timeline: Timeline) -> tuple[Record, ...]:
    """Return the first record of each text to which a step led that is no change, oldest first.

    Of a document that is served in variants, an entry of the change log can come with another variant's text.
    """
    found: dict[str, Record] = {}
    for event in timeline.events:
        if event.folded is not None:
            found.setdefault(event.new.markdown_sha256, event.new)
    return tuple(found.values())[:_MOST_ALSO_SEEN]


def name_judged(
    kind: str,
    events: Sequence[Event],
    also_seen: Sequence[Record],
    language: str | None,
    *,
    withheld: Sequence[str] = (),
) -> str:
    """Return the name of a result of `kind` on `events`: of all texts, and the times by which announcements are told.

    Args:
        kind: What the result is.
        events: Changes of one document, oldest first.
        also_seen: Records of further texts in which an announcement may have been seen first.
        language: BCP 47 tag of the texts, if known.
        withheld: Digests of texts that were neither read nor told.
    """
    steps: list[JsonValue] = [
        [
            event.old.markdown_sha256,
            event.new.markdown_sha256,
            format_instant(event.old.fetched_at),
            format_instant(event.first_seen_new),
            _residue_to_json(event.residue),
        ]
        for event in events
    ]
    others: list[JsonValue] = [[record.markdown_sha256, format_instant(record.fetched_at)] for record in also_seen]
    parts = [language, json.dumps(steps), json.dumps(others), *([json.dumps(list(withheld))] if withheld else [])]
    return name_result(kind, parts)


def _residue_to_json(residue: Residue | None) -> JsonValue:
    if residue is None:
        return None
    added: list[JsonValue] = [*sorted(residue.added)]
    removed: list[JsonValue] = [*sorted(residue.removed)]
    return [added, removed]


class _Work:
    def __init__(
        self,
        *,
        read: Callable[[Record], StoredVersion],
        language: str | None,
        judgements: Judgements,
        cache: Cache,
    ) -> None:
        self._read = read
        self._language = language
        self._provenances: dict[str, Provenance] = {}
        self._versions: dict[str, Version] = {}
        self._judgements = judgements
        self._cache = cache

    def provenance(self, record: Record) -> Provenance:
        if record.commit not in self._provenances:
            self._stored(record)
        return self._provenances[record.commit]

    def judge(self, event: Event) -> Judgement:
        key = (event.old.markdown_sha256, event.new.markdown_sha256, event.residue, self._language)
        if key not in self._judgements:
            self._judgements[key] = self._judge(event)
        return self._judgements[key]

    def _judge(self, event: Event) -> Judgement:
        return recall_judgement(
            event.old,
            event.new,
            residue=event.residue,
            compare=lambda: self._compare(event),
            language=self._language,
            cache=self._cache,
        )

    def link(
        self, events: Sequence[Event], judged: Sequence[Judgement], also_seen: Sequence[Record]
    ) -> tuple[Verdict, ...]:
        """Return the verdicts of `judged`, which are those of `events`, with what was announced later."""
        verdicts = tuple(judgement.verdict for judgement in judged)
        # Nothing else can still be announced, and then no log need be read.
        if not any(map(awaits_announcement, (clause for verdict in verdicts for clause in verdict.clauses))):
            return verdicts
        name = name_judged("announcements", events, also_seen, self._language)
        kept = verdicts_from_json(self._cache.get(name), count=len(events))
        if kept is not None:
            return kept
        linked = link_announcements(
            [
                (judgement.change, judgement.verdict, event.first_seen_new)
                for event, judgement in zip(events, judged, strict=True)
            ],
            sightings=self._sightings(events, judged, also_seen),
        )
        self._cache.put(name, [verdict_to_json(verdict) for verdict in linked])
        return linked

    def _sightings(
        self, events: Sequence[Event], judged: Sequence[Judgement], also_seen: Sequence[Record]
    ) -> list[tuple[Version, datetime]]:
        olds = [
            (judgement.change.old, event.old.fetched_at) for event, judgement in zip(events, judged, strict=True)
        ]  # fmt: skip
        return olds + [(self._version(record), record.fetched_at) for record in also_seen]

    def _compare(self, event: Event) -> Change:
        change = compare_kept(self._version(event.old), self._version(event.new), cache=self._cache)
        return change if event.residue is None else restrict_change(change, event.residue)

    def _version(self, record: Record) -> Version:
        if record.markdown_sha256 not in self._versions:
            self._versions[record.markdown_sha256] = version_of(self._stored(record))
        return self._versions[record.markdown_sha256]

    def _stored(self, record: Record) -> StoredVersion:
        stored = self._read(record)
        self._provenances[record.commit] = stored.provenance
        return stored


class _Evidence:
    """What a change rests on, read and compared when somebody asks."""

    def __init__(self, event: Event, judgement: Judgement, work: _Work) -> None:
        self._event = event
        self._judgement = judgement
        self._work = work

    @property
    def change(self) -> Change:
        return self._judgement.change

    @property
    def old_provenance(self) -> Provenance:
        return self._work.provenance(self._event.old)

    @property
    def new_provenance(self) -> Provenance:
        return self._work.provenance(self._event.new)
