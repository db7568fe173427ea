"""The demonstration's story: an invented messenger, its privacy policy night by night, and a server that shows it.

Belongs here: what the invented publisher does. Does not belong here: running the tracker over it, which is the
pipeline's part. Every word of the pages is our own; Courier does not exist.
"""

from tracker.demo.server import DemoServer
from tracker.demo.story import (
    DECLARATION,
    DECLARATION_FILE,
    DOCUMENT,
    FIGURES_URL,
    NIGHTS,
    PUBLISHER,
    URL,
    Edit,
    Night,
    figures_for,
    page_for,
)

__all__ = [
    "DECLARATION",
    "DECLARATION_FILE",
    "DOCUMENT",
    "FIGURES_URL",
    "NIGHTS",
    "PUBLISHER",
    "URL",
    "DemoServer",
    "Edit",
    "Night",
    "figures_for",
    "page_for",
]
