"""Vosk: hears an answer out of the question's own phrases, or freely if there are none.

Vosk's C++ core ends the whole process when it meets an error, so the kiosk runs it in a worker (`supervised.py`).

Rules of the vocabulary:

1. A phrase with a word that the model does not know is left out whole: "niet zeker" without "niet" is its opposite.
2. If all phrases are left out, nothing is heard: an empty grammar would crash Vosk.
3. Every answer gets a recognizer of its own: changing the grammar of a running one aborts the process.
"""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

from voice.audio.pcm import LISTENING_RATE, Audio, blocks, resample
from voice.base.errors import ModelError
from voice.recognize.measured import UNMEASURED
from voice.recognize.transcript import FIRST_WORDS, NO_WORD, OTHER, YES_WORD, Transcript, Trust, Vocabulary

socket.has_ipv6 = False  # otherwise urllib3, which vosk imports for its downloads, opens a socket to find out

import vosk  # noqa: E402

UNKNOWN_TOKENS = (OTHER, "<UNK>", "<unk>")
"""How models spell "some other word": Dutch, Korean, Swedish."""
BLOCK = 3200
"""Samples that are fed at once: 0.2 s."""
REMEDY = "Run `ruggespraak models fetch vosk-model-small-nl-0.22`."

Words = list[tuple[str, float]]
"""Words in the order in which they were said, each with its confidence (0..1)."""


class Vosk:
    """A Recognizer. `folder` holds a Vosk model.

    trust: how sure it must be. name: under which it is told and served.
    unknown: the model's token for "some other word"; None if it has none.

    Raises ModelError if the folder holds no model that loads. Nothing is fetched.
    """

    name = "vosk"

    def __init__(self, folder: Path, trust: Trust = UNMEASURED, name: str = name) -> None:
        self.name, self.trust = name, trust
        if not (folder / "am" / "final.mdl").is_file():
            raise ModelError(f"{folder} holds no Vosk model.", REMEDY)
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
        except Exception as reason:  # vosk raises nothing more precise
            raise ModelError(f"Vosk model {folder} cannot be loaded ({reason}).", REMEDY) from reason
        self.unknown = next((token for token in UNKNOWN_TOKENS if self._knows(token)), None)

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """Hear `audio` (any rate) out of the vocabulary's phrases, or freely if it has none."""
        return replace(to_transcript(self.hear_words(audio, vocabulary.phrases), self.trust), engine=self.name)

    def hear_words(self, audio: Audio, phrases: tuple[str, ...]) -> Words:
        """Hear the words one by one; unknown ones are among them as one of UNKNOWN_TOKENS."""
        recognizer = self._make_recognizer(phrases)
        if recognizer is None:
            return []
        words: Words = []
        for block in blocks(resample(audio, LISTENING_RATE), BLOCK):
            if recognizer.AcceptWaveform(block):  # Vosk ends an utterance at a pause; the answer goes on
                words += _read_words(recognizer.Result())
        return words + _read_words(recognizer.FinalResult())

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words that the model does not know; phrases with them cannot be heard."""
        return tuple(sorted({word for phrase in phrases for word in phrase.split() if not self._knows(word)}))

    def close(self) -> None: ...

    def _knows(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def _make_recognizer(self, phrases: tuple[str, ...]) -> Any | None:
        """Make the recognizer of one answer; None if no phrase is left (rule 2)."""
        known = [phrase for phrase in phrases if phrase.split() and not self.find_unknown_words((phrase,))]
        if phrases and not known:
            return None
        grammar = [json.dumps([*known, *filter(None, [self.unknown])], ensure_ascii=False)] if known else []
        recognizer = vosk.KaldiRecognizer(self._model, LISTENING_RATE, *grammar)
        recognizer.SetWords(True)
        return recognizer


def _read_words(result: str) -> Words:
    return [(word["word"], float(word["conf"])) for word in json.loads(result).get("result", [])]


def to_transcript(words: Words, trust: Trust) -> Transcript:
    """Make a transcript. Unknown words are marked in it: "nee" with more behind it is another answer than "nee".

    Its confidence is that of the least certain known word. It is empty if no word is known.
    """
    known = [confidence for word, confidence in words if word not in UNKNOWN_TOKENS]
    if not known:
        return Transcript("", 0.0, Vosk.name)
    text = " ".join(OTHER if word in UNKNOWN_TOKENS else word for word, _ in words)
    openings = _find_openings(*words[0]) if trust.believe < 1.0 else ()
    return Transcript(text, min(1.0, *known), Vosk.name, openings)


def _find_openings(word: str, confidence: float) -> tuple[tuple[str, float], ...]:
    """How sure a first "ja" or "nee" is; the other of the two is then excluded."""
    side = FIRST_WORDS.get(word)
    return tuple((each, min(1.0, confidence) if each == side else 0.0) for each in (YES_WORD, NO_WORD)) if side else ()
