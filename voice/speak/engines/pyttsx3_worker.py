"""The child process of the voice pyttsx3. `pyttsx3.py` starts it, and says why."""

from __future__ import annotations

import os
import re
import tempfile
import threading
from functools import partial
from importlib.metadata import version
from typing import Any

from voice.speak.engines.worker import Speak, VoiceRefusal, serve

NAMES = {"nl-BE": {"bart", "ellen", "belgium", "belgië"}, "nl-NL": {"frank", "xander", "claire"}}
"""What the Dutch voices of Windows and macOS are called; of use only where they do not tell their language."""
INSTALL = "Install it with: sudo apt-get install libespeak-ng1"


def choose_voice(voices: list[tuple[str, str, str]], locale: str, wanted: str = "") -> str:
    """The id of the best Dutch voice among (id, name, languages) triples.

    Raises Refusal where the wanted voice is unknown, not Dutch or MBROLA's, or where there is no Dutch one.
    """
    base, _, variant = wanted.partition("+")
    known = [v for v in voices if not base or base.lower() in (v[0].lower(), v[0].lower().rpartition("/")[2], v[1].lower())]
    if base.lower().startswith(("mb-", "mb/")):
        raise VoiceRefusal(f"MBROLA voice {wanted} cannot be used.", "Choose an espeak-ng voice, such as nl.")
    if not known:
        raise VoiceRefusal(f"Voice {wanted} is unknown to pyttsx3.", "Choose another, such as nl, or leave it empty.")
    dutch = [v for v in known if _dutchness(v, locale)]
    if not dutch:
        raise VoiceRefusal(
            f"Voice {wanted} does not speak Dutch." if wanted else "This system has no Dutch voice.",
            "Choose an espeak-ng voice, such as nl." if wanted else "Add Dutch speech in its language settings.",
        )
    best = max(dutch, key=lambda v: _dutchness(v, locale))[0]
    return f"{best}+{variant}" if variant else best


def _dutchness(voice: tuple[str, str, str], locale: str) -> int:
    """0 for a voice without Dutch, 1 for any Dutch one, 2 for one of this very locale."""
    identity, name, languages = (part.lower().replace("_", "-") for part in voice)
    words = set(re.findall(r"\w+", name))
    called = [one for one, names in NAMES.items() if words & names and not languages]
    dutch = languages.startswith("nl") or words & {"dutch", "nederlands"} or called
    if not dutch or identity.rpartition("/")[2].startswith("mb-"):
        return 0
    return 2 if locale in called or locale.lower() in f"{identity} {languages}" else 1


def _load(order: dict[str, Any]) -> tuple[Speak, str]:
    """pyttsx3 set to the voice and rate ordered, with its identity."""
    engine = _engine()
    voices = [(str(v.id), str(v.name), " ".join(map(_text, v.languages or ()))) for v in engine.getProperty("voices")]
    voice = choose_voice(voices, order["locale"], order["voice"])
    engine.setProperty("voice", voice)
    engine.setProperty("rate", order["rate"])
    _check_voice(engine, voice)
    return partial(_speak, engine), f"pyttsx3 {version('pyttsx3')} {_backend(engine)} {voice}"


def _engine() -> Any:
    try:
        import pyttsx3

        return pyttsx3.init()
    except ImportError as reason:
        raise VoiceRefusal("The Python package pyttsx3 is missing.", "Install it with: pip install pyttsx3") from reason
    except (RuntimeError, OSError, AttributeError) as reason:
        raise VoiceRefusal("espeak-ng, the speech library, is missing.", INSTALL) from reason


def _text(language: str | bytes) -> str:
    return language.decode("ascii", "ignore").strip("\x05") if isinstance(language, bytes) else language


def _backend(engine: Any) -> str:
    """Name and version of what pyttsx3 drives."""
    import platform

    if str(engine) != "espeak":
        return f"{engine} {platform.release()}"
    return f"espeak-ng {_espeak_driver().Info(None).decode().split()[0]}"


def _espeak_driver() -> Any:
    from pyttsx3.drivers import _espeak

    return _espeak


def _speak(engine: Any, text: str, file: str) -> None:
    """Returns when the file is complete and the library at rest.

    runAndWait returns sooner on a busy machine; and espeak's last call for one line, coming after the next has
    begun, would end that one at once and leave it empty.
    """
    finished = threading.Event()
    token = engine.connect("finished-utterance", lambda **_: finished.set())
    engine.save_to_file(text, file)
    engine.runAndWait()
    finished.wait()
    engine.disconnect(token)
    if str(engine) == "espeak":
        _espeak_driver().Synchronize()


def _check_voice(engine: Any, wanted: str) -> None:
    """pyttsx3 sets the voice only while it speaks and keeps the old one without a word where it cannot."""
    with tempfile.TemporaryDirectory(prefix="voice-") as folder:
        _speak(engine, "Ja.", f"{folder}/probe.wav")
    found = engine.getProperty("voice")
    if str(found).lower() != wanted.lower():
        raise VoiceRefusal(f"Voice {wanted} could not be set; pyttsx3 kept {found}.", "Choose another, such as nl.")


if __name__ == "__main__":
    serve(_load)
    os._exit(0)  # leaving in the ordinary way, libespeak may abort in its destructors
