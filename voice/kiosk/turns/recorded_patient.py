"""Reads a recorded patient: audio files that answer the questions, for demonstration and test.

    default:                 # for every question without a list of its own
      - nee.wav
    answers:
      koorts: [ja.wav]
      plassen: [stilte, nee.wav]   # `stilte` (or `silence`) means saying nothing
    confirm: [ja.wav]        # for "klopt dat?"
    flags: [koorts]          # the questions to which the truth is yes: only for `bench soak`, which judges by it

A part of a file is written as {file: nee.ogg, start: 0.2, end: 1.1}, in seconds. Paths are relative to the
patient's file. Each time a question is put, the next item of its list is played; an exhausted list falls
silent. `default` and `confirm` begin again for each question; without `confirm` a read-back is met with silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from voice.audio.microphone import play_clip
from voice.audio.pcm import LONGEST, Audio, cut, read_audio
from voice.base.choices import name_choices
from voice.base.errors import AudioError, PatientError, ScriptError
from voice.base.yamlfile import Place, Section, read_yaml
from voice.consultation.script import Question, Script
from voice.understand.expected import Kind

SILENT = frozenset({"stilte", "silence"})
NOTHING = Audio(b"", 16_000)


@dataclass(frozen=True, slots=True)
class RecordedPatient:
    """What a recorded patient says: lists of clips, one for each time that a question is put; an empty clip is a silence.

    flags: ids of the questions to which the truth is yes; None if the file does not say.
    """

    default: tuple[Audio, ...]
    answers: Mapping[str, tuple[Audio, ...]]
    confirm: tuple[Audio, ...]
    flags: frozenset[str] | None = None


class RecordedEar:
    """Hears a recorded patient: each time a question is put, the clip that comes next, then silence."""

    def __init__(self, patient: RecordedPatient) -> None:
        self._patient = patient
        self._put: Counter[tuple[str, str]] = Counter()
        self._asked = ""

    def blocks(self, question: Question) -> Iterator[bytes]:
        return play_clip(self.take_next_clip(question))

    def take_next_clip(self, question: Question) -> Audio:
        """Return the clip that comes next for this question; an empty one if the patient says nothing.

        A read-back belongs to the question before it: its list begins again after each of those, as `default` does.
        """
        clips = self._patient.confirm
        if question.kind is not Kind.READBACK:
            self._asked, clips = question.id, self._patient.answers.get(question.id, self._patient.default)
        key = (question.id, self._asked)
        self._put[key] += 1
        return clips[self._put[key] - 1] if self._put[key] <= len(clips) else NOTHING


def load_patient(path: Path, script: Script, known: Callable[[], Iterable[str]] = tuple) -> RecordedPatient:
    """Read a recorded patient.

    known: returns the ids of the questions of other scripts, which a patient may answer without harm. It has to read
        them all, so it is only called if a question is not in this script.
    Raises PatientError, with the file, the line and the remedy, if a clip is not there or cannot be read, or if no script
    has a question.
    """
    try:
        place = read_yaml(path)
        place.allow_only(("default", "answers", "confirm", "name", "about", "flags"))
        questions = place.inside("answers")
        asked = {question.id for question in script.every_question()}
        flags = frozenset(place.texts("flags")) if "flags" in place.section else None
        if not asked.issuperset({*questions.section, *(flags or ())}):
            asked.update(known())
            questions.allow_only(asked)
        if unknown := min((flags or frozenset()) - asked, default=""):
            raise place.complain("flags", f"'{unknown}' is no question.", name_choices(unknown, sorted(asked)))
        answers = {name: _read_clips(questions, name, path.parent) for name in questions.section}
        default, confirm = (_read_clips(place, name, path.parent) for name in ("default", "confirm"))
        return RecordedPatient(default, answers, confirm, flags)
    except ScriptError as reason:
        raise PatientError(reason.problem, reason.remedy) from reason


def _read_clips(place: Place, key: str, folder: Path) -> tuple[Audio, ...]:
    items = place.section.get(key, [])
    if not isinstance(items, list):
        items = [items]
    return tuple(_read_clip(place, key, folder, item) for item in items)


def _read_clip(place: Place, key: str, folder: Path, item: object) -> Audio:
    if isinstance(item, Section):
        part = Place(place.path, item)
        part.allow_only(("file", "start", "end"))
        whole = _read_file(part, "file", folder / part.text("file"))
        piece = cut(whole, _read_seconds(part, "start", "0"), _read_seconds(part, "end", str(whole.seconds)))
        if not piece.pcm:
            raise part.complain("start", "this part of the file holds no sound.", "Let start stand before end, both in the file.")
        return piece
    if not isinstance(item, str) or not item:
        raise place.complain(key, f"'{key}' must be a list of audio files.", "Write [nee.wav, stilte].")
    return NOTHING if item in SILENT else _read_file(place, key, folder / item)


def _read_file(place: Place, key: str, path: Path) -> Audio:
    try:
        return read_audio(path)
    except AudioError as reason:
        raise place.complain(key, reason.problem, reason.remedy) from reason


def _read_seconds(place: Place, key: str, default: str) -> float:
    try:
        seconds = float(place.text(key, default))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST:
        raise place.complain(key, f"'{key}' must be a number of seconds into the file.", "Write for instance 0.8.")
    return seconds
