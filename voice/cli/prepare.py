"""`ruggespraak prepare`: render every line of the script ahead."""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor

from voice.base.console import tell
from voice.base.errors import VoiceError
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.setup.voices import open_phrasebook, render_missing


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Render both paces at the same time: pyttsx3 mostly waits for its library, and Piper has a core for each."""
    script = load_chosen_script(settings)
    with open_phrasebook(settings, warn=tell) as usual, open_phrasebook(settings, slow=True, warn=tell) as slow:
        with ThreadPoolExecutor(1) as beside:
            slower = beside.submit(slow.prepare, script.utterances())
            render_missing(usual, script)
            slower.result()
        if not (usual.kept and slow.kept):
            raise VoiceError("Speech is not ready.", "Free some space, and run `ruggespraak prepare` again.")
        tell(f"Speech is ready, in the voice {usual.voice}.")
    return 0
