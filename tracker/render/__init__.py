"""Room render (see docs/decisions)."""
