"""Rules move on; what was published before stays, and is touched only where it says something else now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import feedparser
import pytest

from tracker.classify import RULES_VERSION, judge_change
from tracker.model import DocumentKey, PublishedVerdict, Verdict
from tracker.pipeline import Reader, Workspace, build_site, verify_archive
from tracker.pipeline import cache as cache_module
from tracker.pipeline import judging as judging_module
from tracker.pipeline import night as night_module

KEY = DocumentKey.parse("Lantern/Privacy Policy")
URL = "https://lantern.example/privacy"
PATH = ".tracker/verdicts/Lantern/Privacy Policy.jsonl"
FIRST_SIGHT = "2024-10-02T03:00:00Z"


class MoveRules(Protocol):
    def __call__(self, version: int, **facts: Any) -> None: ...


@pytest.fixture
def move_rules(monkeypatch: pytest.MonkeyPatch) -> MoveRules:
    """Judge by rules of another version from now on, which find `facts` in every change."""

    def move(version: int, **facts: Any) -> None:
        def judge(*arguments: Any, **options: Any) -> Verdict:
            return replace(judge_change(*arguments, **options), **facts)

        for module in (judging_module, night_module):
            monkeypatch.setattr(module, "RULES_VERSION", version)
        monkeypatch.setattr(judging_module, "judge_change", judge)
        monkeypatch.setattr(cache_module, "rules_fingerprint", lambda: f"rules {version}")

    return move


@pytest.fixture
def lantern(declare: Any) -> None:
    declare("Lantern", Privacy_Policy=URL)


@pytest.fixture
def changed(night: Any, publisher: Any, lantern: None) -> None:  # noqa: ARG001 - what is declared
    """A document whose first change was published on the second night."""
    publisher.publish(URL)
    night()
    publisher.pages[URL] = publisher.page("We may keep your letters for as long as we like.")
    night()


@pytest.fixture
def rows(workspace: Workspace) -> Callable[[], tuple[PublishedVerdict, ...]]:
    def read() -> tuple[PublishedVerdict, ...]:
        with workspace.open_archive() as archive:
            return archive.verdicts(KEY).rows

    return read


class Page:
    """What is published about the one change."""

    def __init__(self, site: Path) -> None:
        [self.json_path] = site.glob("lantern/privacy-policy/*/change.json")
        self.json = json.loads(self.json_path.read_text(encoding="utf-8"))
        self.html = (self.json_path.parent / "index.html").read_text(encoding="utf-8")
        [self.entry] = feedparser.parse((site / "feeds/all.atom").read_bytes()).entries
        [self.item] = json.loads((site / "feeds/all.json").read_text(encoding="utf-8"))["items"]
        self.feed = feedparser.parse((site / "feeds/all.atom").read_bytes()).feed

    @property
    def updated(self) -> str:
        assert self.entry.updated.replace("+00:00", "Z") == self.item["date_modified"]
        assert self.item["date_published"] == FIRST_SIGHT
        assert self.feed.updated == self.entry.updated, "no other entry is newer"
        return str(self.item["date_modified"])


@pytest.fixture
def page(workspace: Workspace) -> Callable[[], Page]:
    return lambda: Page(workspace.settings.site)


def build(workspace: Workspace) -> Any:
    with workspace.open_archive() as archive:
        return build_site(archive, workspace, workspace.load_declarations())


@pytest.mark.usefixtures("changed")
def test_a_verdict_is_kept_with_the_rules_that_made_it(rows: Any, page: Any) -> None:
    [row] = rows()
    told = page()
    assert row.rules == told.json["rules"] == RULES_VERSION
    assert row.judged_at.isoformat() == "2024-10-02T03:00:00+00:00"
    assert row.id == told.item["id"]
    assert row.change == told.json_path.parent.name
    assert (row.kind, row.effect, row.headline) == tuple(told.json[key] for key in ("kind", "effect", "headline"))
    assert told.json["earlier"] == []
    assert told.json["judged_at"] == FIRST_SIGHT
    assert told.updated == FIRST_SIGHT
    assert "Earlier verdicts" not in told.html


@pytest.mark.usefixtures("changed")
def test_it_is_in_the_commit_of_its_address(workspace: Workspace, rows: Any) -> None:
    with workspace.open_archive() as archive:
        head = archive.head() or ""
        assert archive.read_body(".tracker/permalinks.jsonl", head)
        assert archive.read_body(PATH, head)
    assert len(rows()) == 1


@pytest.mark.usefixtures("changed")
def test_a_night_without_news_adds_no_row_and_changes_no_page(
    night: Any, workspace: Workspace, rows: Any, page: Any
) -> None:
    before = rows()
    night()
    assert rows() == before
    # The second look confirms it; nothing is told of another verdict.
    assert "Earlier verdicts" not in page().html
    (workspace.settings.archive / "policy-tracker" / "cache.sqlite").unlink()  # type: ignore[operator] # it is set
    night()
    assert rows() == before


@pytest.mark.usefixtures("changed")
def test_rules_that_find_another_effect_update_the_entry(night: Any, rows: Any, page: Any, move_rules: Any) -> None:
    before = page().json
    move_rules(RULES_VERSION + 1, effect="narrows")
    night()
    told = page()
    assert [(row.rules, row.effect) for row in rows()] == [
        (RULES_VERSION, before["effect"]),
        (RULES_VERSION + 1, "narrows"),
    ]
    assert told.json["effect"] == "narrows"
    assert told.json["rules"] == RULES_VERSION + 1
    assert told.json["judged_at"] == "2024-10-03T03:00:20Z"
    [earlier] = told.json["earlier"]
    assert earlier == {
        "rules": RULES_VERSION, "judged_at": FIRST_SIGHT, "kind": before["kind"], "material": before["material"],
        "effect": before["effect"], "topics": before["topics"], "headline": before["headline"],
        "change": told.json_path.parent.name,
    }  # fmt: skip
    assert told.updated == "2024-10-03T03:00:20Z"
    assert "Earlier verdicts on this change" in told.html
    assert f"by version {RULES_VERSION} of the rules" in told.html
    assert "published so since" in told.html
    assert "Judged anew" in told.item["content_html"]


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("facts", [{"headline": "Said in other words."}, {"topics": ("payments",)}])
def test_rules_that_say_it_in_other_words_leave_the_entry_as_it_was(
    night: Any, rows: Any, page: Any, move_rules: Any, facts: dict[str, Any]
) -> None:
    move_rules(RULES_VERSION + 1, **facts)
    night()
    told = page()
    assert [row.rules for row in rows()] == [RULES_VERSION, RULES_VERSION + 1]
    assert told.updated == FIRST_SIGHT
    assert len(told.json["earlier"]) == 1
    assert "Earlier verdicts on this change" in told.html
    assert "Judged anew" not in told.item["content_html"]


@pytest.mark.usefixtures("changed")
def test_rules_that_find_the_same_add_nothing(night: Any, rows: Any, page: Any, move_rules: Any) -> None:
    move_rules(RULES_VERSION + 1)
    night()
    told = page()
    assert [row.rules for row in rows()] == [RULES_VERSION]
    assert told.json["rules"] == RULES_VERSION + 1
    assert told.json["earlier"] == []
    assert told.updated == FIRST_SIGHT


@pytest.mark.usefixtures("changed")
def test_a_later_revision_moves_the_entry_again_and_never_back(
    night: Any, rows: Any, page: Any, move_rules: Any
) -> None:
    first = page().json["effect"]
    move_rules(RULES_VERSION + 1, effect="narrows")
    night()
    move_rules(RULES_VERSION + 2, headline="Said in other words.", effect="narrows")
    night()
    assert page().updated == "2024-10-03T03:00:20Z"
    move_rules(RULES_VERSION + 3)
    night()
    assert [row.effect for row in rows()] == [first, "narrows", "narrows", first]
    assert page().updated == "2024-10-05T03:00:20Z", "back at the first verdict, it is an update all the same"
    assert [row["effect"] for row in page().json["earlier"]] == [first, "narrows", "narrows"]


@pytest.mark.usefixtures("changed")
def test_a_site_that_is_built_before_a_run_shows_both_and_updates_no_entry(
    workspace: Workspace, rows: Any, page: Any, move_rules: Any
) -> None:
    before = rows()
    move_rules(RULES_VERSION + 1, effect="narrows")
    build(workspace)
    told = page()
    assert told.json["effect"] == "narrows"
    assert told.json["judged_at"] is None
    assert [row["effect"] for row in told.json["earlier"]] == [before[0].effect]
    assert told.updated == FIRST_SIGHT
    assert rows() == before


@pytest.mark.usefixtures("changed")
def test_a_site_that_is_built_twice_is_the_same(night: Any, workspace: Workspace, move_rules: Any) -> None:
    move_rules(RULES_VERSION + 1, effect="narrows")
    night()
    done = build(workspace)
    assert (done.written, done.removed) == ((), ())


@pytest.mark.usefixtures("changed")
def test_a_verdict_of_later_rules_is_shown_as_what_it_is(
    night: Any, workspace: Workspace, page: Any, move_rules: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_rules(RULES_VERSION + 7, effect="narrows")
    night()
    monkeypatch.undo()
    build(workspace)
    told = page()
    assert told.json["rules"] == RULES_VERSION
    assert [row["rules"] for row in told.json["earlier"]] == [RULES_VERSION, RULES_VERSION + 7]
    assert "a later one than this page is judged by" in told.html


def plant(workspace: Workspace, *lines: bytes) -> None:
    """Put `lines` after the rows that are there, as no tracker does."""
    with workspace.open_archive() as archive:
        kept = archive.read_body(PATH, archive.head() or "")
        row = archive.verdicts(KEY).rows[0]
        with archive.lock(row.judged_at):
            transaction = archive.transaction(at=row.judged_at)
            transaction._files[PATH] = kept + b"".join(lines)
            transaction.commit()


@pytest.mark.usefixtures("changed")
def test_damaged_rows_are_named_and_end_no_run(night: Any, workspace: Workspace, rows: Any, page: Any) -> None:
    before = rows()
    hostile = {"headline": "\x1b]0;x\x07<script>alert(1)</script>\u202e{{7*7}}", "kind": "<script>"}
    with workspace.open_archive() as archive:
        sound = json.loads(archive.read_body(PATH, archive.head() or ""))
    plant(workspace, b"{\n", json.dumps(sound | hostile).encode() + b"\n")
    night()
    assert rows() == before
    assert page().json["earlier"] == []
    with workspace.open_archive() as archive:
        problems = verify_archive(archive).problems
    assert [(problem.kind, problem.where) for problem in problems] == [
        ("unreadable", f"{PATH}, line 2"),
        ("unreadable", f"{PATH}, line 3"),
    ]


@pytest.mark.usefixtures("changed")
def test_hostile_words_in_a_sound_row_are_shown_inert(workspace: Workspace, page: Any) -> None:
    with workspace.open_archive() as archive:
        sound = json.loads(archive.read_body(PATH, archive.head() or ""))
    headline = "\x1b]0;x\x07<script>alert(1)</script>\u202e{{7*7}}"
    plant(workspace, json.dumps(sound | {"headline": headline, "effect": "sideways"}).encode() + b"\n")
    build(workspace)
    told = page()
    assert [row["effect"] for row in told.json["earlier"]] == [sound["effect"], "sideways"]
    assert "&lt;script&gt;alert(1)" in told.html
    assert "{{7*7}}" in told.html
    assert not set(told.html) & {"\x1b", "\x07", "\u202e"}
    assert "sideways" in told.html


@pytest.mark.usefixtures("changed")
def test_a_change_that_cannot_be_judged_is_recorded_all_the_same(
    night: Any, workspace: Workspace, publisher: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_options: Any) -> Verdict:
        raise RuntimeError("a rule that fails")

    before = rows()
    monkeypatch.setattr(judging_module, "judge_change", fail)
    publisher.pages[URL] = publisher.page("We may keep your letters for thirty years.")
    with pytest.raises(RuntimeError, match="a rule that fails"):
        night()
    with workspace.open_archive() as archive:
        assert len(archive.records()[KEY]) == 3
    assert rows() == before
    monkeypatch.undo()
    publisher.at = publisher.at.replace(day=publisher.at.day + 1)
    night()
    assert len({row.id for row in rows()}) == 2


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Verdict]]:
    """Every verdict that is made from now on."""
    made: list[Verdict] = []

    def judge(*arguments: Any, **options: Any) -> Verdict:
        made.append(judge_change(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(judging_module, "judge_change", judge)
    return iter([made])


@pytest.mark.usefixtures("changed")
def test_what_is_judged_for_the_archive_is_not_judged_again_for_the_site(
    night: Any, publisher: Any, judged: Iterator[list[Verdict]]
) -> None:
    made = next(judged)
    publisher.pages[URL] = publisher.page("We may keep your letters for thirty years.")
    night()
    assert len(made) == 2, "the new change, once, and the first text beside the new one: the earlier one is kept"


LOG = "<h2>3. Changes to this policy</h2><p>1 May 2024</p><p>Updated section 1 on letters.</p>"
LATE_ENTRY = "<p>3 October 2024</p><p>Updated section 2: accounts are deleted later.</p>"


@pytest.mark.usefixtures("lantern")
def test_an_announcement_that_comes_late_is_another_headline_and_no_update(
    night: Any, publisher: Any, workspace: Workspace, rows: Any, clauses: Sequence[str]
) -> None:
    letters = "".join(f"<p>{clause}</p>" for clause in clauses)
    for days, log in ((30, LOG), (90, LOG), (90, LOG + LATE_ENTRY)):
        accounts = f"<h2>2. Unused accounts</h2><p>We delete your account after {days} days without a visit.</p>"
        publisher.pages[URL] = f"<html><main><h1>Privacy</h1><h2>1. Letters</h2>{letters}{accounts}{log}</main></html>"
        night()
    with workspace.open_archive() as archive:
        report = Reader(archive, workspace.load_declarations()).find_change(KEY, "2024-10-02")
    assert [clause.announced.status for clause in report.verdict.clauses if clause.announced] == ["later"]
    own = [row for row in rows() if row.change == report.event.slug]
    assert [row.rules for row in own] == [RULES_VERSION] * 2
    assert own[0].weight == own[1].weight
    assert own[0].headline != own[1].headline
    items = json.loads((workspace.settings.site / "feeds/all.json").read_text(encoding="utf-8"))["items"]
    item = next(item for item in items if item["id"] == own[0].id)
    assert item["date_modified"] == item["date_published"] == FIRST_SIGHT


@pytest.mark.usefixtures("lantern")
def test_a_switch_that_turns_out_a_change_on_a_night_without_news_is_published_whole(
    night: Any, publisher: Any, workspace: Workspace, rows: Any
) -> None:
    """One form was rolled out in steps and has stayed alone since: so say the checks, for no record is newer."""
    plain, box = publisher.page(), publisher.page("Was this page of any help to you, or do you look for more?")
    for text in (plain, box, plain, box, plain, box):
        publisher.pages[URL] = text
        night(with_site=False)
    publisher.at += timedelta(days=20)
    night()
    with workspace.open_archive() as archive:
        report = Reader(archive, workspace.load_declarations()).report(KEY)
        addresses = [row["address"].split("/")[-2] for row in archive.permalinks()]
    [change] = report.changes
    assert addresses == [row.change for row in rows()] == [change.event.slug]
    assert change.history.published_at(change.verdict) is not None
