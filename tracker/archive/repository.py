"""The git repository that holds an archive: found or made, looked over before anything is read, and closed again."""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from git.cmd import Git
from git.exc import InvalidGitRepositoryError, NoSuchPathError
from git.repo import Repo

from tracker.archive.commands import Commands, Object, Objects
from tracker.archive.layout import split_path
from tracker.errors import ArchiveError, RevisionError, UsageError

_COMMIT_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PREFIX: Final = re.compile(r"[0-9a-f]{4,64}")
#: "<mode> <name>", NUL and id.
_ENTRIES: Final = re.compile(rb"([0-7]{5,6}) ([^\0]+)\0(.{20})", re.DOTALL)
#: The same where ids are SHA-256.
_LONG_ENTRIES: Final = re.compile(rb"([0-7]{5,6}) ([^\0]+)\0(.{32})", re.DOTALL)
_LONG_ID_DIGITS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name in a tree."""

    id: str
    is_tree: bool


class Repository:
    """A git repository, and the branch of it that is the archive."""

    def __init__(self, repo: Repo, *, branch: str) -> None:
        """Take over `repo`, which `close` closes."""
        self._repo = repo
        self.git_dir = _common_dir(Path(repo.git_dir))
        self.branch = branch
        self.ref = f"refs/heads/{branch}"
        self.commands = Commands(repo.git, git_dir=self.git_dir)
        self.objects = Objects(self.commands)

    def close(self) -> None:
        """End every child process."""
        self.objects.close()
        self._repo.close()

    # ---------------------------------------------------------------------------------------------------- what is there

    def head(self) -> str | None:
        """Return the commit at which the branch stands, or None where there is no branch yet.

        Raises:
            ArchiveError: If the branch is there and unreadable (reason `damaged`), with its repair.
        """
        found = self.objects.read(self.ref)
        if found is not None and found.type == "commit":
            return found.id
        named = self._named_commit()
        if named is not None:
            raise self._damaged_ref(f"its newest commit {named} is missing or corrupt")
        return None

    def _named_commit(self) -> str | None:
        """Return the commit that the branch names, whether it can be read or not."""
        answer = self.commands.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", self.ref)
        commit = answer.output.decode("ascii", "replace").strip()
        if answer.status == 0 and _COMMIT_ID.fullmatch(commit):
            return commit
        loose = self.git_dir / self.ref
        if loose.is_file():
            raise self._damaged_ref(f"{loose} holds no commit id")
        packed = self.git_dir / "packed-refs"
        if packed.is_file() and packed.stat().st_size == 0:
            # git always writes a header line; an empty file is what a power loss leaves.
            raise self._damaged_ref(f"{packed} is empty")
        return None

    def written_at(self, commit: str) -> datetime:
        """Return when `commit` was made (UTC)."""
        return datetime.fromtimestamp(int(self.commands.run("log", "-1", "--format=%ct", commit)), UTC)

    def known(self, commit: str, path: str) -> Object:
        """Return the object at `path` in `commit`.

        Raises:
            RevisionError: If that commit has nothing there.
            ArchiveError: If it has and the object is missing or corrupt (reason `damaged`).
        """
        found = self.find(commit, path)
        if found is None:
            raise RevisionError(f"Commit {commit} of the archive has no {path!r}.")
        return found

    def find(self, commit: str, path: str) -> Object | None:
        """Return the object at `path` in `commit`; None where that commit has nothing there.

        Raises:
            ArchiveError: If an object on the way is missing or corrupt (reason `damaged`).
        """
        found = self.objects.read(f"{commit}:{path}")
        if found is not None:
            return found
        # git says "missing" both of a path that is not there and of an object that is lost: the trees know which.
        entry = self.entry(commit, path)
        return None if entry is None else self.objects.read_known(entry.id)

    def find_file(self, commit: str | None, path: str) -> bytes | None:
        """Return the file at `path` in `commit`; None where there is none, or no commit. Raises as `find`."""
        found = self.find(commit, path) if commit is not None else None
        return found.content if found is not None and found.type == "blob" else None

    def entry(self, commit: str, path: str) -> Entry | None:
        """Return what the trees of `commit` say stands at `path`, without reading it; None for nothing."""
        folder, name = split_path(path)
        return self.listing(commit, folder).get(name)

    def listing(self, commit: str, folder: str) -> dict[str, Entry]:
        """Return the names in `folder` (`""` for the top) of `commit`; none where it is no folder there."""
        tree = self._tree(commit, folder)
        return dict(_tree_entries(tree)) if tree is not None else {}

    def names(self, commit: str, folder: str) -> dict[str, bool]:
        """Return the names in `folder` of `commit`, as `listing`, with whether each is a folder."""
        tree = self._tree(commit, folder)
        rows = _parse_tree(tree) if tree is not None else ()
        return {os.fsdecode(name): mode == b"40000" for mode, name, _ in rows}

    def _tree(self, commit: str, folder: str) -> Object | None:
        found = self.objects.read(f"{commit}:{folder}")
        if found is not None:
            return found if found.type == "tree" else None
        tree = self.objects.read_known(f"{commit}^{{tree}}")
        for part in folder.split("/") if folder else ():
            entry = dict(_tree_entries(tree)).get(part)
            if entry is None or not entry.is_tree:
                return None
            tree = self.objects.read_known(entry.id)
        return tree

    def paths(self, commit: str, *folders: str) -> tuple[str, ...]:
        """Return every file path of `commit`, or those below `folders` alone, in git's order."""
        pieces = self.commands.run("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit, "--", *folders)
        return tuple(os.fsdecode(path) for path in pieces.split(b"\0") if path)

    def files(self, commit: str, *folders: str) -> dict[str, str]:
        """Return the id of every file of `commit`, or of those below `folders` alone, by path in git's order."""
        pieces = self.commands.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *folders)
        rows = (piece.partition(b"\t") for piece in pieces.split(b"\0") if piece)
        return {os.fsdecode(path): about.rpartition(b" ")[2].decode("ascii") for about, _, path in rows}

    def follows(self, commit: str, base: str) -> bool:
        """Return whether `base` is `commit`, or lies before it along first parents."""
        if commit == base:
            return True
        # An archive is one line: of the commits that came after `base`, the oldest has it as its parent.
        answer = self.commands.attempt("rev-list", "--first-parent", "--parents", commit, f"^{base}", "--")
        oldest = answer.output.decode("ascii", "replace").split("\n")[-2:-1] if answer.status == 0 else []
        return bool(oldest) and oldest[0].split(" ")[1:2] == [base]

    def resolve(self, revision: str) -> str:
        """Return the one commit of the archive whose id begins with `revision`.

        Raises:
            RevisionError: If there is none, or more than one.
        """
        head = self.head()
        if head is None or not _PREFIX.fullmatch(revision):
            raise RevisionError(f"{revision!r} names no commit of the archive: give 4 or more hex digits of its id.")
        answer = self.commands.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        commit = answer.output.decode("ascii", "replace").strip()
        if answer.status != 0 or not commit.startswith(revision):
            raise RevisionError(f"{revision!r} names no commit of the archive, or several: give more digits of its id.")
        if self.commands.attempt("merge-base", "--is-ancestor", commit, head).status != 0:
            raise RevisionError(f"Commit {commit} is not part of the archive's branch {self.branch!r}.")
        return commit

    # -------------------------------------------------------------------------------------------------- look it over

    def check(self) -> None:
        """Refuse a repository from which history would be read wrongly.

        Raises:
            ArchiveError: If it is damaged or shallow, with the repair.
        """
        answer = self.commands.attempt("rev-parse", "--git-dir")
        if answer.status != 0:
            raise _damaged_folder(self.git_dir, answer.complaint)
        head = self._named_commit()
        if head is None:
            return
        try:
            self.objects.read_known(f"{head}^{{commit}}")
            self.objects.read_known(f"{head}^{{tree}}")
        except ArchiveError as error:
            raise self._damaged_ref(f"its newest commit {head} is missing or corrupt") from error
        self._refuse_shallow(head)

    def checked_out_at(self) -> str | None:
        """Return the working folder in which the branch is checked out; None where it is in none."""
        folder: str | None = None
        for line in os.fsdecode(self.commands.run("worktree", "list", "--porcelain", "-z")).split("\0"):
            word, _, value = line.partition(" ")
            if word == "worktree":
                folder = value
            elif word == "branch" and value == self.ref:
                return folder
        return None

    def _refuse_shallow(self, head: str) -> None:
        listed = self.git_dir / "shallow"
        if not listed.is_file():
            return
        cut = set(listed.read_text(encoding="ascii", errors="replace").split())
        # A commit at which history was cut looks like a root. Another branch may be shallow while this one is whole.
        roots = set(self.commands.run("rev-list", "--max-parents=0", head, "--").decode("ascii").split())
        if cut & roots:
            raise ArchiveError(
                f"Opening the archive {self.git_dir} failed: its history is cut off (a shallow clone), and would be "
                f"read as if nothing came before. Run '{self._git_line('fetch --unshallow origin')}', or clone it "
                "again without --depth.",
                reason="shallow",
            )

    def _damaged_ref(self, found: str) -> ArchiveError:
        return ArchiveError(
            f"Opening the archive branch {self.branch!r} of {self.git_dir} failed: {found}, as after a power loss. "
            f"Repair: '{self._git_line('fsck --full --lost-found')}' lists the commits that are whole; remove the "
            f"damaged file ('find {shlex.quote(str(self.git_dir))} -type f -empty' finds empty ones); then run "
            f"'{self._git_line(f'update-ref {self.ref} COMMIT')}' with the newest whole commit of the archive, or "
            "fetch the branch again from a copy.",
            reason="damaged",
        )

    def _git_line(self, command: str) -> str:
        return f"git --git-dir={shlex.quote(str(self.git_dir))} {command}"


def open_repository(path: Path | None, *, branch: str, create: bool, folder: Path) -> Repository:
    """Return the repository at `path`, or the one around `folder` where `path` is None, looked over.

    Raises:
        UsageError: If `path` is None and `folder` is in no repository, or `branch` cannot be a branch's name.
        ArchiveError: If `path` holds no repository (reason `missing`), or one that is damaged or shallow.
    """
    if Commands(Git(), git_dir=None).attempt("check-ref-format", f"refs/heads/{branch}").status != 0:
        raise UsageError(f"{branch!r} cannot be the name of a branch: choose another for the archive.")
    if path is not None and create and _is_vacant(path):
        # Absolute, because git works from a folder of its own.
        _create(path.absolute(), branch=branch)
    where = folder if path is None else path
    try:
        repo = Repo(where.absolute(), search_parent_directories=path is None, expand_vars=False)
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        for git_dir in (where, *(parent / ".git" for parent in (where, *(where.parents if path is None else ())))):
            if (git_dir / "objects").is_dir() and (git_dir / "refs").is_dir():
                raise _damaged_folder(git_dir, "it has objects and no valid HEAD") from error
        if path is None:
            raise UsageError(
                f"Looking for the archive failed: {folder} is not in a git repository. Run 'git init' there, or name "
                "an archive with --archive PATH."
            ) from error
        raise ArchiveError(
            f"Opening the archive {path} failed: there is no git repository. Check the path given to --archive.",
            reason="missing",
        ) from error
    repository = Repository(repo, branch=branch)
    try:
        repository.check()
    except BaseException:
        repository.close()
        raise
    return repository


def _damaged_folder(git_dir: Path, found: str) -> ArchiveError:
    return ArchiveError(
        f"Opening the archive {git_dir} failed: {found}. If its file HEAD is empty, as after a power loss, write 'ref: "
        "refs/heads/BRANCH' into it, with the branch that was checked out; otherwise restore the folder from a copy.",
        reason="damaged",
    )


def _is_vacant(path: Path) -> bool:
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))


def _create(path: Path, *, branch: str) -> None:
    """Make a bare repository at `path`, in one step: a kill leaves no half of one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as scratch:
            made = Path(scratch) / "archive.git"
            answer = Commands(Git(scratch), git_dir=None).attempt(
                "init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", "--", str(made)
            )
            if answer.status != 0:
                raise ArchiveError(f"Creating the archive {path} failed: {answer.complaint}", reason="unwritable")
            made.rename(path)
    except OSError as error:
        raise ArchiveError(
            f"Creating the archive {path} failed: {error}. Choose a folder that can be written.", reason="unwritable"
        ) from error


def _common_dir(git_dir: Path) -> Path:
    """Return the folder that holds objects and branches, which worktrees share (gitrepository-layout, commondir)."""
    try:
        return Path(os.path.normpath(git_dir / os.fsdecode((git_dir / "commondir").read_bytes()).rstrip("\r\n")))
    except FileNotFoundError:
        return git_dir


def _tree_entries(tree: Object) -> Iterator[tuple[str, Entry]]:
    for mode, name, id_bytes in _parse_tree(tree):
        yield os.fsdecode(name), Entry(id=id_bytes.hex(), is_tree=mode == b"40000")


def _parse_tree(tree: Object) -> list[tuple[bytes, bytes, bytes]]:
    """Return (mode, name, id) of each entry, the id as raw bytes (gitformat-object, tree)."""
    return (_LONG_ENTRIES if len(tree.id) == _LONG_ID_DIGITS else _ENTRIES).findall(tree.content)
