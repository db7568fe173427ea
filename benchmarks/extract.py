"""How long an extraction takes, beside `bs4.get_text()` of the same page, and a parsing beside markdown-it-py's own.

The peer of extraction is the least that any extraction with bs4 does: it gives neither links, lists, headings nor order
of work; the ratio says what those cost. Medians of five rounds. The peer of parsing gives tokens alone: no sections, no
visible text, no places of links and marks. Each distinct text of the samples that comparisons are measured on (see
`samples.py`) is parsed three times by both, in turns; a text counts with its median. Nothing is remembered from one
turn to the next: in a history, whose neighbours repeat most lines of each other, a text takes half as long.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from benchmarks.measure import WORDS, median_seconds, percentile, time_rounds
from benchmarks.samples import read_samples
from tracker.extract import extract_version, parse_markdown
from tracker.extract.markdown_reader import forget_lines
from tracker.model import Document, DocumentKey, Snapshot, Source

ADDRESS: Final = "https://example.org/legal/privacy"
STEPS: Final = 250
TURNS: Final = 3


def make_page(sections: int) -> bytes:
    """Return a policy of `sections` sections, the same at every call."""
    source = random.Random(sections)  # noqa: S311 - a benchmark wants the same page each time

    def sentence(length: int) -> str:
        return " ".join(source.choices(WORDS, k=length)) + "."

    parts = []
    for number in range(1, sections + 1):
        parts.append(f'<h3><a class="anchor" name="s-{number}"></a>{number}. {sentence(3)}</h3>')
        parts.append(f"<p>{sentence(30)} <b>{sentence(5)}</b> See <a href='/s/{number}'>the <i>rules</i></a>.</p>")
        parts.append(f"<ul>{''.join(f'<li>{sentence(12)}</li>' for _ in range(4))}</ul>")
    menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in WORDS)
    return f"<html><body><nav><ul>{menu}</ul></nav><main>{''.join(parts)}</main></body></html>".encode()


def time_parsing(texts: Iterable[str]) -> tuple[list[float], list[float]]:
    """Return the seconds that markdown-it-py, and that we, take for each of `texts`."""
    peer = MarkdownIt("commonmark").enable("table")
    theirs, ours = [], []
    for text in texts:
        theirs.append(statistics.median(time_rounds(partial(peer.parse, text), TURNS)))
        turns: list[float] = []
        for _ in range(TURNS):
            forget_lines()
            turns += time_rounds(partial(parse_markdown, text), 1)
        ours.append(statistics.median(turns))
    return theirs, ours


def main() -> None:
    """Print one row for each size of page, and one for each figure of parsing."""
    print_extraction()
    print()
    print_parsing()


def print_extraction() -> None:
    """Print one row for each size of page."""
    source = Source(url=ADDRESS, select=("main",))
    key = DocumentKey(service="Pigeon", terms_type="Privacy Policy")
    document = Document(key=key, service_name="Pigeon", sources=(source,))
    print(f"{'page':>9} {'get_text':>10} {'ours':>10} {'ratio':>7}")
    for sections in (10, 60, 400):
        body = make_page(sections)
        snapshot = Snapshot(url=ADDRESS, final_url=ADDRESS, fetched_at=datetime(2026, 3, 1, tzinfo=UTC), body=body)
        theirs = median_seconds(lambda body=body: BeautifulSoup(body, "lxml").get_text())  # type: ignore[misc]
        ours = median_seconds(lambda snapshot=snapshot: extract_version(document, [snapshot]))  # type: ignore[misc]
        print(f"{len(body) // 1000:6d} KB {theirs * 1000:7.1f} ms {ours * 1000:7.1f} ms {ours / theirs:7.1f}")


def print_parsing() -> None:
    """Print median, 95th percentile and maximum over the texts."""
    texts = sorted({text for sample in read_samples(steps=STEPS) for pair in sample.pairs for text in pair})
    theirs, ours = time_parsing(texts)
    print(f"{'':>9} {'markdown-it':>11} {'ours':>9} {'ratio':>7}   {len(texts)} texts, median of {TURNS} turns each")
    for name, percent in (("median", 50), ("p95", 95), ("max", 100)):
        their, our = percentile(theirs, percent), percentile(ours, percent)
        print(f"{name:>9} {their * 1000:8.1f} ms {our * 1000:6.1f} ms {our / their:7.2f}")


if __name__ == "__main__":
    main()
