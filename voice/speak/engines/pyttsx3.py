"""The voice of pyttsx3: espeak-ng on Linux, NSSS on macOS, SAPI 5 on Windows. Text to WAV only.

Its playback reports its end while it is still speaking, cannot be stopped, and deadlocks on the attempt
(nateshmbhat/pyttsx3 #126, #138, #219), so nothing here plays. One child process owns the library: a hang is ended at a
deadline, and a crash of the C library ends only the child.

Tested on Linux. On macOS and Windows the voice is chosen by language or, since SAPI often gives none, by the
names of the Dutch voices known there (Frank, Bart, Xander, Ellen, Claire); that choice has not been tried.
"""

from __future__ import annotations

from voice.speak.engines.process import Pauses, ProcessVoice

READY_SECONDS = 20.0
"""How long the child may take to load the library: 0.3 s on a desktop; a cold SD card is slow."""
CLAUSE_SECONDS = 10.0
"""How long a clause may take: 0.02 s was measured on a desktop; the rest is for a busy Raspberry Pi."""


class Pyttsx3(ProcessVoice):
    """A Synthesizer.

    locale: nl, nl-BE or nl-NL; a voice for exactly that locale is preferred to any other Dutch one.
    rate: words a minute. voice: id or name of a voice; empty takes the best.

    Raises VoiceError if the library or espeak-ng is missing, or the voice is unknown, not Dutch, or MBROLA's
    (pyttsx3 labels MBROLA's files with a wrong rate: they sound 1.4 times too fast).
    """

    def __init__(self, locale: str, rate: int = 145, pauses: Pauses = Pauses(), voice: str = "") -> None:
        order = {"locale": locale, "rate": rate, "voice": voice}
        super().__init__("pyttsx3", order, READY_SECONDS, CLAUSE_SECONDS, pauses)
