"""Labelled changes of the collection in the shared data: `python -m benchmarks.labelled_changes FOLDER` writes the set.

`benchmarks/labels/changes.tsv` holds what readers said of whole changes, by the ids that git gives both texts. The
texts are other people's and no part of this repository; they are looked up in the collection, among the services that
rules may be tuned by. The set that is written is one of `benchmarks.meaning` and `benchmarks.learn_topics`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.samples import BUNDLE, run_git

LABELS: Final = Path(__file__).parent / "labels" / "changes.tsv"
_SHOWN: Final = 10


def read_changes() -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """Yield each labelled change: its pair (`id`, `service`, `terms`, `old`, `new`) and its label.

    Raises:
        OSError: If the collection is absent.
        subprocess.CalledProcessError: If it does not hold a text.
    """
    with tempfile.TemporaryDirectory() as scratch:
        repository = Path(scratch)
        run_git(repository, "clone", "--quiet", "--bare", str(BUNDLE), ".")
        for line in LABELS.read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            old, new, document, kind, material, effect, topics = line.split("\t")
            service, _, terms = document.removesuffix(".md").partition("/")
            name = f"{old[:_SHOWN]}-{new[:_SHOWN]}"
            texts = {
                side: run_git(repository, "cat-file", "blob", blob).decode()
                for side, blob in (("old", old), ("new", new))
            }
            yield (
                {"id": name, "service": service, "terms": terms, **texts},
                {
                    "id": name,
                    "kind": kind,
                    "material": material == "y",
                    "effect": effect,
                    "topics": [topic for topic in topics.split(",") if topic != "-"],
                },
            )


def main() -> None:
    """Write the set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labelled_changes", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where pairs and labels are written")
    folder: Path = parser.parse_args().folder
    if not BUNDLE.exists():
        parser.error(f"the collection is absent from {BUNDLE}")
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(read_changes())
    with gzip.open(folder / "pairs-collection.jsonl.gz", "wt", encoding="utf-8") as pairs:
        pairs.writelines(f"{json.dumps(pair)}\n" for pair, _ in rows)
    with (folder / "labels-collection.jsonl").open("w", encoding="utf-8") as labels:
        labels.writelines(f"{json.dumps(label)}\n" for _, label in rows)
    print(f"{len(rows)} labelled changes in {folder}")


if __name__ == "__main__":
    main()
