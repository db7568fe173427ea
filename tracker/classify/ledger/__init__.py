"""The ledger of promises and powers: which sentences of a document are such, and what became of each."""

from tracker.classify.ledger.keeping import keep_ledger

__all__ = ["keep_ledger"]
