"""What every command shares: the folders, how much is said, and how errors become exit codes."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from tracker.config import load_settings
from tracker.errors import ArchiveError, CorrectionError, DeclarationError, TrackerError, UsageError
from tracker.fetch import FetchRequest, FetchSettings, Hosts, fetch_all
from tracker.model import Capture, JsonValue
from tracker.pipeline import Workspace
from tracker.render import dump_json, terminal_text

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_ARCHIVE: Final = 3
EXIT_CHANGED: Final = 4

#: Columns of a file or pipe: more than any line needs.
_UNFOLDED_WIDTH: Final = 100_000

#: The `--json` option, for every command that answers something.
JSON_OPTION = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]
_ARCHIVE = Annotated[
    Path | None,
    typer.Option("--archive", metavar="PATH", help="Repository that holds the archive.", show_default=False),
]
_DECLARATIONS = Annotated[
    Path | None,
    typer.Option("--declarations", metavar="FOLDER", help="Folder of declarations.", show_default=False),
]
_SITE = Annotated[
    Path | None, typer.Option("--site", metavar="FOLDER", help="Folder of the built site.", show_default=False)
]
_CONFIG = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings instead of ./tracker.toml.", show_default=False),
]
_QUIET = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")]
_VERBOSE = Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One call of the command line."""

    workspace: Workspace
    is_quiet: bool
    is_verbose: bool

    @property
    def out(self) -> Console:
        """Where answers go."""
        return _console(sys.stdout)

    @property
    def err(self) -> Console:
        """Where progress and complaints go."""
        return _console(sys.stderr)

    def say(self, text: str = "") -> None:
        """Print a line for people, unless they asked for quiet; control characters are made visible."""
        if not self.is_quiet:
            self.out.print(terminal_text(text))

    def complain(self, text: str) -> None:
        """Print a line on the error stream."""
        self.err.print(terminal_text(text))

    def show_table(self, table: Table, *, as_complaint: bool = False) -> None:
        """Print `table`; where nobody sees it on a terminal, no cell is folded, so that its words can be searched."""
        console = self.err if as_complaint else self.out
        if console.is_terminal:
            console.print(table)
            return
        with console.capture() as caught:
            console.print(table)
        # Rich fills every line up to the width of its column.
        lines = "\n".join(line.rstrip() for line in caught.get().splitlines())
        console.file.write(f"{lines}\n")

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[str, int, int], None]]:
        """Yield what shows progress: (what is done, how many, of how many). Nothing is shown but on a terminal."""
        console = self.err
        if self.is_quiet or not console.is_terminal:
            yield lambda _name, _done, _total: None
            return
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[name]}", markup=False),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(what, total=None, name="")
            yield lambda name, done, total: bar.update(task, completed=done, total=total, name=terminal_text(name))


def _console(stream: TextIO) -> Console:
    """Return a console that takes no word of a page for its own markup, and folds lines on a terminal alone."""
    is_terminal = stream.isatty()
    return Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=not is_terminal,
        width=None if is_terminal else _UNFOLDED_WIDTH,
    )


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(tz=UTC)


class Clock:
    """The time of a run: the machine's."""

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return utc_now()

    def seconds(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for `seconds`."""
        time.sleep(seconds)


class ReplayClock(Clock):
    """The time of a replay: it stands still, but where the run would wait; nobody waits for it."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._waited_seconds = 0.0

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=self._waited_seconds)

    def seconds(self) -> float:
        return self._waited_seconds

    def sleep(self, seconds: float) -> None:
        self._waited_seconds += seconds


def fetch_pages(
    requests: Sequence[FetchRequest],
    settings: FetchSettings,
    *,
    now: Callable[[], datetime] = utc_now,
    hosts: Hosts | None = None,
) -> Iterator[tuple[int, Capture]]:
    """Capture `requests` over the network."""
    return fetch_all(requests, settings, now=now, hosts=hosts)


def print_json(value: Mapping[str, JsonValue] | Sequence[JsonValue]) -> None:
    """Print `value` as one JSON document."""
    sys.stdout.write(dump_json(value))


def fail(code: int) -> NoReturn:
    """End the command with the exit code `code`."""
    raise typer.Exit(code)


def exit_code_of(error: TrackerError) -> int:
    """Return the exit code for `error` (DESIGN, section 7)."""
    if isinstance(error, (UsageError, DeclarationError, CorrectionError)):
        return EXIT_USAGE
    if isinstance(error, ArchiveError):
        return EXIT_ARCHIVE
    return EXIT_FAILED


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Return `function` as a command: it is handed a `Session` first, and gains the options that all commands have.

    A `TrackerError` ends it with its message on the error stream and its exit code.
    """

    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        chosen = {name: arguments.pop(name) for name in _SHARED}
        try:
            session = _open_session(chosen)
            function(session, **arguments)
        except TrackerError as error:
            _console(sys.stderr).print(f"tracker: {terminal_text(str(error))}")
            fail(exit_code_of(error))
        except BrokenPipeError:
            # The reader of our output has gone; nothing of it is to be flushed at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            fail(EXIT_FAILED)

    signature = inspect.signature(function, eval_str=True)
    own = [parameter for name, parameter in signature.parameters.items() if name != "session"]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _SHARED.items()
    ]
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in [*own, *shared]}
    return run


_SHARED: Final[dict[str, tuple[Any, Any]]] = {
    "archive": (_ARCHIVE, None),
    "declarations": (_DECLARATIONS, None),
    "site": (_SITE, None),
    "config": (_CONFIG, None),
    "quiet": (_QUIET, False),
    "verbose": (_VERBOSE, False),
}


def _open_session(chosen: Mapping[str, Any]) -> Session:
    folder = Path.cwd()
    settings = load_settings(chosen["config"], folder=folder)
    folders = {name: chosen[name] for name in ("archive", "declarations", "site") if chosen[name] is not None}
    workspace = Workspace(settings=replace(settings, **folders), folder=folder)
    return Session(workspace=workspace, is_quiet=chosen["quiet"], is_verbose=chosen["verbose"])
