"""Room fetch (see docs/decisions)."""
