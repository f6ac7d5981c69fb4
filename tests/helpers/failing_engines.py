"""Engines that fail on demand, to be run in a process of their own: the context of the question says how."""

from __future__ import annotations

import os
import time
from pathlib import Path

from voice.audio.pcm import Audio
from voice.base.errors import ModelError
from voice.recognize.transcript import Transcript, Trust, Vocabulary


class Faulty:
    """Hears "gehoord", unless it was told to die, to die for this once, or to hang.

    folder: where it notes that it has died, and without which it cannot be loaded.
    """

    name = "faulty"
    trust = Trust(reject=0.1)

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ModelError(f"{folder} holds no model.", "Fetch it.")
        self._mark = folder / "died"

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        match vocabulary.context:
            case "die":
                os._exit(1)
            case "die once" if not self._mark.exists():
                self._mark.touch()
                os._exit(1)
            case "hang":
                time.sleep(60)
        return Transcript("gehoord", 1.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(phrase for phrase in phrases if phrase == "xqzw")

    def close(self) -> None: ...
