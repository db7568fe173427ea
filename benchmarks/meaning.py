"""Verdicts beside labels: `python -m benchmarks.meaning [PAIRS LABELS]… [--part …] [--wrong FILE] [--speed]`.

A set is two files of JSON lines, plain or gzipped: pairs (`id`, `service`, `old`, `new`) and labels (`id`, `kind`,
`material`, `effect`, `topics`); without one, the sets of the shared data. Each pair goes through the function of
`tracker diff --batch`, without its `language`, which a stranger's rows lack. `docs/benchmarks.md` explains the figures.

The services of the shared data are in two parts: the rules may be tuned by the rows of one, while of the other only
figures are ever printed, and those only when asked for. The texts are other people's and no part of this repository;
nor is the list that `--wrong` writes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from unittest import mock

from benchmarks import tables
from benchmarks.meaning_scores import (
    FIGURES,
    MATERIAL,
    Judgement,
    Row,
    baselines,
    count,
    count_topics,
    intervals,
    part_of,
    share,
)
from benchmarks.meaning_speed import MB, Speed, measure_speed
from benchmarks.meaning_telegram import Labelled, read_labelled
from benchmarks.measure import percentile
from benchmarks.samples import SHARED
from tracker.classify import learned
from tracker.model import EFFECTS, KINDS
from tracker.pipeline import compare_rows

PARTS: Final = ("tune", "held-out", "all")
_NAMES: Final = {"tune": "the part to tune by", "held-out": "the part held out", "all": "all"}
_JUDGED_SECONDS: Final = 0.010
_SLOW_SECONDS: Final = 0.200
#: 16 MB of text in 50 s.
_MB_PER_SECOND: Final = 0.32
_SHOWN: Final = 300
_NOTHING: Final = "–"  # noqa: RUF001 - a dash for the eye


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A row with all that was read and said of it."""

    set_name: str
    row: Row
    pair: Mapping[str, Any]
    label: Mapping[str, Any]
    change: Mapping[str, Any]


Set = tuple[Path, Path]
#: Rows of `tracker diff --batch` and their services, and the answers.
Compare: TypeAlias = Callable[[Sequence[bytes], Sequence[str]], Iterable[Mapping[str, Any]]]


def _compare_all(asked: Sequence[bytes], _: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    return compare_rows(asked, total_bytes=sum(map(len, asked)))


def compare_by_others() -> Compare:
    """Return a way to compare in which what words weigh was learned from other services than the one that asks.

    The services that rules may be tuned by are also those whose sentences were labelled: with the weights as they are
    the figures would flatter. Some minutes.
    """
    # Only those who ask for it need it, and it reads sets by this module.
    from benchmarks import labelled_passages, learn_words  # noqa: PLC0415

    tables = learn_words.cross_tables(labelled_passages.read_samples("en"))
    own = learned.load_words

    def compare(asked: Sequence[bytes], services: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        for row, service in zip(asked, services, strict=True):
            table = tables[learn_words.fold_of(service.strip().lower())]
            with mock.patch.object(
                learned, "load_words", lambda name, table=table: table if name == "en" else own(name)
            ):
                yield from compare_rows([row])

    return compare


def shared_sets(folder: Path) -> list[Set]:
    """Return the sets of the shared data, where it is at hand."""
    changes = folder / "changes"
    names = sorted(path.name.removesuffix(".jsonl.gz") for path in changes.glob("pairs-*.jsonl.gz"))
    return [(changes / f"{name}.jsonl.gz", changes / f"{name.replace('pairs', 'labels')}.jsonl") for name in names]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines, gzipped if its name says so."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def tell_set(files: Set, *, part: str = "all", compare: Compare = _compare_all) -> list[Told]:
    """Return the rows of a set's part that have a label, with what the tracker says of each by `compare`."""
    labels = {label["id"]: label for label in read_lines(files[1])}
    pairs = [
        pair
        for pair in read_lines(files[0])
        if pair["id"] in labels and part in {"all", part_of(pair.get("service", ""))}
    ]
    asked = [json.dumps({key: value for key, value in pair.items() if key != "language"}).encode() for pair in pairs]
    answers = zip(pairs, compare(asked, [pair.get("service", "") for pair in pairs]), strict=True)
    name = files[0].name.split(".")[0]
    return [_beside(name, pair, labels[pair["id"]], change) for pair, change in answers]


def _beside(name: str, pair: Mapping[str, Any], label: Mapping[str, Any], change: Mapping[str, Any]) -> Told:
    stats = change.get("stats", {})
    words = stats.get("words_added", 0) + stats.get("words_removed", 0)
    if change.get("broken"):
        # Nothing is counted of a broken text; a simple way would not know that it is one.
        old, new = (Counter(pair[side].split()) for side in ("old", "new"))
        words = (old - new).total() + (new - old).total()
    row = Row(
        id=str(pair["id"]),
        service=pair.get("service", ""),
        language=pair.get("language") or "not told",
        label=Judgement.from_dict(label),
        told=Judgement.from_dict(change),
        words=words,
    )
    return Told(set_name=name, row=row, pair=pair, label=label, change=change)


def score_tables(told: Sequence[Told], *, title: str) -> list[str]:
    """Return the figures of some rows as Markdown."""
    rows = [one.row for one in told]
    services = len({row.service.strip().lower() for row in rows})
    parts = [f"### {title}: {len(rows)} changes of {services} services", _main_table(told)]
    errors = sum(row.told.kind == "error" for row in rows)
    if errors:
        parts.append(f"{tables.counted(errors, 'row')} ended with an error.")
    parts += [
        "Beside simple ways to tell what is material:",
        _baseline_table(rows),
        "Kinds: a row as labelled, a column as told.",
        _cross_table(rows, "kind", KINDS),
        "Effects of changes that are not broken: a row as labelled, a column as told.",
        _cross_table([row for row in rows if row.label.kind != "broken"], "effect", EFFECTS),
        "Topics:",
        _topic_table(rows),
        "Languages, as the set names them:",
        _language_table(rows),
    ]
    return parts


def _shown(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _main_table(told: Sequence[Told]) -> str:
    rows = [one.row for one in told]
    names = sorted({one.set_name for one in told})
    counts = [count([one.row for one in told if one.set_name == name]) for name in names]
    between = intervals(rows)
    every = count(rows)
    body = []
    for name, figure in FIGURES.items():
        interval = between[name]
        span = f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else _NOTHING
        body.append([name, _shown(figure(every)), span, *(_shown(figure(one)) for one in counts)])
    return tables.table(["", "figure", "95 % of samples", *names], body)


def _baseline_table(rows: Sequence[Row]) -> str:
    ways = {"**tracker**": list(rows), **baselines(rows)}
    body = [[name, *(_shown(figure(count(judged))) for figure in MATERIAL.values())] for name, judged in ways.items()]
    return tables.table(["", *(name.removeprefix("material: ") for name in MATERIAL)], body)


def _cross_table(rows: Sequence[Row], what: str, values: Sequence[str]) -> str:
    pairs = Counter((getattr(row.label, what), getattr(row.told, what)) for row in rows)
    columns = [value for value in (*values, "error") if any(value == told for _, told in pairs)]
    body = [
        [value, *(f"{pairs[value, told]}" for told in columns)]
        for value in values
        if any(value == label for label, _ in pairs)
    ]
    return tables.table(["", *columns], body)


def _topic_table(rows: Sequence[Row]) -> str:
    body = []
    for name, (labelled, told, right) in count_topics(rows).items():
        figures = share(right, told), share(right, labelled), share(2 * right, labelled + told)
        body.append([name, f"{labelled}", f"{told}", f"{right}", *map(_shown, figures)])
    return tables.table(["", "labelled", "told", "both", "precision", "recall", "F1"], body)


def _language_table(rows: Sequence[Row]) -> str:
    chosen = [name for name in FIGURES if name not in {"effect: widens found", "effect: narrows found"}]
    body = []
    for language, changes in Counter(row.language for row in rows).most_common():
        counts = count([row for row in rows if row.language == language])
        body.append([language, f"{changes}", *(_shown(FIGURES[name](counts)) for name in chosen)])
    return tables.table(["", "changes", *chosen], body)


def telegram_tables(labelled: Sequence[Labelled]) -> list[str]:
    """Return how Telegram's labelled clauses are told, and each substantive one that is told otherwise."""
    heavy = [one for one in labelled if one.kind == "substantive"]
    light = [one for one in labelled if one.kind in {"editorial", "technical"}]
    found = [one for one in heavy if one.is_found]
    alarms = [one for one in light if one.told_kind == "substantive"]
    parts = [
        "### Telegram's privacy policy, clause by clause, by the text alone",
        (
            f"Of {len(heavy)} substantive clauses {sum(one.told_kind == 'substantive' for one in heavy)} are told as "
            f"substantive, {len(found)} with their effect; of {len(light)} editorial or technical ones {len(alarms)} "
            "are told as substantive."
        ),
    ]
    missed = [one for one in heavy if not one.is_found] + alarms
    if missed:
        # What changed there, the labels tell in words that are not ours to publish.
        body = [[one.date, one.section, f"{one.kind}, {one.effect}", _told(one)] for one in missed]
        parts.append(tables.table(["date", "section", "label", "told"], body))
    return parts


def _told(one: Labelled) -> str:
    rules = f" ({', '.join(one.rules)})" if one.rules else ""
    return f"{one.told_kind}, {one.told_effect}{rules}"


def speed_tables(speed: Speed) -> list[str]:
    """Return what a verdict costs, as Markdown."""
    timed = {
        "comparing, `compare_versions`": speed.compared.typical,
        "**judging**, `judge_change`": speed.judged.typical,
        "judging, first of five rounds": speed.judged.first,
    }
    body = [
        [name, f"{len(seconds)}", *(tables.milliseconds(percentile(seconds, percent)) for percent in (50, 95, 99, 100))]
        for name, seconds in timed.items()
    ]
    rate = speed.text_bytes / MB / speed.batch_seconds
    median, slow = (percentile(speed.judged.typical, percent) for percent in (50, 99))
    goals = [
        ("a verdict in at most 10 ms in the median", tables.milliseconds(median), median <= _JUDGED_SECONDS),
        ("99 of 100 in at most 200 ms", tables.milliseconds(slow), slow <= _SLOW_SECONDS),
        ("16 MB of text within 50 s, two cores", f"{16 / rate:.1f} s", rate >= _MB_PER_SECOND),
    ]
    ended = f" {tables.counted(speed.errors, 'row')} with an error." if speed.errors else ""
    return [
        "### What a verdict costs",
        f"Measured on {tables.describe_machine()}; each pair counts with the median of five rounds.",
        tables.table(["", "pairs", "median", "95 of 100", "99 of 100", "longest"], body),
        (
            f"`tracker diff --batch` reads, compares, vets, judges and tells all {speed.pairs} pairs, "
            f"{speed.text_bytes / MB:.1f} MB of text, in {speed.batch_seconds:.1f} s: {rate:.2f} MB a second.{ended}"
        ),
        tables.goal_table(goals),
    ]


def list_wrong(told: Sequence[Told]) -> str:
    """Return each row that is told otherwise than labelled, with the findings that led there, as text to read."""
    wrong = [one for one in told if one.row.faults]
    wrong.sort(key=lambda one: ("material" not in one.row.faults, "effect" not in one.row.faults, one.row.id))
    return "\n\n".join(_tell_wrong(one) for one in wrong) + "\n"


def _tell_wrong(one: Told) -> str:
    pair, label, change = one.pair, one.label, one.change
    where = " | ".join(str(pair[key]) for key in ("service", "terms", "language", "date") if pair.get(key))
    lines = [
        f"## {one.row.id}: {', '.join(one.row.faults)}",
        where,
        f"label: {_judged(label)}",
        f"told:  {change['error'] if 'error' in change else _judged(change)}",
    ]
    if change.get("broken"):
        lines.append(f"broken: {change['broken']['reason']}: {change['broken']['detail']}")
    if label.get("note"):
        lines.append(f"note: {label['note']}")
    lines += [
        f"  label: {clause['op']} {_judged(clause)} [{clause.get('locator', '')}] {clause.get('what', '')}"
        for clause in label.get("clauses", [])
    ]
    for clause in change.get("clauses", []):
        if clause["kind"] in {"technical", "editorial"} and label["kind"] in {"technical", "editorial"}:
            continue
        lines += _tell_clause(clause)
    return "\n".join(lines)


def _judged(row: Mapping[str, Any]) -> str:
    material = {True: " material", False: " not-material", None: ""}[row.get("material")]
    return f"{row['kind']}{material} {row['effect']} {','.join(row['topics'])}"


def _tell_clause(clause: Mapping[str, Any]) -> list[str]:
    section = clause.get("section") or {}
    lines = [f"  told: {clause['op']} {_judged(clause)} [{section.get('number')} {section.get('title')}]"]
    marks = "".join(_mark(tag, text) for tag, text in clause["redline"])
    lines.append(f"    {marks[: 5 * _SHOWN]}")
    lines += [
        f"    * {finding['rule']} {finding['facet']} {finding['effect']} {finding['confidence']}: "
        f"{finding['before']!r} -> {finding['after']!r}"
        for finding in clause["findings"]
    ]
    return lines


def _mark(tag: str, text: str) -> str:
    """Return a span as far as it must be seen: of kept words both ends, of others the beginning."""
    if tag == "=":
        return text if len(text) <= _SHOWN else f"{text[:100]} … {text[-100:]}"
    return f"[{tag}{text if len(text) <= 2 * _SHOWN else f'{text[: 2 * _SHOWN]} …'}{tag}]"


def main() -> None:
    """Print the figures; write them, or the list of wrong rows, where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.meaning", description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="PAIRS LABELS", help="the shared data's sets without")
    parser.add_argument("--part", action="append", choices=PARTS, help="which services (tune; all of sets named here)")
    parser.add_argument("--data", type=Path, default=SHARED, metavar="FOLDER", help="where the shared data is")
    parser.add_argument("--wrong", type=Path, metavar="FILE", help="list the rows told wrongly there")
    parser.add_argument("--by-others", action="store_true", help="words weigh as learned from other services")
    parser.add_argument("--speed", action="store_true", help="measure times, too")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="measure all, and put the figures into this page")
    chosen = parser.parse_args()
    if len(chosen.sets) % 2:
        parser.error("name pairs and labels, two files a set")
    if chosen.wrong and not chosen.sets and set(chosen.part or ["tune"]) != {"tune"}:
        parser.error("rows that are held out are not listed: leave --part out")
    sets = list(zip(chosen.sets[::2], chosen.sets[1::2], strict=True)) or shared_sets(chosen.data)
    if not sets:
        print(f"The shared data is absent from {chosen.data}: name two files, PAIRS and LABELS.")
        return
    shown: list[str] = []
    listed: list[Told] = []
    by_others = compare_by_others() if chosen.by_others else _compare_all
    for part in dict.fromkeys(chosen.part or ["all" if chosen.sets else "tune"]):
        compare = _compare_all if part == "held-out" else by_others
        told = [one for files in sets for one in tell_set(files, part=part, compare=compare)]
        shown += score_tables(told, title=_NAMES[part].capitalize())
        listed += told
    if not chosen.sets:
        shown += telegram_tables(read_labelled(chosen.data))
    if chosen.speed or chosen.write:
        keys = ("id", "service", "terms", "old", "new")
        pairs = [{key: row[key] for key in keys if key in row} for files in sets for row in read_lines(files[0])]
        shown += speed_tables(measure_speed(pairs))
    print("\n\n".join(shown))
    if chosen.wrong:
        chosen.wrong.write_text(list_wrong(listed), encoding="utf-8")
    if chosen.write:
        tables.write_figures(chosen.write, "\n\n".join(shown), program="meaning")


if __name__ == "__main__":
    main()
