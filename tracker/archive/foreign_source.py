"""Where somebody else's history is: a repository here, a bundle, or an address; the last two are kept in a cache.

Belongs here: what a source may be, and how it comes to be a repository on this disk. Reading it is `foreign.py`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from git.cmd import Git

from tracker.archive.commands import Commands
from tracker.errors import ArchiveError, UsageError

#: The protocols by which a history is fetched. Any other runs a program that the address names (git-remote-ext).
_PROTOCOLS: Final = frozenset({"file", "git", "http", "https", "ssh"})

#: Settings for foreign histories, beside those of every command. A commit-graph file may state other parents than the
#: commits do; blobs above the threshold are streamed instead of being held whole by git.
_SETTINGS: Final = ("core.commitGraph=false", "core.bigFileThreshold=64m")
#: Settings for fetching: nobody is asked for anything, and a server that has stopped talking is given up.
_FETCH_SETTINGS: Final = (
    "core.askPass=",
    "core.sshCommand=ssh -o BatchMode=yes -o ConnectTimeout=30",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "fetch.unpackLimit=1",
    "fetch.recurseSubmodules=false",
    *(f"protocol.{name}.allow=always" for name in sorted(_PROTOCOLS)),
)

#: Where a fetched history stands in its cache.
_CACHED_REF: Final = "refs/heads/history"
_CHOSEN_BRANCHES: Final[tuple[str, ...]] = ("HEAD", "refs/heads/main", "refs/heads/master")
_BRANCH: Final = re.compile(r"HEAD|refs/heads/[^\x00-\x20~^:?*\[\\\x7f]{1,1000}")
_HELPER: Final = re.compile(r"[A-Za-z0-9+.-]*::")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SCP: Final = re.compile(r"(?:[^/:@\s]+@)?(\[[0-9A-Fa-f:.]+\]|[^/:@\s-][^/:@\s]*):(?!:)(.+)")
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e\x80-\U0010ffff]|[\x80-\x9f]")
_LONGEST_COMPLAINT: Final = 500
_LONGEST_HEADER_BYTES: Final = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSource:
    """Where a history is, as somebody named it."""

    kind: Literal["repository", "bundle", "address"]
    address: str
    """What git is given: a path, or an address that may hold credentials."""
    shown: str
    """The same without credentials: what messages say."""
    secrets: tuple[str, ...] = ()
    """What may not be shown: the longest first."""

    @property
    def name(self) -> str:
        """What provenance calls it: the last part of its path."""
        path = self.shown.split("?", 1)[0].split("#", 1)[0] if self.kind == "address" else self.shown
        parts = [part for part in re.split(r"[/\\:]" if self.kind == "address" else "/", path) if part]
        if len(parts) > 1 and parts[-1] == ".git":
            parts.pop()
        last = parts[-1] if parts else ""
        return last.removesuffix(".bundle").removesuffix(".git") or last or "history"

    @property
    def digest(self) -> str:
        """What its folder in a cache is called; the same whatever the credentials."""
        return hashlib.sha256(f"{self.kind} {self.shown}".encode("utf-8", "surrogatepass")).hexdigest()[:40]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRepository:
    """A foreign history on this disk."""

    source: ForeignSource
    git_dir: Path
    commands: Commands
    head: str
    """Id of the commit from which it is read."""


def parse_source(source: str) -> ForeignSource:
    """Return what `source` names: an address that git can fetch, or a path of a repository or a bundle.

    Raises:
        UsageError: If git could take it for an option, or for something to run.
        ArchiveError: If it is a path and nothing is there (reason `missing`).
    """
    if not source or source.startswith("-") or re.search(r"[\x00-\x1f\x7f]", source):
        raise UsageError(
            f"{source!r} cannot be the place of a history: give the path of a repository or a bundle ('./-x' for one "
            "that begins with a hyphen), or an address."
        )
    scheme = _SCHEME.match(source)
    if _HELPER.match(source) or (scheme is not None and scheme[1] not in _PROTOCOLS):
        raise UsageError(
            f"{_shown_address(source)!r} is no address from which histories are fetched: use one that begins with "
            f"{', '.join(f'{name}://' for name in sorted(_PROTOCOLS))}, or a path."
        )
    if scheme is not None:
        return _parse_address(source)
    path = Path(source)
    if path.is_dir():
        return ForeignSource(kind="repository", address=os.fspath(path.absolute()), shown=_plain(path))
    if path.is_file():
        return ForeignSource(kind="bundle", address=os.fspath(path.absolute()), shown=_plain(path))
    if not path.exists() and _SCP.fullmatch(source):
        return ForeignSource(kind="address", address=source, shown=source)
    raise ArchiveError(
        f"Reading the history at {source} failed: nothing is there. Give the path of a repository or a bundle, or an "
        "address.",
        reason="missing",
    )


def open_source(source: ForeignSource, *, cache: Path) -> ForeignRepository:
    """Return the history at `source`, fetched into its folder below `cache` where it is not a repository here.

    Raises:
        ArchiveError: If there is none (reason `missing`), a part of it is missing (`shallow`), it cannot be read
            (`damaged`), or the cache cannot be written (`unwritable`).
    """
    if source.kind == "repository":
        git_dir = _find_git_dir(source)
        commands = ForeignCommands(source, git_dir=git_dir, settings=_SETTINGS)
        opened = ForeignRepository(source=source, git_dir=git_dir, commands=commands, head=_find_head(source, commands))
        refuse_shallow(opened)
        return opened
    git_dir = (cache / source.digest).absolute()
    commands = ForeignCommands(source, git_dir=git_dir, settings=_SETTINGS)
    listed = _bundle_branches(source) if source.kind == "bundle" else None
    _create(source, git_dir, commands)
    fetching = ForeignCommands(source, git_dir=git_dir, settings=_FETCH_SETTINGS)
    ref = _choose_branch(source, listed if listed is not None else _remote_branches(source, fetching))
    _fetch(source, fetching, ref)
    opened = ForeignRepository(source=source, git_dir=git_dir, commands=commands, head=_find_head(source, commands))
    try:
        refuse_shallow(opened)
    except ArchiveError:
        # Half a history in the cache would stay one, whatever the source becomes (git-fetch, --update-shallow).
        shutil.rmtree(git_dir, ignore_errors=True)
        raise
    return opened


class ForeignCommands(Commands):
    """Runs git commands on a history that somebody else made."""

    def __init__(self, source: ForeignSource, *, git_dir: Path | None, settings: Iterable[str] = ()) -> None:
        """Take `source` for the messages."""
        super().__init__(Git(), git_dir=git_dir, settings=tuple(settings))
        self._source = source
        self._place = git_dir

    def damage(self, command: str, complaint: str) -> ArchiveError:
        """Return the error that says that git could not read this history."""
        remedy = (
            "Clone it again, whole: not with --filter or --depth."
            if self._source.kind == "repository"
            else f"Remove the folder {self._place}, and import again."
        )
        return ArchiveError(
            f"Reading the history {self._source.shown} with 'git {command}' failed: "
            f"{tell_complaint(self._source, complaint)}. {remedy}",
            reason="damaged",
        )


def tell_complaint(source: ForeignSource, complaint: str) -> str:
    """Return what git complained of, without credentials and on one line: parts of it are the server's words."""
    told = complaint
    for secret in source.secrets:
        told = told.replace(secret, "***")
    told = " ".join(_UNPRINTABLE.sub(" ", told).split())
    return told[-_LONGEST_COMPLAINT:] or "no message"


def refuse_shallow(opened: ForeignRepository) -> None:
    """Refuse a history that was cut off, which would be read as if nothing came before.

    Raises:
        ArchiveError: If it is (reason `shallow`).
    """
    listed = _common_dir(opened.git_dir) / "shallow"
    if not listed.is_file():
        return
    cut = set(listed.read_text(encoding="ascii", errors="replace").split())
    # A commit at which history was cut looks like a root. Another branch may be shallow while this one is whole.
    roots = opened.commands.run("rev-list", "--max-parents=0", opened.head, "--").decode("ascii").split()
    if cut.intersection(roots):
        raise _shallow(opened.source)


def _plain(path: Path) -> str:
    return os.path.normpath(path.absolute())


def _parse_address(source: str) -> ForeignSource:
    try:
        parts = urlsplit(source)
        host, user, password = parts.hostname or "", parts.username or "", parts.password or ""
    except ValueError as error:
        raise UsageError(f"{_shown_address(source)!r} is no address: {error}.") from error
    if host.startswith("-") or parts.path.lstrip("/").startswith("-"):
        raise UsageError(f"{_shown_address(source)!r} is no address from which histories are fetched.")
    info = parts.netloc.rpartition("@")[0]
    # Who logs in by SSH is no secret, and says which repository is meant.
    secrets = {password, unquote(password)} if parts.scheme == "ssh" else {info, user, password, unquote(password)}
    return ForeignSource(
        kind="address",
        address=source,
        shown=_shown_address(source),
        secrets=tuple(sorted(filter(None, {*secrets, parts.query}), key=len, reverse=True)),
    )


def _shown_address(source: str) -> str:
    """Return `source` without what may be a secret, be it an address or not."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return source.rpartition("@")[2]
    info, at, host = parts.netloc.rpartition("@")
    user = info.partition(":")[0]
    netloc = f"{user}{at}{host}" if parts.scheme == "ssh" else host
    return urlunsplit((parts.scheme, netloc, parts.path, "", "")) or source


# ------------------------------------------------------------------------------------------------ a repository here


def _find_git_dir(source: ForeignSource) -> Path:
    folder = Path(source.address)
    for candidate in (folder / ".git", folder):
        git_dir = candidate
        if candidate.is_file():  # a linked working tree (gitrepository-layout)
            with candidate.open("rb") as file:
                word, _, place = file.read(4096).partition(b": ")
            if word != b"gitdir":
                continue
            git_dir = folder / os.fsdecode(place.rstrip(b"\r\n"))
        if (git_dir / "HEAD").is_file() and (_common_dir(git_dir) / "objects").is_dir():
            return git_dir
    raise ArchiveError(
        f"Reading the history at {source.shown} failed: the folder is no git repository. Check the path.",
        reason="missing",
    )


def _common_dir(git_dir: Path) -> Path:
    """Return the folder that holds objects, which working trees share (gitrepository-layout, commondir)."""
    try:
        with (git_dir / "commondir").open("rb") as file:
            return git_dir / os.fsdecode(file.read(4096).rstrip(b"\r\n"))
    except OSError:
        return git_dir


def _find_head(source: ForeignSource, commands: Commands) -> str:
    """Return the commit of the branch from which `source` is read."""
    if source.kind == "repository":
        branches = _local_branches(commands)
        usual = [*_CHOSEN_BRANCHES, *(branches if len(branches) == 1 else ())]
        chosen = next((ref for ref in usual if _has(commands, ref)), None)
        if chosen is None:
            looked = commands.attempt("rev-parse", "--git-dir")
            if looked.status != 0:
                raise commands.damage("rev-parse", looked.complaint)
            raise _without_branch(source, branches)
    else:
        chosen = _CACHED_REF
    answer = commands.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{chosen}^{{commit}}")
    head = answer.output.decode("ascii", "replace").strip()
    if answer.status != 0 or not head:
        raise commands.damage("rev-parse", f"{chosen} leads to no commit. {answer.complaint}".strip())
    return head


def _has(commands: Commands, ref: str) -> bool:
    return commands.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", ref).status == 0


def _local_branches(commands: Commands) -> list[str]:
    listed = commands.attempt("for-each-ref", "--count=100", "--format=%(refname)", "refs/heads/").output
    return os.fsdecode(listed).split("\n")[:-1]


# --------------------------------------------------------------------------------------------------- bundles, servers


def _bundle_branches(source: ForeignSource) -> list[str]:
    """Return the branches that the header of a bundle lists, in its order (gitformat-bundle)."""
    branches: list[str] = []
    left = _LONGEST_HEADER_BYTES
    try:
        with Path(source.address).open("rb") as file:
            if file.readline(64) not in (b"# v2 git bundle\n", b"# v3 git bundle\n"):
                raise ArchiveError(
                    f"Reading the history at {source.shown} failed: the file is no git bundle. Make one with 'git "
                    "bundle create FILE --all'.",
                    reason="damaged",
                )
            while (line := file.readline(left)).strip():
                left -= len(line)
                if line.startswith((b"-", b"@filter")):
                    raise _shallow(source)
                if not line.startswith(b"@"):
                    branches.append(os.fsdecode(line.partition(b" ")[2].rstrip(b"\n")))
    except OSError as error:
        raise ArchiveError(f"Reading the bundle {source.shown} failed: {error}.", reason="missing") from error
    return branches


def _remote_branches(source: ForeignSource, commands: Commands) -> list[str]:
    """Return the branches that the server lists, in its order."""
    with commands.start("ls-remote", "--quiet", "--", source.address, "HEAD", "refs/heads/*") as child:
        listed = child.output.read(_LONGEST_HEADER_BYTES)
        if child.output.read(1):
            raise _not_fetched(source, "it lists more branches than can be read")
        if child.finish() != 0:
            raise _not_fetched(source, child.complaint)
    return [os.fsdecode(line.partition(b"\t")[2]) for line in listed.split(b"\n") if line]


def _choose_branch(source: ForeignSource, listed: list[str]) -> str:
    branches = [name for name in listed if _BRANCH.fullmatch(name)]
    chosen = next((name for name in _CHOSEN_BRANCHES if name in branches), None)
    if chosen is None and branches and (source.kind == "bundle" or len(branches) == 1):
        chosen = branches[0]
    if chosen is None:
        raise _without_branch(source, branches)
    return chosen


def _create(source: ForeignSource, git_dir: Path, commands: Commands) -> None:
    """Make an empty repository at `git_dir`, in one step; one that is there stays."""
    branch = _CACHED_REF.removeprefix("refs/heads/")
    try:
        git_dir.parent.mkdir(parents=True, exist_ok=True)
        if not git_dir.exists():
            with tempfile.TemporaryDirectory(prefix=".new-", dir=git_dir.parent) as scratch:
                made = Path(scratch) / "history.git"
                answer = ForeignCommands(source, git_dir=None).attempt(
                    "init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", "--", str(made)
                )
                if answer.status != 0:
                    raise _uncached(source, tell_complaint(source, answer.complaint))
                made.rename(git_dir)
    except OSError as error:
        if not (git_dir / "HEAD").is_file():  # unless another import was faster
            raise _uncached(source, str(error)) from error
    answer = commands.attempt("rev-parse", "--git-dir")
    if answer.status != 0:
        raise commands.damage("rev-parse", answer.complaint)


def _fetch(source: ForeignSource, commands: Commands, ref: str) -> None:
    """Have the cache hold what `ref` names at `source`; what it has already is not sent again."""
    with commands.start(
        "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance",
        "--update-shallow", "--", source.address, f"+{ref}:{_CACHED_REF}",
    ) as child:  # fmt: skip
        while child.output.read(1 << 16):
            pass
        if child.finish() != 0:
            raise _not_fetched(source, child.complaint)


# -------------------------------------------------------------------------------------------------------------- errors


def _not_fetched(source: ForeignSource, complaint: str) -> ArchiveError:
    return ArchiveError(
        f"Fetching the history {source.shown} failed: {tell_complaint(source, complaint)}. Check the place, that 'git "
        "clone' can read it without asking for anything, and run again: what was fetched is not fetched twice.",
        reason="missing",
    )


def _uncached(source: ForeignSource, complaint: str) -> ArchiveError:
    return ArchiveError(
        f"Fetching the history {source.shown} failed: {complaint}. Choose a cache folder that can be written.",
        reason="unwritable",
    )


def _without_branch(source: ForeignSource, branches: list[str]) -> ArchiveError:
    found = f"{len(branches)} branches and no sign of which one is meant" if branches else "no branch with commits"
    return ArchiveError(
        f"Reading the history {source.shown} failed: it has {found}. Clone it, check out the branch to be read, and "
        "import the clone.",
        reason="missing",
    )


def _shallow(source: ForeignSource) -> ArchiveError:
    return ArchiveError(
        f"Reading the history {source.shown} failed: a part of it is missing (a shallow or partial clone or bundle), "
        "and the rest would be read as if nothing came before. Make it whole ('git fetch --unshallow', 'git bundle "
        "create FILE --all').",
        reason="shallow",
    )
