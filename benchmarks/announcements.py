"""How well announcements are told: `python -m benchmarks.announcements SHARED`, the folder of shared data.

The 57 labelled rows of a messenger's privacy policy that say whether its change log tells of the change are compared
with the verdicts on the 39 steps between its versions. A row of which every clause is technical here (links, quotation
marks or the case of a heading alone) has no announcement to ask for, and is scored neither way.

The texts and labels are other people's and no part of this repository.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.tables import table
from tracker.classify import judge_change, link_announcements
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Announcement, Change, ClauseChange, Verdict

_EXPECTED: Final[dict[object, str]] = {True: "same-version", "later": "later", False: "never"}
#: Lags are printed with one decimal.
_NEAR: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredRow:
    """One labelled row, and what the tracker says."""

    date: str
    section: str
    """Its number, with the part of the section that is meant."""
    expected: str
    found: str | None
    """None where all its clauses are technical; several statuses joined by a slash are a miss."""
    expected_lag: float | None
    found_lag: float | None

    @property
    def is_scored(self) -> bool:
        """Whether there is an announcement to ask for."""
        return self.found is not None

    @property
    def is_right(self) -> bool:
        """Whether status and lag are those of the label."""
        return self.found == self.expected and self.has_lag

    @property
    def has_lag(self) -> bool:
        """Whether the lag is that of the label, within a tenth of a day."""
        if self.expected_lag is None or self.found_lag is None:
            return self.expected_lag is self.found_lag
        return abs(self.expected_lag - self.found_lag) < _NEAR + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All rows that have a label."""

    rows: tuple[ScoredRow, ...]

    @property
    def scored(self) -> tuple[ScoredRow, ...]:
        """The rows with an announcement to ask for."""
        return tuple(row for row in self.rows if row.is_scored)

    @property
    def accuracy(self) -> float:
        """Share of the scored rows that are right."""
        return sum(row.is_right for row in self.scored) / len(self.scored)

    @property
    def accuracy_of_all(self) -> float:
        """Share of all rows that are right, where what is technical here counts as not announced."""
        return sum(row.is_right if row.is_scored else row.expected == "never" for row in self.rows) / len(self.rows)

    @property
    def misses(self) -> tuple[ScoredRow, ...]:
        """The scored rows that are not right."""
        return tuple(row for row in self.scored if not row.is_right)

    @property
    def later(self) -> tuple[ScoredRow, ...]:
        """The rows labelled as announced in a later version."""
        return tuple(row for row in self.rows if row.expected == "later")


def score_announcements(shared: Path) -> Score:
    """Return what the tracker says of each row of `labels/telegram-en.jsonl` that has a status."""
    folder = shared / "telegram" / "privacy-policy-en"
    files = sorted(folder.glob("*.md"))
    steps = judge_steps(files)
    by_name = {file.name: step for file, step in zip(files[1:], steps, strict=True)}
    lines = (shared / "labels" / "telegram-en.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [row for row in map(json.loads, lines) if row["announced"] is not None]
    return Score(rows=tuple(_score_row(row, *by_name[row["to_file"]]) for row in labelled))


def judge_steps(files: Sequence[Path]) -> list[tuple[Change, Verdict]]:
    """Return the changes between versions, which files named by their instants hold, with their linked verdicts."""
    versions = [parse_markdown(file.read_text(encoding="utf-8")) for file in files]
    judged = []
    for old, new, file in zip(versions, versions[1:], files[1:], strict=False):
        change = compare_versions(old, new)
        seen_at = datetime.strptime(file.name[:17], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
        judged.append((change, judge_change(change, language="en"), seen_at))
    linked = link_announcements(judged)
    return [(change, verdict) for (change, _, _), verdict in zip(judged, linked, strict=True)]


def _score_row(row: dict[str, Any], change: Change, verdict: Verdict) -> ScoredRow:
    inside = [place for place, clause in enumerate(change.clauses) if row["section"] in _numbers(clause)]
    # A section can hold independent changes: a row's quotations say which of them it means.
    quoted = [place for place in inside if _bears(change.clauses[place], row.get("evidence") or {})]
    told: list[Announcement] = [
        announced for place in quoted or inside if (announced := verdict.clauses[place].announced) is not None
    ]
    statuses = list(dict.fromkeys(announced.status for announced in told))
    lags = [announced.lag_days for announced in told if announced.lag_days is not None]
    announcement = row.get("announcement") or {}
    return ScoredRow(
        date=row["date"][:10],
        section=f"{row['section']} {row.get('part', '')}".strip(),
        expected=_EXPECTED[row["announced"]],
        found="/".join(statuses) or None,
        expected_lag=announcement["days_after"] if row["announced"] == "later" else None,
        found_lag=lags[0] if lags else None,
    )


def _numbers(clause: ClauseChange) -> set[str | None]:
    return {clause.section.number, clause.moved_from.number if clause.moved_from else None}


def _bears(clause: ClauseChange, evidence: dict[str, str]) -> bool:
    before, after = evidence.get("before"), evidence.get("after")
    return bool((before and before in clause.old) or (after and after in clause.new))


def main() -> None:
    """Print accuracy, the rows announced later with their lags, and the misses."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("shared", type=Path, help="the folder of shared data, such as ../shared/data")
    score = score_announcements(parser.parse_args().shared)
    right = len(score.scored) - len(score.misses)
    technical = len(score.rows) - len(score.scored)
    print(f"{len(score.rows)} rows have a status; {technical} are technical here, and scored neither way")
    print(f"accuracy {score.accuracy:.3f} ({right} of {len(score.scored)}, status and lag)")
    print(f"accuracy {score.accuracy_of_all:.3f} of all rows, what is technical counted as not announced\n")
    lags = [[row.date, row.section, f"{row.expected_lag}", row.found or "-", f"{row.found_lag}"] for row in score.later]
    print(table(["date", "section", "lag of the label", "found", "lag"], lags))
    missed = [[row.date, row.section, row.expected, row.found or "-"] for row in score.misses]
    print("\nMisses\n")
    print(table(["date", "section", "label", "found"], missed))


if __name__ == "__main__":
    main()
