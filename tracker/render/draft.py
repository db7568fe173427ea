"""Pages and pictures that are written when somebody asks for them: who has one of the same inputs need not ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol


class Painter(Protocol):
    """Draws pictures as PNG."""

    def covers(self, text: str) -> bool:
        """Return whether it can draw every character of `text`."""

    def paint(self, svg: str) -> bytes:
        """Return `svg` as PNG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One page of the site."""

    path: str
    """From the site's root."""
    write: Callable[[], str | bytes]
    """Gives its text, or the bytes of a picture; the same for the same inputs."""
    inputs: str | None = None
    """Digest of all that the text depends on beside the tracker's own code and templates.

    None where nobody knows: then it is written at each build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pages that are made from one document or service alone: who has those of the same inputs need not list them."""

    name: str
    """What tells them from other batches: a folder of the site."""
    inputs: str | None
    """Digest of all that the drafts depend on, as a whole; None where nobody knows."""
    list_drafts: Callable[[], Iterator[Draft]]
    """Gives the drafts in the order in which they are to be put in place."""
