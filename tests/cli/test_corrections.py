"""A person corrects or retracts a change: page, feeds, JSON and terminal say so, and what was said before stays."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import feedparser
import pytest

DOCUMENT = "Lantern/Privacy Policy"
TERMS = ("privacy-policy", "terms-of-service")
LONGER = "Accounts which nobody has opened for eighteen months are removed together with their contents."
AT = "2024-11-05T09:30:00Z"
SEEN = "2024-10-02T03:00:00Z"


@pytest.fixture
def changed(lantern: Any, make_page: Any, sentences: Any) -> Any:
    """The document of the first night, and a change of the second that was seen again on the third."""
    lantern.configure(site_url="https://watch.example/policies/", confirm_seconds=0)
    lantern.site.serve("/privacy", make_page(*sentences[:2], LONGER, *sentences[3:]))
    assert lantern.run(2).code == 0
    assert lantern.run(3).code == 0
    return lantern


@pytest.fixture
def told(changed: Any) -> dict[str, Any]:
    return told_of(changed)


def told_of(watch: Any) -> dict[str, Any]:
    """The JSON of the one change page."""
    [path] = (watch.folder / "site").glob("lantern/privacy-policy/*/change.json")
    row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return row | {"slug": path.parent.name, "html": (path.parent / "index.html").read_text(encoding="utf-8")}


def correct(watch: Any, *corrections: dict[str, Any], name: str = "2024") -> None:
    folder = watch.folder / "corrections"
    folder.mkdir(exist_ok=True)
    rows = [{"reason": "It only repeats section 2.", "by": "Ann Lee", "at": AT} | row for row in corrections]
    (folder / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")


def build(watch: Any) -> Any:
    return watch.tracker("site", "build")


def page(watch: Any, path: str) -> str:
    text: str = (watch.folder / "site" / path).read_text(encoding="utf-8")
    return text


def items(watch: Any, stem: str = "feeds/all") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page(watch, f"{stem}.json"))["items"]
    return found


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_story_is_one_that_can_be_corrected(told: dict[str, Any], changed: Any) -> None:
    assert (told["kind"], told["material"], told["effect"]) == ("substantive", True, "widens")
    assert "corrections" not in told
    assert "retracted" not in told
    assert [item["id"] for item in items(changed, "feeds/material")] == [told["id"]]


def test_a_corrected_effect_is_shown_with_what_the_rules_say(changed: Any, told: dict[str, Any]) -> None:
    correct(changed, {"change": told["id"], "field": "effect", "value": "neutral"})
    assert build(changed).code == 0
    now = told_of(changed)
    assert now["effect"] == "neutral"
    assert now["corrections"] == [
        {
            "field": "effect",
            "old": "widens",
            "value": "neutral",
            "reason": "It only repeats section 2.",
            "by": "Ann Lee",
            "at": AT,
        }
    ]
    assert now["judged"]["effect"] == "widens"
    assert now["judged"]["headline"] == told["headline"]
    assert (now["judged_at"], now["earlier"]) == (told["judged_at"], [])
    assert now["clauses"] == told["clauses"]
    said = words_of(now["html"])
    assert "Effect corrected from [before: widens ] to [now: neutral ]" in said
    assert "by Ann Lee : It only repeats section 2." in said or "by Ann Lee: It only repeats section 2." in said
    assert "By the rules: substantive, material, widens" in said
    assert "5 November 2024, 09:30 UTC" in said


def test_an_entry_is_an_update_where_kind_material_or_effect_are_corrected(changed: Any, told: dict[str, Any]) -> None:
    [before] = items(changed)
    correct(changed, {"change": told["slug"], "field": "headline", "value": "Accounts are kept for longer."})
    build(changed)
    [headline] = items(changed)
    assert headline["title"] == "Lantern, Privacy Policy: Accounts are kept for longer."
    assert headline["date_modified"] == before["date_modified"] == SEEN
    assert told["headline"] in headline["content_html"]
    correct(changed, {"change": told["slug"], "field": "effect", "value": "neutral"})
    build(changed)
    [effect] = items(changed)
    assert (effect["id"], effect["date_published"], effect["date_modified"]) == (before["id"], SEEN, AT)
    assert "Corrected." in effect["content_html"]
    [entry] = feedparser.parse((changed.folder / "site/feeds/all.atom").read_bytes()).entries
    assert entry.updated.replace("+00:00", "Z") == AT
    assert "Corrected." in page(changed, "feeds/all.rss")


def test_a_change_that_is_not_material_leaves_the_alerts(changed: Any, told: dict[str, Any]) -> None:
    correct(changed, {"change": told["id"], "field": "material", "value": False})
    build(changed)
    assert items(changed, "feeds/material") == []
    assert [item["id"] for item in items(changed)] == [told["id"]]


def test_a_retracted_change_leaves_the_timeline_and_its_page_says_why(changed: Any, told: dict[str, Any]) -> None:
    correct(changed, {"change": told["id"], "field": "retract", "value": True, "reason": "A draft was served."})
    assert build(changed).code == 0
    address = f"lantern/privacy-policy/{told['slug']}"
    assert address not in page(changed, "index.html")
    assert told["slug"] not in page(changed, "lantern/index.html")
    assert not (changed.folder / "site/timeline/2024-10").exists()
    assert "Retracted: " in page(changed, "lantern/privacy-policy/index.html")
    html = page(changed, f"{address}/index.html")
    assert "This change is retracted" in html
    assert "A draft was served." in html
    assert LONGER.partition(" eighteen")[0] in html
    now = told_of(changed)
    assert now["retracted"] is True
    assert now["kind"] == told["kind"]
    assert "judged" not in now


def test_a_retracted_change_stays_in_the_feeds_that_had_it(changed: Any, told: dict[str, Any]) -> None:
    stems = ("feeds/all", "feeds/material", "feeds/lantern", "feeds/lantern/privacy-policy")
    correct(changed, {"change": told["id"], "field": "retract", "value": True, "reason": "A draft was served."})
    build(changed)
    for stem in stems:
        [item] = items(changed, stem)
        assert (item["id"], item["date_modified"]) == (told["id"], AT)
        assert "Retracted: " in item["title"]
        assert "A draft was served." in item["content_html"]
        assert item["_tracker"]["retracted"] is True
        assert "Retracted: " in page(changed, f"{stem}.rss")


def test_what_was_retracted_can_be_restored_and_the_history_stays(changed: Any, told: dict[str, Any]) -> None:
    retract = {"change": told["id"], "field": "retract", "value": True}
    restore = retract | {"value": False, "at": "2024-11-06T00:00:00Z", "reason": "It was no draft."}
    correct(changed, restore, retract)
    build(changed)
    assert told["slug"] in page(changed, "index.html")
    now = told_of(changed)
    assert "retracted" not in now
    assert [row["value"] for row in now["corrections"]] == [True, False]
    assert "Restored" in now["html"]
    assert "Retracted: " not in items(changed)[0]["title"]


def test_the_later_correction_of_a_field_holds(changed: Any, told: dict[str, Any]) -> None:
    later = {"change": told["id"], "field": "effect", "value": "unclear", "at": "2024-11-07T00:00:00Z"}
    correct(changed, later, {"change": told["id"], "field": "effect", "value": "neutral"})
    build(changed)
    now = told_of(changed)
    assert now["effect"] == "unclear"
    assert [(row["old"], row["value"]) for row in now["corrections"]] == [("widens", "neutral"), ("neutral", "unclear")]


@pytest.mark.parametrize(
    "form",
    [
        "{id}",
        "{slug}",
        "lantern/privacy-policy/{slug}/",
        "/lantern/privacy-policy/{slug}",
        "https://watch.example/policies/lantern/privacy-policy/{slug}/",
        "lantern/privacy-policy/{slug}/index.html",
        "https://elsewhere.example/a/lantern/privacy-policy/{slug}/change.json#x",
    ],
)
def test_a_change_is_named_by_id_slug_or_address(changed: Any, told: dict[str, Any], form: str) -> None:
    correct(changed, {"change": form.format(**told), "field": "kind", "value": "clarification"})
    assert build(changed).code == 0
    assert told_of(changed)["kind"] == "clarification"


@pytest.mark.parametrize(
    ("row", "path", "said"),
    [
        ({"change": "urn:uuid:00000000-0000-5000-8000-000000000000"}, "0.change", "is no change of the archive"),
        ({"change": "lantern/privacy-policy/2024-10-02T030000Z-00000000-11111111/"}, "0.change", "tracker log --json"),
        ({"change": "other/terms/{slug}/"}, "0.change", "is no change of the archive"),
        ({"at": "2024-10-02T02:59:59Z"}, "0.at", "first seen later"),
        ({"value": "sideways"}, "0.value", "one of widens"),
    ],
)
def test_what_cannot_be_corrected_is_named_and_the_rest_goes_on(
    changed: Any, told: dict[str, Any], row: dict[str, Any], path: str, said: str
) -> None:
    row = {"change": told["id"], "field": "effect", "value": "neutral"} | row
    row["change"] = row["change"].format(**told)
    correct(changed, row, {"change": told["id"], "field": "material", "value": False})
    for command in (("site", "build"), ("check",)):
        ran = changed.tracker(*command)
        assert ran.code == (2 if command == ("check",) else 1)
        [line] = [line for line in ran.err.splitlines() if "2024.json" in line]
        assert f"2024.json: {path}: " in line
        assert said in line
    now = told_of(changed)
    assert (now["effect"], now["material"]) == ("widens", False)
    assert changed.run(4).code == 1


def test_two_corrections_of_one_field_at_one_instant_are_no_decision(changed: Any, told: dict[str, Any]) -> None:
    row = {"change": told["id"], "field": "effect"}
    correct(changed, row | {"value": "neutral"}, row | {"value": "narrows"})
    ran = build(changed)
    assert ran.code == 1
    assert "same instant" in ran.err
    assert told_of(changed)["effect"] == "neutral"


def test_a_slug_that_two_documents_share_is_no_name(lantern: Any, make_page: Any, sentences: Any) -> None:
    lantern.configure(confirm_seconds=0)
    lantern.declare("Lantern", {"Privacy Policy": "/privacy", "Terms of Service": "/privacy"})
    lantern.run(2)
    lantern.site.serve("/privacy", make_page(*sentences[:2], LONGER, *sentences[3:]))
    lantern.run(3)
    [slug] = {path.parent.name for path in (lantern.folder / "site").glob("lantern/*/*/change.json")}
    correct(
        lantern,
        {"change": slug, "field": "effect", "value": "neutral"},
        {"change": f"lantern/terms-of-service/{slug}/", "field": "kind", "value": "clarification"},
    )
    ran = build(lantern)
    assert ran.code == 1
    assert "several documents: write its address or its id" in ran.err
    assert len(ran.err.splitlines()) == 1
    rows = [json.loads(page(lantern, f"lantern/{terms}/{slug}/change.json")) for terms in TERMS]
    assert [(row["kind"], row["effect"]) for row in rows] == [("substantive", "widens"), ("clarification", "widens")]


def test_check_takes_files_and_folders_of_corrections(changed: Any, told: dict[str, Any]) -> None:
    correct(changed, {"change": told["id"], "field": "effect", "value": "neutral"})
    for arguments in ((), ("corrections/2024.json",), ("corrections",)):
        ran = changed.tracker("check", *arguments, "--json")
        assert (ran.code, ran.json["corrections"], ran.json["errors"]) == (0, 1, [])
    assert changed.tracker("check", "declarations/Lantern.json", "--json").json["corrections"] == 0


def test_corrections_are_checked_before_anything_is_archived(watch: Any) -> None:
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    correct(watch, {"change": "x", "field": "effect", "value": "neutral"}, {"change": "x", "field": "no", "value": 1})
    ran = watch.tracker("check")
    assert ran.code == 2
    assert "1.field" in ran.err
    assert "0.change" not in ran.err


def test_show_and_log_name_it(changed: Any, told: dict[str, Any]) -> None:
    plain = changed.tracker("log", DOCUMENT).out
    assert "corrected" not in plain
    correct(changed, {"change": told["id"], "field": "headline", "value": "Accounts last longer."})
    shown = changed.tracker("show", DOCUMENT).out
    assert "Accounts last longer." in shown
    assert "Headline corrected from " in shown
    assert "By the rules: substantive, material, widens; " in shown
    assert f': "{told["headline"]}"' in shown
    assert "corrected: Accounts last longer." in changed.tracker("log", DOCUMENT).out
    row = changed.tracker("show", DOCUMENT, "--json").json
    assert (row["headline"], row["judged"]["headline"]) == ("Accounts last longer.", told["headline"])
    assert "Headline corrected" in changed.tracker("show", DOCUMENT, "--format", "html").out
    correct(changed, {"change": told["id"], "field": "retract", "value": True})
    assert "Retracted, 5 November 2024, 09:30 UTC, by Ann Lee: It only" in changed.tracker("show", DOCUMENT).out
    assert f"retracted: {told['headline']}" in changed.tracker("log", DOCUMENT).out
    [document] = changed.tracker("log", DOCUMENT, "--json").json["documents"]
    assert document["changes"][0]["retracted"] is True


def test_corrections_never_become_verdicts_of_the_rules(changed: Any, told: dict[str, Any]) -> None:
    kept = changed.git("show", "archive:.tracker/verdicts/Lantern/Privacy Policy.jsonl")
    correct(changed, {"change": told["id"], "field": "effect", "value": "narrows"})
    build(changed)
    changed.tracker("log", DOCUMENT)
    assert changed.run(4).code == 0
    assert changed.git("show", "archive:.tracker/verdicts/Lantern/Privacy Policy.jsonl") == kept
    (changed.folder / "corrections/2024.json").unlink()
    assert "widens" in changed.tracker("log", DOCUMENT).out


def test_the_same_corrections_give_the_same_bytes(changed: Any, told: dict[str, Any]) -> None:
    correct(changed, {"change": told["id"], "field": "effect", "value": "neutral"}, name="b")
    correct(changed, {"change": told["slug"], "field": "material", "value": False}, name="a")
    build(changed)
    ran = changed.tracker("site", "build", "--json")
    assert (ran.json["written"], ran.json["removed"]) == (0, 0)


def test_what_persons_write_is_inert_on_pages_and_in_feeds(changed: Any, told: dict[str, Any]) -> None:
    hostile = '<script>alert(1)</script> {{7*7}} ]]> & "x"'
    correct(
        changed,
        {"change": told["id"], "field": "headline", "value": hostile, "reason": hostile, "by": hostile},
        {"change": told["id"], "field": "retract", "value": True, "reason": hostile, "by": hostile},
    )
    assert build(changed).code == 0
    for path in Path(changed.folder / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script>" not in text, path
        assert "{{7*7}}" in text or "7*7" not in text
    [entry] = feedparser.parse((changed.folder / "site/feeds/all.atom").read_bytes(), sanitize_html=False).entries
    assert "<script>" not in entry.content[0].value
    assert "<script>" not in items(changed)[0]["content_html"]


def test_the_folder_may_be_named_otherwise_and_a_replay_takes_what_was_said_since(
    changed: Any, told: dict[str, Any]
) -> None:
    changed.configure(corrections="said", site_url="https://watch.example/policies/", confirm_seconds=0)
    correct(changed, {"change": told["id"], "field": "effect", "value": "neutral"})
    (changed.folder / "corrections").rename(changed.folder / "said")
    assert changed.run(4).code == 0
    assert told_of(changed)["effect"] == "neutral"
