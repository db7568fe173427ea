"""The one error of this room."""

from __future__ import annotations

from tracker.errors import TrackerError


class TransparencyError(TrackerError):
    """A transparency report cannot be read without guessing.

    Attributes:
        line_number: Number of the line concerned, from 1; None where it is not about one line.
        line: That line as given; None likewise.
    """

    def __init__(self, cause: str, *, line_number: int | None = None, line: str | None = None) -> None:
        self.cause = cause
        self.line_number = line_number
        self.line = line
        where = "" if line_number is None else f"line {line_number}, {line!r}: "
        super().__init__(f"Reading a transparency report: {where}{cause}")


class PassedOverError(TransparencyError):
    """A dataset or a file of messages that cannot be read is left out; everything else is told.

    Attributes:
        publisher: Whose figures it holds.
    """

    def __init__(self, cause: str, *, publisher: str) -> None:
        super().__init__(cause)
        self.publisher = publisher
