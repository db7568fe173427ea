"""The one exception tree of the tracker.

Facts are attributes (`url`, `status`, `selector`); callers decide by reading attributes, never message text. A message
says what was attempted, on what, what was found and what to do next. Exit codes are mapped from these classes in
`tracker.cli` and nowhere else.
"""

from __future__ import annotations


class TrackerError(Exception):
    """Something the tracker was asked to do could not be done, for a reason that a person can act on."""


class UsageError(TrackerError):
    """The command line or the configuration asks for something impossible (exit code 2)."""


class DeclarationError(TrackerError):
    """A declaration is wrong (exit code 2).

    Attributes:
        file: Path of the file as given, or `""` where the declaration did not come from a file.
        path: Dotted path inside the file, such as `terms.Privacy Policy.select`; `""` for the whole file.
        cause: What is wrong there, in one sentence.
    """

    def __init__(self, *, file: str, path: str, cause: str) -> None:
        self.file = file
        self.path = path
        self.cause = cause
        where = ": ".join(part for part in (file, path) if part)
        super().__init__(f"{where}: {cause}" if where else cause)


class CorrectionError(TrackerError):
    """A correction is wrong, or names no change (exit code 2); the others hold.

    Attributes:
        file: Path of the file as given.
        path: Dotted path inside the file, such as `0.value`; `""` for the whole file.
        cause: What is wrong there and what to do, in one sentence.
    """

    def __init__(self, *, file: str, path: str, cause: str) -> None:
        self.file = file
        self.path = path
        self.cause = cause
        super().__init__(": ".join(part for part in (file, path, cause) if part))


class FetchError(TrackerError):
    """A page could not be fetched.

    Inside a run a failed capture is a value (`tracker.model.Failure`); this error is for commands about one page, such
    as `tracker add`, and for answers of other archives.

    Attributes:
        url: The address.
        reason: A stable code of `tracker.model.REASONS`.
        transient: Whether the same request may well succeed later.
        retry_after_seconds: How long the server asks to wait; None where it does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        url: str,
        reason: str,
        transient: bool = False,
        retry_after_seconds: float | None = None,
    ) -> None:
        self.url = url
        self.reason = reason
        self.transient = transient
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)


class ExtractError(TrackerError):
    """A snapshot yields no version.

    Attributes:
        reason: A stable code of `tracker.model.REASONS`, such as `selector-without-match`.
        selector: The selector concerned, where there is one.
    """

    def __init__(self, message: str, *, reason: str, selector: str | None = None) -> None:
        self.reason = reason
        self.selector = selector
        super().__init__(message)


class ArchiveError(TrackerError):
    """The archive is locked, damaged, shallow or cannot be written (exit code 3).

    Attributes:
        reason: One of `locked`, `damaged`, `shallow`, `moved`, `unwritable`, `missing`.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class RevisionError(UsageError):
    """`DOC@REV` names no version of a tracked document."""


class RenderError(TrackerError):
    """A page or feed could not be rendered from the values given."""
