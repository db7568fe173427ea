"""Pages of corrected changes, whatever else is said of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jinja2
import pytest

from tracker.model import CORRECTION_FIELDS, AppliedCorrection, ChangeReport, Correction
from tracker.render import SiteModel, change_to_text, render_site, words

AT = datetime(2025, 5, 3, 10, tzinfo=UTC)


def applied(field: Any, value: Any, old: Any) -> AppliedCorrection:
    correction = Correction(
        change="x", field=field, value=value, reason="Read \u202eagain.", by="Ann <b>Lee</b>", at=AT, file="a.json"
    )
    return AppliedCorrection(correction=correction, old=old)


RETRACTED = applied("retract", value=True, old=False)


def pages_of(site: SiteModel, environment: jinja2.Environment, *changed: ChangeReport) -> dict[str, str]:
    policy, *others = site.documents
    by_slug = {change.event.slug: change for change in changed}
    changes = tuple(by_slug.get(change.event.slug, change) for change in policy.changes)
    return dict(render_site(replace(site, documents=(replace(policy, changes=changes), *others)), environment))


def page_of(pages: dict[str, str], report: ChangeReport, name: str = "index.html") -> str:
    return pages[f"courier/privacy-policy/{report.event.slug}/{name}"]


def test_every_field_has_its_word() -> None:
    assert set(words.CORRECTION_WORDS) == set(CORRECTION_FIELDS)


@pytest.mark.parametrize(
    ("field", "value", "old", "said"),
    [
        ("kind", "editorial", "substantive", "Kind corrected from substantive to editorial"),
        ("material", False, True, "Materiality corrected from material to not material"),
        ("effect", "mixed", "unclear", "Effect corrected from unclear to widens and narrows"),
        ("topics", (), ("security", "ai-automation"), "Topics corrected from security, AI and automation to none"),
        ("headline", "Other words.", "Words.", "Headline corrected from Words. to Other words."),
        ("retract", True, False, "Retracted"),
        ("retract", False, True, "Restored"),
    ],
)
def test_a_correction_is_a_sentence(field: str, value: Any, old: Any, said: str) -> None:
    told = words.tell_correction(applied(field, value, old))
    assert told == f"{said}, 3 May 2025, 10:00 UTC, by Ann <b>Lee</b>: Read \u202eagain."


def test_hidden_characters_of_a_correction_show_themselves(
    site: SiteModel, environment: jinja2.Environment, widening: ChangeReport
) -> None:
    corrected = replace(
        widening,
        verdict=replace(widening.verdict, effect="neutral"),
        judged=widening.verdict,
        corrections=(applied("effect", "neutral", "widens"),),
    )
    pages = pages_of(site, environment, corrected)
    assert not [path for path, text in pages.items() if "\u202e" in text]
    assert not [path for path, text in pages.items() if "Ann <b>" in text and not path.endswith(".json")]
    assert "Corrected" in pages["index.html"]
    assert "\u202e" not in change_to_text(
        corrected.change,
        corrected.verdict,
        colour=False,
        corrections=corrected.corrections,
        judged=corrected.judged,
        history=corrected.history,
    )


def test_a_retracted_capture_that_was_not_the_policy_says_both(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    [broken] = [change for change in site.documents[0].changes if change.verdict.broken is not None]
    pages = pages_of(site, environment, replace(broken, corrections=(RETRACTED,)))
    html = page_of(pages, broken)
    assert "This is not a change of the policy." in html
    assert "This change is retracted" in html
    assert broken.event.slug not in pages["feeds/all.atom"]
    assert json.loads(page_of(pages, broken, "change.json"))["retracted"] is True


def test_a_retracted_capture_that_alternates_never_enters_a_feed(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    alternating = next(change for change in site.documents[0].changes if change.event.trust == "alternating")
    pages = pages_of(site, environment, replace(alternating, corrections=(RETRACTED,)))
    assert "Retracted" not in pages["feeds/all.json"]
    assert "Retracted" in page_of(pages, alternating)


def test_a_retracted_change_keeps_its_place_in_feeds_and_the_chain_of_pages(
    site: SiteModel, environment: jinja2.Environment, widening: ChangeReport
) -> None:
    before = json.loads(pages_of(site, environment)["feeds/all.json"])["items"]
    pages = pages_of(site, environment, replace(widening, corrections=(RETRACTED,)))
    after = json.loads(pages["feeds/all.json"])["items"]
    assert [item["id"] for item in before] == [item["id"] for item in after]
    [changed] = [item for item in after if item not in before]
    assert changed["date_modified"] == "2025-05-03T10:00:00Z"
    assert widening.event.slug not in pages["index.html"]
    assert widening.event.slug in pages["courier/privacy-policy/index.html"]
    assert widening.event.slug in page_of(pages, site.documents[0].changes[0])
