"""Room transparency (see docs/decisions)."""
