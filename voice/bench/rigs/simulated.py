"""Simulated patients, devices and an engine, so that days of a kiosk can be tried in minutes.

1. Everything between them is the real kiosk: its session, its segmenter, its understanding, its screen.
2. The sound carries the words: each letter is one sample of its own height.
3. The simulated engine reads those samples, in a process of its own like any other engine.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

import numpy as np

from voice.audio.loudspeaker import Halted, never
from voice.audio.microphone import SETTLING_SECONDS
from voice.audio.pcm import LISTENING_RATE, Audio, blocks, resample
from voice.audio.vad import BLOCK
from voice.base.errors import DeviceError, ModelError
from voice.bench.rigs.fakes import QUIET, SPEECH
from voice.consultation.dialogue import advance, begin
from voice.consultation.script import Level, Question, Script
from voice.consultation.visit import Outcome
from voice.kiosk.turns import recorded_patient as patients
from voice.kiosk.turns.observer import Observer
from voice.kiosk.turns.touch import Touches
from voice.recognize.transcript import NEUTRAL, Transcript, Vocabulary
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning

SPEECH_BLOCKS, THINKING = 12, 20
"""Length of an answer, and of the time to think before it, in blocks of 32 ms."""
LETTER = 0x2000
"""Lowest sample that is a letter; louder than all other simulated speech."""
SLOWLY = "~"
"""Mark before words for which the engine takes SLOW_SECONDS, as on a busy machine."""
SLOW_SECONDS = 2.5
CHATTER = ("de trein naar gent had weer vertraging", "jef kom eens hier", "mijn kleindochter heeft een hond")
"""Talk in a waiting room that answers nothing."""
SHORT, LONG = Days(3, 3), Days(90, 90)


def encode_words(words: str) -> bytes:
    """Make speech that carries these words (PCM, 16 kHz)."""
    letters = np.frombuffer(words.encode(), np.uint8).astype("<i2") + LETTER
    speech = np.frombuffer(SPEECH * SPEECH_BLOCKS, "<i2").copy()
    speech[BLOCK : BLOCK + len(letters)] = letters
    return speech.tobytes()


class SimulatedEngine:
    """Read the words from the sound. folder: stands for its model. Raises ModelError if it does not exist."""

    name = "simulated"
    trust = NEUTRAL

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ModelError(f"{folder} holds no model.", "Put it back.")

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        letters = audio.samples[audio.samples >= LETTER] - LETTER
        words = letters.astype(np.uint8).tobytes().decode()
        if words.startswith(SLOWLY):
            time.sleep(SLOW_SECONDS)
        return Transcript(words.lstrip(SLOWLY), 1.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def close(self) -> None: ...


@dataclass
class SimulatedPatient(Observer):
    """A patient who answers the truth, but not always at once and not always by voice.

    flags: ids of the questions to which the truth is yes. days: duration of the pain.
    odd: share (0..1) of questions to which something else is said first. by_hand: the touches of a patient who does not speak.
    leaves: the turn from which the patient is silent. wishes: words said once, at the first flag question.
    slowly: number of answers for which the engine is slow.
    """

    flags: frozenset[str]
    days: Days = SHORT
    chance: random.Random = field(default_factory=random.Random)
    odd: float = 0.15
    by_hand: tuple[Touches, ...] = ()
    leaves: int = 10_000
    wishes: list[str] = field(default_factory=list)
    slowly: int = 0
    turns: int = 0
    _open: Question = Question("", "")
    _asked: Counter[str] = field(default_factory=Counter)

    def on_question(self, question: Question) -> None:
        self._open = question
        self.turns += 1

    def on_listening(self, question: Question) -> None:
        for touches in self.by_hand:
            if self.turns < self.leaves:
                touches.press(Answer(self._truth(question)), question.id)

    def sound(self) -> bytes:
        """Make the patient's next sound (PCM, 16 kHz); empty for silence."""
        words = self._says()
        return encode_words(words) if words else b""

    def _says(self) -> str:
        self._asked[self._open.id] += 1
        if self.turns >= self.leaves:
            return ""
        if self.wishes and self._open.kind is Kind.FLAG:
            return self.wishes.pop()
        if self.chance.random() < self.odd and self._asked[self._open.id] == 1:
            return self.chance.choice(("", *CHATTER, "wat zegt u", "luider", "wacht even"))
        slowly, self.slowly = SLOWLY if self.slowly else "", max(0, self.slowly - 1)
        return slowly + self._words(self._open)

    def _words(self, question: Question) -> str:
        if question.kind is Kind.DURATION:
            return "drie dagen" if self.days is SHORT else "drie maanden"
        return "ja" if self._truth(question) is Meaning.YES else "nee"

    def _truth(self, question: Question) -> Meaning:
        if question.kind is Kind.TOPICS:
            return Meaning.NO
        if question.kind is Kind.DURATION:
            return Meaning.DURATION
        known = self.days is LONG if question.limit_days else question.id in self.flags
        return Meaning.YES if known or question.kind is not Kind.FLAG else Meaning.NO

    def outcome(self, script: Script) -> Outcome:
        """Find the outcome that the protocol alone gives to the truth."""
        step = begin(script)
        while isinstance(step.then, Question):
            step = advance(step.visit, Answer(self._truth(step.then), days=self.days))
        return step.then


def make_patient(script: Script, chance: random.Random, touches: Touches) -> SimulatedPatient:
    """Make a random patient: half have no flag, one in eight touches, one in ten leaves in the middle."""
    ids = [question.id for question in script.questions if question.level is not Level.NONE and not question.limit_days]
    flags = frozenset(chance.sample(ids, chance.choice((0, 0, 0, 0, 1, 1, 2))))
    days = chance.choice((SHORT, SHORT, SHORT, SHORT, LONG))
    patient = SimulatedPatient(flags, days, chance)
    match chance.randrange(40):
        case 0 | 1 | 2 | 3 | 4:
            patient.by_hand, patient.days = (touches,), SHORT
        case 5 | 6 | 7 | 8:
            patient.leaves = chance.randrange(1, 14)
        case 9 | 10:
            patient.wishes = [chance.choice(("stop", "help", "dat weet ik niet"))]
    return patient


class PlaybackPatient(Observer):
    """A recorded patient (`recorded_patient.py`) for the real engines."""

    def __init__(self, patient: patients.RecordedPatient) -> None:
        self._ear = patients.RecordedEar(patient)
        self._open = Question("", "")

    def on_question(self, question: Question) -> None:
        self._open = question

    def sound(self) -> bytes:
        return resample(self._ear.take_next_clip(self._open), LISTENING_RATE).pcm


@dataclass
class SimulatedRoom:
    """What patient and devices share.

    away: devices that are gone, and how many searches for each still fail.
    hurt: time.monotonic() of a fault after which no line was spoken yet; 0 if there is none.
    tender: a fault that counts from the patient's next word. recoveries: seconds from each fault to the next line.
    """

    patient: SimulatedPatient | PlaybackPatient
    away: dict[str, int] = field(default_factory=dict)
    hurt: float = 0.0
    tender: bool = False
    recoveries: list[float] = field(default_factory=list)
    lines: int = 0

    def enters(self, patient: SimulatedPatient | PlaybackPatient) -> None:
        """Let another patient come. Everything that was broken works again."""
        self.patient, self.away, self.hurt, self.tender = patient, {}, 0.0, False
        self.recoveries.clear()

    def breaks(self, tender: bool) -> None:
        """Note that something breaks now, or, if tender, when the patient speaks."""
        self.tender, self.hurt = tender, 0.0 if tender else time.monotonic()

    def answered(self) -> None:
        """Note that the patient has spoken."""
        if self.tender:
            self.hurt, self.tender = time.monotonic(), False

    def spoke(self) -> None:
        """Note that a line begins at the loudspeaker."""
        self.lines += 1
        if self.hurt:
            self.recoveries.append(time.monotonic() - self.hurt)
            self.hurt = 0.0

    def check(self, device: str) -> None:
        if device in self.away:
            raise DeviceError(f"The simulated {device} has gone.", "Plug it in again.")

    def look_for(self, device: str) -> None:
        """Raises DeviceError until the device is back."""
        if self.away.get(device, 0) > 0:
            self.away[device] -= 1
            self.check(device)
        self.away.pop(device, None)


class SimulatedMicrophone:
    """Hear the patient's next words, and then silence without end."""

    device = "simulated microphone"
    overflows, own_voice = 0, 0.0

    def __init__(self, room: SimulatedRoom) -> None:
        self._room = room

    def open(self) -> None:
        self._room.look_for("microphone")

    def blocks(self) -> Iterator[bytes]:
        sound = self._room.patient.sound()
        yield from self._hearing(repeat(QUIET, THINKING))
        if sound:
            self._room.answered()
        yield from self._hearing(blocks(Audio(sound, LISTENING_RATE), BLOCK))
        yield from self._hearing(repeat(QUIET))

    def _hearing(self, sound: Iterator[bytes]) -> Iterator[bytes]:
        for block in sound:
            self._room.check("microphone")
            yield block

    def drain(self, settling: float = SETTLING_SECONDS) -> None: ...

    def close(self) -> None: ...


class SimulatedLoudspeaker:
    """Play in no time."""

    device = "simulated loudspeaker"

    def __init__(self, room: SimulatedRoom) -> None:
        self._room = room

    def open(self) -> None:
        self._room.look_for("loudspeaker")

    def play(self, audio: Audio, halted: Halted = never) -> float:
        self._room.check("loudspeaker")
        self._room.spoke()
        return 0.0 if halted() else audio.seconds

    def stop(self) -> None: ...

    def close(self) -> None: ...
