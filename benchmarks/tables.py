"""The figures of a run as Markdown."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.measure import ROUNDS, percentile
from benchmarks.race import GIT_START, PEERS, TRACKER, Lane
from benchmarks.readability import Reading, Spans, read_spans, show_spans

#: Before the figures of a program.
BEGIN: Final = "<!-- figures: written by benchmarks/{}.py -->"
END: Final = "<!-- end of figures -->"
LABELS: Final = {TRACKER: "**tracker**", **PEERS, GIT_START: "(the start of git alone)"}
_MIB: Final = 1 << 20
_WIDTH: Final = 110


def describe_machine() -> str:
    """Return what it was measured on."""
    cores = os.cpu_count() or 1
    return (
        f"{platform.system()}, {platform.machine()}, {cores} {'core' if cores == 1 else 'cores'}, "
        f"Python {platform.python_version()}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose first column is text and whose others are figures.

    >>> print(table(["a", "b"], [["x", "1"]]))
    | a | b |
    | --- | ---: |
    | x | 1 |
    """
    rules = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rules, *rows))


def time_table(lanes: Sequence[Lane], cap_seconds: float) -> str:
    """Return one row a contender: pairs, median, 95th percentile, longest, memory, times the tracker's median."""
    ours = lanes[0]
    rows = [_time_row(lane, ours, cap_seconds) for lane in lanes]
    first = [timing.rounds[0] for timing in ours.timings.values()]
    rows.insert(1, ["tracker, first of five runs", str(len(first)), *_spread(first), "", ""])
    head = ["", "pairs", "median", "95 of 100", "longest", "memory", "times ours"]
    return table(head, rows)


def _time_row(lane: Lane, ours: Lane, cap_seconds: float) -> list[str]:
    label = f"{LABELS[lane.name]} {lane.version}".strip() if lane is not ours else LABELS[lane.name]
    if lane.missing is not None or not lane.timings:
        return [label, "not installed" if lane.missing is not None else f"failed at {lane.failures}", *[""] * 5]
    pairs = f"{len(lane.timings)}"
    if lane.capped:
        pairs += f", {lane.capped} capped"
    if lane.failures:
        pairs += f", {lane.failures} failed"
    median, most, longest = (
        f"≥ {shown}" if value >= cap_seconds else shown
        for value, shown in zip(_quantiles(lane.seconds), _spread(lane.seconds), strict=True)
    )
    grown = "" if lane.grown_bytes is None or lane.name.startswith("git") else f"{lane.grown_bytes / _MIB:.1f} MiB"
    ratio = lane.ratio_to(ours)
    at_least = "≥ " if median.startswith("≥") else ""
    return [label, pairs, median, most, longest, grown, "" if ratio is None else f"{at_least}{short(ratio)}"]


def _quantiles(seconds: Sequence[float]) -> list[float]:
    return [percentile(seconds, percent) for percent in (50, 95, 100)]


def _spread(seconds: Sequence[float]) -> list[str]:
    return [milliseconds(value) for value in _quantiles(seconds)]


def milliseconds(seconds: float) -> str:
    """Return a duration with its unit."""
    return f"{short(seconds * 1000)} ms"


def short(figure: float) -> str:
    """Return a figure with as many places as mean something.

    >>> short(0.314), short(3.14), short(31.4), short(3141.5)
    ('0.31', '3.1', '31', '3,142')
    """
    return f"{figure:.2f}" if figure < 1 else f"{figure:.1f}" if figure < 10 else f"{figure:,.0f}"  # noqa: PLR2004 - places of a figure


def goal_table(rows: Sequence[tuple[str, str, bool | None]]) -> str:
    """Return what was aimed at beside what was measured; None: not measured."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    return table(["aim", "measured", "reached"], [[aim, figure, words[reached]] for aim, figure, reached in rows])


def reading_table(readings: Mapping[str, Sequence[Reading]]) -> str:
    """Return one row a contender: means over the same clauses."""
    rows = []
    for name, found in readings.items():
        if not found:
            rows.append([LABELS[name], "not installed", *[""] * 4])
            continue
        means = [statistics.mean(values) for values in _columns(found)[:3]]
        cuts = sum(_columns(found)[3])
        rows.append([LABELS[name], str(len(found)), *(f"{mean:.2f}" for mean in means), f"{cuts:,}"])
    return table(["", "clauses", "regions each", "islands each", "words marked each", "words cut, in all"], rows)


def single_reading_table(readings: Mapping[str, Reading | None]) -> str:
    """Return one row a contender, for one clause."""
    rows = [
        [LABELS[name], *(["not installed", "", "", ""] if one is None else [str(x[0]) for x in _columns([one])])]
        for name, one in readings.items()
    ]
    return table(["", "regions", "islands", "words marked", "words cut"], rows)


def _columns(readings: Sequence[Reading]) -> list[list[int]]:
    return [
        [one.regions for one in readings],
        [one.islands for one in readings],
        [one.words for one in readings],
        [one.cuts for one in readings],
    ]


def example_block(old: str, new: str, marks: Mapping[str, Spans | None]) -> str:
    """Return the two wordings of a clause, and what each contender shows of them."""
    parts = [_quoted("Old", old), _quoted("New", new)]
    for name, spans in marks.items():
        if spans is None:
            parts.append(f"{LABELS[name]}: not installed")
            continue
        reading = read_spans(spans)
        figures = [counted(reading.regions, "region"), counted(reading.islands, "island")]
        figures.append(f"{counted(reading.words, 'word')} marked")
        if reading.cuts:
            figures.append(f"{counted(reading.cuts, 'word')} cut")
        parts.append(_quoted(f"{LABELS[name]}: {', '.join(figures)}", show_spans(spans)))
    return "\n\n".join(parts)


def counted(count: int, noun: str) -> str:
    """Return the noun with its number.

    >>> counted(1, "word"), counted(2, "word")
    ('1 word', '2 words')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _quoted(title: str, text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join([f"{title}", "", "```text", *lines, "```"])


def print_figures(
    program: str, about: str | None, measure: Callable[..., str], *, sizes: Sequence[int], counted: str
) -> None:
    """Print the figures of `program`, as its command line asks for them.

    Args:
        program: Name of the module.
        about: What it measures.
        measure: Gives the figures as Markdown; takes a folder to work in, and `rounds` and `sizes` by name.
        sizes: Those that are measured by default.
        counted: What sizes count.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{program}", description=about)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds to take the median of ({ROUNDS})")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(sizes), help=counted)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the figures into this page, too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), rounds=chosen.rounds, sizes=chosen.sizes)
    print(figures)
    if chosen.write is not None:
        write_figures(chosen.write, figures, program=program)


def write_figures(page: Path, figures: str, *, program: str) -> None:
    """Replace what stands between the two marks of `program` in `page`.

    Raises:
        ValueError: The page does not have both marks.
    """
    text = page.read_text(encoding="utf-8")
    mark = BEGIN.format(program)
    before, begin, rest = text.partition(mark)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} lacks the line {mark!r} or {END!r}: add both where the figures shall stand")
    page.write_text(f"{before}{mark}\n\n{figures.strip()}\n\n{END}{after}", encoding="utf-8")
