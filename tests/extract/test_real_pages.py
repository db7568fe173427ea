"""Real pages and archives: what was extracted by others is extracted the same, and the draft in a comment never is."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tracker.extract import extract_version, parse_markdown, propose_selector
from tracker.model import Snapshot, Version, visible_text

pytestmark = pytest.mark.shared

SELECT = ("#dev_page_title", "#dev_page_content")
#: Images, and what a link has beside its words.
NOT_SEEN = re.compile(r"!\[[^\]]*\]\([^)]*\)|\]\((?:[^()\s]|\([^()\s]*\))*(?: \"[^\"]*\")?\)")


MARKS = re.compile(r"\\(?=[^\w\s])|\*+|(?<![^\W_])_+|_+(?![^\W_])")


def _words(text: str) -> Counter[str]:
    """Count the words of `text`, numbers aside: they may be those of list items."""
    return Counter(re.findall(r"[^\W\d_]+", visible_text(text)))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _raw(shared_data: Path, extraction: Any, row: dict[str, Any]) -> Snapshot:
    body = (shared_data / "telegram" / "raw-html" / row["file"]).read_bytes()
    snapshot: Snapshot = extraction.snapshot(body, address=row["url"])
    return snapshot


@pytest.fixture
def raw_versions(shared_data: Path, extraction: Any) -> list[tuple[dict[str, Any], Version]]:
    rows = _rows(shared_data / "telegram" / "raw-html" / "sources.jsonl")
    document = extraction.document(select=SELECT)
    return [(row, extract_version(document, [_raw(shared_data, extraction, row)])) for row in rows]


def test_replayed_pages_have_the_clauses_of_the_versions_they_were_made_from(
    shared_data: Path, extraction: Any
) -> None:
    rows = _rows(shared_data / "telegram" / "replay" / "index.jsonl")
    document = extraction.document(select=SELECT)
    equal = 0
    for row in rows:
        page = (shared_data / "telegram" / "replay" / row["file"]).read_bytes()
        ours = extract_version(document, [extraction.snapshot(page, address=row["url"])])
        markdown = (shared_data / "telegram" / "privacy-policy-en" / row["version"]).read_text(encoding="utf-8")
        theirs = parse_markdown(markdown)
        assert [clause.text for clause in ours.clauses] == [clause.text for clause in theirs.clauses], row["file"]
        # The title's anchor is in no archive: it is the id of an element that Open Terms Archive's writer passes over.
        assert [(x.number, x.title, x.anchor) for x in ours.sections if x.title != "Telegram Privacy Policy"] == [
            (x.number, x.title, x.anchor) for x in theirs.sections if x.title != "Telegram Privacy Policy"
        ]
        assert ours.notes == ()
        equal += ours.text_sha256 == theirs.text_sha256
    assert equal == len(rows) == 40


def test_every_raw_page_extracts_and_the_draft_in_its_comment_never_appears(
    raw_versions: list[tuple[dict[str, Any], Version]],
) -> None:
    assert len(raw_versions) == 19
    for row, version in raw_versions:
        assert len(version.clauses) > 5, row["file"]
        assert "Bot Privacy Info" not in version.markdown


def test_pages_that_differ_in_clock_or_frame_alone_are_one_version(
    raw_versions: list[tuple[dict[str, Any], Version]],
) -> None:
    version = {row["file"].rpartition("-")[2].partition(".")[0]: each for row, each in raw_versions}
    same = [
        ["3c5a320e20", "1d266e5b1c", "67a4d3129f", "af7bf36818"],
        ["453e404550", "09f912f2a0", "3f45abf98c", "4582a08b07"],
        ["866d95e6ae", "c4f25639d4"],
        ["f67583bd62", "063b8e31aa", "14717f3233", "9eea6ad997"],
    ]
    for group in same:
        assert len({version[name].markdown for name in group}) == 1, group
    assert version["af7bf36818"].text != version["453e404550"].text
    # These two say the same and link one form elsewhere.
    assert version["003a290b"].markdown != version["b26590ed"].markdown


def test_raw_pages_have_the_words_of_the_versions_of_the_same_moment(
    shared_data: Path, raw_versions: list[tuple[dict[str, Any], Version]]
) -> None:
    compared = 0
    for row, version in raw_versions:
        folder = "privacy-policy-en" if row["file"].startswith("privacy.") else "terms-of-service-en"
        for name in row["same_text_as"] or ():
            theirs = parse_markdown((shared_data / "telegram" / folder / name).read_text(encoding="utf-8"))
            assert version.text == theirs.text, (row["file"], name)
            compared += 1
    assert compared == 18


def test_the_proposed_selector_keeps_the_document_and_no_menu(shared_data: Path, extraction: Any) -> None:
    for row in _rows(shared_data / "telegram" / "raw-html" / "sources.jsonl"):
        snapshot = _raw(shared_data, extraction, row)
        proposal = propose_selector(snapshot)
        kept = extract_version(extraction.document(select=(proposal.select,)), [snapshot])
        declared = extract_version(extraction.document(select=SELECT), [snapshot])
        assert proposal.title == declared.clauses[0].text
        assert [clause.text for clause in kept.clauses] == [clause.text for clause in declared.clauses[1:]], row["file"]


def test_archived_markdown_of_many_services_keeps_every_word(shared_data: Path, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True, env=environment, encoding="utf-8"
        )
        return done.stdout

    git("clone", "--quiet", "--bare", str(shared_data / "ota" / "contrib-sample.bundle"), "sample")
    commits = [
        row["commit"] + ":" + row["files"][0] for row in _rows(shared_data / "ota" / "contrib-sample.commits.jsonl")
    ]
    read = 0
    for place in commits[:: len(commits) // 110]:
        try:
            markdown = git("-C", str(tmp_path / "sample"), "show", place)
        except subprocess.CalledProcessError:
            continue
        version = parse_markdown(markdown)
        words = _words(NOT_SEEN.sub("", MARKS.sub("", markdown.replace("<br>", " "))))
        missing = words - _words(" ".join(clause.text for clause in version.clauses))
        assert not missing, (place, missing)
        read += 1
    assert read >= 100
