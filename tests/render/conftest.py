"""The story of Courier, a messenger that does not exist, told in values built by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2
import pytest

from tracker.model import (
    Announcement,
    Broken,
    Change,
    ChangeReport,
    Check,
    Clause,
    ClauseChange,
    ClauseKind,
    ClauseVerdict,
    Comparison,
    DocumentKey,
    DocumentReport,
    Event,
    Finding,
    Hop,
    KnownEvidence,
    Link,
    Op,
    Provenance,
    PublishedVerdict,
    Quote,
    Record,
    Section,
    SectionRef,
    SourceProvenance,
    Span,
    Stretch,
    Timeline,
    Trust,
    Verdict,
    VerdictHistory,
    Version,
    sha256_hex,
)
from tracker.render import HeldCapture, SiteModel, make_environment

POLICY = DocumentKey(service="Courier", terms_type="Privacy Policy")
TERMS = DocumentKey(service="Courier", terms_type="Terms of Service")
POLICY_URL = "https://courier.example/privacy"

FIRST = "If a court order names you as a terror suspect, we may hand over your IP adress and phone number."
FIXED = "If a court order names you as a terror suspect, we may hand over your IP address and phone number."
WIDENED = (
    "If authorities confirm that you are a suspect in a criminal case, "
    "we may hand over your IP address and phone number."
)
KEPT_SHORT = "If you do not come online for 6 months, we delete your account."
KEPT_LONG = "If you do not come online for 18 months, we delete your account."


def make_version(*, disclosure: str, deletion: str, log: Sequence[str] = ()) -> Version:
    """The policy with its moving parts; all else stands still."""
    sections = (
        Section(index=0, level=0, number=None, title="", anchor=None, parent=None),
        Section(index=1, level=1, number="1", title="What we store", anchor="1-what-we-store", parent=None),
        Section(index=2, level=1, number="8", title="Who may see your data", anchor="8-who", parent=None),
        Section(index=3, level=2, number="8.3", title="Law enforcement", anchor="8-3-law-enforcement", parent=2),
        Section(index=4, level=1, number="10", title="Deleting your account", anchor="10-deleting", parent=None),
        Section(index=5, level=1, number="12", title="Changes to this policy", anchor="12-changes", parent=None),
    )
    rows: list[tuple[ClauseKind, str, int]] = [
        ("paragraph", "This policy says what Courier knows about you and who else may learn it.", 0),
        ("heading", "1. What we store", 1),
        ("paragraph", "We store your phone number, your name and the messages that wait for delivery.", 1),
        ("item", "Contacts, if you share them.", 1),
        ("item", "Photos, until they are delivered.", 1),
        ("heading", "8. Who may see your data", 2),
        ("paragraph", "Nobody outside Courier reads your messages. Questions go to our mailbox.", 2),
        ("heading", "8.3. Law enforcement", 3),
        ("paragraph", disclosure, 3),
        ("heading", "10. Deleting your account", 4),
        ("paragraph", deletion, 4),
        ("heading", "12. Changes to this policy", 5),
        ("paragraph", "We list changes here.", 5),
        *(("item", entry, 5) for entry in log),
    ]
    clauses = []
    for index, (kind, text, section) in enumerate(rows):
        links: tuple[Link, ...] = ()
        if text.endswith("our mailbox."):
            start = text.index("our mailbox")
            links = (Link(start=start, end=start + 11, href="mailto:privacy@courier.example"),)
        clauses.append(
            Clause(index=index, kind=kind, text=text, section=section, depth=int(kind == "item"), links=links)
        )
    markdown = "\n\n".join(text for _, text, _ in rows) + "\n"
    return Version(markdown=markdown, sections=sections, clauses=tuple(clauses))


def span_words(*pairs: tuple[str, str]) -> tuple[Span, ...]:
    return tuple(Span(tag, text) for tag, text in pairs)  # type: ignore[arg-type] # the stories spell span tags


def make_clause_change(
    op: str, section: SectionRef, *pairs: tuple[str, str], old_index: int | None = None, new_index: int | None = None
) -> ClauseChange:
    spans = span_words(*pairs)
    return ClauseChange(
        op=op,  # type: ignore[arg-type] # the stories spell operations
        section=section,
        old="".join(span.text for span in spans if span.tag != "+"),
        new="".join(span.text for span in spans if span.tag != "-"),
        redline=spans,
        old_clauses=() if old_index is None else (old_index,),
        new_clauses=() if new_index is None else (new_index,),
    )


def make_change(old: Version, new: Version, *clauses: ClauseChange, added: int = 0, removed: int = 0) -> Change:
    ops = [
        Op(
            tag=clause.op,
            old_start=clause.old_clauses[0] if clause.old_clauses else 0,
            old_end=clause.old_clauses[-1] + 1 if clause.old_clauses else 0,
            new_start=clause.new_clauses[0] if clause.new_clauses else 0,
            new_end=clause.new_clauses[-1] + 1 if clause.new_clauses else 0,
        )
        for clause in clauses
    ]
    return Change(old=old, new=new, ops=tuple(ops), clauses=clauses, words_added=added, words_removed=removed)


LAW = SectionRef(number="8.3", title="Law enforcement", anchor="8-3-law-enforcement")
DELETION = SectionRef(number="10", title="Deleting your account", anchor="10-deleting")
LOG = SectionRef(number="12", title="Changes to this policy", anchor="12-changes")


def _at(day: str, time: str = "03:17:05") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}+00:00").astimezone(UTC)


def make_provenance(key: DocumentKey, version: Version, fetched_at: datetime) -> Provenance:
    body = sha256_hex(f"page of {fetched_at} {version.markdown}")
    return Provenance(
        document=str(key),
        fetched_at=fetched_at,
        text_sha256=version.text_sha256,
        markdown_sha256=version.markdown_sha256,
        tracker_version="0.1.0",
        extractor=1,
        declaration={"fetch": POLICY_URL, "select": "main"},
        sources=(
            SourceProvenance(
                url=POLICY_URL,
                final_url=f"{POLICY_URL}/en",
                redirects=(Hop(url=POLICY_URL, status=302),),
                status=200,
                headers=(("content-type", "text/html; charset=utf-8"),),
                fetched_at=fetched_at,
                body_sha256=body,
                size_bytes=12_345,
                media_type="text/html",
                charset="utf-8",
                fetcher="http",
                snapshot=f"{key.path}.html",
            ),
        ),
    )


def make_record(key: DocumentKey, version: Version, fetched_at: datetime, kind: str = "change") -> Record:
    return Record(
        document=key,
        commit=sha256_hex(f"{key} {fetched_at}")[:40],
        kind=kind,  # type: ignore[arg-type] # the stories spell record kinds
        fetched_at=fetched_at,
        source_url=POLICY_URL,
        text_sha256=version.text_sha256,
        markdown_sha256=version.markdown_sha256,
        body_sha256=sha256_hex(f"page of {fetched_at} {version.markdown}"),
    )


def make_report(
    key: DocumentKey,
    steps: Sequence[tuple[datetime, Version, Change | None, Verdict | None, Trust]],
    *,
    service_name: str = "Courier",
    checks: tuple[Check, ...] = (),
) -> DocumentReport:
    records: list[Record] = []
    changes: list[ChangeReport] = []
    for place, (fetched_at, version, change, verdict, trust) in enumerate(steps):
        records.append(make_record(key, version, fetched_at, "change" if place else "first"))
        if change is None or verdict is None:
            continue
        event = Event(
            old=records[-2],
            new=records[-1],
            trust=trust,
            last_seen_old=fetched_at - timedelta(days=1),
            confirmed_at=fetched_at + timedelta(hours=6) if trust == "confirmed" else None,
        )
        changes.append(
            ChangeReport(
                service_name=service_name,
                event=event,
                verdict=verdict,
                history=VerdictHistory(rules=1),
                evidence=KnownEvidence(
                    change=change,
                    old_provenance=make_provenance(key, steps[place - 1][1], steps[place - 1][0]),
                    new_provenance=make_provenance(key, version, fetched_at),
                ),
            )
        )
    fetched_at, latest = steps[-1][0], steps[-1][1]
    return DocumentReport(
        service_name=service_name,
        timeline=Timeline(
            document=key,
            records=tuple(records),
            events=tuple(report.event for report in changes),
            checks=checks,
        ),
        latest=latest,
        latest_provenance=make_provenance(key, latest, fetched_at),
        changes=tuple(changes),
    )


def typo_step(old: Version, new: Version) -> tuple[Change, Verdict]:
    start = "If a court order names you as a terror suspect, we may hand over your IP "
    clause = make_clause_change(
        "modified", LAW, ("=", start), ("-", "adress"), ("+", "address"), ("=", " and phone number."),
        old_index=8, new_index=8,
    )  # fmt: skip
    verdict = Verdict(
        kind="editorial",
        material=False,
        effect="neutral",
        topics=("law-enforcement",),
        headline="A spelling mistake was corrected in 8.3 Law enforcement.",
        clauses=(ClauseVerdict(kind="editorial", topics=("law-enforcement",)),),
    )
    return make_change(old, new, clause, added=1, removed=1), verdict


def widening_step(old: Version, new: Version) -> tuple[Change, Verdict]:
    clause = make_clause_change(
        "modified", LAW,
        ("=", "If "), ("-", "a court order names"), ("+", "authorities confirm that"), ("=", " you "), ("-", "as "),
        ("+", "are "), ("=", "a "), ("-", "terror "), ("=", "suspect"), ("+", " in a criminal case"),
        ("=", ", we may hand over your IP address and phone number."),
        old_index=8, new_index=8,
    )  # fmt: skip
    findings = (
        Finding(
            facet="trigger", before=Quote(text="terror suspect", start=clause.old.index("terror suspect")),
            after=Quote(text="suspect in a criminal case", start=clause.new.index("suspect in a")), effect="widens",
            rule="trigger-scale", confidence=0.95, summary="trigger from terror suspects to criminal suspects",
        ),
        Finding(
            facet="authority", before=Quote(text="a court order", start=clause.old.index("a court order")), after=None,
            effect="widens", rule="authority-dropped", confidence=0.8, summary="no court order is asked for any more",
        ),
    )  # fmt: skip
    verdict = Verdict(
        kind="substantive",
        material=True,
        effect="widens",
        topics=("data-sharing", "law-enforcement"),
        headline="Courier may now hand over IP addresses and phone numbers of criminal suspects, no longer of terror "
        "suspects alone, and no longer asks for a court order.",
        clauses=(
            ClauseVerdict(
                kind="substantive",
                topics=("data-sharing", "law-enforcement"),
                effect="widens",
                announced=Announcement(status="never"),
                findings=findings,
            ),
        ),
    )
    return make_change(old, new, clause, added=9, removed=6), verdict


def retention_step(old: Version, new: Version) -> tuple[Change, Verdict]:
    clauses = (
        make_clause_change(
            "modified", DELETION, ("=", "If you do not come online for "), ("-", "6"), ("+", "18"),
            ("=", " months, we delete your account."), old_index=10, new_index=10,
        ),
        make_clause_change(
            "added", LOG, ("+", "5 April: accounts are kept longer; we now tell authorities about suspects."),
            new_index=13,
        ),
    )  # fmt: skip
    finding = Finding(
        facet="retention",
        before=Quote(text="6 months", start=KEPT_SHORT.index("6 months")),
        after=Quote(text="18 months", start=KEPT_LONG.index("18 months")),
        effect="widens",
        rule="retention-longer",
        confidence=0.9,
        summary="account deletion from 6 to 18 months",
    )
    verdict = Verdict(
        kind="substantive",
        material=True,
        effect="widens",
        topics=("retention-deletion", "policy-changes"),
        headline="Courier deletes accounts after 18 months without a visit instead of 6.",
        clauses=(
            ClauseVerdict(
                kind="substantive",
                topics=("retention-deletion",),
                effect="widens",
                announced=Announcement(status="same-version", entry="accounts are kept longer", date="5 April"),
                findings=(finding,),
            ),
            ClauseVerdict(kind="editorial", topics=("policy-changes",)),
        ),
    )
    return make_change(old, new, *clauses, added=13, removed=1), verdict


def narrowing_step(old: Version, new: Version) -> tuple[Change, Verdict]:
    """The widening taken back."""
    forth, _ = widening_step(new, old)
    swapped = {"+": "-", "-": "+", "=": "="}
    pairs = [(swapped[item.tag], item.text) for item in forth.clauses[0].redline]
    clause = make_clause_change("modified", LAW, *pairs, old_index=8, new_index=8)
    verdict = Verdict(
        kind="substantive",
        material=True,
        effect="narrows",
        topics=("law-enforcement",),
        headline="Courier went back to disclosure of terror suspects alone, on a court order.",
        clauses=(ClauseVerdict(kind="substantive", topics=("law-enforcement",), effect="narrows"),),
    )
    return make_change(old, new, clause, added=6, removed=9), verdict


def recovery_step(old: Version, new: Version) -> tuple[Change, Verdict]:
    """The policy after the error page."""
    verdict = Verdict(
        kind="technical", material=False, effect="neutral", topics=(), headline="The policy is served again."
    )
    return make_change(old, new), verdict


def broken_step(old: Version, new: Version) -> tuple[Change, Verdict]:
    verdict = Verdict(
        kind="broken",
        material=False,
        effect="unclear",
        topics=(),
        headline="The captured page was an error page, not the policy.",
        broken=Broken(reason="error-page", detail="the page says 'Something went wrong'"),
    )
    return make_change(old, new), verdict


ONE_LINE = Version(
    markdown="Something went wrong\n",
    sections=(Section(index=0, level=0, number=None, title="", anchor=None, parent=None),),
    clauses=(Clause(index=0, kind="paragraph", text="Something went wrong", section=0),),
)


def whole_step(old: Version, new: Version) -> tuple[Change, Verdict]:
    """From the first text to the latest, the widening and the longer time at once."""
    widened, judged = widening_step(old, new)
    kept, told = retention_step(old, new)
    verdict = replace(
        judged,
        topics=("data-sharing", "law-enforcement", "retention-deletion"),
        headline="Courier may hand over data of criminal suspects, and keeps accounts for 18 months.",
        clauses=(*judged.clauses, *told.clauses),
    )
    return make_change(old, new, *widened.clauses, *kept.clauses, added=22, removed=7), verdict


@dataclass(frozen=True, kw_only=True)
class KnownComparison:
    """What a comparison rests on, at hand; notes who asked for the texts."""

    change: Change
    verdict: Verdict
    old_provenance: Provenance
    new_provenance: Provenance
    asked: list[str] = field(default_factory=list)

    def compare(self) -> Change:
        self.asked.append("compared")
        return self.change


def make_comparison(
    report: DocumentReport, change: Change, verdict: Verdict, *, reach: str = "first-latest", **facts: Any
) -> Comparison:  # fmt: skip
    records = report.timeline.records
    old, new = facts.pop("old", records[0]), facts.pop("new", records[-1])
    return Comparison(
        stretch=Stretch(
            reach=reach, old=old, new=new, old_variant=facts.pop("old_variant", None),
            new_variant=facts.pop("new_variant", None),
        ),
        language="en",
        changes=facts.pop("changes", 4),
        extractions=facts.pop("extractions", 0),
        evidence=KnownComparison(
            change=change,
            verdict=verdict,
            old_provenance=make_provenance(report.document, change.old, old.fetched_at),
            new_provenance=make_provenance(report.document, change.new, new.fetched_at),
        ),
        **facts,
    )  # fmt: skip


@pytest.fixture
def comparison_of() -> Callable[..., Comparison]:
    """Make a comparison: `comparison_of(report, change, verdict, reach=…, …)`."""
    return make_comparison


@pytest.fixture
def policy_report() -> DocumentReport:
    """First record, typo, widening, its return and alternation, an error page, retention and announcement."""
    first = make_version(disclosure=FIRST, deletion=KEPT_SHORT)
    fixed = make_version(disclosure=FIXED, deletion=KEPT_SHORT)
    widened = make_version(disclosure=WIDENED, deletion=KEPT_SHORT)
    entry = "5 April: accounts are kept longer; we now tell authorities about suspects."
    longer = make_version(disclosure=WIDENED, deletion=KEPT_LONG, log=(entry,))
    again = widening_step(fixed, widened)
    steps: list[tuple[datetime, Version, Change | None, Verdict | None, Trust]] = [
        (_at("2024-01-10"), first, None, None, "confirmed"),
        (_at("2024-02-03"), fixed, *typo_step(first, fixed), "confirmed"),
        (_at("2024-03-05"), widened, *widening_step(fixed, widened), "confirmed"),
        (_at("2024-03-20"), fixed, *narrowing_step(widened, fixed), "reverted"),
        (_at("2024-03-21"), widened, again[0], replace(again[1], headline="The wider text once more."), "alternating"),
        (_at("2024-03-22"), ONE_LINE, *broken_step(widened, ONE_LINE), "single"),
        (_at("2024-03-23"), widened, *recovery_step(ONE_LINE, widened), "alternating"),
        (_at("2024-04-07"), longer, *retention_step(widened, longer), "single"),
    ]
    checks = (
        Check(document=POLICY, checked_at=_at("2024-04-07"), outcome="changed"),
        Check(document=POLICY, checked_at=_at("2024-04-08"), outcome="unchanged"),
        Check(
            document=POLICY, checked_at=_at("2024-04-09"), outcome="failed", reason="timeout",
            detail="no answer within 30 seconds",
        ),
        Check(
            document=POLICY, checked_at=_at("2024-04-10"), outcome="failed", reason="server-error",
            detail="the server answered 503",
        ),
    )  # fmt: skip
    report = make_report(POLICY, steps, checks=checks)
    whole = whole_step(first, longer)
    return replace(report, comparisons=(make_comparison(report, *whole),))


@pytest.fixture
def terms_report() -> DocumentReport:
    """A document with a first record alone."""
    version = make_version(disclosure=WIDENED, deletion=KEPT_SHORT)
    check = Check(document=TERMS, checked_at=_at("2024-04-10"), outcome="unchanged")
    return make_report(TERMS, [(_at("2024-01-10"), version, None, None, "confirmed")], checks=(check,))


@pytest.fixture
def site(policy_report: DocumentReport, terms_report: DocumentReport) -> SiteModel:
    held = HeldCapture(
        document=str(POLICY),
        held_at=_at("2024-03-22"),
        reason="shrunk",
        detail="70 % of the words are gone",
        next_step="Look at the held capture.",
    )
    return SiteModel(
        title="Policy watch",
        site_url="https://watch.example/policies",
        contact="desk@watch.example",
        documents=(policy_report, terms_report),
        held=(held,),
        published=("courier/privacy-policy/2023-12-01T031705Z-0a0a0a0a-0b0b0b0b/",),
    )


@pytest.fixture
def revised(widening: ChangeReport) -> ChangeReport:
    """The change at the heart of the story, about which other verdicts were published before."""
    row = PublishedVerdict(
        id="urn:uuid:0fe2ab8e-0001-5c9f-a0aa-0123456789ab",
        change=widening.event.slug,
        rules=1,
        judged_at=_at("2024-03-05"),
        kind="clarification",
        material=False,
        effect="unclear",
        topics=(),
        headline="A clause on law enforcement was reworded.",
    )
    other = replace(row, change="2024-03-05T031705Z-0a0a0a0a-0b0b0b0b", rules=2, judged_at=_at("2024-05-01"))
    told = widening.verdict
    now = replace(
        row,
        rules=4,
        judged_at=_at("2024-06-01"),
        kind=told.kind,
        material=told.material,
        effect=told.effect,
        topics=told.topics,
        headline=told.headline,
    )
    hostile = replace(other, effect="sideways", topics=("biometrics",), headline="<b>\u202eno</b> {{7*7}} ]]>")
    return replace(widening, history=VerdictHistory(rules=4, published=(row, hostile, now)))


@pytest.fixture
def revised_site(site: SiteModel, revised: ChangeReport) -> SiteModel:
    policy, *others = site.documents
    changes = tuple(revised if change.event == revised.event else change for change in policy.changes)
    return replace(site, documents=(replace(policy, changes=changes), *others))


@pytest.fixture(scope="session")
def environment() -> jinja2.Environment:
    return make_environment(Path(__file__).parents[2] / "templates")


@pytest.fixture
def widening(policy_report: DocumentReport) -> ChangeReport:
    """The change at the heart of the story."""
    return policy_report.changes[1]


@pytest.fixture
def report_on() -> Callable[..., DocumentReport]:
    """Make a report with one change: `report_on(key, old_text, new_text, headline=…, trust=…)`."""

    def make(
        key: DocumentKey,
        old_text: str,
        new_text: str,
        *,
        headline: str = "The clause was reworded.",
        trust: Trust = "confirmed",
        title: str = "Law enforcement",
        copies: int = 1,
    ) -> DocumentReport:
        old = make_version(disclosure=old_text, deletion=KEPT_SHORT)
        new = make_version(disclosure=new_text, deletion=KEPT_SHORT)
        section = SectionRef(number="8.3", title=title, anchor=None)
        clause = make_clause_change("modified", section, ("-", old_text), ("+", new_text))
        clause = replace(clause, old_clauses=(8,), new_clauses=(8,))
        others = make_clause_change("modified", section, ("-", old_text), ("+", new_text))
        change = make_change(old, new, clause, *[others] * (copies - 1), added=1, removed=1)
        verdict = Verdict(
            kind="substantive",
            material=True,
            effect="unclear",
            topics=("other",),
            headline=headline,
            clauses=(ClauseVerdict(kind="substantive", effect="unclear", topics=("other",)),) * copies,
        )
        steps: list[tuple[datetime, Version, Change | None, Verdict | None, Trust]] = [
            (_at("2024-01-10"), old, None, None, "confirmed"),
            (_at("2024-02-10"), new, change, verdict, trust),
        ]
        return make_report(key, steps, service_name=key.service)

    return make
