"""`tracker transparency`, and the datasets of figures that the nightly job takes in. All figures are invented."""

from __future__ import annotations

import csv
import errno
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import FiguresVersion

FIRST: dict[str, list[dict[str, Any]]] = {
    "NOR": [
        {"from": "20230101", "to": "20230930", "requests": 4, "users": 9},
        {"from": "20230101", "to": "20231231", "requests": 30, "users": 50},
    ],
    "SWE": [
        {"from": "20230101", "to": "20230331", "requests": 0, "users": 0},
        {"from": "20230701", "to": "20230930", "requests": 5, "users": 6},
    ],
}
#: What Sweden said is revised, and its fourth quarter has come.
SECOND = FIRST | {
    "SWE": [
        FIRST["SWE"][0],
        FIRST["SWE"][1] | {"requests": 7},
        {"from": "20231001", "to": "20231231", "requests": 8, "users": 9},
    ]
}
ANSWER = """\
Transparency report for the period from 1 January 2025 to 31 March 2025

Fulfilled requests from Norway for IP address and/or phone number:
37

Affected users:
58

All requests are processed according to section 8.3 of the Privacy Policy
"""


@pytest.fixture
def courier(watch: Any) -> Any:
    """A watch repository with two versions of a dataset beside it, in files and, as yet, the first on the server."""
    for name, figures in (("first", FIRST), ("second", SECOND)):
        (watch.folder / f"{name}.json").write_text(json.dumps(figures), encoding="utf-8")
    serve(watch, FIRST)
    return watch


def serve(watch: Any, figures: Any, path: str = "/figures.json", **facts: Any) -> None:
    body = figures if isinstance(figures, str | bytes) else json.dumps(figures)
    watch.site.serve(path, body, headers={"Content-Type": "text/plain; charset=utf-8"}, **facts)


def declare(watch: Any, publisher: str = "Courier", **facts: Any) -> Path:
    """Declare the dataset at `/figures.json`."""
    path: Path = watch.folder / "transparency" / f"{publisher}.json"
    path.parent.mkdir(exist_ok=True)
    dataset = {"name": "community", "fetch": watch.site.url("/figures.json"), "credit": "Ann Lee, CC BY 4.0"}
    path.write_text(json.dumps({"made_up": True, "datasets": [dataset | facts]}), encoding="utf-8")
    return path


def take_in(watch: Any, *arguments: str, publisher: str = "Courier") -> Any:
    return watch.tracker("transparency", "import", *arguments, "--publisher", publisher, "--json")


def show(watch: Any, *arguments: str, publisher: str = "Courier") -> Any:
    return watch.tracker("transparency", "show", *arguments, "--publisher", publisher)


def versions(watch: Any) -> list[tuple[str, bytes]]:
    with watch.archive() as archive:
        return [
            (version.url, version.content) for listed in archive.figures().values() for version in listed
        ]  # fmt: skip


def news(ran: Any) -> list[tuple[str, str, str, Any, Any]]:
    return [
        (row["kind"], row["country"], row["from"], row["old"], row["new"])
        for dataset in ran.json["datasets"]
        for row in dataset["news"]
    ]


# ------------------------------------------------------------------------------------------------------------- import


def test_a_file_is_archived_as_it_is_and_counted(courier: Any) -> None:
    ran = take_in(courier, "first.json", "--credit", "Ann Lee, CC BY 4.0", "--at", "2025-01-10")
    assert (ran.code, ran.json["failed"]) == (0, [])
    (done,) = ran.json["datasets"]
    assert {key: done[key] for key in ("publisher", "dataset", "outcome", "fetched_at", "countries", "rows")} == {
        "publisher": "Courier",
        "dataset": "community",
        "outcome": "first",
        "fetched_at": "2025-01-10T00:00:00Z",
        "countries": ["NOR", "SWE"],
        "rows": 4,
    }
    assert (done["contradictions"], done["news"], done["problem"]) == ([], [], None)
    assert [(row["country"], row["measure"], row["value"], row["reported"]) for row in done["derived"]] == [
        ("NOR", "requests", 26, None),
        ("NOR", "users", 41, None),
    ]
    assert (done["derived_count"], done["confirmed_count"]) == (2, 0)
    assert versions(courier) == [("first.json", (courier.folder / "first.json").read_bytes())]
    assert courier.tracker("verify").code == 0


def test_what_follows_and_what_contradicts_is_said(courier: Any) -> None:
    wrong = FIRST | {"NOR": [*FIRST["NOR"], {"from": "20231001", "to": "20231231", "requests": 26, "users": 40}]}
    (courier.folder / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    said = courier.tracker("transparency", "import", "wrong.json", "--publisher", "Courier", "-v").out
    assert "Courier, community: first version" in said
    assert "2 countries, 5 rows" in said
    assert "1 contradiction; all reports are kept" in said
    assert "Norway, users affected: " in said
    assert "0 figures derived from others; 2 more follow from others" in said
    assert "as reported" in said


def test_an_address_is_fetched(courier: Any) -> None:
    ran = take_in(courier, courier.site.url("/figures.json"))
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (0, "first")
    assert versions(courier) == [(courier.site.url("/figures.json"), json.dumps(FIRST).encode())]
    agent = courier.site.pages["/figures.json"].requests[-1].headers["User-Agent"]
    assert "https://watch.example/about" in agent


@pytest.mark.parametrize("kind", ["application/json", "text/csv", "application/octet-stream", ""])
def test_data_of_any_media_type_is_taken(courier: Any, kind: str) -> None:
    courier.site.serve("/figures.json", json.dumps(FIRST), headers={"Content-Type": kind} if kind else {})
    assert take_in(courier, courier.site.url("/figures.json")).code == 0
    declare(courier)
    assert courier.tracker("transparency", "import").code == 0


def test_an_address_that_has_nothing_is_named_with_the_next_step(courier: Any) -> None:
    ran = take_in(courier, courier.site.url("/absent.json"))
    assert ran.code == 1
    assert "/absent.json could not be had" in ran.err
    assert "404" in ran.err
    assert "Failure(" not in ran.err
    assert not (courier.folder / "archive.git").exists()


def test_declared_datasets_are_fetched_without_a_name(courier: Any) -> None:
    declare(courier)
    declare(courier, "Lantern")
    ran = courier.tracker("transparency", "import", "--json")
    assert ran.code == 0
    assert [(done["publisher"], done["outcome"]) for done in ran.json["datasets"]] == [
        ("Courier", "first"),
        ("Lantern", "first"),
    ]
    shown = show(courier, "--json").json
    assert shown["made_up"] is True
    assert [source["credit"] for source in shown["sources"]] == ["Ann Lee, CC BY 4.0"]


def test_a_declared_dataset_that_cannot_be_had_does_not_hold_up_the_others(courier: Any) -> None:
    declare(courier, "Absent", fetch=courier.site.url("/absent.json"))
    declare(courier)
    declare(courier, "Wrong", form="xml")
    ran = courier.tracker("transparency", "import", "--json")
    assert ran.code == 1
    assert {done["publisher"]: done["outcome"] for done in ran.json["datasets"]} == {
        "Absent": "failed",
        "Courier": "first",
    }
    failed = "\n".join(ran.json["failed"])
    assert "Wrong.json: datasets.0.form: the form of a dataset is one of by-country, csv" in failed
    assert "Absent, community: failed: " in failed
    assert next(done for done in ran.json["datasets"] if done["publisher"] == "Absent")["next_step"]


def test_without_anything_to_import_the_next_step_is_named(courier: Any) -> None:
    ran = courier.tracker("transparency", "import")
    assert ran.code == 2
    assert "docs/transparency.md" in ran.err


def test_the_same_bytes_again_are_no_version(courier: Any) -> None:
    take_in(courier, "first.json", "--at", "2025-01-10")
    head = courier.head()
    ran = take_in(courier, "first.json")
    assert (ran.code, ran.json["datasets"][0]["outcome"], ran.json["datasets"][0]["rows"]) == (0, "unchanged", 4)
    assert ran.json["datasets"][0]["fetched_at"] == "2025-01-10T00:00:00Z"
    assert courier.head() == head
    assert "nothing new since" in courier.tracker("transparency", "import", "first.json", "--publisher", "Courier").out


def test_a_new_version_lists_what_is_revised_and_what_is_new(courier: Any) -> None:
    take_in(courier, "first.json", "--at", "2025-01-10")
    ran = take_in(courier, "second.json", "--at", "2025-02-10")
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (0, "new-version")
    assert news(ran) == [
        ("revised", "SWE", "2023-07-01", {"requests": 5, "users": 6}, {"requests": 7, "users": 6}),
        ("new-period", "SWE", "2023-10-01", None, {"requests": 8, "users": 9}),
    ]
    assert len(versions(courier)) == 2
    (source,) = show(courier, "--json").json["sources"]
    assert (source["versions"], source["fetched_at"]) == (2, "2025-02-10T00:00:00Z")
    said = courier.tracker(
        "transparency", "import", "first.json", "--publisher", "Courier", "--at", "2025-03-10", "--name", "community"
    ).out
    assert "revised: Sweden, July to September 2023: 7 requests, 6 users -> 5 requests, 6 users" in said
    assert "withdrawn: Sweden, October to December 2023: 8 requests, 9 users -> nothing" in said


def test_whom_to_name_may_be_put_right(courier: Any) -> None:
    take_in(courier, "first.json", "--at", "2025-01-10")
    ran = take_in(courier, "first.json", "--at", "2025-01-10", "--credit", "Ann Lee, CC BY 4.0")
    assert (ran.code, ran.json["datasets"][0]["outcome"], news(ran)) == (0, "new-version", [])
    (source,) = show(courier, "--json").json["sources"]
    assert (source["credit"], source["versions"]) == ("Ann Lee, CC BY 4.0", 2)
    for credit in ("Ann Lee, CC BY 4.0", ""):
        ran = take_in(courier, "first.json", "--credit", credit)
        assert (ran.code, ran.json["datasets"][0]["outcome"]) == (0, "unchanged")
    assert len(versions(courier)) == 2
    assert courier.tracker("verify").code == 0


def test_the_form_may_be_put_right(courier: Any) -> None:
    take_in(courier, "first.json", publisher="Lantern")
    keep(courier, (courier.folder / "first.json").read_bytes(), form="csv")
    ran = take_in(courier, "first.json")
    assert (ran.code, ran.json["datasets"][0]["outcome"], news(ran)) == (0, "new-version", [])
    with courier.archive() as archive:
        listed = archive.figures()["Courier", "community"]
    assert [version.form for version in listed] == ["csv", "by-country"]


def test_of_two_datasets_the_later_one_counts(courier: Any) -> None:
    take_in(courier, "second.json", "--name", "a", "--at", "2025-02-10")
    take_in(courier, "first.json", "--name", "b", "--at", "2025-01-10")
    (tally,) = [row for row in show(courier, "SWE", "--json").json["series"] if row["from"] == "2023-07-01"]
    assert (tally["requests"]["value"], tally["requests"]["others"]) == (7, [5])


def test_a_version_that_lost_most_of_its_periods_is_believed_only_where_somebody_says_so(courier: Any) -> None:
    take_in(courier, "first.json", "--at", "2025-01-10")
    few = {"SWE": FIRST["SWE"][:1]}
    (courier.folder / "few.json").write_text(json.dumps(few), encoding="utf-8")
    ran = take_in(courier, "few.json", "--at", "2025-02-10")
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (1, "refused")
    assert "of 4 periods only 1 are left" in ran.json["datasets"][0]["problem"]
    assert "--accept" in ran.json["datasets"][0]["next_step"]
    assert len(versions(courier)) == 1
    ran = take_in(courier, "few.json", "--at", "2025-02-10", "--accept")
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (0, "new-version")
    assert [row[0] for row in news(ran)] == ["withdrawn"] * 3


@pytest.mark.parametrize("row", [{"users": "6"}, {"to": "20230931"}, {"requests": 0}, {"more": 1}])
def test_one_wrong_row_refuses_the_whole_and_nothing_is_archived(courier: Any, row: dict[str, Any]) -> None:
    wrong = FIRST | {"SWE": [*FIRST["SWE"], FIRST["SWE"][1] | row]}
    (courier.folder / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    ran = take_in(courier, "wrong.json")
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (1, "refused")
    assert "wrong.json: " in ran.json["datasets"][0]["problem"]
    assert "'SWE', row 3: " in ran.json["datasets"][0]["problem"]
    assert versions(courier) == []
    take_in(courier, "first.json", "--at", "2025-01-10")
    assert take_in(courier, "wrong.json").code == 1
    assert len(versions(courier)) == 1


def test_a_version_that_is_older_than_the_newest_is_refused(courier: Any) -> None:
    take_in(courier, "second.json", "--at", "2025-02-10")
    for moment in ("2025-02-10", "2025-01-10T12:00:00Z"):
        ran = take_in(courier, "first.json", "--at", moment)
        assert (ran.code, ran.json["datasets"][0]["outcome"]) == (1, "refused")
        assert "2025-02-10T00:00:00Z is archived" in ran.json["datasets"][0]["problem"]
    assert take_in(courier, "first.json", "--at", "2025-01-10", "--name", "past").code == 0
    assert len(versions(courier)) == 2


def test_a_table_is_read_by_its_ending_and_by_its_form(courier: Any) -> None:
    table = "country,from,to,received,requests,users\nNorway,2023-01-01,2023-03-31,40,3,7\n"
    for name in ("figures.csv", "figures.txt"):
        (courier.folder / name).write_text(table, encoding="utf-8")
    assert take_in(courier, "figures.csv").code == 0
    assert take_in(courier, "figures.txt", publisher="Lantern").code == 1
    assert take_in(courier, "figures.txt", "--form", "csv", publisher="Lantern").code == 0
    (row,) = show(courier, "NOR", "--json").json["series"]
    assert (row["received"]["value"], row["requests"]["value"]) == (40, 3)
    assert "Received" in show(courier, "NOR").out


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (("absent.json",), "absent.json cannot be read"),
        ((".",), "cannot be read"),
        (("first.json", "--form", "xml"), "one of by-country, csv, not 'xml'"),
        (("first.json", "--name", "../up"), "'../up' is no name of a dataset"),
        (("first.json", "--name", ""), "'' is no name of a dataset"),
        (("first.json", "--publisher", "a/b"), "'a/b' is no name of a publisher"),
        (("first.json", "--credit", "a\nb"), "no credit of a dataset"),
        (("first.json", "--at", "yesterday"), "--at takes a day"),
        (("first.json", "--at", "2999-01-01"), "lies in the future"),
        (("http://127.0.0.1:9/x.json", "--at", "2023-01-01"), "--at says when a file was published"),
        (("https://me:s3cret@127.0.0.1:9/x.json",), "the address holds credentials"),
        (("https://me:s3cret@127.0.0.1:9/x.json\n",), "must be percent-encoded"),
        (("--at", "2023-01-01"), "--at says when a file was published"),
    ],
)
def test_what_cannot_be_asked_for_is_named(courier: Any, arguments: tuple[str, ...], cause: str) -> None:
    ran = courier.tracker("transparency", "import", *arguments)
    assert ran.code == 2
    assert cause in ran.err
    assert "s3cret" not in ran.err
    assert not (courier.folder / "archive.git").exists()


def test_a_name_that_would_not_print_is_shown_escaped(courier: Any) -> None:
    name = b"f\xff\n.json"
    (courier.folder / os.fsdecode(name)).write_text(json.dumps(FIRST), encoding="utf-8")
    assert take_in(courier, os.fsdecode(name)).code == 0
    ((url, _),) = versions(courier)
    assert url == "f\\udcff\\n.json"


ROWS = ".tracker/figures/Courier/community/versions.jsonl"


def damage(watch: Any, content: bytes = b'{"schema": "tracker.figures/1"}\n') -> None:
    """Have the rows of Courier's dataset be others."""
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    with watch.archive() as archive, archive.lock(moment):
        transaction = archive.transaction(at=moment)
        transaction._files[ROWS] = content
        transaction.commit()


def keep(watch: Any, content: bytes, **facts: Any) -> None:
    """Archive a version that today's rules would refuse."""
    moment = datetime(2025, 5, 1, tzinfo=UTC)
    described = {"publisher": "Courier", "name": "community", "form": "by-country", "url": "x.json"}
    with watch.archive() as archive, archive.lock(moment):
        transaction = archive.transaction(at=moment)
        transaction.put_figures(FiguresVersion(**(described | facts), fetched_at=moment, content=content))
        transaction.commit()


def test_a_damaged_dataset_is_named_by_verify_and_by_show(courier: Any) -> None:
    take_in(courier, "first.json")
    damage(courier)
    ran = courier.tracker("verify", "--json")
    assert ran.code == 3
    assert [problem["where"] for problem in ran.json["problems"]] == [f"{ROWS}, line 1"]
    ran = show(courier)
    assert (ran.code, ran.out) == (1, "")
    assert "Courier, community: Reading .tracker/figures/" in ran.err
    assert "'tracker verify'" in ran.err
    # A message that somebody was sent is kept whatever became of the figures beside it.
    ran = add(courier, stdin=ANSWER)
    assert (ran.code, ran.json["added"]) == (0, 1)
    assert "figures passed over: " in ran.err
    ran = show(courier, "--json")
    assert (ran.code, [source["name"] for source in ran.json["sources"]]) == (1, ["messages"])
    assert "Courier, community" in ran.err


@pytest.mark.parametrize("publisher", ["Courier", "Lantern"])
def test_damage_to_one_dataset_does_not_hold_up_the_others(courier: Any, publisher: str) -> None:
    take_in(courier, "first.json")
    damage(courier)
    ran = take_in(courier, "first.json", "--name", "own", publisher=publisher)
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (0, "first")
    assert "figures passed over: " in ran.err
    assert "Courier, community: " in ran.err
    ran = show(courier, "--json", publisher=publisher)
    assert (ran.code, {source["name"] for source in ran.json["sources"]}) == (int(publisher == "Courier"), {"own"})
    assert "Courier, community: " in ran.err


def test_nothing_is_added_to_a_dataset_that_is_damaged(courier: Any) -> None:
    take_in(courier, "first.json")
    damage(courier)
    head = courier.head()
    ran = take_in(courier, "second.json")
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (1, "refused")
    assert "line 1" in ran.json["datasets"][0]["problem"]
    assert "mend it" in ran.json["datasets"][0]["next_step"]
    assert courier.head() == head


def test_a_version_that_the_rules_of_today_refuse_is_passed_over(courier: Any) -> None:
    take_in(courier, "first.json", "--name", "own", publisher="Lantern")
    keep(courier, b'{"NOR": [{"from": "20230101"}]}')
    add(courier, stdin=ANSWER)
    ran = show(courier, "--json")
    assert (ran.code, [source["name"] for source in ran.json["sources"]]) == (1, ["messages"])
    assert "Courier, community: the archived version of 2025-05-01T00:00:00Z cannot be right: 'NOR', row 1" in ran.err
    assert show(courier, publisher="Lantern").code == 0
    built = courier.tracker("site", "build")
    assert (built.code, "figures passed over: " in built.err) == (1, True)
    assert (courier.folder / "site" / "transparency" / "lantern" / "index.html").is_file()
    # A version that can be read follows all the same; of what is new since nobody can tell.
    ran = take_in(courier, "first.json")
    assert (ran.json["datasets"][0]["outcome"], ran.json["datasets"][0]["news"]) == ("new-version", [])
    assert courier.tracker("site", "build").code == 0, "what was replaced keeps nobody from what replaced it"


# --------------------------------------------------------------------------------------------------------------- show


def test_a_country_is_shown_by_quarter_with_what_follows_marked(courier: Any) -> None:
    take_in(courier, "first.json")
    said = show(courier, "NOR").out
    assert "Courier, Norway (NOR)" in said
    assert "January to September 2023" in said
    assert "26*" in said
    assert "requests fulfilled = 30 (2023) \N{MINUS SIGN} 4 (January to September 2023)" in said
    assert "(2023)" in said
    assert "* follows from other reports" in said
    sweden = [line.split() for line in show(courier, "SWE").out.splitlines() if "2023" in line]
    assert [line[-2:] if "known" in line else line[-3:] for line in sweden] == [
        ["0", "0", "reported"], ["nothing", "known"], ["5", "6", "reported"], ["nothing", "known"],
    ]  # fmt: skip


@pytest.mark.parametrize("asked", ["nor", "NOR", "Norway", " norway "])
def test_a_country_is_asked_for_by_code_or_name(courier: Any, asked: str) -> None:
    take_in(courier, "first.json")
    assert {row["country"] for row in show(courier, asked, "--json").json["rows"]} == {"NOR"}


def test_a_country_or_publisher_that_is_unknown_is_named_with_those_that_are(courier: Any) -> None:
    take_in(courier, "first.json")
    ran = show(courier, "FRA")
    assert ran.code == 2
    assert "no reports for 'FRA' are stored; there are: NOR, SWE" in ran.err
    ran = show(courier, publisher="Lantern")
    assert ran.code == 2
    assert "there are those of Courier" in ran.err
    ran = show(courier, "--format", "xml")
    assert ran.code == 2
    assert "text, csv or json" in ran.err


def test_all_countries_are_shown_with_their_latest_period(courier: Any) -> None:
    take_in(courier, "first.json")
    lines = [line.split() for line in show(courier).out.splitlines() if line]
    assert lines[1] == ["NOR", "Norway", "October", "to", "December", "2023", "26*", "41*"]
    assert lines[2] == ["SWE", "Sweden", "July", "to", "September", "2023", "5", "6"]


def test_figures_as_csv_have_a_row_for_each_figure(courier: Any) -> None:
    take_in(courier, "second.json")
    ran = show(courier, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [
        (row["country"], row["from"], row["to"], row["measure"], row["value"], row["basis"]) for row in rows
    ] == [
        ("NOR", "2023-01-01", "2023-09-30", "requests", "4", "reported"),
        ("NOR", "2023-01-01", "2023-09-30", "users", "9", "reported"),
        ("NOR", "2023-01-01", "2023-12-31", "requests", "30", "reported"),
        ("NOR", "2023-01-01", "2023-12-31", "users", "50", "reported"),
        ("NOR", "2023-10-01", "2023-12-31", "requests", "26", "derived"),
        ("NOR", "2023-10-01", "2023-12-31", "users", "41", "derived"),
        ("SWE", "2023-01-01", "2023-03-31", "requests", "0", "reported"),
        ("SWE", "2023-01-01", "2023-03-31", "users", "0", "reported"),
        ("SWE", "2023-04-01", "2023-06-30", "requests", "", "gap"),
        ("SWE", "2023-04-01", "2023-06-30", "users", "", "gap"),
        ("SWE", "2023-07-01", "2023-09-30", "requests", "7", "reported"),
        ("SWE", "2023-07-01", "2023-09-30", "users", "6", "reported"),
        ("SWE", "2023-10-01", "2023-12-31", "requests", "8", "reported"),
        ("SWE", "2023-10-01", "2023-12-31", "users", "9", "reported"),
    ]  # fmt: skip
    assert {row["sources"] for row in rows if row["basis"] == "reported"} == {"community"}
    assert {row["name"] for row in rows} == {"Norway", "Sweden"}
    assert {row["derived_from"] for row in rows if row["basis"] != "derived"} == {""}


def test_no_cell_acts_in_a_spreadsheet(courier: Any) -> None:
    (courier.folder / "=1+1").write_text(ANSWER, encoding="utf-8")
    add(courier, "=1+1")
    rows = list(csv.DictReader(io.StringIO(show(courier, "--format", "csv").out)))
    assert {row["sources"] for row in rows} == {"'=1+1"}


def test_figures_as_json_say_what_is_reported_and_what_follows(courier: Any) -> None:
    take_in(courier, "second.json")
    told = show(courier, "SWE", "--format", "json").json
    assert told["schema"] == "tracker.transparency/1"
    assert [(row["from"], row["requests"]["value"], row["requests"]["basis"]) for row in told["series"]] == [
        ("2023-01-01", 0, "reported"),
        ("2023-04-01", None, "gap"),
        ("2023-07-01", 7, "reported"),
        ("2023-10-01", 8, "reported"),
    ]
    assert told["derived"] == []
    assert [row["country"] for row in show(courier, "--json").json["derived"]] == ["NOR", "NOR"]


# ---------------------------------------------------------------------------------------------------------------- add


def rows_of(watch: Any, publisher: str = "Courier") -> list[dict[str, Any]]:
    path: Path = watch.folder / "transparency" / f"{publisher}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def add(watch: Any, *arguments: str, stdin: str | bytes | None = None) -> Any:
    return watch.tracker("transparency", "add", *arguments, "--publisher", "Courier", "--json", stdin=stdin)


def test_who_said_it_and_when_it_was_added_is_kept(courier: Any) -> None:
    (courier.folder / "answer.txt").write_text(ANSWER, encoding="utf-8")
    assert add(courier, "answer.txt").code == 0
    assert add(courier, stdin=ANSWER.replace("37", "39")).code == 0
    assert [(row["source"], row["requests"]) for row in rows_of(courier)] == [("answer.txt", 37), ("stdin", 39)]
    assert all(row["added_at"].endswith("Z") for row in rows_of(courier))
    (source,) = show(courier, "--json").json["sources"]
    assert (source["name"], source["versions"]) == ("messages", 2)
    assert source["fetched_at"] == max(row["added_at"] for row in rows_of(courier))


def test_rows_of_early_versions_are_read_and_stay(courier: Any) -> None:
    add(courier, stdin=ANSWER)
    path = courier.folder / "transparency" / "Courier.jsonl"
    (row,) = rows_of(courier)
    early = {key: value for key, value in row.items() if key not in ("source", "added_at")}
    path.write_text(json.dumps(early | {"schema": "tracker.transparency/1"}) + "\n", encoding="utf-8")
    assert [(row["from"], row["requests"]) for row in show(courier, "--json").json["rows"]] == [("2025-01-01", 37)]
    assert add(courier, stdin=ANSWER).json["known"] == 1
    ran = add(courier, stdin=ANSWER.replace("37", "39"))
    assert (ran.json["added"], len(ran.json["conflicts"])) == (1, 1)
    assert [row.get("source") for row in rows_of(courier)] == ["", "stdin"]


def test_a_message_that_contradicts_a_dataset_is_named(courier: Any) -> None:
    figures = {"NOR": [{"from": "20250101", "to": "20250331", "requests": 36, "users": 58}]}
    (courier.folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    take_in(courier, "figures.json")
    ran = add(courier, stdin=ANSWER)
    (conflict,) = ran.json["conflicts"]
    assert "Norway, requests fulfilled" in conflict
    (tally,) = show(courier, "NOR", "--json").json["series"]
    assert (tally["requests"]["value"], tally["requests"]["others"]) == (37, [36])
    assert (tally["users"]["value"], tally["users"]["others"]) == (58, [])


def test_a_file_whose_name_breaks_lines_is_no_damage(courier: Any) -> None:
    name = os.fsdecode("one\N{LINE SEPARATOR}two\xff.txt".encode("utf-8") + b"\xff")
    (courier.folder / name).write_text(ANSWER, encoding="utf-8")
    assert add(courier, name).code == 0
    assert show(courier, "NOR").code == 0
    assert len(rows_of(courier)) == 1


def test_reports_that_are_added_at_once_are_all_kept(courier: Any) -> None:
    """Processes, since a lock keeps out those alone; each reads what the others wrote before it writes."""
    command = [sys.executable, "-m", "tracker", "transparency", "add", "--publisher", "Courier"]
    running = []
    for count in range(6):
        (courier.folder / f"{count}.txt").write_text(ANSWER.replace("37", str(37 + count)), encoding="utf-8")
        running.append(subprocess.Popen([*command, f"{count}.txt"], cwd=courier.folder, env=_path_of_package()))
    assert [process.wait(60) for process in running] == [0] * 6
    assert sorted(row["requests"] for row in rows_of(courier)) == [37, 38, 39, 40, 41, 42]
    assert {path.name for path in (courier.folder / "transparency").iterdir()} == {".lock", "Courier.jsonl"}


def _path_of_package() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def test_whoever_adds_reports_waits_for_the_one_before(courier: Any) -> None:
    folder = courier.folder / "transparency"
    folder.mkdir()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done: list[Any] = []
        waiting = threading.Thread(target=lambda: done.append(add(courier, stdin=ANSWER)))
        waiting.start()
        waiting.join(0.5)
        assert done == []
        assert not (folder / "Courier.jsonl").exists()
        fcntl.flock(lock, fcntl.LOCK_UN)
        waiting.join(30)
    assert [ran.code for ran in done] == [0]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (ANSWER.replace("37", "\xe9").encode("latin-1"), "it is no UTF-8"),
        (ANSWER.encode("utf-16"), "it is no UTF-8"),
        (("\u0416" * 200_001).encode(), "is far larger than any such message"),
        (b"\0" * 400_001, "is far larger than any such message"),
    ],
)
def test_what_is_no_text_is_named(courier: Any, content: bytes, cause: str) -> None:
    (courier.folder / "answer.txt").write_bytes(content)
    for ran, where in ((add(courier, "answer.txt"), "answer.txt"), (add(courier, stdin=content), "standard input")):
        assert ran.code == 2
        assert ran.err.startswith(f"tracker: {where} ")
        assert cause in ran.err
    assert not (courier.folder / "transparency").exists()


def test_text_is_read_alike_from_files_and_from_standard_input(courier: Any) -> None:
    content = ("\ufeff" + ANSWER.replace("\n", "\r\n")).encode()
    (courier.folder / "answer.txt").write_bytes(content)
    assert add(courier, "answer.txt").json["added"] == 1
    assert add(courier, stdin=content).json["known"] == 1


def test_a_period_that_is_not_over_is_refused(courier: Any) -> None:
    ran = add(courier, stdin=ANSWER.replace("2025", "2090"))
    assert ran.code == 1
    assert "the period ends on 2090-03-31" in ran.err
    assert not (courier.folder / "transparency").exists()
    ran = take_in(courier, "first.json", "--at", "2023-12-30T23:59:59Z")
    assert (ran.code, ran.json["datasets"][0]["outcome"]) == (1, "refused")
    assert "after 2023-12-30" in ran.json["datasets"][0]["problem"]
    assert take_in(courier, "first.json", "--at", "2023-12-31").code == 0


def test_a_folder_that_takes_nothing_is_named(courier: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = courier.folder / "transparency"
    folder.write_text("", encoding="utf-8")
    ran = add(courier, stdin=ANSWER)
    assert ran.code == 2
    assert f"reports cannot be stored in {folder}" in ran.err
    folder.unlink()

    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied")

    # Whoever runs the tests may be root, whom no folder keeps out.
    for owner, name in ((tempfile, "mkstemp"), (fcntl, "flock")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, refuse)
            ran = add(courier, stdin=ANSWER)
        assert (ran.code, "Permission denied. It must be a folder" in ran.err) == (2, True), ran.err
        assert not (folder / "Courier.jsonl").exists()
    (folder / ".lock").unlink()
    (folder / ".lock").mkdir()
    ran = add(courier, stdin=ANSWER)
    assert (ran.code, "cannot be stored" in ran.err) == (2, True), ran.err


@pytest.mark.parametrize("publisher", ["", ".hidden", "a/b", "a\\b", "a\nb", "Telegram ", "Tele:gram", "\u6587" * 80])
def test_a_publisher_that_could_be_no_file_is_refused(courier: Any, publisher: str) -> None:
    ran = courier.tracker("transparency", "add", "--publisher", publisher, stdin=ANSWER)
    assert ran.code == 2
    assert "no name of a publisher" in ran.err
    assert not (courier.folder / "transparency").exists()


def test_a_file_whose_name_is_no_publishers_is_passed_over(courier: Any) -> None:
    add(courier, stdin=ANSWER)
    folder = courier.folder / "transparency"
    shutil.copy(folder / "Courier.jsonl", folder / "Courier .jsonl")
    (folder / "Lantern .json").write_text("{}", encoding="utf-8")
    take_in(courier, "first.json")
    built = courier.tracker("site", "build")
    assert built.code == 1
    assert "'Courier ' is no name of a publisher" in built.err
    assert show(courier).code == 0
    (error,) = courier.tracker("check", "transparency", "--json").json["errors"]
    assert Path(error["file"]).name == "Lantern .json"
    assert "'Lantern ' is no name of a publisher" in error["cause"]


def test_rows_that_are_damaged_are_named_by_add_show_and_doctor(courier: Any) -> None:
    add(courier, stdin=ANSWER)
    path = courier.folder / "transparency" / "Courier.jsonl"
    for damage in (b'{"schema": 1}\n', b"\xff\n"):
        path.write_bytes(damage)
        for ran in (add(courier, stdin=ANSWER), show(courier)):
            assert ran.code == 1
            assert ran.err.startswith("tracker: Reading a transparency report: ")
        findings = courier.tracker("doctor", "--json").json["findings"]
        assert [row["status"] for row in findings if row["name"] == "figures"] == ["problem"]
        assert path.read_bytes() == damage


# ------------------------------------------------------------------------------------------------------ the nightly job


@pytest.fixture
def nightly(courier: Any, make_page: Any) -> Any:
    """One document, one dataset."""
    courier.site.serve("/privacy", make_page())
    courier.declare("Lantern", {"Privacy Policy": "/privacy"})
    declare(courier)
    return courier


def outcomes(ran: Any) -> list[tuple[str, str]]:
    return [(told["publisher"], told["outcome"]) for told in ran.json["figures"]]


def test_a_run_takes_in_the_figures_after_the_documents(nightly: Any) -> None:
    ran = nightly.run(1)
    assert (ran.code, outcomes(ran)) == (0, [("Courier", "first")])
    assert ran.json["figures"][0]["fetched_at"] == "2024-10-01T03:00:00Z"
    ran = nightly.run(2)
    assert (ran.code, outcomes(ran)) == (0, [("Courier", "unchanged")])
    serve(nightly, SECOND)
    ran = nightly.run(3)
    assert (ran.code, outcomes(ran)) == (0, [("Courier", "new-version")])
    assert [row["kind"] for row in ran.json["figures"][0]["news"]] == ["revised", "new-period"]
    assert nightly.subjects()[-1] == "Record figures of 2024-10-03"
    assert nightly.tracker("verify").code == 0


def test_what_is_new_is_said(nightly: Any) -> None:
    nightly.run(1)
    serve(nightly, SECOND)
    said = nightly.tracker("run", "--at", "2024-10-02T03:00:00Z").out
    assert "Courier, community: new version 2024-10-02T03:00:00Z" in said
    assert "revised: Sweden" in said
    again = nightly.tracker("run", "--at", "2024-10-03T03:00:00Z")
    assert "community" not in again.out + again.err
    assert "nothing new since" in nightly.tracker("run", "--at", "2024-10-04T03:00:00Z", "-v").out
    serve(nightly, FIRST)
    quiet = nightly.tracker("run", "--at", "2024-10-05T03:00:00Z", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


@pytest.mark.parametrize(
    ("body", "outcome", "cause"),
    [
        (None, "failed", "404"),
        ("<!doctype html>", "refused", "no JSON"),
        (json.dumps(FIRST).replace("9}", "true}"), "refused", "'NOR', row 1: True is no count"),
        (json.dumps({"SWE": FIRST["SWE"][:1]}), "refused", "only 1 are left"),
    ],
)
def test_figures_that_cannot_be_taken_in_are_named_and_stop_nothing(
    nightly: Any, make_page: Any, body: str | None, outcome: str, cause: str
) -> None:
    nightly.run(1)
    serve(nightly, body or "gone", status=200 if body else 404)
    nightly.site.serve("/privacy", make_page().replace("<p>Backups", "<p>Most backups"))
    ran = nightly.run(2)
    assert (ran.code, outcomes(ran)) == (1, [("Courier", outcome)])
    assert cause in ran.json["figures"][0]["problem"]
    assert ran.json["figures"][0]["next_step"]
    assert ran.json["results"][0]["outcome"] == "changed"
    assert versions(nightly) == [(nightly.site.url("/figures.json"), json.dumps(FIRST).encode())]
    for arguments in ((), ("--quiet",)):
        said = nightly.tracker("run", "--at", "2024-10-03T03:00:00Z", *arguments)
        assert said.code == 1
        assert f"Courier, community: {outcome}: " in said.err


def test_a_wrong_file_is_named_and_stops_nothing(nightly: Any) -> None:
    (nightly.folder / "transparency" / "Wrong.json").write_text('{"made_up": 1}', encoding="utf-8")
    ran = nightly.run(1)
    assert (ran.code, outcomes(ran)) == (1, [("Courier", "first")])
    assert ran.json["results"][0]["outcome"] == "first-record"
    assert "figures passed over: " in ran.err
    assert "Wrong.json: made_up: " in ran.err


def test_where_nothing_is_declared_nothing_happens(lantern: Any) -> None:
    ran = lantern.run(2)
    assert (ran.code, ran.json["figures"]) == (0, [])
    assert not (lantern.folder / "transparency").exists()
    assert ".tracker/figures" not in lantern.git("ls-tree", "-r", "--name-only", "archive")


def test_a_run_of_some_documents_fetches_no_figures(nightly: Any) -> None:
    for arguments in (("Lantern",), ("--unconfirmed",)):
        ran = nightly.run(1, *arguments)
        assert (ran.code, ran.json["figures"]) == (0, [])
    assert nightly.site.pages["/figures.json"].requests == []


def test_two_datasets_whose_names_fold_to_one_are_kept_apart_by_a_refusal(nightly: Any) -> None:
    declare(nightly, "COURIER")
    ran = nightly.run(1)
    assert ran.code == 1
    assert outcomes(ran) == [("COURIER", "first"), ("Courier", "refused")]
    assert "cannot stand beside" in ran.json["figures"][1]["problem"]


def test_a_credit_that_is_named_later_is_told(nightly: Any) -> None:
    nightly.run(1)
    declare(nightly, credit="Bea Lund, CC0")
    nightly.run(2)
    assert show(nightly, "--json").json["sources"][0]["credit"] == "Bea Lund, CC0"


def test_an_invention_stays_one_wherever_its_archive_is_read(nightly: Any) -> None:
    nightly.run(1)
    take_in(nightly, "second.json", "--name", "another")
    (nightly.folder / "transparency" / "Courier.json").unlink()
    assert show(nightly, "--json").json["made_up"] is True


def test_the_settings_name_the_folder(nightly: Any) -> None:
    (nightly.folder / "transparency").rename(nightly.folder / "told")
    nightly.configure(transparency="told")
    assert outcomes(nightly.run(1)) == [("Courier", "first")]
    add(nightly, stdin=ANSWER)
    assert sorted(path.name for path in (nightly.folder / "told").iterdir()) == [
        ".lock", "Courier.json", "Courier.jsonl",
    ]  # fmt: skip
    assert nightly.tracker("check", "told/Courier.json", "--json").json["publishers"] == 1
    nightly.configure(transparency="told", site="told")
    assert "cannot hold 'transparency'" in nightly.tracker("run").err


# ------------------------------------------------------------------------------------------------- check and doctor


def test_check_validates_publishers_with_everything_else(nightly: Any) -> None:
    ran = nightly.tracker("check", "--json")
    assert (ran.code, ran.json["publishers"], ran.json["errors"]) == (0, 1, [])
    assert "1 documents, 0 degraded, 1 publishers, 0 errors" in nightly.tracker("check").out
    path = declare(nightly, form="xml", name="ok")
    ran = nightly.tracker("check", "--json")
    assert ran.code == 2
    assert [(Path(error["file"]).name, error["path"]) for error in ran.json["errors"]] == [
        ("Courier.json", "datasets.0.form")
    ]
    for chosen in ("transparency", "transparency/Courier.json", str(path)):
        alone = nightly.tracker("check", chosen, "--json")
        assert (alone.code, alone.json["documents"], len(alone.json["errors"])) == (2, [], 1)
    assert nightly.tracker("check", "declarations/Lantern.json", "--json").json["publishers"] == 0


def test_check_names_a_dataset_that_could_not_be_archived(nightly: Any) -> None:
    declare(nightly, name="a/b")
    (error,) = nightly.tracker("check", "--json").json["errors"]
    assert error["path"] == "datasets.0.name"
    assert "no name of a dataset" in error["cause"]


def test_doctor_names_wrong_files(nightly: Any) -> None:
    found = {row["name"]: row for row in nightly.tracker("doctor", "--json").json["findings"]}
    assert (found["figures"]["status"], found["figures"]["detail"]) == ("ok", "1 publishers")
    declare(nightly, fetch="figures.json")
    ran = nightly.tracker("doctor", "--json")
    assert ran.code == 1
    found = {row["name"]: row for row in ran.json["findings"]}
    assert found["figures"]["status"] == "problem"
    assert "datasets.0.fetch" in found["figures"]["detail"]
    assert "tracker check" in found["figures"]["next_step"]


def test_doctor_says_nothing_of_figures_where_there_are_none(lantern: Any) -> None:
    assert "figures" not in {row["name"] for row in lantern.tracker("doctor", "--json").json["findings"]}


# ----------------------------------------------------------------------------------------------------- the real dataset


@pytest.mark.shared
def test_the_community_dataset_is_imported_whole(watch: Any, shared_data: Path) -> None:
    shutil.copy(shared_data / "transparency" / "dataset.json", watch.folder / "dataset.json")
    ran = take_in(watch, "dataset.json", "--credit", "Te-k, CC BY 4.0", publisher="Telegram")
    (done,) = ran.json["datasets"]
    assert (ran.code, len(done["countries"]), done["rows"]) == (0, 83, 299)
    (contradiction,) = done["contradictions"]
    assert (contradiction["country"], contradiction["measure"], contradiction["kind"]) == ("GBR", "users", "sum")
    assert contradiction["whole"]["value"] == 293
    assert [part["value"] for part in contradiction["parts"]] == [7, 292]
    assert (done["derived_count"], done["confirmed_count"]) == (6, 256)

    usa = watch.tracker("transparency", "show", "USA", "--json").json
    rows = {(row["from"], row["to"]): (row["requests"], row["users"]) for row in usa["rows"]}
    assert rows["2024-01-01", "2024-09-30"] == (14, 108)
    assert rows["2024-01-01", "2024-12-31"] == (900, 2253)
    assert rows["2024-10-01", "2024-12-31"] == (886, 2145)
    fourth = [row for row in usa["derived"] if (row["from"], row["to"]) == ("2024-10-01", "2024-12-31")]
    assert {row["measure"]: (row["value"], row["reported"]) for row in fourth} == {
        "requests": (886, 886),
        "users": (2145, 2145),
    }
    series = watch.tracker("transparency", "show", "France", "--json").json["series"]
    third = next(row for row in series if row["from"] == "2024-07-01")
    assert (third["requests"]["value"], third["users"]["value"]) == (210, 632)
    assert third["requests"]["basis"] == "reported"


def test_a_damaged_file_of_messages_is_named_and_the_site_is_built_without_it(lantern: Any) -> None:
    assert lantern.run(2).code == 0
    assert lantern.tracker("transparency", "add", "--publisher", "Lantern", stdin=ANSWER).code == 0
    assert lantern.tracker("transparency", "add", "--publisher", "Courier", stdin=ANSWER).code == 0
    rows = lantern.folder / "transparency" / "Lantern.jsonl"
    rows.write_text(rows.read_text(encoding="utf-8").replace("37", '"37"'), encoding="utf-8")
    built = lantern.tracker("site", "build")
    assert built.code == 1
    assert "figures passed over" in built.err
    assert "Lantern.jsonl" in built.err
    page = (lantern.folder / "site" / "transparency" / "index.html").read_text(encoding="utf-8")
    assert "Courier" in page
    assert "lantern" not in {path.name for path in (lantern.folder / "site" / "transparency").iterdir()}
    night = lantern.run(3)
    assert night.code == 1
    assert "figures passed over" in night.err
    assert (lantern.folder / "site" / "lantern").is_dir(), "documents go on"


def test_a_damaged_dataset_is_named_and_the_site_is_built_without_it(nightly: Any) -> None:
    assert nightly.run(1).code == 0
    take_in(nightly, "first.json", "--name", "own", publisher="Lantern")
    damage(nightly)
    built = nightly.tracker("site", "build")
    assert built.code == 1
    assert "figures passed over: " in built.err
    assert "Courier, community: " in built.err
    assert (nightly.folder / "site" / "transparency" / "lantern" / "index.html").is_file()
    ran = nightly.run(2)
    assert (ran.code, outcomes(ran)) == (1, [("Courier", "refused")])
    assert (nightly.folder / "site" / "lantern").is_dir(), "documents go on"


# ----------------------------------------------------------------------------------------------- what a policy promises


PROMISE = "A quarterly transparency report says how many requests of authorities we fulfilled."


def test_a_promise_that_the_policy_drops_is_none(lantern: Any, make_page: Any, sentences: Any) -> None:
    lantern.configure(confirm_seconds=0)
    lantern.site.serve("/privacy", make_page(*sentences, PROMISE))
    lantern.run(2)
    lantern.run(3)
    assert lantern.tracker("transparency", "add", "--publisher", "Lantern", stdin=ANSWER).code == 0

    def promised() -> Any:
        cadence = show(lantern, "--json", publisher="Lantern").json["cadence"]
        return None if cadence is None else cadence["months"]

    assert promised() == 3
    lantern.site.serve("/privacy", make_page(*sentences))
    lantern.run(8)
    lantern.run(9)
    assert promised() is None
    assert show(lantern, "--json", publisher="Lantern").json["due_overall"] is None
    # Of a text that is withheld nobody can tell: what stood before it holds.
    ran = lantern.tracker("withhold", "Lantern/Privacy Policy", "2024-10-08", "--reason", "Court order 12/2025")
    assert ran.code == 0, ran.err
    assert promised() == 3
