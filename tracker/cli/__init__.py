"""The command line: arguments, progress, exit codes.

Belongs here: what a person types and sees on a terminal. Does not belong here: what a command does, which is the
pipeline's part.
"""

from tracker.cli.app import app, main

__all__ = ["app", "main"]
