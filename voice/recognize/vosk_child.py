"""The process in which Vosk lives, because its C++ core ends the whole process where it meets an error.

It talks over one pipe in small tuples; the parent (`vosk.py`) supervises it and starts it again.

    ("strange", phrases) -> ("strange", words that the model does not know)
    ("begin", phrases)   -> ("begun", "")
    ("feed", pcm)        -> ("partial", text)
    ("finish",)          -> ("words", [(word, confidence 0..1), ...])

On starting it says ("ready", unknown-word token or "") or ("failed", reason).
"""

from __future__ import annotations

import json
import socket
from multiprocessing.connection import Connection
from typing import Any

from voice.recognize.vosk import UNKNOWN_TOKENS

socket.has_ipv6 = False  # else urllib3, which vosk brings along for its downloads, opens a socket to see whether it can

import vosk  # noqa: E402

RATE = 16_000
"""Hz of everything that is fed."""

Words = list[tuple[str, float]]


def serve(folder: str, pipe: Connection) -> None:
    """Load the model and answer until the parent closes the pipe."""
    vosk.SetLogLevel(-1)
    try:
        listener = Listener(folder)
    except Exception as reason:  # noqa: BLE001  vosk raises nothing more precise
        pipe.send(("failed", str(reason)))
        return
    pipe.send(("ready", listener.unknown))
    while _answered(listener, pipe):
        pass


def _answered(listener: Listener, pipe: Connection) -> bool:
    """Answer once; what was heard is let go of before the next is waited for. False once the parent has gone."""
    try:
        name, *arguments = pipe.recv()
    except EOFError:
        return False
    pipe.send(getattr(listener, name)(*arguments))
    return True


class Listener:
    """One model and the recognizer of the question that is open."""

    def __init__(self, folder: str) -> None:
        self._model = vosk.Model(folder)
        self.unknown = next((token for token in UNKNOWN_TOKENS if self._knows(token)), "")
        self._recognizer: Any = None
        self._done: Words = []

    def strange(self, phrases: tuple[str, ...]) -> tuple[str, list[str]]:
        return "strange", sorted({word for phrase in phrases for word in phrase.split() if not self._knows(word)})

    def begin(self, phrases: tuple[str, ...]) -> tuple[str, str]:
        """A new recognizer: changing the grammar of a running one aborts the process."""
        _, strange = self.strange(phrases)
        self._recognizer = self._listen_for(phrases, set(strange))
        self._done = []
        return "begun", ""

    def feed(self, pcm: bytes) -> tuple[str, str]:
        if self._recognizer is None or not pcm:
            return "partial", ""
        if self._recognizer.AcceptWaveform(pcm):  # Vosk ends an utterance at a pause; the answer goes on
            self._done += _words(self._recognizer.Result())
        partial = json.loads(self._recognizer.PartialResult()).get("partial", "")
        return "partial", " ".join([*(word for word, _ in self._done), partial]).strip()

    def finish(self) -> tuple[str, Words]:
        words = self._done + (_words(self._recognizer.FinalResult()) if self._recognizer else [])
        self._recognizer, self._done = None, []
        return "words", words

    def _knows(self, word: str) -> bool:
        return self._model.vosk_model_find_word(word) >= 0

    def _listen_for(self, phrases: tuple[str, ...], strange: set[str]) -> Any:
        """A phrase with an unknown word is left out whole: "niet zeker" without "niet" would turn into its opposite.

        An empty grammar would crash Vosk, so where nothing is left there is no recognizer.
        """
        known = [phrase for phrase in phrases if phrase.split() and not strange.intersection(phrase.split())]
        if phrases and not known:
            return None
        grammar = [json.dumps([*known, *filter(None, [self.unknown])], ensure_ascii=False)] if known else []
        recognizer = vosk.KaldiRecognizer(self._model, RATE, *grammar)
        recognizer.SetWords(True)
        return recognizer


def _words(result: str) -> Words:
    return [(word["word"], float(word["conf"])) for word in json.loads(result).get("result", [])]
