"""Promises and powers as people and programs read them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from tests.history.ledger_stories import keep
from tracker.model import FATES, DocumentReport, Ledger
from tracker.render import SiteModel, dump_json, ledger_to_html, ledger_to_json, ledger_to_text, render_site
from tracker.render.change_columns import Screen
from tracker.render.ledger_view import RULE_WORDS, lay_out_ledger
from tracker.render.words import FATE_MEANINGS, FATE_WORDS

SELL = "We never sell your data."
ADS = "We do not use your data to show you adverts."
SHARE = "We may share your address with the nearest tower."
HOSTILE = "We may share <script>alert(1)</script> \u202edata {{ 7 * 7 }} ::set-env https://courier.example/" + "x" * 200
REST = "Every tower keeps a book of the birds that land upon its northern sill."


def policy(*clauses: str) -> str:
    return "\n\n".join(["## 1. Letters", *clauses, "## 2. Towers", REST])


@pytest.fixture
def ledger() -> Ledger:
    return keep(policy(SELL, ADS, SHARE), policy(ADS.replace("your data", "your photos"), SHARE, HOSTILE))


def test_every_fate_has_its_words() -> None:
    assert set(FATE_WORDS) == set(FATE_MEANINGS) == set(FATES)


def test_a_ledger_is_told_in_words(ledger: Ledger) -> None:
    promises, powers = lay_out_ledger(ledger)
    assert (promises.title, promises.counts, promises.gone_title) == (
        "What it promises",
        "1: 1 narrowed",
        "1 promise no longer made in these words",
    )
    assert powers.counts == "2: 2 kept"
    (narrowed,) = promises.current
    assert narrowed.since == "in the first version known, 1 March 2024"
    assert [fate.words for fate in narrowed.fates] == [
        f"{RULE_WORDS['object-smaller']}: \u201cyour data\u201d became \u201cyour photos\u201d"
    ]
    (gone,) = promises.gone
    assert [(fate.word, fate.words, fate.shows_old) for fate in gone.fates] == [
        ("Broken off", "nothing like it stands in the new text", False)
    ]
    assert [told.since for told in powers.current] == ["in the first version known, 1 March 2024", "since 2 March 2024"]


def test_text_gives_each_sentence_and_what_became_of_it(ledger: Ledger) -> None:
    text = ledger_to_text(ledger)
    assert "[Narrowed] We do not use your photos to show you adverts.\n  1 Letters; in the first version known" in text
    assert f"    before: {ADS}\n" in text
    assert f"-- 1 promise no longer made in these words\n\n[Broken off] {SELL}\n" in text
    assert "\u202e" not in text
    assert not re.search(r"^\s*::", text, re.MULTILINE)


def test_text_is_folded_to_the_screen(ledger: Ledger) -> None:
    lines = ledger_to_text(ledger, screen=Screen(width=60, measure=len)).splitlines()
    assert all(len(line) <= 60 for line in lines if "xxx" not in line)


def test_json_holds_everything(ledger: Ledger) -> None:
    told = json.loads(dump_json(ledger_to_json(ledger)))
    assert list(told) == ["schema", "document", "first", "latest", "promises", "powers"]
    assert told["schema"] == "tracker.ledger/1"
    states = [(item["state"], item["is_current"]) for item in told["promises"]]
    assert states == [("narrowed", True), ("broken-off", False)]
    (step,) = told["promises"][0]["steps"]
    assert (step["rule"], step["before"]["text"], step["after"]["text"]) == (
        "object-smaller",
        "your data",
        "your photos",
    )
    assert step["change"] == told["powers"][1]["first_change"]


def test_html_escapes_and_marks_everything(ledger: Ledger, environment: jinja2.Environment) -> None:
    page = ledger_to_html(ledger, environment=environment)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "{{ 7 * 7 }}" in page


def with_ledger(report: DocumentReport, ledger: Ledger) -> DocumentReport:
    return replace(report, ledger=ledger)


@pytest.fixture
def site_with_ledger(ledger: Ledger, site: SiteModel) -> SiteModel:
    report = site.documents[0]
    return replace(site, documents=(with_ledger(report, ledger), *site.documents[1:]))


def test_the_page_of_a_document_shows_its_ledger(
    site_with_ledger: SiteModel, environment: jinja2.Environment, ledger: Ledger
) -> None:
    pages = dict(render_site(site_with_ledger, environment))
    (page,) = [text for path, text in pages.items() if 'id="ledger"' in text and not path.startswith("about/")]
    soup = BeautifulSoup(page, "lxml")
    assert [heading.get_text() for heading in soup.select("h2#ledger ~ h3[id^=ledger-]")] == [
        "What it promises",
        "What it permits itself",
    ]
    shown = {item["id"] for item in soup.select("ol.ledger > li")}
    assert shown == {item.id for item in ledger.commitments}
    (folded,) = soup.select("h2#ledger ~ details")
    assert SELL in folded.get_text()
    # Each link leads to something: a place on this page, or another page.
    ids = {element["id"] for element in soup.select("[id]")}
    for link in soup.select(".ledger a"):
        assert str(link["href"]).startswith("../") or str(link["href"]).removeprefix("#") in ids


def test_a_document_without_ledger_says_nothing_of_one(site: SiteModel, environment: jinja2.Environment) -> None:
    pages = dict(render_site(site, environment))
    assert not [path for path, text in pages.items() if 'id="ledger"' in text and not path.startswith("about/")]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_320_pixels_and_asks_nobody(
    browser: Browser, ledger: Ledger, environment: jinja2.Environment, tmp_path: Path, scheme: str
) -> None:
    file = tmp_path / "ledger.html"
    file.write_text(ledger_to_html(ledger, environment=environment), encoding="utf-8")
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type] # one of its words
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert complaints == []
    assert [url for url in asked if url != file.as_uri() and not url.startswith("data:")] == []
    context.close()
