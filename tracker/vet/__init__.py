"""Room vet (see docs/decisions)."""
