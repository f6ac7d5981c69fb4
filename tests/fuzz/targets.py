"""What is fuzzed: each parser, fed bytes; and what must hold whatever those bytes are."""

from __future__ import annotations

import random
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

from tests.fuzz import little, mutate
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
from voice.setup.settings import load_settings
from voice.speak.pronounce import load_lexicon, pronounce
from voice.understand.answer import understand
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.loader import load_grammar, load_symptoms, load_vocabulary
from voice.understand.meaning import Answer, Days, Meaning

SEEDS = Path(__file__).parent / "seeds"
FOUND = Path(__file__).parent / "found"
TODAY = date(2026, 2, 28)
_AsTyped = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
STORY = 400
"""Bytes of an answer: as many as the most words that are weighed, and a few more."""
DAYS = (TODAY, date(2024, 2, 29), date(2026, 12, 31), None)
"""Days on which months and years are short, or none is known."""
MOST = 900
"""Letters that a complaint may take; it must be read on a screen beside the kiosk."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads: how it is tried, what it is tried with first, and how that is broken.

    check: raises whatever is wrong with what became of the bytes; a refusal in plain words is right.
    longest: bytes of an input.
    """

    name: str
    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    mutate: mutate.Mutate
    longest: int = 12_000


def targets(scratch: Path) -> dict[str, Target]:
    """Every target, working in the folder `scratch`."""
    files = _Files(scratch)
    made = (
        Target("script", files.script, files.named(little.BANKS), mutate.text),
        Target("answers", files.answers, files.named(little.WORDS[:1]), mutate.text),
        Target("words", files.words, files.named(little.WORDS[1:]), mutate.text),
        Target("settings", files.settings, (_seed("settings.yaml"), _example()), mutate.text),
        Target("catalogue", files.catalogue, (_seed("catalogue.yaml"),), mutate.text),
        Target("manifest", files.manifest, (_seed("manifest.json"),), mutate.text),
        Target("patient", files.patient, (_seed("patient.yaml"),), mutate.text),
        Target("audio", files.audio, _sounds(scratch), mutate.binary),
        Target("understand", understood, _sentences(), mutate.sentence, STORY),
        Target("duration", dated, _sentences(), mutate.sentence, STORY),
    )
    return {target.name: target for target in made}


def found(name: str) -> list[Path]:
    """The cases of a target that once were mishandled."""
    return sorted((FOUND / name).glob("*"))


# --- files ---------------------------------------------------------------------------------------


class _Files:
    """Writes the bytes where the parser looks for them, beside sound neighbours."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._locale = little.lay(scratch / "prompts")
        self._script = load_script(self._locale, "kort")
        write_wav(scratch / "nee.wav", silence(0.1))

    def script(self, data: bytes) -> None:
        with self._broken(data, little.BANKS) as path, refusing(ScriptError, path):
            holds_together(load_script(self._locale, "kort", language=False), random.Random(len(data)))

    def answers(self, data: bytes) -> None:
        with self._broken(data, little.WORDS[:1]) as path, refusing(ScriptError, path):
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
                sound(understand(Transcript(text, 1.0, "text"), question, today=TODAY))

    def words(self, data: bytes) -> None:
        with self._broken(data, little.WORDS[1:]) as path, refusing(ScriptError, path):
            match path.name:
                case "vocabulary.yaml":
                    load_vocabulary(self._locale)
                case "symptoms.yaml":
                    self._script.questions[-1].expected.grammar.extend(load_symptoms(self._locale).get("koorts", {}), str(path))
                case _:
                    pronounce("Bel 112 om 9:30, kinesist.", load_lexicon(self._locale.parent, little.NAME))

    def settings(self, data: bytes) -> None:
        path = self._write("settings.yaml", data)
        with refusing(SettingsError, path):
            says_what_was_written(load_settings(path), yaml.load(data, _AsTyped) or {})

    def read_catalogue(self, data: bytes) -> None:
        path = self._write("catalogue.yaml", data)
        with refusing(ModelError, path):
            for model in read_catalogue(path):
                _typed(model)
                assert not any(Path(file.path).is_absolute() or ".." in file.path for file in model.files)
                assert model.bytes >= 0 and model.sources

    def manifest(self, data: bytes) -> None:
        self._write(MANIFEST, data)
        for file in read_manifest(self._scratch, "whisper-base"):
            _typed(file)

    def patient(self, data: bytes) -> None:
        path = self._write("patient.yaml", data)
        with refusing(PatientError, path):
            patient = load_patient(path, self._script)
            clips = [*patient.default, *patient.confirm, *(clip for clips in patient.answers.values() for clip in clips)]
            assert all(clip.seconds <= 0.11 and clip.rate == LISTENING_RATE for clip in clips)

    def audio(self, data: bytes) -> None:
        path = self._write("sound", data)
        with refusing(AudioError, path):
            heard = read_audio(path)
            told = soundfile.info(path)
            assert heard.rate == LISTENING_RATE and len(heard.pcm) % 2 == 0
            if told.format != "MP3":  # its header only guesses
                assert abs(heard.seconds - told.frames / told.samplerate) < 0.1, (
                    f"{told.format} {told.subtype}: {heard.seconds} s of {told}"
                )

    def named(self, names: tuple[str, ...]) -> tuple[bytes, ...]:
        """Files of the little locale, each with its name on the first line."""
        return tuple(f"# {name}\n".encode() + (self._locale / name).read_bytes() for name in names)

    @contextmanager
    def _broken(self, data: bytes, names: tuple[str, ...]) -> Iterator[Path]:
        """The locale with one of its files replaced: the one that the first line of the data names."""
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
def refusing(kind: type[RuggespraakError], path: Path) -> Iterator[None]:
    """Passes where the block refuses in words: the right kind of error, one printable line, with file and remedy."""
    try:
        yield
    except kind as error:
        told = str(error)
        assert told.isprintable() and len(told) < MOST, f"not one line: {told[:MOST]!r}"
        assert path.parent.name in told and error.remedy, told


def holds_together(script: Script, chance: random.Random) -> None:
    """A script that was accepted can be walked: it ends whatever is answered, and silence is never reassured."""
    assert _ended(script, lambda question: Meaning.SILENCE).level is Level.STAFF
    assert _ended(script, lambda question: Meaning.UNCLEAR).level is not Level.REASSURE
    _ended(script, lambda question: chance.choice(list(Meaning)))


def _ended(script: Script, answered: Callable[[Question], Meaning]) -> Outcome:
    step = begin(script)
    for _ in range(500):
        assert all(line.text for line in step.say)
        if isinstance(step.then, Outcome):
            return step.then
        step = advance(step.visit, Answer(answered(step.then), days=Days(3, 3)))
    raise AssertionError("the consultation does not end")


def says_what_was_written(settings: Any, written: Any) -> None:
    """Every value of the file stands in the settings as it was typed."""
    for key, value in written.items():
        got = getattr(settings, str(key))
        if is_dataclass(got):
            says_what_was_written(got, value or {})
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


def _typed(value: Any) -> None:
    """The fields of a catalogue entry hold what their types say."""
    for item in fields(value):
        held = getattr(value, item.name)
        kind = {"str": str, "int": int}.get(str(item.type), tuple)
        assert isinstance(held, kind), f"{item.name} is {held!r}"


# --- words ---------------------------------------------------------------------------------------


@cache
def _questions() -> tuple[Question, ...]:
    script = load_script(find_shipped("prompts") / "nl-BE", "uitgebreid")
    return script.every_question()


def understood(data: bytes) -> None:
    """Any words for a question picked by them: an answer, and never a no from what nobody knows."""
    text = data.decode("utf-8", "replace")
    question = _questions()[len(data) % len(_questions())]
    sound(understand(Transcript(text, 1.0, "text"), question.expected, today=TODAY))
    if question.kind is Kind.FLAG and text.strip():
        doubtful = understand(Transcript(f"{text} xqzt vlorp", 1.0, "text"), question.expected, today=TODAY)
        assert doubtful.meaning is not Meaning.NO, f"{text!r} with unknown words is no ({doubtful.matched})"


def dated(data: bytes) -> None:
    """Any words for a length of time, on a day picked by them."""
    text = data.decode("utf-8", "replace")
    question = next(question for question in _questions() if question.kind is Kind.DURATION)
    sound(understand(Transcript(text, 1.0, "text"), question.expected, today=DAYS[len(data) % len(DAYS)]))


def sound(answer: Answer) -> None:
    """An answer that the dialogue can do something with."""
    if answer.meaning is Meaning.DURATION:
        assert 0 <= answer.days.low <= answer.days.high, answer
    if answer.meaning is Meaning.TOPIC:
        assert isinstance(answer.topic, str)


# --- seeds ---------------------------------------------------------------------------------------


def _seed(name: str) -> bytes:
    return (SEEDS / name).read_bytes()


def _example() -> bytes:
    return (Path(__file__).parents[2] / "settings.example.yaml").read_bytes()


def _sentences() -> tuple[bytes, ...]:
    return tuple(_seed("sentences.txt").splitlines())


def _sounds(scratch: Path) -> tuple[bytes, ...]:
    """A hundredth of a second of noise in each of the usual formats."""
    noise = np.random.default_rng(1).normal(0, 0.1, (160, 2))
    kinds = (("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAV", "ULAW"), ("WAVEX", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"),
             ("AIFF", "PCM_16"), ("AU", "DOUBLE"), ("MP3", "MPEG_LAYER_III"), ("CAF", "PCM_16"))  # fmt: skip
    return tuple(_sound(scratch / "seed", noise, *kind) for kind in kinds)


def _sound(path: Path, samples: np.ndarray, form: str, subtype: str) -> bytes:
    soundfile.write(path, samples, 16_000, format=form, subtype=subtype)
    return path.read_bytes()
