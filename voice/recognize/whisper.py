"""Whisper through CTranslate2, made fast for short Dutch answers.

What makes it fast, each measured on recorded answers: the encoder sees a window of 10 s instead of
30 s, decoding is greedy without a second try at a higher temperature, and at most 24 tokens are
written, so a hallucinated loop ends early. The question is given as context, never a list of
answers: such a list makes the model invent "ja" and "nee" in noise.
"""

from __future__ import annotations

from pathlib import Path

import ctranslate2
import numpy as np
import tokenizers

from voice.audio import LISTENING_RATE, Audio, resample
from voice.errors import ModelError
from voice.recognize import Transcript, Vocabulary
from voice.recognize.mel import log_mel

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
SHORTEST, LONGEST = 10, 30
"""Seconds: the window for usual answers, and the most that Whisper can hear at once."""
NEW_TOKENS = 24
QUESTION_TOKENS = 60
"""Of a long question the end is kept, which is where Dutch puts what is asked."""
OPENINGS = {
    "ja": (" Ja", " ja", " JA", "Ja", "ja"),
    "nee": (" Nee", " nee", " NEE", "Nee", "nee"),
}
"""Spellings of which the first token alone tells the word; their probabilities are summed."""
REMEDY = "Run `ruggespraak models fetch whisper-base`."


class Whisper:
    """A Recognizer. `folder` holds the four files of a CTranslate2 Whisper model.

    Raises ModelError where the folder does not hold a sound model. Nothing is ever fetched.
    """

    name = "whisper"

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._model = _load(folder, threads)
        self._text = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._start = self._tokens("<|startoftranscript|>", "<|nl|>", "<|transcribe|>", "<|notimestamps|>")
        self._previous, self._end = self._tokens("<|startofprev|>", "<|endoftext|>")
        self._openings = {word: self._first_tokens(spelt) for word, spelt in OPENINGS.items()}

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """What was said in `audio` (any rate; the first 30 s count), heard as an answer to the question."""
        if not audio.pcm:
            return Transcript("", 0.0, self.name)
        heard = self._model.encode(_features(resample(audio, LISTENING_RATE)))
        return self._transcript(self._decode(heard, vocabulary.context))

    def close(self) -> None:
        """Give the memory back; the recognizer cannot be used afterwards."""
        self._model.unload_model()

    def _decode(self, heard: ctranslate2.StorageView, question: str) -> ctranslate2.models.WhisperGenerationResult:
        prompt = self._prompt(question)
        return self._model.generate(
            heard,
            [prompt],
            beam_size=1,
            max_length=len(prompt) + NEW_TOKENS,
            return_logits_vocab=True,
        )[0]

    def _prompt(self, question: str) -> list[int]:
        """The question stands where Whisper expects the text that went before."""
        if not question.strip():
            return self._start
        context = self._text.encode(f" {question.strip()}", add_special_tokens=False).ids
        return [self._previous, *context[-QUESTION_TOKENS:], *self._start]

    def _transcript(self, result: ctranslate2.models.WhisperGenerationResult) -> Transcript:
        tokens = [token for token in result.sequences_ids[0] if token < self._end]
        first = _probabilities(result.logits[0][0])
        openings = tuple((word, float(first[ids].sum())) for word, ids in self._openings.items())
        text = self._text.decode(tokens).strip()
        confidence = float(first[tokens[0]]) if text else 0.0
        return Transcript(text, confidence, self.name, openings)

    def _tokens(self, *names: str) -> list[int]:
        return [self._text.token_to_id(name) for name in names]

    def _first_tokens(self, spellings: tuple[str, ...]) -> list[int]:
        encoded = (self._text.encode(spelt, add_special_tokens=False).ids for spelt in spellings)
        return sorted({ids[0] for ids in encoded if len(ids) == 1})


def _load(folder: Path, threads: int) -> ctranslate2.models.Whisper:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"Whisper model {folder} lacks {', '.join(missing)}.", REMEDY)
    try:
        return ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", intra_threads=threads, inter_threads=1
        )
    except RuntimeError as reason:
        raise ModelError(f"Whisper model {folder} cannot be loaded ({reason}).", REMEDY) from reason


def _features(audio: Audio) -> ctranslate2.StorageView:
    """Features of shape (1, 80, frames): the answer, and digital silence up to the window."""
    window = min(LONGEST, max(SHORTEST, round(audio.seconds + 0.5))) * LISTENING_RATE
    samples = audio.floats[:window]
    padded = np.pad(samples, (0, window - len(samples)))
    return ctranslate2.StorageView.from_array(log_mel(padded)[None])


def _probabilities(logits: ctranslate2.StorageView) -> np.ndarray:
    """Softmax over the vocabulary, shape (tokens,)."""
    values = np.array(logits, dtype=np.float32).reshape(-1)
    return np.exp(values - np.logaddexp.reduce(values))
