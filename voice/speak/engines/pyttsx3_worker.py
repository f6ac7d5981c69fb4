"""Run pyttsx3, as the child process that `pyttsx3.py` starts."""

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
"""Names of the Dutch voices of Windows and macOS; used only for voices that do not tell their language."""
INSTALL = "Install it with: sudo apt-get install libespeak-ng1"


def choose_voice(voices: list[tuple[str, str, str]], locale: str, wanted: str = "") -> str:
    """The id of the best Dutch voice among (id, name, languages) triples.

    wanted: id or name, and perhaps an espeak-ng variant (nl+f3); empty takes the best.
    Raises VoiceRefusal if the wanted voice is unknown, not Dutch or MBROLA's, or if there is no Dutch one.
    """
    base, _, variant = wanted.partition("+")
    known = [v for v in voices if not base or base.lower() in (v[0].lower(), v[0].lower().rpartition("/")[2], v[1].lower())]
    if base.lower().startswith(("mb-", "mb/")):
        raise VoiceRefusal(f"MBROLA voice {wanted} cannot be used.", "Choose an espeak-ng voice, such as nl.")
    if not known:
        raise VoiceRefusal(f"Voice {wanted} is unknown to pyttsx3.", "Choose another, such as nl, or leave it empty.")
    dutch = [v for v in known if _rate_dutch(v, locale)]
    if not dutch and wanted:
        raise VoiceRefusal(f"Voice {wanted} does not speak Dutch.", "Choose an espeak-ng voice, such as nl.")
    if not dutch:
        raise VoiceRefusal("This system has no Dutch voice.", "Add Dutch speech in its language settings.")
    best = max(dutch, key=lambda v: _rate_dutch(v, locale))[0]
    return f"{best}+{variant}" if variant else best


def _rate_dutch(voice: tuple[str, str, str], locale: str) -> int:
    """Rate a voice: 0 without Dutch, 1 for any Dutch one, 2 for exactly this locale."""
    identity, name, languages = (part.lower().replace("_", "-") for part in voice)
    words = set(re.findall(r"\w+", name))
    called = [one for one, names in NAMES.items() if words & names and not languages]
    dutch = languages.startswith("nl") or words & {"dutch", "nederlands"} or called
    if not dutch or identity.rpartition("/")[2].startswith("mb-"):
        return 0
    return 2 if locale in called or locale.lower() in f"{identity} {languages}" else 1


def _load(order: dict[str, Any]) -> tuple[Speak, str]:
    """Set pyttsx3 to the voice and rate ordered, and return it with its identity."""
    engine = _start_engine()
    voices = [(str(v.id), str(v.name), " ".join(map(_decode, v.languages or ()))) for v in engine.getProperty("voices")]
    voice = choose_voice(voices, order["locale"], order["voice"])
    engine.setProperty("voice", voice)
    engine.setProperty("rate", order["rate"])
    _check_voice(engine, voice)
    return partial(_speak, engine), f"pyttsx3 {version('pyttsx3')} {_name_backend(engine)} {voice}"


def _start_engine() -> Any:
    try:
        import pyttsx3

        return pyttsx3.init()
    except ImportError as reason:
        raise VoiceRefusal("The Python package pyttsx3 is missing.", "Install it with: pip install pyttsx3") from reason
    except (RuntimeError, OSError, AttributeError) as reason:
        raise VoiceRefusal("espeak-ng, the speech library, is missing.", INSTALL) from reason


def _decode(language: str | bytes) -> str:
    return language.decode("ascii", "ignore").strip("\x05") if isinstance(language, bytes) else language


def _name_backend(engine: Any) -> str:
    """Name and version of the library that pyttsx3 drives."""
    import platform

    if str(engine) != "espeak":
        return f"{engine} {platform.release()}"
    from pyttsx3.drivers import _espeak

    return f"espeak-ng {_espeak.Info(None).decode().split()[0]}"


def _speak(engine: Any, text: str, file: str) -> None:
    """Speak into a WAV file. Returns when it is complete and the library at rest.

    On a busy machine runAndWait returns sooner. Then espeak's last call for one line may come after the next line has
    begun, end that one at once and leave it empty.
    """
    finished = threading.Event()
    token = engine.connect("finished-utterance", lambda **_: finished.set())
    engine.save_to_file(text, file)
    engine.runAndWait()
    finished.wait()
    engine.disconnect(token)
    if str(engine) == "espeak":
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


def _check_voice(engine: Any, wanted: str) -> None:
    """Speak once, since pyttsx3 sets the voice only then. Raises VoiceRefusal if it silently kept another."""
    with tempfile.TemporaryDirectory(prefix="voice-") as folder:
        _speak(engine, "Ja.", f"{folder}/probe.wav")
    found = engine.getProperty("voice")
    if str(found).lower() != wanted.lower():
        raise VoiceRefusal(f"Voice {wanted} could not be set; pyttsx3 kept {found}.", "Choose another, such as nl.")


if __name__ == "__main__":
    serve(_load)
    os._exit(0)  # leaving in the ordinary way, libespeak may abort in its destructors
