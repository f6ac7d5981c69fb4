"""Lead volunteers through a rehearsal over the real microphone and loudspeaker. Everything heard stays in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from random import Random

import numpy as np

from voice.audio.loudness import amplify, measure_loudness, measure_noise_floor, to_decibels
from voice.audio.loudspeaker import Loudspeaker
from voice.audio.microphone import SoundCardMicrophone
from voice.audio.pcm import LISTENING_RATE, Audio, blocks
from voice.audio.segment import Ending, Limits
from voice.audio.tones import CUE, PROBE, PROBE_SECONDS, hears_probe
from voice.audio.vad import BLOCK, Activity, SileroActivity
from voice.base.clock import find_today
from voice.base.errors import ModelError
from voice.bench.calibration import Case, count_by_group
from voice.bench.intelligibility import add_noise, mix_babble
from voice.bench.population.visits import Share
from voice.bench.rehearsal.measures import Prompt, Room, Take, Trial, make_case
from voice.bench.rehearsal.prompter import Prompter
from voice.bench.rehearsal.wording import ORDERS, Wording
from voice.bench.score import LABEL_OF, score_answer
from voice.kiosk.screen.shown_page import Face
from voice.kiosk.turns.endpointing import choose_pause
from voice.kiosk.turns.listen import AnswerListener
from voice.kiosk.turns.microphone_ear import listen_anew
from voice.recognize.transcript import Recognizer
from voice.speak.phrasebook import Phrasebook
from voice.speak.utterance import Utterance
from voice.understand.expected import Expected
from voice.understand.fusion.hearing import Ears
from voice.understand.fusion.weighing import Weights
from voice.understand.meaning import SILENCE

ROOM_SECONDS = 2.0
AFTER_SECONDS = 1.6
"""Seconds for which the kiosk's own voice is looked for after it ended."""
WINDOW, HOP = 0.2, 0.1
NOISY = 5.0
"""Decibels by which a line stands out from the babble in which it is listened to."""
LOUDER = 5.0


class _Stopwatch:
    """An Activity that remembers when speech was last heard (`time.monotonic`)."""

    def __init__(self, activity: Activity, stop: float) -> None:
        self._activity = activity
        self._stop = stop
        self.last = time.monotonic()

    def probability(self, block: bytes) -> float:
        found = self._activity.probability(block)
        if found >= self._stop:
            self.last = time.monotonic()
        return found

    def reset(self) -> None:
        self._activity.reset()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rehearsal needs."""

    loudspeaker: Loudspeaker
    microphone: SoundCardMicrophone
    book: Phrasebook
    ears: Ears
    expected: Expected
    limits: Limits
    wording: Wording
    prompter: Prompter

    def say(self, name: str, **values: object) -> None:
        """Say a sentence, and show it."""
        text = self.wording.spoken.fill(name, **values)
        self._tell(Face.SPEAKING, text)
        self.loudspeaker.play(self.book.audio(Utterance(name, text)))

    def measure_room(self) -> Room:
        """Measure the room while nobody speaks, and how the kiosk's own voice comes back."""
        self._tell(Face.THINKING, self.wording.shown.fill("quiet"))
        listen_anew(self.microphone, 0.0)
        before = self._take(ROOM_SECONDS)
        self.microphone.drain(0.0)
        self.loudspeaker.play(PROBE)
        sound = self._take(PROBE_SECONDS + AFTER_SECONDS)
        during = Audio(sound.pcm[: 2 * round(PROBE_SECONDS * LISTENING_RATE)], LISTENING_RATE)
        self.microphone.drain(0.0)
        self.loudspeaker.play(PROBE)
        self.microphone.drain(0.0)
        after = self._take(AFTER_SECONDS)
        own = float(np.percentile([measure_loudness(block) for block in blocks(sound, BLOCK)], 95))
        tail = find_tail(before, after)
        return Room(measure_noise_floor(before), own, tail, hears_probe(before, during) or tail > 0)

    def hear_all(self, prompts: Sequence[Prompt], volunteers: int) -> Iterator[Take]:
        """Lead the volunteers through the answers, place by place, each a like part."""
        place, speaker = "", 0
        for number, prompt in enumerate(prompts):
            there = [other for other in prompts if other.place == prompt.place]
            begin = prompts.index(there[0])
            if prompt.place != place:
                place, speaker = prompt.place, 0
                self.say(place)
                self.prompter.ask(self.wording.shown.fill("ready"), {"": self.wording.shown.fill("go_on")})
            if volunteers > 1 and (now := 1 + (number - begin) * volunteers // len(there)) != speaker:
                speaker = now
                self.say("volunteer", number=speaker)
            yield self._hear(prompt)

    def _hear(self, prompt: Prompt) -> Take:
        text = prompt.text if prompt.kind in ORDERS else self.wording.spoken.fill("say", answer=prompt.text)
        self._tell(Face.SPEAKING, text)
        self.loudspeaker.play(self.book.audio(Utterance("say", text)))
        self.loudspeaker.play(CUE)
        self.prompter.show(Face.LISTENING, text)
        watch = _Stopwatch(SileroActivity(), self.limits.stop)
        with ThreadPoolExecutor(1) as executor:
            listener = AnswerListener(
                hear=lambda audio, in_time: self.ears.hear(audio, self.expected, find_today(), in_time),
                patience=lambda heard: choose_pause(heard, self.expected, self.limits),
                limits=self.limits,
                executor=executor,
            )
            listened = listener.listen(listen_anew(self.microphone, self.limits.settling), watch)
        seconds = time.monotonic() - watch.last
        heard = listened.ending is not Ending.NOBODY
        label = LABEL_OF.get(listened.heard.answer.meaning, "none")
        understood = self.wording.shown.fill("heard", meaning=self.wording.names.fill(label))
        self.prompter.tell(understood)
        self.prompter.show(Face.THINKING, text, understood)
        return Take(prompt, label, heard, seconds if heard else 0.0, *measure_levels(listened.audio), listened.audio)

    def weigh(self, takes: Sequence[Take]) -> Iterator[Case]:
        """Let every engine hear every answer again, as often as one may be heard."""
        for take in takes:
            told = take.audio, self.expected, find_today()
            yield make_case(take, *((tuple(self.ears.listen(*told)), tuple(self.ears.listen_again(*told))) if take.heard else ()))

    def listen_all(
        self, voice: str, book: Phrasebook, slower: Phrasebook, lines: dict[str, str], chance: Random
    ) -> Iterator[Trial]:
        """Let somebody choose, for each line, which of four sentences it was.

        What was missed is played once more, louder and slower, in an order drawn by chance: a line heard again is known better.
        """
        audio = {name: book.audio(Utterance(name, text)) for name, text in lines.items()}
        babble = mix_babble(list(audio.values()), next(iter(audio.values())).rate)
        trials = [(name, how) for how in ("level", "noisy") for name in chance.sample(list(lines), len(lines))]
        missed = []
        for name, how in trials:
            sound = audio[name] if how == "level" else add_noise(audio[name], babble, NOISY)
            chosen = self._choose(lines[name], name, sound, chance)
            if chosen is None:
                return
            yield Trial(voice, name, how, chosen)
            missed += [] if chosen else [name]
        for name in dict.fromkeys(missed):
            ways = {
                "again": (audio[name], NOISY),
                "louder": (amplify(audio[name], LOUDER), NOISY + LOUDER),
                "slower": (slower.audio(Utterance(name, lines[name])), NOISY),
            }
            for how in chance.sample(list(ways), len(ways)):
                sound, above = ways[how]
                chosen = self._choose(lines[name], name, add_noise(sound, babble, above), chance)
                if chosen is None:
                    return
                yield Trial(voice, name, how, chosen)

    def _choose(self, text: str, name: str, sound: Audio, chance: Random) -> bool | None:
        """Whether the listener chose the line that was played; None if nobody can choose any more."""
        texts = [text, *self.wording.similar[name]]
        chance.shuffle(texts)
        choices = {str(number): choice for number, choice in enumerate(texts, 1)}
        shown = self.wording.shown
        self._tell(Face.SPEAKING, shown.fill("hark"))
        self.loudspeaker.play(sound)
        for number, choice in choices.items():
            self.prompter.tell(f"  {number}  {choice}")
        while (chosen := self.prompter.ask(shown.fill("choose"), choices, shown.fill("which"))) is not None:
            if chosen.strip() in choices:
                return choices[chosen.strip()] == text
            self.prompter.tell(shown.fill("unknown_choice"))
        return None

    def _tell(self, face: Face, line: str) -> None:
        self.prompter.tell(line)
        self.prompter.show(face, line)

    def _take(self, seconds: float) -> Audio:
        heard = islice(self.microphone.blocks(), round(seconds * LISTENING_RATE / BLOCK))
        return Audio(b"".join(heard), LISTENING_RATE)


def measure_levels(audio: Audio) -> tuple[float, float]:
    """Level (dBFS) that 95 % of the blocks stay below, and the highest sample; -100 if there is no sound."""
    if not audio.pcm:
        return -100.0, -100.0
    level = float(np.percentile([measure_loudness(block) for block in blocks(audio, BLOCK)], 95))
    return level, to_decibels(float(np.abs(audio.floats).max()))


def find_tail(before: Audio, after: Audio) -> float:
    """Seconds for which the probe is still heard in what follows it; 0 if it is not."""
    size, hop = round(WINDOW * after.rate), round(HOP * after.rate)
    starts = range(0, len(after.samples) - size, hop)
    heard = [start for start in starts if hears_probe(before, Audio(after.pcm[2 * start : 2 * (start + size)], after.rate))]
    return (heard[-1] + hop) / after.rate if heard else 0.0


def count_alone(cases: Sequence[Case], takes: Sequence[Take], ears: Ears, expected: Expected) -> tuple[tuple[str, Share], ...]:
    """How many answers each engine understands by itself, heard once; also those that nobody measured, if they can be started."""
    found = []
    for number, engine in enumerate((ears.first, *ears.others)):
        alone = [replace(case, evidence=case.evidence[number : number + 1], again=()) for case in cases]
        counted = count_by_group(alone, expected, Weights())
        found.append((engine.name, Share(sum(tally.right for tally in counted.values()), len(cases))))
    for engine in ears.doubters:
        with suppress(ModelError):
            found.append((engine.name, Share(sum(_hears_rightly(engine, take, expected) for take in takes), len(takes))))
    return tuple(found)


def _hears_rightly(engine: Recognizer, take: Take, expected: Expected) -> bool:
    answer = Ears(engine, moves=()).hear(take.audio, expected, find_today()).answer if take.heard else SILENCE
    return score_answer(make_case(take).row, answer.meaning).right
