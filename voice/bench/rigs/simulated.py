"""Simulated patients, devices and an engine, so that days of a kiosk can be tried in minutes.

1. Everything between them is the real kiosk: its session, its segmenter, its understanding, its screen.
2. The sound carries the words: each letter is one sample of its own height.
3. The simulated engine reads those samples, in a process of its own like any other engine.
4. Words are misheard as often as the real engines misheard recordings of people (`confusions.tsv`).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from threading import Event

import numpy as np

from voice.audio.loudspeaker import Halted, never
from voice.audio.microphone import SETTLING_SECONDS
from voice.audio.pcm import LISTENING_RATE, Audio, blocks, resample
from voice.audio.soundcard import CLOSING_SECONDS, OPENING_SECONDS, STALLED_SECONDS
from voice.audio.timed_calls import TimedCalls
from voice.audio.vad import BLOCK
from voice.base.errors import DeviceError, ModelError
from voice.bench.confusions import Confusions
from voice.bench.rigs.fakes import QUIET, SPEECH
from voice.bench.rigs.patients import is_right, list_levels
from voice.consultation.script import Level, Question, Script, most_urgent
from voice.kiosk.turns import recorded_patient as patients
from voice.kiosk.turns.observer import Observer, Turn
from voice.kiosk.turns.touch import Touches
from voice.recognize.transcript import Transcript, Trust, Vocabulary
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning, Years

ASKED = 3
"""How often the kiosk may ask for an answer before it counts as missing (docs/grounds.md)."""
NEVER = 10_000
"""A turn that no visit reaches."""
NOTHING_MISHEARD = Confusions({})
SPEECH_BLOCKS, THINKING = 12, 20
"""Length of an answer, and of the time to think before it, in blocks of 32 ms."""
LETTER = 0x2000
"""Lowest sample that is a letter; louder than all other simulated speech."""
SLOWLY = "~"
"""Mark before words for which the engine takes SLOW_SECONDS, as on a busy machine."""
SLOW_SECONDS = 2.5
DOUBTFUL = "?"
"""Mark before words of which the engine is not sure."""
DOUBT = 0.5
"""The engine's confidence in them (0..1)."""
CHATTER = ("de trein naar gent had weer vertraging", "jef kom eens hier", "mijn kleindochter heeft een hond")
"""Talk in a waiting room that answers nothing."""
SHORT, LONG = Days(3, 3), Days(90, 90)
SIXTY = Years(60, 60)
"""The age of every patient: no flag that an age settles is there."""
CONFUSIONS = Path(__file__).with_name("confusions.tsv")
"""Made by `ruggespraak bench answers --recordings FILE.tsv --confusions FILE.tsv`."""
HEARD_AS = {
    "yes": "ja", "no": "nee", "dont_know": "dat weet ik niet", "repeat": "wat zegt u", "stop": "stop", "help": "help",
    "none": CHATTER[0],
}  # fmt: skip
"""Words that are understood as each label."""


def encode_words(words: str) -> bytes:
    """Make speech that carries these words (PCM, 16 kHz)."""
    letters = np.frombuffer(words.encode(), np.uint8).astype("<i2") + LETTER
    speech = np.frombuffer(SPEECH * SPEECH_BLOCKS, "<i2").copy()
    speech[BLOCK : BLOCK + len(letters)] = letters
    return speech.tobytes()


class SimulatedEngine:
    """Read the words from the sound. folder: stands for its model. Raises ModelError if it does not exist."""

    name = "simulated"
    trust = Trust(sure=(DOUBT + 1) / 2)

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ModelError(f"{folder} holds no model.", "Put it back.")

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        letters = audio.samples[audio.samples >= LETTER] - LETTER
        words = letters.astype(np.uint8).tobytes().decode()
        if words.startswith(SLOWLY):
            time.sleep(SLOW_SECONDS)
        words = words.removeprefix(SLOWLY)
        return Transcript(words.removeprefix(DOUBTFUL), DOUBT if words.startswith(DOUBTFUL) else 1.0, self.name)

    def find_unknown_words(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        return ()

    def close(self) -> None: ...


class DeceivingEngine(SimulatedEngine):
    """An engine that is broken once it was started again: it hears a sure "nee" in everything. A campaign must notice it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        before = folder / "started"
        self._broken = before.exists()
        before.touch()

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        heard = super().transcribe(audio, vocabulary)
        return replace(heard, text=HEARD_AS["no"], confidence=1.0) if self._broken and heard.text else heard


@dataclass
class SimulatedPatient(Observer):
    """A patient who answers the truth, but not always at once and not always by voice, and is not always heard rightly.

    flags: ids of the questions to which the truth is yes. days: duration of the pain. confusions: how words are misheard.
    odd: share (0..1) of questions to which something else is said first. by_hand: the touches of a patient who does not speak.
    leaves: the turn from which the patient is silent. calls: the turn from which the patient calls for help until somebody
    comes. called, ignored: a call reached the kiosk; questions put after that. wishes: words said once, at the first flag
    question. slowly: number of answers for which the engine is slow. meant, understood: how often each flag was affirmed
    aloud, and the flags of which that was heard to its end and rightly.
    """

    script: Script
    flags: frozenset[str] = frozenset()
    days: Days = SHORT
    chance: random.Random = field(default_factory=random.Random)
    confusions: Confusions = NOTHING_MISHEARD
    odd: float = 0.15
    by_hand: tuple[Touches, ...] = ()
    leaves: int = NEVER
    calls: int = NEVER
    wishes: list[str] = field(default_factory=list)
    stops: bool = False
    slowly: int = 0
    turns: int = 0
    called: bool = False
    ignored: int = 0
    meant: Counter[str] = field(default_factory=Counter)
    understood: set[str] = field(default_factory=set)
    _under_way: str = ""
    _open: Question = Question("", "")
    _lines: list[Utterance] = field(default_factory=list)
    _asked: Counter[str] = field(default_factory=Counter)

    def on_question(self, question: Question) -> None:
        self._open = question
        self._lines.clear()
        self.turns += 1
        self.ignored += self.called

    def on_line(self, utterance: Utterance) -> None:
        self._lines.append(utterance)

    def on_listening(self, question: Question) -> None:
        for touches in self.by_hand:
            if self.turns >= self.calls:
                self.called = touches.press(Answer(Meaning.HELP)) or self.called
            elif self.turns < self.leaves:
                touches.press(Answer(self._truth(question, self._lines), years=SIXTY), question.id)

    def sound(self) -> bytes:
        """Make the patient's next sound (PCM, 16 kHz); empty for silence."""
        self._under_way = ""
        words = self._says()
        return encode_words(words) if words else b""

    def _says(self) -> str:
        self._asked[self._open.id] += 1
        if self.by_hand or self.turns >= self.leaves:
            return ""
        if self.turns >= self.calls:
            words = self._mishear("help")
            self.called = self.called or HEARD_AS["help"] in words
            return words
        if self.wishes and self._open.kind is Kind.FLAG:
            return self._wish(self.wishes.pop())
        if self.chance.random() < self.odd and self._asked[self._open.id] == 1:
            return self.chance.choice(("", *CHATTER, "wat zegt u", "luider", "wacht even"))
        slowly, self.slowly = SLOWLY if self.slowly else "", max(0, self.slowly - 1)
        return slowly + self._words(self._open)

    def _wish(self, words: str) -> str:
        self.stops = self.stops or words == HEARD_AS["stop"]
        return words

    def _words(self, question: Question) -> str:
        if question.kind is Kind.DURATION:
            return "drie dagen" if self.days is SHORT else "drie maanden"
        if question.kind is Kind.AGE:
            return "zestig"
        label = "yes" if self._truth(question, self._lines) is Meaning.YES else "no"
        words = self._mishear(label)
        if label == "yes" and question.kind is Kind.FLAG:
            self.meant[question.settles] += 1
            self._under_way = question.settles if HEARD_AS[label] in words else ""
        return words

    def arrive(self) -> None:
        """Note that the microphone has taken the last sound to its end."""
        self.understood |= {self._under_way} - {""}

    def _mishear(self, label: str) -> str:
        """Return words as the engine hears them when the patient means that label."""
        heard = self.confusions.draw(label, self.chance)
        return HEARD_AS[heard.found] if heard.certain else DOUBTFUL + HEARD_AS[heard.found]

    def _truth(self, question: Question, say: Collection[Utterance]) -> Meaning:
        """The true answer to the question that these lines put."""
        if question.kind is Kind.TOPICS:
            return Meaning.NO
        if question.kind is Kind.DURATION:
            return Meaning.DURATION
        if question.kind is Kind.AGE:
            return Meaning.AGE
        if question.kind is Kind.READBACK:
            return Meaning.YES if is_right(self.script, say, self._present, self.stops) else Meaning.NO
        return Meaning.YES if question.settles in self._present else Meaning.NO

    @property
    def _present(self) -> frozenset[str]:
        """The flags that are there, that of pain that lasts too long among them."""
        long = frozenset(question.settles for question in self.script.questions if question.limit_days)
        return self.flags | long if self.days is LONG else self.flags - long

    @property
    def due(self) -> Level:
        """The level that the truth demands."""
        return most_urgent((*list_levels(self.script, self._present), Level.REASSURE))

    @property
    def due_at_least(self) -> str:
        """The level that the truth demands, if a flag that was misheard as often as the kiosk may ask counts as missing."""
        unheard = {flag for flag, times in self.meant.items() if times >= ASKED} - self.understood
        asked = (self.script.question(flag) for flag in unheard)
        missing = (self.script.unknown[question.recent_level or question.level] for question in asked)
        return str(most_urgent((*list_levels(self.script, self._present - unheard), *missing, Level.REASSURE)))

    @property
    def about(self) -> str:
        """What is true, and what was said of it how often."""
        said = ", ".join(f"{flag} {times} times" for flag, times in self.meant.items())
        return f"{', '.join(sorted(self.flags)) or 'no flag'}; affirmed {said or 'nothing'}; understood {len(self.understood)}"


def make_patient(script: Script, chance: random.Random, touches: Touches, confusions: Confusions) -> SimulatedPatient:
    """Make a random patient: half have no flag, one in eight touches, one in ten leaves in the middle, one in twenty calls."""
    flags = _add_newness(script, chance.sample(_list_flags(script), chance.choice((0, 0, 0, 0, 1, 1, 2))))
    days = chance.choice((SHORT, SHORT, SHORT, SHORT, LONG))
    patient = SimulatedPatient(script, flags, days, chance, confusions)
    match chance.randrange(40):
        case 0 | 1 | 2 | 3 | 4:
            patient.by_hand, patient.days = (touches,), SHORT
        case 5 | 6 | 7 | 8:
            patient.leaves = chance.randrange(1, 14)
        case 9 | 10:
            patient.calls, patient.by_hand = chance.randrange(1, 14), chance.choice(((), (touches,)))
        case 11 | 12:
            patient.wishes = [HEARD_AS[chance.choice(("stop", "dont_know"))]]
    return patient


def make_ill_patient(script: Script, chance: random.Random, confusions: Confusions) -> SimulatedPatient:
    """Make a patient with a flag who says so at once, for a fault that is aimed at that answer."""
    flags = _add_newness(script, chance.sample(_list_flags(script), chance.choice((1, 1, 2))))
    return SimulatedPatient(script, flags, SHORT, chance, confusions, odd=0.0)


def _add_newness(script: Script, flags: Collection[str]) -> frozenset[str]:
    """Add the follow-ups of the flags: what counts only if it is new is new."""
    return frozenset({*flags, *(question.id for question in script.questions if question.recent_of in flags)})


def _list_flags(script: Script) -> list[str]:
    """List the ids of the flags that everybody is asked for, other than the duration and what an age settles."""
    flags = [question for question in script.questions if question.level is not Level.NONE]
    usual = [question for question in flags if not (question.if_mentioned or question.settled_by)]
    return [question.id for question in usual if question.settles == question.id and not (question.limit_days or question.gate)]


class PlaybackPatient(Observer):
    """A recorded patient (`recorded_patient.py`) for the real engines. affirmed: ids of the flags that were heard as a yes."""

    def __init__(self, patient: patients.RecordedPatient) -> None:
        self._ear = patients.RecordedEar(patient)
        self._open = Question("", "")
        self.affirmed: list[str] = []
        self.called, self.ignored, self.stops, self.about, self.due_at_least = False, 0, False, "recorded", ""

    def on_question(self, question: Question) -> None:
        self._open = question

    def on_turn(self, turn: Turn) -> None:
        if turn.question.kind is Kind.FLAG and turn.answer.meaning is Meaning.YES:
            self.affirmed.append(turn.question.id)

    def arrive(self) -> None: ...

    def sound(self) -> bytes:
        return resample(self._ear.take_next_clip(self._open), LISTENING_RATE).pcm


@dataclass
class SimulatedRoom:
    """What patient and devices share.

    away: devices that are gone, and how many searches for each still fail.
    hurt: time.monotonic() of a fault after which no line was spoken yet; 0 if there is none.
    tender: a fault that counts from the patient's next word. recoveries: seconds from each fault to the next line.
    hanging: the calls into a sound server that hangs, with the deadlines of a real one; None while it answers.
    """

    patient: SimulatedPatient | PlaybackPatient
    away: dict[str, int] = field(default_factory=dict)
    hurt: float = 0.0
    tender: bool = False
    recoveries: list[float] = field(default_factory=list)
    lines: int = 0
    hanging: TimedCalls | None = None
    _server_answers: Event = field(default_factory=Event)
    _stalled: bool = False

    def enters(self, patient: SimulatedPatient | PlaybackPatient) -> None:
        """Let another patient come. Everything that was broken works again."""
        self.patient, self.away, self.hurt, self.tender = patient, {}, 0.0, False
        self.recoveries.clear()
        self._server_answers.set()
        self.hanging, self._stalled = None, False

    def hang(self) -> None:
        """Let the sound server hang until the next patient comes."""
        self.hanging, self._server_answers = TimedCalls(), Event()

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
        self.recovers()

    def recovers(self) -> None:
        """Note that the patient is told something again, by voice or by the page."""
        if self.hurt:
            self.recoveries.append(time.monotonic() - self.hurt)
            self.hurt = 0.0

    def check(self, device: str) -> None:
        """Raises DeviceError if the device has gone; its stream stalls before, if the server hangs."""
        if self.hanging and not self._stalled:
            self._stalled = True
            time.sleep(STALLED_SECONDS)
        if device in self.away or self.hanging:
            raise DeviceError(f"The simulated {device} has gone.", "Plug it in again.")

    def look_for(self, device: str) -> None:
        """Raises DeviceError until the device is back, or the server answers."""
        if self.hanging:
            self.hanging.make(device, OPENING_SECONDS, self._server_answers.wait)
        if self.away.get(device, 0) > 0:
            self.away[device] -= 1
            self.check(device)
        self.away.pop(device, None)

    def let_go(self, device: str) -> None:
        """Close the device; that waits for the server, too."""
        if self.hanging:
            self.hanging.owe(device, CLOSING_SECONDS, self._server_answers.wait)


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
        self._room.patient.arrive()
        yield from self._hearing(repeat(QUIET))

    def _hearing(self, sound: Iterator[bytes]) -> Iterator[bytes]:
        for block in sound:
            self._room.check("microphone")
            yield block

    def drain(self, settling: float = SETTLING_SECONDS) -> None: ...

    def rest(self) -> None: ...

    def close(self) -> None:
        self._room.let_go("microphone")


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

    def close(self) -> None:
        self._room.let_go("loudspeaker")
