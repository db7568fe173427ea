"""Policy Change Tracker: what changed in the rules you live under, and whether it matters."""

__version__ = "0.1.0"
