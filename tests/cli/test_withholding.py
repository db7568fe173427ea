"""A text is taken off everything that is published; its digests and the reason stay, and so does all the rest."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = "Lantern/Privacy Policy"
SECRET = "Zebulon Quagmire of our office hands every letter that he reads to the harbour police."
REASON = "Court order 12/2025"
LATER = "Accounts which nobody has opened for nine months are removed together with their contents."


@pytest.fixture
def told(lantern: Any, make_page: Any, sentences: Any) -> Any:
    """Three versions: without the secret, with it, and without it again but with another change."""
    lantern.configure(site_url="https://watch.example/policies/", confirm_seconds=0)
    lantern.site.serve("/privacy", make_page(*sentences, SECRET))
    assert lantern.run(2).code == 0
    assert lantern.run(3).code == 0
    lantern.site.serve("/privacy", make_page(*sentences[:2], LATER, *sentences[3:]))
    assert lantern.run(8).code == 0
    assert lantern.run(9).code == 0
    return lantern


def withhold(watch: Any, rev: str = "2024-10-03", *arguments: str) -> Any:
    return watch.tracker("withhold", DOCUMENT, rev, "--reason", REASON, *arguments)


def published(watch: Any) -> dict[str, str]:
    """Every published file as text, those of the search index unpacked."""
    return {
        str(path.relative_to(watch.folder / "site")): unpack(path.read_bytes()).decode("utf-8", "surrogateescape")
        for path in (watch.folder / "site").rglob("*")
        if path.is_file()
    }


def unpack(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def leaks(files: dict[str, str], *words: str) -> list[str]:
    """Files that hold a word; an index holds words in lower case."""
    sought = [word.lower() for word in (*words, "Zebulon", "harbour")]
    return [path for path, text in files.items() if any(word in text.lower() for word in sought)]


def records(watch: Any) -> list[str]:
    """Commits of the three versions, oldest first."""
    with watch.archive() as archive:
        [found] = archive.records().values()
    return [record.commit for record in found]


def test_before_the_text_is_everywhere(told: Any) -> None:
    assert len(leaks(published(told))) >= 5


def test_nothing_that_is_published_holds_the_text_any_more(told: Any) -> None:
    ran = withhold(told)
    assert ran.code == 0
    assert "site build" in ran.out
    assert told.tracker("site", "build").code == 0
    files = published(told)
    assert leaks(files) == []
    pages = [path for path in files if path.endswith("change.json")]
    assert len(pages) == 2
    for path in pages:
        row = json.loads(files[path])
        [withheld] = row["withheld"]
        assert withheld["reason"] == REASON
        assert row["clauses"] == []
        assert row["headline"] == "The text of this change is withheld."
        html = files[path.replace("change.json", "index.html")]
        assert REASON in html
        assert withheld["text_sha256"] in html
        assert "No word differs" not in html
        assert "No rule found" not in html
        assert "What changed in the wording" not in html


def test_what_was_published_about_the_meaning_stands_in_codes(told: Any) -> None:
    before = {path: json.loads(text) for path, text in published(told).items() if path.endswith("change.json")}
    withhold(told)
    told.tracker("site", "build")
    for path, old in before.items():
        new = json.loads(published(told)[path])
        for key in ("id", "kind", "material", "effect", "topics", "trust", "judged_at"):
            assert new[key] == old[key], key


def test_feeds_replace_the_entry_that_readers_have(told: Any) -> None:
    before = json.loads(published(told)["feeds/all.json"])["items"]
    at = withhold(told, "2024-10-03", "--json").json["at"]
    told.tracker("site", "build")
    files = published(told)
    after = json.loads(files["feeds/all.json"])["items"]
    assert [item["id"] for item in after] == [item["id"] for item in before]
    assert {item["date_modified"] for item in after} == {at}
    assert all(REASON in item["content_html"] for item in after)
    assert all("withheld" in item["title"] for item in after)
    assert REASON in files["feeds/all.atom"]
    assert REASON in files["feeds/all.rss"]


def test_a_comparison_with_a_withheld_end_is_a_tombstone(told: Any, sentences: Any) -> None:
    path = "lantern/privacy-policy/compare/first-latest/index.html"
    assert "tracker diff" in published(told)[path]
    withhold(told, "first")
    told.tracker("site", "build")
    page = published(told)[path]
    assert REASON in page
    assert "tracker diff" not in page
    assert [sentence for sentence in sentences if sentence in page] == []


def test_clauses_that_other_versions_have_stay(told: Any, sentences: Any) -> None:
    withhold(told)
    told.tracker("site", "build")
    document = published(told)["lantern/privacy-policy/index.html"]
    assert sentences[0] in document
    assert LATER in document
    assert document.count(f"withheld: {REASON}") == 1


def test_the_newest_version_can_be_withheld(told: Any, make_page: Any, sentences: Any) -> None:
    told.site.serve("/privacy", make_page(*sentences, f"{SECRET} Twice."))
    assert told.run(15).code == 0
    withhold(told)
    withhold(told, "latest")
    assert told.tracker("site", "build").code == 0
    files = published(told)
    assert leaks(files) == []
    assert "The newest text is withheld." in files["lantern/privacy-policy/index.html"]
    assert told.run(16).code == 0
    assert leaks(published(told)) == []


def test_a_document_of_which_every_version_is_withheld_has_its_page(lantern: Any, sentences: Any) -> None:
    assert withhold(lantern, "first").code == 0
    assert lantern.tracker("site", "build").code == 0
    files = published(lantern)
    assert leaks(files, sentences[0]) == []
    assert REASON in files["lantern/privacy-policy/index.html"]
    for command in (
        ("history", DOCUMENT),
        ("history", DOCUMENT, "1"),
        ("diff", f"{DOCUMENT}@first", f"{DOCUMENT}@first"),
    ):
        ran = lantern.tracker(*command)
        assert ran.code == 2
        assert REASON in ran.err


@pytest.mark.parametrize(
    "command",
    [
        ("log", DOCUMENT),
        ("log", DOCUMENT, "--all", "--json"),
        ("show", DOCUMENT, "2024-10-03"),
        ("show", DOCUMENT, "2024-10-03", "--json"),
        ("show", DOCUMENT, "2024-10-03", "--format", "html"),
        ("show", DOCUMENT, "latest"),
        ("history", DOCUMENT),
        ("history", DOCUMENT, "1"),
        ("history", DOCUMENT, "1", "--json"),
        ("diff", f"{DOCUMENT}@first", f"{DOCUMENT}@latest"),
    ],
)
@pytest.mark.parametrize("is_cached", [False, True])
def test_no_command_tells_it(told: Any, command: tuple[str, ...], *, is_cached: bool) -> None:
    if is_cached:
        told.tracker("log")
        told.tracker(*command)
    withhold(told)
    ran = told.tracker(*command)
    assert ran.code == 0
    assert "Zebulon" not in ran.out + ran.err
    assert "harbour" not in ran.out + ran.err


def test_words_that_a_withheld_text_has_are_no_way_to_find_it(told: Any) -> None:
    assert told.tracker("history", DOCUMENT, "Zebulon").code == 0
    withhold(told)
    assert told.tracker("history", DOCUMENT, "Zebulon").code == 2


def test_versions_that_are_withheld_are_not_compared(told: Any) -> None:
    withhold(told)
    ran = told.tracker("diff", f"{DOCUMENT}@first", f"{DOCUMENT}@2024-10-03")
    assert ran.code == 2
    assert REASON in ran.err
    assert "Zebulon" not in ran.err


def test_what_is_withheld_can_be_published_again_with_the_same_bytes(told: Any) -> None:
    before = published(told)
    withhold(told)
    told.tracker("site", "build")
    assert withhold(told, "2024-10-03", "--undo").code == 0
    told.tracker("site", "build")
    assert published(told) == before
    ran = withhold(told, "2024-10-03", "--undo")
    assert ran.code == 2
    assert "nothing to undo" in ran.err


def test_both_decisions_stay_in_the_archive(told: Any) -> None:
    withhold(told)
    withhold(told, "2024-10-03", "--undo")
    rows = [json.loads(line) for line in told.git("show", "archive:.tracker/withheld.jsonl").splitlines()]
    assert [row["withheld"] for row in rows] == [True, False]
    assert rows[0]["text_sha256"] == rows[1]["text_sha256"]
    assert "Record withholdings of" in told.git("log", "-1", "--format=%s", "archive")


@pytest.mark.parametrize("reason", ["", " ", "a\nb", "\u202e", "x" * 2_001])
def test_a_reason_is_one_visible_line(told: Any, reason: str) -> None:
    ran = told.tracker("withhold", DOCUMENT, "latest", "--reason", reason)
    assert ran.code == 2
    assert "--reason" in ran.err


def test_a_version_that_is_not_there_cannot_be_withheld(told: Any) -> None:
    assert withhold(told, "2019-01-01").code == 2
    assert told.tracker("withhold", "Nobody/Privacy Policy", "latest", "--reason", "x").code == 2


def test_a_hostile_reason_is_inert(told: Any) -> None:
    told.tracker("withhold", DOCUMENT, "2024-10-03", "--reason", "<script>alert(1)</script>")
    told.tracker("site", "build")
    assert not [path for path, text in published(told).items() if path.endswith(".html") and "<script>" in text]


def test_a_damaged_decision_publishes_nothing(told: Any) -> None:
    """What may not be shown is not guessed."""
    withhold(told)
    before = published(told)
    append(told, b"{not json}\n")
    assert told.tracker("site", "build").code == 3
    assert published(told) == before


def append(watch: Any, row: bytes) -> None:
    """Add a line to the decisions, behind the archive's back."""
    git = ["git", "--git-dir", str(watch.folder / "archive.git")]
    content = subprocess.run([*git, "show", "archive:.tracker/withheld.jsonl"], check=True, capture_output=True).stdout
    stream = (
        b"commit refs/heads/archive\ncommitter x <x@x> 1730000000 +0000\ndata 1\nx\nfrom refs/heads/archive^0\n"
        b"M 644 inline .tracker/withheld.jsonl\ndata %d\n%s\n" % (len(content + row), content + row)
    )
    subprocess.run([*git, "fast-import", "--quiet", "--force"], check=True, input=stream)


# -------------------------------------------------------------------------------------------------------------- erasing


def erase(watch: Any, *, commit: str) -> None:
    """Take the objects of the version away, as a rewrite that keeps ids would."""
    folder = watch.folder / "archive.git"
    names = [f"{commit}:{DOCUMENT}.md", f"{commit}:{DOCUMENT}.html"]
    ids = [watch.git("rev-parse", name).strip() for name in names]
    packs = [path.rename(watch.folder / path.name) for path in folder.glob("objects/pack/*.pack")]
    for path in folder.glob("objects/pack/*"):
        path.unlink()
    for pack in packs:
        content = pack.read_bytes()
        subprocess.run(["git", "--git-dir", str(folder), "unpack-objects", "-q"], check=True, input=content)
    for found in ids:
        Path(folder / "objects" / found[:2] / found[2:]).unlink()


def test_a_missing_object_of_a_withheld_version_is_named_as_withheld(told: Any) -> None:
    assert "withheld" not in told.tracker("verify", "--json").json
    withhold(told)
    erase(told, commit=records(told)[1])
    ran = told.tracker("verify", "--json")
    assert ran.json["problems"] == []
    assert ran.code == 0
    assert len(ran.json["withheld"]) == 4  # two objects, and two files of one record
    assert "withheld: " in told.tracker("verify").out


def rewrite(watch: Any, *, commit: str, tombstone: bytes) -> None:
    """Put `tombstone` in the place of the version's text and page, as git filter-repo would: ids change."""
    git = ["git", "--git-dir", str(watch.folder / "archive.git")]
    stream = subprocess.run([*git, "fast-export", "archive"], check=True, capture_output=True).stdout
    for ending in (".md", ".html"):
        name = f"{commit}:{DOCUMENT}{ending}"
        old = subprocess.run([*git, "cat-file", "blob", name], check=True, capture_output=True).stdout
        assert b"data %d\n%s" % (len(old), old) in stream
        stream = stream.replace(b"data %d\n%s" % (len(old), old), b"data %d\n%s" % (len(tombstone), tombstone))
    subprocess.run([*git, "fast-import", "--quiet", "--force"], check=True, input=stream)


def test_a_rewritten_archive_is_sound_and_names_what_was_erased(told: Any) -> None:
    withhold(told)
    rewrite(told, commit=records(told)[1], tombstone=b"withheld\n")
    ran = told.tracker("verify", "--json")
    assert (ran.code, ran.json["problems"], ran.json["rebuilt"]) == (0, [], 2)
    assert [row["where"].rpartition(".")[2] for row in ran.json["withheld"]] == ["md", "html"]
    assert told.tracker("site", "build").code == 0
    assert leaks(published(told)) == []
    assert told.run(15).code == 0


@pytest.mark.parametrize(("is_withheld", "tombstone"), [(True, b"# A forged policy\n"), (False, b"withheld\n")])
def test_any_other_content_and_any_other_tombstone_are_damage(
    told: Any, *, is_withheld: bool, tombstone: bytes
) -> None:
    if is_withheld:
        withhold(told)
    rewrite(told, commit=records(told)[1], tombstone=tombstone)
    ran = told.tracker("verify", "--json")
    assert (ran.code, "withheld" in ran.json) == (3, False)


def test_a_missing_object_of_any_other_version_is_damage(told: Any) -> None:
    withhold(told)
    erase(told, commit=records(told)[0])
    ran = told.tracker("verify", "--json")
    assert ran.code == 3
    assert ran.json["problems"]
    assert "withheld" not in ran.json


def test_pages_are_built_and_nights_go_on_without_the_erased_text(told: Any, make_page: Any, sentences: Any) -> None:
    withhold(told)
    erase(told, commit=records(told)[1])
    assert told.tracker("site", "build", "--site", "other").code == 0
    assert told.tracker("log", DOCUMENT).code == 0
    assert told.tracker("show", DOCUMENT, "2024-10-03").code == 0
    assert told.tracker("history", DOCUMENT, "1").code == 0
    told.site.serve("/privacy", make_page(*sentences[1:]))
    assert told.run(15).code == 0
    assert leaks(published(told)) == []


@pytest.mark.parametrize("form", ["sqlite", "csv", "json", "ota"])
def test_no_export_holds_the_text_any_more(told: Any, form: str) -> None:
    out = told.folder / "out"
    arguments = [] if form == "ota" else ["--with-text"]

    def exported() -> bytes:
        ran = told.tracker("export", form, "--out", str(out), *arguments)
        assert ran.code == 0, ran.err
        files = [path for path in out.rglob("*") if path.is_file()] if out.is_dir() else [out]
        if form == "ota":
            listed = subprocess.run(
                ["git", "-C", str(out), "log", "--patch", "--format=%B"], check=True, capture_output=True
            )
            return listed.stdout
        return b"".join(path.read_bytes() for path in files)

    assert b"Zebulon" in exported()
    withhold(told)
    if form == "ota":
        out = told.folder / "again"
    after = exported()
    assert b"Zebulon" not in after
    assert after
