"""Whether a capture is the document: accept it, hold it back for a second look, or refuse it, with the reason.

Pure. Belongs here: rules about plausibility, which weigh the document's own past and the page's structure before any
phrase; and for a foreign history, its future too. Does not belong here: failures of fetching and extraction, which
never get this far.
"""

from tracker.vet.hindsight import PastVersion, vet_history
from tracker.vet.language import common_language
from tracker.vet.rules import RULES, Doubt, Rule
from tracker.vet.sketch import Sketch, sketch_text
from tracker.vet.vetting import Action, Decision, vet_capture

__all__ = [
    "RULES", "Action", "Decision", "Doubt", "PastVersion", "Rule", "Sketch", "common_language", "sketch_text",
    "vet_capture", "vet_history",
]  # fmt: skip
