"""Room classify (see docs/decisions)."""
