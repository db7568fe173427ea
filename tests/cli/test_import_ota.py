"""A collection of Open Terms Archive, taken in beside one's own captures: an invented one of three towns' rules."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tracker.archive.commands import Answer, Commands
from tracker.pipeline import ota_plan

START = datetime(2023, 1, 1, 6, tzinfo=UTC)
PRIVACY = "Mole/Privacy Policy.md"
TERMS = "Mole/Terms of Service.md"
KESTREL = "Kestrel/Privacy Policy.md"


@dataclass(frozen=True, kw_only=True)
class Made:
    """One commit of the collection."""

    path: str
    text: str
    day: float
    subject: str = "Record new changes of Somebody"
    snapshots: Sequence[str] = ("mongo://towns/snapshots/1",)
    engine: str = "10.6.1"


def stream_of(made: Sequence[Made], branch: str = "main") -> bytes:
    """Return the commits as the input of `git fast-import`."""
    parts: list[bytes] = []
    for number, one in enumerate(made, start=1):
        seconds = int((START + timedelta(days=one.day)).timestamp())
        listed = "".join(f"- {snapshot}\n" for snapshot in one.snapshots)
        body = (
            f"snapshot {one.snapshots[0]}"
            if len(one.snapshots) == 1
            else f"and assembling the following snapshots from {len(one.snapshots)} source documents:\n{listed}"
        )
        message = (
            f"{one.subject}\n\nThis version was recorded after extracting from {body}\n\n"
            f"X-engine-version: {one.engine}\n"
        ).encode()
        text = one.text.encode()
        who = b"Bot <bot@example.org> %d +0200" % seconds
        parts.append(
            b"commit refs/heads/%s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n%s" % (
                branch.encode(), number, who, who, len(message), message,
                b"from :%d\n" % (number - 1) if number > 1 else b"",
            )
            + b'M 100644 inline "%s"\ndata %d\n%s\n' % (one.path.encode(), len(text), text)
        )  # fmt: skip
    return b"".join(parts)


@pytest.fixture
def collect(tmp_path: Path) -> Callable[..., Path]:
    """Make a repository with the commits given, in a folder of its own or one that is named."""

    def collect(*made: Made, name: str = "towns-versions") -> Path:
        folder = tmp_path / f"{name}.git"
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
        subprocess.run(
            ["git", f"--git-dir={folder}", "fast-import", "--quiet", "--force"], input=stream_of(made), check=True
        )
        return folder

    return collect


@pytest.fixture
def policy(sentences: Sequence[str]) -> Callable[..., str]:
    """Write a policy as the engine does: the sentences of an invented service, some exchanged."""

    def write(*more: str, without: int | None = None, link: str = "https://mole.example/a") -> str:
        kept = [sentence for place, sentence in enumerate(sentences) if place != without]
        clauses = [*kept, *more, f"Our [guide]({link}) says the same in fewer words."]
        return "Privacy at Mole\n===============\n\n" + "\n\n".join(clauses) + "\n"

    return write


@pytest.fixture
def towns(policy: Callable[..., str]) -> tuple[Made, ...]:
    """Six documents' worth of what collections hold."""
    ours = policy()
    more = policy("Moles may read the letters that you send through the tunnels below the market.")
    other = policy("The guard of the town sees who dug where, if a judge of the county asks for it.")
    return (
        Made(path=PRIVACY, text=ours, day=0, subject="Start tracking Mole Privacy Policy"),
        Made(path=TERMS, text=other, day=0.1, subject="First record of Mole Terms of Service"),
        Made(path=PRIVACY, text=more, day=10, subject="Update Mole Privacy Policy"),
        Made(path=PRIVACY, text=more.replace("====", "=====", 1), day=11, subject="Refilter Mole Privacy Policy"),
        Made(path=PRIVACY, text=policy(*more.split("\n\n")[9:10], link="https://mole.example/b"), day=12),
        Made(path="README.md", text="About this collection", day=13, subject="Update README"),
        Made(path=PRIVACY, text="# Just a moment\n\nChecking your browser before you go on.\n", day=14),
        Made(path=PRIVACY, text=more, day=14.5),
        Made(path=TERMS, text=other + "\n" + other, day=15, snapshots=("mongo://a/1", "mongo://a/1")),
        Made(path=TERMS, text=other + "\n" + ours, day=16, snapshots=("mongo://a/1", "mongo://a/2")),
        Made(path=KESTREL, text=policy(without=3), day=17, subject="First record of Kestrel Privacy Policy"),
        Made(path=KESTREL, text=policy(without=5), day=30),
    )


def take_in(watch: Any, source: Path, *arguments: str) -> Any:
    return watch.tracker("import", "ota", str(source), "--json", *arguments)


def documents(watch: Any) -> dict[str, Any]:
    found = watch.tracker("log", "--all", "--json").json["documents"]
    return {row["document"]: row for row in found}


def test_versions_are_recorded_as_what_they_are(watch: Any, collect: Any, towns: Any) -> None:
    ran = take_in(watch, collect(*towns))
    assert ran.code == 0
    assert ran.json["vantage"] == "towns-versions"
    assert ran.json["commits"] == {"first": 3, "change": 7, "technical": 1, "skipped": 1}
    assert ran.json["documents"] == 3
    assert ran.json["versions"] == 11
    assert ran.json["counts"] == {"changed": 3, "first-record": 3, "refused": 2, "technical": 3}
    assert {(item["document"], item["reason"]) for item in ran.json["set_aside"]} == {
        ("towns-versions:Mole/Privacy Policy", "challenge-page"),
        ("towns-versions:Mole/Terms of Service", "duplicate-source"),
    }


def test_the_live_paths_stay_as_they_are(lantern: Any, collect: Any, towns: Any) -> None:
    before = lantern.tree("Lantern")
    take_in(lantern, collect(*towns))
    assert lantern.tree("Lantern") == before
    assert lantern.git("ls-tree", "--name-only", "archive").split() == [
        ".gitattributes", ".tracker", "Lantern", "vantages"
    ]  # fmt: skip


def test_each_version_names_where_it_comes_from(watch: Any, collect: Any, towns: Any) -> None:
    source = collect(*towns)
    take_in(watch, source)
    commits = subprocess.run(
        ["git", f"--git-dir={source}", "rev-list", "--reverse", "main", "--", KESTREL],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    said = watch.git("log", "--reverse", "--format=%aI%n%B", "archive", "--", f"vantages/towns-versions/{KESTREL}")
    assert [line for line in said.splitlines() if line.startswith("Imported-From")] == [
        f"Imported-From: ota:towns-versions@{commit}" for commit in commits
    ]
    assert said.startswith("2023-01-18T06:00:00")
    assert "Source-Url: mongo://towns/snapshots/1" in said


def test_the_timeline_tells_the_changes_and_nothing_else(watch: Any, collect: Any, towns: Any) -> None:
    take_in(watch, collect(*towns))
    found = documents(watch)
    privacy = found["towns-versions:Mole/Privacy Policy"]
    assert [change["first_seen_new"] for change in privacy["changes"]] == ["2023-01-11T06:00:00Z"]
    assert privacy["changes"][0]["trust"] == "confirmed"
    assert [row["reason"] for row in privacy["set_aside"]] == ["challenge-page"]
    assert len(privacy["technical"]) == 3
    kestrel = found["towns-versions:Kestrel/Privacy Policy"]
    assert [change["trust"] for change in kestrel["changes"]] == ["imported"]
    assert kestrel["changes"][0]["last_seen_old"] == "2023-01-18T06:00:00Z"


def test_a_technical_version_that_was_refused_leaves_the_next_one_technical(
    watch: Any, collect: Any, policy: Any
) -> None:
    """What the new rules extract is no change, though their first version was broken."""
    terms, faq = policy(), policy("Questions about tunnels are answered on market days, before the bells ring noon.")
    upgrade = "Apply technical or declaration upgrade on Mole Terms of Service"
    source = collect(
        Made(path=TERMS, text=terms, day=0, subject="First record of Mole Terms of Service"),
        Made(path=TERMS, text=faq + "\n" + faq, day=20, subject=upgrade, snapshots=("mongo://a/2", "mongo://a/2")),
        Made(path=TERMS, text=terms + "\n" + faq, day=21, snapshots=("mongo://a/1", "mongo://a/2")),
    )
    assert take_in(watch, source).json["counts"] == {"first-record": 1, "refused": 1, "technical": 1}
    assert documents(watch)["towns-versions:Mole/Terms of Service"]["changes"] == []


def test_refused_versions_stay_in_the_history_of_the_archive(watch: Any, collect: Any, towns: Any) -> None:
    take_in(watch, collect(*towns))
    said = watch.git("log", "--format=%s", "archive").splitlines()
    assert sorted(subject for subject in said if subject.startswith("Hold back")) == [
        "Hold back Mole Privacy Policy", "Hold back Mole Terms of Service",
    ]  # fmt: skip
    commit = watch.git("log", "--format=%H", "--grep=Hold back Mole Privacy Policy", "archive").strip()
    text = watch.git("show", f"{commit}:.tracker/held/vantages/towns-versions/Mole/Privacy Policy/text.md")
    assert text.startswith("# Just a moment")


def test_the_slot_shows_what_no_later_version_overtook(watch: Any, collect: Any, towns: Any) -> None:
    take_in(watch, collect(*towns[:7]))
    assert "Mole/Privacy Policy: refused since 2023-01-15" in watch.tracker("log").out
    take_in(watch, collect(*towns, name="grown"), "--vantage", "towns-versions")
    assert watch.tracker("log", "--json").json["held"] == []


def test_a_second_import_adds_nothing(watch: Any, collect: Any, towns: Any) -> None:
    source = collect(*towns)
    first = take_in(watch, source).json
    again = take_in(watch, source)
    assert again.code == 0
    assert again.json["counts"] == {}
    assert again.json["already_known"] == 11
    assert again.json["archive_head"] == first["archive_head"]


def test_what_has_come_since_is_added(watch: Any, collect: Any, towns: Any, policy: Any) -> None:
    source = collect(*towns[:8])
    take_in(watch, source)
    head = watch.head()
    ran = take_in(watch, collect(*towns, name="grown"), "--vantage", "towns-versions")
    assert ran.json["already_known"] == 6 + 1
    assert ran.json["counts"] == {"changed": 2, "first-record": 1, "refused": 1}
    assert watch.git("merge-base", head, "archive").strip() == head
    del policy


def test_a_text_that_was_held_at_the_end_is_recorded_once_later_ones_vouch_for_it(
    watch: Any, collect: Any, policy: Any
) -> None:
    tunnels = [
        f"The {name} tunnel is swept on {name} days by the {name} keeper, who writes down what was found there."
        for name in ("amber", "birch", "copper", "dove", "elder", "fern", "gorse", "hazel", "iris", "juniper")
    ]
    short = "Privacy at Mole\n===============\n\n" + "\n\n".join(tunnels[:4])
    made = (
        Made(path=PRIVACY, text=policy(*tunnels), day=0, subject="Start tracking Mole Privacy Policy"),
        Made(path=PRIVACY, text=short, day=10),
        Made(path=PRIVACY, text=short + "\n\nThe tunnels are open to everybody who asks for a lamp.\n", day=60),
    )
    first = take_in(watch, collect(*made[:2])).json
    assert first["counts"] == {"first-record": 1, "held": 1}
    assert take_in(watch, collect(*made[:2], name="same"), "--vantage", "towns-versions").json["counts"] == {}
    then = take_in(watch, collect(*made, name="grown"), "--vantage", "towns-versions").json
    assert then["counts"] == {"changed": 2}


def test_services_terms_and_days_are_chosen(watch: Any, collect: Any, towns: Any) -> None:
    ran = take_in(watch, collect(*towns), "--service", "Mole", "--terms", "Privacy Policy", "--until", "2023-01-11")
    assert ran.json["documents"] == 1
    assert ran.json["versions"] == 2
    assert ran.json["commits"]["change"] == 7


def test_a_collection_that_was_rewritten_is_not_mixed_in(watch: Any, collect: Any, towns: Any, policy: Any) -> None:
    take_in(watch, collect(*towns))
    head = watch.head()
    kept = [made for made in towns if made.path != KESTREL]
    changed = Made(path=KESTREL, text=policy(without=1), day=17)
    ran = take_in(watch, collect(changed, *kept, name="rewritten"), "--vantage", "towns-versions")
    assert ran.code == 1
    assert len(ran.json["failed"]) == 3
    assert "the collection was rewritten" in ran.json["failed"][0]["detail"]
    assert watch.head() == head


def test_what_lies_before_an_import_is_not_taken_for_known(watch: Any, collect: Any, towns: Any) -> None:
    source = collect(*towns)
    take_in(watch, source, "--service", "Mole", "--since", "2023-01-10")
    ran = take_in(watch, source)
    assert ran.code == 1
    assert [row["document"] for row in ran.json["failed"]] == [
        "towns-versions:Mole/Privacy Policy", "towns-versions:Mole/Terms of Service"
    ]  # fmt: skip
    assert "lie before those that were imported" in ran.json["failed"][0]["detail"]
    assert ran.json["counts"] == {"changed": 1, "first-record": 1}, "another document goes on"


def test_bounds_of_a_later_import_may_be_narrower(watch: Any, collect: Any, towns: Any) -> None:
    source = collect(*towns)
    head = take_in(watch, source).json["archive_head"]
    ran = take_in(watch, source, "--until", "2023-01-12")
    assert (ran.code, ran.json["counts"], ran.json["archive_head"]) == (0, {}, head)


def test_two_imports_come_to_the_same_versions_as_one(watch: Any, collect: Any, towns: Any, policy: Any) -> None:
    """Held, refused and technical versions at the end of the first import among them."""
    short = policy()[: len(policy()) // 3]
    tail = (
        Made(path=PRIVACY, text=policy("Lamps are lent to everybody."), day=40),
        Made(path=PRIVACY, text=policy("Lamps are lent to everybody.") * 2, day=41, subject="Refilter Mole",
             snapshots=("mongo://a/1", "mongo://a/1")),
        Made(path=PRIVACY, text=short, day=50),
        Made(path=PRIVACY, text="# Just a moment\n\nChecking your browser before you go on.\n", day=51),
        Made(path=PRIVACY, text=short + "\n\nLamps are lent to nobody any more, and nobody asks for them.\n", day=90),
    )  # fmt: skip
    whole = collect(*towns, *tail, name="whole")
    take_in(watch, whole, "--archive", "once.git", "--vantage", "one")
    for end in range(len(towns), len(towns) + len(tail) + 1):
        part = collect(*towns, *tail[: end - len(towns)], name=f"part{end}")
        take_in(watch, part, "--vantage", "one")

    def told(archive: str) -> Any:
        rows = watch.tracker("log", "one:Mole/Privacy Policy", "--json", "--archive", archive).json["documents"]
        keys = ("first_seen_new", "last_seen_old", "trust", "kind", "headline")
        return [[change[key] for key in keys] for change in rows[0]["changes"]]

    assert told("archive.git") == told("once.git")


def test_the_same_text_seen_again_is_when_the_old_text_was_last_seen(watch: Any, collect: Any, policy: Any) -> None:
    more = policy("Lamps are lent to everybody.")
    source = collect(
        Made(path=PRIVACY, text=policy(), day=0),
        Made(path=PRIVACY, text=policy(link="https://mole.example/b"), day=20),
        Made(path=PRIVACY, text=more, day=30),
    )
    take_in(watch, source)
    (change,) = documents(watch)["towns-versions:Mole/Privacy Policy"]["changes"]
    assert change["last_seen_old"] == "2023-01-21T06:00:00Z"
    assert "Last-Seen-Old: 2023-01-21T06:00:00Z" in watch.git("log", "-3", "--format=%B", "archive")


def test_a_vantage_that_others_filled_is_not_written_over(watch: Any, collect: Any, towns: Any, policy: Any) -> None:
    watch.declare("Mole", {"Privacy Policy": {"fetch": "https://mole.example/privacy", "select": "main"}})
    folder = watch.folder / "captures"
    folder.mkdir()
    (folder / "2022-01-01T100000Z.md").write_text(policy(), encoding="utf-8")
    watch.tracker("import", "folder", str(folder), "--document", "Mole/Privacy Policy", "--vantage", "mine")
    ran = take_in(watch, collect(*towns), "--vantage", "mine")
    assert ran.code == 1
    assert "came from elsewhere" in ran.json["failed"][0]["detail"]


def test_two_collections_stand_beside_one_another(watch: Any, collect: Any, towns: Any, policy: Any) -> None:
    take_in(watch, collect(*towns), "--vantage", "one")
    later = [
        Made(path=KESTREL, text=policy(without=3), day=18, subject="First record of Kestrel Privacy Policy"),
        Made(path=KESTREL, text=policy(without=5), day=31),
    ]
    take_in(watch, collect(*later, name="other"), "--vantage", "two")
    ran = watch.tracker("log", "Kestrel/Privacy Policy")
    lines = [line.split()[:2] for line in ran.out.splitlines() if line.startswith("  2023")]
    assert lines == [
        ["2023-02-01T06:00:00Z", "two"], ["2023-01-31T06:00:00Z", "one"],
        ["2023-01-19T06:00:00Z", "two"], ["2023-01-18T06:00:00Z", "one"],
    ]  # fmt: skip
    found = documents(watch)
    for vantage in ("one", "two"):
        (change,) = found[f"{vantage}:Kestrel/Privacy Policy"]["changes"]
        assert change["trust"] == "confirmed", "the other vantage saw the same text"


def test_an_archive_is_the_same_however_often_the_import_is_killed(
    watch: Any, collect: Any, towns: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before each of its git commands in turn, and gone on with."""
    monkeypatch.setattr(ota_plan, "_BATCH_VERSIONS", 2)
    source = collect(*towns)
    take_in(watch, source, "--archive", "whole.git")
    git = ["git", "--git-dir=whole.git", "rev-parse", "archive"]
    whole = subprocess.run(git, check=True, capture_output=True, text=True).stdout
    killer = Killer(monkeypatch)
    for moment in range(1, 100):
        killer.strike_at(moment)
        try:
            take_in(watch, source)
        except Killed:
            continue
        break
    assert moment > 10
    assert watch.git("rev-parse", "archive") == whole
    assert watch.git("fsck", "--full", "--strict", "--no-dangling") == ""


class Killed(BaseException):
    """The process ends here."""


class Killer:
    """Ends the process before one of its git commands."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left = 0
        real = Commands.attempt

        def attempt(commands: Commands, *arguments: str, **feed: Any) -> Answer:
            self._left -= 1
            if self._left == 0:
                raise Killed
            return real(commands, *arguments, **feed)

        monkeypatch.setattr(Commands, "attempt", attempt)

    def strike_at(self, moment: int) -> None:
        self._left = moment


def test_what_is_no_collection_is_refused(watch: Any, collect: Any, tmp_path: Path) -> None:
    ran = watch.tracker("import", "ota", str(collect(Made(path="README.md", text="x", day=0, subject="Add README"))))
    assert ran.code == 2
    assert "none records a version that is wanted" in ran.err
    ran = watch.tracker("import", "ota", str(tmp_path / "nowhere"))
    assert ran.code in {2, 3}
    assert "nowhere" in ran.err


def test_hostile_names_and_texts_do_no_harm(watch: Any, collect: Any, policy: Any) -> None:
    source = collect(
        Made(path="Mole/[bold]<script>.md", text=policy("<script>alert(1)</script> {{ 7*7 }} \x1b[31m"), day=0),
        Made(path="vantages/Privacy Policy.md", text=policy(), day=0),
        Made(path="Mole/Terms #1.md", text=policy(), day=0),
    )
    ran = take_in(watch, source)
    assert ran.json["counts"] == {"first-record": 1}
    assert [row["document"] for row in ran.json["failed"]] == [
        "towns-versions:Mole/Terms #1", "towns-versions:vantages/Privacy Policy"
    ]  # fmt: skip
    assert ran.code == 1
    said = watch.tracker("log").out
    assert "Mole/[bold]<script>" in said
    assert "\x1b" not in said
