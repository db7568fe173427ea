"""Strings become files: the site folder, written in place and served for a look.

Belongs here: where templates and pages are on disk, what is written, kept and taken away. Does not belong here: what a
page says (`tracker.render`).
"""

from tracker.publish.folder import PublishReport, Sheet, claim_folder, write_site
from tracker.publish.server import SiteServer, serve
from tracker.publish.templates import find_templates

__all__ = ["PublishReport", "Sheet", "SiteServer", "claim_folder", "find_templates", "serve", "write_site"]
