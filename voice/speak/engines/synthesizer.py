"""Define what a voice is: it turns an utterance into audio. Each engine has a file, imported only when it is chosen."""

from __future__ import annotations

from typing import Protocol

from voice.audio.pcm import Audio
from voice.speak.utterance import Utterance


class Synthesizer(Protocol):
    """A voice. `identity` names engine, version, voice and rate: what the phrasebook's cache depends on.

    `synthesize` raises VoiceError if the voice cannot speak the utterance. `close` frees what the voice holds; the next
    `synthesize` starts it anew.
    """

    name: str
    identity: str

    def synthesize(self, utterance: Utterance) -> Audio: ...

    def close(self) -> None: ...
