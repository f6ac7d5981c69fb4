"""Whisper through CTranslate2, made fast and careful for short Dutch answers.

What makes it fast, each measured on recorded answers: the encoder sees a window of 10 s instead of
30 s, decoding is greedy without a second try at a higher temperature, and at most 24 tokens are
written, so a hallucinated loop ends early. The question is given as context, never a list of
answers: such a list makes the model invent "ja" and "nee" in noise.

What makes it careful: a text with words that no usual answer has is heard a second time, now with
only the words of answers allowed. That text is taken where the unrestricted model finds it about
as probable as the first, so noise and other speech, which fit no answer, stay as they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import tokenizers

from voice.audio import LISTENING_RATE, Audio, resample
from voice.errors import ModelError
from voice.recognize import Transcript, Trust, Vocabulary
from voice.recognize.mel import log_mel
from voice.recognize.short_answers import SHORT_ANSWERS, words

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
SHORTEST, LONGEST = 10, 20
"""Seconds: the window for usual answers, and the most that is heard. Whisper could hear 30 s at once, but
not within 3 s on a small machine; the segmenter ends an answer long before."""
NEW_TOKENS = 24
TOLERANCE = 1.0
"""The second hearing may be this much less probable (natural logarithm) and is still taken: about what the
rounding of the weights to 8 bits moves a text from one run to another."""
ANSWER_TOKENS = 12
"""At most so many in the second hearing; short answers need 2 to 8."""
BEAM = 3
"""Of the second hearing; the first is greedy."""
LEAST = 1e-9
"""Stands for a probability of zero, so that its logarithm exists."""
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
    trust = Trust(reject=0.25, sure=0.35, believe=0.6, against=0.05)
    """Calibrated on recordings; models/README.md shows the curve."""

    def __init__(self, folder: Path, threads: int = 2, answers: tuple[str, ...] = SHORT_ANSWERS) -> None:
        self._model = _load(folder, threads)
        self._text = _tokenizer(folder / "tokenizer.json")
        self._start = self._tokens("<|startoftranscript|>", "<|nl|>", "<|transcribe|>", "<|notimestamps|>")
        self._previous, self._end = self._tokens("<|startofprev|>", "<|endoftext|>")
        self._openings = {word: self._first_tokens(spelt) for word, spelt in OPENINGS.items()}
        self._answer_words = frozenset(word for answer in answers for word in words(answer))
        self._foreign = self._tokens_outside(answers)

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        """What was said in `audio` (any rate; the first 20 s count), heard as an answer to the question.

        confidence: the least of the first word's probability and the mean one of the text's tokens.
        alternatives: what was written at first, where the second hearing replaced it.
        """
        if not audio.pcm:
            return Transcript("", 0.0, self.name)
        heard = self._model.encode(_features(resample(audio, LISTENING_RATE)))
        prompt = self._prompt(vocabulary.context)
        free = self._free(heard, prompt)
        if self._worth_a_second(free, audio):
            return self._transcript(self._second(heard, prompt, free), free)
        return self._transcript(free, free)

    def _worth_a_second(self, free: _Hypothesis, audio: Audio) -> bool:
        """Not where nothing was heard, only words of answers were, or a story was told."""
        known = self._answer_words.issuperset(words(free.text))
        return bool(free.text) and not known and audio.seconds < SHORTEST

    def close(self) -> None:
        """Give the memory back; the recognizer cannot be used afterwards."""
        self._model.unload_model()

    def _free(self, heard: ctranslate2.StorageView, prompt: list[int]) -> _Hypothesis:
        """Whatever the model thinks was said, greedily."""
        result = self._model.generate(
            heard, [prompt], beam_size=1, max_length=len(prompt) + NEW_TOKENS, return_logits_vocab=True
        )[0]
        tokens = self._written(result)
        logits = result.logits[0][: len(tokens)]
        chances = tuple(float(_softmax(step)[token]) for step, token in zip(logits, tokens, strict=True))
        first = _softmax(result.logits[0][0])
        openings = tuple((word, float(first[ids].sum())) for word, ids in self._openings.items())
        return _Hypothesis(self._text.decode(tokens).strip(), tuple(tokens), chances, openings)

    def _second(self, heard: ctranslate2.StorageView, prompt: list[int], free: _Hypothesis) -> _Hypothesis:
        """The likeliest text in the words of answers, where it is about as probable as `free`; else `free`."""
        result = self._model.generate(
            heard, [prompt], beam_size=BEAM, max_length=len(prompt) + ANSWER_TOKENS, suppress_tokens=self._foreign
        )[0]
        tokens = self._written(result)
        own, others = self._chances(heard, tokens), self._chances(heard, list(free.tokens))
        if not tokens or np.log(own).sum() < np.log(others).sum() - TOLERANCE:
            return free
        return _Hypothesis(self._text.decode(tokens).strip(), tuple(tokens), own, free.openings)

    def _chances(self, heard: ctranslate2.StorageView, tokens: list[int]) -> tuple[float, ...]:
        """How probable the unrestricted model finds each of these tokens after those before it, without context."""
        aligned = self._model.align(heard, self._start[:-1], [tokens], heard.shape[1])[0]
        return tuple(max(float(chance), LEAST) for chance in aligned.text_token_probs)

    def _written(self, result: ctranslate2.models.WhisperGenerationResult) -> list[int]:
        return [token for token in result.sequences_ids[0] if token < self._end]

    def _prompt(self, question: str) -> list[int]:
        """The question stands where Whisper expects the text that went before."""
        if not question.strip():
            return self._start
        context = self._text.encode(f" {question.strip()}", add_special_tokens=False).ids
        return [self._previous, *context[-QUESTION_TOKENS:], *self._start]

    def _transcript(self, taken: _Hypothesis, free: _Hypothesis) -> Transcript:
        replaced = () if taken is free else (free.text,)
        return Transcript(taken.text, taken.confidence, self.name, free.openings, replaced)

    def _tokens(self, *names: str) -> list[int]:
        return [self._text.token_to_id(name) for name in names]

    def _first_tokens(self, spellings: tuple[str, ...]) -> list[int]:
        encoded = (self._text.encode(spelt, add_special_tokens=False).ids for spelt in spellings)
        return sorted({ids[0] for ids in encoded if len(ids) == 1})

    def _tokens_outside(self, answers: tuple[str, ...]) -> list[int]:
        """Every token that none of the answers needs, however it is capitalised or ended."""
        spelt = [form for answer in answers for form in (f" {answer}", f" {answer}.", f" {answer.lower()}")]
        needed = {token for form in spelt for token in self._text.encode(form, add_special_tokens=False).ids}
        return [token for token in range(self._text.get_vocab_size()) if token not in needed | {self._end}]


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """A text, its tokens, the probability (0..1) of each, and that of each opening word."""

    text: str
    tokens: tuple[int, ...]
    chances: tuple[float, ...]
    openings: tuple[tuple[str, float], ...]

    @property
    def confidence(self) -> float:
        if not self.text:
            return 0.0
        mean = float(np.exp(np.log(np.maximum(self.chances, LEAST)).mean()))
        return min(self.chances[0], mean)


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
