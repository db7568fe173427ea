"""Room declarations (see docs/decisions)."""
