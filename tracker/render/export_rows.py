"""The tables of an export, and their rows. What an export is for stands in `docs/export.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Final

from tracker.model import (
    PROVING_OUTCOMES,
    ChangeReport,
    ClauseChange,
    ClauseVerdict,
    Column,
    ColumnType,
    DocumentKey,
    ExportedDocument,
    Finding,
    JsonValue,
    OwnDate,
    Record,
    Row,
    SectionRef,
    Table,
    format_instant,
)
from tracker.render.addresses import change_ids
from tracker.render.change_json import change_to_json, judged_clauses


def _column(name: str, column_type: ColumnType, description: str, *, references: str | None = None) -> Column:
    return Column(name=name, type=column_type, description=description, references=references)


def _optional(name: str, column_type: ColumnType, description: str) -> Column:
    return Column(name=name, type=column_type, description=description, is_optional=True)


#: In an order in which a row comes after those that it refers to.
TABLES: Final[tuple[Table, ...]] = (
    Table(
        name="documents",
        description="The documents, one row each.",
        columns=(
            _column("document", "text", "`Service/Terms Type`, before it `vantage:` for what was imported"),
            _optional("vantage", "text", "name of the imported collection; empty for own captures"),
            _column("service", "text", "the service's id"),
            _column("service_name", "text", "the service as people write it"),
            _column("terms_type", "text", "such as `Privacy Policy`"),
            _optional("language", "text", "the declared language, a BCP 47 tag"),
            _column("source_urls", "array", "addresses of the newest version's pages"),
            _column("first_captured_at", "instant", "capture of the oldest version of the archive"),
            _column("last_captured_at", "instant", "capture of the newest version of the archive"),
            _column("last_seen_at", "instant", "when it was last known which text was served"),
            _column("versions", "integer", "how many versions this export has of it"),
            _column("changes", "integer", "how many changes this export has of it"),
            _column("standing", "text", "`watching`, `ended` or `moved`"),
            _optional("standing_since", "instant", "since when it has ended or moved"),
            _optional("new_url", "text", "where it seems to have moved to"),
        ),
        indexes=(("service",),),
    ),
    Table(
        name="versions",
        description="Every version that was recorded, technical ones included.",
        columns=(
            _column("id", "integer", "number in this export"),
            _column("document", "text", "whose version", references="documents"),
            _column(
                "commit_id", "text", "commit of the archive; `document@commit_id` is a revision for `tracker diff`"
            ),
            _column("kind", "text", "`first`, `change` or `technical` (the same words, or other rules)"),
            _column("captured_at", "instant", "when it was fetched"),
            _column("source_url", "text", "address of its first page"),
            _column("text_sha256", "text", "digest of what a reader sees"),
            _column("markdown_sha256", "text", "digest of its Markdown"),
            _column("body_sha256", "text", "digest of its first page as served"),
            _optional("last_seen_old", "instant", "when the text before it was last seen"),
            _optional("folded", "text", "why the step to it is no change: `switch`, `passing`, `return`"),
            _optional("variant", "text", "the variant of the document that it is, where there are several"),
            _column("tracker_version", "text", "version of the tracker that recorded it"),
            _optional("imported_from", "text", "where it was imported from"),
            _optional("markdown", "text", "its Markdown, with `--with-text` alone"),
        ),
        unique=(("commit_id",),),
        indexes=(("document", "captured_at"), ("text_sha256",)),
    ),
    Table(
        name="changes",
        description="The changes, as their pages tell them.",
        columns=(
            _column("id", "integer", "number in this export"),
            _column("urn", "text", "its feed id, the same in every export"),
            _column("document", "text", "what changed", references="documents"),
            _column("old_version", "integer", "the version before", references="versions"),
            _column("new_version", "integer", "the version after", references="versions"),
            _column("slug", "text", "last part of the address of its page"),
            _optional("page", "text", "the address that was published, whole if `site_url` is set"),
            _column("first_seen_new", "instant", "first capture of the new text"),
            _column("last_seen_old", "instant", "when the old text was last seen"),
            _optional("confirmed_at", "instant", "when the new text was seen again, an hour later or elsewhere"),
            _column("trust", "text", "`confirmed`, `single`, `imported`, `reverted` or `suspect`"),
            _optional("doubt", "text", "why it is suspect"),
            _optional("variant", "text", "the variant of the document in which it happened"),
            _column("is_partial", "boolean", "whether only a part of what differs is new"),
            _column("kind", "text", "`substantive`, `clarification`, `editorial`, `technical` or `broken`"),
            _column("material", "boolean", "whether it deserves an alert"),
            _column("effect", "text", "`widens`, `narrows`, `mixed`, `neutral` or `unclear`"),
            _column("topics", "array", "what it is about"),
            _column("headline", "text", "what it means, in one sentence"),
            _optional("broken_reason", "text", "why the new text is not the document"),
            _optional("broken_detail", "text", "what was found"),
            _column("clauses_changed", "integer", "how many clauses differ"),
            _column("words_added", "integer", "words that came"),
            _column("words_removed", "integer", "words that went"),
            _optional("date_status", "text", "what became of the policy's own date"),
            _optional("old_date", "text", "the policy's own date before, as printed"),
            _optional("new_date", "text", "the policy's own date after, as printed"),
            _column("rules", "integer", "version of the rules that judged it"),
            _optional("judged_at", "instant", "since when this verdict is published"),
        ),
        unique=(("urn",),),
        indexes=(("document", "first_seen_new"), ("old_version",), ("new_version",), ("kind", "effect")),
        searched=("headline",),
    ),
    Table(
        name="clauses",
        description="The clauses in which two versions differ, in reading order.",
        columns=(
            _column("id", "integer", "number in this export"),
            _column("change", "integer", "in which change", references="changes"),
            _column("place", "integer", "its place in the change, from 1"),
            _column("op", "text", "`modified`, `added`, `removed` or `moved`"),
            _optional("section_number", "text", "number of its section"),
            _column("section_title", "text", "title of its section"),
            _optional("section_anchor", "text", "anchor of its section"),
            _optional("moved_from_number", "text", "number of the section that it was moved from"),
            _optional("moved_from_title", "text", "title of that section"),
            _optional("moved_from_anchor", "text", "anchor of that section"),
            _column("old", "text", "what a reader saw; empty where it is new"),
            _column("new", "text", "what a reader sees; empty where it is gone"),
            _column("redline", "array", "pairs of `=`, `-` or `+` and words"),
            _column("kind", "text", "as of a change"),
            _column("effect", "text", "as of a change"),
            _column("topics", "array", "what it is about"),
            _optional("announced", "text", "`same-version`, `later`, `never` or `no-log`"),
            _optional("announced_entry", "text", "the entry of the policy's own log"),
            _optional("announced_date", "text", "the entry's date, as printed"),
            _optional("announced_lag_days", "real", "days from the change to its announcement"),
            _column("links", "array", "pairs of old and new targets under the same words"),
            _column("notes", "array", "oddities that a person should know of"),
        ),
        unique=(("change", "place"),),
        searched=("section_title", "old", "new"),
    ),
    Table(
        name="findings",
        description="What differs in meaning, each with its evidence.",
        columns=(
            _column("id", "integer", "number in this export"),
            _column("clause", "integer", "in which clause", references="clauses"),
            _column("place", "integer", "its place in the clause, from 1"),
            _column("facet", "text", "what differs, such as `retention`"),
            _optional("before", "text", "quoted from the old text"),
            _optional("before_start", "integer", "where in `old` the quotation begins, in characters from 0"),
            _optional("after", "text", "quoted from the new text"),
            _optional("after_start", "integer", "where in `new` the quotation begins, in characters from 0"),
            _column("effect", "text", "as of a change"),
            _column("rule", "text", "the rule that found it"),
            _column("confidence", "real", "0 to 1"),
            _column("summary", "text", "what differs, in words"),
        ),
        unique=(("clause", "place"),),
        indexes=(("facet", "effect"), ("rule",)),
    ),
)


class ExportRows:
    """Makes the rows of an export, document by document, and numbers them from 1 in that order."""

    def __init__(
        self,
        *,
        pages: Mapping[str, str],
        read_markdown: Callable[[Record], str] | None = None,
    ) -> None:
        """Begin an export.

        Args:
            pages: Addresses of published pages, by feed id.
            read_markdown: Gives the text of a version; None where texts are left out.
        """
        self._pages = pages
        self._read_markdown = read_markdown
        self._numbers = {table.name: count(1) for table in TABLES}

    def list_rows(self, taken: ExportedDocument) -> Iterator[tuple[str, Row]]:
        """Yield (table, row) for all that is exported of a document; each row after those that it refers to."""
        yield "documents", tuple(document_to_json(taken).values())
        versions: dict[str, int] = {}
        for record, row in self._versions(taken):
            versions[record.commit] = self._number("versions")
            yield "versions", (versions[record.commit], *row.values())
        ids = change_ids(taken.timeline)
        for report in taken.changes:
            yield from self._change(report, ids[report.event.slug], versions)

    def list_json(self, taken: ExportedDocument) -> Iterator[tuple[str, dict[str, JsonValue]]]:
        """Yield (list, object) for the same, changes being objects `tracker.change/1` with their context."""
        yield "documents", document_to_json(taken)
        yield from (("versions", row) for _, row in self._versions(taken))
        ids = change_ids(taken.timeline)
        for report in taken.changes:
            yield "changes", _change_object(report, ids[report.event.slug], self._pages)

    def _versions(self, taken: ExportedDocument) -> Iterator[tuple[Record, dict[str, JsonValue]]]:
        arrivals = {event.new.commit: event for event in taken.timeline.events}
        for record in taken.records:
            event = arrivals.get(record.commit)
            yield (
                record,
                {
                    "document": str(record.document),
                    "commit_id": record.commit,
                    "kind": record.kind,
                    "captured_at": format_instant(record.fetched_at),
                    "source_url": record.source_url,
                    "text_sha256": record.text_sha256,
                    "markdown_sha256": record.markdown_sha256,
                    "body_sha256": record.body_sha256,
                    "last_seen_old": None if record.last_seen_old is None else format_instant(record.last_seen_old),
                    "folded": None if event is None else event.folded,
                    "variant": None if event is None else event.variant,
                    "tracker_version": record.tracker_version,
                    "imported_from": record.imported_from,
                    "markdown": None if self._read_markdown is None else self._read_markdown(record),
                },
            )

    def _change(self, report: ChangeReport, urn: str, versions: Mapping[str, int]) -> Iterator[tuple[str, Row]]:
        number = self._number("changes")
        event = report.event
        yield (
            "changes",
            (
                number,
                urn,
                str(report.document),
                versions[event.old.commit],
                versions[event.new.commit],
                *_context_of(report, urn, self._pages).values(),
                *_verdict_row(report),
            ),
        )
        for place, (clause, verdict) in enumerate(judged_clauses(report.change, report.verdict), start=1):
            clause_number = self._number("clauses")
            yield "clauses", (clause_number, number, place, *_clause_row(clause, verdict))
            for finding_place, finding in enumerate(verdict.findings, start=1):
                row = (self._number("findings"), clause_number, finding_place, *_finding_row(finding))
                yield "findings", row

    def _number(self, table: str) -> int:
        return next(self._numbers[table])


def document_to_json(taken: ExportedDocument) -> dict[str, JsonValue]:
    """Return a document as its row of `documents`, by the names of the columns."""
    key: DocumentKey = taken.document
    records = taken.timeline.records
    seen = [check.checked_at for check in taken.timeline.checks if check.outcome in PROVING_OUTCOMES]
    standing = taken.standing
    return {
        "document": str(key),
        "vantage": key.vantage or None,
        "service": key.service,
        "service_name": taken.service_name,
        "terms_type": key.terms_type,
        "language": taken.language,
        "source_urls": [source.url for source in taken.latest_provenance.sources],
        "first_captured_at": format_instant(min(record.fetched_at for record in records)),
        "last_captured_at": format_instant(max(record.fetched_at for record in records)),
        "last_seen_at": format_instant(max([*seen, *(record.fetched_at for record in records)])),
        "versions": len(taken.records),
        "changes": len(taken.changes),
        "standing": standing.state,
        "standing_since": None if standing.since is None else format_instant(standing.since),
        "new_url": standing.new_url,
    }


def _context_of(report: ChangeReport, urn: str, pages: Mapping[str, str]) -> dict[str, JsonValue]:
    """Return what is known of a change apart from what it means."""
    event = report.event
    return {
        "slug": event.slug,
        "page": pages.get(urn),
        "first_seen_new": format_instant(event.first_seen_new),
        "last_seen_old": format_instant(event.last_seen_old),
        "confirmed_at": None if event.confirmed_at is None else format_instant(event.confirmed_at),
        "trust": event.trust,
        "doubt": event.doubt,
        "variant": event.variant,
        "is_partial": event.residue is not None,
    }


def _change_object(report: ChangeReport, urn: str, pages: Mapping[str, str]) -> dict[str, JsonValue]:
    event = report.event
    told = change_to_json(report.change, report.verdict, id=urn, trust=event.trust, history=report.history)
    commits: dict[str, JsonValue] = {
        "document": str(report.document),
        "old_commit": event.old.commit,
        "new_commit": event.new.commit,
    }
    return told | commits | _context_of(report, urn, pages)


def _verdict_row(report: ChangeReport) -> Row:
    """Return the columns of `changes` from `kind` on."""
    change, verdict, history = report.change, report.verdict, report.history
    broken, dates = verdict.broken, verdict.dates
    published_at = history.published_at(verdict)
    return (
        verdict.kind,
        verdict.material,
        verdict.effect,
        list(verdict.topics),
        verdict.headline,
        None if broken is None else broken.reason,
        None if broken is None else broken.detail,
        0 if broken is not None else len(verdict.clauses),
        0 if broken is not None else change.words_added,
        0 if broken is not None else change.words_removed,
        None if dates is None else dates.status,
        None if dates is None else _printed(dates.old),
        None if dates is None else _printed(dates.new),
        history.rules,
        None if published_at is None else format_instant(published_at),
    )


def _printed(date: OwnDate | None) -> str | None:
    return None if date is None else date.printed


def _clause_row(clause: ClauseChange, verdict: ClauseVerdict) -> Row:
    """Return the columns of `clauses` from `op` on."""
    announced = verdict.announced
    return (
        clause.op,
        *_section(clause.section),
        *_section(clause.moved_from),
        clause.old,
        clause.new,
        [[span.tag, span.text] for span in clause.redline],
        verdict.kind,
        verdict.effect,
        list(verdict.topics),
        *((None,) * 4 if announced is None else (
            announced.status,
            announced.entry,
            announced.date,
            None if announced.lag_days is None else round(announced.lag_days, 1),
        )),
        [[old, new] for old, new in clause.links],
        list(clause.notes),
    )  # fmt: skip


def _section(section: SectionRef | None) -> Row:
    return (None, None, None) if section is None else (section.number, section.title, section.anchor)


def _finding_row(finding: Finding) -> Row:
    """Return the columns of `findings` from `facet` on."""
    before, after = finding.before, finding.after
    return (
        finding.facet,
        None if before is None else before.text,
        None if before is None else before.start,
        None if after is None else after.text,
        None if after is None else after.start,
        finding.effect,
        finding.rule,
        finding.confidence,
        finding.summary,
    )
