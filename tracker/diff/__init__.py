"""From two versions to a change: which clauses belong together, and which words differ.

Belongs here: alignment and redlines, pure and deterministic (no time limit changes a result). Does not belong here:
what a difference means (that is classification) or how it is shown (that is rendering).
"""

from tracker.diff.compare import compare_versions
from tracker.diff.redline import redline_texts
from tracker.diff.restrict import restrict_change
from tracker.diff.sections import section_ref

__all__ = ["compare_versions", "redline_texts", "restrict_change", "section_ref"]
