"""How long an extraction takes, beside `bs4.get_text()` of the same page: the least that any extraction with bs4 does.

The peer gives neither links, lists, headings nor order of work; the ratio says what those cost. Medians of five rounds.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bs4 import BeautifulSoup

from tracker.extract import extract_version
from tracker.model import Document, DocumentKey, Snapshot, Source

ADDRESS = "https://example.org/legal/privacy"
ROUNDS = 5
WORDS = (
    "we",
    "never",
    "keep",
    "letters",
    "parcels",
    "birds",
    "lofts",
    "towers",
    "with",
    "the",
    "a",
    "and",
    "or",
    "of",
    "for",
    "night",
)


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


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median time of `ROUNDS` runs of `work`, after one that warms up."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
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


if __name__ == "__main__":
    main()
