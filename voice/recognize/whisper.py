"""Whisper through CTranslate2, made fast and careful for short Dutch answers.

What makes it fast, each measured on recorded answers: the encoder sees a window of 10 s instead of
30 s, decoding is greedy without a second try at a higher temperature, and at most 24 tokens are
written, so a hallucinated loop ends early. The question is given as context, never a list of
answers: such a list makes the model invent "ja" and "nee" in noise.

What makes it careful: the answers that are expected are also laid over the sound itself, by phones that a
small network reads from the encoder's output (`phones.py`). What Whisper writes and what the phones say go wrong in
different ways; `voice/understand/fusion/weighing.py` weighs them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import ctranslate2
import numpy as np
import tokenizers

from voice.audio.pcm import LISTENING_RATE, Audio, resample
from voice.base.errors import ModelError
from voice.recognize.mel import log_mel
from voice.recognize.phones import Spotter
from voice.recognize.transcript import NO_WORD, YES_WORD, Reading, Transcript, Trust, Vocabulary

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
SHORTEST, LONGEST = 10, 20
"""Seconds: the window for usual answers, and the most that is heard. Whisper could hear 30 s at once, but
not within 3 s on a small machine; the segmenter ends an answer long before."""
NEW_TOKENS = 24
FRAMES, MARGIN = 50, 8
"""The encoder's frames a second, and how many after the answer's end are still looked at by the phone head."""
LEAST = 1e-9
"""Stands for a probability of zero, so that its logarithm exists."""
QUESTION_TOKENS = 60
"""Of a long question the end is kept, which is where Dutch puts what is asked."""
OPENINGS = {word: (f" {word.title()}", f" {word}", f" {word.upper()}", word.title(), word) for word in (YES_WORD, NO_WORD)}
"""Spellings of which the first token alone tells the word; their probabilities are summed."""
REMEDY = "Run `ruggespraak models fetch whisper-base`."


class Whisper:
    """A Recognizer. `folder` holds the four files of a CTranslate2 Whisper model, `phones` is the phone head's folder.

    Raises ModelError where the folder does not hold a sound model. Nothing is ever fetched.
    """

    name = "whisper"
    trust = Trust(reject=0.25, sure=0.35, believe=0.6, against=0.05)
    """Calibrated on recordings; models/README.md shows the curve."""

    def __init__(self, folder: Path, threads: int = 2, phones: Path | None = None) -> None:
        self._model = _load(folder, threads)
        self._text = _tokenizer(folder / "tokenizer.json")
        self._start = self._tokens("<|startoftranscript|>", "<|nl|>", "<|transcribe|>", "<|notimestamps|>")
        self._previous, self._end = self._tokens("<|startofprev|>", "<|endoftext|>")
        self._openings = {word: self._first_tokens(spelt) for word, spelt in OPENINGS.items()}
        self._spotter = NoSpotter() if phones is None else Spotter(phones)

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """What was said in `audio` (any rate; the first 20 s count), heard as an answer to the question.

        confidence: the least of the first word's probability and the mean one of the text's tokens.
        readings: what the vocabulary's phrases are worth, where there is a phone head.
        """
        if not audio.pcm:
            return Transcript("", 0.0, self.name)
        heard = self._model.encode(_features(resample(audio, LISTENING_RATE)))
        readings = self._spotter.readings(_sounding(heard, audio), vocabulary.phrases)
        return replace(self._written(heard, self._prompt(vocabulary.context)), readings=readings)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Words that cannot be laid over the sound; Whisper itself writes any word."""
        return self._spotter.find_unknown_words(phrases)

    def close(self) -> None:
        """Give the memory back; the recognizer cannot be used afterwards."""
        self._model.unload_model()

    def _written(self, heard: ctranslate2.StorageView, prompt: list[int]) -> Transcript:
        """Whatever the model thinks was said, greedily."""
        result = self._model.generate(
            heard, [prompt], beam_size=1, max_length=len(prompt) + NEW_TOKENS, return_logits_vocab=True
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < self._end]
        chances = [float(_softmax(step)[token]) for step, token in zip(result.logits[0], tokens, strict=False)]
        first = _softmax(result.logits[0][0])
        openings = tuple((word, float(first[ids].sum())) for word, ids in self._openings.items())
        text = self._text.decode(tokens).strip()
        return Transcript(text, _confidence(chances) if text else 0.0, self.name, openings)

    def _prompt(self, question: str) -> list[int]:
        """The question stands where Whisper expects the text that went before."""
        if not question.strip():
            return self._start
        context = self._text.encode(f" {question.strip()}", add_special_tokens=False).ids
        return [self._previous, *context[-QUESTION_TOKENS:], *self._start]

    def _tokens(self, *names: str) -> list[int]:
        return [self._text.token_to_id(name) for name in names]

    def _first_tokens(self, spellings: tuple[str, ...]) -> list[int]:
        encoded = (self._text.encode(spelt, add_special_tokens=False).ids for spelt in spellings)
        return sorted({ids[0] for ids in encoded if len(ids) == 1})


class NoSpotter:
    """Where there is no phone head, nothing is spotted."""

    def readings(self, encoded: np.ndarray, expected: tuple[str, ...]) -> tuple[Reading, ...]:
        return ()

    def find_unknown_words(self, expected: tuple[str, ...]) -> tuple[str, ...]:
        return ()


def _sounding(heard: ctranslate2.StorageView, audio: Audio) -> np.ndarray:
    """The encoder's frames up to a little after the answer's end, shape (frames, width)."""
    return np.array(heard, dtype=np.float32)[0][: round(audio.seconds * FRAMES) + MARGIN]


def _confidence(chances: list[float]) -> float:
    """The least of the first token's probability and the tokens' geometric mean."""
    mean = float(np.exp(np.log(np.maximum(chances, LEAST)).mean()))
    return min(chances[0], mean)


def _load(folder: Path, threads: int) -> ctranslate2.models.Whisper:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"Whisper model {folder} lacks {', '.join(missing)}.", REMEDY)
    try:
        return ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="int8", intra_threads=threads, inter_threads=1)
    except RuntimeError as reason:
        raise ModelError(f"Whisper model {folder} cannot be loaded ({reason}).", REMEDY) from reason


def _tokenizer(path: Path) -> tokenizers.Tokenizer:
    """Read as JSON first, because of a damaged file the library raises nothing more precise than Exception."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        json.loads(text)
    except ValueError as reason:
        raise ModelError(f"Whisper model {path.parent} cannot be loaded ({path.name}: {reason}).", REMEDY) from reason
    return tokenizers.Tokenizer.from_str(text)


def _features(audio: Audio) -> ctranslate2.StorageView:
    """Features of shape (1, 80, frames): the answer, and digital silence up to the window."""
    window = min(LONGEST, max(SHORTEST, round(audio.seconds + 0.5))) * LISTENING_RATE
    samples = audio.floats[:window]
    padded = np.pad(samples, (0, window - len(samples)))
    return ctranslate2.StorageView.from_array(log_mel(padded)[None])


def _softmax(logits: ctranslate2.StorageView) -> np.ndarray:
    """Probabilities over the vocabulary, shape (tokens,)."""
    values = np.array(logits, dtype=np.float32).reshape(-1)
    return np.exp(values - np.logaddexp.reduce(values))
