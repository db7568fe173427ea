"""Strings become files: the site folder, written in place and served for a look, and exports.

Belongs here: where templates and pages are on disk, what is written, kept and taken away. Does not belong here: what a
page says (`tracker.render`).
"""

from tracker.publish.catalogs import load_catalog
from tracker.publish.export_csv import write_csv
from tracker.publish.export_json import write_json
from tracker.publish.export_sqlite import write_sqlite
from tracker.publish.folder import FileMemory, PublishReport, Sheet, claim_folder, holds_files, write_site
from tracker.publish.painter import Painter, find_painter
from tracker.publish.search_index import INDEX_FOLDER, LEFT_OUT, find_pagefind, index_pages
from tracker.publish.server import SiteServer, serve
from tracker.publish.templates import find_templates

__all__ = [
    "INDEX_FOLDER",
    "LEFT_OUT",
    "FileMemory",
    "Painter",
    "PublishReport",
    "Sheet",
    "SiteServer",
    "claim_folder",
    "find_pagefind",
    "find_painter",
    "find_templates",
    "holds_files",
    "index_pages",
    "load_catalog",
    "serve",
    "write_csv",
    "write_json",
    "write_site",
    "write_sqlite",
]
