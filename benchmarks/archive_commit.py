"""What one night costs the archive, against how many documents it has and against plain git.

The same night (one document changed, one check row) is committed to an archive of 10 and to one of 1,000 documents; the
named peer is `git add --all && git commit` in a work tree that holds the same files. Both sync objects to disk. Ratios
are what counts: they hold on any machine.

Run it with `python benchmarks/archive_commit.py`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.archive import Archive, RecordEntry
from tracker.model import Check, Clause, DocumentKey, Provenance, Section, SourceProvenance, Version, sha256_hex

START = datetime(2026, 1, 1, tzinfo=UTC)
CLAUSES = 200


def build_entry(number: int, night: int) -> RecordEntry:
    """Return the version of document `number` on `night`: 200 clauses, one of which says which night it is."""
    key = DocumentKey(service=f"Service {number:04}", terms_type="Privacy Policy")
    lines = [f"Clause {place} of service {number}: we keep what you send us safe." for place in range(CLAUSES)]
    lines[7] = f"We keep it for {night + 1} months."
    version = Version(
        markdown="\n\n".join(lines) + "\n",
        sections=(Section(index=0, level=0, number=None, title="", anchor=None, parent=None),),
        clauses=tuple(Clause(index=place, kind="paragraph", text=line, section=0) for place, line in enumerate(lines)),
    )
    body = "".join(f"<p>{line}</p>\n" for line in lines).encode()
    captured_at = START + timedelta(days=night)
    source = SourceProvenance(
        url="https://service.example/privacy",
        final_url="https://service.example/privacy",
        redirects=(),
        status=200,
        headers=(),
        fetched_at=captured_at,
        body_sha256=sha256_hex(body),
        size_bytes=len(body),
        media_type="text/html",
        charset="utf-8",
        fetcher="http",
        snapshot=f"{key.path}.html",
    )
    provenance = Provenance(
        document=str(key),
        fetched_at=captured_at,
        text_sha256=version.text_sha256,
        markdown_sha256=version.markdown_sha256,
        tracker_version="benchmark",
        extractor=1,
        declaration={"fetch": source.url, "select": ["main"]},
        sources=(source,),
    )
    return RecordEntry(
        key=key,
        kind="change" if night else "first",
        version=version,
        snapshots=((source.snapshot, body),),
        provenance=provenance,
    )


def time_archive(folder: Path, *, size: int, nights: int) -> float:
    """Return the median seconds of a night in an archive of `size` documents."""
    seconds: list[float] = []
    with Archive.open(folder / f"{size}.git", create=True, folder=folder) as archive:
        for night in range(nights + 1):
            at = START + timedelta(days=night)
            entries = [build_entry(number, night) for number in range(size if night == 0 else 1)]
            check = Check(document=entries[0].key, checked_at=at, outcome="changed")

            def commit(entries: list[RecordEntry] = entries, at: datetime = at, check: Check = check) -> None:
                with archive.lock(at):
                    transaction = archive.transaction(at=at)
                    for entry in entries:
                        transaction.record(entry)
                    transaction.check(check)
                    transaction.commit()

            seconds.append(elapsed_seconds(commit))
    return statistics.median(seconds[1:])


def time_plain_git(folder: Path, *, size: int, nights: int) -> float:
    """Return the median seconds of the same night with `git add --all && git commit` in a work tree."""
    tree = folder / f"plain-{size}"
    tree.mkdir()

    def git(*arguments: str) -> None:
        settings = ("core.fsync=all", "user.name=Peer", "user.email=peer@example.org", "gc.auto=0")
        options = [part for setting in settings for part in ("-c", setting)]
        subprocess.run(["git", *options, *arguments], cwd=tree, check=True, capture_output=True)

    def write(entry: RecordEntry) -> None:
        path = tree / f"{entry.key.path}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(entry.version.markdown)
        path.with_suffix(".json").write_text(str(entry.provenance.to_dict()))
        for snapshot, body in entry.snapshots:
            (tree / snapshot).write_bytes(body)

    def commit() -> None:
        git("add", "--all")
        git("commit", "--quiet", "-m", "Record new changes")

    git("init", "--quiet")
    for number in range(size):
        write(build_entry(number, 0))
    commit()
    seconds: list[float] = []
    for night in range(1, nights + 1):
        write(build_entry(0, night))
        commit_seconds = elapsed_seconds(commit)
        with (tree / "checks.jsonl").open("a") as rows:
            rows.write(f'{{"night": {night}}}\n')
        # The archive makes a commit of its own for the check rows: so must the peer.
        seconds.append(commit_seconds + elapsed_seconds(commit))
    return statistics.median(seconds)


def elapsed_seconds(work: Callable[[], None]) -> float:
    """Return how long `work` took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Print the cost of a night in both sizes, for the archive and its peer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10, help="documents in the small archive")
    parser.add_argument("--large", type=int, default=1000, help="documents in the large archive")
    parser.add_argument("--nights", type=int, default=9, help="nights to take the median of")
    chosen = parser.parse_args()
    print(f"{'documents':>9}  {'archive':>8}  {'git add+commit':>14}  archive/peer")
    costs: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in (chosen.small, chosen.large):
            ours = time_archive(Path(scratch), size=size, nights=chosen.nights)
            peer = time_plain_git(Path(scratch), size=size, nights=chosen.nights)
            costs.append((ours, peer))
            print(f"{size:>9}  {ours * 1000:>6.0f}ms  {peer * 1000:>12.0f}ms  {ours / peer:.2f}")
    (small, peer_small), (large, peer_large) = costs
    print(f"{'growth':>9}  {large / small:>8.2f}  {peer_large / peer_small:>14.2f}  (1.00: no growth)")


if __name__ == "__main__":
    main()
