"""The pages of the site."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import jinja2
import pytest
from bs4 import BeautifulSoup

from tests.render.figure_stories import invent_figures
from tracker.errors import RenderError
from tracker.model import (
    EFFECTS,
    FACETS,
    KINDS,
    ChangeReport,
    Clause,
    DocumentKey,
    DocumentReport,
    Link,
    Section,
    SectionRef,
    Version,
)
from tracker.model.timeline import SEEN_OUTCOMES, TROUBLED_OUTCOMES
from tracker.render import SiteModel, change_to_html, render_site, render_withdrawn, words
from tracker.render.outputs import FOUNDATIONS, LEAVES, LISTS
from tracker.render.site_context import SiteContext

CHANGE = "courier/privacy-policy/2024-03-05T031705Z-904fd0ea-dc3faefa/index.html"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} ]]> &amp; \" '"


@pytest.fixture
def pages(site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(site, environment))


def _soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def _read(text: str) -> str:
    return " ".join(_soup(text).get_text(" ").split())


def test_every_output_has_its_template_and_makes_something(site: SiteModel, environment: jinja2.Environment) -> None:
    context = SiteContext(replace(site, figures=(invent_figures(),)), environment)
    for name, output in (FOUNDATIONS | LISTS).items():
        assert output.template is None or output.template in environment.list_templates(), name
        # A script is there only for an index that it reads: `tests/cli/test_search.py`.
        assert list(output.render(context)) or name == "search-script", name
    for name, leaf in LEAVES.items():
        assert leaf.template is None or leaf.template in environment.list_templates(), name
        # Where nobody followed the clauses there is nothing to tell of them: `test_clause_pages.py`.
        # A picture is there only for a painter: `tests/cli/test_pictures.py`.
        made = any(list(leaf.render(context, listing)) for listing in context.listings)
        assert made or name in {"clauses", "picture"}, name


def test_every_template_belongs_to_an_output(environment: jinja2.Environment) -> None:
    shared = {
        "base.html",
        "_alone.html",
        "_head_meta.html",
        "_lists.html",
        "_ledger.html",
        "_change.html",
        "_lives.html",
        "clauses.html",
        "_corrections.html",
        "_withheld.html",
        "_evidence.html",
        "_comparisons.html",
        "comparisons.html",
        "comparison_gone.html",
        "diff.html",
        "biography.html",
        "ledger.html",
        "feed_notice.html",
        "_figures.html",
        "_effect.html",
        "transparency_publisher.html",
        "transparency_country.html",
        "feed_figures.html",
    }
    assert set(environment.list_templates()) == shared | {
        output.template for output in (FOUNDATIONS | LEAVES | LISTS).values() if output.template
    }


def test_no_path_is_rendered_twice(site: SiteModel, environment: jinja2.Environment) -> None:
    paths = [path for path, _ in render_site(site, environment)]
    assert len(paths) == len(set(paths))


def test_the_same_model_gives_the_same_bytes(site: SiteModel, environment: jinja2.Environment) -> None:
    assert list(render_site(site, environment)) == list(render_site(site, environment))


def test_every_relative_link_leads_to_a_page_and_to_an_anchor_on_it(pages: dict[str, str]) -> None:
    ids = {path: {tag["id"] for tag in _soup(text).find_all(id=True)} for path, text in pages.items() if "html" in path}
    for path in ids:
        for tag in _soup(pages[path]).find_all(["a", "link"], href=True):
            href = str(tag["href"])
            if re.match(r"[a-z]+:", href):
                continue
            target, _, fragment = href.partition("#")
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            assert found in pages, f"{path} links to {href}"
            assert not fragment or fragment in ids[found], f"{path} links to {href}"


def test_no_page_asks_another_host_or_runs_anything(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        if path.endswith(".html"):
            soup = _soup(text)
            assert not soup.find_all(["script", "iframe", "object", "embed", "form", "img", "video", "audio"]), path
            assert all(not name.startswith("on") for tag in soup.find_all(True) for name in tag.attrs), path
            loaded = [link["href"] for link in soup.find_all("link", rel=["stylesheet", "icon", "preload"])]
            assert all(not str(href).startswith(("http", "//")) for href in loaded), path
    assert "url(" not in pages["style.css"]
    assert "@import" not in pages["style.css"]


def test_every_page_can_be_read_by_a_screen_reader(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        if not path.endswith(".html"):
            continue
        soup = _soup(text)
        assert soup.html is not None
        assert soup.html["lang"] == "en"
        assert len(soup.find_all("h1")) == 1, path
        assert soup.find("main", id="content"), path
        assert soup.find("a", class_="skip", href="#content"), path
        levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)
        anchors = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(anchors) == len(set(anchors)), path


def test_a_change_page_says_what_was_inserted_and_deleted_in_words_too(pages: dict[str, str]) -> None:
    redline = _soup(pages[CHANGE]).select_one(".redline")
    assert redline is not None
    assert [tag.get_text() for tag in redline.find_all("del")][:2] == [
        "[deleted: a court order names]",
        "[deleted: as ]",
    ]
    assert "[inserted: authorities confirm that]" in redline.get_text()
    for hidden in redline.select(".vh"):
        hidden.decompose()
    for deleted in redline.find_all("del"):
        deleted.decompose()
    assert redline.get_text().strip().startswith("If authorities confirm that you are a suspect in a criminal case, we")


def test_a_change_page_can_be_cited_and_verified(pages: dict[str, str], widening: ChangeReport) -> None:
    text = _read(pages[CHANGE])
    event = widening.event
    for fact in (
        event.old.text_sha256, event.new.text_sha256, event.old.markdown_sha256, event.new.body_sha256,
        event.old.commit, event.new.commit, "2024-03-04T03:17:05Z", "2024-03-05T03:17:05Z",
        "Courier/Privacy Policy.html",
        "https://courier.example/privacy", "https://courier.example/privacy/en",
        f'git show {event.new.commit}:"Courier/Privacy Policy.md"',
        f'tracker show "Courier/Privacy Policy" {event.new.commit}',
        f'git show {event.old.commit}:"Courier/Privacy Policy.html" | sha256sum',
    ):  # fmt: skip
        assert fact in text


def test_a_change_page_shows_each_finding_with_its_evidence(pages: dict[str, str]) -> None:
    table = _soup(pages[CHANGE]).find("table")
    assert table is not None
    cells = [cell.get_text(strip=True) for cell in table.find_all("td")]
    assert cells == ["“terror suspect”", "“suspect in a criminal case”", "“a court order”", "says nothing"]
    assert "Not announced in the policy's own change log so far" in _read(pages[CHANGE])


def test_unchanged_clauses_are_folded_around_the_changed_one(pages: dict[str, str]) -> None:
    soup = _soup(pages[CHANGE])
    wording = soup.select("#wording ~ details, #wording ~ article")
    assert [tag.name for tag in wording[:3]] == ["details", "article", "details"]
    folded = [len(tag.select(".policy p")) for tag in (wording[0], wording[2])]
    assert folded == [8, 4]


def test_a_removed_clause_stands_where_it_stood(
    widening: ChangeReport, environment: jinja2.Environment
) -> None:  # fmt: skip
    [clause] = widening.change.clauses
    gone = replace(
        clause, op="removed", new="", old_clauses=(8,), new_clauses=(),
        redline=(replace(clause.redline[0], tag="-", text=clause.old),),
    )  # fmt: skip
    op = replace(widening.change.ops[0], tag="removed", new_start=8, new_end=8)
    change = replace(widening.change, clauses=(gone,), ops=(op,))
    page = change_to_html(
        change, widening.verdict, environment=environment, id="x", trust="single", old_name="a.md", new_name="b.md"
    )
    order = [tag.name for tag in _soup(page).select("details, article.clause")]
    assert order == ["details", "article", "details"]


def test_a_moved_clause_says_from_where(widening: ChangeReport, environment: jinja2.Environment) -> None:
    [clause] = widening.change.clauses
    moved = replace(clause, op="moved", moved_from=SectionRef(number="8.2", title="Police", anchor=None))
    page = change_to_html(
        replace(widening.change, clauses=(moved,)), widening.verdict, environment=environment, id="x", trust="single",
        old_name="a.md", new_name="b.md",
    )  # fmt: skip
    assert "Moved from 8.2 Police" in _read(page)
    assert "<style>" in page
    assert 'rel="stylesheet"' not in page


def test_what_is_set_aside_has_a_page_and_stands_in_its_document_alone(pages: dict[str, str]) -> None:
    document = _read(pages["courier/privacy-policy/index.html"])
    assert document.count("not counted as a change") >= 3
    for path in (
        "index.html",
        "courier/index.html",
        "timeline/2024-03/index.html",
        "feeds/all.atom",
        "feeds/courier.json",
    ):
        assert "The wider text once more" not in pages[path]
        assert "error page" not in pages[path]
    aside = pages["courier/privacy-policy/2024-03-21T031705Z-904fd0ea-dc3faefa/index.html"]
    assert _soup(aside).h1.get_text() == "Alternating text: not counted as a change of the policy"  # type: ignore[union-attr] # has one


def test_a_broken_capture_is_never_told_as_a_removal(pages: dict[str, str]) -> None:
    [path] = [path for path in pages if "2024-03-22" in path and path.endswith("index.html")]
    soup = _soup(pages[path])
    assert "This is not a change of the policy." in soup.get_text()
    assert not soup.find_all(["ins", "del"])


def test_the_timeline_is_by_day_and_month_newest_first(pages: dict[str, str]) -> None:
    days = [tag.get_text(strip=True) for tag in _soup(pages["index.html"]).select(".day > h2")]
    assert days == ["7 April 2024", "20 March 2024", "5 March 2024", "3 February 2024"]
    march = _soup(pages["timeline/2024-03/index.html"])
    assert len(march.select(".day article")) == 2
    assert [link.get_text() for link in march.select("a[rel=prev], a[rel=next]")] == [
        "Earlier: February 2024",
        "Later: April 2024",
    ]


def test_the_status_page_names_failures_with_reason_and_next_step(pages: dict[str, str]) -> None:
    text = _read(pages["status/index.html"])
    assert "Failed on 10 April 2024, 03:17 UTC ( server-error ): the server answered 503" in text
    assert "So since 9 April 2024, 03:17 UTC" in text
    assert "The server failed; the next run tries again." in text
    assert "70 % of the words are gone" in text


def test_hostile_words_are_shown_and_inert_everywhere(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment
) -> None:
    key = DocumentKey(service=HOSTILE.replace("/", ""), terms_type="<b>Terms")
    report = report_on(key, "old " + HOSTILE, "new " + HOSTILE, headline=HOSTILE, title=HOSTILE)
    site = SiteModel(title=HOSTILE, site_url=None, contact=HOSTILE, documents=(report,))
    for path, text in render_site(site, environment):
        if path.endswith(".html"):
            soup = _soup(text)
            assert not soup.find_all(["script", "img"]), path
            assert "{{7*7}}" in soup.get_text(), path
    change = next(text for path, text in render_site(site, environment) if path.count("/") == 3 and "html" in path)
    assert HOSTILE in _soup(change).get_text()


def test_links_of_policy_text_lead_to_pages_and_mailboxes_only(
    pages: dict[str, str], environment: jinja2.Environment
) -> None:
    link = _soup(pages["courier/privacy-policy/index.html"]).find("a", string="our mailbox")
    assert link is not None
    assert link["rel"] == ["nofollow", "noopener"]
    clause = Clause(
        index=0, kind="paragraph", text="click here now", section=0,
        links=(Link(start=0, end=5, href="javascript:alert(1)"), Link(start=6, end=10, href="data:text/html,x")),
    )  # fmt: skip
    shown = environment.from_string("{{ clause|clause }}").render(clause=clause)
    assert shown == "click here now"


def test_clause_anchors_stay_while_the_words_stay(
    policy_report: DocumentReport, environment: jinja2.Environment
) -> None:
    def anchors(report: DocumentReport) -> set[str]:
        site = SiteModel(title="T", site_url=None, contact="", documents=(report,))
        page = dict(render_site(site, environment))["courier/privacy-policy/index.html"]
        return {str(tag["id"]) for tag in _soup(page).select(".policy [id]")}

    before = anchors(replace(policy_report, latest=policy_report.changes[0].change.new))
    after = anchors(policy_report)
    assert "section-8-3" in before & after
    assert len(before - after) == 2  # the disclosure and the deletion clause were reworded


def test_absolute_addresses_appear_only_where_the_site_has_one(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    page = dict(render_site(site, environment))[CHANGE]
    assert f'<link rel="canonical" href="https://watch.example/policies/{posixpath.dirname(CHANGE)}/">' in page
    page = dict(render_site(replace(site, site_url=None), environment))[CHANGE]
    assert "canonical" not in page
    assert "og:url" not in page
    assert "og:image" not in page
    assert "watch.example/policies" not in page


@pytest.mark.parametrize("site_url", ["https://watch.example/policies", None])
def test_pages_say_of_themselves_what_a_shared_link_shows(
    site: SiteModel, environment: jinja2.Environment, site_url: str | None
) -> None:
    pages = dict(render_site(replace(site, site_url=site_url), environment))
    for path, kind in (
        (CHANGE, "article"),
        ("courier/privacy-policy/index.html", "website"),
        ("index.html", "website"),
    ):
        soup = _soup(pages[path])
        assert soup.title is not None
        told = {
            str(tag.get("property") or tag.get("name")): tag["content"] for tag in soup.find_all("meta", content=True)
        }
        assert told["og:title"] == told["twitter:title"] == soup.title.get_text()
        assert told["og:description"] == told["twitter:description"] == told["description"]
        assert told["og:type"] == kind
        address = f"{site_url}/{path.removesuffix('index.html')}"
        assert told.get("og:url") == (address if site_url else None)
        has_card = path == CHANGE and site_url is not None
        assert told.get("og:image") == told.get("twitter:image") == (f"{address}card.svg" if has_card else None)
        assert told["twitter:card"] == ("summary_large_image" if has_card else "summary")
    assert CHANGE.replace("index.html", "card.svg") in pages


def test_change_json_stands_beside_its_page(pages: dict[str, str], widening: ChangeReport) -> None:
    row = json.loads(pages[CHANGE.replace("index.html", "change.json")])
    assert row["schema"] == "tracker.change/1"
    assert row["headline"] == widening.verdict.headline
    assert row["id"].startswith("urn:uuid:")


def test_an_address_once_published_says_that_the_change_no_longer_stands(
    pages: dict[str, str], site: SiteModel, environment: jinja2.Environment
) -> None:
    path = "courier/privacy-policy/2023-12-01T031705Z-0a0a0a0a-0b0b0b0b/index.html"
    soup = _soup(pages[path])
    assert soup.h1 is not None
    assert soup.h1.get_text() == "This change no longer stands"
    assert soup.find("a", string=re.compile("with all changes that stand"))["href"] == "../index.html"  # type: ignore[index] # found
    assert json.loads(pages[path.replace("index.html", "change.json")])["status"] == "withdrawn"
    unknown = "gone/terms/2023-12-01T031705Z-0a0a0a0a-0b0b0b0b/index.html"
    assert 'href="../../../index.html">the timeline' in render_withdrawn(SiteContext(site, environment))(unknown)


def test_slugs_never_collide(report_on: Callable[..., DocumentReport], environment: jinja2.Environment) -> None:
    names = ["Über uns", "Uber Uns", "uber-uns", "Status", "Всё", "微信", "timeline", "All"]
    keys = [DocumentKey(service=name, terms_type=terms) for name in names for terms in ("Terms A", "Terms-A")]
    keys.append(DocumentKey(vantage="ota", service="Status", terms_type="Terms A"))
    reports = tuple(report_on(key, "old", "new") for key in keys)
    site = SiteModel(title="T", site_url=None, contact="", documents=reports)
    paths = [path for path, _ in render_site(site, environment)]
    assert len(paths) == len(set(paths))
    assert all(re.fullmatch(r"[a-z0-9./-]+", re.sub(r"/\d{4}-\d\d-\d\dT\d{6}Z-", "/", path)) for path in paths)
    own = ("effects/", "material/", "search/", "silent/", "timeline/", "topics/")
    of_documents = [path for path in paths if path.count("/") == 2 and path.endswith("index.html")]
    assert len([path for path in of_documents if not path.startswith(own)]) == len(keys)


def test_every_code_has_words() -> None:
    assert set(words.KIND_WORDS) == set(words.KIND_MEANINGS) == set(KINDS)
    assert set(words.EFFECT_WORDS) == set(words.EFFECT_MEANINGS) == set(EFFECTS)
    assert set(words.FACET_WORDS) == set(FACETS)
    assert set(words.OUTCOME_WORDS) == SEEN_OUTCOMES | TROUBLED_OUTCOMES | {"first-record", "changed"}
    assert set(words.TRUST_WORDS) == set(words.TRUST_MEANINGS)


def test_a_site_without_documents_is_a_site(environment: jinja2.Environment) -> None:
    pages = dict(render_site(SiteModel(title="T", site_url=None, contact="", documents=()), environment))
    assert "No policy has changed" in pages["index.html"]


def test_a_document_that_is_empty_before_its_first_heading_is_shown(
    policy_report: DocumentReport, environment: jinja2.Environment
) -> None:
    table = Version(
        markdown="x\n",
        sections=(
            Section(index=0, level=0, number=None, title="", anchor=None, parent=None),
            Section(index=1, level=6, number=None, title="A", anchor=None, parent=0),
        ),
        clauses=(
            Clause(index=0, kind="heading", text="A", section=1),
            Clause(index=1, kind="row", text="a | b", section=1),
            Clause(index=2, kind="row", text="a | b", section=1),
            Clause(index=3, kind="quote", text="said", section=1),
            Clause(index=4, kind="code", text="<x>", section=1),
        ),
    )
    site = SiteModel(
        title="T", site_url=None, contact="", documents=(replace(policy_report, latest=table),)
    )  # fmt: skip
    soup = _soup(dict(render_site(site, environment))["courier/privacy-policy/index.html"])
    assert [tag.get_text() for tag in soup.select(".policy .row, .policy blockquote p, .policy code")] == [
        "a | b", "a | b", "said", "<x>",
    ]  # fmt: skip
    assert len({tag["id"] for tag in soup.select(".policy .row")}) == 2


def test_an_undefined_name_in_a_template_is_an_error(environment: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ nothing }}").render()


def test_a_verdict_that_does_not_fit_is_refused(site: SiteModel, environment: jinja2.Environment) -> None:
    report = site.documents[0]
    change = replace(report.changes[0], verdict=replace(report.changes[0].verdict, clauses=()))
    wrong = replace(site, documents=(replace(report, changes=(change, *report.changes[1:])),))
    with pytest.raises(RenderError):
        list(render_site(wrong, environment))


def test_templates_hold_no_address_but_our_own() -> None:
    for template in (Path(__file__).parents[2] / "templates").iterdir():
        assert not re.search(r"https?://", template.read_text(encoding="utf-8")), template.name


def test_headings_of_a_text_skip_no_level(
    policy_report: DocumentReport, site: SiteModel, environment: jinja2.Environment
) -> None:
    sections = (
        Section(index=0, level=0, number=None, title="", anchor=None, parent=None),
        Section(index=1, level=3, number="1", title="Deep", anchor=None, parent=0),
        Section(index=2, level=6, number="1.1", title="Deeper", anchor=None, parent=1),
        Section(index=3, level=1, number="2", title="High", anchor=None, parent=0),
    )
    clauses = tuple(
        Clause(index=place, kind="heading", text=section.title, section=section.index)
        for place, section in enumerate(sections[1:])
    )
    latest = Version(markdown="x", sections=sections, clauses=clauses)
    report = replace(policy_report, latest=latest, ledger=None)
    page = dict(render_site(replace(site, documents=(report,)), environment))["courier/privacy-policy/index.html"]
    assert [tag.name for tag in _soup(page).select(".policy > :is(h3, h4, h5, h6)")] == ["h3", "h4", "h3"]
