"""The picture that stands for a change where it is shared."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped] # stubs are not among the dependencies

from tracker.model import EFFECTS, Change, ChangeReport, ClauseVerdict, DocumentKey, DocumentReport, KnownEvidence, Span
from tracker.render import SiteModel, render_site, render_withdrawn
from tracker.render.card import SHAPES, Run, excerpt, find_weightiest, wrap
from tracker.render.site_context import SiteContext

CARD = "courier/privacy-policy/2024-03-05T031705Z-904fd0ea-dc3faefa/card.svg"
ALTERNATING = "courier/privacy-policy/2024-03-21T031705Z-904fd0ea-dc3faefa/card.svg"
KEY = DocumentKey(service="Courier", terms_type="Privacy Policy")
HOSTILE = (
    "</text></svg><script>alert(1)</script><image href='//evil.example/x'/> ]]> &xxe; \x00\x1b\ufffe\u202e {{7*7}}"
)


def cards_of(site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return {path: text for path, text in render_site(site, environment) if path.endswith("/card.svg")}


def site_of(*reports: DocumentReport) -> SiteModel:
    return SiteModel(title="Policy watch", site_url=None, contact="", documents=reports)


def parse(text: str) -> Any:
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def lines_of(text: str, name: str) -> list[str]:
    return ["".join(line.itertext()) for line in parse(text).iterfind(f".//{{*}}text[@class='{name}']")]


def runs_of(text: str, decoration: str) -> list[str]:
    return [span.text for span in parse(text).iterfind(f".//{{*}}tspan[@text-decoration='{decoration}']")]


def test_it_says_who_when_what_and_which_way(site: SiteModel, environment: jinja2.Environment) -> None:
    card = cards_of(site, environment)[CARD]
    words = " ".join(parse(card).itertext())
    assert lines_of(card, "name") == ["Courier, Privacy Policy"]
    assert lines_of(card, "day") == ["5 March 2024"]
    assert " ".join(lines_of(card, "headline")).startswith("Courier may now hand over IP addresses and phone numbers")
    assert " ".join(lines_of(card, "headline")).endswith("no longer asks for a court order.")
    for told in ("Widens", "the company may do more", "Material · Substantive", "Confirmed", "8.3 Law enforcement"):
        assert told in words
    assert parse(card).find(".//{*}path[@class='effect']").get("d") == SHAPES["widens"]


def test_deleted_words_are_struck_through_and_inserted_ones_underlined(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    card = cards_of(site, environment)[CARD]
    assert runs_of(card, "line-through")[:2] == ["a court order names", "as "]
    assert runs_of(card, "underline")[0] == "authorities confirm that"


def test_every_effect_has_a_shape_of_its_own() -> None:
    assert set(SHAPES) == set(EFFECTS)
    assert len(set(SHAPES.values())) == len(EFFECTS)


def test_what_is_no_change_is_told_as_none(site: SiteModel, environment: jinja2.Environment) -> None:
    cards = cards_of(site, environment)
    aside = cards[ALTERNATING]
    assert "Not counted as a change" in aside
    assert "The wider text once more" not in aside
    assert "Widens" not in aside
    assert parse(aside).find(".//{*}path[@class='effect']") is None
    assert lines_of(aside, "redline") == []
    [broken] = [text for path, text in cards.items() if "2024-03-22" in path]
    assert "Not counted as a change" in broken
    assert runs_of(broken, "line-through") == []


def test_an_address_once_published_keeps_a_picture(site: SiteModel, environment: jinja2.Environment) -> None:
    gone = "courier/privacy-policy/2023-12-01T031705Z-0a0a0a0a-0b0b0b0b/card.svg"
    card = cards_of(site, environment)[gone]
    assert "This change no longer stands" in card
    assert render_withdrawn(SiteContext(site, environment))(gone) == card


def test_hostile_words_stay_words(report_on: Callable[..., DocumentReport], environment: jinja2.Environment) -> None:
    report = report_on(KEY, f"old {HOSTILE}", f"new {HOSTILE}", headline=HOSTILE, title=HOSTILE)
    [card] = cards_of(replace(site_of(report), title=HOSTILE), environment).values()
    root = parse(card)
    allowed = {"svg", "title", "clipPath", "rect", "g", "text", "tspan", "path"}
    assert {etree.QName(element).localname for element in root.iter()} == allowed
    assert "[U+202E]" in "".join(root.itertext())
    for element in root.iter():
        assert not any(name.startswith("on") or name.endswith("href") or name == "style" for name in element.attrib)
    assert set(re.findall(r"url\([^)]*\)", card)) == {"url(#frame)", "url(#box)"}
    assert set(re.findall(r"https?://[^\"' <]+", card)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize(
    "text", ["x" * 50_000, "word " * 20_000, "a" + "\u0301" * 50_000, "\ufdfd" * 9_000, "漢" * 9_000]
)
def test_a_card_is_small_however_long_the_clause(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment, text: str
) -> None:
    report = report_on(replace(KEY, service="S" * 200), text, f"{text} more", headline="w" * 280, title=text[:2000])
    [card] = cards_of(site_of(report), environment).values()
    assert len(card.encode()) < 12_000
    assert len(lines_of(card, "redline")) <= 4
    assert len(lines_of(card, "headline")) <= 6


def evidence_of(report: ChangeReport, change: Change) -> KnownEvidence:
    return KnownEvidence(
        change=change, old_provenance=report.old_provenance, new_provenance=report.new_provenance
    )  # fmt: skip


def test_the_weightiest_clause_is_shown(widening: ChangeReport) -> None:
    [clause] = widening.change.clauses
    light = replace(clause, section=replace(clause.section, title="Style"))
    other = replace(clause, section=replace(clause.section, title="Other way"))
    [judged] = widening.verdict.clauses
    change = replace(widening.change, clauses=(light, other, clause))
    verdicts = (ClauseVerdict(kind="editorial"), replace(judged, effect="narrows"), judged)
    report = replace(
        widening, evidence=evidence_of(widening, change), verdict=replace(widening.verdict, clauses=verdicts)
    )
    assert find_weightiest(report) is clause


def test_where_no_word_differs_no_clause_is_shown(widening: ChangeReport) -> None:
    [clause] = widening.change.clauses
    same = replace(clause, old="Same", new="Same", redline=(Span("=", "Same"),), links=(("https://a.example", ""),))
    report = replace(
        widening,
        evidence=evidence_of(widening, replace(widening.change, clauses=(same,))),
        verdict=replace(widening.verdict, clauses=(ClauseVerdict(kind="technical"),)),
    )
    assert find_weightiest(report) is None


def test_an_excerpt_begins_near_the_first_word_that_changed() -> None:
    spans = (Span("=", "unchanged " * 100), Span("-", "six"), Span("+", "nine"), Span("=", " months" * 100))
    runs = excerpt(spans)
    assert len(runs[0][1]) <= 62
    assert runs[0][1].startswith("\u2026unchanged")
    assert runs[1:3] == (("-", "six"), ("+", "nine"))


def test_a_clause_that_was_replaced_shows_both_texts() -> None:
    runs = excerpt((Span("-", "old " * 500), Span("+", "new " * 500)))
    assert [(tag, len(text) <= 151, text[-1]) for tag, text in runs] == [("-", True, "\u2026"), ("+", True, "\u2026")]


def test_what_does_not_fit_is_told_by_an_ellipsis() -> None:
    lines = wrap((("=", "one two three four five six seven"),), size=10, width=60, most_lines=2)
    assert len(lines) == 2
    assert lines[-1][-1] == ("=", "\u2026")


RUNS = st.lists(st.tuples(st.sampled_from("=-+"), st.text(max_size=60)), max_size=8)


@given(RUNS, st.sampled_from([20, 24, 54]), st.integers(1, 6))
def test_lines_lose_nothing_but_spaces_and_the_end(runs: list[Run], size: int, most_lines: int) -> None:
    lines = wrap(runs, size=size, width=500, most_lines=most_lines)
    assert len(lines) <= most_lines
    kept = "".join(text for line in lines for _, text in line).replace(" ", "")
    given_text = "".join(text for _, text in runs).replace(" ", "")
    assert kept == given_text or (kept.endswith("\u2026") and given_text.startswith(kept[:-1]))
