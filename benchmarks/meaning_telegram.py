"""Telegram's privacy policy clause by clause: each labelled clause beside what the tracker says of it.

The labels tell of the text alone where a row has `as_text`: that two clauses came with a switch between regional forms
is not to be seen in two texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tracker.model import fold_text
from tracker.pipeline import compare_rows

#: Where the labels of a set stand beside its texts.
LABELS: Final = Path("labels") / "telegram-en.jsonl"
TEXTS: Final = Path("telegram") / "privacy-policy-en"
_HEAVY: Final = ("technical", "editorial", "clarification", "substantive", "broken")
_DECIDED: Final = frozenset({"widens", "narrows"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled clause beside what the tracker says."""

    date: str
    section: str
    kind: str
    effect: str
    what: str
    """What changed, in the labeller's words."""
    told_kind: str
    """`absent` where the tracker lists no clause of that section."""
    told_effect: str
    rules: tuple[str, ...]
    """Of the findings, in their order."""

    @property
    def is_found(self) -> bool:
        """Whether the tracker says the same of it, kind and effect."""
        effect = "unclear" if self.told_effect == "mixed" else self.told_effect
        return self.kind == self.told_kind and self.effect == effect


def read_labelled(folder: Path) -> list[Labelled]:
    """Return every labelled clause under the shared data's `folder`, oldest first; none where the data is absent."""
    if not (folder / LABELS).exists():
        return []
    labels = [json.loads(line) for line in (folder / LABELS).read_text(encoding="utf-8").splitlines()]
    steps = dict.fromkeys((label["from_file"], label["to_file"]) for label in labels)
    texts = {
        name: (folder / TEXTS / name).read_text(encoding="utf-8") for name in {file for step in steps for file in step}
    }
    rows = (json.dumps({"old": texts[old], "new": texts[new]}).encode() for old, new in steps)
    told = dict(zip(steps, compare_rows(rows), strict=True))
    return [_beside(label, told[label["from_file"], label["to_file"]]) for label in labels]


def _beside(label: Mapping[str, Any], change: Mapping[str, Any]) -> Labelled:
    clauses = _clauses_of(label, change.get("clauses", []))
    kinds = [clause["kind"] for clause in clauses] or ["absent"]
    kind = max(kinds, key=_HEAVY.index) if clauses else "absent"
    if label["section"] == "*":
        kind, effect = change["kind"], change["effect"]
    else:
        effect = _combined([clause["effect"] for clause in clauses if clause["kind"] == kind])
    expected = label.get("as_text", label)
    return Labelled(
        date=label["date"][:10],
        section=label["section"] + (f" ({label['part']})" if "part" in label else ""),
        kind=expected["kind"],
        effect=expected["effect"],
        what=label["what"],
        told_kind=kind,
        told_effect=effect,
        rules=tuple(finding["rule"] for clause in clauses for finding in clause["findings"]),
    )


def _clauses_of(label: Mapping[str, Any], clauses: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the clauses of the section that hold the label's evidence; all of the section where none does."""
    numbers = {label["section"], label.get("moved_from")}
    here = [clause for clause in clauses if clause["section"] and (clause["section"]["number"] or "") in numbers]
    evidence = label.get("evidence", {})
    before, after = (fold_text(evidence.get(side, "")) for side in ("before", "after"))
    holding = [
        clause
        for clause in here
        if (before and before in fold_text(clause["old"])) or (after and after in fold_text(clause["new"]))
    ]
    return holding or here


def _combined(effects: Sequence[str]) -> str:
    """Return the one direction that clauses of a section have, `mixed` of both."""
    directions = _DECIDED.intersection(effects)
    if len(directions) == 1 and "mixed" not in effects:
        return min(directions)
    if directions or "mixed" in effects:
        return "mixed"
    return "neutral" if set(effects) <= {"neutral"} else "unclear"
