"""Room diff (see docs/decisions)."""
