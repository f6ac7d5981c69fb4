"""Synthesis: from an utterance to audio. One file an engine, imported only when chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the children of this package start without the rest of the program
    from voice.audio.pcm import Audio
    from voice.speak.utterance import Utterance


class Synthesizer(Protocol):
    """A voice. `identity` names engine, version, voice and rate: what the phrasebook's cache depends on.

    `synthesize` raises VoiceError where the voice cannot speak the utterance. `close` gives back what it holds; a voice
    that is asked again afterwards starts anew.
    """

    name: str
    identity: str

    def synthesize(self, utterance: Utterance) -> Audio: ...

    def close(self) -> None: ...
