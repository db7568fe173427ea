"""How answers look: their format, their view and their colour, the same for every command that shows a text."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

import typer
from rich.cells import cell_len

from tracker.render import Screen, View

Format: TypeAlias = Literal["text", "json", "html"]
Colour: TypeAlias = Literal["auto", "always", "never"]
FORMAT_OPTION = Annotated[Format, typer.Option("--format", help="How to show it.", case_sensitive=False)]
VIEW_OPTION = Annotated[
    Literal["inline", "side-by-side"],
    typer.Option("--view", help="Both texts in one, or beside each other; for text and html.", case_sensitive=False),
]
COLOUR_OPTION = Annotated[
    Colour,
    typer.Option("--color", "--colour", help="Whether text is coloured; auto: on a terminal.", case_sensitive=False),
]
#: Columns of a page that is no terminal: a mail, a log, a file.
_PAGE_WIDTH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How an answer is shown."""

    output: Format
    view: View = "inline"
    colour: Colour = "auto"

    @property
    def wants_colour(self) -> bool:
        """Whether to colour: as the option says, else as https://no-color.org asks."""
        if self.colour != "auto":
            return self.colour == "always"
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def screen(self) -> Screen | None:
        """How wide lines may be; None where nobody folds them, so that they can be searched."""
        if sys.stdout.isatty():
            return Screen(width=shutil.get_terminal_size((_PAGE_WIDTH, 24)).columns, measure=cell_len)
        return Screen(width=_PAGE_WIDTH, measure=cell_len) if self.view == "side-by-side" else None
