"""What differs between two texts, kept between runs: no pair is compared twice, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tracker.diff import compare_versions
from tracker.model import Change, ClauseChange, Op, Version
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.kept_values import KeptForm


@dataclass(frozen=True, slots=True, kw_only=True)
class _Differences:
    """A change without the texts that it is between."""

    ops: tuple[Op, ...]
    clauses: tuple[ClauseChange, ...]
    words_added: int
    words_removed: int


_DIFFERENCES: Final[KeptForm[_Differences]] = KeptForm(_Differences)


def compare_kept(old: Version, new: Version, *, cache: Cache) -> Change:
    """Return what differs from `old` to `new`; `compare_versions` is asked only where `cache` does not know it."""
    name = name_result("differences", [old.markdown_sha256, new.markdown_sha256])
    kept = _DIFFERENCES.read(cache.get_json(name))
    if kept is not None:
        return Change(
            old=old,
            new=new,
            ops=kept.ops,
            clauses=kept.clauses,
            words_added=kept.words_added,
            words_removed=kept.words_removed,
        )
    change = compare_versions(old, new)
    found = _Differences(
        ops=change.ops, clauses=change.clauses, words_added=change.words_added, words_removed=change.words_removed
    )
    cache.put_json(_DIFFERENCES.write(name, found))
    return change
