"""Fuzzing: broken files and odd words by the hundred thousand, for every parser and for understanding.

    make fuzz                               all targets, 100 000 inputs each (about an hour on two cores)
    python -m tests.fuzz settings --runs N  one of them

What is broken must be refused in one line that names the file; nothing may end in a traceback, hang, or be read as
something that it does not say. A case that was found is kept under found/ and tried again by every `make test`.
"""

NAMES = ("script", "answers", "words", "settings", "catalogue", "manifest", "patient", "audio", "understand", "duration")
"""Everything that is fuzzed."""
