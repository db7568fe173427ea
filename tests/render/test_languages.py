"""The site in other languages than English: complete, marked, and the same site."""

from __future__ import annotations

import json
import re
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import feedparser
import jinja2
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Tag
from bs4.element import Doctype, NavigableString, Stylesheet

from tests.history.ledger_stories import keep
from tests.render.clause_lives import follow_story, with_lives
from tests.render.figure_stories import invent_figures
from tracker.config import list_languages
from tracker.model import (
    AppliedCorrection,
    ChangeReport,
    Comparison,
    Correction,
    DocumentReport,
    Standing,
    Variant,
    Withholding,
)
from tracker.publish import find_templates, load_catalog
from tracker.render import ENGLISH, Language, SiteModel, make_environment, render_site
from tracker.render.site_context import SiteContext
from tracker.render.words import tell_instant, uncapitalise

ROOT = Path(__file__).parents[2]
AT = datetime(2025, 5, 3, 10, tzinfo=UTC)
FOREIGN = sorted(set(list_languages()) - {"en"})


# ------------------------------------------------------------------------------------------------------------ catalogs


def extract_messages() -> set[tuple[str | None, Any]]:
    """Every message that code and templates use, by context and words: what `make messages` finds."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: mapping for mapping in mappings}
    found = extract_from_dir(ROOT, methods, options)
    return {(context, message) for _file, _line, message, _comments, context in found}


def read_catalog(code: str) -> Catalog:
    with (ROOT / "tracker" / "locale" / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def messages_of(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def texts_of(words: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """The forms of a message, one where it has no plural."""
    return (words or "",) if isinstance(words, str) or words is None else tuple(words)


@pytest.mark.parametrize("code", FOREIGN)
def test_a_catalog_has_every_message_and_no_other(code: str) -> None:
    catalog = read_catalog(code)
    listed = {(message.context, message.id) for message in messages_of(catalog)}
    used = extract_messages()
    assert len(used) > 600
    assert used - listed == set(), "make messages"
    assert listed - used == set(), "make messages"
    assert not catalog.obsolete


@pytest.mark.parametrize("code", FOREIGN)
def test_every_message_is_translated_and_none_is_in_doubt(code: str) -> None:
    catalog = read_catalog(code)
    for message in messages_of(catalog):
        assert not message.fuzzy, message.id
        assert all(form.strip() for form in texts_of(message.string)), message.id
        assert len(texts_of(message.string)) == (catalog.num_plurals if isinstance(message.id, tuple) else 1), (
            message.id
        )


@pytest.mark.parametrize("code", FOREIGN)
def test_translations_keep_placeholders_elements_and_the_ends_of_sentences(code: str) -> None:
    for message in messages_of(read_catalog(code)):
        asked = texts_of(message.id)
        for form in texts_of(message.string):
            # All plural forms of a language may need what one form of English does without.
            for pattern in (r"%\(\w+\)s|%(?!\()", r"</?[a-z]+(?: [^>]*)?>"):
                found = Counter(re.findall(pattern, form))
                assert found in [Counter(re.findall(pattern, text)) for text in asked], (asked, form)
            if message.context is None:
                assert form.rstrip("“”")[-1:] in ".:?" or asked[-1][-1:] not in ".:?", (asked, form)
                assert (form[-1:] in ".:?") == (asked[-1][-1:] in ".:?") or form.endswith("“"), (asked, form)


def test_german_counts_one_apart_from_many() -> None:
    german = Language(code="de", catalog=load_catalog("de"))
    counted = [german.ngettext("%(num)s change", "%(num)s changes", number) for number in (0, 1, 2, 1234)]
    assert counted == ["0 Änderungen", "1 Änderung", "2 Änderungen", "1.234 Änderungen"]
    assert german.decimal(1234.5, 2) == "1.234,50"
    assert tell_instant(AT, german) == "3. Mai 2025, 10:00 UTC"


def test_words_within_a_sentence_keep_the_capitals_of_german_nouns() -> None:
    assert uncapitalise("Nicht das Dokument") == "nicht das Dokument"


# ---------------------------------------------------------------------------------------------------------- the story


@pytest.fixture
def full_site(site: SiteModel, revised: ChangeReport) -> SiteModel:
    """The story with all that pages can tell: corrections, a withheld text, a ledger, lives, variants, an end."""
    policy, terms = site.documents
    first, _, again, *others = policy.changes

    def corrected(field: Any, value: Any, old: Any) -> AppliedCorrection:
        correction = Correction(
            change="x", field=field, value=value, reason="Read again.", by="Ann Lee", at=AT, file="a.json"
        )
        return AppliedCorrection(correction=correction, old=old)

    withheld = Withholding(
        document=policy.document,
        text_sha256=again.event.new.text_sha256,
        markdown_sha256="0" * 64,
        body_sha256s=(),
        reason="A name of a person.",
        at=AT,
    )
    changes = (
        replace(first, corrections=(corrected("retract", value=True, old=False),)),
        replace(
            revised,
            corrections=(corrected("effect", "neutral", "widens"), corrected("topics", (), ("security",))),
            judged=revised.verdict,
        ),
        replace(again, withheld=(withheld,)),
        *others,
    )
    timeline = policy.timeline
    variant = Variant(
        name="A", signature=("We store your data in Ireland.",), texts=2, stays=3, first_seen=AT, last_seen=AT,
        newest=timeline.records[0], newest_since=AT,
    )  # fmt: skip
    ended = Standing(
        state="moved", since=AT, told_at=AT, evidence="it redirects to a home page", new_url="https://b.example/"
    )
    ledger = keep(
        "## 1. Letters\n\nWe never sell your data.\n\nWe do not use your data for adverts.\n\n## 2. Towers\n\nRest.",
        "## 1. Letters\n\nWe do not use your photos for adverts.\n\nWe may share them.\n\n## 2. Towers\n\nRest.",
    )
    lived = with_lives(policy, follow_story(policy))
    full = replace(
        lived,
        changes=changes,
        ledger=ledger,
        departures=(ended,),
        lengths=tuple(100 + 7 * place for place, _ in enumerate(timeline.records)),
        timeline=replace(timeline, variants=(variant,)),
        withheld={withheld.text_sha256: withheld},
        language="en",
        comparisons=tuple(compare_all(policy, withheld)),
    )
    return replace(site, documents=(full, terms), has_search=True, figures=(invent_figures(),))


def compare_all(policy: DocumentReport, withheld: Withholding) -> Iterator[Comparison]:
    """The first text with the latest, and one comparison of each kind that a page can tell, a year each."""
    whole = replace(policy.comparisons[0], extractions=2)
    yield whole
    records = policy.timeline.records
    stretch = replace(whole.stretch, reach="2020-2021", old_variant="A", new_variant="A")
    neighbours = replace(policy.changes[-1], verdict=whole.verdict)
    broken = next(change for change in policy.changes if change.verdict.broken)
    others: tuple[dict[str, Any], ...] = (
        {"stretch": stretch},
        {"stretch": replace(stretch, new_variant="B"), "told": neighbours},
        {"stretch": replace(stretch, old_variant=None), "withheld": (withheld,)},
        {"stretch": replace(stretch, new=records[0])},
        {"changes": 0},
        {"changes": 0, "extractions": 0},
        {"told": broken},
    )
    for year, facts in enumerate(others, start=2020):
        told = {"stretch": stretch, **facts}
        yield replace(whole, **{**told, "stretch": replace(told["stretch"], reach=f"{year}-{year + 1}")})


#: Names, and words that are the same in every language or no words.
NAMES = (
    "Policy watch", "Courier", "Privacy Policy", "Terms of Service", "desk@watch.example", "JSON Feed", "JSON", "Atom",
    "RSS", "BibTeX", "Markdown", "Ann Lee", "SHA-256",
    "What we store", "Who may see your data", "Law enforcement",
    "Deleting your account", "Changes to this policy", "Letters", "Towers", "biometrics", "figures.json",
    "Norway", "Chad",
)  # fmt: skip


class _Brackets(NullTranslations):
    """A language in which every message is English between brackets."""

    def gettext(self, message: str) -> str:
        return f"\u27e6{message}\u27e7"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - marks of numbers stay numbers
        return message


BRACKETS = Language(code="qaa", catalog=_Brackets())


@pytest.fixture(scope="module")
def bracketing() -> jinja2.Environment:
    return make_environment(find_templates(), BRACKETS)


def classes_of(element: Tag) -> list[str]:
    return str(element.get("class") and " ".join(element["class"])).split()


#: What scripts read, and nobody else.
CODES = ("data-index", "data-pagefind-body", "data-pagefind-meta")


def attributes_of(soup: Tag) -> Iterator[str]:
    """What attributes say to people."""
    for element in soup.find_all(True):
        told = (name for name in element.attrs if name.startswith("data-") and name not in CODES)
        yield from (str(element[name]) for name in ("aria-label", "alt", *told) if element.has_attr(name))
        if element.has_attr("title") and "mark" not in classes_of(element):
            yield str(element["title"])
        if str(element.get("name") or element.get("property")).endswith(("description", ":title")):
            yield str(element["content"])


def strings_of(soup: Tag) -> Iterator[tuple[str, bool]]:
    """Every text, in order, and whether it is said to be in the page's language."""
    for node in soup.descendants:
        if not isinstance(node, NavigableString) or isinstance(node, Doctype | Stylesheet):
            continue
        parents = list(node.parents)
        lang = next((parent["lang"] for parent in parents if parent.has_attr("lang")), BRACKETS.code)
        is_data = any(parent.name in {"code", "pre"} or "cite" in classes_of(parent) for parent in parents)
        yield str(node), lang == BRACKETS.code and not is_data


def unbracketed(pieces: Iterator[tuple[str, bool]], said: tuple[str, ...]) -> list[str]:
    """Words that stand between no brackets although they are said to be the site's own; names and `said` are none."""
    depth = 0
    left = []
    for text, is_ours in pieces:
        outside = []
        for letter in text:
            depth += (letter == "\u27e6") - (letter == "\u27e7")
            outside.append(" " if depth or letter == "\u27e7" or not is_ours else letter)
        rest = "".join(outside)
        for name in sorted((*said, *NAMES), key=len, reverse=True):
            rest = rest.replace(name, " ")
        rest = re.sub(r"urn:uuid:[0-9a-f-]+|\d{4}-\d\d-\d\dT[\d:]+Z|https?:\S+", " ", rest)
        left += re.findall(r"[^\W\d_]{2,}", rest)
    return left


def headlines_of(site: SiteModel) -> tuple[str, ...]:
    told: list[ChangeReport | Comparison] = []
    for report in site.documents:
        told += [*report.changes, *report.comparisons]
    return tuple(row.verdict.headline for row in told)


def test_no_page_says_a_word_that_is_no_message(full_site: SiteModel, bracketing: jinja2.Environment) -> None:
    site = replace(full_site, language=BRACKETS.code)
    # In attributes and titles no language can be told: headlines stay as they are there.
    headlines = headlines_of(site)
    left: dict[str, list[str]] = {}
    seen: set[str] = set()
    for path, text in render_site(site, bracketing):
        if not path.endswith(".html"):
            continue
        soup = BeautifulSoup(text, "lxml")
        assert soup.html is not None
        assert soup.html["lang"] == BRACKETS.code
        assert soup.title is not None
        words = unbracketed(iter([(soup.title.get_text(), True)]), headlines)
        soup.title.decompose()
        words += unbracketed(strings_of(soup), ())
        words += [word for told in attributes_of(soup) for word in unbracketed(iter([(told, True)]), headlines)]
        if words:
            left[path] = words
        seen.add(path.split("/")[0])
    assert left == {}
    assert {"index.html", "about", "status", "search", "feeds", "topics", "courier", "timeline"} <= seen


def test_no_feed_and_no_picture_says_a_word_that_is_no_message(
    full_site: SiteModel, bracketing: jinja2.Environment
) -> None:
    site = replace(full_site, language=BRACKETS.code)
    headlines = headlines_of(site)
    feeds = pictures = 0
    for path, text in render_site(site, bracketing):
        if path.startswith("feeds/") and path.endswith(".json"):
            feed = json.loads(text)
            assert feed["language"] == BRACKETS.code
            told = [feed["title"], feed["description"], *(item["title"] for item in feed["items"])]
            assert [word for text in told for word in unbracketed(iter([(text, True)]), headlines)] == [], path
            for item in feed["items"]:
                content = BeautifulSoup(item["content_html"], "lxml")
                assert unbracketed(strings_of(content), ()) == [], (path, item["title"])
            feeds += 1
        elif path.endswith(".svg"):
            root = ET.fromstring(text)  # noqa: S314 - made here
            lang = "{http://www.w3.org/XML/1998/namespace}lang"
            assert root.attrib[lang] == BRACKETS.code
            lines: dict[str, str] = {}
            for part in root.iter(root.tag.replace("}svg", "}text")):
                if lang not in part.attrib:
                    # A headline goes on from line to line; each other text stands for itself.
                    name = part.get("class", str(len(lines)))
                    lines[name] = f"{lines.get(name, '')} {''.join(part.itertext())}"
            told = list(lines.values())
            assert [word for text in told for word in unbracketed(iter([(text, True)]), headlines)] == [], path
            pictures += 1
    assert feeds > 20
    assert pictures > 5


# ------------------------------------------------------------------------------------------------------------- German


@pytest.fixture(scope="module")
def german() -> jinja2.Environment:
    return make_environment(find_templates(), Language(code="de", catalog=load_catalog("de")))


def test_addresses_and_data_are_the_same_in_every_language(
    full_site: SiteModel, environment: jinja2.Environment, german: jinja2.Environment
) -> None:
    own = dict(render_site(full_site, environment))
    other = dict(render_site(replace(full_site, language="de"), german))
    assert list(own) == list(other)
    data = [path for path in own if path.startswith("api/") or path.endswith("change.json")]
    assert len(data) > 10
    assert {path: own[path] for path in data} == {path: other[path] for path in data}
    assert [path for path in own if path.endswith(".html") and own[path] == other[path]] == []


def test_a_german_page_is_german_and_marks_what_is_not(full_site: SiteModel, german: jinja2.Environment) -> None:
    pages = dict(render_site(replace(full_site, language="de"), german))
    [change] = [change for change in full_site.documents[0].changes if change.history.revisions]
    page = BeautifulSoup(pages[f"courier/privacy-policy/{change.event.slug}/index.html"], "lxml")
    assert page.html is not None
    assert page.html["lang"] == "de"
    assert page.h1 is not None
    assert [part["lang"] for part in page.h1.find_all("span")] == ["en"]
    assert "Was sie bedeutet" in page.get_text()
    cited = page.select_one(".cite")
    assert cited is not None
    assert cited.get_text().startswith(
        "Courier, „Privacy Policy“. Änderung, erstmals gesehen 2024-03-05T03:17:05Z, alter Text"
    )
    redline = page.select_one(".redline p")
    assert redline is not None
    assert redline["lang"] == "en"
    assert {words["lang"] for words in redline.select(".vh") if words.has_attr("lang")} == {"de"}
    document = BeautifulSoup(pages["courier/privacy-policy/index.html"], "lxml")
    assert document.select(".policy")[0]["lang"] == "en"
    unknown = BeautifulSoup(pages["courier/terms-of-service/index.html"], "lxml")
    assert unknown.select(".policy")[0]["lang"] == ""


@pytest.mark.parametrize(("declared", "marked"), [("en", None), (None, None), ("de", "de"), ("fr-CH", "fr-CH")])
def test_an_english_page_marks_the_texts_of_other_languages_alone(
    site: SiteModel, environment: jinja2.Environment, declared: str | None, marked: str | None
) -> None:
    documents = tuple(replace(report, language=declared) for report in site.documents)
    page = dict(render_site(replace(site, documents=documents), environment))["courier/privacy-policy/index.html"]
    assert BeautifulSoup(page, "lxml").select(".policy")[0].get("lang") == marked


def test_german_feeds_say_so_and_parse_without_complaint(full_site: SiteModel, german: jinja2.Environment) -> None:
    pages = dict(render_site(replace(full_site, language="de"), german))
    for path in [path for path in pages if path.endswith((".atom", ".rss"))]:
        feed: Any = feedparser.parse(pages[path])
        assert not feed.bozo, path
        assert feed.feed.language == "de"
    assert feedparser.parse(pages["feeds/all.atom"]).feed.title == "Policy watch: alle Änderungen"
    assert 'language="de"' in pages["feeds/feeds.opml"]


# ------------------------------------------------------------------------------------------------------- what is built


def test_a_change_of_the_language_has_every_page_written_anew(full_site: SiteModel, german: jinja2.Environment) -> None:
    own = SiteContext(full_site, make_environment(find_templates()))
    other = SiteContext(replace(full_site, language="de"), german)
    for report in full_site.documents:
        assert own.clause_inputs_of(report) != other.clause_inputs_of(report)
        for entry, same in zip(own.entries[report.document], other.entries[report.document], strict=True):
            assert own.inputs_of(entry) != other.inputs_of(same)


def test_a_text_whose_language_is_declared_anew_has_its_pages_written_anew(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    documents = tuple(replace(report, language="fr") for report in site.documents)
    own, other = SiteContext(site, environment), SiteContext(replace(site, documents=documents), environment)
    for report, same in zip(site.documents, documents, strict=True):
        assert own.clause_inputs_of(report) != other.clause_inputs_of(same)


def test_templates_of_another_language_than_the_site_are_an_error(site: SiteModel, german: jinja2.Environment) -> None:
    with pytest.raises(ValueError, match=r"'en'.*'de'"):
        SiteContext(site, german)


def test_hidden_characters_show_themselves_within_messages(environment: jinja2.Environment) -> None:
    template = environment.from_string("{% trans name %}as {{ name }}{% endtrans %} {{ _('by %(who)s', who=name) }}")
    assert template.render(name="<b>\u202ex") == "as &lt;b&gt;[U+202E]x by &lt;b&gt;[U+202E]x"


def test_english_needs_no_catalog() -> None:
    assert load_catalog("en").gettext("Timeline") == ENGLISH.gettext("Timeline") == "Timeline"
