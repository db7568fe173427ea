"""Room archive (see docs/decisions)."""
