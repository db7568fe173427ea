"""Room importers (see docs/decisions)."""
