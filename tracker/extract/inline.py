"""Inline content: runs of text with their emphasis and links, and their Markdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from tracker.model import visible_text

_SPACES: Final = re.compile(r"[\s\u00a0]+")
#: Marks of Markdown anywhere in a line. An underscore between letters is none (CommonMark 0.31.2, section 6.2).
_MARKS: Final = re.compile(r"[\\`*\[\]<>]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,40};)")
#: Marks of Markdown at the start of a line.
_LEADING: Final = re.compile(r"(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=](?=[-=\s]*$)|~~~|\||:?-)|(\d{1,9})([.)])(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text with one set of emphasis and link target."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str | None = None


def visible_runs(runs: Sequence[Run]) -> list[Run]:
    """Return `runs` with white space folded across them, empty ones dropped and equal neighbours joined."""
    folded: list[Run] = []
    at_space = True
    for run in runs:
        text = _SPACES.sub(" ", unicodedata.normalize("NFC", run.text))
        if at_space:
            text = text.removeprefix(" ")
        if not text:
            continue
        at_space = text.endswith(" ")
        if text == " " and folded:
            # White space has no emphasis of its own; within a link it stays inside.
            run = replace(run, bold=folded[-1].bold and run.bold, italic=folded[-1].italic and run.italic)  # noqa: PLW2901
        if folded and replace(folded[-1], text="") == replace(run, text=""):
            folded[-1] = replace(run, text=folded[-1].text + text)
        else:
            folded.append(replace(run, text=text))
    if folded:
        last = replace(folded[-1], text=folded[-1].text.removesuffix(" "))
        folded[-1:] = [last] if last.text else []
    return folded


def write_runs(runs: Sequence[Run], *, in_heading: bool = False) -> str:
    """Return `runs` as one line of Markdown that reads back as the same words."""
    plain = visible_text("".join(run.text for run in runs))
    line = _compose(runs, emphasis=True)
    if any(run.bold or run.italic for run in runs) and not _reads_back(line, plain):
        line = _compose(runs, emphasis=False)
    if in_heading:
        # A closing sequence of number signs would be dropped (CommonMark 0.31.2, section 4.2).
        return re.sub(r"(#{1,100})$", lambda found: "\\" + "\\".join(found[1]), line)
    return _LEADING.sub(_escape_leading, line, count=1) if _LEADING.match(line) else line


def _escape_leading(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"


def _compose(runs: Sequence[Run], *, emphasis: bool) -> str:
    parts: list[str] = []
    for href, group in groupby(runs, key=lambda run: run.href):
        linked = list(group)
        text = "".join(_emphasised(linked) if emphasis else (_escape(run.text) for run in linked))
        inner = text.strip(" ")
        if href is None or not inner:
            parts.append(text)
            continue
        before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
        if not before and parts and parts[-1].endswith("!"):
            parts[-1] = parts[-1][:-1] + "\\!"  # or the link would be read as an image
        parts.append(f"{before}[{inner}]({_destination(href)}){after}" if href else text)
    return "".join(parts)


def _emphasised(runs: Sequence[Run]) -> list[str]:
    parts: list[str] = []
    for bold, group in groupby(runs, key=lambda run: run.bold):
        inner = ""
        for run in group:
            inner += _wrap(_escape(run.text), "_") if run.italic else _escape(run.text)
        parts.append(_wrap(inner, "**") if bold else inner)
    return parts


def _wrap(text: str, mark: str) -> str:
    core = text.strip(" ")
    if not core:
        return text
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{before}{mark}{core}{mark}{after}"


def _escape(text: str) -> str:
    return _MARKS.sub(lambda found: "\\" + found[0], text)


def _destination(href: str) -> str:
    """Return `href` as a link destination: what would end it or be read as an escape is percent-encoded."""
    address = re.sub(
        r"[\s\x00-\x1f\x7f()<>\\]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), href
    )
    return re.sub(r"&(?=#?\w{1,40};)", "&amp;", address)


def _reads_back(line: str, plain: str) -> bool:
    from tracker.extract.markdown_reader import inline_text  # noqa: PLC0415 - the reader tests with the writer

    return inline_text(line) == plain
