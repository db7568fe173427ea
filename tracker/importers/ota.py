"""Open Terms Archive's collections: what the commits of a versions repository say, in all the forms that they have had.

Paths tell which document a commit is about; subjects only tell whether somebody changed a text or the archive's own
software did. Bodies name the snapshots from which a version was made.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Final, Literal, Protocol, TypeAlias

from tracker.model import DocumentKey

#: What a commit does: it brings a document's first version, a change, the same document extracted by other rules (a new
#: baseline, never a change of theirs), or nothing of the kind.
CommitClass: TypeAlias = Literal["first", "change", "technical", "skipped"]

#: Beginnings of subjects (engine, `src/archivist/recorder/repositories/git/dataMapper.js`), and those before 2022.
_SUBJECTS: Final[dict[str, CommitClass]] = {
    "First record of ": "first",
    "Start tracking ": "first",
    "Record new changes of ": "change",
    "Update ": "change",
    "Apply technical or declaration upgrade on ": "technical",
    "Refilter ": "technical",
}

#: `This version was recorded after filtering snapshot …`, `… extracting from snapshot …`, `… extracting from and
#: assembling the following snapshots from 2 source documents:` and a list.
_MADE_FROM: Final = re.compile(
    r"This version was recorded after (?:filtering|extracting from)(?: and assembling the following)? snapshots?"
    r"(?P<rest>[^\n]*)"
)
_MONGO: Final = "with Mongo ID"
#: References that name no snapshot: engines wrote what they had, even where that was nothing.
_NOTHING: Final = frozenset({"", "true", "false", "null", "undefined", "[object Object]"})
_ENGINE: Final = re.compile(r"^X-engine-version: *(?P<version>[^\s]{1,40})", re.MULTILINE)
_LONGEST_REFERENCE: Final = 500
_MOST_REFERENCES: Final = 200


class CommitFile(Protocol):
    """What a commit did to one file."""

    @property
    def path(self) -> str: ...
    @property
    def old_id(self) -> str | None: ...
    @property
    def new_id(self) -> str | None: ...


class Commit(Protocol):
    """A commit of a versions repository."""

    @property
    def id(self) -> str: ...
    @property
    def authored_at(self) -> datetime | None: ...
    @property
    def message(self) -> str: ...
    @property
    def files(self) -> Iterable[CommitFile]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OtaVersion:
    """One version of a document in a collection."""

    commit: str
    blob: str
    """Id of its Markdown."""
    recorded_at: datetime
    """The author date (UTC): when the engine fetched the document, or when it extracted it again."""
    kind: Literal["first", "change", "technical"]
    snapshots: tuple[str, ...]
    """The snapshots that it was made from, as the body names them; `""` for one whose name says nothing."""
    engine: str | None
    """Version of the engine, where the body names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtaCollection:
    """The history of a versions repository, document by document."""

    documents: Mapping[DocumentKey, tuple[OtaVersion, ...]]
    """Each in the order of the graph, in the order of their names."""
    counts: Mapping[CommitClass, int]
    """How many commits there are of each class, of all documents."""
    skipped: tuple[tuple[str, str], ...]
    """(commit, why) of the commits and files that are no version."""


def read_collection(
    commits: Iterable[Commit],
    *,
    vantage: str,
    services: Iterable[str] = (),
    terms_types: Iterable[str] = (),
) -> OtaCollection:
    """Return what `commits` record.

    Args:
        commits: Of a versions repository, parents before children.
        vantage: Name under which the documents are kept.
        services: Services that are wanted; all where empty.
        terms_types: Terms types that are wanted; all where empty.
    """
    reading = _Reading(vantage=vantage, services=frozenset(services), terms_types=frozenset(terms_types))
    for commit in commits:
        reading.pass_commit(commit)
    return OtaCollection(
        documents={key: tuple(reading.documents[key]) for key in sorted(reading.documents)},
        counts={name: reading.counts[name] for name in ("first", "change", "technical", "skipped")},
        skipped=tuple(reading.skipped),
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    vantage: str
    services: frozenset[str]
    terms_types: frozenset[str]
    documents: dict[DocumentKey, list[OtaVersion]] = field(default_factory=dict)
    counts: Counter[CommitClass] = field(default_factory=Counter)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def pass_commit(self, commit: Commit) -> None:
        by_subject = class_of(commit.message)
        if by_subject == "skipped":
            self._skip(commit, "its subject announces no version")
            return
        best: CommitClass = "skipped"
        for file in commit.files:
            key = self._key_of(file.path)
            if key is None:
                self.skipped.append((commit.id, f"{file.path!r} is no path of a version"))
            elif file.new_id is None:
                self.skipped.append((commit.id, f"{file.path!r} is deleted"))
            elif commit.authored_at is None:
                self.skipped.append((commit.id, f"it bears no date at which {file.path!r} can have been fetched"))
            else:
                # A first record that modifies a file is a change: the document was known under this path before.
                kind = "change" if by_subject == "first" and file.old_id is not None else by_subject
                best = kind if best == "skipped" else best
                self._keep(key, commit, file.new_id, commit.authored_at, kind)
        self.counts[best] += 1

    def _skip(self, commit: Commit, why: str) -> None:
        self.counts["skipped"] += 1
        self.skipped.append((commit.id, why))

    def _key_of(self, path: str) -> DocumentKey | None:
        parts = path.split("/")
        if len(parts) != 2 or not parts[1].endswith(".md"):  # noqa: PLR2004  <Service>/<Terms Type>.md
            return None
        try:
            return DocumentKey(vantage=self.vantage, service=parts[0], terms_type=parts[1].removesuffix(".md"))
        except ValueError:
            return None

    def _keep(
        self, key: DocumentKey, commit: Commit, blob: str, recorded_at: datetime, kind: CommitClass
    ) -> None:  # fmt: skip
        is_wanted = (not self.services or key.service in self.services) and (
            not self.terms_types or key.terms_type in self.terms_types
        )
        if not is_wanted or kind == "skipped":
            return
        version = OtaVersion(
            commit=commit.id,
            blob=blob,
            recorded_at=recorded_at,
            kind=kind,
            snapshots=snapshots_of(commit.message),
            engine=engine_of(commit.message),
        )
        self.documents.setdefault(key, []).append(version)


def class_of(message: str) -> CommitClass:
    """Return what the subject of `message` announces, whatever document it names.

    >>> class_of("Refilter Example Privacy Policy")
    'technical'
    """
    return next((kind for words, kind in _SUBJECTS.items() if message.startswith(words)), "skipped")


def snapshots_of(message: str) -> tuple[str, ...]:
    r"""Return the snapshots that the body of `message` names, in order; a snapshot that is named twice stands twice.

    One whose name says nothing, such as `undefined`, is `""`: it still tells that there was one.

    >>> snapshots_of("Update X\n\nThis version was recorded after filtering snapshot with Mongo ID6203ab")
    ('6203ab',)
    """
    made_from = _MADE_FROM.search(message)
    if made_from is None:
        return ()
    rest = made_from["rest"].strip().removeprefix(_MONGO).strip()
    if rest.endswith(":"):
        lines = message[made_from.end() :].lstrip("\r\n").splitlines()
        listed = [line.removeprefix("- ").strip() for line in takewhile(lambda line: line.startswith("- "), lines)]
    else:
        listed = [rest]
    named = ("" if reference.rpartition("/")[2] in _NOTHING else reference for reference in listed[:_MOST_REFERENCES])
    return tuple(reference[:_LONGEST_REFERENCE] for reference in named)


def engine_of(message: str) -> str | None:
    """Return the version of the engine that the trailer of `message` names; None where it names none."""
    found = _ENGINE.search(message)
    return found["version"] if found is not None and found["version"] not in _NOTHING else None
