"""Whisper through CTranslate2, made fast and careful for short Dutch answers.

Fast, each measured on recorded answers:

1. The encoder sees a window of 10 s instead of 30 s.
2. Decoding is greedy, without a second try at a higher temperature.
3. At most 24 tokens are written, so a hallucinated loop ends early.

Careful:

4. The question is given as context, but no list of answers: such a list makes the model invent "ja" and "nee" in noise.
5. The expected answers are also scored on the sound itself, by phones that a small network reads from the encoder's output
   (`phones.py`). The text and the phones go wrong in different ways; `voice/understand/fusion/weighing.py` weighs them.
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
from voice.recognize.measured import WHISPER
from voice.recognize.mel import log_mel
from voice.recognize.phones import Spotter
from voice.recognize.transcript import NO_WORD, YES_WORD, Transcript, Trust, Vocabulary

FILES = ("model.bin", "config.json", "tokenizer.json")
VOCABULARIES = ("vocabulary.txt", "vocabulary.json")
"""A model has one of these."""
MIN_WINDOW, MAX_WINDOW = 10, 20
"""Seconds: the window for usual answers, and the most that is heard. Whisper could hear 30 s at once, but not within 3 s on
a small machine; the segmenter ends an answer long before."""
NEW_TOKENS = 24
FRAMES, MARGIN = 50, 8
"""Frames of the encoder per second, and frames after the answer's end that the phone head still reads."""
MIN_PROBABILITY = 1e-9
"""Replaces a probability of zero, because zero has no logarithm."""
QUESTION_TOKENS = 60
"""Tokens of a long question that are kept, from its end: Dutch puts what is asked there."""
OPENINGS = {word: (f" {word.title()}", f" {word}", f" {word.upper()}", word.title(), word) for word in (YES_WORD, NO_WORD)}
"""Spellings that are one token; their probabilities are summed."""
REMEDY = "Run `ruggespraak models fetch whisper-base`."


class Whisper:
    """A Recognizer. `folder` holds the four files of a CTranslate2 Whisper model.

    phones: folder of the phone head; None if there is none. trust: how sure it must be. name: under which it is told and served.
    device: cpu, or cuda for a graphics card.

    Raises ModelError if a folder holds no sound model. Nothing is fetched.
    """

    name = "whisper"

    def __init__(
        self,
        folder: Path,
        threads: int = 2,
        phones: Path | None = None,
        trust: Trust = WHISPER,
        name: str = name,
        device: str = "cpu",
    ) -> None:
        self.name, self.trust = name, trust
        self._model = _load(folder, threads, device)
        self._tokenizer = _load_tokenizer(folder / "tokenizer.json")
        self._start = self._find_tokens("<|startoftranscript|>", "<|nl|>", "<|transcribe|>", "<|notimestamps|>")
        self._previous, self._end = self._find_tokens("<|startofprev|>", "<|endoftext|>")
        self._openings = {word: self._find_first_tokens(spelt) for word, spelt in OPENINGS.items()}
        self._spotter = Spotter(phones) if phones else None

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """Hear `audio` (any rate; the first 20 s count) as an answer to the question.

        The confidence is the lower of the first token's probability and the tokens' mean one. There are readings if there is
        a phone head.
        """
        if not audio.pcm:
            return Transcript("", 0.0, self.name)
        encoded = self._model.encode(_compute_features(resample(audio, LISTENING_RATE), self._model.n_mels))
        transcript = self._decode(encoded, self._make_prompt(vocabulary.context))
        if self._spotter is None:
            return transcript
        return replace(transcript, readings=self._spotter.spot(_cut_frames(encoded, audio), vocabulary.phrases))

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words that the phone head cannot spot; Whisper itself writes any word."""
        return self._spotter.find_unknown_words(phrases) if self._spotter else ()

    def close(self) -> None:
        """Free the memory; the recognizer cannot be used afterwards."""
        self._model.unload_model()

    def _decode(self, encoded: ctranslate2.StorageView, prompt: list[int]) -> Transcript:
        """Write greedily what the model heard."""
        limit = len(prompt) + NEW_TOKENS
        result = self._model.generate(encoded, [prompt], beam_size=1, max_length=limit, return_logits_vocab=True)[0]
        tokens = [token for token in result.sequences_ids[0] if token < self._end]
        probabilities = [float(_softmax(step)[token]) for step, token in zip(result.logits[0], tokens, strict=False)]
        first = _softmax(result.logits[0][0])
        openings = tuple((word, float(first[ids].sum())) for word, ids in self._openings.items())
        text = self._tokenizer.decode(tokens).strip()
        return Transcript(text, _compute_confidence(probabilities) if text else 0.0, self.name, openings)

    def _make_prompt(self, question: str) -> list[int]:
        """Put the question where Whisper expects the text that went before."""
        if not question.strip():
            return self._start
        context = self._tokenizer.encode(f" {question.strip()}", add_special_tokens=False).ids
        return [self._previous, *context[-QUESTION_TOKENS:], *self._start]

    def _find_tokens(self, *names: str) -> list[int]:
        """Look up special tokens; every Whisper tokenizer has those that are asked for here."""
        return [token for name in names if (token := self._tokenizer.token_to_id(name)) is not None]

    def _find_first_tokens(self, spellings: tuple[str, ...]) -> list[int]:
        encoded = (self._tokenizer.encode(spelt, add_special_tokens=False).ids for spelt in spellings)
        return sorted({ids[0] for ids in encoded if len(ids) == 1})


def _cut_frames(encoded: ctranslate2.StorageView, audio: Audio) -> np.ndarray:
    """Return the encoder's frames up to a little after the answer's end, shape (frames, width)."""
    frames: np.ndarray = np.array(encoded, dtype=np.float32)[0][: round(audio.seconds * FRAMES) + MARGIN]
    return frames


def _compute_confidence(probabilities: list[float]) -> float:
    """Return the lower of the first token's probability and the geometric mean of all tokens'."""
    mean = float(np.exp(np.log(np.maximum(probabilities, MIN_PROBABILITY)).mean()))
    return min(probabilities[0], mean)


def _load(folder: Path, threads: int, device: str) -> ctranslate2.models.Whisper:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in VOCABULARIES):
        missing.append(VOCABULARIES[0])
    if missing:
        raise ModelError(f"Whisper model {folder} lacks {', '.join(missing)}.", REMEDY)
    try:
        return ctranslate2.models.Whisper(str(folder), device=device, compute_type="int8", intra_threads=threads, inter_threads=1)
    except RuntimeError as reason:
        raise ModelError(f"Whisper model {folder} cannot be loaded ({reason}).", REMEDY) from reason


def _load_tokenizer(path: Path) -> tokenizers.Tokenizer:
    """Read it as JSON first, because the library raises a bare Exception for a damaged file."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        json.loads(text)
    except ValueError as reason:
        raise ModelError(f"Whisper model {path.parent} cannot be loaded ({path.name}: {reason}).", REMEDY) from reason
    return tokenizers.Tokenizer.from_str(text)


def _compute_features(audio: Audio, bands: int) -> ctranslate2.StorageView:
    """Compute features of shape (1, bands, frames): the answer, then digital silence up to the window's end."""
    window = min(MAX_WINDOW, max(MIN_WINDOW, round(audio.seconds + 0.5))) * LISTENING_RATE
    samples = audio.floats[:window]
    padded = np.pad(samples, (0, window - len(samples)))
    return ctranslate2.StorageView.from_array(log_mel(padded, bands)[None])


def _softmax(logits: ctranslate2.StorageView) -> np.ndarray:
    """Return probabilities over the tokens, shape (tokens,)."""
    values = np.array(logits, dtype=np.float32).reshape(-1)
    probabilities: np.ndarray = np.exp(values - np.logaddexp.reduce(values))
    return probabilities
