"""What a change means: kind, topics, effect, findings with evidence, announcement, headline (DESIGN, section 6).

Belongs here: rules, and the lexicon and topics that they read as data. Does not belong here: fetching, comparing texts,
or deciding whether a version may be trusted.
"""

from tracker.classify.announcements import awaits_announcement, link_announcements
from tracker.classify.change_log import ChangeLog, LogEntry, find_log
from tracker.classify.judge import RULES_VERSION, judge_change
from tracker.classify.ledger import keep_ledger
from tracker.classify.topics import find_topics

__all__ = [
    "RULES_VERSION",
    "ChangeLog",
    "LogEntry",
    "awaits_announcement",
    "find_log",
    "find_topics",
    "judge_change",
    "keep_ledger",
    "link_announcements",
]
