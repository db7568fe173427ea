"""Room publish (see docs/decisions)."""
