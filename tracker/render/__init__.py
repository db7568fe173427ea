"""Values become text: pages, feeds, JSON and terminal output.

Belongs here: everything between a verdict and the characters that a person or a program reads. Pure: no clock, network
or writing; templates come through the Jinja2 environment that is handed in. Does not belong here: where files go
(`tracker.publish`).
"""

from tracker.render.addresses import RESERVED, Addresses, change_ids, list_permalinks
from tracker.render.biography_html import biography_to_html
from tracker.render.biography_json import biography_to_json
from tracker.render.biography_text import biography_to_text
from tracker.render.change_columns import Screen
from tracker.render.change_json import change_to_json, correction_to_json
from tracker.render.change_text import View, change_to_text
from tracker.render.draft import Batch, Draft
from tracker.render.environment import make_environment
from tracker.render.export_cells import describe_package, header_to_csv, make_cells, row_to_csv
from tracker.render.export_rows import TABLES, ExportRows
from tracker.render.figure_words import tell_contradiction, tell_period
from tracker.render.fingerprint import fingerprint
from tracker.render.language import ENGLISH, Language
from tracker.render.ledger_html import ledger_to_html
from tracker.render.ledger_json import ledger_to_json
from tracker.render.ledger_text import ledger_to_text
from tracker.render.listing import Dossier, Entry, Listing, list_document
from tracker.render.outputs import change_to_html, draft_site, render_site, render_withdrawn
from tracker.render.site_context import SiteContext
from tracker.render.site_model import HeldCapture, SiteModel
from tracker.render.sitemap import sitemap_pages
from tracker.render.visible import dump_json, dump_json_line, mark_hidden, quote_html, terminal_text
from tracker.render.words import shorten, tell_folding, tell_standing

__all__ = [
    "ENGLISH",
    "RESERVED",
    "TABLES",
    "Addresses",
    "Batch",
    "Dossier",
    "Draft",
    "Entry",
    "ExportRows",
    "HeldCapture",
    "Language",
    "Listing",
    "Screen",
    "SiteContext",
    "SiteModel",
    "View",
    "biography_to_html",
    "biography_to_json",
    "biography_to_text",
    "change_ids",
    "change_to_html",
    "change_to_json",
    "change_to_text",
    "correction_to_json",
    "describe_package",
    "draft_site",
    "dump_json",
    "dump_json_line",
    "fingerprint",
    "header_to_csv",
    "ledger_to_html",
    "ledger_to_json",
    "ledger_to_text",
    "list_document",
    "list_permalinks",
    "make_cells",
    "make_environment",
    "mark_hidden",
    "quote_html",
    "render_site",
    "render_withdrawn",
    "row_to_csv",
    "shorten",
    "sitemap_pages",
    "tell_contradiction",
    "tell_folding",
    "tell_period",
    "tell_standing",
    "terminal_text",
]
