"""The table of commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from tracker import __version__
from tracker.cli import (
    biography,
    declaring,
    exporting,
    figures_import,
    inspecting,
    log,
    ota,
    reading,
    reports,
    watching,
    wayback,
    withholding,
)

app = typer.Typer(
    name="tracker",
    help="Archives policies in git, follows their clauses, and says what changed and whether it matters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_GROUPS: Final[dict[str, tuple[str, dict[str, Callable[..., None]]]]] = {
    "site": (
        "Build the site, or show it on this machine.",
        {"build": watching.site_build, "serve": watching.site_serve},
    ),
    "import": (
        "Take in history from elsewhere.",
        {
            "folder": watching.import_dated_folder,
            "ota": ota.import_collection,
            "wayback": wayback.import_from_wayback,
        },
    ),
    "export": (
        "Write what the archive knows, for researchers and other tools.",
        {
            "sqlite": exporting.export_to_sqlite,
            "csv": exporting.export_to_csv,
            "json": exporting.export_to_json,
            "ota": exporting.export_to_ota,
        },
    ),
    "transparency": (
        "Keep transparency reports beside the policy.",
        {
            "add": reports.transparency_add,
            "import": figures_import.transparency_import,
            "show": reports.transparency_show,
        },
    ),
}

for _name, _function in {
    "demo": watching.demo,
    "run": watching.run,
    "init": declaring.init,
    "add": declaring.add,
    "check": declaring.check,
    "log": log.log,
    "show": reading.show,
    "diff": reading.diff,
    "history": biography.history,
    "withhold": withholding.withhold,
    "verify": inspecting.verify,
    "doctor": inspecting.doctor,
}.items():
    app.command(_name)(_function)
for _name, (_help, _commands) in _GROUPS.items():
    _group = typer.Typer(help=_help, no_args_is_help=True, rich_markup_mode=None)
    for _command, _function in _commands.items():
        _group.command(_command)(_function)
    app.add_typer(_group, name=_name)


def _print_version(is_wanted: bool) -> None:  # noqa: FBT001 - typer hands it over so
    if is_wanted:
        typer.echo(f"tracker {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Archives policies in git, follows their clauses, and says what changed and whether it matters."""


def main() -> None:
    """Run the command line; the process ends with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # Policies are in every script; a terminal that cannot show a letter gets an escape, not a crash.
            reconfigure(errors="backslashreplace")
    app()
