"""Checking the archive against itself: git's objects, and every digest that the archive states."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from typing import Final

from tracker.archive import message as words
from tracker.archive.layout import TOMBSTONE, provenance_path, version_path
from tracker.archive.log import LoggedRecord, read_log
from tracker.archive.repository import Repository
from tracker.archive.rows import read_provenance
from tracker.archive.values import AuditedRecord, Problem, StoredVersion
from tracker.errors import ArchiveError, RevisionError
from tracker.model import Provenance, Record, sha256_hex

#: What fsck says of objects that nothing needs: no fault of the archive.
_HARMLESS: Final = ("dangling ", "unreachable ", "notice: ", "Checking ", "warning: ")
_TRAILERS: Final = (words.SOURCE_URL, words.FETCHED_AT, words.TEXT_SHA256, words.MARKDOWN_SHA256, words.BODY_SHA256)


def check_objects(repository: Repository, head: str, *, withheld: Container[str] = ()) -> tuple[Problem, ...]:
    """Return what `git fsck` finds: objects that are missing, corrupt or not what their id says.

    Args:
        repository: Of the archive.
        head: Its newest commit.
        withheld: Digests of texts that are withheld: their missing objects were taken away on purpose.
    """
    answer = repository.commands.attempt("fsck", "--full", "--no-dangling", "--no-reflogs", "--no-progress", head)
    said = f"{answer.output.decode('utf-8', 'replace')}\n{answer.complaint}".split("\n")
    lines = [line.strip() for line in said if line.strip() and not line.startswith(_HARMLESS)]
    if answer.status != 0 and not lines:
        lines = [f"git fsck ended with status {answer.status}"]
    erasable = _erasable(repository, head, withheld) if lines else frozenset()
    return tuple(_object_problem(line, erasable) for line in dict.fromkeys(_without_links(lines, erasable)))


def _erasable(repository: Repository, head: str, withheld: Container[str]) -> frozenset[str]:
    """Return the ids of the objects that hold the texts and pages of withheld versions, as the trees name them."""
    found: set[str] = set()
    for logged in read_log(repository, head):
        record = logged.record
        if record.text_sha256 not in withheld:
            continue
        paths = [version_path(record.document)]
        evidence = repository.find_file(record.commit, provenance_path(record.document))
        if evidence is not None:
            provenance = read_provenance(evidence, where=record.commit)
            paths += [source.snapshot for source in provenance.sources if source.snapshot]
        entries = (repository.entry(record.commit, path) for path in paths)
        found.update(entry.id for entry in entries if entry is not None)
    return frozenset(found)


def _without_links(lines: Iterable[str], erasable: Container[str]) -> list[str]:
    """Return `lines` without those by which git tells who names an object that was erased; it is named once more.

    git writes two lines for each: `broken link from    tree <id>` and `to    blob <id>`.
    """
    kept: list[str] = []
    for line in lines:
        if line.startswith("to ") and _object_in(line) in erasable:
            if kept and kept[-1].startswith("broken link from "):
                kept.pop()
            continue
        kept.append(line)
    return kept


def _object_problem(line: str, erasable: Container[str]) -> Problem:
    found = _object_in(line)
    if line.startswith("missing ") and found in erasable:
        return Problem(kind="withheld", where=found, detail="the object was erased; it held a version that is withheld")
    return Problem(kind="object", where=found, detail=line)


def audit_records(
    repository: Repository, head: str, *, withheld: Container[str] = ()
) -> Iterator[AuditedRecord]:  # fmt: skip
    """Yield every record, oldest first, read back whole and compared with its digests and its commit message.

    Args:
        repository: Of the archive.
        head: Its newest commit.
        withheld: Digests of texts that are withheld: that their files are missing is told as `withheld`.
    """
    for logged in read_log(repository, head):
        yield _audit(repository, logged, is_withheld=logged.record.text_sha256 in withheld)


class _Reader:
    """Reads the files of one record and collects what is wrong with them."""

    def __init__(self, repository: Repository, record: Record, *, is_withheld: bool) -> None:
        self._repository = repository
        self._is_withheld = is_withheld
        self._commit = record.commit
        self.problems: list[Problem] = []

    def read_erasable(self, path: str, *, sha256: str) -> bytes | None:
        """As `read`; of a withheld version, a file that is gone, or a tombstone, is named as withheld."""
        before = len(self.problems)
        content = self.read(path, sha256=sha256)
        if self._is_withheld and content in (None, TOMBSTONE):
            detail = "its text is withheld, and was erased; its digests are kept"
            self.problems[before:] = [replace(one, kind="withheld", detail=detail) for one in self.problems[before:]]
            return None
        return content

    def read(self, path: str, *, sha256: str | None = None) -> bytes | None:
        """Return the file at `path`, compared with its digest where one is given; None where it cannot be read."""
        where = f"{self._commit}:{path}"
        try:
            content = self._repository.known(self._commit, path).content
        except (ArchiveError, RevisionError) as error:
            self.problems.append(Problem(kind="object", where=where, detail=str(error)))
            return None
        found = sha256_hex(content)
        if sha256 is not None and found != sha256:
            detail = f"its SHA-256 is {found}, and {sha256} is stated"
            self.problems.append(Problem(kind="digest", where=where, detail=detail))
        return content

    def read_text(self, path: str, *, sha256: str) -> str | None:
        """Return the Markdown at `path`; None where it cannot be read."""
        content = self.read_erasable(path, sha256=sha256)
        try:
            return content.decode() if content is not None else None
        except UnicodeDecodeError as error:
            self.problems.append(Problem(kind="unreadable", where=f"{self._commit}:{path}", detail=str(error)))
            return None

    def read_evidence(self, path: str) -> Provenance | None:
        """Return the provenance at `path`; None where it cannot be read."""
        content = self.read(path)
        where = f"{self._commit}:{path}"
        try:
            return read_provenance(content, where=where) if content is not None else None
        except ArchiveError as error:
            self.problems.append(Problem(kind="unreadable", where=where, detail=str(error)))
            return None


def _audit(repository: Repository, logged: LoggedRecord, *, is_withheld: bool) -> AuditedRecord:
    record = logged.record
    reader = _Reader(repository, record, is_withheld=is_withheld)
    markdown = reader.read_text(version_path(record.document), sha256=record.markdown_sha256)
    provenance = reader.read_evidence(provenance_path(record.document))
    version: StoredVersion | None = None
    bodies: tuple[bytes | None, ...] = ()
    if provenance is not None:
        reader.problems += _trailer_problems(logged, provenance)
        bodies = tuple(
            reader.read_erasable(source.snapshot, sha256=source.body_sha256) if source.snapshot else None
            for source in provenance.sources
        )
        if markdown is not None:
            version = StoredVersion(key=record.document, commit=record.commit, markdown=markdown, provenance=provenance)
    return AuditedRecord(record=record, version=version, bodies=bodies, problems=tuple(reader.problems))


def _trailer_problems(logged: LoggedRecord, provenance: Provenance) -> Iterator[Problem]:
    expected: dict[str, tuple[str, ...]] = {}
    for name, value in words.provenance_trailers(provenance):
        if value:
            expected[name] = (*expected.get(name, ()), words.trailer_value(value))
    for name in _TRAILERS:
        stated = logged.trailers.get(name, ())
        if stated != expected.get(name, ()):
            detail = f"the message says {name} {list(stated)}, the provenance {list(expected.get(name, ()))}"
            yield Problem(kind="trailer", where=logged.record.commit, detail=detail)


def _object_in(line: str) -> str:
    words_of_line = line.replace(":", " ").replace("'", " ").split()
    ids = (
        word for word in words_of_line if len(word) in (40, 64) and all(letter in "0123456789abcdef" for letter in word)
    )
    return next(ids, "")
