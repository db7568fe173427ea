"""`doctor`, `site` and `transparency`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest


def files_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and the time of its last writing."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


# ------------------------------------------------------------------------------------------------------------- doctor


def findings(ran: Any) -> dict[str, str]:
    return {row["name"]: row["status"] for row in ran.json["findings"]}


def test_doctor_finds_a_healthy_set_up_well(lantern: Any) -> None:
    lantern.configure(allow_private=False, site_url="https://watch.example/")
    assert lantern.tracker("run").code == 1  # loopback is private
    ran = lantern.tracker("doctor", "--json")
    assert ran.code == 0
    assert "problem" not in findings(ran).values()
    assert findings(ran)["archive"] == "ok"


def test_doctor_changes_nothing(lantern: Any) -> None:
    before = files_of(lantern.folder)
    asked = len(lantern.site.pages["/privacy"].requests)
    lantern.tracker("doctor")
    after = files_of(lantern.folder)
    assert {name for name in after if "lock" not in name} == {name for name in before if "lock" not in name}
    assert len(lantern.site.pages["/privacy"].requests) == asked


def test_doctor_names_what_is_wrong_and_what_to_do(watch: Any) -> None:
    watch.declare("Bad", {"Privacy Policy": {"fetch": 1}})
    ran = watch.tracker("doctor", "--json")
    assert ran.code == 1
    assert findings(ran)["declarations"] == "problem"
    assert findings(ran)["archive"] == "warning"
    assert all(row["next_step"] for row in ran.json["findings"] if row["status"] != "ok")
    assert "tracker check" in watch.tracker("doctor").out


def test_doctor_names_documents_that_were_not_seen_for_days_and_captures_held_back(
    lantern: Any, make_page: Any, sentences: Any
) -> None:
    lantern.site.serve("/privacy", make_page(sentences[0]))
    lantern.run(2)
    ran = lantern.tracker("doctor", "--json")
    assert {"held", "stale"} <= findings(ran).keys()


# --------------------------------------------------------------------------------------------------------------- site


def test_a_second_build_of_the_site_writes_nothing(lantern: Any) -> None:
    lantern.run(2)
    before = files_of(lantern.folder / "site")
    ran = lantern.tracker("site", "build", "--json")
    assert ran.code == 0
    assert (ran.json["written"], ran.json["removed"]) == (0, 0)
    assert ran.json["unchanged"] > 0
    assert files_of(lantern.folder / "site") == before


def test_a_build_into_another_folder_gives_the_same_pages(lantern: Any) -> None:
    assert lantern.tracker("site", "build", "--site", "other").code == 0
    pages = [
        {name: content for name, (content, _) in files_of(lantern.folder / folder).items()}
        for folder in ("site", "other")
    ]
    assert pages[0] == pages[1]


def test_a_build_refuses_a_folder_of_somebody_else(lantern: Any) -> None:
    (lantern.folder / "mine").mkdir()
    (lantern.folder / "mine" / "index.html").write_text("mine", encoding="utf-8")
    ran = lantern.tracker("site", "build", "--site", "mine")
    assert ran.code == 2
    assert (lantern.folder / "mine" / "index.html").read_text(encoding="utf-8") == "mine"


def test_the_site_is_served_until_it_is_interrupted(lantern: Any) -> None:
    command = [sys.executable, "-m", "tracker", "site", "serve", "--port", "0"]
    # What a shell starts in the background ignores an interrupt, and so would the server that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, cwd=lantern.folder, stdout=subprocess.PIPE, text=True, env=os.environ)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[0]
            with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own server
                assert b"Lantern" in answer.read()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_serving_a_site_that_was_never_built_names_the_next_step(watch: Any) -> None:
    ran = watch.tracker("site", "serve", "--port", "0")
    assert ran.code == 2
    assert "tracker site build" in ran.err


# ------------------------------------------------------------------------------------------------------- transparency

# Made-up figures in the form of the bot's answers.
ANSWER = """\
Transparency report for the period from 1 January 2025 to 31 March 2025

Fulfilled requests from Norway for IP address and/or phone number:
37

Affected users:
58

All requests are processed according to section 8.3 of the Privacy Policy
"""


def test_reports_are_stored_once_and_shown(watch: Any) -> None:
    (watch.folder / "answer.txt").write_text(ANSWER, encoding="utf-8")
    ran = watch.tracker("transparency", "add", "answer.txt", "--json")
    assert (ran.code, ran.json["added"], ran.json["known"]) == (0, 1, 0)
    ran = watch.tracker("transparency", "add", "--json", stdin=ANSWER)
    assert (ran.json["added"], ran.json["known"]) == (0, 1)
    shown = watch.tracker("transparency", "show", "NOR", "--json").json
    assert shown["rows"] == [
        {"country": "NOR", "from": "2025-01-01", "to": "2025-03-31", "requests": 37, "users": 58, "disputed": False}
    ]
    assert "NOR" in watch.tracker("transparency", "show").out


def test_contradicting_reports_are_both_kept_and_named(watch: Any) -> None:
    watch.tracker("transparency", "add", stdin=ANSWER)
    ran = watch.tracker("transparency", "add", "--json", stdin=ANSWER.replace("\n37\n", "\n39\n"))
    assert ran.code == 0
    assert len(ran.json["conflicts"]) == 1
    assert {row["disputed"] for row in watch.tracker("transparency", "show", "--json").json["rows"]} == {True}


@pytest.mark.parametrize("text", ["", "Hello", ANSWER.replace("58", "many"), ANSWER + "\nSomething else: 5\n"])
def test_a_text_that_is_not_understood_is_refused_whole(watch: Any, text: str) -> None:
    ran = watch.tracker("transparency", "add", stdin=text)
    assert ran.code != 0
    assert ran.err.startswith("tracker: ")
    assert not (watch.folder / "transparency").exists()


def test_showing_figures_that_nobody_stored_names_the_next_step(watch: Any) -> None:
    ran = watch.tracker("transparency", "show")
    assert ran.code == 2
    assert "tracker transparency add" in ran.err
    watch.tracker("transparency", "add", stdin=ANSWER)
    ran = watch.tracker("transparency", "show", "FRA")
    assert ran.code == 2
    assert "NOR" in ran.err


@pytest.mark.shared
def test_real_messages_are_taken_in(watch: Any, shared_data: Path) -> None:
    messages = sorted((shared_data / "transparency" / "bot-messages").glob("*.txt"))
    assert messages
    for message in messages:
        ran = watch.tracker("transparency", "add", str(message), "--country", message.name[:3].upper(), "--json")
        assert ran.code == 0, (message.name, ran.err)
        assert json.loads(ran.out)["added"] + json.loads(ran.out)["known"] > 0


def test_a_damaged_row_of_a_verdict_is_named_by_run_and_verify(lantern: Any) -> None:
    at = datetime(2024, 10, 2, tzinfo=UTC)
    path = ".tracker/verdicts/Lantern/Privacy Policy.jsonl"
    with lantern.archive() as archive, archive.lock(at):
        transaction = archive.transaction(at=at)
        transaction._files[path] = b'{"headline": "\x1b[2J'
        transaction.commit()
    ran = lantern.run(2)
    assert ran.code == 0
    assert ran.json["results"][0]["outcome"] == "unchanged"
    assert f"Passed over {path}, line 1" in " ".join(ran.err.split())
    assert "\x1b" not in ran.err
    checked = lantern.tracker("verify", "--json")
    assert checked.code == 3
    assert [problem["where"] for problem in checked.json["problems"]] == [f"{path}, line 1"]
