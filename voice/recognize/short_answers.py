"""The short answers that Whisper is helped to hear: what a first short answer usually consists of.

It is no grammar: what an answer means is decided in `answer.py` with the language data of
`prompts/`. Only the words matter here, and every word more makes the second hearing less strict.
Symptoms are left out on purpose, so that they are never heard into noise.
"""

from __future__ import annotations

import re

SHORT_ANSWERS = (
    "Ja", "Ja hoor", "O ja", "Ja, een beetje", "Jazeker", "Jawel", "Zeker", "Natuurlijk", "Absoluut",
    "Inderdaad", "Klopt", "Dat klopt", "Ik denk het wel", "Ik denk van wel",
    "Nee", "Neen", "Nee hoor", "Nee, helemaal niet", "Helemaal niet", "Natuurlijk niet", "Zeker niet",
    "Nooit", "Ik denk het niet", "Ik denk van niet",
    "Ik weet het niet", "Ik weet niet", "Weet ik niet", "Dat weet ik niet", "Ik zou het niet weten",
    "Geen idee", "Misschien", "Niet zeker",
    "Herhaal", "Nog een keer", "Wat zegt u", "Stop", "Hou op", "Help",
)  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return re.findall(r"\w+", text.lower())
