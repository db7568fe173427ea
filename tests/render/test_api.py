"""The JSON of the site, and the schemas that describe it."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import jinja2
import pytest
from jsonschema import Draft202012Validator

from tests.render.figure_stories import invent_figures
from tracker.model import (
    Announcement,
    ChangeReport,
    DocumentKey,
    DocumentReport,
    OwnDate,
    OwnDates,
    Passing,
    SectionRef,
)  # fmt: skip
from tracker.pipeline import run_demo
from tracker.render import SiteModel, change_to_json, render_site
from tracker.render.api_schemas import SCHEMAS

KEY = DocumentKey(service="Courier", terms_type="Privacy Policy")


def strict(schema: Any) -> Any:
    """The schema that allows no key that it does not name: a key that nobody described is found out."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: strict(item) for key, item in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return {**inner, "additionalProperties": False} if is_object else inner


def complaints(row: Any) -> list[str]:
    validator = Draft202012Validator(strict(SCHEMAS[row["schema"]]))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(row)]


def is_feed(path: str) -> bool:
    return path.startswith("feeds/")


def json_files(pages: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for path, text in pages.items():
        if path.endswith(".json") and not is_feed(path) and not path.startswith("api/schema/"):
            yield path, json.loads(text)


@pytest.fixture
def pages(revised_site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(replace(revised_site, figures=(invent_figures(),)), environment))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_schema_is_one(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_json_file_of_a_site_fits_the_schema_that_it_names(pages: dict[str, str]) -> None:
    found = dict(json_files(pages))
    assert {row["schema"] for row in found.values()} == set(SCHEMAS)
    assert {path: complaints(row) for path, row in found.items() if complaints(row)} == {}


def test_every_json_file_of_the_demonstration_fits_its_schema_as_published(tmp_path: Path) -> None:
    run_demo(tmp_path / "demo")
    site = tmp_path / "demo" / "site"
    schemas = {
        schema["title"]: schema for file in (site / "api/schema").iterdir() for schema in [json.loads(file.read_text())]
    }
    checked = 0
    for file in site.rglob("*.json"):
        path = file.relative_to(site).as_posix()
        if is_feed(path) or path.startswith(("api/schema/", "pagefind/", ".")):
            continue
        row = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator(schemas[row["schema"]]).validate(row)
        assert complaints(row) == [], path
        checked += 1
    assert checked >= 7


def test_a_change_with_all_that_it_can_tell_fits(widening: ChangeReport) -> None:
    [clause], [judged] = widening.change.clauses, widening.verdict.clauses
    section = SectionRef(number=None, title="Police", anchor=None)
    told = replace(
        clause, op="moved", moved_from=section, links=(("https://a.example", ""),), notes=("coarse: whole sentences",)
    )
    announced = Announcement(status="later", entry="more", date="May", lag_days=3.25)
    dates = OwnDates(
        status="appeared", old=None, new=OwnDate(label="", printed="1/2/2024", day=None, is_ambiguous=True)
    )
    verdict = replace(widening.verdict, clauses=(replace(judged, announced=announced),), dates=dates)
    passing = Passing(section=section, text="", came=widening.event.old, went=widening.event.new, times=2)
    row = change_to_json(
        replace(widening.change, clauses=(told,)), verdict, id="x", trust="single", between=(passing,), more_between=3,
        history=widening.history,
    )  # fmt: skip
    assert complaints(row) == []
    assert {"dates", "between", "more_between", "rules", "earlier"} <= set(row)


@pytest.mark.parametrize(
    ("key", "value"),
    [("kind", "huge"), ("trust", None), ("material", "yes"), ("clauses", [{}]), ("topics", ["a"]), ("more", 1)],
)
def test_a_change_that_is_wrong_does_not_fit(pages: dict[str, str], key: str, value: object) -> None:
    row = next(row for path, row in json_files(pages) if path.endswith("change.json") and "clauses" in row)
    assert complaints(row) == []
    assert len(complaints({**row, key: value})) >= 1


def test_every_link_is_relative_and_leads_to_a_file(pages: dict[str, str]) -> None:
    def links(value: Any) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                yield from links(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key in {"$schema", "href", "page", "json", "card", "atom", "rss", "opml", "see"}:
                    if isinstance(item, str):
                        yield item
                else:
                    yield from links(item)

    count = 0
    for path, row in json_files(pages):
        for link in links(row):
            assert "://" not in link
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
            assert found in pages, f"{path} names {link}"
            assert urljoin(f"https://w.example/{path}", link) == f"https://w.example/{found}"
            count += 1
    assert count > 30


def test_changes_are_listed_apart_from_what_is_none(pages: dict[str, str]) -> None:
    year = json.loads(pages["api/changes/2024.json"])
    assert [row["first_seen_new"][:10] for row in year["changes"]] == [
        "2024-04-07", "2024-03-20", "2024-03-05", "2024-02-03",
    ]  # fmt: skip
    assert {(row["trust"], row["kind"]) for row in year["set_aside"]} >= {("single", "broken")}
    assert not any(row["trust"] == "alternating" or row["kind"] == "broken" for row in year["changes"])
    [index] = json.loads(pages["api/index.json"])["changes"]
    assert (index["changes"], index["set_aside"]) == (len(year["changes"]), len(year["set_aside"]))


def test_a_row_names_the_change_as_feeds_and_change_json_do(pages: dict[str, str], revised: ChangeReport) -> None:
    rows = json.loads(pages["api/changes/2024.json"])["changes"]
    [row] = [row for row in rows if row["first_seen_new"].startswith("2024-03-05")]
    change = json.loads(pages[posixpath.normpath(posixpath.join("api/changes", row["json"]))])
    assert all(row[key] == change[key] for key in ("id", "headline", "kind", "material", "effect", "topics", "trust"))
    items = {item["id"]: item for item in json.loads(pages["feeds/all.json"])["items"]}
    assert items[row["id"]]["date_modified"] == row["updated_at"]
    assert (row["alert"], row["unannounced"]) == (True, True)
    assert row["new_text_sha256"] == revised.event.new.text_sha256


def test_documents_say_how_they_stand(pages: dict[str, str]) -> None:
    policy, terms = json.loads(pages["api/documents.json"])["documents"]
    assert (policy["document"], policy["changes"], policy["standing"]) == ("Courier/Privacy Policy", 4, "watching")
    assert policy["last_check"] == {
        "checked_at": "2024-04-10T03:17:05Z", "outcome": "failed", "reason": "server-error",
    }  # fmt: skip
    assert policy["last_seen_at"] == "2024-04-08T03:17:05Z"
    assert (terms["changes"], terms["newest_change"]) == (0, None)


def test_a_site_without_documents_lists_none(environment: jinja2.Environment) -> None:
    empty = dict(render_site(SiteModel(title="T", site_url=None, contact="", documents=()), environment))
    assert json.loads(empty["api/index.json"])["changes"] == []
    assert all(complaints(row) == [] for _, row in json_files(empty))


def test_hostile_words_fit_too(report_on: Callable[..., DocumentReport], environment: jinja2.Environment) -> None:
    hostile = "]]> <script> \x00\x1b \ufffe \u202e \" ' {{7*7}}"
    key = replace(KEY, vantage="ota", service="]]> <script> \" ' {{7*7}}")
    report = report_on(key, f"old {hostile}", f"new {hostile}", headline=hostile, title=hostile)
    site = SiteModel(title=hostile, site_url=None, contact="", documents=(report,))
    files = dict(json_files(dict(render_site(site, environment))))
    assert len(files) == 4
    assert all(complaints(row) == [] for row in files.values())
    for path, text in render_site(site, environment):
        if path.endswith(".json"):
            assert not any(character in text for character in "\x00\x1b\u202e"), path
