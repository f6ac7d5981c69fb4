"""`python -m tests.helpers.hear_without CLIP NAME...`: import the program and hear the clip, while those packages are missing.

Writes what Whisper and Vosk hear, one line each. Any import of such a package ends with its name.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType


class Missing:
    """A finder that ends the program if one of these top modules is imported."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in self.names:
            raise SystemExit(f"{name} is imported")
        return None


def main(clip: str, *names: str) -> None:
    sys.meta_path.insert(0, Missing({name.replace("-", "_") for name in names}))
    import voice

    for found in pkgutil.walk_packages(voice.__path__, "voice."):
        if not found.name.startswith(("voice.bench", "voice.bridges.ovos")) and not found.name.endswith(("__main__", "_worker")):
            importlib.import_module(found.name)
    from voice.audio.pcm import read_audio
    from voice.recognize.measured import OUR_VOSK
    from voice.recognize.transcript import Vocabulary
    from voice.recognize.vosk import Vosk
    from voice.recognize.whisper import Whisper
    from voice.setup.models.catalogue import find_models_folder

    models, asked = find_models_folder(), Vocabulary("Hebt u koorts gehad?", ("ja", "nee"))
    for engine in (
        Whisper(models / "whisper-base", phones=models / "phones-nl-ruggespraak"),
        Vosk(models / "vosk-nl-ruggespraak", OUR_VOSK),
    ):
        sys.stdout.write(f"{engine.name} {engine.transcribe(read_audio(Path(clip)), asked).text}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
