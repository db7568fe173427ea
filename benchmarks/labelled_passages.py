"""What people labelled, as samples of passages with all that is counted in them.

- `benchmarks/labels/sentences.tsv` holds labels of sentences and changed clauses of real policies, by digest. Their
  texts are other people's and no part of this repository; they are looked up in the shared data, among the services
  that rules may be tuned by.
- `benchmarks/labels/edits-<language>.jsonl` holds changes of invented policies, with their texts.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.meaning import read_lines, shared_sets
from benchmarks.meaning_scores import part_of
from benchmarks.samples import BUNDLE, SHARED, run_git
from tracker.classify.facets import find_differences
from tracker.classify.passages import Passage, count_passage, whole_passage
from tracker.classify.topics import Sign, material_topics, read_signs
from tracker.classify.wording import find_lead_in, read_wording, split_sentences
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Change, ClauseChange, SectionRef, Span, Version

LABELS: Final = Path(__file__).parent / "labels"
#: What a label of the sentences' file says of the direction; in lower case it leans that way.
DIRECTIONS: Final = {"W": 1.0, "w": 0.5, "N": -1.0, "n": -0.5, "0": 0.0, "U": 0.0}
OF_EFFECT: Final = {"widens": 1.0, "narrows": -1.0, "neutral": 0.0, "unclear": 0.0, "mixed": 0.0}
KINDS: Final = {"s": "substantive", "c": "clarification", "e": "editorial", "t": "technical"}
#: Changes of invented policies are left out of a cross-validation so many together, as they stand in their file.
EDITS_TOGETHER: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One labelled passage and what is counted in it."""

    group: str
    """The service it comes from: what is left out together."""
    counted: Mapping[str, float]
    direction: float
    """From -1 (narrows) to 1 (widens)."""
    is_neutral: bool
    kind: str
    material: bool | None
    topics: frozenset[str]
    signs: frozenset[Sign]
    """Of topics, in the passage and around it."""
    passage: Passage

    @property
    def op(self) -> str:
        """Whether the passage came, went or was reworded."""
        return self.passage.op


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What readers said of one text."""

    op: str
    direction: float
    is_neutral: bool
    """Whether it cuts neither way; what is unclear does, but nobody knows which."""
    kind: str
    material: bool | None
    """None where nobody said."""
    topics: frozenset[str]


class Said(NamedTuple):
    """A line of the sentences' file."""

    op: str
    effect: str
    kind: str
    material: str
    topics: frozenset[str]


def read_labels(path: Path) -> dict[str, Label]:
    """Return the labels of the sentences' file by digest; where there are several, their mean and majority.

    What was done to the text, and whether it is material, the first line says.
    """
    rows: dict[str, list[Said]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            digest, op, effect, kind, material, topics = line.split("\t")
            rows[digest].append(Said(op, effect, kind, material, frozenset(topics.split(",")) - {"-"}))
    return {digest: _combine(said) for digest, said in rows.items()}


def _combine(said: Sequence[Said]) -> Label:
    topics = Counter(topic for one in said for topic in one.topics)
    return Label(
        op=said[0].op,
        direction=sum(DIRECTIONS[one.effect] for one in said) / len(said),
        is_neutral=2 * sum(one.effect == "0" for one in said) > len(said),
        kind=KINDS[Counter(one.kind for one in said).most_common(1)[0][0]],
        material={"y": True, "n": False}.get(said[0].material),
        topics=frozenset(topic for topic, times in topics.items() if 2 * times >= len(said)),
    )


def digest_of(kind: str, old: str, new: str) -> str:
    """Return the name of a text in the labels: `A` for a sentence, `M` for both sides of a clause."""
    return hashlib.sha256(f"{kind}\0{old}\0{new}".encode()).hexdigest()[:16]


def changes_of_sets() -> Iterator[tuple[str, Change]]:
    """Yield the labelled changes of the shared data that rules may be tuned by, with their services."""
    for pairs, _ in shared_sets(SHARED):
        for pair in read_lines(pairs):
            if part_of(pair["service"]) == "tune":
                yield (
                    pair["service"].strip().lower(),
                    compare_versions(parse_markdown(pair["old"]), parse_markdown(pair["new"])),
                )


def changes_of_collection() -> Iterator[tuple[str, Change]]:
    """Yield the changes of the collection in the shared data, between distinct texts of a document as they came."""
    with tempfile.TemporaryDirectory() as folder:
        _git(folder, "clone", "--quiet", "--bare", str(BUNDLE), ".")
        names = set(_git(folder, "log", "--format=", "--name-only", "-z").replace("\n", "\0").split("\0"))
        for name in sorted(name for name in names if name.endswith(".md") and "/" in name):
            service = name.split("/")[0]
            if part_of(service) != "tune":
                continue
            commits = _git(folder, "log", "--reverse", "--format=%H", "--diff-filter=AM", "--", name).split()
            texts = dict.fromkeys(_git(folder, "show", f"{commit}:{name}") for commit in commits)
            versions = [parse_markdown(text) for text in texts]
            for old, new in pairwise(versions):
                yield service.lower(), compare_versions(old, new)


def _git(folder: str, *arguments: str) -> str:
    return run_git(Path(folder), *arguments).decode("utf-8", "replace")


def samples_of_policies(labels: Mapping[str, Label]) -> Iterator[Sample]:
    """Yield a sample for each label whose text is found in the shared data."""
    wanted = dict(labels)
    for source in (changes_of_sets, changes_of_collection):
        for service, change in source():
            for clause in change.clauses:
                lead = find_lead_in(change, clause)
                if clause.op == "modified":
                    label = wanted.pop(digest_of("M", clause.old, clause.new), None)
                    if label is not None:
                        yield sample_of(clause, lead, label, service)
                else:
                    yield from _sentences(clause.new or clause.old, clause.section.title, lead, service, wanted)
            for text, title in _texts(change.new):
                yield from _sentences(text, title, "", service, wanted)
    print(f"{len(labels) - len(wanted)} of {len(labels)} labelled texts found")


def _texts(version: Version) -> Iterator[tuple[str, str]]:
    for clause in version.clauses:
        if clause.kind != "heading":
            yield clause.text, version.sections[clause.section].title


def _sentences(text: str, title: str, lead: str, service: str, wanted: dict[str, Label]) -> Iterator[Sample]:
    for start, end in split_sentences(text):
        words = text[start:end].strip()
        label = wanted.pop(digest_of("A", "", words), None)
        if label is not None:
            is_gone = label.op == "removed"
            clause = ClauseChange(
                op="removed" if is_gone else "added",
                section=SectionRef(number=None, title=title, anchor=None),
                old=words if is_gone else "",
                new="" if is_gone else words,
                redline=(Span("-" if is_gone else "+", words),),
            )
            yield sample_of(clause, lead, label, service)


def sample_of(clause: ClauseChange, lead: str, label: Label, group: str, *, language: str = "en") -> Sample:
    """Return the sample of a labelled clause change."""
    wording = read_wording(clause, language, lead=lead)
    findings = find_differences(wording)
    signs = read_signs(wording, findings)
    passage: Passage = whole_passage(wording)
    return Sample(
        group=group,
        counted=count_passage(wording, passage, findings, signs),
        direction=label.direction,
        is_neutral=label.is_neutral,
        kind=label.kind,
        material=label.material,
        topics=label.topics,
        signs=signs,
        passage=passage,
    )


def samples_of_edits(path: Path, language: str) -> Iterator[Sample]:
    """Yield a sample for each change of an invented policy; neighbours in the file are left out together."""
    for number, row in enumerate(read_lines(path)):
        title = row.get("title", "")
        sides = [f"# {title}\n\n{row[side]}\n" if title else f"{row[side]}\n" for side in ("old", "new")]
        change = compare_versions(*map(parse_markdown, sides))
        clauses = [clause for clause in change.clauses if not clause.is_heading]
        if len(clauses) != 1:
            continue
        label = Label(
            op=clauses[0].op,
            direction=OF_EFFECT[row["effect"]],
            is_neutral=row["effect"] == "neutral",
            kind=row["kind"],
            material=row["kind"] == "substantive" and not material_topics().isdisjoint(row["topics"]),
            topics=frozenset(row["topics"]),
        )
        yield sample_of(clauses[0], "", label, f"edits {number // EDITS_TOGETHER}", language=language)


def read_samples(language: str) -> list[Sample]:
    """Return all labelled samples of a language."""
    samples = list(samples_of_policies(read_labels(LABELS / "sentences.tsv"))) if language == "en" else []
    samples += samples_of_edits(LABELS / f"edits-{language}.jsonl", language)
    return samples
