"""`log`, `show` and `diff`: what people and scripts read."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tracker.model import EFFECTS, FACETS, KINDS, TOPICS

LANTERN = "Lantern/Privacy Policy"
KEYS = [
    "schema", "id", "kind", "material", "effect", "topics", "trust", "headline", "broken", "stats", "clauses",
]  # fmt: skip
#: Of versions that bear dates, of revisions that are no neighbours, and of changes that the archive has.
EXTRA_KEYS = {"dates", "between", "more_between", "rules", "judged_at", "earlier"}
CLAUSE_KEYS = [
    "op", "section", "moved_from", "old", "new", "redline", "kind", "topics", "effect", "announced", "findings",
]  # fmt: skip
FINDING_KEYS = ["facet", "before", "after", "effect", "rule", "confidence"]
TRUSTS = {"suspect", "alternating", "reverted", "confirmed", "single", "imported"}


def expect_change_object(row: dict[str, Any]) -> None:
    """Every key of DESIGN, section 7, with its type."""
    assert [key for key in row if key not in EXTRA_KEYS] == KEYS
    assert row["schema"] == "tracker.change/1"
    assert isinstance(row["id"], (str, int))
    assert row["kind"] in KINDS
    assert isinstance(row["material"], bool)
    assert row["effect"] in EFFECTS
    assert set(row["topics"]) <= set(TOPICS)
    assert row["trust"] in TRUSTS
    assert 0 < len(row["headline"]) <= 280
    assert list(row["stats"]) == ["clauses_changed", "words_added", "words_removed"]
    assert all(isinstance(count, int) for count in row["stats"].values())
    if row["broken"] is not None:
        assert set(row["broken"]) == {"reason", "detail"}
        assert (row["kind"], row["clauses"], row["material"]) == ("broken", [], False)
    for clause in row["clauses"]:
        expect_clause(clause)


def expect_clause(clause: dict[str, Any]) -> None:
    assert [key for key in clause if key not in {"links", "notes", "coarse"}] == CLAUSE_KEYS
    assert clause["op"] in {"modified", "added", "removed", "moved"}
    for section in (clause["section"], clause["moved_from"]):
        assert section is None or set(section) == {"number", "title", "anchor"}
    assert clause["section"] is not None
    assert "".join(text for mark, text in clause["redline"] if mark != "+") == clause["old"]
    assert "".join(text for mark, text in clause["redline"] if mark != "-") == clause["new"]
    assert {mark for mark, _ in clause["redline"]} <= {"=", "-", "+"}
    assert clause["kind"] in KINDS
    assert clause["effect"] in EFFECTS
    assert set(clause["topics"]) <= set(TOPICS)
    if clause["announced"] is not None:
        assert set(clause["announced"]) == {"status", "entry", "date"}
        assert clause["announced"]["status"] in {"same-version", "later", "never", "no-log"}
    for finding in clause["findings"]:
        assert list(finding) == FINDING_KEYS
        assert finding["facet"] in FACETS
        assert finding["effect"] in EFFECTS
        assert isinstance(finding["confidence"], float)
        assert finding["before"] is None or finding["before"] in clause["old"]
        assert finding["after"] is None or finding["after"] in clause["new"]


@pytest.fixture
def history(lantern: Any, make_page: Callable[..., str], sentences: Sequence[str]) -> Any:
    """First record, a change, links alone, another change; one night each."""
    longer = sentences[2].replace("six months", "eighteen months")
    link = "Our <a href='{}'>guide</a> says the same in fewer words."
    nights = (
        [sentences[0], sentences[1], longer, *sentences[3:], link.format("/a")],
        [sentences[0], sentences[1], longer, *sentences[3:], link.format("/b")],
        [sentences[0], longer, *sentences[3:], link.format("/b")],
    )
    for night, clauses in enumerate(nights, start=2):
        lantern.site.serve("/privacy", make_page(*clauses))
        assert lantern.run(night).code == 0
    return lantern


@pytest.fixture
def files(watch: Any, sentences: Sequence[str]) -> Any:
    """Two Markdown files that differ in one duration."""
    old = "## 1. Accounts\n\n" + "\n\n".join(sentences) + "\n"
    (watch.folder / "old.md").write_text(old, encoding="utf-8")
    (watch.folder / "new.md").write_text(old.replace("six months", "eighteen months"), encoding="utf-8")
    return watch


# ------------------------------------------------------------------------------------------------------ log and show


def test_log_lists_changes_newest_first(history: Any) -> None:
    told = history.tracker("log", "--json").json
    assert told["schema"] == "tracker.log/1"
    (document,) = told["documents"]
    assert (document["document"], document["first_record"], document["versions"]) == (
        LANTERN,
        "2024-10-01T03:00:00Z",
        4,
    )
    assert [change["first_seen_new"] for change in document["changes"]] == [
        "2024-10-04T03:00:00Z",
        "2024-10-02T03:00:00Z",
    ]
    assert all(change["id"].startswith(change["first_seen_new"].replace(":", "")) for change in document["changes"])
    text = history.tracker("log", LANTERN).out
    assert text.index("2024-10-04") < text.index("2024-10-02") < text.index("first record")


def test_log_of_an_unknown_document_names_near_ones(history: Any) -> None:
    ran = history.tracker("log", "Lantern/Privacy")
    assert ran.code == 2
    assert LANTERN in ran.err


def test_show_finds_a_change_by_commit_date_instant_word_and_address(history: Any) -> None:
    change = history.tracker("log", "--json").json["documents"][0]["changes"][1]
    names = [change["commit"], change["commit"][:9], "2024-10-02", "2024-10-02T03:00:00Z", change["id"], "latest~2"]
    shown = [history.tracker("show", LANTERN, name, "--json").json for name in names]
    assert [row["id"] for row in shown] == [change["id"]] * len(names)
    expect_change_object(shown[0])
    assert [(clause["op"], "eighteen" in clause["new"]) for clause in shown[0]["clauses"]] == [
        ("modified", True),
        ("added", False),
    ]


def test_show_without_a_revision_shows_the_latest_change_with_its_evidence(history: Any) -> None:
    text = history.tracker("show", LANTERN).out
    assert "old text last seen   2024-10-03T03:00:00Z" in text
    assert "new text first seen  2024-10-04T03:00:00Z" in text
    assert history.site.url("/privacy") in text


@pytest.mark.parametrize(("revision", "says"), [("first", "first record"), ("2024-10-03", "technical")])
def test_show_of_a_version_without_a_change_says_why(history: Any, revision: str, says: str) -> None:
    ran = history.tracker("show", LANTERN, revision)
    assert ran.code == 2
    assert says in ran.err
    assert "tracker log" in ran.err


def test_show_in_html_is_a_page_of_its_own(history: Any) -> None:
    html = history.tracker("show", LANTERN, "--format", "html").out
    assert html.lower().startswith("<!doctype html>")
    assert "<del>" in html
    assert "<script" not in html


# -------------------------------------------------------------------------------------------------- diff of revisions


@pytest.mark.parametrize(
    ("old", "new", "clauses"),
    [
        ("first", "latest", 3),
        ("first", "2024-10-02", 2),
        ("2024-10-01", "2024-10-03", 2),
        ("latest~1", "latest", 1),
        ("latest~2", "latest~1", 1),
        ("2024-10-02T03:00:00Z", "2024-10-03T12:00:00Z", 1),
        ("latest", "latest", 0),
    ],
)
def test_diff_takes_every_form_of_revision(history: Any, old: str, new: str, clauses: int) -> None:
    ran = history.tracker("diff", f"{LANTERN}@{old}", f"{LANTERN}@{new}", "--format", "json")
    assert ran.code == 0
    expect_change_object(ran.json)
    assert len(ran.json["clauses"]) == clauses == ran.json["stats"]["clauses_changed"]


def test_diff_takes_commits(history: Any) -> None:
    changes = history.tracker("log", "--json").json["documents"][0]["changes"]
    ran = history.tracker("diff", f"{LANTERN}@{changes[0]['old_commit']}", f"{LANTERN}@{changes[0]['commit'][:8]}",
                          "--json")  # fmt: skip
    assert ran.json["id"] == changes[0]["id"]


def test_a_change_of_links_alone_is_told_as_one(history: Any) -> None:
    row = history.tracker("diff", f"{LANTERN}@latest~2", f"{LANTERN}@latest~1", "--json").json
    (clause,) = row["clauses"]
    assert clause["links"] == [[history.site.url("/a"), history.site.url("/b")]]
    assert (row["kind"], row["material"], clause["kind"]) == ("technical", False, "technical")
    assert row["stats"] == {"clauses_changed": 1, "words_added": 0, "words_removed": 0}


@pytest.mark.parametrize("revision", ["2024-09-30", "latest~9", "zzzz", "0000000", ""])
def test_a_revision_that_names_nothing_is_a_usage_error(history: Any, revision: str) -> None:
    ran = history.tracker("diff", f"{LANTERN}@{revision}", f"{LANTERN}@latest")
    assert ran.code == 2
    assert ran.err.startswith("tracker: ")


# ------------------------------------------------------------------------------------------------------ diff of files


def test_diff_of_two_files_needs_neither_archive_nor_declarations(files: Any) -> None:
    (files.folder / "tracker.toml").unlink()
    row = files.tracker("diff", "old.md", "new.md", "--format", "json").json
    expect_change_object(row)
    (clause,) = row["clauses"]
    assert clause["section"] == {"number": "1", "title": "Accounts", "anchor": clause["section"]["anchor"]}
    assert [mark for mark, _ in clause["redline"]] == ["=", "-", "+", "="]
    assert (row["broken"], row["material"], row["effect"]) == (None, True, "widens")
    assert [finding["facet"] for finding in clause["findings"]] == ["retention"]


def test_diff_as_text_brackets_what_differs(files: Any) -> None:
    ran = files.tracker("diff", "old.md", "new.md")
    assert ran.code == 0
    assert "[-six-]{+eighteen+} months" in ran.out
    assert "\x1b" not in ran.out


def test_diff_of_a_page_and_its_markdown_compares_what_a_reader_sees(
    files: Any, make_page: Callable[..., str], sentences: Sequence[str]
) -> None:
    body = make_page(*sentences).replace("six months", "nine months")
    (files.folder / "page.html").write_text(body, encoding="utf-8")
    (files.folder / "page.md").write_text("# 1. Privacy at Lantern\n\n" + "\n\n".join(sentences), encoding="utf-8")
    row = files.tracker("diff", "page.md", "page.html", "--json").json
    assert [clause["op"] for clause in row["clauses"]] == ["modified"]


def test_diff_cuts_pages_as_a_document_is_declared(files: Any, make_page: Callable[..., str]) -> None:
    files.declare("Lantern", {"Privacy Policy": "/privacy"})
    for name in ("one", "two"):
        (files.folder / f"{name}.html").write_text(make_page(chrome=f"chrome of {name}"), encoding="utf-8")
    assert files.tracker("diff", "one.html", "two.html", "--json").json["clauses"]
    ran = files.tracker("diff", "one.html", "two.html", "--document", LANTERN, "--fail-on-change", "--json")
    assert (ran.code, ran.json["clauses"]) == (0, [])


def test_fail_on_change_of_diff_is_exit_code_4(files: Any) -> None:
    assert files.tracker("diff", "old.md", "new.md", "--fail-on-change").code == 4
    assert files.tracker("diff", "old.md", "old.md", "--fail-on-change").code == 0


def test_a_new_text_that_is_not_the_policy_is_broken(files: Any) -> None:
    (files.folder / "error.md").write_text("# 404 Not Found\n\nThis page does not exist.\n", encoding="utf-8")
    row = files.tracker("diff", "old.md", "error.md", "--json").json
    expect_change_object(row)
    assert row["broken"]["reason"] == "error-page"
    assert row["stats"] == {"clauses_changed": 0, "words_added": 0, "words_removed": 0}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("old.md",),
        ("old.md", "none.md"),
        ("old.md", "tracker.toml"),
        ("old.md", "Lantern/Privacy Policy@latest"),
        ("old.md", "new.md", "--batch", "rows.jsonl"),
        ("--batch", "none.jsonl"),
        ("old.md", "new.md", "--format", "pdf"),
    ],
)
def test_wrong_arguments_of_diff_are_exit_code_2(files: Any, arguments: tuple[str, ...]) -> None:
    assert files.tracker("diff", *arguments).code == 2


# -------------------------------------------------------------------------------------------------------------- batch


def test_batch_answers_each_row_in_order_with_its_id(files: Any, sentences: Sequence[str], read_lines: Any) -> None:
    text = "\n\n".join(sentences)
    rows: list[Any] = [
        {"id": "a", "old": text, "new": text.replace("six months", "ten months"), "language": "en",
         "service": "Lantern", "terms": "Privacy Policy"},
        {"id": "b", "old": text},
        {"id": 3, "old": text, "new": text},
        {"id": "d", "old": text, "new": 7},
        [1, 2],
        {"id": "f", "old": "", "new": text},
        {"id": "g", "old": text, "new": ""},
        {"id": "h", "old": text, "new": "\ud800 lone"},
        {"id": "i", "old": text, "new": text, "language": 5},
        {"old": text, "new": text},
        {"id": None, "old": text, "new": text},
    ]  # fmt: skip
    lines = [json.dumps(row).encode() for row in rows]
    lines.insert(5, b"not json")
    lines.insert(6, b'{"id": "u", "old": "\xff", "new": ""}')
    (files.folder / "rows.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    ran = files.tracker("diff", "--batch", "rows.jsonl")
    told = read_lines(ran.out)
    assert ran.code == 1
    assert [row["id"] for row in told] == [
        "a", "b", 3, "d", "line 5", "line 6", "line 7", "f", "g", "h", "i", "line 12", "line 13",
    ]  # fmt: skip
    errors = [row["id"] for row in told if "error" in row]
    assert errors == ["b", "d", "line 5", "line 6", "line 7", "f", "i"]
    assert all(set(row) == {"id", "error"} and row["error"] for row in told if "error" in row)
    for row in told:
        if "error" not in row:
            expect_change_object(row)
    by_id = {row["id"]: row for row in told}
    assert [clause["op"] for clause in by_id["a"]["clauses"]] == ["modified"]
    assert by_id[3]["clauses"] == []
    assert by_id["g"]["kind"] == "broken"


def test_batch_reads_standard_input_and_ends_well_without_faults(
    files: Any, sentences: Sequence[str], read_lines: Any
) -> None:
    text = "\n\n".join(sentences)
    row = json.dumps({"id": "x", "old": text, "new": text + "\n\nMaps are drawn in Oslo."})
    ran = files.tracker("diff", "--batch", "-", stdin=f"{row}\n\n{row}\n")
    assert ran.code == 0
    assert [told["id"] for told in read_lines(ran.out)] == ["x", "x"]


# ------------------------------------------------------------------------------------------------------- hostile text

HOSTILE = (
    "Red \x1b[31malert\x1b[0m and \x1b]8;;https://evil.example\x07link\x1b]8;;\x07, [bold]markup[/bold], [/x] :warning:"
)


@pytest.fixture
def hostile(watch: Any, make_page: Callable[..., str], sentences: Sequence[str]) -> Any:
    (watch.folder / "old.md").write_text("# Rules\n\n" + "\n\n".join(sentences), encoding="utf-8")
    (watch.folder / "new.md").write_text("# Rules\n\n" + "\n\n".join([*sentences, HOSTILE]), encoding="utf-8")
    watch.site.serve("/privacy", make_page())
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    watch.run(1)
    title = HOSTILE.replace("\x1b", "&#27;").replace("\x07", "")
    watch.site.serve("/privacy", make_page(*sentences, title, f"::set-env name=PATH::{title}"))
    watch.run(2)
    return watch


@pytest.mark.parametrize(
    "command",
    [
        ("diff", "old.md", "new.md"),
        ("diff", "old.md", "new.md", "--format", "json"),
        ("diff", "old.md", "new.md", "--format", "html"),
        ("log",),
        ("log", "--json"),
        ("show", LANTERN),
        ("show", LANTERN, "--format", "html"),
        ("run", "-v"),
    ],
)
def test_no_escape_sequence_of_a_text_reaches_the_terminal(hostile: Any, command: tuple[str, ...]) -> None:
    ran = hostile.tracker(*command)
    assert ran.code == 0
    assert "\x1b" not in ran.out + ran.err
    assert "\x07" not in ran.out + ran.err
    assert not any(line.startswith("::") for line in (ran.out + ran.err).splitlines())


def test_markup_and_emoji_codes_in_a_text_stay_as_they_are(hostile: Any) -> None:
    text = hostile.tracker("diff", "old.md", "new.md").out
    assert "[bold]markup[/bold], [/x] :warning:" in text
    headline = hostile.tracker("log").out
    assert "\u26a0" not in headline + text


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What the command line prints where its output is a terminal."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "tracker", *arguments]
    known = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    process = subprocess.Popen(command, stdout=follower, stdin=follower, env=known | {"TERM": "xterm"} | environment)
    os.close(follower)
    pieces = []
    # Linux answers the end of a terminal whose other side is closed with an error.
    with contextlib.suppress(OSError):
        while piece := os.read(leader, 4096):
            pieces.append(piece)
    os.close(leader)
    assert process.wait() == 0
    return b"".join(pieces).decode()


def test_a_terminal_gets_colour_unless_it_asks_for_none(files: Any) -> None:
    assert files
    assert "\x1b[" in on_a_terminal("diff", "old.md", "new.md")
    assert "\x1b" not in on_a_terminal("diff", "old.md", "new.md", NO_COLOR="1")


def test_a_dumb_terminal_gets_no_colour(files: Any) -> None:
    assert files
    assert "\x1b" not in on_a_terminal("diff", "old.md", "new.md", TERM="dumb")


def test_colour_can_be_asked_for_and_declined(files: Any) -> None:
    assert "\x1b[31;9msix" in files.tracker("diff", "old.md", "new.md", "--color", "always").out
    assert "\x1b" not in on_a_terminal("diff", "old.md", "new.md", "--color", "never")


def test_lines_fit_the_terminal_and_stay_whole_elsewhere(files: Any) -> None:
    folded = on_a_terminal("diff", "old.md", "new.md", "--color", "never", COLUMNS="64")
    clause = [line for line in folded.splitlines() if line.startswith("  | ")]
    assert len(clause) > 1
    assert max(map(len, clause)) <= 64
    whole = files.tracker("diff", "old.md", "new.md").out
    assert len([line for line in whole.splitlines() if line.startswith("  | ")]) == 1


# --------------------------------------------------------------------------------------------------------- side by side


@pytest.mark.parametrize("command", [("diff", "old.md", "new.md"), ("show", LANTERN)])
def test_two_columns_are_a_hundred_wide_where_there_is_no_terminal(
    history: Any, sentences: Sequence[str], command: tuple[str, ...]
) -> None:
    for name, months in (("old", "six"), ("new", "eighteen")):
        (history.folder / f"{name}.md").write_text(f"# 1. A\n\n{sentences[2].replace('six', months)}", encoding="utf-8")
    ran = history.tracker(*command, "--view", "side-by-side")
    assert ran.code == 0
    lines = [line for line in ran.out.splitlines() if line.startswith("  | ")]
    assert lines[0].split() == ["|", "OLD", "|", "NEW"]
    assert max(map(len, lines)) <= 100
    assert {line.index(" |", 4) for line in lines} == {50}


def test_two_columns_fit_the_terminal(files: Any) -> None:
    shown = on_a_terminal("diff", "old.md", "new.md", "--view", "side-by-side", "--color", "never", COLUMNS="80")
    lines = [line for line in shown.splitlines() if line.startswith("  | ")]
    assert files
    assert max(map(len, lines)) <= 80
    assert {line.index(" |", 4) for line in lines} == {40}
    assert "[-six-]" in "".join(line[:40] for line in lines)
    assert "{+eighteen+}" in "".join(line[40:] for line in lines)


@pytest.mark.parametrize("view", ["inline", "side-by-side"])
def test_a_page_comes_with_the_view_that_is_asked_for(files: Any, view: str) -> None:
    html = files.tracker("diff", "old.md", "new.md", "--format", "html", "--view", view).out
    assert f'id="view-{view}" checked' in html
    assert html.count(" checked") == 1


# ------------------------------------------------------------------------------------------- between two versions


@pytest.fixture
def detour(lantern: Any, make_page: Callable[..., str], sentences: Sequence[str]) -> Any:
    """A clause that is reworded one night and put back the next, while another one stays reworded."""
    shared = sentences[3].replace("nothing about your habits", "little about your habits")
    later = sentences[5].replace("two further weeks", "nine further weeks")
    nights = (
        [*sentences[:3], shared, *sentences[4:]],
        [*sentences[:5], later, *sentences[6:]],
    )
    for night, clauses in enumerate(nights, start=2):
        lantern.site.serve("/privacy", make_page(*clauses))
        assert lantern.run(night).code == 0
    return lantern


def test_what_came_and_went_in_between_is_noted_and_no_change(detour: Any) -> None:
    pair = ("diff", f"{LANTERN}@first", f"{LANTERN}@latest")
    row = detour.tracker(*pair, "--json").json
    expect_change_object(row)
    assert ["nine further" in clause["new"] for clause in row["clauses"]] == [True]
    (passing,) = row["between"]
    assert "little about your habits" in passing["text"]
    assert (passing["came"]["fetched_at"], passing["went"]["fetched_at"]) == (
        "2024-10-02T03:00:00Z",
        "2024-10-03T03:00:00Z",
    )
    assert "Between the two versions, and gone again:" in detour.tracker(*pair).out
    assert 'id="between"' in detour.tracker(*pair, "--format", "html").out
    neighbours = detour.tracker("diff", f"{LANTERN}@latest~1", f"{LANTERN}@latest", "--json").json
    assert "between" not in neighbours


# -------------------------------------------------------------------------------------------------- real texts (shared)


@pytest.mark.shared
def test_rows_of_the_shared_changes_are_answered_by_the_contract(call_tracker: Any, shared_data: Path) -> None:
    with gzip.open(shared_data / "changes" / "pairs-a.jsonl.gz", "rb") as packed:
        lines = list(itertools.islice(packed, 25))
    ran = call_tracker("diff", "--batch", "-", stdin=b"".join(lines))
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [row["id"] for row in told] == [json.loads(line)["id"] for line in lines]
    for row in told:
        expect_change_object(row)
