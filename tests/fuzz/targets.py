"""The targets of fuzzing: every parser with what must hold for any bytes that it is given."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import yaml

from tests.fuzz import mutate, small_locale
from voice.audio.pcm import LISTENING_RATE, read_audio, silence, write_wav
from voice.base.errors import AudioError, ModelError, PatientError, RuggespraakError, ScriptError, SettingsError
from voice.base.paths import find_shipped
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import load_script
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome
from voice.kiosk.turns.recorded_patient import load_patient
from voice.recognize.transcript import Transcript
from voice.setup.models.catalogue import read_catalogue
from voice.setup.models.unpack import MANIFEST, read_manifest
from voice.setup.settings_reader import load_settings
from voice.speak.pronounce import load_lexicon, pronounce
from voice.understand.answer import apply_rules, understand
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.loader import load_grammar, load_symptoms, load_vocabulary
from voice.understand.meaning import Answer, Days, Meaning

SEEDS = Path(__file__).parent / "seeds"
FOUND = Path(__file__).parent / "found"
TODAY = date(2026, 2, 28)
STORY = 400
"""Longest answer in bytes: a little more than the most words that understanding weighs."""
DAYS = (TODAY, date(2024, 2, 29), date(2026, 12, 31), None)
"""Days at the edge of a month or year, and None if today is not known."""
MOST = 900
"""Most letters of a refusal: somebody must read it on a screen beside the kiosk."""


_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _AsTyped(_Base):
    """Reads every value as it is typed, and nothing as an empty text."""


_AsTyped.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_AsTyped.add_constructor("tag:yaml.org,2002:null", lambda loader, node: "")


@dataclass(frozen=True, slots=True)
class Target:
    """One parser to fuzz.

    check: reads the bytes and raises if the result is wrong; a refusal in plain words is right.
    seeds: sound inputs to begin with. mutate: breaks an input. longest: longest input in bytes.
    """

    name: str
    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    mutate: mutate.Mutate
    longest: int = 12_000


def make_targets(scratch: Path) -> dict[str, Target]:
    """Make every target, by name. They write only into the folder `scratch`."""
    files = _Files(scratch)
    made = (
        Target("script", files.script, files.read_named(small_locale.BANKS), mutate.change_text),
        Target("answers", files.answers, files.read_named(small_locale.WORDS[:1]), mutate.change_text),
        Target("words", files.words, files.read_named(small_locale.WORDS[1:]), mutate.change_text),
        Target("settings", files.settings, (_read_seed("settings.yaml"), _read_example()), mutate.change_text),
        Target("catalogue", files.catalogue, (_read_seed("catalogue.yaml"),), mutate.change_text),
        Target("manifest", files.manifest, (_read_seed("manifest.json"),), mutate.change_text),
        Target("patient", files.patient, (_read_seed("patient.yaml"),), mutate.change_text),
        Target("audio", files.audio, _make_sounds(scratch), mutate.change_numbers),
        Target("understand", check_understanding, _read_sentences(), mutate.change_words, STORY),
        Target("duration", check_duration, _read_sentences(), mutate.change_words, STORY),
    )
    return {target.name: target for target in made}


def find_cases(name: str) -> list[Path]:
    """Find the cases of a target that were mishandled once."""
    return sorted((FOUND / name).glob("*"))


# --- files ---------------------------------------------------------------------------------------


class _Files:
    """Writes the bytes to the place where the parser looks for them, beside files that are sound."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._locale = small_locale.write_locale(scratch / "prompts")
        self._script = load_script(self._locale, "kort")
        write_wav(scratch / "nee.wav", silence(0.1))

    def script(self, data: bytes) -> None:
        with self._broken(data, small_locale.BANKS) as path, expect_refusal(ScriptError, path):
            assert_it_can_be_walked(load_script(self._locale, "kort", language=False), random.Random(len(data)))

    def answers(self, data: bytes) -> None:
        with self._broken(data, small_locale.WORDS[:1]) as path, expect_refusal(ScriptError, path):
            grammar = load_grammar(self._locale)
            question = Expected(kind=Kind.DURATION, limit_days=42, grammar=grammar)
            for text in (
                "sinds maandag",
                "eind januari",
                "drie weken",
                "sinds de winter",
                "vorige maand",
                "met pasen",
                "ja of nee",
            ):
                assert_usable(understand(Transcript(text, 1.0, "text"), question, today=TODAY))

    def words(self, data: bytes) -> None:
        with self._broken(data, small_locale.WORDS[1:]) as path, expect_refusal(ScriptError, path):
            match path.name:
                case "vocabulary.yaml":
                    load_vocabulary(self._locale)
                case "symptoms.yaml":
                    self._script.questions[-1].expected.grammar.extend(load_symptoms(self._locale).get("koorts", {}), str(path))
                case _:
                    pronounce("Bel 112 om 9:30, kinesist.", load_lexicon(self._locale.parent, small_locale.NAME))

    def settings(self, data: bytes) -> None:
        path = self._write("settings.yaml", data)
        with expect_refusal(SettingsError, path):
            settings = load_settings(path)
            try:
                written = yaml.load(data, _AsTyped)
            except yaml.constructor.ConstructorError:  # a list as the name of a word: this reader cannot compare it
                return
            assert_as_written(settings, written or {})

    def catalogue(self, data: bytes) -> None:
        path = self._write("catalogue.yaml", data)
        with expect_refusal(ModelError, path):
            for model in read_catalogue(path):
                _assert_types(model)
                assert not any(Path(file.path).is_absolute() or ".." in file.path for file in model.files)
                assert model.bytes >= 0 and model.sources

    def manifest(self, data: bytes) -> None:
        self._write(MANIFEST, data)
        for file in read_manifest(self._scratch, "whisper-base"):
            _assert_types(file)

    def patient(self, data: bytes) -> None:
        path = self._write("patient.yaml", data)
        with expect_refusal(PatientError, path):
            patient = load_patient(path, self._script)
            clips = [*patient.default, *patient.confirm, *(clip for clips in patient.answers.values() for clip in clips)]
            assert all(clip.seconds <= 0.11 and clip.rate == LISTENING_RATE for clip in clips)

    def audio(self, data: bytes) -> None:
        path = self._write("sound", data)
        with expect_refusal(AudioError, path):
            heard = read_audio(path)
            told = soundfile.info(path)
            assert heard.rate == LISTENING_RATE and len(heard.pcm) % 2 == 0
            if told.format != "MP3":  # its header only guesses
                assert abs(heard.seconds - told.frames / told.samplerate) < 0.1, (
                    f"{told.format} {told.subtype}: {heard.seconds} s of {told}"
                )

    def read_named(self, names: tuple[str, ...]) -> tuple[bytes, ...]:
        """Read files of the small locale, each with its name on the first line."""
        return tuple(f"# {name}\n".encode() + (self._locale / name).read_bytes() for name in names)

    @contextmanager
    def _broken(self, data: bytes, names: tuple[str, ...]) -> Iterator[Path]:
        """Replace for a while the file of the locale that the first line of the data names."""
        first, _, rest = data.partition(b"\n")
        name = first.decode("utf-8", "replace").lstrip("# ")
        path = self._locale / (name if name in names else names[0])
        before = path.read_bytes()
        path.write_bytes(rest)
        try:
            yield path
        finally:
            path.write_bytes(before)

    def _write(self, name: str, data: bytes) -> Path:
        path = self._scratch / name
        path.write_bytes(data)
        return path


@contextmanager
def expect_refusal(kind: type[RuggespraakError], path: Path) -> Iterator[None]:
    """Allow the block to refuse: with an error of that kind, in one printable line, with file and remedy."""
    try:
        yield
    except kind as error:
        told = str(error)
        assert told.isprintable() and len(told) < MOST, f"not one line: {told[:MOST]!r}"
        assert path.parent.name in told and error.remedy, told


def assert_it_can_be_walked(script: Script, rng: random.Random) -> None:
    """Check that a script that was accepted ends whatever is answered, and never reassures after silence."""
    assert _walk(script, lambda question: Meaning.SILENCE).level is Level.STAFF
    assert _walk(script, lambda question: Meaning.UNCLEAR).level is not Level.REASSURE
    _walk(script, lambda question: rng.choice(list(Meaning)))


def _walk(script: Script, answer: Callable[[Question], Meaning]) -> Outcome:
    step = begin(script)
    for _ in range(500):
        assert all(line.text for line in step.say)
        if isinstance(step.then, Outcome):
            return step.then
        step = advance(step.visit, Answer(answer(step.then), days=Days(3, 3)))
    raise AssertionError("the consultation does not end")


def assert_as_written(settings: Any, written: Any) -> None:
    """Check that the settings hold every value of the file as it was typed."""
    for key, value in written.items():
        got = getattr(settings, str(key))
        if is_dataclass(got):
            assert_as_written(got, value or {})
        elif isinstance(got, tuple):
            assert dict(got) == {name: said.strip() for name, said in (value or {}).items()}
        elif isinstance(got, bool):
            assert got == (value.strip().lower() in ("yes", "true", "on"))
        elif isinstance(got, (int, float)):
            assert got == float(value)
        elif isinstance(got, Path):
            assert got == Path(value.strip()).expanduser()
        else:
            assert got == value.strip()


def _assert_types(value: Any) -> None:
    """Check that the fields of a catalogue entry have the types that they declare."""
    for item in fields(value):
        held = getattr(value, item.name)
        if is_dataclass(held):
            _assert_types(held)
            continue
        kind = {"str": str, "int": int, "Measurement | None": type(None)}.get(str(item.type), tuple)
        assert isinstance(held, kind), f"{item.name} is {held!r}"


# --- words ---------------------------------------------------------------------------------------


@cache
def _load_questions() -> tuple[Question, ...]:
    script = load_script(find_shipped("prompts") / "nl-BE", "uitgebreid")
    return script.every_question()


def check_understanding(data: bytes) -> None:
    """Check that any words have a meaning for a question (picked by their length), and that unknown words are never a no."""
    text = data.decode("utf-8", "replace")
    question = _load_questions()[len(data) % len(_load_questions())]
    assert_usable(understand(Transcript(text, 1.0, "text"), question.expected, today=TODAY))
    if question.kind is Kind.FLAG and text.strip():
        doubtful = Transcript(f"{text} xqzt vlorp", 1.0, "text")
        ruled, meant = (read(doubtful, question.expected, today=TODAY) for read in (apply_rules, understand))
        assert ruled.meaning is not Meaning.NO, f"{text!r} with unknown words is no ({ruled.matched})"
        assert meant.meaning is not Meaning.NO or not meant.certain, (
            f"{text!r} with unknown words is certainly no ({meant.matched})"
        )


def check_duration(data: bytes) -> None:
    """Check that any words are read as a length of time without an error, on a day picked by their length."""
    text = data.decode("utf-8", "replace")
    question = next(question for question in _load_questions() if question.kind is Kind.DURATION)
    assert_usable(understand(Transcript(text, 1.0, "text"), question.expected, today=DAYS[len(data) % len(DAYS)]))


def assert_usable(answer: Answer) -> None:
    """Check that the dialogue can use the answer."""
    if answer.meaning is Meaning.DURATION:
        assert 0 <= answer.days.low <= answer.days.high, answer
    if answer.meaning is Meaning.TOPIC:
        assert isinstance(answer.topic, str)


# --- seeds ---------------------------------------------------------------------------------------


def _read_seed(name: str) -> bytes:
    return (SEEDS / name).read_bytes()


def _read_example() -> bytes:
    return (Path(__file__).parents[2] / "settings.example.yaml").read_bytes()


def _read_sentences() -> tuple[bytes, ...]:
    return tuple(_read_seed("sentences.txt").splitlines())


def _make_sounds(scratch: Path) -> tuple[bytes, ...]:
    """Make a hundredth of a second of noise in each of the usual formats."""
    noise = np.random.default_rng(1).normal(0, 0.1, (160, 2))
    kinds = (("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAV", "ULAW"), ("WAVEX", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"),
             ("AIFF", "PCM_16"), ("AU", "DOUBLE"), ("MP3", "MPEG_LAYER_III"), ("CAF", "PCM_16"))  # fmt: skip
    return tuple(_write_sound(scratch / "seed", noise, *kind) for kind in kinds)


def _write_sound(path: Path, samples: np.ndarray, form: str, subtype: str) -> bytes:
    soundfile.write(path, samples, 16_000, format=form, subtype=subtype)
    return path.read_bytes()
