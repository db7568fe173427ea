"""A change as people cite it."""

from __future__ import annotations

from dataclasses import replace

import jinja2
import pytest
from bs4 import BeautifulSoup

from tracker.model import ChangeReport
from tracker.render import SiteModel, render_site
from tracker.render.citation import Citation, cite_change

URL = "https://watch.example/courier/privacy-policy/2024/"
HOSTILE = "A_b*c* [x](javascript:alert(1)) <b> `d` {e} $f$ 50 % \\input{g} \u202eh\nsecond line"


def _cite(report: ChangeReport, *, service_name: str = "Courier", url: str | None = URL) -> Citation:
    return cite_change(report, service_name=service_name, site_title="Watch", id="urn:uuid:1", url=url)


def test_every_form_names_document_times_digests_and_address(widening: ChangeReport) -> None:
    cited = _cite(widening)
    event = widening.event
    for form in (cited.text, cited.markdown, cited.bibtex):
        assert "Courier" in form
        assert "Privacy Policy" in form
        assert "2024-03-05T03:17:05Z" in form
        assert "old text last seen 20" in form
        assert event.old.text_sha256[:16] in form
        assert event.new.text_sha256[:16] in form
        assert event.new.commit[:12] in form
        assert URL in form
        assert "urn:uuid:1" in form


def test_without_an_address_there_is_no_link(widening: ChangeReport) -> None:
    cited = _cite(widening, url=None)
    assert "](" not in cited.markdown
    assert "url =" not in cited.bibtex
    assert cited.text.endswith(".")


def test_text_and_markdown_are_one_line_and_bibtex_has_a_field_a_line(widening: ChangeReport) -> None:
    cited = _cite(replace(widening, verdict=replace(widening.verdict, headline=HOSTILE[:200])), service_name=HOSTILE)
    assert "\n" not in cited.text + cited.markdown
    lines = cited.bibtex.splitlines()
    assert lines[0].startswith("@misc{")
    assert lines[-1] == "}"
    assert all(line.startswith("  ") and line.endswith("},") and " = {" in line for line in lines[1:-1])


def test_hostile_names_do_nothing_in_any_form(widening: ChangeReport) -> None:
    cited = _cite(replace(widening, verdict=replace(widening.verdict, headline=HOSTILE[:200])), service_name=HOSTILE)
    assert "\u202e" not in cited.text + cited.markdown + cited.bibtex
    assert "[x](javascript" not in cited.markdown
    assert "<b>" not in cited.markdown.replace("\\<b\\>", "")
    assert "\\input" not in cited.bibtex
    # BibTeX counts every brace, whatever stands before it: within a field there are none but the author's own.
    for line in cited.bibtex.splitlines()[1:-1]:
        value = line.partition(" = {")[2].removesuffix("},")
        if not line.startswith("  author"):
            assert "{" not in value, line
            assert "}" not in value, line


def test_marks_of_hidden_characters_make_no_link(widening: ChangeReport) -> None:
    cited = _cite(widening, service_name="A\u200b(http://evil.example/)", url=None)
    assert "](" not in cited.markdown


@pytest.mark.parametrize("mark", ["%", "$", "&", "#", "_"])
def test_marks_of_tex_are_written_out(widening: ChangeReport, mark: str) -> None:
    cited = _cite(widening, service_name=f"A{mark}B")
    assert f"A\\{mark}B" in cited.bibtex


def test_the_page_shows_all_three(site: SiteModel, environment: jinja2.Environment) -> None:
    path = "courier/privacy-policy/2024-03-05T031705Z-904fd0ea-dc3faefa/index.html"
    page = BeautifulSoup(dict(render_site(site, environment))[path], "lxml")
    cite = page.select_one(".cite")
    assert cite is not None
    assert cite.get_text().startswith("Courier, \u201cPrivacy Policy\u201d. Change, first seen 2024-03-05T03:17:05Z")
    markdown, bibtex = (tag.get_text() for tag in page.select(".cite-source"))
    assert markdown.startswith("[Courier")
    assert bibtex.startswith("@misc{courier-privacy-policy-2024-03-05-dc3faefa,")
