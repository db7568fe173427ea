"""`tracker import wayback`, against an archive on loopback with two hundred copies and every fault."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.importers.loopback_archive import (
    LoopbackArchive,
    ToLoopback,
    always,
    archived_redirect,
    archived_status,
    encoded,
    once,
    other_instant,
    other_original,
    refusal,
    short,
    slow,
    unhurried,
)
from tracker.cli import wayback as command
from tracker.model import REASONS
from tracker.pipeline import open_wayback, wayback

LANTERN = "Lantern/Privacy Policy"
URL = "https://lantern.example/privacy"
START = datetime(2020, 1, 1, 10, tzinfo=UTC)
MEMENTOS = 200
#: The policy is reworded every so many copies, the rest of its page more often.
PER_WORDING = 20
PER_PAGE = 4
MAX_BYTES = 50_000
CLAUSES = tuple(
    f"Clause {number} tells in plain words what becomes of the letters that you entrust to Lantern."
    for number in range(9)
)
ERROR_PAGE = b"<title>Page not found</title><main><h1>Page not found</h1><p>We looked for it everywhere.</p></main>"
EXCLUDED = always(403, X_Archive_Wayback_Runtime_Error="RobotAccessControlException: withheld")


def day(number: int) -> datetime:
    return START + timedelta(days=number)


#: Number of a copy -> what becomes of it, and what is otherwise about it than about a good one.
BAD: dict[int, tuple[str, str, dict[str, Any]]] = {
    3: ("failed", "memento-redirected", {"fault": always(302, Location=f"/web/20210501000000id_/{URL}")}),
    7: ("failed", "memento-redirected", {"fault": always(302, Location=URL)}),
    12: ("failed", "memento-redirected", {"fault": always(307, Location="https://elsewhere.example/web/2020id_/x")}),
    18: ("failed", "memento-redirected", {"fault": archived_redirect(f"/web/20200119100000id_/{URL}/old")}),
    20: ("failed", "memento-redirected", {"fault": other_instant(day(19))}),
    26: ("failed", "memento-redirected", {"fault": other_original("https://lantern.example/terms")}),
    31: ("failed", "incomplete-body", {"fault": short}),
    37: ("failed", "incomplete-body", {"headers": {"content-length": "40000"}}),
    43: ("failed", "timeout", {"fault": slow}),
    49: ("failed", "memento-mislabelled", {"digest": "A" * 32}),
    55: ("failed", "memento-mislabelled", {"media_type": "application/pdf"}),
    61: ("failed", "memento-mislabelled", {"index_type": "application/pdf"}),
    67: ("failed", "memento-mislabelled", {"fault": archived_status(404)}),
    73: ("failed", "wrong-type", {"media_type": "image/png"}),
    79: ("failed", "bad-encoding", {"fault": encoded(lambda _body: b"\x1f\x8b and no more than that")}),
    85: ("failed", "memento-unplayable", {"fault": always(404)}),
    91: ("failed", "memento-unplayable", {"fault": always(200)}),
    97: ("failed", "memento-excluded", {"fault": EXCLUDED}),
    103: ("failed", "server-error", {"fault": always(500)}),
    109: ("failed", "server-error", {"fault": always(503, Retry_After="3")}),
    115: ("skipped", "not-a-page", {"status": "301"}),
    121: ("skipped", "not-a-page", {"status": "404"}),
    127: ("skipped", "not-a-page", {"status": "503"}),
    133: ("skipped", "not-a-page", {"index_type": "image/gif"}),
    139: ("skipped", "revisit", {"index_type": "warc/revisit", "status": "-", "digest": "B" * 32}),
    145: ("skipped", "other-address", {"url": "https://lantern.example/PRIVACY"}),
    151: ("failed", "body-too-large", {"body": b"<p>" + b"more " * MAX_BYTES}),
    157: ("failed", "empty-body", {"body": b"\n"}),
    163: ("refused", "selector-without-match", {"body": b"<!doctype html><p>The lamp is being cleaned.</p>"}),
    169: ("refused", "error-page", {"body": ERROR_PAGE}),
}
#: Copies that are well in the end.
WELL: dict[int, dict[str, Any]] = {
    4: {"fault": once(429, Retry_After="7")},
    24: {"fault": once(503, Retry_After="11")},
    60: {"fault": once(502)},
    80: {"fault": encoded()},
    104: {"fault": once(429), "url": "http://www.lantern.example/privacy/"},
    126: {"index_type": "warc/revisit", "status": "-"},
}
BAD_LINES = (b"<p>busy</p>", b"example,lantern)/privacy 2020 https://lantern.example/privacy text/html 200 X 7")
GOOD = [number for number in range(MEMENTOS) if number not in BAD]


def page(number: int, chrome: str = "") -> bytes:
    """What was served at the instant of copy `number`."""
    clauses = "".join(f"<p>{clause}</p>" for clause in CLAUSES)
    return (
        f"<!doctype html><html><title>Privacy</title><body><nav>{chrome or number // PER_PAGE}</nav><main>"
        f"<h1>1. Privacy</h1>{clauses}<p>Letters are kept for {number // PER_WORDING + 2} days.</p></main></html>"
    ).encode()


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    served = LoopbackArchive()
    yield served
    served.stop()


@pytest.fixture
def attic(archive: LoopbackArchive, watch: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A watch repository that declares Lantern's policy, whose Wayback Machine is on loopback and never waited for."""
    monkeypatch.setattr(wayback, "BoundedAdapter", ToLoopback.at(archive.port))
    opened = functools.partial(open_wayback, clock=archive.time.clock, sleep=archive.time.sleep)
    monkeypatch.setattr(command, "open_wayback", opened)
    watch.configure(max_bytes=MAX_BYTES)
    watch.declare("Lantern", {"Privacy Policy": {"fetch": URL, "select": "main"}})
    return watch


@pytest.fixture
def two_hundred(archive: LoopbackArchive) -> LoopbackArchive:
    for number in range(MEMENTOS):
        if number in BAD:
            archive.add(day(number), **{"body": page(number, chrome=f"bad {number}")} | BAD[number][2])
        else:
            archive.add(day(number), page(number), **WELL.get(number, {}))
    archive.more_lines = list(BAD_LINES)
    return archive


def take_in(watch: Any, *arguments: str) -> Any:
    return watch.tracker("import", "wayback", LANTERN, "--json", *arguments)


def stamp(number: int) -> str:
    return day(number).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_of_two_hundred_copies_all_good_ones_are_archived_once_and_all_bad_ones_are_listed(
    two_hundred: LoopbackArchive, attic: Any
) -> None:
    ran = take_in(attic)
    assert ran.code == 1
    told = ran.json["mementos"]
    assert [row["reason"] for row in told[:2]] == ["bad-index", "bad-index"]
    listed = {row["captured_at"]: row for row in told[2:]}
    assert len(told) == MEMENTOS + 2
    assert set(listed) == {stamp(number) for number in range(MEMENTOS)}

    found = {number: (listed[stamp(number)]["outcome"], listed[stamp(number)]["reason"]) for number in BAD}
    assert found == {number: (outcome, reason) for number, (outcome, reason, _) in BAD.items()}
    assert all(row["next_step"] == REASONS[row["reason"]] for row in told if row["reason"] is not None)
    assert all(row["detail"] for row in told if row["reason"] is not None)

    first_of_wording = {min(n for n in GOOD if n // PER_WORDING == wording) for wording in range(10)}
    expected = {
        number: "first-record" if number == 0 else "changed" if number in first_of_wording else "unchanged"
        for number in GOOD
    }
    assert {number: listed[stamp(number)]["outcome"] for number in GOOD} == expected
    assert ran.json["counts"] == Counter(row["outcome"] for row in told)
    assert ran.json["stopped"] is None

    dates = attic.git("log", "--reverse", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%ad %s", "archive")
    records = [line for line in dates.splitlines() if "Record checks of" not in line]
    subjects = [line.split(" ", 1) for line in records]
    assert [at for at, _ in subjects] == [stamp(number) for number in sorted(first_of_wording)]
    assert [subject.partition(" of ")[0] for _, subject in subjects] == ["First record", *["Record new changes"] * 9]
    assert len(two_hundred.copies) == MEMENTOS
    proved = [check.checked_at for check in attic.checks(f"wayback:{LANTERN}") if check.outcome != "refused"]
    assert proved == [day(number) for number in GOOD]


def test_bodies_that_the_index_knows_are_not_fetched(two_hundred: LoopbackArchive, attic: Any) -> None:
    take_in(attic)
    fetched = {copy.at for copy in two_hundred.copies if copy.url in two_hundred.fetched}
    first_of_page = {min(n for n in GOOD if n // PER_PAGE == served) for served in {n // PER_PAGE for n in GOOD}}
    assert {number for number in GOOD if day(number) in fetched} == first_of_page


def test_a_second_import_of_the_two_hundred_adds_nothing(two_hundred: LoopbackArchive, attic: Any) -> None:
    head = take_in(attic).json["archive_head"]
    two_hundred.fetched.clear()
    again = take_in(attic)
    assert again.code == 1
    assert again.json["archive_head"] == head == attic.head()
    assert again.json["already_known"] == len(GOOD)
    listed = {row["captured_at"]: (row["outcome"], row["reason"]) for row in again.json["mementos"][2:]}
    assert listed == {stamp(number): (outcome, reason) for number, (outcome, reason, _) in BAD.items()}
    settled = {copy.url for number, copy in enumerate(two_hundred.copies) if number in GOOD}
    assert settled.isdisjoint(two_hundred.fetched)
    assert attic.tracker("verify").code == 0


def test_imports_keep_to_their_vantage(archive: LoopbackArchive, attic: Any) -> None:
    archive.add(day(0), page(0))
    assert take_in(attic).json["document"] == f"wayback:{LANTERN}"
    assert take_in(attic, "--vantage", "attic").json["document"] == f"attic:{LANTERN}"
    names = [name for name in attic.git("ls-tree", "-r", "--name-only", "archive").splitlines() if name.endswith(".md")]
    assert names == [f"vantages/attic/{LANTERN}.md", f"vantages/wayback/{LANTERN}.md"]
    assert attic.tracker("log", f"wayback:{LANTERN}").code == 0


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        (("--from", "2020-01-02", "--to", "2020-01-03"), [1, 2]),
        (("--from", "2020-01-02T10:00:01Z"), [2, 3]),
        (("--to", "2020-01-02T12:00:00+02:00"), [0, 1]),
    ],
)
def test_a_range_is_given_in_days_or_instants(
    archive: LoopbackArchive, attic: Any, bounds: tuple[str, ...], days: list[int]
) -> None:
    for number in range(4):
        archive.add(day(number), page(number))
    ran = take_in(attic, *bounds)
    assert [row["captured_at"] for row in ran.json["mementos"]] == [stamp(number) for number in days]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "yesterday"), "--from takes a day such as 2024-09-23"),
        (("--to", "2020-01-01T10:00:00"), "not '2020-01-01T10:00:00'"),
        (("--from", "2020-02-01", "--to", "2020-01-01"), "before it begins"),
        (("--vantage", "../up"), "no name of a vantage"),
    ],
)
def test_what_cannot_be_meant_is_said(attic: Any, arguments: tuple[str, ...], says: str) -> None:
    ran = attic.tracker("import", "wayback", LANTERN, *arguments)
    assert ran.code == 2
    assert says in ran.err


def test_what_is_bad_is_named_with_what_to_do_and_what_is_skipped_on_request(
    archive: LoopbackArchive, attic: Any
) -> None:
    archive.add(day(0), page(0))
    archive.add(day(1), page(1, chrome="other"), fault=short)
    archive.add(day(2), page(2), status="404")
    ran = attic.tracker("import", "wayback", LANTERN)
    assert ran.code == 1
    (line,) = ran.err.splitlines()
    assert line.startswith(f"{stamp(1)} https://web.archive.org/web/20200102100000id_/{URL}: failed: incomplete-body: ")
    assert line.endswith(REASONS["incomplete-body"])
    assert ran.out == f"wayback:{LANTERN}: 3 copies: 1 first-record, 1 failed, 1 skipped\n"
    ran = attic.tracker("import", "wayback", LANTERN, "-v")
    assert f"{stamp(2)} https://web.archive.org/web/20200103100000id_/{URL}: skipped: not-a-page: " in ran.out
    assert "1 copies were known already" in ran.out


def test_hostile_words_of_the_index_are_shown_harmless(archive: LoopbackArchive, attic: Any) -> None:
    archive.more_lines = ["\x1b]0;owned\x07 ::set-env name=x::\u202e".encode()]
    ran = attic.tracker("import", "wayback", LANTERN)
    assert ran.code == 1
    assert all(line.isprintable() and line.isascii() for line in ran.err.splitlines())


def test_a_refusal_that_lasts_is_told_with_how_to_go_on(archive: LoopbackArchive, attic: Any) -> None:
    archive.add(day(0), page(0))
    archive.add(day(30), page(30), fault=always(429, Retry_After="21600"))
    archive.add(day(60), page(60))
    ran = attic.tracker("import", "wayback", LANTERN)
    assert ran.code == 1
    assert "Stopped early: rate-limited" in ran.err
    assert ran.out == f"wayback:{LANTERN}: 3 copies: 1 first-record, 2 not-fetched\n"
    archive.copies[1].fault = None
    assert take_in(attic).json["counts"] == {"changed": 2}


def test_how_long_is_asked_can_be_chosen(archive: LoopbackArchive, attic: Any) -> None:
    for number in range(12):
        archive.add(day(number), page(number * PER_WORDING), fault=unhurried(8))
    ran = attic.tracker("import", "wayback", LANTERN, "--minutes", "1")
    assert ran.code == 1
    assert "Stopped early: out-of-time" in ran.err
    assert len(archive.fetched) in {7, 8}
    rest = 12 - len(archive.fetched)
    assert ran.out.endswith(f" changed, {rest} not-fetched\n")
    assert take_in(attic).json["counts"] == {"changed": rest}
    assert attic.tracker("import", "wayback", LANTERN, "--minutes", "0").code == 2


def test_an_index_that_is_refused_ends_the_command(archive: LoopbackArchive, attic: Any) -> None:
    archive.search_fault = lambda _asked: refusal(429, Retry_After="21600")
    ran = attic.tracker("import", "wayback", LANTERN)
    assert ran.code == 1
    assert "Searching the Wayback Machine" in ran.err
    assert REASONS["rate-limited"] in ran.err
