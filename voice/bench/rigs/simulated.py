"""Simulated patients and an engine, so that days of a kiosk can be tried in minutes.

1. Everything between them is the real kiosk: its session, its segmenter, its understanding, its screen.
2. The sound carries the words: each letter is one sample of its own height.
3. The simulated engine reads those samples, in a process of its own like any other engine.
4. Words are misheard as often as the real engines misheard recordings of people (`confusions.tsv`).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from voice.audio.pcm import LISTENING_RATE, Audio, resample
from voice.audio.vad import BLOCK
from voice.base.errors import ModelError
from voice.bench.confusions import Confusions
from voice.bench.rigs.fakes import QUIET, SPEECH
from voice.bench.rigs.hand import Hand
from voice.bench.rigs.patients import is_right, list_levels
from voice.consultation.script import Level, Question, Script, most_urgent
from voice.kiosk.turns import recorded_patient as patients
from voice.kiosk.turns.observer import Observer
from voice.recognize.transcript import Transcript, Trust, Vocabulary
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Days, Meaning

ASKED = 3
"""How often the kiosk may ask for an answer before it counts as missing (docs/grounds.md)."""
NEVER = 10_000
"""A turn that no visit reaches."""
NOTHING_MISHEARD = Confusions({})
SPEECH_BLOCKS, THINKING = 12, 20
"""Length of an answer, and of the time to think before it, in blocks of 32 ms."""
LONG_BLOCKS = (219, 465)
"""Length of a long answer: 7 to 14.9 s. What is longer than 15 s is cut by the kiosk."""
SENTENCE_BLOCKS, BREATH_BLOCKS = 60, 10
"""In a long answer the patient speaks so long, and is then quiet so long: less than ends any answer."""
WORDY = 0.1
"""Share of the answers that are long."""
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
CONFUSIONS = Path(__file__).with_name("confusions.tsv")
"""Made by `ruggespraak bench answers --recordings FILE.tsv --confusions FILE.tsv`."""
HEARD_AS = {
    "yes": "ja", "no": "nee", "dont_know": "dat weet ik niet", "repeat": "wat zegt u", "stop": "stop", "help": "help",
    "none": CHATTER[0],
}  # fmt: skip
"""Words that are understood as each label."""


def encode_words(words: str, length: int = SPEECH_BLOCKS, at: int = 1) -> bytes:
    """Make speech that carries these words (PCM, 16 kHz). length, at: how long it is, and where they stand, in blocks."""
    letters = np.frombuffer(words.encode(), np.uint8).astype("<i2") + LETTER
    period = SENTENCE_BLOCKS + BREATH_BLOCKS
    sounds = (SPEECH if number % period < SENTENCE_BLOCKS else QUIET for number in range(length))
    speech = np.frombuffer(b"".join(sounds), "<i2").copy()
    speech[at * BLOCK : at * BLOCK + len(letters)] = letters
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
class HelpCalls:
    """What became of a patient's calls for help.

    touched, refused: how often HELP was touched, and how often the staff were not called by that. spoken, misheard: how often
    it was said, and how often the engine heard something else. heard, ignored: a call reached the kiosk; questions put after.
    """

    touched: int = 0
    refused: int = 0
    spoken: int = 0
    misheard: int = 0
    heard: bool = False
    ignored: int = 0


@dataclass
class SimulatedPatient(Observer):
    """A patient who answers the truth, but not always at once and not always by voice, and is not always heard rightly.

    flags: ids of the questions to which the truth is yes. days: duration of the pain. confusions: how words are misheard.
    odd: share (0..1) of questions to which something else is said first. wordy: share of the answers that are long, and
    long_answers: how many were. by_hand: the hand of a patient who does not speak. untaken: touched answers that did not count.
    leaves: the turn from which the patient is silent. calls: the turn from which the patient calls for help until somebody
    comes. hasty: HELP is touched while the lines before the question are spoken. help: what became of the calls. wishes: words
    said once, at the first flag question. stops: the patient wanted to end it. slowly: number of answers for which the engine
    is slow. meant, understood: how often each flag was affirmed aloud, and the flags of which that was heard to its end and
    rightly.
    """

    script: Script
    flags: frozenset[str] = frozenset()
    days: Days = SHORT
    chance: random.Random = field(default_factory=random.Random)
    confusions: Confusions = NOTHING_MISHEARD
    odd: float = 0.15
    wordy: float = 0.0
    long_answers: int = 0
    untaken: int = 0
    by_hand: Hand | None = None
    leaves: int = NEVER
    calls: int = NEVER
    hasty: bool = False
    help: HelpCalls = field(default_factory=HelpCalls)
    wishes: list[str] = field(default_factory=list)
    stops: bool = False
    slowly: int = 0
    turns: int = 0
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
        self.help.ignored += self.help.heard
        if self.by_hand and self.hasty and self.turns >= self.calls:
            self._touch_help(self.by_hand)

    def on_line(self, utterance: Utterance) -> None:
        self._lines.append(utterance)

    def on_listening(self, question: Question) -> None:
        if self.by_hand and self.turns >= self.calls:
            self._touch_help(self.by_hand)
        elif self.by_hand and self.turns < self.leaves:
            self.untaken += not self.by_hand.answer(self._truth(question, self._lines))

    def _touch_help(self, hand: Hand) -> None:
        called = hand.call()
        self.help.touched += 1
        self.help.refused += not called
        self.help.heard = self.help.heard or called

    def sound(self) -> bytes:
        """Make the patient's next sound (PCM, 16 kHz); empty for silence."""
        self._under_way = ""
        words = self._says()
        if not words or self.chance.random() >= self.wordy:
            return encode_words(words) if words else b""
        self.long_answers += 1
        length = self.chance.randint(*LONG_BLOCKS)
        return encode_words(words, length, self.chance.choice((1, length - 2)))

    @property
    def has_left(self) -> bool:
        return self.turns >= self.leaves

    def _says(self) -> str:
        self._asked[self._open.id] += 1
        if self.by_hand or self.has_left:
            return ""
        if self.turns >= self.calls:
            words = self._mishear("help")
            self.help.spoken += 1
            self.help.misheard += HEARD_AS["help"] not in words
            self.help.heard = self.help.heard or HEARD_AS["help"] in words
            return words
        if self.wishes and self._open.kind is Kind.FLAG:
            return self._wish(self.wishes.pop())
        is_first = self._asked[self._open.id] == 1 and self._open.id != self.script.presence.id
        if self.chance.random() < self.odd and is_first:
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
        return find_due(self.script, self._present)

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


def find_due(script: Script, flags: Collection[str]) -> Level:
    """Return the level that these flags demand together."""
    return most_urgent((*list_levels(script, flags), Level.REASSURE))


def make_patient(script: Script, chance: random.Random, hand: Hand, confusions: Confusions) -> SimulatedPatient:
    """Make a random patient: half have no flag, one in eight touches, one in ten leaves in the middle, one in ten calls."""
    flags = _add_newness(script, chance.sample(_list_flags(script), chance.choice((0, 0, 0, 0, 1, 1, 2))))
    days = chance.choice((SHORT, SHORT, SHORT, SHORT, LONG))
    patient = SimulatedPatient(script, flags, days, chance, confusions, wordy=WORDY)
    match chance.randrange(40):
        case 0 | 1 | 2 | 3 | 4:
            patient.by_hand, patient.days = hand, SHORT
        case 5 | 6 | 7 | 8:
            patient.leaves = chance.randrange(1, 14)
        case 9 | 10:
            patient.calls, patient.by_hand, patient.hasty = chance.randrange(1, 14), hand, chance.random() < 0.5
        case 11 | 12:
            patient.calls = chance.randrange(1, 14)
        case 13 | 14:
            patient.wishes = [HEARD_AS[chance.choice(("stop", "dont_know"))]]
    return patient


def make_ill_patient(script: Script, chance: random.Random, confusions: Confusions) -> SimulatedPatient:
    """Make a patient with a flag who says so at once, for a fault that is aimed at that answer."""
    flags = _add_newness(script, chance.sample(_list_flags(script), chance.choice((1, 1, 2))))
    return SimulatedPatient(script, flags, SHORT, chance, confusions, odd=0.0, wordy=WORDY)


def _add_newness(script: Script, flags: Collection[str]) -> frozenset[str]:
    """Add the follow-ups of the flags: what counts only if it is new is new."""
    return frozenset({*flags, *(question.id for question in script.questions if question.recent_of in flags)})


def _list_flags(script: Script) -> list[str]:
    """List the ids of the flags that everybody is asked for, other than the duration and what an age settles."""
    flags = [question for question in script.questions if question.level is not Level.NONE]
    usual = [question for question in flags if not (question.if_mentioned or question.settled_by)]
    return [question.id for question in usual if question.settles == question.id and not (question.limit_days or question.gate)]


class PlaybackPatient(Observer):
    """A recorded patient (`recorded_patient.py`) for the real engines. flags: ids of the questions to which the truth is yes."""

    stops, has_left, long_answers, untaken = False, False, 0, 0

    def __init__(self, script: Script, patient: patients.RecordedPatient, flags: Collection[str]) -> None:
        self._ear = patients.RecordedEar(patient)
        self._open = Question("", "")
        self.help = HelpCalls()
        self.about = f"recorded; {', '.join(sorted(flags)) or 'no flag'}"
        self.due_at_least = str(find_due(script, flags))

    def on_question(self, question: Question) -> None:
        self._open = question

    def arrive(self) -> None: ...

    def sound(self) -> bytes:
        return resample(self._ear.take_next_clip(self._open), LISTENING_RATE).pcm
