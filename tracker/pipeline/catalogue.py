"""What the archive holds of each document, told by digests: who knows what one stands for need not read the document.

A digest tells of records, checks and published verdicts of one document; what else its state holds is added by the
`Reader`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby

from tracker.archive import Archive
from tracker.model import DocumentKey, sha256_hex
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.kept_records import KeptRecords
from tracker.pipeline.kept_values import DIGESTS


class Catalogue:
    """The archive by digests."""

    def __init__(self, archive: Archive, cache: Cache, records: KeptRecords) -> None:
        """Tell of `archive`, whose `records` are known; digests of checks are kept in `cache`."""
        self._archive = archive
        self._cache = cache
        self._records = records

    def digest(self, key: DocumentKey) -> tuple[str, ...]:
        """Return digests of the records, the checks and the published verdicts of `key`."""
        verdicts = self._verdicts.get(self._archive.verdicts_file(key), "")
        return (self._records.digest(key), self._checks.get(str(key), ""), verdicts)

    @cached_property
    def _verdicts(self) -> Mapping[str, str]:
        return self._archive.verdict_ids()

    @cached_property
    def _checks(self) -> Mapping[str, str]:
        """The digest of the checks of each document, by its name."""
        days = self._archive.check_days()
        found: dict[str, str] = {}
        # A month that is over is put together once.
        for _, group in groupby(days, lambda path: path.rpartition("/")[0]):
            month = self._month(list(group), days)
            _add(found, month)
        return found

    def _month(self, paths: list[str], days: Mapping[str, str]) -> Mapping[str, str]:
        name = name_result("checks-month", [days[path] for path in paths])
        kept = DIGESTS.read(self._cache.get_json(name))
        if kept is None:
            kept = {}
            for day in self._days(paths, days):
                _add(kept, day)
            self._cache.put_json(DIGESTS.write(name, kept))
        return kept

    def _days(self, paths: list[str], days: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        for path in paths:
            name = name_result("checks-day", [days[path]])
            kept = DIGESTS.read(self._cache.get_json(name))
            if kept is None:
                kept = self._archive.digest_checks(path)
                self._cache.put_json(DIGESTS.write(name, kept))
            yield kept


def _add(found: dict[str, str], later: Mapping[str, str]) -> None:
    """Put `later` after what was `found`: each digest stands for all that came so far."""
    for name, digest in later.items():
        found[name] = sha256_hex(found.get(name, "") + digest)
