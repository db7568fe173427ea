"""An audit of vetting over a whole collection of Open Terms Archive: `python -m benchmarks.vetting BUNDLE_OR_REPO`.

Every version is read with git alone, in one passage and without a cache, and each document's history is vetted. The
table lists the versions that a person would look at first: those under 1,000 characters, those 40 % shorter or longer
than both neighbours, those without the first heading of either neighbour, and all that vetting did not plainly accept.
`--all` lists every version, `--out FILE` writes the table there. Decisions are compared with
`vetting-judgements.jsonl`, where people who read the texts wrote down whether they are broken (commit, `broken`, and
why, in their own words).

The texts are other people's and no part of this repository.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.tables import table
from tracker.extract import parse_markdown
from tracker.vet import Decision, PastVersion, Sketch, sketch_text, vet_history

JUDGEMENTS: Final = Path(__file__).with_name("vetting-judgements.jsonl")
PROCESSES: Final = 2
#: Texts that are sent to a process at once.
_BATCH: Final = 16
#: Texts that are in memory at once.
_ROUND: Final = 512
_SHORT: Final = 1_000
_SHORTER: Final = 0.6
_LONGER: Final = 1.4
#: The snapshots of a combined document, one a line of a commit's body; their names end the line.
_SNAPSHOT: Final = re.compile(r"^- \S*?([0-9a-z]+)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the audit keeps of a text."""

    sketch: Sketch
    lines: frozenset[int]
    """Digests of its clauses, in lower case, by which a neighbour's heading is found."""

    @classmethod
    def of(cls, markdown: str) -> Measured:
        """Return the measures of a version."""
        version = parse_markdown(markdown)
        return cls(sketch=sketch_text(version), lines=frozenset(_digest(clause.folded) for clause in version.clauses))

    @property
    def length(self) -> int:
        """Characters of the folded text."""
        return self.sketch.length

    def holds_heading_of(self, other: Measured) -> bool:
        """Return whether the other's first heading stands here; true where the other has none."""
        return not other.sketch.heading or _digest(other.sketch.heading) in self.lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A version as the collection records it."""

    document: str
    commit: str
    captured_at: datetime
    blob: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A version with its decision."""

    recorded: Recorded
    length: int
    before: int | None
    after: int | None
    """Characters of its neighbours; None where there is none."""
    decision: Decision
    is_suspicious: bool

    @property
    def is_plain(self) -> bool:
        """Whether it is accepted without a doubt."""
        return self.decision.action == "accept" and self.decision.doubt is None

    @property
    def told(self) -> str:
        """`accept`, `doubt`, `hold` or `refuse`."""
        return "doubt" if self.decision.doubt else self.decision.action

    @property
    def reason(self) -> str:
        """A code of `tracker.model.REASONS`, or nothing."""
        found = self.decision.failure or self.decision.doubt
        return found.reason if found else ""

    def row(self) -> list[str]:
        """Return the cells of its row."""
        lengths = ("" if length is None else f"{length:,}" for length in (self.length, self.before, self.after))
        date = f"{self.recorded.captured_at:%Y-%m-%d %H:%M}"
        return [self.recorded.document, date, self.recorded.commit[:12], *lengths, self.told, self.reason]


def audit(collection: Path) -> list[Verdict]:
    """Return all versions of a collection, a repository or a bundle, with their decisions, document by document.

    Raises:
        subprocess.CalledProcessError: If git cannot read it.
    """
    with tempfile.TemporaryDirectory() as folder:
        repository = collection
        if collection.is_file():
            repository = Path(folder) / "collection.git"
            _git(Path(folder), "clone", "--quiet", "--bare", str(collection.resolve()), str(repository))
        histories = _read_histories(repository)
        measured = _measure(repository, {version.blob for history in histories.values() for version in history})
    return [verdict for name in sorted(histories) for verdict in _vet(histories[name], measured)]


def _read_histories(repository: Path) -> dict[str, list[Recorded]]:
    """Return the versions of each document in topological order, since technical upgrades bear older dates."""
    log = _git(
        repository, "-c", "core.quotepath=off", "log", "--reverse", "--topo-order", "--no-renames", "--diff-filter=AM",
        "--raw", "--no-abbrev", "-z", "--format=%x01%H%x02%aI%x02%B%x02",
    ).decode()  # fmt: skip
    histories: dict[str, list[Recorded]] = {}
    for entry in log.split("\x01")[1:]:
        commit, date, body, files = entry.split("\x02", 3)
        fields = files.strip("\0\n").split("\0")
        for raw, path in zip(fields[::2], fields[1::2], strict=False):
            if not path.endswith(".md") or "/" not in path:
                continue
            recorded = Recorded(
                document=path.removesuffix(".md"),
                commit=commit,
                captured_at=datetime.fromisoformat(date).astimezone(UTC),
                blob=raw.split(" ")[3],
                sources=tuple(_SNAPSHOT.findall(body)),
            )
            histories.setdefault(recorded.document, []).append(recorded)
    return histories


def _measure(repository: Path, blobs: set[str]) -> dict[str, Measured]:
    """Return the measures of each text, each read and parsed once."""
    names = sorted(blobs)
    measured: dict[str, Measured] = {}
    with ProcessPoolExecutor(PROCESSES) as pool:
        for start in range(0, len(names), _ROUND):
            some = names[start : start + _ROUND]
            texts = _read_texts(repository, some)
            measured.update(zip(some, pool.map(Measured.of, texts, chunksize=_BATCH), strict=True))
    return measured


def _read_texts(repository: Path, names: Sequence[str]) -> Iterator[str]:
    answer = _git(repository, "cat-file", "--batch", given="\n".join(names).encode())
    place = 0
    for _ in names:
        end = answer.index(b"\n", place)
        size = int(answer[place:end].split(b" ")[2])
        yield answer[end + 1 : end + 1 + size].decode()
        place = end + 2 + size


def _vet(history: Sequence[Recorded], measured: Mapping[str, Measured]) -> Iterator[Verdict]:
    texts = [measured[recorded.blob] for recorded in history]
    decisions = vet_history(
        [
            PastVersion(captured_at=recorded.captured_at, sketch=text.sketch, sources=recorded.sources)
            for recorded, text in zip(history, texts, strict=True)
        ]
    )
    for place, (recorded, decision) in enumerate(zip(history, decisions, strict=True)):
        before = texts[place - 1] if place else None
        after = texts[place + 1] if place + 1 < len(texts) else None
        yield Verdict(
            recorded=recorded,
            length=texts[place].length,
            before=before.length if before else None,
            after=after.length if after else None,
            decision=decision,
            is_suspicious=_is_suspicious(texts[place], [text for text in (before, after) if text]),
        )


def _is_suspicious(text: Measured, neighbours: Sequence[Measured]) -> bool:
    if text.length < _SHORT:
        return True
    if not neighbours:
        return False
    lengths = [neighbour.length for neighbour in neighbours]
    is_odd = text.length < _SHORTER * min(lengths) or text.length > _LONGER * max(lengths)
    return is_odd or not any(text.holds_heading_of(neighbour) for neighbour in neighbours)


def _digest(line: str) -> int:
    return zlib.crc32(line[:160].lower().encode("utf-8", "surrogatepass"))


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, input=given).stdout


def read_judgements() -> dict[str, bool]:
    """Return commit -> whether a person found its text broken."""
    rows = (json.loads(line) for line in JUDGEMENTS.read_text(encoding="utf-8").splitlines())
    return {row["commit"]: row["broken"] for row in rows}


def compare(verdicts: Sequence[Verdict], judgements: Mapping[str, bool]) -> list[str]:
    """Return lines that say how the decisions stand beside the judgements."""
    judged = [(verdict, judgements[verdict.recorded.commit]) for verdict in verdicts if _is_judged(verdict, judgements)]
    broken = [verdict for verdict, is_broken in judged if is_broken]
    sound = [verdict for verdict, is_broken in judged if not is_broken]
    missed = [verdict for verdict in broken if verdict.is_plain]
    declined = [verdict for verdict in sound if verdict.decision.action != "accept"]
    doubted = [verdict for verdict in sound if verdict.decision.doubt]
    unread = [verdict for verdict in verdicts if not _is_judged(verdict, judgements)]
    strange = sum(not verdict.is_plain for verdict in unread)
    passed = sum(verdict.is_plain and verdict.is_suspicious for verdict in unread)
    share = f"one in {len(verdicts) // len(declined):,}" if declined else f"none of all {len(verdicts):,} versions"
    lines = [
        f"Judged broken: {len(broken)}, of which {len(broken) - len(missed)} are refused, held or doubted.",
        f"Judged sound: {len(sound)}, of which {len(declined)} are refused or held ({share}), {len(doubted)} doubted.",
        f"Not judged: {strange} refused, held or doubted, and {passed} suspicious and accepted.",
    ]
    for name, wrong in (("Missed", missed), ("Wrongly declined", declined), ("Wrongly doubted", doubted)):
        lines += [f"{name}: {' | '.join(verdict.row())}" for verdict in wrong]
    return lines


def _is_judged(verdict: Verdict, judgements: Mapping[str, bool]) -> bool:
    return verdict.recorded.commit in judgements


def main() -> None:
    """Print the table, the counts and the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("collection", type=Path, metavar="BUNDLE_OR_REPO")
    parser.add_argument("--all", action="store_true", help="list every version")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table there")
    arguments = parser.parse_args()
    begin = time.perf_counter()
    verdicts = audit(arguments.collection)
    seconds = time.perf_counter() - begin
    listed = [verdict for verdict in verdicts if arguments.all or verdict.is_suspicious or not verdict.is_plain]
    head = ["document", "date", "commit", "length", "before", "after", "decision", "reason"]
    shown = table(head, [verdict.row() for verdict in listed])
    if arguments.out:
        arguments.out.write_text(shown + "\n", encoding="utf-8")
    else:
        print(shown)
    print()
    suspicious = sum(verdict.is_suspicious for verdict in verdicts)
    print(f"{len(verdicts)} versions in {seconds:.1f} s; {suspicious} are suspicious at first sight.")
    for (told, reason), count in sorted(Counter((verdict.told, verdict.reason) for verdict in verdicts).items()):
        print(f"{count:6} {told} {reason}".rstrip())
    for line in compare(verdicts, read_judgements()):
        print(line)


if __name__ == "__main__":
    main()
