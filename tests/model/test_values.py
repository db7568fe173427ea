"""Values check themselves: what is wrong cannot be built."""

from __future__ import annotations

import dataclasses
import inspect
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tracker import model
from tracker.model import (
    REASONS,
    Broken,
    Capture,
    ClauseChange,
    ClauseVerdict,
    Document,
    DocumentKey,
    Failure,
    Filter,
    Finding,
    Hop,
    Provenance,
    Quote,
    Range,
    SectionRef,
    Snapshot,
    Source,
    SourceProvenance,
    Span,
    Validators,
    Verdict,
    compact_instant,
    format_instant,
    parse_compact_instant,
    parse_instant,
)
from tracker.model.version import Clause, Section, Version

ADDRESS = "https://example.org/p"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _snapshot(**fields: Any) -> Snapshot:
    usual: dict[str, Any] = {"url": ADDRESS, "final_url": ADDRESS, "fetched_at": NOON, "body": b"x"}
    return Snapshot(**usual | fields)


def test_every_value_is_frozen_slotted_and_built_by_keyword() -> None:
    for name in model.__all__:
        value = getattr(model, name)
        if inspect.isclass(value) and dataclasses.is_dataclass(value):
            parameters = value.__dataclass_params__  # type: ignore[attr-defined]
            assert parameters.frozen, name
            assert "__slots__" in vars(value), name
            keyword_only = all(field.kw_only for field in dataclasses.fields(value))
            assert keyword_only or name == "Span", name


@pytest.mark.parametrize("text", ["Pigeon/Privacy Policy", "ota:Pigeon/Privacy Policy", "a.b-1:P/T"])
def test_keys_read_back_as_they_are_written(text: str) -> None:
    assert str(DocumentKey.parse(text)) == text


def test_keys_name_paths_in_the_archive() -> None:
    assert DocumentKey.parse("Pigeon/Terms of Service").path == "Pigeon/Terms of Service"
    assert DocumentKey.parse("ota:Pigeon/Terms").path == "vantages/ota/Pigeon/Terms"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Pigeon",
        "/Terms",
        "Pigeon/",
        " Pigeon/Terms",
        "Pigeon/Terms ",
        "../Terms",
        ".tracker/checks",
        "Pigeon/..",
        "Pigeon/a/b",
        "Pigeon/a\nb",
        "Pigeon/\x00",
        "-x:Pigeon/Terms",
        "a b:Pigeon/Terms",
        "..:Pigeon/Terms",
        f"Pigeon/{'x' * 201}",
    ],
)
def test_what_could_leave_the_archive_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"document|service|terms type|vantage"):
        DocumentKey.parse(text)


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://example.org/tos/eu-dsa?setln=en", "tos-eu-dsa"),
        ("https://example.org/", ""),
        ("https://example.org/legal/privacy.html", "legal-privacy"),
        ("https://example.org/v2.0/terms", "v2.0-terms"),
        ("https://example.org/a%2Fb/c", "a-b-c"),
        ("https://example.org/a:b|c", "a_b_c"),
        ("https://example.org//a//b/", "a-b"),
    ],
)
def test_slugs_of_sources_are_those_of_open_terms_archive(url: str, slug: str) -> None:
    assert Source(url=url, select=("main",)).slug == slug


def test_sources_are_declared_without_their_defaults() -> None:
    assert Source(url="https://example.org/").to_dict() == {"fetch": "https://example.org/"}
    source = Source(
        url="https://example.org/",
        select=("main", Range(start_before="h1", end_after="p")),
        remove=("nav",),
        filters=(Filter(name="a"), Filter(name="b", parameters=("x", "y"))),
        execute_client_scripts=True,
    )
    assert source.to_dict() == {
        "fetch": "https://example.org/",
        "select": ["main", {"startBefore": "h1", "endAfter": "p"}],
        "remove": ["nav"],
        "filter": ["a", {"b": ["x", "y"]}],
        "executeClientScripts": True,
    }


@pytest.mark.parametrize(
    "ends",
    [
        {},
        {"start_before": "a"},
        {"end_before": "a"},
        {"start_before": "a", "start_after": "b", "end_before": "c"},
        {"start_before": "a", "end_before": "b", "end_after": "c"},
    ],
)
def test_a_range_has_one_start_and_one_end(ends: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Range(**ends)


def test_documents_have_sources_and_know_what_they_lack() -> None:
    key = DocumentKey.parse("Pigeon/Terms")
    with pytest.raises(ValueError, match="no source"):
        Document(key=key, service_name="Pigeon", sources=())
    sources = (
        Source(url="https://example.org/a", filters=(Filter(name="mend"), Filter(name="removeQueryParams"))),
        Source(url="https://example.org/b.html", filters=(Filter(name="mend"),), execute_client_scripts=True),
    )
    document = Document(key=key, service_name="Pigeon", sources=sources)
    assert (document.degraded, document.needs_browser) == (("mend",), True)
    assert [document.snapshot_stem(place) for place in (0, 1)] == ["Pigeon/Terms #a", "Pigeon/Terms #b"]
    assert list(document.declaration()) == ["combine"]
    alone = Document(key=key, service_name="Pigeon", sources=sources[:1])
    assert (alone.snapshot_stem(0), alone.needs_browser) == ("Pigeon/Terms", False)
    assert alone.declaration() == sources[0].to_dict()


@pytest.mark.parametrize("moment", [NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=1)))])
def test_moments_are_aware_and_in_utc(moment: datetime) -> None:
    with pytest.raises(ValueError, match="UTC"):
        _snapshot(fetched_at=moment)
    with pytest.raises(ValueError, match="UTC"):
        Capture(url="https://example.org/", requested_at=moment, not_modified=True)


def test_a_capture_is_one_thing() -> None:
    failure = Failure(reason="timeout", detail="30 s")
    assert failure.next_step == REASONS["timeout"]
    for fields in ({}, {"snapshot": _snapshot(), "failure": failure}, {"failure": failure, "not_modified": True}):
        with pytest.raises(ValueError, match="exactly one"):
            Capture(url="https://example.org/", requested_at=NOON, **fields)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no reason code"):
        Failure(reason="bad-luck", detail="")


def test_every_reason_has_a_next_step_of_one_sentence() -> None:
    for code, step in REASONS.items():
        assert code == code.lower().replace(" ", "-").replace("_", "-")
        assert step.endswith(".")
        assert step[0].isupper()


def test_validators_are_true_where_there_is_one() -> None:
    assert not Validators()
    assert Validators(etag='"x"')
    assert Validators(last_modified="Sun, 01 Mar 2026 12:00:00 GMT")


def test_instants_read_back() -> None:
    assert format_instant(NOON) == "2026-03-01T12:00:00Z"
    assert parse_instant("2026-03-01T12:00:00Z") == parse_instant("2026-03-01T13:00:00+01:00") == NOON
    assert compact_instant(NOON) == "2026-03-01T120000Z"
    assert parse_compact_instant("2026-03-01T120000Z-d329c5921.md") == NOON
    for text in ("2026-03-01T12:00:00", "yesterday", ""):
        with pytest.raises(ValueError, match=r"."):
            parse_instant(text)
    for text in ("2026-03-01", "privacy.html", "2026-13-01T120000Z"):
        with pytest.raises(ValueError, match=r"."):
            parse_compact_instant(text)


@pytest.mark.parametrize("count", [1, 2])
def test_provenance_reads_back_from_json(count: int) -> None:
    snapshots = [
        _snapshot(
            redirects=(Hop(url="http://example.org/p", status=301),), headers=(("etag", '"x"'),), charset="utf-8"
        ),
        _snapshot(media_type="application/pdf"),
    ][:count]
    provenance = Provenance(
        document="Pigeon/Terms",
        fetched_at=NOON,
        text_sha256="a" * 64,
        markdown_sha256="b" * 64,
        tracker_version="1.0",
        extractor=1,
        declaration={"fetch": "https://example.org/p"},
        sources=tuple(
            SourceProvenance.of(snapshot, path=f"Pigeon/Terms.{snapshot.extension}") for snapshot in snapshots
        ),
    )
    row = json.loads(json.dumps(provenance.to_dict()))
    assert ("sources" in row) == (count == 2)
    assert Provenance.from_dict(row) == provenance
    assert provenance.sources[0].snapshot_with(b"x") == snapshots[0]


def test_a_version_knows_its_parts_and_digests_its_text() -> None:
    section = Section(index=0, level=0, number=None, title="", anchor=None, parent=None)
    clause = Clause(index=0, kind="paragraph", text="\u201cNo\u201d", section=0)
    version = Version(markdown="\u201cNo\u201d\n", sections=(section,), clauses=(clause,))
    assert version.text == '"No"'
    assert version.text_sha256 == model.sha256_hex('"No"')
    assert version == Version(markdown="\u201cNo\u201d\n", sections=(section,), clauses=(clause,), notes=("hidden",))
    with pytest.raises(ValueError, match="places"):
        Version(markdown="", sections=(section,), clauses=(clause, clause))
    with pytest.raises(ValueError, match="section 0"):
        Version(markdown="", sections=(), clauses=())
    with pytest.raises(ValueError, match="text"):
        Clause(index=0, kind="paragraph", text=" ", section=0)


def test_a_redline_that_does_not_rebuild_its_sides_cannot_be_built() -> None:
    def change(*spans: Span) -> ClauseChange:
        section = SectionRef(number="1", title="", anchor=None)
        return ClauseChange(op="modified", section=section, old="a b", new="a c", redline=spans)

    assert not change(Span("=", "a "), Span("-", "b"), Span("+", "c")).is_technical
    with pytest.raises(ValueError, match="old"):
        change(Span("=", "a "), Span("+", "c"))
    with pytest.raises(ValueError, match="new"):
        change(Span("=", "a "), Span("-", "b"))


def test_a_verdict_has_evidence_and_says_no_more_than_it_may() -> None:
    quote = Quote(text="terror", start=5)
    assert quote.end == 11
    finding: dict[str, Any] = {
        "facet": "trigger", "before": quote, "after": None, "effect": "widens", "rule": "x", "confidence": 0.5,
        "summary": "x",
    }  # fmt: skip
    assert Finding(**finding).before == quote
    weak: tuple[dict[str, Any], ...] = ({"before": None}, {"confidence": 1.1}, {"confidence": -0.1})
    for wrong in weak:
        with pytest.raises(ValueError, match=r"evidence|confidence"):
            Finding(**finding | wrong)
    with pytest.raises(ValueError, match="unknown topics"):
        ClauseVerdict(kind="editorial", topics=("weather",))
    verdict: dict[str, Any] = {
        "kind": "editorial", "material": False, "effect": "neutral", "topics": (), "headline": "x",
    }  # fmt: skip
    broken = Broken(reason="error-page", detail="x")
    Verdict(**verdict | {"kind": "broken", "broken": broken})
    untrue: tuple[dict[str, Any], ...] = (
        {"headline": "x" * 281},
        {"kind": "broken"},
        {"broken": broken},
        {"kind": "broken", "broken": broken, "material": True},
        {"kind": "broken", "broken": broken, "clauses": (ClauseVerdict(kind="editorial"),)},
    )
    for wrong in untrue:
        with pytest.raises(ValueError, match=r"headline|broken"):
            Verdict(**verdict | wrong)
