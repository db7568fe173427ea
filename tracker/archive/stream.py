"""The input of `git fast-import`: commits and files as bytes (git-fast-import, input format)."""

from __future__ import annotations

import os
import re
from datetime import datetime
from typing import Final

from tracker.archive.commands import IDENTITY_EMAIL, IDENTITY_NAME

#: Name under which fast-import builds the commits. `stream_end` resets it, so that no such ref is ever written.
_INCOMING: Final = b"refs/policy-tracker/incoming"

#: What a quoted path writes otherwise: all but printable ASCII, and what quotes or escapes.
_ESCAPED: Final = re.compile(rb"[^ !#-\[\]-~]")

#: A stream without its `done` is an error: half a stream writes no ref, and is not taken for a whole one.
STREAM_START: Final = b"feature done\n"


def stream_end(count: int) -> bytes:
    """Return what makes fast-import print the ids of commits 1 to `count`, in order, and end without a ref."""
    asked = b"".join(b"get-mark :%d\n" % mark for mark in range(1, count + 1))
    return b"%sreset %s\n\ndone\n" % (asked, _INCOMING)


def commit_header(number: int, instants: tuple[datetime, datetime], message: str, base: str | None) -> bytes:
    """Return the start of commit `number` (from 1), to be followed by its files.

    Args:
        number: Its place in the stream; each but the first follows the one before it.
        instants: When it was authored and committed.
        message: Subject and trailers.
        base: The commit that the first one follows; None for the first of an archive.
    """
    authored_at, committed_at = (int(instant.timestamp()) for instant in instants)
    who = f"{IDENTITY_NAME} <{IDENTITY_EMAIL}>"
    people = f"author {who} {authored_at} +0000\ncommitter {who} {committed_at} +0000\n".encode()
    parent = b"from %s\n" % base.encode() if number == 1 and base is not None else b""
    return b"commit %s\nmark :%d\n%s%s%s" % (_INCOMING, number, people, _data(message.encode()), parent)


def modify_file(path: str, content: bytes) -> bytes:
    """Return the command that puts `content` at `path`."""
    return b"M 100644 inline %s\n%s" % (_quote(path), _data(content))


def delete_file(path: str) -> bytes:
    """Return the command that takes away the file or folder at `path`."""
    return b"D %s\n" % _quote(path)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quote(path: str) -> bytes:
    """Return `path` as a C-style quoted string (git-fast-import, `<path>`)."""
    return b'"%s"' % _ESCAPED.sub(lambda found: b"\\%03o" % ord(found[0]), os.fsencode(path))
