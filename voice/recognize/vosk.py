"""Vosk: fed while the patient still speaks, each question with its own vocabulary.

The engine runs in a child process (`vosk_child.py`). Where the child dies it is started again and
hears the answer once more from the beginning, so a crash inside Vosk costs the patient a moment and
not the consultation. Where it hangs, the answer counts as not understood: it would hang again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from voice.audio.pcm import LISTENING_RATE, Audio, blocks, resample
from voice.base import journal
from voice.base.errors import ModelError
from voice.recognize.process import Child, Gone, Late, Unloadable
from voice.recognize.transcript import FIRST_WORDS, NO_WORD, OTHER, YES_WORD, Transcript, Trust, Vocabulary

INSIDE = "voice.recognize.vosk_child"
"""What the process runs."""
UNKNOWN_TOKENS = (OTHER, "<UNK>", "<unk>")
"""How models spell "some other word": Dutch, Korean, Swedish."""
BLOCK = 3200
"""Samples fed at once by `transcribe`: 0.2 s."""
ANSWERING = 5.0
"""Seconds that one call may take; usual are 0.01 to 0.1."""
LIVES = 3
"""How often an answer is tried; one that kills the engine each time counts as not understood."""
GUESSED = Trust(reject=0.6, sure=0.8)
"""On the safe side, for the official Dutch model, which has not been measured here."""
OURS = Trust(reject=0.5, sure=0.8, believe=0.5, against=0.05)
"""For our own model where it hears first, chosen on recordings: models/vosk-nl-ruggespraak/README.md."""
REMEDY = "Run `ruggespraak models fetch vosk-model-small-nl-0.22`."


class Vosk:
    """A Recognizer that can also be fed block by block: `begin`, `feed` as often as needed, `finish`.

    `folder` holds a Vosk model, `trust` says how far its words count. Raises ModelError where it holds none that loads,
    at once or when the engine has to be started again. Nothing is ever fetched. Use it from one thread at a time.
    """

    name = "vosk"

    def __init__(self, folder: Path, trust: Trust = GUESSED) -> None:
        if not (folder / "am" / "final.mdl").is_file():
            raise ModelError(f"{folder} holds no Vosk model.", REMEDY)
        self.trust = trust
        self._folder = folder
        self._phrases: tuple[str, ...] = ()
        self._heard: list[bytes] = []
        self._lives = LIVES
        self._child = self._started()

    @property
    def process(self) -> int:
        """The child's process id, for the journal and for tests that kill it."""
        return self._child.pid

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """What was said in `audio` (any rate), out of the vocabulary's phrases, or freely where it has none."""
        self.begin(vocabulary)
        for block in blocks(resample(audio, LISTENING_RATE), BLOCK):
            self.feed(block)
        return self.finish()

    def begin(self, vocabulary: Vocabulary) -> None:
        """Open an answer; what was fed before is forgotten."""
        self._phrases, self._heard, self._lives = vocabulary.phrases, [], LIVES
        self._ask("begin", vocabulary.phrases)

    def feed(self, block: bytes) -> str:
        """Hear the next samples (mono, 16 bit little endian, 16 kHz); what seems to be said so far."""
        partial = self._ask("feed", block) or ""
        self._heard.append(block)
        return self._without_unknown(partial)

    def finish(self) -> Transcript:
        """Close the answer."""
        words = self._ask("finish") or []
        self._heard = []
        return transcript(words, self.trust)

    def strange(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Words that the model does not know; phrases with them cannot be heard."""
        return tuple(self._ask("strange", phrases) or ())

    def close(self) -> None:
        """End the child; the recognizer cannot be used afterwards."""
        self._child.end()

    def _started(self) -> Child:
        child = Child(INSIDE, str(self._folder))
        try:
            child.greeting()
        except (Unloadable, Gone) as reason:
            child.end()
            told = str(reason) or "its process ended"
            raise ModelError(f"Vosk model {self._folder} cannot be loaded ({told}).", REMEDY) from reason
        return child

    def _ask(self, name: str, *arguments: Any) -> Any:
        """The child's reply; None once this answer has killed it LIVES times, or hung it once."""
        while self._lives:
            try:
                return self._child.ask(ANSWERING, name, *arguments)
            except Gone as reason:
                self._lives = 0 if isinstance(reason, Late) else self._lives - 1
                self._revive(replay=name != "begin" and self._lives > 0)
        return None

    def _revive(self, replay: bool) -> None:
        """A new child that has heard what the old one had; it may die of that too, which the next call notices."""
        journal.note("engine restarted", engine=self.name)
        self._child.end()
        self._child = self._started()
        steps: list[Callable[[], Any]] = [lambda: self._child.ask(ANSWERING, "begin", self._phrases)]
        steps += [lambda block=block: self._child.ask(ANSWERING, "feed", block) for block in self._heard]
        try:
            for step in steps if replay else []:
                step()
        except Gone:
            return

    def _without_unknown(self, text: str) -> str:
        return " ".join(word for word in text.split() if word not in UNKNOWN_TOKENS)


def transcript(words: list[tuple[str, float]], trust: Trust) -> Transcript:
    """The words, unknown ones marked, because "nee" with more behind it is another answer than "nee".

    Confidence: that of the least certain known word; nothing where none is known.
    """
    known = [confidence for word, confidence in words if word not in UNKNOWN_TOKENS]
    if not known:
        return Transcript("", 0.0, Vosk.name)
    text = " ".join(OTHER if word in UNKNOWN_TOKENS else word for word, _ in words)
    openings = _openings(*words[0]) if trust.believe < 1.0 else ()
    return Transcript(text, min(1.0, *known), Vosk.name, openings)


def _openings(word: str, confidence: float) -> tuple[tuple[str, float], ...]:
    """How sure a first "ja" or "nee" is; the other of the two is then out of the question."""
    side = FIRST_WORDS.get(word)
    return tuple((each, min(1.0, confidence) if each == side else 0.0) for each in (YES_WORD, NO_WORD)) if side else ()
