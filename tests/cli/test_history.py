"""`tracker history`, and comparisons of versions that are no neighbours."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.look import Look
from tracker.model import fold_text

LANTERN = "Lantern/Privacy Policy"
HOSTILE = (
    "Red &#27;[31malert and <b>::set-env name=A::x</b> &lt;script&gt;alert(1)&lt;/script&gt; \u202e[bold]x[/bold]."
)
STEP_KEYS = [
    "op", "commit", "fetched_at", "record", "change", "trust", "last_seen_old", "section", "moved_from", "wording",
    "redline", "others",
]  # fmt: skip
LINE_KEYS = [
    "id", "kind", "section", "first_seen", "last_seen", "last_seen_at", "is_current", "wordings", "stays", "steps",
]  # fmt: skip


def months(watch: Any, folder: str, pages: Sequence[str]) -> Path:
    """A folder with a capture for each month of 2020."""
    path: Path = watch.folder / folder
    path.mkdir()
    for month, body in enumerate(pages, start=1):
        (path / f"2020-{month:02}-10T100000Z.html").write_text(body, encoding="utf-8")
    return path


@pytest.fixture
def lantern(watch: Any, make_page: Callable[..., str], sentences: Sequence[str]) -> Any:
    """Six months: recorded, reworded, put back with an addition, the addition gone, other markup, reworded at last."""
    watch.declare("Lantern", {"Privacy Policy": {"fetch": "https://lantern.example/privacy", "select": "main"}})
    nine = [text.replace("six months", "nine months") for text in sentences]
    pages = [
        make_page(*sentences),
        make_page(*nine),
        make_page(*sentences, "Lamps are never lit on Sundays, whoever may ask for it."),
        make_page(*sentences),
        make_page(*sentences).replace("Letters to our", "<a href='/office'>Letters</a> to our"),
        make_page(*[text.replace("thirty days", "fifty days") for text in sentences]),
    ]
    months(watch, "captures", pages)
    assert watch.tracker("import", "folder", "captures", "--document", LANTERN).code == 0
    return watch


def tell(watch: Any, clause: str, *arguments: str) -> Any:
    ran = watch.tracker("history", LANTERN, clause, "--json", *arguments)
    assert ran.code == 0, ran.err
    return ran.json


# ------------------------------------------------------------------------------------------------------------- history


def test_json_tells_each_wording_and_how_it_came(lantern: Any) -> None:
    told = tell(lantern, "six months")
    assert list(told) == ["schema", "document", "asked", "first", "latest", "sections", "lines"]
    assert (told["schema"], told["document"], told["asked"]) == ("tracker.history/1", LANTERN, "six months")
    (line,) = told["lines"]
    assert list(line) == LINE_KEYS
    assert all(list(step) == STEP_KEYS for step in line["steps"])
    assert [step["op"] for step in line["steps"]] == ["first-seen", "reworded", "returned"]
    assert [step["wording"] for step in line["steps"]] == [1, 2, 1]
    assert [step["trust"] for step in line["steps"]] == [None, "imported", "imported"]
    assert [wording["came"]["fetched_at"] for wording in line["wordings"]] == [
        "2020-01-10T10:00:00Z", "2020-02-10T10:00:00Z",
    ]  # fmt: skip
    assert [text for mark, text in line["steps"][1]["redline"] if mark != "="] == ["six", "nine"]
    assert told["sections"] == []


def test_a_change_that_is_named_is_the_one_of_the_log(lantern: Any) -> None:
    logged = {
        change["commit"]: change["id"] for change in lantern.tracker("log", "--json").json["documents"][0]["changes"]
    }
    steps = [step for line in tell(lantern, "1")["lines"] for step in line["steps"] if step["change"]]
    assert steps
    assert all(logged[step["commit"]] == step["change"] for step in steps)


def test_text_gives_date_commit_trust_and_redline(lantern: Any) -> None:
    text = lantern.tracker("history", LANTERN, "six months").out
    commit = tell(lantern, "six months")["lines"][0]["steps"][1]["commit"]
    assert f"  2020-02-10T10:00:00Z  {commit[:9]}  [imported]  Reworded\n" in text
    assert "for [-six-]{+nine+} months" in text
    assert "Returned to wording 1, first seen 10 January 2020" in text
    assert "\x1b" not in text
    assert "\x1b[31;9msix" in lantern.tracker("history", LANTERN, "six months", "--color", "always").out


def test_an_id_that_was_printed_names_the_clause_again(lantern: Any) -> None:
    line = tell(lantern, "Lamps are never")["lines"][0]
    assert line["id"] in lantern.tracker("history", LANTERN, "lamps are never lit").out
    again = tell(lantern, line["id"])
    assert again["lines"] == [line]
    assert ([step["op"] for step in line["steps"]], line["is_current"]) == (["first-seen", "removed"], False)


@pytest.mark.parametrize("clause", ["1", "1.", "privacy at lantern"])
def test_a_section_tells_of_every_clause_that_stood_in_it(lantern: Any, sentences: Sequence[str], clause: str) -> None:
    told = tell(lantern, clause)
    (section,) = told["sections"]
    assert section["section"]["number"] == "1"
    assert section["lines"] == [line["id"] for line in told["lines"]]
    assert len(told["lines"]) == len(sentences) + 2


def test_only_the_time_that_was_asked_for_is_told(lantern: Any) -> None:
    def steps(*arguments: str) -> list[str]:
        return [step["fetched_at"][:7] for step in tell(lantern, "six months", *arguments)["lines"][0]["steps"]]

    assert steps("--since", "2020-02-10") == ["2020-02", "2020-03"]
    assert steps("--until", "2020-02-10") == ["2020-01", "2020-02"]
    assert steps("--until", "2020-02-09") == ["2020-01"]
    assert steps("--since", "2020-12-01") == []
    assert "3 steps before or after" in lantern.tracker("history", LANTERN, "six months", "--since", "2020-12-01").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((LANTERN, "turnips"), "near are"),
        ((LANTERN, "the"), "clauses: name one by its id"),
        ((LANTERN, "2"), "near are"),
        ((LANTERN, ""), "name a clause"),
        (("Lantern/Terms", "1"), LANTERN),
        ((LANTERN, "1", "--since", "soon"), "2024-09-23"),
        ((LANTERN, "Lamps are never", "--since", "2020-06-01"), "in that time"),
        ((LANTERN, "1", "--format", "pdf"), "pdf"),
        (("Lantern/Terms",), LANTERN),
    ],
)
def test_what_names_no_clause_is_a_usage_error(lantern: Any, arguments: tuple[str, ...], says: str) -> None:
    ran = lantern.tracker("history", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_html_is_a_page_of_its_own_without_scripts_or_requests(lantern: Any) -> None:
    html = lantern.tracker("history", LANTERN, "1", "--format", "html").out
    assert html.lower().startswith("<!doctype html>")
    assert "<del>" in html
    assert not any(word in html for word in ("<script", " src=", 'rel="stylesheet"', "@import"))


@pytest.mark.parametrize("look", [(), ("--format", "html"), ("--format", "json")])
@pytest.mark.parametrize("clause", ["1", "<b>1</b>", "\x1b[31m"])
def test_nothing_of_a_hostile_text_acts(
    watch: Any, make_page: Callable[..., str], sentences: Sequence[str], look: tuple[str, ...], clause: str
) -> None:
    watch.declare("Lantern", {"Privacy Policy": {"fetch": "https://lantern.example/privacy", "select": "main"}})
    months(watch, "captures", [make_page(*sentences), make_page(*sentences, HOSTILE, f"::stop::{HOSTILE}")])
    watch.tracker("import", "folder", "captures", "--document", LANTERN)
    ran = watch.tracker("history", LANTERN, clause, *look)
    assert ran.code == (0 if clause == "1" else 2)
    assert not any(sign in ran.out + ran.err for sign in ("\x1b", "\u202e"))
    assert "<script" not in (ran.out if "html" in look else "")
    assert not any(line.startswith("::") for line in (ran.out + ran.err).splitlines())


def test_a_terminal_gets_colour_unless_it_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Look(output="text", colour="auto").wants_colour
    assert not Look(output="text", colour="never").wants_colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Look(output="text", colour="auto").wants_colour
    assert Look(output="text", colour="always").wants_colour


# ---------------------------------------------------------------------------------------------------- any two versions


def compare(watch: Any, old: str, new: str) -> Any:
    ran = watch.tracker("diff", old, new, "--json")
    assert ran.code == 0, ran.err
    return ran.json


@pytest.mark.parametrize(("old", "new"), [("first", "latest"), ("latest", "first"), ("2020-01-10", "2020-06-30")])
def test_what_came_and_went_between_two_versions_is_noted_whichever_is_older(lantern: Any, old: str, new: str) -> None:
    told = compare(lantern, f"{LANTERN}@{old}", f"{LANTERN}@{new}")
    assert [[text for mark, text in clause["redline"] if mark != "="] for clause in told["clauses"]] in (
        [["thirty", "fifty"]], [["fifty", "thirty"]],
    )  # fmt: skip
    passings = [
        (row["text"][:5], row["came"]["fetched_at"][:7], row["went"]["fetched_at"][:7]) for row in told["between"]
    ]
    assert passings == [("Accou", "2020-02", "2020-03"), ("Lamps", "2020-03", "2020-04")]


@pytest.mark.parametrize(("old", "new"), [("first", "2020-02-28"), ("latest~1", "latest"), ("latest", "latest")])
def test_nothing_comes_and_goes_between_neighbours(lantern: Any, old: str, new: str) -> None:
    assert "between" not in compare(lantern, f"{LANTERN}@{old}", f"{LANTERN}@{new}")


def test_of_very_many_wordings_that_came_and_went_the_first_fifty_are_listed(
    watch: Any, make_page: Callable[..., str], sentences: Sequence[str]
) -> None:
    watch.declare("Lantern", {"Privacy Policy": {"fetch": "https://lantern.example/privacy", "select": "main"}})
    base = [f"In street {number}: {sentence}" for number in range(9) for sentence in sentences]
    many = [f"Lamp number {number} stands in the street of the {number}th lighter." for number in range(57)]
    months(watch, "captures", [make_page(*base), make_page(*base, *many), make_page(*base)])
    assert watch.tracker("import", "folder", "captures", "--document", LANTERN).code == 0
    told = compare(watch, f"{LANTERN}@first", f"{LANTERN}@latest")
    assert [row["text"] for row in told["between"]] == many[:50]
    assert "7 more" in watch.tracker("diff", f"{LANTERN}@first", f"{LANTERN}@latest").out


@pytest.fixture
def vantages(lantern: Any, make_page: Callable[..., str], sentences: Sequence[str]) -> Any:
    """Beside our own captures, those of another collection, and another document."""
    others = [make_page(*sentences[1:]), make_page(*sentences), make_page(*sentences[1:])]
    months(lantern, "elsewhere", others)
    arguments = ("import", "folder", "elsewhere", "--document")
    assert lantern.tracker(*arguments, f"attic:{LANTERN}").code == 0
    lantern.declare(
        "Lantern",
        {
            "Privacy Policy": {"fetch": "https://lantern.example/privacy", "select": "main"},
            "Terms of Service": {"fetch": "https://lantern.example/terms", "select": "main"},
        },
    )
    assert lantern.tracker(*arguments, "Lantern/Terms of Service").code == 0
    return lantern


@pytest.mark.parametrize(
    ("old", "new", "ops"),
    [
        (f"attic:{LANTERN}@first", f"attic:{LANTERN}@2020-02-10", ["added"]),
        (f"attic:{LANTERN}@2020-02-10T10:00:00Z", f"attic:{LANTERN}@latest", ["removed"]),
        (f"attic:{LANTERN}@latest~2", f"attic:{LANTERN}@latest", []),
        (f"attic:{LANTERN}@latest", f"{LANTERN}@first", ["added"]),
        (f"{LANTERN}@first", f"attic:{LANTERN}@latest~1", []),
        (f"{LANTERN}@first", "Lantern/Terms of Service@latest", ["removed"]),
    ],
)
def test_versions_of_two_vantages_or_documents_are_compared_as_they_are(
    vantages: Any, old: str, new: str, ops: list[str]
) -> None:
    told = compare(vantages, old, new)
    assert [clause["op"] for clause in told["clauses"]] == ops
    same = old.rpartition("@")[0] == new.rpartition("@")[0]
    assert ("between" in told) == (same and ops == [])


def test_commits_and_dates_of_a_vantage_are_its_own(vantages: Any) -> None:
    documents = vantages.tracker("log", f"attic:{LANTERN}", "--json").json["documents"]
    commit = documents[0]["changes"][0]["commit"]
    assert compare(vantages, f"attic:{LANTERN}@{commit[:9]}", f"attic:{LANTERN}@latest")["clauses"] == []
    ran = vantages.tracker("diff", f"{LANTERN}@{commit[:9]}", f"{LANTERN}@latest")
    assert ran.code == 2
    assert "No version has a commit" in ran.err
    assert vantages.tracker("history", f"attic:{LANTERN}", "1").code == 0


# -------------------------------------------------------------------------------------------------------- a real policy

TELEGRAM = "Telegram/Privacy Policy"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, call_tracker_once: Any) -> Callable[..., Any]:
    """The command line on the imported replay of a policy; without `shared_data` this is never asked for."""
    folder = tmp_path_factory.mktemp("real")
    root = Path(__file__).resolve().parents[2]
    options = ("--archive", str(folder / "archive.git"), "--declarations", str(root / "declarations"))
    replay = root.parent / "shared" / "data" / "telegram" / "replay"
    if replay.is_dir():
        ran = call_tracker_once("import", "folder", str(replay), "--document", TELEGRAM, *options)
        assert ran.code == 0, ran.err
    return lambda *arguments: call_tracker_once(*arguments, *options)


@pytest.fixture
def labels(shared_data: Path) -> list[dict[str, Any]]:
    lines = (shared_data / "labels" / "telegram-en.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.shared
def test_the_clause_on_law_enforcement_was_reworded_where_people_labelled_it(
    real: Callable[..., Any], labels: list[dict[str, Any]]
) -> None:
    told = real("history", TELEGRAM, "8.3", "--json").json
    (section,) = told["sections"]
    assert (section["section"]["title"], section["is_current"]) == ("Law Enforcement Authorities", True)
    assert len(section["lines"]) == 2
    labelled = {row["date"] for row in labels if row["section"] == "8.3" and row["kind"] == "substantive"}
    steps = [step for line in told["lines"] for step in line["steps"] if step["op"] != "first-seen"]
    assert {step["fetched_at"] for step in steps} == labelled
    assert [step["op"] for step in steps] == ["reworded"] * len(labelled)
    assert real("history", TELEGRAM, "#8-3-law-enforcement-authorities", "--json").json["lines"] == told["lines"]


@pytest.mark.shared
def test_the_two_sections_that_were_numbered_3_3_5_share_no_clause(real: Callable[..., Any], shared_data: Path) -> None:
    assert shared_data.is_dir()
    told = real("history", TELEGRAM, "3.3.5", "--json").json
    old, new = told["sections"]
    assert (old["section"]["title"], old["is_current"]) == ("Phone Number and Contacts", False)
    assert (new["section"]["title"], new["is_current"]) == ("Paid Posts", True)
    assert old["last_seen"]["fetched_at"] < "2021-03-25"
    assert new["first_seen"]["fetched_at"] > "2024"
    assert not set(old["lines"]) & set(new["lines"])
    lines = {line["id"]: line for line in told["lines"]}
    assert {lines[name]["section"]["number"] for name in old["lines"]} == {"3.4"}
    assert all(lines[name]["is_current"] for name in old["lines"])


@pytest.mark.shared
def test_every_labelled_move_is_one_line_that_goes_on(real: Callable[..., Any], labels: list[dict[str, Any]]) -> None:
    moves = defaultdict(list)
    for row in labels:
        if row["change"] == "moved":
            moves[row["section"]].append(row)
    assert moves
    for number, rows in moves.items():
        lines = real("history", TELEGRAM, number, "--json").json["lines"]
        for row in rows:
            steps = [
                step
                for line in lines
                for step in line["steps"]
                if step["moved_from"] and step["fetched_at"] == row["date"] and step["section"]["number"] == number
            ]
            assert steps, row["date"]
            assert {step["moved_from"]["number"] for step in steps} == {row["moved_from"]}
            assert all(step["op"] in {"moved", "returned", "split", "merged"} for step in steps)


@pytest.mark.shared
def test_no_clause_of_the_real_policy_says_what_its_redlines_do_not(
    real: Callable[..., Any], shared_data: Path
) -> None:
    assert shared_data.is_dir()
    for number in ("3.3.5", "8.3"):
        ran = real("history", TELEGRAM, number, "--json")
        for line in ran.json["lines"] if ran.code == 0 else []:
            last = ""
            for step in line["steps"]:
                old = "".join(text for mark, text in step["redline"] if mark != "+")
                new = "".join(text for mark, text in step["redline"] if mark != "-")
                assert fold_text(old) == fold_text(last)
                last = new or last
                if step["wording"] is not None:
                    assert fold_text(new) == fold_text(line["wordings"][step["wording"] - 1]["text"])


# -------------------------------------------------------------------------------------------------------------- ledger

PROMISE = "We never sell the words that you send to anybody."
POWER = "We may share your number with the office in Riga."


@pytest.fixture
def promising(watch: Any, make_page: Callable[..., str], sentences: Sequence[str]) -> Any:
    """Two months: a promise and a power, then the power alone."""
    watch.declare("Lantern", {"Privacy Policy": {"fetch": "https://lantern.example/privacy", "select": "main"}})
    first, last = sentences[:4], sentences[4:]
    pages = [make_page(*first, PROMISE, POWER, *last), make_page(*first, POWER, *last)]
    months(watch, "captures", pages)
    assert watch.tracker("import", "folder", "captures", "--document", LANTERN).code == 0
    return watch


def test_without_a_clause_the_ledger_is_told(promising: Any) -> None:
    ran = promising.tracker("history", LANTERN)
    assert ran.code == 0, ran.err
    assert f"[Kept] {POWER}" in ran.out
    assert f"[Broken off] {PROMISE}" in ran.out


def test_the_ledger_is_the_same_from_what_was_kept_between_runs(promising: Any) -> None:
    first, second = (promising.tracker("history", LANTERN, "--json") for _ in range(2))
    assert first.json == second.json
    assert first.json["schema"] == "tracker.ledger/1"
    assert [item["state"] for item in first.json["promises"]] == ["broken-off"]
    assert [item["state"] for item in first.json["powers"]] == ["kept"]


def test_the_ledger_of_a_time_tells_of_what_happened_in_it(promising: Any) -> None:
    told = promising.tracker("history", LANTERN, "--json", "--since", "2020-02-01").json
    assert [item["quote"]["text"] for item in told["promises"]] == [PROMISE]
    assert told["powers"] == []


def test_the_ledger_is_a_page_too(promising: Any) -> None:
    ran = promising.tracker("history", LANTERN, "--format", "html")
    assert ran.out.startswith("<!DOCTYPE html>")
    assert POWER in ran.out


def test_the_page_of_the_document_has_the_ledger(promising: Any) -> None:
    assert promising.tracker("site", "build").code == 0
    page = (promising.folder / "site" / "lantern" / "privacy-policy" / "index.html").read_text(encoding="utf-8")
    assert "What it promises" in page
    assert POWER in page
