"""Pages that compare versions which are no neighbours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jinja2
import pytest
from bs4 import BeautifulSoup

from tracker.model import (
    Broken,
    ChangeReport,
    ClauseVerdict,
    Comparison,
    DocumentKey,
    DocumentReport,
    Variant,
    Verdict,
    Withholding,
)
from tracker.render import SiteContext, SiteModel, render_site, render_withdrawn
from tracker.render.change_view import Changed, lay_out
from tracker.render.comparison_pages import comparison_pages
from tracker.render.comparison_view import MOST_CLAUSES, MOST_FINDINGS, lay_out_excerpt

FOLDER = "courier/privacy-policy/compare"
PAGE = f"{FOLDER}/first-latest/index.html"
Make = Callable[..., Comparison]


def _read(text: str) -> str:
    return " ".join(BeautifulSoup(text, "lxml").get_text(" ").split())


def with_comparisons(site: SiteModel, *comparisons: Comparison) -> SiteModel:
    """The site, its policy with other comparisons."""
    policy, *others = site.documents
    return replace(site, documents=(replace(policy, comparisons=comparisons), *others))


@pytest.fixture
def whole(policy_report: DocumentReport) -> Comparison:
    """The comparison of the story's first text with its latest."""
    return policy_report.comparisons[0]


@pytest.fixture
def build(site: SiteModel, environment: jinja2.Environment) -> Callable[..., dict[str, str]]:
    """Render the site whose policy has these comparisons."""
    return lambda *comparisons: dict(render_site(with_comparisons(site, *comparisons), environment))


def test_a_page_tells_both_captures_what_differs_and_how_to_check_it(
    build: Callable[..., dict[str, str]], whole: Comparison
) -> None:
    page = build(whole)[PAGE]
    text = _read(page)
    old, new = whole.old, whole.new
    for fact in (
        "First to latest: Courier may hand over data of criminal suspects",
        "2024-01-10T03:17:05Z", "2024-04-07T03:17:05Z", "4 changes lie between",
        old.text_sha256, new.text_sha256, old.markdown_sha256, new.body_sha256, old.commit, new.commit,
        f'tracker diff "Courier/Privacy Policy@{old.commit}" "Courier/Privacy Policy@{new.commit}"',
        f'git show {old.commit}:"Courier/Privacy Policy.html" | sha256sum',
        "account deletion from 6 to 18 months", "22 words added, 7 removed",
    ):  # fmt: skip
        assert fact in text, fact
    soup = BeautifulSoup(page, "lxml")
    assert len(soup.select("article.clause .redline.inline")) == len(soup.select("article.clause .beside")) == 3
    assert soup.select("#view-side-by-side")
    assert [row.get_text(strip=True) for row in soup.select(".findings tbody td")][-2:] == ["“6 months”", "“18 months”"]


def test_every_link_within_a_page_leads_to_a_clause_that_is_shown(
    build: Callable[..., dict[str, str]], whole: Comparison
) -> None:
    soup = BeautifulSoup(build(whole)[PAGE], "lxml")
    anchors = {tag["id"] for tag in soup.find_all(id=True)}
    assert {str(tag["href"])[1:] for tag in soup.select(".findings a")} <= anchors


def test_it_is_no_event(build: Callable[..., dict[str, str]], whole: Comparison) -> None:
    pages = build(whole)
    for path, text in pages.items():
        if path.startswith(("feeds/", "api/", "timeline/", "material/", "topics/")) or path == "index.html":
            assert "compare/" not in text, path
            assert whole.verdict.headline not in text, path
    assert f"{FOLDER}/first-latest/change.json" not in pages
    assert json.loads(pages["api/index.json"])


def test_the_policy_and_the_sitemap_lead_to_it(build: Callable[..., dict[str, str]], whole: Comparison) -> None:
    pages = build(whole, replace(whole, stretch=replace(whole.stretch, reach="2023-2024")))
    document = BeautifulSoup(pages["courier/privacy-policy/index.html"], "lxml")
    links = [(str(tag["href"]), tag.get_text()) for tag in document.select('a[href^="compare/"]')]
    assert links == [
        ("compare/first-latest/index.html", "first to latest"),
        ("compare/2023-2024/index.html", "2023 to 2024"),
        ("compare/index.html", "any two versions"),
    ]
    for place in ("first-latest/", "2023-2024/", ""):
        assert f"<loc>https://watch.example/policies/{FOLDER}/{place}</loc>" in pages["sitemap-pages.xml"]


def test_years_lead_to_their_neighbours_and_the_list_to_all(
    build: Callable[..., dict[str, str]], whole: Comparison
) -> None:
    years = [replace(whole, stretch=replace(whole.stretch, reach=f"{year - 1}-{year}")) for year in (2024, 2022, 2021)]
    pages = build(whole, *years)
    soup = BeautifulSoup(pages[f"{FOLDER}/2021-2022/index.html"], "lxml")
    assert [(tag["rel"], tag["href"]) for tag in soup.select("nav a[rel]")] == [
        (["prev"], "../2020-2021/index.html"),
        (["next"], "../2023-2024/index.html"),
    ]
    assert not BeautifulSoup(pages[PAGE], "lxml").select("nav a[rel]")
    listed = BeautifulSoup(pages[f"{FOLDER}/index.html"], "lxml").select("article h3 a")
    assert [str(tag["href"]).split("/")[0] for tag in listed] == [
        "first-latest", "2023-2024", "2021-2022", "2020-2021"
    ]  # fmt: skip
    assert 'tracker diff "Courier/Privacy Policy@2024-01-10" "Courier/Privacy Policy@2024-04-07"' in _read(
        pages[f"{FOLDER}/index.html"]
    )


def test_a_document_without_comparisons_has_no_such_pages(build: Callable[..., dict[str, str]]) -> None:
    pages = build()
    assert not [path for path in pages if "/compare/" in path]
    assert "compare/" not in pages["courier/privacy-policy/index.html"]
    assert "compare/" not in pages["courier/terms-of-service/index.html"]


def test_the_same_text_at_both_ends_is_compared_with_nothing(
    build: Callable[..., dict[str, str]], whole: Comparison, policy_report: DocumentReport
) -> None:
    first = policy_report.timeline.records[0]
    returned = replace(policy_report.timeline.records[-1], text_sha256=first.text_sha256)
    same = replace(whole, stretch=replace(whole.stretch, new=returned))
    text = _read(build(same)[PAGE])
    assert "First to latest: the same text at both ends" in text
    assert "What came in between was gone again." in text
    assert whole.verdict.headline not in text
    assert whole.evidence.asked == []  # type: ignore[attr-defined] # the stories' evidence notes it


def test_where_no_change_stands_between_none_is_told(build: Callable[..., dict[str, str]], whole: Comparison) -> None:
    pages = build(replace(whole, changes=0, extractions=1))
    for path in (PAGE, f"{FOLDER}/index.html"):
        assert "no change that stands" in _read(pages[path])
        assert whole.verdict.headline not in pages[path]
    assert "made from the page by different rules" in _read(pages[PAGE])
    assert not BeautifulSoup(pages[PAGE], "lxml").find_all(["ins", "del"])


def test_texts_that_were_made_by_different_rules_are_told_apart(
    build: Callable[..., dict[str, str]], whole: Comparison
) -> None:
    assert "Made by different rules." not in build(whole)[PAGE]
    text = _read(build(replace(whole, extractions=2))[PAGE])
    assert "made anew from the page by other rules (2 times)" in text


def test_a_withheld_end_leaves_a_tombstone(build: Callable[..., dict[str, str]], whole: Comparison) -> None:
    old = whole.old
    why = Withholding(
        document=old.document,
        text_sha256=old.text_sha256,
        markdown_sha256=old.markdown_sha256,
        body_sha256s=(old.body_sha256,),
        reason="Court order 12/2025",
        at=whole.new.fetched_at,
    )
    pages = build(replace(whole, withheld=(why,)))
    for path in (PAGE, f"{FOLDER}/index.html"):
        assert "a text of this comparison is withheld" in _read(pages[path])
        assert "suspect" not in pages[path]
    assert "Court order 12/2025" in pages[PAGE]
    assert whole.old.text_sha256 in pages[PAGE]
    assert "tracker diff" not in pages[PAGE]
    assert whole.evidence.asked == []  # type: ignore[attr-defined] # the stories' evidence notes it


def test_a_broken_comparison_reports_no_clause_as_removed(
    build: Callable[..., dict[str, str]], policy_report: DocumentReport, whole: Comparison, comparison_of: Make
) -> None:
    verdict = Verdict(
        kind="broken", material=False, effect="unclear", topics=(), headline="It was an error page.",
        broken=Broken(reason="error-page", detail="the page says 'Something went wrong'"),
    )  # fmt: skip
    change = replace(whole.evidence.compare(), ops=(), clauses=())
    page = build(comparison_of(policy_report, change, verdict))[PAGE]
    assert "First to latest: the two cannot be compared" in _read(page)
    assert "No clause is reported as removed." in _read(page)
    assert not BeautifulSoup(page, "lxml").find_all(["ins", "del"])


@pytest.mark.parametrize(
    ("variants", "said"),
    [
        (("A", "A"), "Compared here are two texts of variant A."),
        (("B", "A"), "Variant B was served no longer, so its text is compared with one of variant A"),
        ((None, "A"), "The old text bears none of them; the new one is of variant A"),
        ((None, None), "The texts compared here bear none of them."),
    ],
    ids=str,
)
def test_variants_are_named(
    site: SiteModel,
    environment: jinja2.Environment,
    whole: Comparison,
    variants: tuple[str | None, str | None],
    said: str,
) -> None:
    policy, *others = site.documents
    record = policy.timeline.records[0]
    variant = Variant(
        name="A", signature=(), texts=1, stays=1, first_seen=record.fetched_at, last_seen=record.fetched_at,
        newest=record, newest_since=record.fetched_at,
    )  # fmt: skip
    stretch = replace(whole.stretch, old_variant=variants[0], new_variant=variants[1])
    report = replace(
        policy,
        timeline=replace(policy.timeline, variants=(variant,)),
        comparisons=(replace(whole, stretch=stretch),),
    )
    pages = dict(render_site(replace(site, documents=(report, *others)), environment))
    assert said in _read(pages[PAGE])


def test_neighbours_are_told_as_their_change_is(
    build: Callable[..., dict[str, str]], policy_report: DocumentReport, comparison_of: Make, widening: ChangeReport
) -> None:
    other = replace(widening.verdict, headline="Something else")
    told = comparison_of(
        policy_report, widening.change, other, old=widening.event.old, new=widening.event.new, told=widening, changes=1
    )
    page = build(told)[PAGE]
    assert widening.verdict.headline in _read(page)
    assert "Something else" not in page
    soup = BeautifulSoup(page, "lxml")
    [link] = soup.find_all("a", string="the page of the change")
    assert link["href"] == f"../../{widening.event.slug}/index.html"


def test_a_vantage_is_named(
    report_on: Callable[..., DocumentReport], comparison_of: Make, environment: jinja2.Environment
) -> None:
    key = DocumentKey(vantage="ota", service="Courier", terms_type="Terms")
    report = report_on(key, "one text of it", "another text of it")
    told = comparison_of(report, report.changes[0].change, report.changes[0].verdict, changes=1)
    site = SiteModel(title="T", site_url=None, contact="", documents=(replace(report, comparisons=(told,)),))
    page = dict(render_site(site, environment))["courier/terms-ota/compare/first-latest/index.html"]
    assert "Courier, Terms (ota)" in page
    assert f"tracker diff &#34;ota:Courier/Terms@{told.old.commit}&#34;" in page
    assert "vantages/ota/Courier/Terms.md" in page


# ------------------------------------------------------------------------------------------------------------ excerpts


def grown(report: DocumentReport, whole: Comparison, make: Make, copies: int) -> Comparison:
    """A comparison in which the last clause stands many times: one with a finding each third time."""
    change, verdict = whole.evidence.compare(), whole.verdict
    clauses = (change.clauses[2],) * copies
    with_finding = verdict.clauses[1]
    quote = with_finding.findings[0].before
    assert quote is not None
    finding = replace(with_finding.findings[0], before=None, after=replace(quote, text="5 April", start=0))
    judged = tuple(
        replace(with_finding, findings=(finding,), announced=None)
        if place % 3 == 2
        else ClauseVerdict(kind="editorial", topics=("policy-changes",))
        for place in range(copies)
    )
    return make(report, replace(change, clauses=clauses), replace(verdict, clauses=judged))


def test_a_comparison_beyond_a_page_is_an_excerpt_with_the_command_for_all(
    build: Callable[..., dict[str, str]], policy_report: DocumentReport, whole: Comparison, comparison_of: Make
) -> None:
    copies = 3 * MOST_CLAUSES
    huge = grown(policy_report, whole, comparison_of, copies)
    page = build(huge)[PAGE]
    soup = BeautifulSoup(page, "lxml")
    shown = [int(str(tag["id"]).removeprefix("clause-")) for tag in soup.select("article.clause")]
    # Those with a finding come first, and stand in reading order.
    assert shown == list(range(3, copies + 1, 3))
    assert len(soup.select(".findings tbody")) == MOST_FINDINGS
    [note] = [tag for tag in soup.select(".note") if "An excerpt." in tag.get_text()]
    assert f"differ in {copies} clauses" in note.get_text()
    assert f"the {MOST_CLAUSES} that weigh most" in note.get_text()
    assert note.select_one("pre code").get_text() == (  # type: ignore[union-attr] # it has one
        f'tracker diff "Courier/Privacy Policy@{huge.old.commit}" "Courier/Privacy Policy@{huge.new.commit}"'
    )
    assert "unchanged clause" not in soup.get_text()
    anchors = {tag["id"] for tag in soup.find_all(id=True)}
    assert {str(tag["href"])[1:] for tag in soup.select(".findings a")} <= anchors


def test_one_endless_clause_is_shown_all_the_same(whole: Comparison) -> None:
    change, verdict = whole.evidence.compare(), whole.verdict
    text = "word " * 100_000
    endless = replace(
        change.clauses[2], new=text, redline=(replace(change.clauses[2].redline[0], text=text),)
    )  # fmt: skip
    change = replace(change, clauses=(change.clauses[0], endless))
    verdict = replace(verdict, clauses=(ClauseVerdict(kind="editorial"), ClauseVerdict(kind="substantive")))
    laid = lay_out_excerpt(lay_out(change, verdict))
    assert [block.number for block in laid.blocks if isinstance(block, Changed)] == [2]
    assert (laid.left_out, laid.has_unchanged, laid.is_excerpt) == (1, False, True)


def test_an_ordinary_comparison_is_whole(whole: Comparison) -> None:
    blocks = lay_out(whole.evidence.compare(), whole.verdict)
    laid = lay_out_excerpt(blocks)
    assert (laid.blocks, laid.is_excerpt, laid.has_unchanged) == (blocks, False, True)


# ----------------------------------------------------------------------------------------------- addresses and inputs


def inputs(site: SiteModel, environment: jinja2.Environment) -> dict[str, str | None]:
    context = SiteContext(site, environment)
    drafts = (draft for listing in context.listings for draft in comparison_pages(context, listing))
    return {draft.path: draft.inputs for draft in drafts}


def test_a_draft_is_told_by_its_two_versions_and_reads_none(
    site: SiteModel, environment: jinja2.Environment, whole: Comparison
) -> None:
    before = inputs(site, environment)
    assert set(before) == {PAGE, f"{FOLDER}/index.html"}
    assert None not in before.values()
    assert whole.evidence.asked == []  # type: ignore[attr-defined] # the stories' evidence notes it
    policy, *others = site.documents
    check = replace(policy.timeline.checks[-1], outcome="unchanged", reason=None, detail=None)
    later = replace(policy, timeline=replace(policy.timeline, checks=(*policy.timeline.checks, check)))
    assert inputs(replace(site, documents=(later, *others)), environment) == before


@pytest.mark.parametrize(
    "facts", [{"changes": 5}, {"extractions": 1}, {"language": "de"}, {"stretch": {"old_variant": "A"}}], ids=str
)
def test_whatever_a_page_tells_is_among_its_inputs(
    site: SiteModel, environment: jinja2.Environment, whole: Comparison, facts: dict[str, Any]
) -> None:
    before = inputs(site, environment)
    facts = {
        name: replace(whole.stretch, **value) if name == "stretch" else value for name, value in facts.items()
    }  # fmt: skip
    after = inputs(with_comparisons(site, replace(whole, **facts)), environment)
    assert all(after[path] != digest for path, digest in before.items())


def test_an_address_once_published_says_that_nothing_is_compared_any_more(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    withdraw = render_withdrawn(SiteContext(site, environment))
    text = withdraw(f"{FOLDER}/2019-2020/index.html")
    soup = BeautifulSoup(text, "lxml")
    assert "This comparison is made no longer" in soup.get_text()
    assert soup.find("a", href="../../index.html")
    assert "../index.html" not in withdraw("gone/terms/compare/2019-2020/index.html").split("<main")[0].replace(
        "../../../../index.html", ""
    )
    assert BeautifulSoup(withdraw("gone/terms/compare/first-latest/index.html"), "lxml").select_one("main a")
