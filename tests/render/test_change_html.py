"""The page of `tracker diff`: both views, and what a person needs beside the redline."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jinja2
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.model import (
    ChangeReport,
    ClauseChange,
    ClauseVerdict,
    DocumentKey,
    DocumentReport,
    Passing,
    SectionRef,
    Span,
)
from tracker.render import change_to_html, change_to_json, change_to_text, mark_hidden
from tracker.render.redline import redline_to_html, sides_to_html

KEY = DocumentKey(service="Courier", terms_type="Privacy Policy")
POLICE = SectionRef(number="8.2", title="Police", anchor=None)
PIECES = (
    "We carry",
    " letters. ",
    " ",
    "\n\n",
    "<b>&amp;",
    "]]>",
    "\u9ce9\u3002",
    "\u202e",
    "\u05d9\u05d5\u05e0\u05d4",
    "[deleted: ",
)


def _soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def _read(text: str) -> str:
    return " ".join(_soup(text).get_text(" ").split())


@pytest.fixture
def page(widening: ChangeReport, environment: jinja2.Environment) -> Callable[..., str]:
    """The page of the widening, with other clauses or options."""

    def make(*clauses: ClauseChange, **options: Any) -> str:
        change = replace(widening.change, clauses=clauses or widening.change.clauses)
        judged = (*widening.verdict.clauses, *[ClauseVerdict(kind="editorial")] * (len(change.clauses) - 1))
        return change_to_html(
            change, replace(widening.verdict, clauses=judged), environment=environment, id="x", trust="single",
            old_name="a.md", new_name="b.md", **options,
        )  # fmt: skip

    return make


def _same(text: str, **others: Any) -> ClauseChange:
    facts: dict[str, Any] = {"op": "modified", "section": POLICE, "redline": (Span("=", text),)} | others
    return ClauseChange(old=text, new=text, **facts)


# --------------------------------------------------------------------------------------------------------- both views


@pytest.mark.parametrize(
    ("view", "shown", "hidden"), [("inline", "inline", "beside"), ("side-by-side", "beside", "inline")]
)
def test_the_view_that_is_asked_for_comes_first_and_the_other_waits_unread(
    page: Callable[..., str], view: str, shown: str, hidden: str
) -> None:
    soup = _soup(page(view=view))
    assert [tag["id"] for tag in soup.select("input[type=radio][name=view][checked]")] == [f"view-{view}"]
    assert {label["for"] for label in soup.select("label")} == {"view-inline", "view-side-by-side"}
    assert not any(tag.has_attr("hidden") for tag in soup.select(f".redline.{shown}"))
    assert all(tag.has_attr("hidden") for tag in soup.select(f".redline.{hidden}"))
    assert len(soup.select(".redline.inline")) == len(soup.select(".redline.beside")) == 1


def test_the_page_asks_nobody_and_runs_nothing(page: Callable[..., str]) -> None:
    text = page()
    soup = _soup(text)
    assert not soup.find_all(["script", "iframe", "object", "embed", "form", "img", "video", "audio"])
    assert [tag["href"] for tag in soup.find_all("link")] == ["data:,"]
    assert not any(name.startswith("on") or name == "style" for tag in soup.find_all(True) for name in tag.attrs)
    assert "url(" not in text
    assert "@import" not in text


@st.composite
def redlines(draw: st.DrawFn) -> tuple[Span, ...]:
    spans: list[Span] = []
    for tag in draw(st.lists(st.sampled_from(("=", "-", "+")), min_size=1, max_size=7)):
        if not spans or spans[-1].tag != tag:
            text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6)))
            spans.append(Span(tag, text))  # type: ignore[arg-type] # one of the three
    for side in _sides(spans):
        # Clauses have words, so that no paragraph is empty.
        assume(all(part.strip() for part in side.split("\n\n")) or not side)
    return tuple(spans)


def _sides(spans: Sequence[Span]) -> tuple[str, str]:
    old, new = ("".join(span.text for span in spans if span.tag != tag) for tag in "+-")
    return old, new


def _rebuild(soup: Tag, drop: str) -> str:
    """Take the words of one side out of the paragraphs of a redline, tags stripped."""
    kept = "ins" if drop == "del" else "del"
    text = ""
    for paragraph in soup.find_all("p"):
        breaks = paragraph.select(".break")
        # A paragraph ends for both sides unless its break was itself inserted or deleted.
        ends = not breaks or breaks[-1].name == kept
        for tag in [*paragraph.select(".vh"), *breaks, *paragraph.find_all(drop)]:
            tag.extract()
        text += paragraph.get_text() + ("\n\n" if ends else "")
    return text.removesuffix("\n\n")


@given(redlines())
def test_the_redline_without_its_tags_rebuilds_both_texts(redline: tuple[Span, ...]) -> None:
    html = str(redline_to_html(redline))
    old, new = _sides(redline)
    assert _rebuild(_soup(html), "ins") == mark_hidden(old)
    assert _rebuild(_soup(html), "del") == mark_hidden(new)


@given(redlines())
def test_the_two_columns_without_their_tags_hold_both_texts(redline: tuple[Span, ...]) -> None:
    soup = _soup(str(sides_to_html(redline)))
    for tag in soup.select(".vh, .side, .break, .none"):
        tag.extract()
    for side, text in zip(("old", "new"), _sides(redline), strict=True):
        told = "".join(cell.get_text() for cell in soup.select(f".pair > .{side}"))
        assert re.sub(r"\s", "", told) == re.sub(r"\s", "", mark_hidden(text))
    assert not soup.select(".old ins, .new del")


def test_words_that_stand_on_both_sides_are_read_out_once() -> None:
    redline = (Span("=", "We fly. We "), Span("-", "rest"), Span("+", "sing"), Span("=", "."))
    same, other = _soup(str(sides_to_html(redline))).select(".pair")
    assert [cell.get("aria-hidden") for cell in same.select("div")] == [None, "true"]
    assert [cell.get("aria-hidden") for cell in other.select("div")] == [None, None]
    assert [cell.get_text() for cell in other.select("div")] == [
        "Old: We [deleted: rest].",
        "New: We [inserted: sing].",
    ]


def test_our_own_words_never_decide_which_way_a_paragraph_is_read() -> None:
    """`dir="auto"` takes the first letter that has a direction, outside of elements with one of their own."""
    for html in (
        redline_to_html([Span("-", "\u05d9\u05d5\u05e0\u05d4")]),
        redline_to_html([Span("=", "\u200f\u05d9\u05d5\u05e0\u05d4")]),
    ):
        soup = _soup(str(html))
        assert soup.p is not None
        assert soup.p["dir"] == "auto"
        for tag in soup.p.select("[dir]"):
            tag.extract()
        assert soup.p.get_text() == "\u05d9\u05d5\u05e0\u05d4"


# ------------------------------------------------------------------------------------------------ around the redline


def test_technical_differences_are_folded_below_the_others(page: Callable[..., str], widening: ChangeReport) -> None:
    quotes = ClauseChange(
        op="modified", section=POLICE, old="A \u201cloft\u201d.", new='A "loft".',
        redline=(Span("=", "A "), Span("-", "\u201cloft\u201d"), Span("+", '"loft"'), Span("=", ".")),
    )  # fmt: skip
    soup = _soup(page(*widening.change.clauses, quotes))
    (technical,) = soup.select("details.technical")
    assert "Technical differences (1)" in technical.summary.get_text()  # type: ignore[union-attr] # has one
    assert not technical.has_attr("open")
    assert [tag["id"] for tag in technical.select("article")] == ["clause-2"]
    assert [tag["id"] for tag in soup.select("article")] == ["clause-1", "clause-2"]
    assert "Same words" in technical.get_text()
    alone = _soup(page(quotes))
    assert alone.select("details.technical[open]")
    assert "No word differs; what does is technical." in _read(str(alone))


def test_technical_differences_come_last_in_text_and_count_as_none(widening: ChangeReport) -> None:
    links = _same("The book has the rules.", links=(("https://loft.example/a", "https://loft.example/b"),))
    change = replace(widening.change, clauses=(links, *widening.change.clauses))
    verdict = replace(widening.verdict, clauses=(ClauseVerdict(kind="technical"), *widening.verdict.clauses))
    text = change_to_text(change, verdict, colour=False)
    assert "1 clause changed, 9 words added, 6 removed; 1 technical difference" in text
    assert text.index("8.3 Law enforcement (modified") < text.index("Technical differences:") < text.index("8.2 Police")
    assert "  same words: The book has the rules." in text
    assert "  link: https://loft.example/a -> https://loft.example/b" in text
    row: Any = change_to_json(change, verdict, id="x", trust="single")
    assert [clause["section"]["number"] for clause in row["clauses"]] == ["8.2", "8.3"]


def test_a_clause_that_only_moved_is_folded_to_its_first_words(
    page: Callable[..., str], widening: ChangeReport
) -> None:
    words = "Pigeons rest " * 50
    moved = _same(words.strip(), op="moved", moved_from=POLICE, section=widening.change.clauses[0].section)
    soup = _soup(page(moved))
    (article,) = soup.select("article")
    assert "Moved from 8.2 Police to 8.3 Law enforcement" in article.get_text()
    assert not article.select(".redline")
    assert article.details is not None
    assert article.details.summary is not None
    assert article.details.summary.get_text().startswith("Same words: Pigeons rest")
    assert len(article.details.summary.get_text()) < 120
    text = change_to_text(replace(widening.change, clauses=(moved,)), widening.verdict, colour=False)
    assert "8.3 Law enforcement (moved from 8.2 Police, " in text
    assert all(len(line) < 120 for line in text.splitlines() if "Pigeons" in line)


def test_a_clause_that_moved_and_was_reworded_shows_both(page: Callable[..., str], widening: ChangeReport) -> None:
    soup = _soup(page(replace(widening.change.clauses[0], op="moved", moved_from=POLICE)))
    assert "Moved from 8.2 Police to 8.3 Law enforcement" in soup.get_text()
    assert soup.select(".inline del")
    within = replace(widening.change.clauses[0], op="moved", moved_from=widening.change.clauses[0].section)
    assert "Moved within 8.3 Law enforcement" in _read(page(within))


def test_a_coarse_redline_says_so_before_it_is_read(page: Callable[..., str], widening: ChangeReport) -> None:
    coarse = replace(widening.change.clauses[0], notes=("coarse: whole sentences are shown as replaced",))
    soup = _soup(page(coarse))
    told = soup.find(string=re.compile("Too long to compare word by word"))
    assert told is not None
    assert told.find_next(class_="redline") is not None
    change = replace(widening.change, clauses=(coarse,))
    text = change_to_text(change, widening.verdict, colour=False)
    assert text.index("Too long to compare") < text.index("{+authorities")
    assert (text.count("Too long"), str(soup).count("Too long")) == (1, 1)
    row: Any = change_to_json(change, widening.verdict, id="x", trust="single")
    assert row["clauses"][0]["coarse"] is True
    assert row["clauses"][0]["notes"] == list(coarse.notes)


def test_hidden_characters_are_named_and_deceptive_ones_announced(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment
) -> None:
    report = report_on(KEY, "Rest\u200b here.", "Rest\u200b \u202eereh.").changes[0]
    html = change_to_html(
        report.change, report.verdict, environment=environment, id="x", trust="single", old_name="a", new_name="b"
    )
    (banner,) = _soup(html).select(".note")
    assert "[U+202E] right-to-left override" in banner.get_text()
    assert "zero width" not in banner.get_text()
    assert "Hidden characters: [U+200B] zero width space, [U+202E] right-to-left override." in _read(html)
    text = change_to_text(report.change, report.verdict, colour=False)
    assert "Warning: characters that make a text read otherwise than it is stored: [U+202E] right-to-left" in text
    assert "  hidden characters: [U+200B] zero width space, [U+202E] right-to-left override" in text


def test_notes_of_the_comparer_become_sentences_and_name_nothing_twice(page: Callable[..., str]) -> None:
    notes = ("invisible: 1 zero width space (U+200B) inserted", "look-alike: 'l\u043eft' mixes Cyrillic, Latin letters")
    clause = ClauseChange(
        op="modified", section=POLICE, old="A loft.", new="A\u200b l\u043eft.", notes=notes,
        redline=(Span("-", "A loft."), Span("+", "A\u200b l\u043eft.")),
    )  # fmt: skip
    read = _read(page(clause))
    assert "Note: Invisible: 1 zero width space (U+200B) inserted." in read
    assert "\u043e is U+043E cyrillic small letter o." in read
    assert "Hidden characters" not in read


def test_an_item_shows_the_words_that_it_hangs_on(widening: ChangeReport, environment: jinja2.Environment) -> None:
    clause = ClauseChange(
        op="modified", section=SectionRef(number="1", title="What we store", anchor=None),
        old="Photos, until they are delivered.", new="Photos.", old_clauses=(4,), new_clauses=(4,),
        redline=(Span("=", "Photos"), Span("-", ", until they are delivered"), Span("=", ".")),
    )  # fmt: skip
    change = replace(widening.change, clauses=(clause,))
    html = change_to_html(
        change, widening.verdict, environment=environment, id="x", trust="single", old_name="a", new_name="b"
    )
    (lead_in,) = _soup(html).select(".lead-in")
    assert "We store your phone number, your name and the messages" in lead_in.get_text()
    text = change_to_text(change, widening.verdict, colour=False)
    assert "  after: We store your phone number, your name and the messages" in text


# ------------------------------------------------------------------------------------------------ between two versions


@pytest.fixture
def between(policy_report: DocumentReport) -> tuple[Passing, ...]:
    came, went = policy_report.timeline.records[1:3]
    came = replace(came, fetched_at=datetime(2024, 2, 3, 4, 5, tzinfo=UTC))
    went = replace(went, fetched_at=datetime(2024, 2, 9, 4, 5, tzinfo=UTC))
    long = "Bailiffs may read every letter in the loft. " * 12
    return (
        Passing(section=POLICE, text=long.strip(), came=came, went=went),
        Passing(section=POLICE, text="", came=came, went=went, times=3),
    )


def test_what_came_and_went_in_between_is_told_with_its_dates(
    page: Callable[..., str], widening: ChangeReport, between: tuple[Passing, ...]
) -> None:
    text = change_to_text(widening.change, widening.verdict, colour=False, between=between)
    assert "Between the two versions, and gone again:" in text
    head, first, second = text.splitlines()[-3:]
    assert (head, len(first) < 300) == ("Between the two versions, and gone again:", True)
    assert first.startswith(
        '  8.2 Police (3 February 2024, 04:05 UTC to 9 February 2024, 04:05 UTC): "Bailiffs may read'
    )
    assert second.endswith("UTC, 3 times): missing in between")
    soup = _soup(page(between=between))
    heading = soup.find("h2", id="between")
    assert heading is not None
    items = soup.select(".passings > li")
    assert [len(item.select("time")) for item in items] == [2, 2]
    assert "the clause was missing" in items[1].get_text()
    row: Any = change_to_json(widening.change, widening.verdict, id="x", trust="single", between=between)
    assert list(row)[-1] == "between"
    assert row["between"][0] == {
        "section": {"number": "8.2", "title": "Police", "anchor": None},
        "text": between[0].text,
        "came": {"commit": between[0].came.commit, "fetched_at": "2024-02-03T04:05:00Z"},
        "went": {"commit": between[0].went.commit, "fetched_at": "2024-02-09T04:05:00Z"},
    }
    assert row["between"][1]["times"] == 3


def test_nothing_is_said_of_between_where_nothing_was(page: Callable[..., str], widening: ChangeReport) -> None:
    assert "gone again" not in page()
    assert "gone again" not in change_to_text(widening.change, widening.verdict, colour=False)
    assert "between" not in change_to_json(widening.change, widening.verdict, id="x", trust="single")


# ---------------------------------------------------------------------------------------------------------- whole pages


def test_every_redline_of_the_story_is_on_its_page_whole(
    policy_report: DocumentReport, environment: jinja2.Environment
) -> None:
    for report in policy_report.changes:
        html = change_to_html(
            report.change, report.verdict, environment=environment, id="x", trust="single", old_name="a", new_name="b"
        )
        shown = _soup(html).select(".redline.inline")
        told = [clause for clause in report.change.clauses if report.verdict.broken is None]
        assert [(_rebuild(_copy(tag), "ins"), _rebuild(tag, "del")) for tag in shown] == [
            (clause.old, clause.new) for clause in told
        ]


def _copy(tag: Tag) -> Tag:
    return _soup(str(tag))


def test_two_columns_as_text_need_a_screen(widening: ChangeReport) -> None:
    with pytest.raises(ValueError, match="say how wide"):
        change_to_text(widening.change, widening.verdict, colour=False, view="side-by-side")
