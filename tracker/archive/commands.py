"""Git child processes: GitPython's `Git`, freed from the caller's environment and configuration.

Belongs here: how git is started and how objects are read in bulk. What is asked of git belongs in the modules beside.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from subprocess import PIPE
from typing import BinaryIO, Final, Self, cast

from git.cmd import Git
from git.exc import GitCommandNotFound

from tracker.errors import ArchiveError

#: Name and address of the author and committer of every commit. The domain is reserved (RFC 2606, section 2).
IDENTITY_NAME: Final = "Policy Change Tracker"
IDENTITY_EMAIL: Final = "no-reply@policy-change-tracker.example"

#: What every child gets. No configuration but the repository's own is read; grafts and replacements are not followed.
_ENVIRONMENT: Final = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_COMMITTER_NAME": IDENTITY_NAME,
    "GIT_COMMITTER_EMAIL": IDENTITY_EMAIL,
    "GIT_AUTHOR_NAME": IDENTITY_NAME,
    "GIT_AUTHOR_EMAIL": IDENTITY_EMAIL,
}

#: Where git itself is installed: the one variable of the caller's that is let through.
_KEPT: Final = frozenset({"GIT_EXEC_PATH"})

#: Settings that win over the repository's own configuration. git syncs neither objects nor refs unless told to
#: (git-config, core.fsync). The protocols are shut because a partial clone would otherwise run the commands that its
#: configuration names to fetch what is missing. Compressing harder takes a long import half as long again, for a pack
#: that is smaller by a sixth; `git repack -adf` makes a sixth of it, whatever it was.
_OPTIONS: Final = tuple(
    part
    for setting in (
        f"core.hooksPath={os.devnull}",
        "core.fsync=all",
        "core.fsyncMethod=fsync",
        "core.quotePath=false",
        "protocol.allow=never",
        "fastimport.unpackLimit=100",
        "pack.compression=1",
        "gc.auto=0",
        "log.showRoot=true",
        "log.follow=false",
    )
    for part in ("-c", setting)
)

_CHUNK_BYTES: Final = 1 << 16
_LONGEST_COMPLAINT_BYTES: Final = 1 << 16
#: Between two separators: far more than any path or message of a policy archive.
_LONGEST_PIECE_BYTES: Final = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a git command said."""

    status: int
    output: bytes
    complaint: str
    """Its standard error, trimmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """An object of the repository."""

    id: str
    type: str
    """`commit`, `tree` or `blob`."""
    content: bytes


class Commands:
    """Runs git commands on one repository, whatever the environment of this process says."""

    def __init__(self, git: Git, *, git_dir: Path | None, settings: Sequence[str] = ()) -> None:
        """Take over `git`.

        Args:
            git: How it is started.
            git_dir: None only where a repository is about to be made.
            settings: `name=value` of the configuration, which win over those of the archive itself.
        """
        self._git = git
        self._git_dir = git_dir
        self._settings = [part for setting in settings for part in ("-c", setting)]
        # GitPython carries these over from the environment in which it was built.
        git.update_environment(GIT_DIR=None, GIT_COMMON_DIR=None, GIT_OBJECT_DIRECTORY=None)

    def attempt(self, *arguments: str, feed: BinaryIO | None = None) -> Answer:
        """Return what `git <arguments>` said, whether it went well or not. `feed` is a real file, read from its place.

        Raises:
            ArchiveError: If git cannot be started (reason `unwritable`).
        """
        try:
            status, output, complaint = self._git.execute(
                self._command(arguments),
                istream=feed,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                env=_ENVIRONMENT,
            )
        except (GitCommandNotFound, OSError) as error:
            raise _not_started(error) from error
        return Answer(status=status, output=output, complaint=str(complaint).strip())

    def run(self, *arguments: str) -> bytes:
        """Return the output of `git <arguments>`.

        Raises:
            ArchiveError: If git fails (reason `damaged`): what it was asked to read is known to be there.
        """
        answer = self.attempt(*arguments)
        if answer.status != 0:
            raise self.damage(arguments[0], answer.complaint)
        return answer.output

    def lines(self, *arguments: str, separator: bytes = b"\0") -> Iterator[bytes]:
        """Yield the output of `git <arguments>` piece by piece, without holding all of it.

        Raises:
            ArchiveError: If git fails, or gives a piece that is too long to be held (reason `damaged`).
        """
        return chain.from_iterable(self._pieces(arguments, separator))

    def _pieces(self, arguments: tuple[str, ...], separator: bytes) -> Iterator[list[bytes]]:
        with self.start(*arguments) as child:
            rest = b""
            while chunk := child.output.read(_CHUNK_BYTES):
                pieces = (rest + chunk).split(separator)
                rest = pieces.pop()
                yield pieces
                if len(rest) > _LONGEST_PIECE_BYTES:
                    raise self.damage(arguments[0], f"one entry has more than {_LONGEST_PIECE_BYTES} bytes")
            if rest:
                yield [rest]
            if child.finish() != 0:
                raise self.damage(arguments[0], child.complaint)

    def start_objects(self) -> Child:
        """Start `git cat-file --batch`, which answers for one object a line."""
        return self.start("cat-file", "--batch", feed=PIPE)

    def damage(self, command: str, complaint: str) -> ArchiveError:
        """Return the error that says that git could not read this repository."""
        return ArchiveError(
            f"Reading the archive {self._git_dir} with 'git {command}' failed: {complaint or 'no message'}. "
            f"Run 'git --git-dir={self._git_dir} fsck --full' to see what is damaged, and fetch it from a copy.",
            reason="damaged",
        )

    def start(self, *arguments: str, feed: int | None = None) -> Child:
        """Start `git <arguments>`; the child's own input is a pipe where `feed` is `PIPE`, and empty otherwise.

        Raises:
            ArchiveError: If git cannot be started (reason `unwritable`).
        """
        try:
            process = self._git.execute(
                self._command(arguments), istream=cast("BinaryIO", feed), as_process=True, env=_ENVIRONMENT
            )
        except (GitCommandNotFound, OSError) as error:
            raise _not_started(error) from error
        return Child(process)

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        # GitPython hands its whole environment to the child and can only add to it, so env(1) takes away.
        removed = [
            part
            for name in sorted(os.environ)
            if name.startswith("GIT_") and name not in _KEPT and name not in _ENVIRONMENT
            for part in ("-u", name)
        ]
        where = [f"--git-dir={self._git_dir}"] if self._git_dir is not None else []
        git = str(self._git.GIT_PYTHON_GIT_EXECUTABLE)
        return [*(["env", *removed] if removed else []), git, *_OPTIONS, *self._settings, *where, *arguments]


def _not_started(error: Exception) -> ArchiveError:
    return ArchiveError(f"Running git failed: {error}. Install git 2.36 or newer.", reason="unwritable")


class Child:
    """A git process that answers while it runs; ended and reaped when its context ends."""

    def __init__(self, process: Git.AutoInterrupt) -> None:
        self._process = process
        self._complaints: list[bytes] = []
        # A full pipe of complaints that nobody reads would stop the child.
        self._drain = threading.Thread(target=self._collect, args=(process.stderr,), daemon=True)
        self._drain.start()

    @property
    def input(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)

    @property
    def output(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdout)

    @property
    def complaint(self) -> str:
        """What it wrote to standard error, once it has finished."""
        return b"".join(self._complaints).decode("utf-8", "replace").strip()

    def finish(self) -> int:
        """Wait for the end of a child that has said all, and return its status."""
        self._drain.join()
        return int(self._process.proc.wait()) if self._process.proc is not None else 1

    def close(self) -> None:
        """End the child and close its pipes; safe to call twice."""
        process = self._process.proc
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            process.wait()
        self._drain.join()
        self._process._terminate()  # noqa: SLF001  GitPython's way to close the pipes; otherwise only on collection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _collect(self, stream: BinaryIO) -> None:
        kept_bytes = 0
        while chunk := stream.read(4096):
            if kept_bytes < _LONGEST_COMPLAINT_BYTES:
                self._complaints.append(chunk)
                kept_bytes += len(chunk)


class Objects:
    """Reads objects through one `git cat-file --batch`, started when first asked."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._child: Child | None = None

    def read(self, name: str) -> Object | None:
        """Return the object that `name` (an id, or `commit:path`) stands for; None where git finds none.

        None may also mean an object that is named somewhere and gone: see `read_known`.

        Raises:
            ArchiveError: If the object is there and corrupt (reason `damaged`).
        """
        if "\n" in name:
            return None  # One name a line: no path in an archive has a line feed.
        if self._child is None:
            self._child = self._commands.start_objects()
        child = self._child
        try:
            child.input.write(f"{name}\n".encode("utf-8", "surrogateescape"))
            child.input.flush()
            header = child.output.readline()
        except BrokenPipeError:
            header = b""
        words = header.rstrip(b"\n").rsplit(b" ", 2)
        if header.endswith((b" missing\n", b" ambiguous\n")):
            return None
        if len(words) != 3 or not words[2].isdigit():  # noqa: PLR2004  id, type and size (git-cat-file, batch output)
            raise self._damage(name)
        size_bytes = int(words[2])
        content = child.output.read(size_bytes)
        if len(content) != size_bytes or child.output.read(1) != b"\n":
            raise self._damage(name)
        return Object(id=words[0].decode(), type=words[1].decode(), content=content)

    def read_known(self, name: str) -> Object:
        """Return the object that `name` stands for, which the archive says is there.

        Raises:
            ArchiveError: If it is missing or corrupt (reason `damaged`).
        """
        found = self.read(name)
        if found is None:
            raise self._damage(name)
        return found

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _damage(self, name: str) -> ArchiveError:
        child, self._child = self._child, None
        complaint = ""
        if child is not None:
            child.close()
            complaint = child.complaint
        return self._commands.damage("cat-file", f"{name} is missing or corrupt. {complaint}".rstrip())
