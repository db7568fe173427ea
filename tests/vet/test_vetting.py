from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.vet.policies import cut
from tests.vet.policies import policy as made_policy
from tracker.extract import parse_markdown
from tracker.model import Document, Failure, Options, Snapshot, Source, Version
from tracker.vet import RULES, Decision, vet_capture

Page = Callable[[str], Snapshot]
Extract = Callable[[Snapshot], Version]
Vet = Callable[..., Decision]
Judge = Callable[..., Decision]

POLICY = "near_miss_policy"

#: Rule -> pages that it must catch, with the reason: after the policy, and as a first capture (None: accepted then).
CAUGHT: dict[str, list[tuple[str, str, str | None]]] = {
    "doubt_emptiness": [("without_words", "too-short", "too-short")],
    "doubt_loading_page": [("loading", "loading-page", "loading-page")],
    "doubt_challenge": [("challenge", "challenge-page", "challenge-page")],
    "doubt_login_wall": [("login_wall", "login-wall", "login-wall")],
    "doubt_cookie_wall": [("cookie_wall", "cookie-wall", "cookie-wall")],
    "doubt_error_page": [
        ("soft_404", "error-page", "error-page"),
        ("soft_404_with_sitemap", "error-page", None),
        ("soft_500", "error-page", "error-page"),
    ],
    "doubt_challenge_scripts": [("challenge_without_words", "challenge-page", "too-short")],
    "doubt_duplicate_source": [],  # below: it takes two pages
    "doubt_missing_source": [],  # below, likewise
    "doubt_language": [("wrong_language", "wrong-language", "wrong-language")],
    "doubt_length": [("too_short", "another-document", "too-short")],
    "doubt_identity": [("another_document", "another-document", None), ("scrap", "another-document", "too-short")],
    "doubt_truncation": [],  # below: it takes a past that is cut
    "doubt_shrinking": [],  # below: they take a past that is cut, stretched or dated
    "doubt_growth": [],
    "doubt_excerpt": [],
    "doubt_older_edition": [],
}
CASES = [case for cases in CAUGHT.values() for case in cases]


@pytest.fixture
def vet(document: Document, page: Page, extract: Extract, now: datetime) -> Vet:
    """Decide about a page by name, after the page named by `after`."""
    english = replace(document, options=Options(language="en"))

    def decide(name: str, *, after: str | None = None) -> Decision:
        snapshot = page(name)
        previous = [extract(page(after))] if after else []
        return vet_capture(english, [snapshot], extract(snapshot), previous=previous, now=now)

    return decide


@pytest.fixture
def policy(page: Page, extract: Extract) -> Version:
    return extract(page(POLICY))


@pytest.fixture
def judge(document: Document, page: Page, now: datetime) -> Judge:
    """Decide about a version made by hand, from a page that tells nothing of it, after the versions `previous`."""
    silent = replace(page("scrap"), body=b"<html></html>")

    def decide(version: Version, *previous: Version, **other: Any) -> Decision:
        arguments: dict[str, Any] = {"document": document, "snapshots": [silent], "now": now, **other}
        return vet_capture(version=version, previous=previous, **arguments)

    return decide


def reason(decision: Decision) -> str | None:
    return decision.failure.reason if decision.failure else None


def test_every_rule_has_its_pages() -> None:
    assert [rule.__name__ for rule in RULES] == list(CAUGHT)


@pytest.mark.parametrize(("name", "after_policy"), [(name, after) for name, after, _ in CASES])
def test_a_page_that_is_not_the_policy_is_not_recorded_after_it(vet: Vet, name: str, after_policy: str) -> None:
    decision = vet(name, after=POLICY)
    assert reason(decision) == after_policy
    assert decision.action == ("hold" if name == "another_document" else "refuse")
    assert "of the text before" in " ".join(decision.remarks)


@pytest.mark.parametrize(("name", "first"), [(name, first) for name, _, first in CASES])
def test_a_first_capture_is_judged_without_a_past(vet: Vet, name: str, first: str | None) -> None:
    assert reason(vet(name)) == first


@pytest.mark.parametrize("name", [POLICY, "short_near_miss"])
def test_a_policy_that_speaks_of_logins_errors_cookies_and_captchas_is_accepted(vet: Vet, name: str) -> None:
    accepted = Decision(action="accept", failure=None, remarks=())
    assert vet(name) == accepted
    assert vet(name, after=name) == accepted


@pytest.mark.parametrize("number", range(1, 9))
def test_a_chapter_of_the_policy_is_held_as_shrunk_and_never_taken_for_a_wall(
    judge: Judge, policy: Version, number: int
) -> None:
    """The chapters bear headings such as 'Log in', 'Errors' and 'Access denied'."""
    chapter = parse_markdown("## " + policy.markdown.split("\n## ")[number].partition(". ")[2])
    decision = judge(chapter, policy)
    assert (decision.action, reason(decision)) == ("hold", "shrunk")


#: Three sentences of a policy, one of a wall, and buttons.
PROSE = (
    "<p>We keep your name and your address for as long as you buy bread from us. We send both to the courier who brings"
    " it to your door, and to nobody else.</p><p>You may ask at any time what we keep of you, and we erase it within a"
    " month when you say so.</p>"
)
WALL = (
    "<p>Your account at the bakery is waiting behind this door. Please come in.</p>" + "<p>Bread, rolls, cakes</p>" * 9
)
COOKIES = PROSE + "<p>We set one cookie. You can manage preferences in your account.</p>"
BUTTONS = PROSE + "<p>We set one cookie.</p><p>Accept all</p><p>Reject all</p>"


@pytest.mark.parametrize(
    ("title", "heading", "body", "expected"),
    [
        ("Privacy Policy | Log in to Baker", "Privacy Policy", PROSE, None),
        ("Gone - Privacy", "What we keep", PROSE, None),
        ("Captcha: policy", "Captcha policy", PROSE, None),
        ("Baker", "Security check policy", PROSE, None),
        ("Baker", "Cookie preferences", COOKIES, None),
        ("Privacy Policy | Log in to Baker", "Privacy Policy", WALL, "login-wall"),
        ("Baker | Log in to Baker", "Welcome", PROSE, "login-wall"),
        ("Log in", "Privacy Policy", PROSE, "login-wall"),
        ("Privacy Policy", "Log in", PROSE, "login-wall"),
        ("Baker", "Security check", PROSE, "challenge-page"),
        ("Baker", "Security check policy", WALL, "challenge-page"),
        ("Baker", "Cookie preferences", BUTTONS, "cookie-wall"),
    ],
)
def test_a_title_in_parts_convicts_no_first_capture_that_reads_as_a_policy(
    *, judge: Judge, page: Page, extract: Extract, title: str, heading: str, body: str, expected: str | None
) -> None:
    """Sites name in their titles what else they offer."""
    html = f"<html><head><title>{title}</title></head><body><main><h1>{heading}</h1>{body}</main></body></html>"
    snapshot = replace(page("scrap"), body=html.encode())
    assert reason(judge(extract(snapshot), snapshots=[snapshot])) == expected


@pytest.mark.parametrize(("letters", "expected"), [(60, "too-short"), (70, None)])
def test_a_letter_of_a_script_without_spaces_counts_as_three_in_a_first_capture(
    judge: Judge, letters: int, expected: str | None
) -> None:
    text = parse_markdown("".join(chr(0x4E00 + 7 * number) for number in range(letters)))
    assert reason(judge(text)) == expected


def test_a_declared_length_counts_characters_of_any_script(judge: Judge, document: Document) -> None:
    text = parse_markdown("".join(chr(0x4E00 + 7 * number) for number in range(120)))
    declared = replace(document, options=Options(min_length=150))
    assert reason(judge(text, document=declared)) == "too-short"


def test_an_edited_policy_is_accepted(judge: Judge, policy: Version) -> None:
    edited = parse_markdown(policy.markdown.replace("twenty-four months", "six months").replace("## 3. Access", ""))
    assert edited.text_sha256 != policy.text_sha256
    assert judge(edited, policy).action == "accept"


def test_an_error_page_that_was_once_recorded_is_refused_all_the_same(
    judge: Judge, page: Page, extract: Extract, policy: Version
) -> None:
    """The newest version is what counts; older ones do not make an error page familiar."""
    error = extract(page("soft_404"))
    decision = judge(error, policy, error, snapshots=[page("soft_404")])
    assert (decision.action, reason(decision)) == ("refuse", "error-page")


def test_a_redirect_to_a_login_is_a_login_wall(judge: Judge, page: Page, extract: Extract, policy: Version) -> None:
    there = replace(page("another_document"), final_url="https://lantern.example/sso/start?to=privacy")
    assert reason(judge(extract(there), policy, snapshots=[there])) == "login-wall"


def test_a_redirect_alone_does_not_make_a_policy_a_login_wall(judge: Judge, page: Page, policy: Version) -> None:
    there = replace(page(POLICY), final_url="https://lantern.example/login/privacy")
    assert judge(policy, policy, snapshots=[there]).action == "accept"


def test_a_server_that_says_it_challenges_is_believed_over_a_short_text(
    judge: Judge, page: Page, extract: Extract, policy: Version
) -> None:
    there = replace(page("scrap"), headers=(("cf-mitigated", "challenge"),))
    assert reason(judge(extract(there), policy, snapshots=[there])) == "challenge-page"
    whole = replace(page(POLICY), headers=(("cf-mitigated", "challenge"),))
    assert judge(policy, policy, snapshots=[whole]).action == "accept"


@pytest.mark.parametrize("language", [None, "de", "de-AT", "xx"])
def test_a_language_is_refused_only_where_another_is_declared(
    judge: Judge, page: Page, extract: Extract, document: Document, language: str | None
) -> None:
    declared = replace(document, options=Options(language=language))
    assert judge(extract(page("wrong_language")), document=declared).action == "accept"


def test_a_short_text_is_not_judged_by_its_language(judge: Judge, document: Document) -> None:
    short = parse_markdown("# Hinweise\n\n" + "Wir behalten Ihre Daten nur so lange, wie wir sie brauchen. " * 5)
    declared = replace(document, options=Options(language="en"))
    assert judge(short, document=declared).action == "accept"


def test_a_text_that_is_in_two_languages_is_accepted(
    judge: Judge, page: Page, extract: Extract, document: Document, policy: Version
) -> None:
    both = parse_markdown(policy.markdown + extract(page("wrong_language")).markdown)
    assert judge(both, document=replace(document, options=Options(language="en"))).action == "accept"


@pytest.mark.parametrize(("min_length", "action"), [(0, "accept"), (500, "accept"), (50_000, "refuse")])
def test_the_declared_length_is_a_floor(
    judge: Judge, document: Document, policy: Version, min_length: int, action: str
) -> None:
    declared = replace(document, options=Options(min_length=min_length))
    assert judge(policy, policy, document=declared).action == action


def test_a_lower_declared_length_lets_a_short_first_capture_pass(
    judge: Judge, page: Page, extract: Extract, document: Document
) -> None:
    declared = replace(document, options=Options(min_length=10))
    assert judge(extract(page("too_short")), document=declared).action == "accept"


def shortened(version: Version, share: float) -> Version:
    """Return the beginning of `version`, about that share of its characters, as one paragraph."""
    return parse_markdown(version.text.replace("\n", " ")[: round(len(version.text) * share)])


@pytest.mark.parametrize(("share", "expected"), [(0.38, "shrunk"), (0.45, None), (0.9, None)])
def test_a_text_that_lost_sixty_per_cent_is_held(
    judge: Judge, policy: Version, share: float, expected: str | None
) -> None:
    decision = judge(shortened(policy, share), policy)
    assert reason(decision) == expected
    assert decision.action == ("hold" if expected else "accept")


@pytest.mark.parametrize(("share", "expected"), [(0.09, "grown"), (0.12, None)])
def test_a_text_that_grew_tenfold_is_held(judge: Judge, policy: Version, share: float, expected: str | None) -> None:
    decision = judge(policy, shortened(policy, share))
    assert reason(decision) == expected
    assert decision.action == ("hold" if expected else "accept")


def test_a_return_to_a_recorded_text_is_not_held(judge: Judge, page: Page, extract: Extract, policy: Version) -> None:
    other = extract(page("another_document"))
    assert judge(policy, other).action == "hold"
    assert judge(policy, other, policy).action == "accept"


@pytest.mark.parametrize("hours", [1, 24])
@pytest.mark.parametrize("pair", ["shrunk", "grown", "another-document"])
def test_a_held_text_that_a_later_run_sees_again_is_accepted(
    judge: Judge, now: datetime, pairs: dict[str, tuple[Version, Version]], pair: str, hours: float
) -> None:
    old, new = pairs[pair]
    decision = judge(new, old, held_text_sha256=new.text_sha256, held_at=now - timedelta(hours=hours))
    assert decision.action == "accept"
    assert "seen again" in decision.remarks[0]
    assert decision.remarks[1].startswith(f"{pair}: ")


@pytest.mark.parametrize("pair", ["shrunk", "grown", "another-document"])
def test_a_held_text_that_is_seen_again_within_the_hour_stays_held(
    judge: Judge, now: datetime, pairs: dict[str, tuple[Version, Version]], pair: str
) -> None:
    old, new = pairs[pair]
    decision = judge(new, old, held_text_sha256=new.text_sha256, held_at=now - timedelta(minutes=59))
    assert (decision.action, reason(decision)) == ("hold", pair)


@pytest.fixture
def pairs(page: Page, extract: Extract, policy: Version) -> dict[str, tuple[Version, Version]]:
    """Reason to hold -> an old and a new version."""
    short = shortened(policy, 0.09)
    return {
        "shrunk": (policy, short),
        "grown": (short, policy),
        "another-document": (policy, extract(page("another_document"))),
    }


def stamped(version: Version, clauses: int, day: int, *, more: str = "") -> Version:
    """Return the first clauses of a policy, which bear the day on which they were printed."""
    kept = version.markdown.split("\n\n")[:clauses]
    return parse_markdown("\n\n".join([kept[0], f"Printed on day {day}.", *kept[1:], more]))


@pytest.mark.parametrize(("hours", "action"), [(0.9, "hold"), (24, "accept")])
def test_a_held_text_that_is_seen_again_with_another_stamp_is_accepted(
    judge: Judge, now: datetime, hours: float, action: str
) -> None:
    old = parse_markdown(made_policy(1, 90) + "\n\n" + made_policy(2, 90))
    first, again = (stamped(old, 40, day, more="We shortened it, and that is all.") for day in (1, 2))
    held_at = now - timedelta(hours=hours)
    held = {"held_text_sha256": first.text_sha256, "held_version": first, "held_at": held_at}
    assert reason(judge(again, old)) == "shrunk"
    decision = judge(again, old, **held)
    assert decision.action == action
    assert ("all but unchanged" in " ".join(decision.remarks)) is (action == "accept")


def test_a_held_text_does_not_vouch_for_one_that_differs_in_more(judge: Judge, now: datetime) -> None:
    old = parse_markdown(made_policy(1, 90) + "\n\n" + made_policy(2, 90))
    first, again = stamped(old, 40, 1), stamped(old, 40, 2, more=made_policy(3, 3, title="More"))
    held = {"held_text_sha256": first.text_sha256, "held_version": first, "held_at": now - timedelta(days=1)}
    assert reason(judge(again, old, **held)) == "shrunk"


@pytest.mark.parametrize(("share", "action"), [(1, "accept"), (0.99, "hold")])
def test_a_stamped_text_that_ends_elsewhere_within_a_sentence_is_not_seen_again(
    judge: Judge, now: datetime, share: float, action: str
) -> None:
    """Its stamp hides that it is the beginning of the text before."""
    old = stamped(parse_markdown(made_policy(1, 90) + "\n\n" + made_policy(2, 90)), 181, 0)
    first, again = (stamped(old, 60, day) for day in (1, 2))
    again = parse_markdown(cut(again.markdown, share)) if share < 1 else again
    held = {"held_text_sha256": first.text_sha256, "held_version": first, "held_at": now - timedelta(days=1)}
    assert judge(again, old, **held).action == action


def test_a_text_that_is_cut_at_another_place_is_not_seen_again(judge: Judge, policy: Version, now: datetime) -> None:
    first, again = (parse_markdown(cut(policy.markdown, share)) for share in (0.8, 0.81))
    held = {"held_text_sha256": first.text_sha256, "held_version": first, "held_at": now - timedelta(days=1)}
    assert reason(judge(again, policy, **held)) == "truncated"


def test_a_held_text_does_not_vouch_for_another_one(judge: Judge, policy: Version, now: datetime) -> None:
    other = shortened(policy, 0.2).text_sha256
    decision = judge(shortened(policy, 0.3), policy, held_text_sha256=other, held_at=now - timedelta(days=1))
    assert decision.action == "hold"


@pytest.mark.parametrize("name", ["soft_404", "login_wall", "challenge", "loading", "cookie_wall", "scrap"])
def test_a_refused_page_is_refused_however_often_it_is_seen(
    judge: Judge, page: Page, extract: Extract, policy: Version, name: str
) -> None:
    version = extract(page(name))
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    decision = judge(version, policy, snapshots=[page(name)], held_text_sha256=version.text_sha256, held_at=long_ago)
    assert decision.action == "refuse"


@pytest.fixture
def combined(document: Document) -> Document:
    """Two pages of which the main part is wanted."""
    second = Source(url="https://lantern.example/faq", select=("main",))
    return replace(document, sources=(*document.sources, second))


@pytest.fixture
def two_pages(combined: Document, page: Page) -> list[Snapshot]:
    """Captures of the two addresses of `combined`, with different bodies."""
    address = combined.sources[1].url
    return [page(POLICY), replace(page("soft_404"), url=address, final_url=address)]


def test_two_pages_that_differ_are_accepted(
    judge: Judge, combined: Document, two_pages: list[Snapshot], policy: Version
) -> None:
    assert judge(policy, document=combined, snapshots=two_pages).action == "accept"


def test_the_same_page_under_two_addresses_is_refused(
    judge: Judge, combined: Document, two_pages: list[Snapshot], policy: Version
) -> None:
    one, other = two_pages
    decision = judge(policy, document=combined, snapshots=[one, replace(other, body=one.body)])
    assert (decision.action, reason(decision)) == ("refuse", "duplicate-source")


def test_two_addresses_that_end_at_the_same_page_are_refused(
    judge: Judge, combined: Document, two_pages: list[Snapshot], policy: Version
) -> None:
    one, other = two_pages
    decision = judge(policy, document=combined, snapshots=[one, replace(other, final_url=one.final_url)])
    assert reason(decision) == "duplicate-source"


def test_a_text_that_stands_twice_is_refused_even_where_the_pages_differ(
    judge: Judge, combined: Document, two_pages: list[Snapshot], policy: Version
) -> None:
    twice = parse_markdown(policy.markdown + "\n" + policy.markdown)
    assert reason(judge(twice, document=combined, snapshots=two_pages)) == "duplicate-source"


def test_two_parts_of_one_page_make_a_good_combined_document(
    judge: Judge, document: Document, page: Page, policy: Version
) -> None:
    address = document.sources[0].url
    parts = (Source(url=address, select=("#one",)), Source(url=address, select=("#two",)))
    declared = replace(document, sources=parts)
    assert judge(policy, document=declared, snapshots=[page(POLICY)] * 2).action == "accept"


def test_a_document_of_one_page_may_repeat_itself(judge: Judge, policy: Version) -> None:
    twice = parse_markdown(policy.markdown + "\n" + policy.markdown)
    assert judge(twice, policy).action == "accept"


def test_a_combined_document_without_one_of_its_pages_is_refused(
    judge: Judge, combined: Document, two_pages: list[Snapshot], policy: Version
) -> None:
    decision = judge(policy, document=combined, snapshots=two_pages[:1])
    assert (decision.action, reason(decision)) == ("refuse", "missing-source")


def test_a_combined_document_that_lacks_one_part_as_a_whole_is_held(
    judge: Judge, combined: Document, two_pages: list[Snapshot], policy: Version
) -> None:
    whole = parse_markdown(policy.markdown + "\n" + made_policy(1, 30))
    decision = judge(policy, whole, document=combined, snapshots=two_pages)
    assert (decision.action, reason(decision)) == ("hold", "missing-source")


def test_a_combined_document_that_gains_a_part_is_accepted(
    judge: Judge, combined: Document, two_pages: list[Snapshot], policy: Version
) -> None:
    whole = parse_markdown(policy.markdown + "\n" + made_policy(1, 30))
    assert judge(whole, policy, document=combined, snapshots=two_pages).action == "accept"


@pytest.fixture
def half_page(page: Page) -> Snapshot:
    """The policy's page as it comes when the connection ends in the middle."""
    body = page(POLICY).body
    return replace(page(POLICY), body=body[: body.index(b"necessary cookies")])


def test_a_page_that_ends_in_the_middle_is_refused_after_one_that_had_an_end(
    judge: Judge, page: Page, extract: Extract, policy: Version, half_page: Snapshot
) -> None:
    decision = judge(extract(half_page), policy, snapshots=[half_page], past_snapshots=[page(POLICY)])
    assert (decision.action, reason(decision)) == ("refuse", "truncated")


def test_a_page_that_ends_in_the_middle_is_held_where_the_page_before_is_not_known(
    judge: Judge, extract: Extract, policy: Version, half_page: Snapshot
) -> None:
    decision = judge(extract(half_page), policy, snapshots=[half_page])
    assert (decision.action, reason(decision)) == ("hold", "truncated")


def test_a_page_without_its_end_is_held_where_the_pages_before_had_one_until_it_is_seen_again(
    judge: Judge, page: Page, extract: Extract, policy: Version, now: datetime
) -> None:
    """The text ends with a whole sentence and lacks little, so that nothing but the page tells."""
    body = page(POLICY).body
    unclosed = replace(page(POLICY), body=body[: body.index(b"<h2>8.")].replace(b"thirty days", b"ten days"))
    version = extract(unclosed)
    assert judge(version, policy, snapshots=[unclosed]).action == "accept"
    decision = judge(version, policy, snapshots=[unclosed], past_snapshots=[page(POLICY)])
    assert (decision.action, reason(decision)) == ("hold", "truncated")
    assert judge(version, policy, snapshots=[unclosed], past_snapshots=[unclosed]).action == "accept"
    seen = {"held_text_sha256": version.text_sha256, "held_at": now - timedelta(days=1)}
    assert judge(version, policy, snapshots=[unclosed], past_snapshots=[page(POLICY)], **seen).action == "accept"


def test_a_page_that_loses_its_closing_tag_and_keeps_the_end_of_its_text_is_accepted(
    judge: Judge, page: Page, extract: Extract, policy: Version
) -> None:
    """Minifiers drop the tag; one word less elsewhere is a change as any other."""
    body = page(POLICY).body
    unclosed = replace(page(POLICY), body=body[: body.index(b"</main>")].replace(b"thirty days", b"ten days"))
    version = extract(unclosed)
    assert version.text_sha256 != policy.text_sha256
    assert len(version.text) < len(policy.text)
    decision = judge(version, policy, snapshots=[unclosed], past_snapshots=[page(POLICY)])
    assert decision == Decision(action="accept", failure=None)


def test_a_page_without_its_end_is_held_where_its_text_is_the_beginning_of_the_one_before(
    judge: Judge, page: Page, extract: Extract, policy: Version
) -> None:
    body = page(POLICY).body
    unclosed = replace(page(POLICY), body=body[: body.index(b"<h2>8.")])
    decision = judge(extract(unclosed), policy, snapshots=[unclosed])
    assert (decision.action, reason(decision)) == ("hold", "truncated")


def test_a_page_without_its_end_is_accepted_where_its_text_is_longer_than_before(
    judge: Judge, page: Page, extract: Extract, policy: Version
) -> None:
    body = page(POLICY).body
    longer = body[: body.index(b"</main>")] + b"<p>We answer in the order of arrival.</p>"
    unclosed = replace(page(POLICY), body=longer)
    decision = judge(extract(unclosed), policy, snapshots=[unclosed], past_snapshots=[page(POLICY)])
    assert decision.action == "accept"


def test_a_first_page_that_ends_within_a_sentence_is_held(judge: Judge, extract: Extract, half_page: Snapshot) -> None:
    decision = judge(extract(half_page), snapshots=[half_page])
    assert (decision.action, reason(decision)) == ("hold", "truncated")


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_a_text_that_ends_within_a_sentence_of_the_one_before_is_held(
    judge: Judge, policy: Version, share: float
) -> None:
    decision = judge(parse_markdown(cut(policy.markdown, share)), policy)
    assert (decision.action, reason(decision)) == ("hold", "truncated")


def test_a_text_that_is_half_of_the_one_before_and_nothing_else_is_held(judge: Judge) -> None:
    clauses = made_policy(1).split("\n\n")
    decision = judge(parse_markdown("\n\n".join(clauses[20:])), parse_markdown(made_policy(1)))
    assert (decision.action, reason(decision)) == ("hold", "truncated")


def test_a_policy_that_drops_its_last_section_is_accepted(judge: Judge, policy: Version) -> None:
    shorter = parse_markdown(policy.markdown.split("## 8.")[0])
    assert judge(shorter, policy) == Decision(action="accept", failure=None)


def test_a_policy_that_is_shortened_by_half_and_dated_anew_is_accepted(judge: Judge) -> None:
    old, new = made_policy(1, dated="May 2, 2023"), made_policy(1, 20, dated="May 2, 2024")
    assert judge(parse_markdown(new), parse_markdown(old)).action == "accept"


def test_a_text_that_stood_twice_and_stands_once_is_accepted(judge: Judge, policy: Version) -> None:
    assert judge(policy, parse_markdown(policy.markdown + "\n" + policy.markdown)).action == "accept"


def test_a_list_of_links_in_the_place_of_prose_is_refused(judge: Judge) -> None:
    links = "\n".join(f"* [Policy of the house at number {number}](https://x.example/{number})" for number in range(30))
    decision = judge(parse_markdown(f"# Policies\n\n{links}"), parse_markdown(made_policy(1)))
    assert (decision.action, reason(decision)) == ("refuse", "another-document")
    assert judge(parse_markdown(f"# Policies\n\n{links}")).action == "accept"


def test_a_list_of_links_after_another_one_is_held_and_not_refused(judge: Judge) -> None:
    """The document may be one."""
    old, new = (
        parse_markdown("# Index\n\n" + "\n".join(f"* [{name} {i} in {name}](https://x.example/{i})" for i in range(60)))
        for name in ("alpha", "beta")
    )
    decision = judge(new, old)
    assert (decision.action, reason(decision)) == ("hold", "another-document")


def test_a_text_that_keeps_much_of_the_one_before_is_not_judged_by_its_language(
    judge: Judge, page: Page, extract: Extract, policy: Version, document: Document
) -> None:
    """The publisher puts a longer translation before a part of the text that was there."""
    english = replace(document, options=Options(language="en"))
    kept = policy.markdown.split("\n\n")[:8]
    both = parse_markdown("\n\n".join([extract(page("wrong_language")).markdown * 3, *kept]))
    assert reason(judge(both, document=english)) == "wrong-language"
    assert judge(both, policy, document=english) == Decision(action="accept", failure=None)


def test_another_language_than_before_is_refused_where_none_is_declared(
    judge: Judge, page: Page, extract: Extract, policy: Version
) -> None:
    german = extract(page("wrong_language"))
    decision = judge(german, policy)
    assert (decision.action, reason(decision)) == ("refuse", "wrong-language")
    assert "before" in decision.failure.detail if decision.failure else False


def test_a_past_in_another_language_than_declared_holds_nothing_back(
    judge: Judge, page: Page, extract: Extract, policy: Version, document: Document
) -> None:
    english = replace(document, options=Options(language="en"))
    assert judge(policy, extract(page("wrong_language")), document=english).action == "accept"


def test_an_older_edition_that_was_never_recorded_is_accepted_with_a_doubt(judge: Judge) -> None:
    old, new = (
        made_policy(1, dated="May 2, 2024"),
        made_policy(1, 25, dated="May 2, 2023") + "\n\n" + made_policy(2, 20),
    )
    decision = judge(parse_markdown(new), parse_markdown(old))
    assert decision.action == "accept"
    assert decision.doubt is not None
    assert decision.doubt.reason == "older-edition"


def test_an_older_edition_that_was_recorded_is_a_return_without_a_doubt(judge: Judge) -> None:
    old, new = parse_markdown(made_policy(1, dated="May 2, 2023")), parse_markdown(made_policy(2, dated="May 2, 2024"))
    assert judge(old, new, old) == Decision(action="accept", failure=None, remarks=judge(old, new, old).remarks)


@pytest.mark.parametrize(("days", "doubt"), [(-20, None), (60, "older-edition")])
def test_a_day_that_lay_ahead_when_the_text_was_captured_announces_another_edition(
    judge: Judge, now: datetime, days: int, doubt: str | None
) -> None:
    """The old text said on 3 September that the next edition takes effect on 1 November; it came earlier."""
    old = made_policy(1, dated="June 1, 2023. An updated version takes effect on November 1, 2024")
    new = made_policy(1, 20, dated="October 20, 2024") + "\n\n" + made_policy(2, 20)
    decision = judge(
        parse_markdown(new), parse_markdown(old), past_at=now + timedelta(days=days), now=now + timedelta(days=90)
    )
    assert decision.action == "accept"
    assert (decision.doubt.reason if decision.doubt else None) == doubt


def test_a_text_that_was_cut_is_not_dated_anew_by_what_it_announced(judge: Judge, now: datetime) -> None:
    """The day came in the meantime; the words did not change."""
    whole = made_policy(1, dated="June 1, 2023. An updated version takes effect on November 1, 2024")
    later = {"past_at": now, "now": now + timedelta(days=90)}
    decision = judge(parse_markdown(cut(whole, 0.7)), parse_markdown(whole), **later)
    assert (decision.action, reason(decision)) == ("hold", "truncated")


def test_a_corrected_date_is_no_older_edition(judge: Judge) -> None:
    old, new = made_policy(1, dated="May 2, 2024"), made_policy(1, dated="April 2, 2024")
    assert judge(parse_markdown(new), parse_markdown(old)).doubt is None


def test_a_decision_has_a_reason_unless_it_accepts() -> None:
    with pytest.raises(ValueError, match="has a reason"):
        Decision(action="hold", failure=None)
    with pytest.raises(ValueError, match="has a reason"):
        Decision(action="accept", failure=Failure(reason="grown", detail="Ten times as long."))


def test_a_decision_has_a_doubt_only_where_it_accepts() -> None:
    failure = Failure(reason="grown", detail="Ten times as long.")
    assert Decision(action="accept", failure=None, doubt=failure).doubt == failure
    with pytest.raises(ValueError, match="no doubt beside it"):
        Decision(action="hold", failure=failure, doubt=failure)


def test_texts_without_spaces_are_compared_by_their_letters(judge: Judge) -> None:
    """A Japanese clause is one run of letters; with one of them changed it must not count as another document."""
    clause = "私たちは利用者が書いた覚え書きを保存し、すべての端末に表示します。"
    assert judge(parse_markdown(clause.replace("保存", "保管") * 20), parse_markdown(clause * 20)).action == "accept"


@pytest.mark.parametrize("text", ["a" * 300_000, "error " * 60_000, " not" * 60_000, "sign in to " * 30_000])
def test_hostile_texts_are_vetted_in_time(judge: Judge, policy: Version, text: str) -> None:
    version = parse_markdown(text)
    begin = time.process_time()
    judge(version, policy)
    judge(version)
    assert time.process_time() - begin < 2


@pytest.mark.shared
def test_all_versions_of_telegrams_privacy_policy_are_accepted_in_sequence(
    shared_data: Path, judge: Judge, document: Document
) -> None:
    english = replace(document, options=Options(language="en"))
    files = sorted((shared_data / "telegram" / "privacy-policy-en").glob("*.md"))
    assert len(files) == 40
    previous: list[Version] = []
    for file in files:
        version = parse_markdown(file.read_text(encoding="utf-8"))
        decision = judge(version, *previous[:1], document=english)
        assert decision == Decision(action="accept", failure=None, remarks=()), file.name
        previous.insert(0, version)


@pytest.mark.shared
def test_the_terms_of_service_that_hold_one_page_twice_are_refused_and_no_others(
    shared_data: Path, judge: Judge, combined: Document, two_pages: list[Snapshot]
) -> None:
    folder = shared_data / "telegram" / "terms-of-service-en"
    rows = [json.loads(line) for line in (folder / "versions.jsonl").read_text(encoding="utf-8").splitlines()]
    doubled = {row["file"] for row in rows if row["documents"] in (["terms", "terms"], ["faq", "faq"])}
    assert len(doubled) == 140
    refused: dict[str, bool] = {}
    for row in rows:
        if row["sha256"] not in refused:
            version = parse_markdown((folder / row["file"]).read_text(encoding="utf-8"))
            decision = judge(version, document=combined, snapshots=two_pages)
            refused[row["sha256"]] = reason(decision) == "duplicate-source"
    assert {row["file"] for row in rows if refused[row["sha256"]]} == doubled
