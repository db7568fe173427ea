"""What search engines read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jinja2
import pytest
from lxml import etree  # type: ignore[import-untyped] # stubs are not among the dependencies

from tracker.model import DocumentKey, DocumentReport
from tracker.render import SiteModel, render_site, sitemap

ROOT = "https://watch.example/policies/"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def files_of(site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(site, environment))


def rows_of(text: str, element: str) -> dict[str, str | None]:
    root: Any = etree.fromstring(text.encode())
    rows = [(row.findtext(f"{NAMESPACE}loc"), row.findtext(f"{NAMESPACE}lastmod")) for row in root]
    assert all(row.tag == NAMESPACE + element for row in root)
    assert len(rows) == len(dict(rows)), "an address stands twice"
    return dict(rows)


def test_every_page_that_tells_something_that_stands_is_in_one_sitemap(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    files = files_of(site, environment)
    index = rows_of(files["sitemap.xml"], "sitemap")
    assert list(index) == [f"{ROOT}sitemap-{part}.xml" for part in ("pages", "documents", "2024")]
    pages, documents, year = (rows_of(files[address.removeprefix(ROOT)], "url") for address in index)
    told = {f"{address.removeprefix(ROOT)}index.html" for address in (*pages, *documents, *year)}
    standing = {path for path, text in files.items() if path.endswith(".html") and "no longer stands" not in text}
    aside = {path for path in standing if any(f"2024-03-{day}" in path for day in (21, 22, 23))}
    assert told == standing - aside
    assert len(aside) == 3
    assert f"{ROOT}" in pages
    assert len(year) == 4


def test_dates_come_from_what_was_seen(site: SiteModel, environment: jinja2.Environment) -> None:
    files = files_of(site, environment)
    year = rows_of(files["sitemap-2024.xml"], "url")
    assert list(year.values()) == [
        "2024-02-03T03:17:05Z", "2024-03-05T03:17:05Z", "2024-03-20T03:17:05Z", "2024-04-07T03:17:05Z",
    ]  # fmt: skip
    assert rows_of(files["sitemap-documents.xml"], "url")[f"{ROOT}courier/privacy-policy/"] == "2024-04-07T03:17:05Z"
    assert rows_of(files["sitemap.xml"], "sitemap")[f"{ROOT}sitemap-2024.xml"] == "2024-04-07T03:17:05Z"


def test_a_file_holds_no_more_than_it_may(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 3)
    reports = tuple(report_on(DocumentKey(service=f"S{number}", terms_type="T"), "a", "b") for number in range(5))
    site = SiteModel(title="T", site_url=ROOT, contact="", documents=reports)
    files = files_of(site, environment)
    index = rows_of(files["sitemap.xml"], "sitemap")
    assert f"{ROOT}sitemap-2024-2.xml" in index
    sizes = [len(rows_of(files[address.removeprefix(ROOT)], "url")) for address in index]
    assert max(sizes) == 3
    assert sum(len(rows_of(files[f"sitemap-2024{part}.xml"], "url")) for part in ("", "-2")) == 5


def test_an_address_is_escaped(site: SiteModel, environment: jinja2.Environment) -> None:
    files = files_of(replace(site, site_url="https://w.example/a&b'c"), environment)
    assert "https://w.example/a&b'c/" in rows_of(files["sitemap-pages.xml"], "url")


def test_robots_are_kept_out_of_nothing_and_led_to_the_sitemap(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    robots = files_of(site, environment)["robots.txt"]
    assert robots == f"User-agent: *\nAllow: /\n\nSitemap: {ROOT}sitemap.xml\n"


def test_without_an_address_there_is_neither(site: SiteModel, environment: jinja2.Environment) -> None:
    files = files_of(replace(site, site_url=None), environment)
    assert not [path for path in files if path.startswith(("sitemap", "robots")) or path.endswith(".opml")]


def test_no_service_can_take_the_place_of_the_interface(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment
) -> None:
    report = report_on(DocumentKey(service="API", terms_type="Schema"), "a", "b")
    files = files_of(SiteModel(title="T", site_url=None, contact="", documents=(report,)), environment)
    assert not any(path.startswith("api/") and path.endswith(".html") for path in files)
