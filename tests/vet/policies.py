"""Policies of any length in made-up English, of which no two clauses share a run of four words."""

from __future__ import annotations

import random

from tracker.extract import parse_markdown
from tracker.vet import Sketch, sketch_text

_SUBJECTS = [
    "The company",
    "Our office",
    "A partner",
    "Each member",
    "The baker",
    "Any visitor",
    "A courier",
    "The clerk",
]
_VERBS = [
    "keeps",
    "sends",
    "erases",
    "reads",
    "sells",
    "copies",
    "counts",
    "hides",
    "sorts",
    "lends",
    "weighs",
    "paints",
]
_OBJECTS = [
    "letters",
    "maps",
    "lists of names",
    "addresses",
    "photographs",
    "recipes",
    "invoices",
    "keys",
    "tickets",
    "diaries",
]
_REASONS = ["to deliver bread", "to answer questions", "for the taxes", "to mend machines", "for the yearly fair"]
_TIMES = ["after a week", "within a month", "until spring", "every evening", "while needed", "twice a year"]


def policy(seed: int, clauses: int = 40, *, title: str = "Privacy policy", dated: str = "") -> str:
    """Return Markdown of about 75 characters a clause; another seed gives another document with another vocabulary."""
    chance = random.Random(seed)  # noqa: S311 - the same text each time is the point
    lines = [f"# {title}"]
    if dated:
        lines.append(f"Last updated: {dated}")
    for number in range(clauses):
        parts = [chance.choice(words) for words in (_SUBJECTS, _VERBS, _OBJECTS, _REASONS, _TIMES)]
        lines.append(" ".join(f"{part} x{seed}n{number}" for part in parts) + ".")
    return "\n\n".join(lines) + "\n"


def amended(markdown: str, number: int = 3) -> str:
    """Return the policy with one clause reworded and one more at its end."""
    clauses = markdown.split("\n\n")
    clauses[number] = f"Reworded in amendment {number}: nobody reads it any more without leave."
    return "\n\n".join([*clauses, f"Amendment {number} was agreed upon by all who were there."])


def cut(markdown: str, share: float) -> str:
    """Return the beginning of the policy, which ends within a sentence."""
    text = markdown[: round(len(markdown) * share)]
    return text[: text.rindex(" ")].rstrip(" .\n#")


def sketch(markdown: str) -> Sketch:
    return sketch_text(parse_markdown(markdown))
