"""The child process of the voice pyttsx3: one JSON object a line in, one a line out.

Alone in its process, and free of the rest of the package, so that it starts quickly and takes nothing with it when
the C library hangs or crashes. `pyttsx3.py` beside it starts it, and says why.

First line out: {"identity": ...}. Then for each {"text", "file"} in, {} out once the WAV file is complete.
In place of either, {"problem", "remedy"} where it cannot go on.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import threading
from typing import IO, Any

NAMES = {"nl-BE": {"bart", "ellen", "belgium", "belgië"}, "nl-NL": {"frank", "xander", "claire"}}
"""What the Dutch voices of Windows and macOS are called; of use only where they do not tell their language."""
INSTALL = "Install it with: sudo apt-get install libespeak-ng1"


class Refusal(Exception):
    """Problem and remedy, in one line each."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem, self.remedy = problem, remedy


def choose_voice(voices: list[tuple[str, str, str]], locale: str, wanted: str = "") -> str:
    """The id of the best Dutch voice among (id, name, languages) triples.

    Raises Refusal where the wanted voice is unknown, not Dutch or MBROLA's, or where there is no Dutch one.
    """
    base, _, variant = wanted.partition("+")
    known = [v for v in voices if not base or base.lower() in (v[0].lower(), v[0].lower().rpartition("/")[2], v[1].lower())]
    if base.lower().startswith(("mb-", "mb/")):
        raise Refusal(f"MBROLA voice {wanted} cannot be used.", "Choose an espeak-ng voice, such as nl.")
    if not known:
        raise Refusal(f"Voice {wanted} is unknown to pyttsx3.", "Choose another, such as nl, or leave it empty.")
    dutch = [v for v in known if _dutchness(v, locale)]
    if not dutch:
        raise Refusal(
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


def _load(order: dict[str, Any]) -> tuple[Any, str]:
    """pyttsx3 set to the voice and rate ordered, with its identity."""
    try:
        import pyttsx3

        engine = pyttsx3.init()
    except ImportError as reason:
        raise Refusal("The Python package pyttsx3 is missing.", "Install it with: pip install pyttsx3") from reason
    except (RuntimeError, OSError, AttributeError) as reason:
        raise Refusal("espeak-ng, the speech library, is missing.", INSTALL) from reason
    voices = [(str(v.id), str(v.name), " ".join(map(_text, v.languages or ()))) for v in engine.getProperty("voices")]
    voice = choose_voice(voices, order["locale"], order["voice"])
    engine.setProperty("voice", voice)
    engine.setProperty("rate", order["rate"])
    return engine, f"pyttsx3 {_version()} {_backend(engine)} {voice}"


def _text(language: str | bytes) -> str:
    return language.decode("ascii", "ignore").strip("\x05") if isinstance(language, bytes) else language


def _version() -> str:
    from importlib.metadata import version

    return version("pyttsx3")


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


def _check_voice(engine: Any, identity: str, file: str) -> None:
    """pyttsx3 sets the voice only while it speaks and keeps the old one without a word where it cannot."""
    _speak(engine, "Ja.", file)
    wanted, found = identity.split()[-1], engine.getProperty("voice")
    if str(found).lower() != wanted.lower():
        raise Refusal(f"Voice {wanted} could not be set; pyttsx3 kept {found}.", "Choose another, such as nl.")


def _serve(order: dict[str, Any], requests: IO[str], answers: IO[str]) -> None:
    def answer(values: dict[str, str]) -> None:
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    try:
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            engine, identity = _load(order)
            _check_voice(engine, identity, f"{folder}/probe.wav")
    except Refusal as error:
        answer({"problem": error.problem, "remedy": error.remedy})
        return
    answer({"identity": identity})
    for line in requests:
        request = json.loads(line)
        _speak(engine, request["text"], request["file"])
        answer({})


def _main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # pyttsx3 prints "Audio saved to ..." among our answers
    _serve(json.loads(sys.argv[1]), sys.stdin, answers)
    answers.close()
    os._exit(0)  # leaving in the ordinary way, libespeak may abort in its destructors


if __name__ == "__main__":
    sys.path.pop(0)  # this folder, in which pyttsx3.py is ours and not the library
    _main()
