"""The ways to compare two texts that are measured beside one another, ours among them.

Each is used as its own documentation shows it, with its own defaults unless the label says otherwise. What it needs is
imported only when it is loaded: the peers live in an environment of their own, without the tracker.
"""

from __future__ import annotations

import atexit
import difflib
import html
import importlib
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from benchmarks.readability import Tag, spans_of_markup

Spans = list[tuple[Tag, str]]
#: Longer than any text: `git diff` then shows all of it, as the others do.
ALL_LINES: Final = "--unified=1000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to compare."""

    prepare: Callable[[str, str], Any]
    """From two Markdown texts to what it compares; not timed."""
    compare: Callable[[Any], object]
    """What is timed."""
    mark: Callable[[str, str], Spans]
    """From a clause's plain old and new text to what it would show a reader."""
    version: str


def load_contender(name: str) -> Contender:
    """Return the contender of that name.

    Raises:
        ImportError: What it needs is not installed.
    """
    return LOADERS[name]()


def _load_tracker() -> Contender:
    diff = importlib.import_module("tracker.diff")
    parse = importlib.import_module("tracker.extract").parse_markdown
    return Contender(
        prepare=lambda old, new: (parse(old), parse(new)),
        compare=lambda versions: diff.compare_versions(*versions),
        mark=lambda old, new: [(span.tag, span.text) for span in diff.redline_texts(old, new)[0]],
        version=importlib.import_module("tracker").__version__,
    )


def _load_parsing() -> Contender:
    """Return the reading of one text: what comes before every comparison of ours, once a text.

    Nothing is remembered of the texts before: in a history most of it would be.
    """
    parse = importlib.import_module("tracker.extract").parse_markdown
    forget = importlib.import_module("tracker.extract.markdown_reader").forget_lines

    def prepare(old: str, _new: str) -> str:
        forget()
        return old

    return Contender(prepare=prepare, compare=parse, mark=_marks_nothing, version="")


def _load_web_monitoring_diff() -> Contender:
    diff = importlib.import_module("web_monitoring_diff").html_diff_render
    render = importlib.import_module("markdown_it").MarkdownIt().render
    body = "<!DOCTYPE html><html><head><title>Policy</title></head><body>{}</body></html>".format

    def mark(old: str, new: str) -> Spans:
        page = diff(body(_paragraph(old)), body(_paragraph(new)))["combined"]
        shown = page.partition("<body>")[2].partition("<script")[0]
        return _unescape(spans_of_markup(shown))

    return Contender(
        prepare=lambda old, new: (body(render(old)), body(render(new))),
        compare=lambda pages: diff(*pages),
        mark=mark,
        version=metadata.version("web-monitoring-diff"),
    )


def _load_htmldiff() -> Contender:
    diff = importlib.import_module("lxml.html.diff").htmldiff
    render = importlib.import_module("markdown_it").MarkdownIt().render
    return Contender(
        prepare=lambda old, new: (render(old), render(new)),
        compare=lambda pages: diff(*pages),
        mark=lambda old, new: _unescape(spans_of_markup(diff(_paragraph(old), _paragraph(new)))),
        version=metadata.version("lxml"),
    )


def _load_redlines() -> Contender:
    redlines = importlib.import_module("redlines").Redlines
    return Contender(
        prepare=_as_they_are,
        compare=lambda texts: redlines(*texts).changes,
        mark=lambda old, new: spans_of_markup(redlines(old, new, markdown_style="none").output_markdown),
        version=metadata.version("redlines"),
    )


def _load_difflib() -> Contender:
    def compare(texts: tuple[str, str]) -> Sequence[tuple[str, int, int, int, int]]:
        old, new = texts
        return difflib.SequenceMatcher(None, old.split(), new.split()).get_opcodes()

    def mark(old: str, new: str) -> Spans:
        old_words, new_words = ([f"{word} " for word in text.split()] for text in (old, new))
        spans: Spans = []
        for kind, old_start, old_end, new_start, new_end in compare((old, new)):
            if kind == "equal":
                spans.append(("=", "".join(old_words[old_start:old_end])))
            else:
                spans.append(("-", "".join(old_words[old_start:old_end])))
                spans.append(("+", "".join(new_words[new_start:new_end])))
        return [(tag, text) for tag, text in spans if text]

    return Contender(prepare=_as_they_are, compare=compare, mark=mark, version="")


def _load_diff_match_patch() -> Contender:
    module = importlib.import_module("diff_match_patch")

    def compare(texts: tuple[str, str]) -> list[tuple[int, str]]:
        matcher = module.diff_match_patch()
        matcher.Diff_Timeout = 0  # the default of one second makes results depend on the machine
        edits: list[tuple[int, str]] = matcher.diff_main(*texts)
        matcher.diff_cleanupSemantic(edits)
        return edits

    def mark(old: str, new: str) -> Spans:
        tags: dict[int, Tag] = {0: "=", -1: "-", 1: "+"}
        return [(tags[kind], text) for kind, text in compare((old, new))]

    return Contender(prepare=_as_they_are, compare=compare, mark=mark, version=metadata.version("diff-match-patch"))


def _load_git() -> Contender:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    files = [Path(folder.name) / side for side in ("old.md", "new.md")]

    def write(old: str, new: str) -> None:
        for file, text in zip(files, (old, new), strict=True):
            file.write_text(f"{text}\n", encoding="utf-8")

    def git(*options: str) -> str:
        command = ["git", "diff", "--no-index", "--no-color", *options, *map(str, files)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", cwd=folder.name)
        if done.returncode > 1:
            raise RuntimeError(done.stderr)
        return done.stdout

    def mark(old: str, new: str) -> Spans:
        write(old, new)
        lines = git("--word-diff=porcelain", ALL_LINES).split("\n")
        begin = next((place for place, line in enumerate(lines) if line.startswith("@@")), len(lines))
        tags: dict[str, Tag] = {" ": "=", "-": "-", "+": "+"}
        shown = (line if line != "~" else " \n" for line in lines[begin + 1 :])  # "~": a line of the text ends
        # git's words end at white space, of which it shows the new side's alone: without a space of our own, two words
        # of the old side would seem to be one that is cut.
        return [(tags[line[0]], f" {line[1:]} ") for line in shown if line[:1] in tags]

    return Contender(
        prepare=write,
        compare=lambda _: git("--word-diff"),
        mark=mark,
        version=_git_version(),
    )


def _load_git_start() -> Contender:
    """Return the start of a git process that does nothing: the floor under git's times."""
    return Contender(prepare=_as_they_are, compare=lambda _: _git_version(), mark=_marks_nothing, version="")


def _git_version() -> str:
    try:
        done = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise ImportError("git is not on the PATH") from error
    return done.stdout.split()[2]


def _as_they_are(old: str, new: str) -> tuple[str, str]:
    return old, new


def _marks_nothing(_old: str, _new: str) -> Spans:
    return []


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text, quote=False)}</p>"


def _unescape(spans: Spans) -> Spans:
    return [(tag, html.unescape(text)) for tag, text in spans]


LOADERS: Final[dict[str, Callable[[], Contender]]] = {
    "tracker": _load_tracker,
    "parsing": _load_parsing,
    "web-monitoring-diff": _load_web_monitoring_diff,
    "redlines": _load_redlines,
    "htmldiff": _load_htmldiff,
    "difflib": _load_difflib,
    "diff-match-patch": _load_diff_match_patch,
    "git": _load_git,
    "git-start": _load_git_start,
}
