"""From a snapshot to a version: what a reader sees, as deterministic Markdown, sections and clauses.

Belongs here: HTML, PDF and Markdown in, `Version` out, and nothing else: no clock, disk or network. Does not belong
here: whether the text is plausible (that is vetting) or what changed (that is the diff).
"""

from tracker.extract.extractor import EXTRACTOR, extract_version
from tracker.extract.markdown_reader import parse_markdown, plain_markdown
from tracker.extract.proposal import Proposal, propose_selector

__all__ = ["EXTRACTOR", "Proposal", "extract_version", "parse_markdown", "plain_markdown", "propose_selector"]
