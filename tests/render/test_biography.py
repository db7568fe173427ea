"""A clause's life as people and programs read it."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2
import pytest
from playwright.sync_api import Browser

from tests.history.lineage_stories import COURIER, follow
from tracker.history import find_lines, find_sections
from tracker.model import STEP_OPS, Biography, Lineage
from tracker.render import biography_to_html, biography_to_json, biography_to_text, dump_json
from tracker.render.biography_view import STEP_WORDS, lay_out_biography
from tracker.render.change_columns import Screen

CEDAR = "Letters rest in a cedar loft until a bird is free to carry them onward."
WILLOW = CEDAR.replace("cedar", "willow")
TOWERS = "Every tower keeps a book of the birds that land upon its northern sill."
STORMS = "In a storm no bird is sent, and every letter waits below until the sky has cleared again."
HOSTILE = "Red <script>alert(1)</script> \u202eseal {{ 7 * 7 }} https://courier.example/" + "x" * 200


def policy(*clauses: str, number: str = "2", title: str = "Lofts") -> str:
    return "\n\n".join([f"## {number}. {title}", *clauses, "## 9. Seeds", "Seeds are paid for by the town."])


def biography(lineage: Lineage, asked: str, service_name: str = "Courier") -> Biography:
    lives = find_sections(lineage, asked)
    lines = tuple({line.id: line for life in lives for line in life.lines}.values()) or find_lines(lineage, asked)
    return Biography(
        document=COURIER,
        service_name=service_name,
        asked=asked,
        lives=lives,
        lines=lines,
        first=lineage.records[0],
        latest=lineage.records[-1],
    )


def words(lineage: Lineage, asked: str) -> list[str]:
    """What happened to the one clause that is `asked` for."""
    (chapter,) = lay_out_biography(biography(lineage, asked))
    (told,) = chapter.lines
    return [step.words for step in told.steps]


def test_every_step_has_its_words() -> None:
    assert set(STEP_WORDS) == set(STEP_OPS)


def test_steps_are_told_in_words() -> None:
    lineage = follow(policy(CEDAR, TOWERS), policy(WILLOW), policy(CEDAR, TOWERS), policy(CEDAR, TOWERS, number="3"))
    assert words(lineage, "willow") == [
        "First seen",
        "Reworded",
        "Returned to wording 1, first seen 1 March 2024",
        "Moved from 2 to 3 Lofts",
    ]
    assert words(lineage, TOWERS) == ["First seen", "Removed", "Returned as it was", "Moved from 2 to 3 Lofts"]


def test_a_split_and_a_merge_name_the_other_clauses() -> None:
    lineage = follow(policy(f"{CEDAR} {STORMS}", TOWERS), policy(CEDAR, STORMS, TOWERS), policy(STORMS, CEDAR))
    kept, new = (next(line for line in lineage.lines if line.text == text) for text in (STORMS, CEDAR))
    assert words(lineage, kept.id)[1] == f"Split, a part went to {new.id}"
    assert words(lineage, new.id)[0] == f"Split from {kept.id}"
    merged = follow(policy(CEDAR, STORMS, TOWERS), policy(f"{CEDAR} {STORMS}", TOWERS))
    gone = next(line for line in merged.lines if line.wordings[0].text == CEDAR)
    assert words(merged, gone.id)[1].startswith("Merged into 2-")


def test_what_our_own_reading_did_is_said_to_be_ours() -> None:
    lineage = follow(policy(CEDAR), policy(WILLOW), kinds={1: "technical"})
    assert words(lineage, "willow")[1] == "Reworded; our reading of the page changed, not its text"


def test_a_renumbered_heading_has_moved_and_was_not_reworded() -> None:
    lineage = follow(policy(CEDAR), policy(CEDAR, number="3"))
    heading = next(line for line in lineage.lines if line.kind == "heading" and "Lofts" in line.text)
    assert words(lineage, heading.id) == ["First seen", "Moved from 2 to 3 Lofts"]


def test_alternations_are_told_in_one_sentence() -> None:
    lineage = follow(*[policy(CEDAR), policy(WILLOW)] * 10)
    text = biography_to_text(biography(lineage, "willow"), colour=False)
    assert "To and fro 17 times more until 20 March 2024; since then wording 2 in 2 Lofts" in text
    assert text.count("  | ") == 3
    told = json.loads(dump_json(biography_to_json(biography(lineage, "willow"))))
    assert [len(line["steps"]) for line in told["lines"]] == [20]


def test_a_number_with_two_lives_is_told_in_two_chapters() -> None:
    lineage = follow(
        policy(CEDAR, STORMS), policy(CEDAR, STORMS, number="3"),
        f"{policy(TOWERS, title='Wax').split('## 9')[0]}{policy(CEDAR, STORMS, number='3')}",
    )  # fmt: skip
    told = biography(lineage, "2")
    chapters = lay_out_biography(told)
    assert [chapter.title for chapter in chapters] == ["2 Lofts", "2 Wax"]
    text = biography_to_text(told, colour=False)
    assert "== 2 Lofts (1 of 2): 1 March 2024 to 1 March 2024; 3 clauses" in text
    assert "== 2 Wax (2 of 2): 3 March 2024 to now; 2 clauses" in text


def test_lines_of_text_fit_the_screen_that_they_are_for() -> None:
    lineage = follow(policy(STORMS), policy(STORMS.replace("bird", "pigeon")))
    text = biography_to_text(biography(lineage, "pigeon"), colour=False, screen=Screen(width=60, measure=len))
    clause = [line for line in text.splitlines() if line.startswith("  | ")]
    assert len(clause) > 2
    assert max(map(len, clause)) <= 60


def test_nothing_of_a_text_or_name_becomes_markup(environment: jinja2.Environment) -> None:
    lineage = follow(policy(CEDAR, HOSTILE, title="<b>&"), policy(CEDAR, HOSTILE.replace("Red", "Blue"), title="<b>&"))
    html = biography_to_html(biography(lineage, "2", "<i>Courier</i>"), environment=environment)
    assert not any(sign in html for sign in ("<script", "<i>", "<b>&", "\u202e", "49 "))
    assert "&lt;script&gt;" in html


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_is_quiet_and_fits(
    browser: Browser, environment: jinja2.Environment, tmp_path: Path, width: int
) -> None:
    lineage = follow(policy(CEDAR, HOSTILE), policy(WILLOW, HOSTILE), policy(CEDAR, HOSTILE, number="3"))
    path = tmp_path / "clause.html"
    path.write_text(biography_to_html(biography(lineage, "lofts"), environment=environment), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelectorAll('article ol.life > li').length") == 7
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == page.evaluate(
        "document.querySelectorAll('[id]').length"
    )
    page.close()
    assert (complaints, [url for url in asked if not url.startswith(("file:", "data:"))]) == ([], [])
