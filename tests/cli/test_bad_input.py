"""Whatever a publisher's server or a declaration does wrong costs that document alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tracker.model import REASONS, DocumentKey

HTML = {"Content-Type": "text/html; charset=utf-8"}
UNLABELLED = {"Content-Type": "text/html"}
LATIN = "Größe, Maß und Übergabe der Daten an Behörden in Zürich und Köln werden hier erklärt, Satz für Satz. "


def latin_page(label: str = "") -> str:
    return f"<html><head>{label}</head><body><main>{''.join(f'<p>{n}. {LATIN}</p>' for n in range(9))}</main></body>"


@dataclass(frozen=True)
class Fault:
    """How the page at `/bad` is broken, and what is to be said of it."""

    name: str
    reason: str
    says: str
    """Stands in the detail."""
    body: str | bytes = ""
    facts: dict[str, Any] | None = None
    select: str = "main"
    settings: dict[str, Any] | None = None
    outcome: str = "failed"


FAULTS = (
    Fault("selector-without-match", "selector-without-match", "#policy[data-part]", body="good", outcome="refused",
          select="#policy[data-part]"),
    Fault("empty-page", "empty-body", "empty", body=""),
    Fault("page-without-text", "empty-text", "", body="<html><main> <p></p></main></html>", outcome="refused"),
    Fault("not-found", "not-found", "404", body="gone", facts={"status": 404, "headers": HTML}),
    Fault("gone", "not-found", "410", body="gone", facts={"status": 410, "headers": HTML}),
    Fault("server-error", "server-error", "500", body="good", facts={"status": 500, "headers": HTML}),
    Fault("timeout", "timeout", "/bad", body="good", facts={"hangs": True},
          settings={"read_seconds": 0.4, "total_seconds": 1.5}),
    Fault("redirect-loop", "too-many-redirects", "circle", body="round",
          facts={"status": 302, "headers": {"Location": "/bad"}}),
    Fault("wrong-charset", "bad-charset", "UTF-8", body=latin_page(), outcome="refused",
          facts={"headers": {"Content-Type": "text/html; charset=iso-8859-1"}}),
    Fault("unknown-charset", "bad-charset", "klingon-8", body=latin_page(), outcome="refused",
          facts={"headers": {"Content-Type": "text/html; charset=klingon-8"}}),
    Fault("charset-that-does-not-fit", "bad-charset", "utf-8", body=latin_page().encode("latin-1"), outcome="refused",
          facts={"headers": HTML}),
    Fault("missing-charset", "bad-charset", "no character set is declared", body=latin_page().encode("latin-1"),
          outcome="refused", facts={"headers": UNLABELLED}),
    Fault("body-over-the-cap", "body-too-large", "60,000", body="x" * 100_000, settings={"max_bytes": 60_000}),
    Fault("wrong-type", "wrong-type", "image/png", body=b"\x89PNG", facts={"headers": {"Content-Type": "image/png"}}),
    Fault("error-page-with-status-200", "error-page", "error", outcome="refused",
          body="<html><head><title>404 Not Found</title></head><main><h1>404 Not Found</h1><p>Sorry, the page that you "
               "look for was not found on this server. Please go back to the start.</p></main></html>"),
)  # fmt: skip


@pytest.fixture(params=FAULTS, ids=lambda fault: fault.name)
def fault(request: pytest.FixtureRequest) -> Fault:
    found: Fault = request.param
    return found


@pytest.fixture
def troubled(watch: Any, make_page: Callable[..., str]) -> Any:
    """Two declared documents whose pages are well so far; `break_page` does what the fault asks."""
    watch.site.serve("/good", make_page())
    watch.site.serve("/bad", make_page())
    watch.declare("Bad", {"Privacy Policy": "/bad"})
    watch.declare("Good", {"Privacy Policy": "/good"})
    return watch


def break_page(watch: Any, fault: Fault, good: str) -> None:
    watch.configure(**fault.settings or {})
    watch.declare("Bad", {"Privacy Policy": {"fetch": watch.site.url("/bad"), "select": fault.select}})
    watch.site.serve("/bad", good if fault.body == "good" else fault.body, **fault.facts or {})


def expect_told(watch: Any, ran: Any, fault: Fault, *, good: str, night: int) -> None:
    """The run names the broken document with cause and next step, and nothing but that went wrong."""
    assert ran.code == 1
    rows = {row["document"]: row for row in ran.json["results"]}
    row = rows["Bad/Privacy Policy"]
    assert (row["outcome"], row["reason"]) == (fault.outcome, fault.reason)
    assert fault.says in row["detail"]
    assert row["next_step"] == REASONS[fault.reason]
    assert rows["Good/Privacy Policy"]["outcome"] == good
    check = watch.checks("Bad/Privacy Policy")[-1]
    assert (check.outcome, check.reason, check.detail) == (fault.outcome, fault.reason, row["detail"])
    assert check.checked_at.day == night


def test_a_fault_at_first_capture_costs_that_document_alone(
    troubled: Any, fault: Fault, make_page: Callable[..., str]
) -> None:
    break_page(troubled, fault, make_page())
    ran = troubled.run(1)
    expect_told(troubled, ran, fault, good="first-record", night=1)
    assert troubled.tree("Bad") == ""
    assert troubled.subjects() == ["First record of Good Privacy Policy"]


def test_a_fault_after_a_record_leaves_the_record_as_it_is(
    troubled: Any, fault: Fault, make_page: Callable[..., str], sentences: tuple[str, ...]
) -> None:
    assert troubled.run(1).code == 0
    before = troubled.tree("Bad")
    break_page(troubled, fault, make_page())
    troubled.site.serve("/good", make_page(*sentences, "Visitors of our shop are filmed at the door."))
    ran = troubled.run(2)
    expect_told(troubled, ran, fault, good="changed", night=2)
    assert before
    assert troubled.tree("Bad") == before
    assert troubled.subjects()[-1] == "Record new changes of Good Privacy Policy"


def test_the_summary_names_document_cause_and_next_step(
    troubled: Any, fault: Fault, make_page: Callable[..., str]
) -> None:
    break_page(troubled, fault, make_page())
    ran = troubled.tracker("run")
    assert ran.code == 1
    line = next(line for line in ran.out.splitlines() if line.startswith("Bad/Privacy Policy"))
    assert f"{fault.reason}: " in line
    assert fault.says in line
    assert REASONS[fault.reason] in ran.out
    assert "2 documents: " in ran.out
    assert "\x1b" not in ran.out + ran.err
    assert (troubled.folder / "site" / "index.html").exists()


def test_a_wrong_key_in_a_declaration_costs_that_document_alone(troubled: Any) -> None:
    path = troubled.declare(
        "Bad", {"Privacy Policy": {"fetch": troubled.site.url("/bad"), "select": "main", "selct": "b"}}
    )
    ran = troubled.run(1)
    assert ran.code == 1
    rows = {row["document"]: row for row in ran.json["results"]}
    row = rows["Bad/Privacy Policy"]
    assert (row["outcome"], row["reason"]) == ("failed", "bad-declaration")
    assert path.name in row["detail"]
    assert "terms.Privacy Policy" in row["detail"]
    assert "selct" in row["detail"]
    assert row["next_step"] == REASONS["bad-declaration"]
    assert rows["Good/Privacy Policy"]["outcome"] == "first-record"
    assert [check.reason for check in troubled.checks("Bad/Privacy Policy")] == ["bad-declaration"]
    assert troubled.subjects() == ["First record of Good Privacy Policy"]
    assert troubled.site.pages["/bad"].requests == []


def test_a_declaration_that_breaks_later_leaves_all_its_documents_as_they_are(
    troubled: Any, make_page: Callable[..., str]
) -> None:
    troubled.site.serve("/terms", make_page(title="Terms of Lantern"))
    troubled.declare("Bad", {"Privacy Policy": "/bad", "Terms of Service": "/terms"})
    assert troubled.run(1).code == 0
    before = troubled.tree("Bad")
    troubled.declare("Bad", {"Privacy Policy": {"fetch": 7}, "Terms of Service": "/terms"})
    ran = troubled.run(2)
    assert ran.code == 1
    failed = [row["document"] for row in ran.json["results"] if row["reason"] == "bad-declaration"]
    assert failed == ["Bad/Privacy Policy", "Bad/Terms of Service"]
    assert troubled.tree("Bad") == before
    assert [check.outcome for check in troubled.checks("Bad/Terms of Service")] == ["first-record", "failed"]


def test_a_declaration_that_is_no_json_is_named(troubled: Any) -> None:
    (troubled.folder / "declarations" / "Bad.json").write_text("{", encoding="utf-8")
    ran = troubled.tracker("run")
    assert ran.code == 1
    line = next(line for line in ran.out.splitlines() if line.startswith("Bad/all documents"))
    assert "bad-declaration: " in line
    assert "Bad.json" in line


def test_a_wrong_declaration_that_is_asked_for_by_name_is_a_usage_error(troubled: Any) -> None:
    troubled.declare("Bad", {"Privacy Policy": {"fetch": troubled.site.url("/bad"), "selct": "b"}})
    ran = troubled.tracker("run", "Bad/Privacy Policy")
    assert ran.code == 2
    assert "selct" in ran.err


def test_a_page_without_a_declared_charset_that_is_utf_8_is_read(troubled: Any) -> None:
    troubled.site.serve("/bad", latin_page(), headers=UNLABELLED)
    ran = troubled.run(1)
    assert ran.code == 0
    with troubled.archive() as archive:
        text = archive.latest(DocumentKey.parse("Bad/Privacy Policy")).markdown
    assert LATIN.strip() in text


def test_a_refused_page_is_kept_for_a_look_outside_the_documents(troubled: Any) -> None:
    assert troubled.run(1).code == 0
    fault = next(fault for fault in FAULTS if fault.name == "error-page-with-status-200")
    break_page(troubled, fault, "")
    assert troubled.run(2).code == 1
    with troubled.archive() as archive:
        held = archive.held()
    assert [(str(capture.key), capture.outcome, capture.reason) for capture in held] == [
        ("Bad/Privacy Policy", "refused", "error-page")
    ]


def test_markup_of_the_terminal_library_in_a_cause_is_shown_as_it_is(troubled: Any, make_page: Any) -> None:
    break_page(troubled, Fault("", "", "", body="good", select="p[title], a[href='[/b]']"), make_page())
    ran = troubled.tracker("run")
    assert ran.code == 1
    assert "p[title]" in ran.out
    assert "a[href='[/b]']" in ran.out
