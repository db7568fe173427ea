"""The nightly job, night by night, over a server on loopback."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tracker.cli import session
from tracker.model import DocumentKey, parse_instant

LANTERN = "Lantern/Privacy Policy"


def outcomes(ran: Any) -> dict[str, str]:
    return {row["document"]: row["outcome"] for row in ran.json["results"]}


def names_in(watch: Any, folder: str) -> list[str]:
    said: str = watch.git("ls-tree", "-z", "--name-only", "archive", "--", f"{folder}/")
    return [name.partition("/")[2] for name in said.split("\0") if name]


# ------------------------------------------------------------------------------------------------------- nothing new


def test_a_second_night_with_nothing_new_commits_a_check_row_alone(watch: Any, make_page: Any) -> None:
    for name in ("one", "two"):
        watch.site.serve(f"/{name}", make_page(), etag=f'"{name}"')
        watch.declare(name.title(), {"Privacy Policy": f"/{name}"})
    assert watch.run(1).code == 0
    trees = watch.tree("One"), watch.tree("Two")
    ran = watch.run(2)
    assert ran.code == 0
    assert set(outcomes(ran).values()) == {"unchanged"}
    assert watch.subjects() == ["First record of One Privacy Policy", "First record of Two Privacy Policy"]
    assert (watch.tree("One"), watch.tree("Two")) == trees
    for name in ("One", "Two"):
        assert [row.outcome for row in watch.checks(f"{name}/Privacy Policy")] == ["first-record", "unchanged"]
        sent = [request.headers.get("If-None-Match") for request in watch.site.pages[f"/{name.lower()}"].requests]
        assert sent == [None, f'"{name.lower()}"']


def test_a_304_keeps_the_validators_for_the_night_after(watch: Any, make_page: Any) -> None:
    served = watch.site.serve("/privacy", make_page(), etag='"a"')
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    for night in (1, 2, 3):
        assert watch.run(night).code == 0
    assert [request.headers.get("If-None-Match") for request in served.requests] == [None, '"a"', '"a"']
    assert {row.text_sha256 for row in watch.checks(LANTERN)} == {watch.checks(LANTERN)[0].text_sha256}


def test_a_server_without_validators_is_asked_without_conditions(lantern: Any) -> None:
    assert outcomes(lantern.run(2)) == {LANTERN: "unchanged"}
    sent = [request.headers for request in lantern.site.pages["/privacy"].requests]
    assert [("If-None-Match" in headers, "If-Modified-Since" in headers) for headers in sent] == [(False, False)] * 2


def test_a_new_etag_on_the_same_text_is_the_one_sent_next(watch: Any, make_page: Any) -> None:
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    for night, tag in ((1, '"a"'), (2, '"b"'), (3, '"b"')):
        served = watch.site.serve("/privacy", make_page(), etag=tag)
        assert watch.run(night).code == 0
    assert [request.headers.get("If-None-Match") for request in served.requests] == [None, '"a"', '"b"']
    assert watch.subjects() == ["First record of Lantern Privacy Policy"]


def test_what_surrounds_the_policy_makes_no_record(lantern: Any, make_page: Any) -> None:
    lantern.site.serve("/privacy", make_page(chrome="<b class=n1>12 new</b><script>nonce('77')</script>"))
    assert outcomes(lantern.run(2)) == {LANTERN: "unchanged"}
    assert len(lantern.subjects()) == 1


# ------------------------------------------------------------------------------------------------------------ changes


def test_a_change_of_the_text_is_recorded_with_its_evidence(lantern: Any, make_page: Any, sentences: Any) -> None:
    lantern.run(2)
    lantern.site.serve("/privacy", make_page(*sentences[:-1], "We may change this page at any time without notice."))
    ran = lantern.run(3)
    assert ran.code == 0
    (row,) = ran.json["results"]
    assert (row["outcome"], bool(row["headline"])) == ("changed", True)
    assert lantern.subjects() == [
        "First record of Lantern Privacy Policy",
        "Record new changes of Lantern Privacy Policy",
    ]
    message = lantern.git("log", "-1", "--skip=1", "--format=%aI%n%B", "archive")
    assert message.startswith("2024-10-0")
    assert "Last-Seen-Old: 2024-10-02T03:00:00Z" in message
    assert "Fetched-At: 2024-10-03T03:00:00Z" in message
    newest = (lantern.folder / "snapshots" / "Lantern" / "Privacy Policy.md").read_text(encoding="utf-8")
    assert "at any time without notice" in newest


def test_fail_on_change_speaks_by_its_exit_code_and_does_everything_else(
    lantern: Any, make_page: Any, sentences: Any
) -> None:
    assert lantern.run(2, "--fail-on-change").code == 0
    lantern.site.serve("/privacy", make_page(*sentences, "Maps are drawn by a company in Oslo."))
    assert lantern.run(3, "--fail-on-change").code == 4
    assert len(lantern.subjects()) == 2


def test_a_first_record_is_no_change(watch: Any, make_page: Any) -> None:
    watch.site.serve("/privacy", make_page())
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    ran = watch.run(1, "--fail-on-change")
    assert (ran.code, outcomes(ran)) == (0, {LANTERN: "first-record"})


def test_a_change_of_links_alone_is_technical(watch: Any, make_page: Any, sentences: Any) -> None:
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    for night, target in ((1, "/a"), (2, "/b")):
        watch.site.serve(
            "/privacy", make_page(*sentences, f"More stands in <a href='{target}'>our guide</a> to it all.")
        )
        ran = watch.run(night, "--fail-on-change")
        assert ran.code == 0
    assert outcomes(ran) == {LANTERN: "technical"}
    assert watch.subjects()[-1] == "Apply technical or declaration upgrade on Lantern Privacy Policy"


# ------------------------------------------------------------------------------------------------ combined and shared


def combined(watch: Any) -> None:
    sources = [{"fetch": watch.site.url(path), "select": "main"} for path in ("/tos", "/tos/eu-dsa")]
    watch.declare("Lantern", {"Terms of Service": {"combine": sources}})


def test_a_combined_document_of_which_one_page_is_not_modified(watch: Any, make_page: Any, sentences: Any) -> None:
    watch.site.serve("/tos", make_page(title="Terms"), etag='"tos"')
    watch.site.serve("/tos/eu-dsa", make_page(*sentences[4:], title="Authorities"), etag='"dsa-1"')
    combined(watch)
    assert watch.run(1).code == 0
    assert names_in(watch, "Lantern") == [
        "Terms of Service #tos-eu-dsa.html",
        "Terms of Service #tos.html",
        "Terms of Service.json",
        "Terms of Service.md",
    ]
    watch.site.serve("/tos/eu-dsa", make_page(*sentences[4:], "Orders go to the office in Riga.", title="Authorities"),
                     etag='"dsa-2"')  # fmt: skip
    ran = watch.run(2)
    assert outcomes(ran) == {"Lantern/Terms of Service": "changed"}
    with watch.archive() as archive:
        text = archive.latest(DocumentKey.parse("Lantern/Terms of Service")).markdown
    assert sentences[0] in text
    assert "Orders go to the office in Riga." in text
    assert text.index("Terms") < text.index("Authorities")
    assert watch.run(3).code == 0
    sent = {path: [request.headers.get("If-None-Match") for request in watch.site.pages[path].requests]
            for path in ("/tos", "/tos/eu-dsa")}  # fmt: skip
    # The third request of each is the second look of the second night: of all sources, without conditions.
    assert sent == {"/tos": [None, '"tos"', None, '"tos"'], "/tos/eu-dsa": [None, '"dsa-1"', None, '"dsa-2"']}
    assert watch.tracker("verify").code == 0


def test_a_combined_document_fails_whole_if_one_page_does(watch: Any, make_page: Any) -> None:
    watch.site.serve("/tos", make_page())
    combined(watch)
    ran = watch.run(1)
    assert ran.code == 1
    assert [(row["outcome"], row["reason"]) for row in ran.json["results"]] == [("failed", "not-found")]
    assert watch.subjects() == []


def test_an_address_that_two_documents_share_is_asked_once(watch: Any, sentences: Any) -> None:
    clauses = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    served = watch.site.serve("/legal", f"<main><div id=a>{clauses}</div><div id=b>{clauses}<p>More.</p></div></main>")
    url = watch.site.url("/legal")
    terms = {"Privacy Policy": {"fetch": url, "select": "#a"}, "Terms of Service": {"fetch": url, "select": "#b"}}
    watch.declare("Lantern", terms)
    assert set(outcomes(watch.run(1)).values()) == {"first-record"}
    assert len(served.requests) == 1


def test_a_shared_address_is_asked_without_conditions_while_one_document_lacks_a_record(
    watch: Any, make_page: Any
) -> None:
    served = watch.site.serve("/legal", make_page(), etag='"x"')
    url = watch.site.url("/legal")
    watch.declare("Lantern", {"Privacy Policy": {"fetch": url, "select": "main"}})
    watch.run(1)
    watch.declare("Other", {"Privacy Policy": {"fetch": url, "select": "main"}})
    assert outcomes(watch.run(2)) == {LANTERN: "unchanged", "Other/Privacy Policy": "first-record"}
    watch.run(3)
    assert [request.headers.get("If-None-Match") for request in served.requests] == [None, None, '"x"']


# ---------------------------------------------------------------------------------------------- rules that we changed


def test_a_changed_declaration_is_applied_to_the_old_snapshot_before_the_new_capture(
    lantern: Any, make_page: Any, sentences: Any
) -> None:
    lantern.site.serve("/privacy", make_page(*sentences, "Maps are drawn by a company in Oslo."))
    lantern.declare(
        "Lantern",
        {"Privacy Policy": {"fetch": lantern.site.url("/privacy"), "select": "main", "remove": "p:nth-of-type(4)"}},
    )
    ran = lantern.run(2)
    assert outcomes(ran) == {LANTERN: "changed"}
    assert lantern.subjects() == [
        "First record of Lantern Privacy Policy",
        "Apply technical or declaration upgrade on Lantern Privacy Policy",
        "Record new changes of Lantern Privacy Policy",
    ]
    said = lantern.git("log", "--reverse", "--format=%at|%s", "archive").splitlines()
    upgrade = next(line for line in said if "upgrade" in line)
    assert int(upgrade.partition("|")[0]) == parse_instant("2024-10-01T03:00:00Z").timestamp()
    change = lantern.tracker("diff", f"{LANTERN}@latest~1", f"{LANTERN}@latest", "--format", "json").json
    assert [(clause["op"], clause["new"]) for clause in change["clauses"]] == [
        ("added", "Maps are drawn by a company in Oslo.")
    ]
    assert lantern.tracker("verify").code == 0
    log = lantern.tracker("log", "--json").json
    assert len(log["documents"][0]["changes"]) == 1


def test_a_changed_declaration_without_news_makes_one_technical_commit(lantern: Any) -> None:
    terms = {"Privacy Policy": {"fetch": lantern.site.url("/privacy"), "select": "main", "remove": "p:nth-of-type(4)"}}
    lantern.declare("Lantern", terms)
    assert outcomes(lantern.run(2)) == {LANTERN: "technical"}
    assert outcomes(lantern.run(3)) == {LANTERN: "unchanged"}
    assert len(lantern.subjects()) == 2


def test_a_document_that_moved_to_another_address_goes_on(lantern: Any, make_page: Any) -> None:
    lantern.site.serve("/new-privacy", make_page(chrome="new design"))
    lantern.declare("Lantern", {"Privacy Policy": "/new-privacy"})
    ran = lantern.run(2)
    assert ran.code == 0
    assert outcomes(ran)[LANTERN] in {"unchanged", "technical"}
    assert lantern.tracker("log", "--json").json["documents"][0]["changes"] == []
    assert lantern.tracker("verify").code == 0


# ------------------------------------------------------------------------------------------------------- held captures


@pytest.fixture
def shrunk(lantern: Any, make_page: Any, sentences: Any) -> Any:
    """A watch whose document lost most of its text on the second night."""
    lantern.site.serve("/privacy", make_page(sentences[0], sentences[1]))
    ran = lantern.run(2)
    assert ran.code == 1
    assert [(row["outcome"], row["reason"]) for row in ran.json["results"]] == [("held", "shrunk")]
    return lantern


def test_a_text_that_shrank_is_held_and_told(shrunk: Any, sentences: Any) -> None:
    assert shrunk.subjects() == ["First record of Lantern Privacy Policy"]
    with shrunk.archive() as archive:
        held = archive.held_for(DocumentKey.parse(LANTERN))
    assert (held.outcome, held.reason) == ("held", "shrunk")
    assert sentences[1] in held.markdown
    assert [row["reason"] for row in shrunk.tracker("log", "--json").json["held"]] == ["shrunk"]
    assert f"{LANTERN}: held since 2024-10-02T03:00:00Z" in shrunk.tracker("log").out
    assert shrunk.checks(LANTERN)[-1].outcome == "held"


def test_a_held_text_seen_again_too_soon_stays_held(shrunk: Any) -> None:
    assert shrunk.run("2024-10-02T03:30:00Z").code == 1
    assert len(shrunk.subjects()) == 1


def test_a_held_text_seen_again_an_hour_later_is_recorded(shrunk: Any) -> None:
    ran = shrunk.run("2024-10-02T04:00:00Z")
    assert (ran.code, outcomes(ran)) == (0, {LANTERN: "changed"})
    with shrunk.archive() as archive:
        assert archive.held() == ()


def test_a_held_text_is_let_go_when_the_old_one_is_back(shrunk: Any, make_page: Any) -> None:
    shrunk.site.serve("/privacy", make_page())
    assert shrunk.run(3).code == 0
    with shrunk.archive() as archive:
        assert archive.held() == ()


def test_a_held_text_is_let_go_when_the_server_says_that_the_old_one_is_back(
    watch: Any, make_page: Any, sentences: Any
) -> None:
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    nights = ((1, make_page(), '"a"', 0), (2, make_page(sentences[0]), '"b"', 1), (3, make_page(), '"a"', 0))
    for night, body, tag, code in nights:
        served = watch.site.serve("/privacy", body, etag=tag)
        assert watch.run(night).code == code
    assert served.requests[-1].headers["If-None-Match"] == '"a"'
    with watch.archive() as archive:
        assert archive.held() == ()
    watch.site.serve("/privacy", make_page(sentences[0]), etag='"b"')
    assert watch.run(4).code == 1


def test_unconfirmed_captures_only_what_awaits_another_look(watch: Any, make_page: Any, sentences: Any) -> None:
    for name in ("calm", "changed", "held"):
        watch.site.serve(f"/{name}", make_page())
        watch.declare(name.title(), {"Privacy Policy": f"/{name}"})
    watch.run(1)
    watch.site.serve("/changed", make_page(*sentences, "Maps are drawn by a company in Oslo."))
    watch.site.serve("/held", make_page(sentences[0]))
    watch.run(2)
    ran = watch.run("2024-10-02T09:00:00Z", "--unconfirmed")
    assert outcomes(ran) == {"Changed/Privacy Policy": "unchanged", "Held/Privacy Policy": "changed"}
    assert len(watch.site.pages["/calm"].requests) == 2
    log = watch.tracker("log", "Changed/Privacy Policy", "--json").json
    assert [change["trust"] for change in log["documents"][0]["changes"]] == ["confirmed"]
    assert outcomes(watch.run("2024-10-02T15:00:00Z", "--unconfirmed")) == {"Held/Privacy Policy": "unchanged"}
    assert outcomes(watch.run("2024-10-02T21:00:00Z", "--unconfirmed")) == {}


# --------------------------------------------------------------------------------------------------------- second look


@pytest.fixture
def rotating(watch: Any, make_page: Any, sentences: Any) -> Any:
    """A watch whose page serves two texts in turn, one a request; the first was recorded on the first night."""
    other = make_page(*sentences[:-1], "A customer in Oslo says that nobody draws maps as we do.")
    watch.site.serve("/privacy", "", turns=(make_page(), other))
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    assert watch.run(1).code == 0
    return watch


def test_a_page_that_serves_two_texts_in_turn_makes_no_change(rotating: Any) -> None:
    for night in (2, 3, 4):
        ran = rotating.run(night)
        assert ran.code == 1
        assert [(row["outcome"], row["reason"]) for row in ran.json["results"]] == [("held", "rotating")]
    assert rotating.subjects() == ["First record of Lantern Privacy Policy"]
    assert [row["reason"] for row in rotating.tracker("log", "--json").json["held"]] == ["rotating"]
    status = (rotating.folder / "site" / "status" / "index.html").read_text(encoding="utf-8")
    assert "The site may serve two texts in turn" in status
    assert "git show archive:&#34;.tracker/held/Lantern/Privacy Policy/text.md&#34;" in status


def test_the_command_that_the_status_page_gives_shows_what_is_held(rotating: Any) -> None:
    rotating.run(2)
    assert "nobody draws maps" in rotating.git("show", "archive:.tracker/held/Lantern/Privacy Policy/text.md")


def test_a_run_says_what_it_held_and_why_and_what_next(rotating: Any) -> None:
    ran = rotating.tracker("run", "--at", "2024-10-02T03:00:00Z")
    assert "rotating: the second look, at 2024-10-02T03:00:20Z, gave the old text again" in ran.out
    assert "The site may serve two texts in turn; the next run looks again" in ran.out
    assert "1 documents: 1 held" in ran.out


def test_the_second_look_asks_caches_for_a_new_answer_and_sends_no_condition(
    watch: Any, make_page: Any, sentences: Any
) -> None:
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    for night, body, tag in ((1, make_page(), '"a"'), (2, make_page(*sentences, "Maps are new."), '"b"')):
        served = watch.site.serve("/privacy", body, etag=tag)
        assert watch.run(night).code == 0
    sent = [(request.headers.get("If-None-Match"), request.headers.get("Cache-Control")) for request in served.requests]
    assert sent == [(None, None), ('"a"', None), (None, "no-cache")]
    assert {request.full_path.rstrip("?") for request in served.requests} == {"/privacy"}


def test_a_replay_waits_for_nobody_and_dates_the_second_look_all_the_same(
    lantern: Any, make_page: Any, sentences: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.Clock, "sleep", lambda *_: pytest.fail("a replay does not wait"))
    lantern.site.serve("/privacy", make_page(*sentences, "Maps are new."))
    assert outcomes(lantern.run(2)) == {LANTERN: "changed"}
    assert lantern.checks(LANTERN)[-1].checked_at == parse_instant("2024-10-02T03:00:20Z")


@pytest.mark.parametrize(("settings", "least", "most"), [({}, 10, 20), ({"confirm_seconds": 300}, 290, 300)])
def test_a_run_waits_as_long_as_it_is_told_once(
    *, lantern: Any, make_page: Any, sentences: Any, monkeypatch: pytest.MonkeyPatch,
    settings: Any, least: float, most: float,
) -> None:  # fmt: skip
    slept: list[float] = []
    monkeypatch.setattr(session.Clock, "sleep", lambda _clock, seconds: slept.append(seconds))
    lantern.configure(**settings)
    lantern.site.serve("/privacy", make_page(*sentences, "Maps are new."))
    assert lantern.tracker("run", "-q").code == 0
    assert [least < seconds <= most for seconds in slept] == [True]


def test_no_second_look_where_the_settings_want_none(rotating: Any) -> None:
    rotating.configure(confirm_seconds=0)
    assert outcomes(rotating.run(2)) == {LANTERN: "changed"}


# ----------------------------------------------------------------------------------------------------- ended and moved


def attention(watch: Any) -> str:
    """What the status page says needs attention, as text."""
    page = (watch.folder / "site" / "status" / "index.html").read_text(encoding="utf-8")
    part = page.partition('id="attention"')[2].partition('id="held"')[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def notices(watch: Any, stem: str = "all") -> list[Any]:
    feed = json.loads((watch.folder / "site" / "feeds" / f"{stem}.json").read_text(encoding="utf-8"))
    return [item for item in feed["items"] if "standing" in item["_tracker"]]


def test_410_is_an_end_at_once_and_its_return_is_told_in_the_same_entry(lantern: Any, make_page: Any) -> None:
    lantern.site.serve("/privacy", "gone", status=410)
    assert lantern.run(2).code == 1
    assert "Ended" in attention(lantern)
    assert "answered 410 Gone" in attention(lantern)
    (ended,) = notices(lantern)
    assert ended["title"] == "Lantern, Privacy Policy: The document has ended at its address"
    lantern.run(3)
    assert notices(lantern) == [ended]
    lantern.site.serve("/privacy", make_page())
    assert lantern.run(4).code == 0
    assert "Nothing: every policy was seen at its last check." in attention(lantern)
    (back,) = notices(lantern)
    assert (back["id"], back["date_published"]) == (ended["id"], ended["date_published"])
    assert (back["date_modified"], back["title"]) == (
        "2024-10-04T03:00:00Z",
        "Lantern, Privacy Policy: The document is back in its place",
    )
    assert len(lantern.subjects()) == 1


def test_404_is_an_end_after_fourteen_nights(lantern: Any) -> None:
    del lantern.site.pages["/privacy"]
    for night in range(2, 15):
        lantern.run(night)
    assert "Ended" not in attention(lantern)
    assert notices(lantern) == []
    lantern.run(15)
    assert "404 Not Found on 14 days in a row, from 2024-10-02 to 2024-10-15" in attention(lantern)
    assert (
        len(notices(lantern))
        == len(notices(lantern, "lantern"))
        == len(notices(lantern, "lantern/privacy-policy"))
        == 1
    )
    assert notices(lantern, "material") == notices(lantern, "silent") == []


def test_a_redirect_to_the_home_page_may_be_a_move_and_never_a_removal(lantern: Any, make_page: Any) -> None:
    lantern.site.serve("/", make_page(*(f"Greeting number {number} is free of charge." for number in range(20))))
    lantern.site.serve("/privacy", "", status=302, headers={"Location": "/"})
    for night in (2, 3, 4):
        ran = lantern.run(night)
        assert [(row["outcome"], row["reason"]) for row in ran.json["results"]] == [("held", "moved")]
    assert f"Moved? {lantern.site.url('/privacy')} redirects to {lantern.site.url('/')}, a home page" in attention(
        lantern
    )
    assert len(lantern.subjects()) == len(notices(lantern)) == 1


def test_a_move_to_another_host_is_seen_and_names_the_new_address(lantern: Any, make_page: Any) -> None:
    lantern.site.serve("/new", make_page())
    target = lantern.site.url("/new").replace("127.0.0.1", "localhost")
    lantern.site.serve("/privacy", "", status=301, headers={"Location": target})
    ran = lantern.run(2)
    assert (ran.code, outcomes(ran)) == (0, {LANTERN: "unchanged"})
    assert f"Leads to: {target} Next:" in attention(lantern)
    assert "change fetch in the declaration to it" in attention(lantern)
    (moved,) = notices(lantern)
    assert moved["_tracker"]["new_url"] == target


# -------------------------------------------------------------------------------------------------------------- names


def test_names_choose_documents_or_all_of_a_service(watch: Any, make_page: Any) -> None:
    for path in ("/a", "/b", "/c"):
        watch.site.serve(path, make_page())
    watch.declare("Lantern", {"Privacy Policy": "/a", "Terms of Service": "/b"})
    watch.declare("Other", {"Privacy Policy": "/c"})
    assert list(outcomes(watch.run(1, "Other/Privacy Policy"))) == ["Other/Privacy Policy"]
    assert list(outcomes(watch.run(2, "Lantern"))) == [LANTERN, "Lantern/Terms of Service"]
    assert len(watch.run(3).json["results"]) == 3


def test_an_unknown_name_is_a_usage_error_with_near_names(lantern: Any) -> None:
    ran = lantern.tracker("run", "Lantern/Privacy")
    assert ran.code == 2
    assert LANTERN in ran.err
    assert len(lantern.site.pages["/privacy"].requests) == 1


def test_at_gives_every_date_of_a_replay(lantern: Any) -> None:
    dates = lantern.git("log", "--format=%aI %cI", "archive").split()
    assert {parse_instant(date) for date in dates} == {parse_instant("2024-10-01T03:00:00Z")}
    ran = lantern.tracker("run", "--at", "last night")
    assert ran.code == 2
    assert "2024-09-23T15:26:23Z" in ran.err


# ------------------------------------------------------------------------------------------------------- the real thing


def test_a_run_in_a_git_repository_touches_nothing_of_a_persons_work(watch: Any, make_page: Any) -> None:
    def git(*arguments: str) -> str:
        author = ("-c", "user.name=A Person", "-c", "user.email=person@watch.example")
        done = subprocess.run(
            ["git", *author, *arguments], cwd=watch.folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    git("init", "--quiet", "--initial-branch=main")
    (watch.folder / "notes.txt").write_text("committed", encoding="utf-8")
    git("add", "notes.txt")
    git("commit", "--quiet", "-m", "Notes")
    (watch.folder / "notes.txt").write_text("staged", encoding="utf-8")
    git("add", "notes.txt")
    (watch.folder / "notes.txt").write_text("edited", encoding="utf-8")
    (watch.folder / "tracker.toml").write_text("allow_private = true\nper_host_seconds = 0\n", encoding="utf-8")
    (watch.folder / ".gitignore").write_text("/snapshots/\n/site/\n", encoding="utf-8")
    watch.site.serve("/privacy", make_page())
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    before = git("status", "--porcelain=v1"), git("rev-parse", "HEAD")
    assert watch.run(1).code == 0
    assert (git("status", "--porcelain=v1"), git("rev-parse", "HEAD")) == before
    assert git("show", ":notes.txt") == "staged"
    assert "First record of Lantern Privacy Policy" in git("log", "--format=%s", "archive")
    assert git("ls-tree", "--name-only", "main").split() == ["notes.txt"]


def test_the_command_runs_as_a_process_of_its_own(watch: Any, make_page: Any) -> None:
    watch.site.serve("/good", make_page())
    watch.declare("Good", {"Privacy Policy": "/good"})
    watch.declare("Bad", {"Privacy Policy": "/none"})
    done = subprocess.run([sys.executable, "-m", "tracker", "run"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "not-found: " in done.stdout
    assert "Good/Privacy Policy" in done.stdout
    assert "2 documents: 1 failed, 1 first-record" in done.stdout
    assert "\x1b" not in done.stdout


def test_quiet_says_only_what_went_wrong(lantern: Any) -> None:
    assert lantern.tracker("run", "-q").out == ""
    del lantern.site.pages["/privacy"]
    ran = lantern.tracker("run", "-q")
    assert (ran.code, ran.out) == (1, "")
    assert "not-found" in ran.err
