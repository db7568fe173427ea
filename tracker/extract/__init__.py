"""Room extract (see docs/decisions)."""
