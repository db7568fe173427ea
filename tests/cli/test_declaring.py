"""`init`, `add` and `check`: from nothing to a declaration that works."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_from_nothing_to_a_first_record(watch: Any, make_page: Any) -> None:
    (watch.folder / "tracker.toml").unlink()
    assert watch.tracker("init", "--title", 'Policies of "our" town').code == 0
    settings = (watch.folder / "tracker.toml").read_text(encoding="utf-8")
    assert 'title = "Policies of \\"our\\" town"' in settings
    assert watch.tracker("doctor", "--archive", "archive.git").code == 1  # nothing is declared yet
    (watch.folder / "tracker.toml").write_text(
        f'{settings}\nallow_private = true\nper_host_seconds = 0\narchive = "archive.git"\n', encoding="utf-8"
    )
    watch.site.serve("/privacy", make_page(chrome="Home Pricing Blog"))
    added = watch.tracker("add", watch.site.url("/privacy"), "--service", "Lantern", "--json")
    assert added.code == 0
    assert added.json["document"] == "Lantern/Privacy Policy"
    ran = watch.run(1)
    assert [(row["document"], row["outcome"]) for row in ran.json["results"]] == [
        ("Lantern/Privacy Policy", "first-record")
    ]


def test_init_leaves_existing_files_as_they_are(watch: Any) -> None:
    before = (watch.folder / "tracker.toml").read_bytes()
    ran = watch.tracker("init")
    assert ran.code == 0
    assert "tracker.toml" not in ran.out
    assert (watch.folder / "tracker.toml").read_bytes() == before
    assert watch.tracker("init").out.count("wrote") == 0


def test_add_shows_what_it_would_keep_and_writes_a_valid_declaration(
    watch: Any, make_page: Any, sentences: Any
) -> None:
    watch.site.serve("/legal/privacy", make_page(chrome="Home Pricing Blog"))
    ran = watch.tracker("add", watch.site.url("/legal/privacy"), "--service", "Lantern")
    assert ran.code == 0
    assert sentences[0] in ran.out
    assert sentences[-1] in ran.out
    assert "Pricing" not in ran.out
    path = watch.folder / "declarations" / "Lantern.json"
    declared = json.loads(path.read_text(encoding="utf-8"))["terms"]["Privacy Policy"]
    assert declared["fetch"] == watch.site.url("/legal/privacy")
    assert watch.tracker("check").code == 0


def test_a_second_time_is_refused(watch: Any, make_page: Any) -> None:
    watch.site.serve("/privacy", make_page())
    arguments = ("add", watch.site.url("/privacy"), "--service", "Lantern")
    assert watch.tracker(*arguments).code == 0
    before = (watch.folder / "declarations" / "Lantern.json").read_bytes()
    ran = watch.tracker(*arguments)
    assert ran.code == 2
    assert "Privacy Policy" in ran.err
    assert (watch.folder / "declarations" / "Lantern.json").read_bytes() == before


def test_a_dry_run_writes_nothing(watch: Any, make_page: Any) -> None:
    watch.site.serve("/privacy", make_page())
    ran = watch.tracker("add", watch.site.url("/privacy"), "--service", "Lantern", "--dry-run", "--json")
    assert (ran.code, ran.json["file"]) == (0, None)
    assert ran.json["declaration"]["fetch"] == watch.site.url("/privacy")
    assert not (watch.folder / "declarations").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("/none",), 1, "not-found"),
        (("/privacy", "--select", "#nowhere"), 1, "#nowhere"),
        (("/odd",), 2, "--terms"),
        (("/privacy", "--terms", "a/b"), 2, "terms type"),
    ],
)
def test_a_page_that_cannot_be_declared_is_said_so(
    watch: Any, make_page: Any, arguments: tuple[str, ...], code: int, says: str
) -> None:
    watch.site.serve("/privacy", make_page())
    watch.site.serve("/odd", make_page(title="Hello"))
    path, *others = arguments
    ran = watch.tracker("add", watch.site.url(path), "--service", "Lantern", *others)
    assert ran.code == code
    assert says in ran.err
    assert not (watch.folder / "declarations").exists()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "nonsense", "https://", "ftp://lantern.example/privacy"])
def test_an_address_that_is_none_is_refused(watch: Any, address: str) -> None:
    ran = watch.tracker("add", address, "--service", "Lantern", "--terms", "Privacy Policy")
    assert ran.code in {1, 2}
    assert ran.err.startswith("tracker: ")
    assert not (watch.folder / "declarations").exists()


# -------------------------------------------------------------------------------------------------------------- check


def test_check_names_file_place_and_cause_of_every_error(watch: Any) -> None:
    watch.declare("Good", {"Privacy Policy": "/privacy"})
    watch.declare("Bad", {"Privacy Policy": {"fetch": "https://lantern.example/", "selct": "main"},
                          "Terms of Service": {"select": "main"}})  # fmt: skip
    ran = watch.tracker("check", "--json")
    assert ran.code == 2
    places = {(Path(row["file"]).name, row["path"]) for row in ran.json["errors"]}
    assert {name for name, _ in places} == {"Bad.json"}
    assert any(path.startswith("terms.Privacy Policy") for _, path in places)
    assert any(path.startswith("terms.Terms of Service") for _, path in places)
    assert all(row["cause"] for row in ran.json["errors"])
    assert [row["document"] for row in ran.json["documents"]] == ["Good/Privacy Policy"]
    text = watch.tracker("check")
    assert text.code == 2
    assert "Bad.json: terms.Privacy Policy" in text.err


def test_check_takes_files_and_folders(watch: Any) -> None:
    path = watch.declare("Good", {"Privacy Policy": "/privacy"})
    bad = watch.declare("Bad", {"Privacy Policy": {"fetch": 1}})
    assert watch.tracker("check", str(path)).code == 0
    assert watch.tracker("check", str(bad)).code == 2
    assert watch.tracker("check", str(path.parent)).code == 2
    assert watch.tracker("check", "none.json").code == 2


def test_check_names_documents_that_ask_for_filters_which_are_not_run(watch: Any) -> None:
    watch.declare("Odd", {"Privacy Policy": {"fetch": "https://o.example/p", "select": "main", "filter": ["cleanUp"]}})
    ran = watch.tracker("check", "--json")
    assert ran.code == 0
    (row,) = ran.json["documents"]
    assert (row["status"], row["filters"]) == ("degraded", ["cleanUp"])
    assert "cleanUp" in watch.tracker("check").out


def test_check_with_fetch_tries_the_pages_and_archives_nothing(watch: Any, make_page: Any) -> None:
    watch.site.serve("/privacy", make_page())
    watch.declare("Good", {"Privacy Policy": "/privacy"})
    watch.declare("Gone", {"Privacy Policy": "/none"})
    ran = watch.tracker("check", "--fetch", "--json")
    assert ran.code == 1
    assert [(row["document"], row["reason"]) for row in ran.json["trials"]] == [
        ("Gone/Privacy Policy", "not-found"),
        ("Good/Privacy Policy", None),
    ]
    assert not (watch.folder / "archive.git").exists()
    assert watch.tracker("check", "--fetch", "declarations/Good.json").code == 0


@pytest.mark.shared
def test_all_real_declarations_load_and_the_degraded_ones_are_named(
    watch: Any, shared_data: Path, tmp_path: Path
) -> None:
    assert tmp_path.exists()
    ran = watch.tracker("check", "--declarations", str(shared_data / "ota" / "declarations"), "--json")
    assert ran.code == 0
    assert ran.json["errors"] == []
    assert len({row["document"].partition("/")[0] for row in ran.json["documents"]}) == 41
    degraded = [row for row in ran.json["documents"] if row["status"] == "degraded"]
    assert len(degraded) == 21
    assert all(row["filters"] for row in degraded)
