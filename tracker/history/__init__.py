"""Room history (see docs/decisions)."""
