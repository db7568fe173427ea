"""Declarations: the JSON files that say what to watch, in Open Terms Archive's format, read, checked and written.

Belongs here: everything that knows how `<Service>.json`, `<Service>.history.json` and `<Service>.tracker.json` look,
and how corrections, the other JSON files that people write, do.
Does not belong here: fetching a page, or trying a selector on one.
"""

from tracker.declarations.check import CheckRow, CheckStatus, check_report
from tracker.declarations.corrections import (
    LoadedCorrections,
    correction_error,
    load_correction_files,
    load_corrections,
)
from tracker.declarations.documents import document_from_declaration
from tracker.declarations.load import Loaded, document_on, load_files, load_folder
from tracker.declarations.publishers import (
    Dataset,
    LoadedPublishers,
    Publisher,
    load_publisher_files,
    load_publishers,
)
from tracker.declarations.scaffold import scaffold
from tracker.declarations.terms_types import KNOWN_TERMS_TYPES
from tracker.declarations.write import add_terms

__all__ = [
    "KNOWN_TERMS_TYPES",
    "CheckRow",
    "CheckStatus",
    "Dataset",
    "Loaded",
    "LoadedCorrections",
    "LoadedPublishers",
    "Publisher",
    "add_terms",
    "check_report",
    "correction_error",
    "document_from_declaration",
    "document_on",
    "load_correction_files",
    "load_corrections",
    "load_files",
    "load_folder",
    "load_publisher_files",
    "load_publishers",
    "scaffold",
]
