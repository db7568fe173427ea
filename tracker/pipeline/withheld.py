"""What is left of changes, timelines and verdicts where a text of theirs is withheld.

Does not belong here: how the decision is kept (`tracker.archive`), or how a tombstone looks (`tracker.render`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from tracker.errors import UsageError
from tracker.model import (
    EFFECTS,
    KINDS,
    TOPICS,
    Broken,
    Change,
    ChangeReport,
    ChangeSummary,
    Event,
    KnownEvidence,
    Provenance,
    PublishedVerdict,
    Record,
    Section,
    Timeline,
    Verdict,
    VerdictHistory,
    Version,
    Withholding,
)

#: What stands in the place of a headline, which may quote the text.
WITHHELD_HEADLINE: Final = "The text of this change is withheld."
#: What is said of a change about which nothing was published before its text was withheld.
_UNKNOWN: Final = Verdict(
    kind="substantive", material=False, effect="unclear", topics=(), headline=WITHHELD_HEADLINE
)  # fmt: skip
_EMPTY: Final = Version(
    markdown="",
    sections=(Section(index=0, level=0, number=None, title="", anchor=None, parent=None),),
    clauses=(),
)
_NOTHING: Final = Change(old=_EMPTY, new=_EMPTY, ops=(), clauses=(), words_added=0, words_removed=0)

_Value = TypeVar("_Value", Verdict, ChangeSummary)


class Withheld:
    """What of an archive is withheld, asked by record, event or timeline."""

    def __init__(self, known: Mapping[str, Withholding]) -> None:
        """Keep `known`: withholdings by the digest of the text."""
        self._known = known

    @property
    def known(self) -> Mapping[str, Withholding]:
        """All of them, by the digest of the text."""
        return self._known

    def of(self, record: Record) -> Withholding | None:
        return self._known.get(record.text_sha256)

    def of_event(self, event: Event) -> tuple[Withholding, ...]:
        """Return why texts of `event` are withheld: of the old text, then of the new one; empty where neither is."""
        return self.of_pair(event.old, event.new)

    def of_pair(self, old: Record, new: Record) -> tuple[Withholding, ...]:
        """Return why these texts are withheld, each reason once; empty where neither is."""
        found = (self.of(record) for record in (old, new))
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def within(self, timeline: Timeline) -> dict[str, Withholding]:
        """Return what of `timeline` is withheld, by the digest of the text, in the order in which they first came."""
        return {record.text_sha256: why for record in timeline.records if (why := self.of(record)) is not None}

    def names(self, timeline: Timeline) -> list[str]:
        """Return the digests of the texts of `timeline` that are withheld, in the order in which they first came."""
        return list(self.within(timeline))

    def open_part(self, timeline: Timeline) -> Timeline:
        """Return `timeline` as if no withheld version had ever been captured."""
        if not self.names(timeline):
            return timeline
        return replace(
            timeline,
            records=tuple(record for record in timeline.records if self.of(record) is None),
            events=tuple(event for event in timeline.events if not self.of_event(event)),
            variants=tuple(variant for variant in timeline.variants if self.of(variant.newest) is None),
        )

    def without_signatures(self, timeline: Timeline) -> Timeline:
        """Return `timeline`, its variants told by no clause of a withheld text."""
        if not self.names(timeline):
            return timeline
        variants = (
            variant if self.of(variant.newest) is None else replace(variant, signature=())
            for variant in timeline.variants
        )
        return replace(timeline, variants=tuple(variants))

    def cover(self, report: ChangeReport) -> ChangeReport:
        """Return `report` without any word of withheld texts: what was published about its meaning stands, in codes."""
        withheld = self.of_event(report.event)
        if not withheld:
            return report
        rows = tuple(replace(row, headline=WITHHELD_HEADLINE) for row in report.history.published)
        return replace(
            report,
            evidence=KnownEvidence(
                change=_NOTHING, old_provenance=report.old_provenance, new_provenance=report.new_provenance
            ),
            verdict=cover_summary(_UNKNOWN, rows),
            history=replace(report.history, published=rows),
            withheld=withheld,
        )

    def require_open(self, *records: Record) -> None:
        """Refuse records whose text is withheld.

        Raises:
            UsageError: If one is; the message says why.
        """
        for record in records:
            withheld = self.of(record)
            if withheld is not None:
                raise UsageError(
                    f"{record.document}@{record.commit[:9]} is withheld: {withheld.reason} (text SHA-256 "
                    f"{withheld.text_sha256}); 'tracker withhold --undo' would publish it again"
                )


def cover_summary(value: _Value, rows: Sequence[PublishedVerdict]) -> _Value:
    """Return `value` with what was last published in `rows`, its words left out."""
    row = rows[-1] if rows else None
    if row is None or row.kind not in KINDS or row.effect not in EFFECTS:
        return replace(value, headline=WITHHELD_HEADLINE)
    if isinstance(value, Verdict):
        broken = Broken(reason="withheld", detail="so it was found before its text was withheld")
        value = replace(value, kind=row.kind, broken=broken if row.kind == "broken" else None)
    return replace(
        value,
        kind=row.kind,
        material=row.material,
        effect=row.effect,
        topics=tuple(topic for topic in row.topics if topic in TOPICS),
        headline=WITHHELD_HEADLINE,
    )


def withheld_report(
    event: Event,
    withheld: tuple[Withholding, ...],
    evidence: tuple[Provenance, Provenance],
    *,
    service_name: str,
    rules: int,
) -> ChangeReport:
    """Return what is told of `event` whose texts are `withheld`: its times and evidence.

    Args:
        event: The change.
        withheld: Why.
        evidence: Where the old text and the new one come from.
        service_name: The service's name as people write it.
        rules: Version of the rules.
    """
    old, new = evidence
    return ChangeReport(
        service_name=service_name,
        event=event,
        evidence=KnownEvidence(change=_NOTHING, old_provenance=old, new_provenance=new),
        verdict=_UNKNOWN,
        history=VerdictHistory(rules=rules),
        withheld=withheld,
    )


def empty_version() -> Version:
    """Return a version that says nothing: what is shown of one that is withheld."""
    return _EMPTY
