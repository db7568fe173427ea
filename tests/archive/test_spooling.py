"""A transaction keeps what it is given on disk: a long import fits in memory."""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive, RecordEntry
from tracker.errors import ArchiveError
from tracker.model import Digested, DocumentKey, sha256_hex

MakeEntry = Callable[..., RecordEntry]
Commit = Callable[..., Any]
Later = Callable[[int], datetime]

KEY = DocumentKey.parse("Kestrel/Privacy Policy")


def digested(entry: RecordEntry) -> Digested:
    version = entry.version
    return Digested(markdown=version.markdown, text_sha256=version.text_sha256, markdown_sha256=version.markdown_sha256)


def test_a_text_known_by_its_digests_is_recorded_like_the_version_itself(
    tmp_path: Path, make_entry: MakeEntry, commit: Commit
) -> None:
    heads = []
    for name, entry in (("one", make_entry()), ("two", replace(make_entry(), version=digested(make_entry())))):
        with Archive.open(tmp_path / name, create=True, folder=tmp_path) as archive:
            heads.append(commit(archive, entry).head)
    assert heads[0] == heads[1]


def test_digests_of_another_text_are_refused(make_entry: MakeEntry) -> None:
    right = digested(make_entry())
    with pytest.raises(ValueError, match="another digest"):
        replace(right, markdown="Other.\n")
    with pytest.raises(ValueError, match="no digest"):
        replace(right, text_sha256="0" * 63)
    with pytest.raises(ValueError, match="Kestrel"):
        replace(make_entry(), version=replace(right, text_sha256=sha256_hex("Other.")))


def test_what_is_recorded_is_not_held_in_memory(archive: Archive, make_entry: MakeEntry, hours: Later) -> None:
    body_bytes = 1 << 20
    with archive.lock(hours(0)):
        transaction = archive.transaction(at=None)
        transaction.record(make_entry(body=os.urandom(body_bytes)))
        gc.collect()
        tracemalloc.start()
        try:
            for number in range(1, 9):
                body = os.urandom(body_bytes)
                transaction.record(make_entry(text=f"Text {number}.", kind="change", at=hours(number), body=body))
            del body
            held_bytes, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        done = transaction.commit()
    assert held_bytes < body_bytes
    assert [record.commit for record in archive.records_of(KEY)] == list(done.records)


def test_a_disk_that_fills_up_while_records_come_is_told_of_by_the_commit(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night that may not write one document goes on without it: a full disk is no fault of that document."""
    before = commit(archive, make_entry()).head

    def refuse(**_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with archive.lock(hours(1)):
        transaction = archive.transaction(at=None)
        transaction.record(make_entry(text="New.", kind="change"))
        with pytest.raises(ArchiveError, match="No space left") as caught:
            transaction.commit()
    assert caught.value.reason == "unwritable"
    assert archive.head() == before


def test_a_transaction_that_is_given_up_leaves_nothing_behind(
    archive: Archive, make_entry: MakeEntry, hours: Later
) -> None:
    before = sorted(archive.git_dir.rglob("*"))
    transaction = archive.transaction(at=hours(0))
    transaction.record(make_entry())
    del transaction
    gc.collect()
    assert sorted(archive.git_dir.rglob("*")) == before
