"""Fuzzing: feeds broken files and odd words, by the hundred thousand, to every parser and to understanding.

    make fuzz                               all targets, 100 000 inputs each (about an hour on two cores)
    python -m tests.fuzz settings --runs N  one of them

A broken input must be refused in one line that names the file. It may not end in a traceback, hang, or be read as something
that it does not say. A case that was found is kept under found/ and tried again by every `make test`.
"""

NAMES = ("script", "answers", "words", "settings", "catalogue", "manifest", "patient", "audio", "understand", "duration")
"""The targets."""

TABLES = (
    "voice.understand.grammar.automaton",
    "voice.understand.chunks",
    "voice.understand.grammar.compile",
    "voice.understand.templates",
    "voice.understand.grammar.loader",
    "voice.understand.normalise",
)
UNGUIDED = {"understand": TABLES, "duration": TABLES}
"""Modules whose branches do not guide a target. They look words up in tables that were compiled from data: whatever is said,
the same few branches run, and take most of the time."""
