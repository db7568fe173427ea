"""The lives of the clauses of a story told by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tracker.diff import compare_versions
from tracker.diff.sections import section_ref
from tracker.history import follow_clauses
from tracker.model import Change, DocumentReport, Lineage, Lives, Record, Version

#: Clauses of what was captured in the policy's place.
_STUB = 5


def follow_story(report: DocumentReport) -> Callable[[], Lineage]:
    versions: dict[str, Version] = {}
    for change in report.changes:
        versions[change.event.old.commit] = change.change.old
        versions[change.event.new.commit] = change.change.new
    # What was captured in the policy's place is in no history of its clauses.
    versions = {commit: version for commit, version in versions.items() if len(version.clauses) > _STUB}
    records = tuple(record for record in report.timeline.records if record.commit in versions)

    def compare(old: Record, new: Record) -> Change:
        return compare_versions(versions[old.commit], versions[new.commit])

    return lambda: follow_clauses(
        records,
        report.timeline.events,
        load=lambda record: versions[record.commit],
        compare=compare,
        locate=section_ref,
    )


def with_lives(report: DocumentReport, follow: Callable[[], Lineage]) -> DocumentReport:
    headings = tuple(section.heading for section in follow().told_sections)
    return replace(report, lives=Lives(headings=headings, follow=follow))
