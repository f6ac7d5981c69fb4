"""An engine that fails on demand, to be run in a process of its own. The question's context says how it fails."""

from __future__ import annotations

import os
import time
from pathlib import Path

from voice.audio.pcm import Audio
from voice.base.errors import ModelError
from voice.recognize.transcript import Transcript, Trust, Vocabulary


class Faulty:
    """Hears "gehoord", unless the context is "die", "die once" or "hang".

    folder: where it notes that it has died. It cannot be loaded without the folder.
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
