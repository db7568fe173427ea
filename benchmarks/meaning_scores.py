"""Scores of verdicts beside labels: counts that add up, the figures made of them, and their intervals.

Belongs here: arithmetic on labels and verdicts. Does not belong here: reading files, running the tracker, printing.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

SEED: Final = 20261124
ROUNDS: Final = 1000
#: Of the services, those with this remainder are never looked at row by row.
_PARTS: Final = 3
#: The second baseline: so many changed words are taken for a material change.
MANY_WORDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a reader, or the tracker, says of a change."""

    kind: str
    material: bool
    effect: str
    """`mixed` is told as `unclear` (LABELLING, `effect`)."""
    topics: frozenset[str]

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Judgement:
        """Return the judgement that a label, or a change object, holds; a row with an error is none of anything."""
        if "error" in row:
            return cls(kind="error", material=False, effect="unclear", topics=frozenset())
        effect = "unclear" if row["effect"] == "mixed" else row["effect"]
        return cls(kind=row["kind"], material=row["material"], effect=effect, topics=frozenset(row["topics"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A change with both judgements."""

    id: str
    service: str
    language: str
    label: Judgement
    told: Judgement
    words: int
    """Words added and removed, as the tracker counts them."""

    @property
    def faults(self) -> tuple[str, ...]:
        """What the tracker says otherwise; an effect counts where the label says `widens` or `narrows`."""
        label, told = self.label, self.told
        named = {
            "material": label.material != told.material,
            "kind": label.kind != told.kind,
            "effect": label.effect in {"widens", "narrows"} and label.effect != told.effect,
            "topics": label.topics != told.topics,
        }
        return tuple(name for name, is_wrong in named.items() if is_wrong)


def part_of(service: str) -> str:
    """Return whether a service's changes are there to tune the rules by, or `held-out`.

    >>> part_of(" Telegram"), part_of("Mastodon")
    ('tune', 'tune')
    """
    digest = hashlib.sha256(service.strip().lower().encode()).hexdigest()
    return "tune" if int(digest, 16) % _PARTS else "held-out"


def count(rows: Sequence[Row]) -> Counter[str]:
    """Return the counts of which all figures are made."""
    counts: Counter[str] = Counter()
    for row in rows:
        label, told = row.label, row.told
        counts["rows"] += 1
        counts["material"] += label.material
        counts["alerts"] += told.material
        counts["alerts right"] += label.material and told.material
        counts["kind right"] += label.kind == told.kind
        counts["topics"] += len(label.topics)
        counts["topics told"] += len(told.topics)
        counts["topics right"] += len(label.topics & told.topics)
        for effect in ("widens", "narrows"):
            counts[effect] += label.effect == effect
            counts[f"{effect} right"] += label.effect == told.effect == effect
        counts["broken"] += label.kind == "broken"
        counts["broken right"] += label.kind == told.kind == "broken"
        counts["broken false"] += label.kind != "broken" and told.kind == "broken"
    return counts


def share(some: float, of: float) -> float | None:
    """Return a share; None of nothing.

    >>> share(1, 4), share(1, 0)
    (0.25, None)
    """
    return some / of if of else None


def _f1(right: int, labelled: int, told: int) -> float | None:
    return share(2 * right, labelled + told)


def _balanced(counts: Mapping[str, int]) -> float | None:
    """Return the mean of both directions' recall; the one alone where the other has no row."""
    recalls = [share(counts[f"{effect} right"], counts[effect]) for effect in ("widens", "narrows")]
    known = [recall for recall in recalls if recall is not None]
    return share(sum(known), len(known))


Figure = Callable[[Mapping[str, int]], "float | None"]

MATERIAL: Final[dict[str, Figure]] = {
    "material: precision": lambda c: share(c["alerts right"], c["alerts"]),
    "material: recall": lambda c: share(c["alerts right"], c["material"]),
    "material: F1": lambda c: _f1(c["alerts right"], c["material"], c["alerts"]),
    "false alerts": lambda c: share(c["alerts"] - c["alerts right"], c["rows"] - c["material"]),
}
FIGURES: Final[dict[str, Figure]] = {
    **MATERIAL,
    "kind: accuracy": lambda c: share(c["kind right"], c["rows"]),
    "topics: micro-F1": lambda c: _f1(c["topics right"], c["topics"], c["topics told"]),
    "effect: balanced accuracy": _balanced,
    "effect: widens found": lambda c: share(c["widens right"], c["widens"]),
    "effect: narrows found": lambda c: share(c["narrows right"], c["narrows"]),
    "broken: recall": lambda c: share(c["broken right"], c["broken"]),
    "broken: false": lambda c: share(c["broken false"], c["rows"] - c["broken"]),
}


def intervals(rows: Sequence[Row], *, rounds: int = ROUNDS) -> dict[str, tuple[float, float] | None]:
    """Return the 95 % interval of each of `FIGURES`: whole services are drawn again, since one's changes are alike."""
    services: dict[str, list[Row]] = {}
    for row in rows:
        services.setdefault(row.service.strip().lower(), []).append(row)
    drawn = [count(services[name]) for name in sorted(services)]
    names = sorted({name for counts in drawn for name in counts})
    source = random.Random(SEED)  # noqa: S311 - the same draws each time
    found: dict[str, list[float]] = {name: [] for name in FIGURES}
    for _ in range(rounds if drawn else 0):
        some = source.choices(drawn, k=len(drawn))
        counts = Counter({name: sum(one[name] for one in some) for name in names})
        for name, figure in FIGURES.items():
            value = figure(counts)
            if value is not None:
                found[name].append(value)
    return {name: _middle(values) for name, values in found.items()}


def _middle(values: list[float]) -> tuple[float, float] | None:
    if not values:
        return None
    ordered = sorted(values)
    return ordered[round(0.025 * (len(ordered) - 1))], ordered[round(0.975 * (len(ordered) - 1))]


def baselines(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the same rows as two simple ways would judge `material`."""

    def judged(row: Row, *, material: bool) -> Row:
        return replace(row, told=replace(row.told, material=material))

    return {
        "every change is material": [judged(row, material=True) for row in rows],
        f"{MANY_WORDS} changed words or more": [judged(row, material=row.words >= MANY_WORDS) for row in rows],
    }


def count_topics(rows: Sequence[Row]) -> dict[str, tuple[int, int, int]]:
    """Return topic -> rows that bear it by label, rows that the tracker gives it, and both; the commonest first."""
    labelled = Counter(topic for row in rows for topic in row.label.topics)
    told = Counter(topic for row in rows for topic in row.told.topics)
    right = Counter(topic for row in rows for topic in row.label.topics & row.told.topics)
    names = sorted(labelled | told, key=lambda name: (-labelled[name], name))
    return {name: (labelled[name], told[name], right[name]) for name in names}
