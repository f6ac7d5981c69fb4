"""What a rehearsal measured, and what to change because of it. Pure.

1. What stands in the way of all hearing is named first; it is not blamed on the engines.
2. A finding is only named if it was measured: a place needs `FEW` answers, and its share must differ by `APART`.
3. Stricter settings are chosen on some answers and counted on the others. The same sentence is always in the same fold.
4. Stricter is all that a rehearsal may propose: `Strictness` can only have an answer asked again or read back.
5. The kiosk ignores what it hears after its own voice for LONGEST_SETTLING at most; an answer begins then. If its voice comes
   back for longer, the devices must move.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from voice.audio.meter import LOUD, STANDS_OUT
from voice.audio.pcm import Audio
from voice.audio.segment import LONGEST_SETTLING
from voice.bench.calibration import Case, count_by_group, rate_counts
from voice.bench.population.visits import Share
from voice.bench.reference import Recording
from voice.bench.rehearsal.wording import LABEL_OF, ORDERS, format_seconds
from voice.bench.score import DECISIVE, percentile
from voice.speak.engines.process import SLOW_RATE
from voice.understand.expected import Expected
from voice.understand.fusion.weighing import Strictness, Weights

PLACES = {"near": 0.5, "far": 0.3, "noise": 0.2}
"""Where the volunteers speak, and the share of the answers that is given there."""
OFTEN = {
    "yes": 7, "no": 7, "hedged_yes": 3, "hedged_no": 3, "dialect_yes": 2, "dialect_no": 2, "dont_know": 4, "repeat": 3,
    "help": 2, "stop": 2, "other": 2, "cough": 1, "silence": 1, "page": 1,
}  # fmt: skip
"""How often each kind is drawn among forty answers."""
WEAK, CLIPPED = -45.0, -0.3
"""Levels (dBFS): a voice below the first is weak in the microphone; a peak above the second is cut off."""
FEW, APART = 4, 0.25
HEARS, LATE = 0.8, 3.0
"""Share of the answers that a kiosk in good order understands at least, and seconds after which it is late."""
CLEARS, SURES = (0.0, 0.3, 0.6, 1.0, 1.5), (0.0, 2.5, 3.0, 4.0)
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a volunteer is asked to say or do, and where."""

    kind: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Take:
    """One answer.

    found: label of what was understood. heard: whether speech was found at all. seconds: from the end of the speech to the
    kiosk's decision; 0 if nobody was heard. level, peak: of the voice, in dBFS. audio: held in memory only.
    """

    prompt: Prompt
    found: str
    heard: bool = True
    seconds: float = 0.0
    level: float = -100.0
    peak: float = -100.0
    audio: Audio = field(default=Audio(b"", 16_000), repr=False)

    @property
    def label(self) -> str:
        return LABEL_OF[self.prompt.kind]

    @property
    def right(self) -> bool:
        return self.found == self.label

    @property
    def asked_again(self) -> bool:
        return not self.right and self.found == "none"

    @property
    def mistaken(self) -> bool:
        return not self.right and self.found != "none"


@dataclass(frozen=True, slots=True)
class Room:
    """floor: level (dBFS) while nobody speaks. own: level of the kiosk's own voice in its microphone.
    tail: seconds for which that voice is heard after it ended. hears_itself: whether it is heard at all."""

    floor: float
    own: float
    tail: float
    hears_itself: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One line of the script that somebody listened to. how: level, noisy, or if it was missed again, louder and slower."""

    voice: str
    question: str
    how: str
    right: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """The name of a sentence under `advice` in rehearse.yaml, and the values of its blanks."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """strictness: what suits this room. as_is, held_out: answers right without it, and with what each fold chose, unseen.

    alone: answers that each engine understood by itself, by its name.
    """

    strictness: Strictness
    as_is: Share
    held_out: Share
    alone: tuple[tuple[str, Share], ...] = ()


def draw_prompts(answers: dict[str, tuple[str, ...]], count: int, chance: Random) -> tuple[Prompt, ...]:
    """Draw what is said, by place: near first, as `PLACES` has them. Each kind comes as often as in OFTEN, in proportion."""
    kinds = [kind for kind, often in OFTEN.items() for _ in range(often)]
    drawn = [kinds[at * len(kinds) // count] for at in range(count)] if count < len(kinds) else list(kinds)
    chance.shuffle(drawn)
    ends = [round(count * sum(list(PLACES.values())[: number + 1])) for number in range(len(PLACES))]
    places = [next(place for place, end in zip(PLACES, ends, strict=True) if at < end) for at in range(len(drawn))]
    return tuple(Prompt(kind, chance.choice(answers[kind]), place) for kind, place in zip(drawn, places, strict=True))


def share(takes: Iterable[Take], what: str = "right") -> Share:
    """How many of the takes are right, asked_again or mistaken."""
    rows = list(takes)
    return Share(sum(getattr(take, what) for take in rows), len(rows))


def measure_voice(takes: Sequence[Take]) -> float:
    """Level (dBFS) of the volunteers' voices nearby; -100 if none was heard."""
    return median([take.level for take in takes if take.heard and _is_spoken(take, "near")] or [-100.0])


def find_advice(takes: Sequence[Take], room: Room, settling: float) -> tuple[Advice, ...]:
    """Name what should change (rules 1 and 2); `fine` if nothing does. settling: seconds that the kiosk ignores by now."""
    hearing = list(_judge_microphone(takes, room))
    found = [*hearing, *_judge_echo(room, settling), *_judge_answers(takes, blocked=bool(hearing))]
    return tuple(found) or (Advice("fine"),)


def _judge_microphone(takes: Sequence[Take], room: Room) -> Iterable[Advice]:
    near = [take for take in takes if _is_spoken(take, "near")]
    heard = [take for take in near if take.heard]
    level = measure_voice(takes)
    above = round(level - room.floor)
    if room.floor > LOUD or (heard and above < STANDS_OUT):
        yield Advice("loud_room", {"above": max(0, above)})
    elif near and len(heard) * 2 < len(near):
        yield Advice("deaf")
    elif heard and level < WEAK:
        yield Advice("quiet_voice", {"level": round(level)})
    if sum(take.peak > CLIPPED for take in heard) * 4 > len(heard):
        yield Advice("clipped")


def _judge_echo(room: Room, settling: float) -> Iterable[Advice]:
    if not room.hears_itself:
        yield Advice("own_unheard")
    elif room.tail > settling:
        yield Advice("echo" if room.tail <= LONGEST_SETTLING else "long_echo", {"tail": format_seconds(room.tail)})


def _judge_answers(takes: Sequence[Take], blocked: bool) -> Iterable[Advice]:
    """blocked: whether something stands in the way of all hearing, which is then mended first."""
    if any((take.label, take.found) == ("yes", "no") for take in takes):
        yield Advice("yes_as_no")
    if any(take.label not in DECISIVE and take.found in DECISIVE for take in takes):
        yield Advice("invented")
    near = share(take for take in takes if _is_spoken(take, "near"))
    for place in ("far", "noise"):
        there = share(take for take in takes if _is_spoken(take, place))
        if min(near.total, there.total) >= FEW and near.value - there.value >= APART:
            yield Advice(place)
    if not blocked and near.total >= FEW and near.interval[1] < HEARS:
        yield Advice("misheard")
    if percentile([take.seconds for take in takes if take.heard], 0.95) > LATE:
        yield Advice("slow")


def _is_spoken(take: Take, place: str) -> bool:
    return take.prompt.place == place and take.prompt.kind not in ORDERS


def judge_listening(trials: Sequence[Trial], voice: str) -> tuple[Advice, ...]:
    """What voice, level and pace this room should have. voice: the one that speaks now."""
    found = []
    by_voice = {name: share_right(trials, name) for name in dict.fromkeys(trial.voice for trial in trials)}
    best = max(by_voice, key=lambda name: by_voice[name].value, default=voice)
    if best != voice and voice in by_voice and by_voice[best].interval[0] > by_voice[voice].value:
        found.append(Advice("other_voice", {"voice": best}))
    found += [Advice(how) for how in ("louder", "slower") if _helps(trials, voice, how)]
    if not found and voice in by_voice and by_voice[voice].interval[1] < HEARS:
        found.append(Advice("unclear_voice"))
    return tuple(found)


def share_right(trials: Iterable[Trial], voice: str, how: tuple[str, ...] = ("level", "noisy")) -> Share:
    """How many of the sentences of this voice, heard that way, were chosen rightly."""
    rows = [trial.right for trial in trials if trial.voice == voice and trial.how in how]
    return Share(sum(rows), len(rows))


def _helps(trials: Sequence[Trial], voice: str, how: str) -> bool:
    """Whether at least half of what was missed is understood that way, and more than if it is only played once more.

    Two sentences at least: who guesses chooses one of four rightly.
    """
    changed, again = share_right(trials, voice, (how,)), share_right(trials, voice, ("again",))
    return changed.count >= max(2, again.count + 1) and changed.count * 2 >= changed.total


def choose_settings(
    room: Room, trials: Sequence[Trial], voice: str, chosen: Chosen | None, now: dict[str, float]
) -> dict[str, str]:
    """Settings that suit this room and differ from those of `now` (settling, rate, clear, sure), by their place in the file.

    voice: the one that speaks now.
    """
    found: dict[str, str] = {}
    if room.hears_itself and now["settling"] < room.tail <= LONGEST_SETTLING:
        found["patience.settling"] = f"{min(LONGEST_SETTLING, room.tail + 0.1):.1f}"
    if chosen and chosen.strictness.clear > now["clear"]:
        found["strictness.clear"] = f"{chosen.strictness.clear:g}"
    if chosen and chosen.strictness.sure > now["sure"]:
        found["strictness.sure"] = f"{chosen.strictness.sure:g}"
    if _helps(trials, voice, "slower") and now["rate"] > SLOW_RATE:
        found["rate"] = str(SLOW_RATE)
    return found


def make_case(take: Take, *heard: Any) -> Case:
    """Make a case for the weighing. heard: the evidence, and that of the further hearings; nothing if nobody spoke."""
    row = Recording(Path(take.prompt.text), take.label, "", "real", base=take.prompt.text)
    return Case(row, take.audio.seconds, *heard)


def choose_strictness(cases: Sequence[Case], expected: Expected) -> Chosen:
    """Choose by cross-validation (rule 3). It must be better on answers that it has not seen, else nothing changes."""
    folds = [[case for case in cases if zlib.crc32(case.row.base.encode()) % FOLDS == fold] for fold in range(FOLDS)]
    gained, right, base = 0.0, 0, 0.0
    for fold, unseen in enumerate(folds):
        seen = [case for other, some in enumerate(folds) if other != fold for case in some]
        best = _find_best(seen, expected)
        gained += _rate(unseen, expected, best)
        base += _rate(unseen, expected, Strictness())
        right += _count_right(unseen, expected, best)
    strictness = _find_best(cases, expected) if gained > base else Strictness()
    return Chosen(strictness, Share(_count_right(cases, expected, Strictness()), len(cases)), Share(right, len(cases)))


def _find_best(cases: Sequence[Case], expected: Expected) -> Strictness:
    """The least strict of the best."""
    tried = [Strictness(clear, sure) for clear, sure in product(CLEARS, SURES)]
    return max(tried, key=lambda one: (_rate(cases, expected, one), -one.clear, -one.sure))


def _rate(cases: Sequence[Case], expected: Expected, strictness: Strictness) -> float:
    return rate_counts(count_by_group(cases, expected, Weights(), strictness))


def _count_right(cases: Sequence[Case], expected: Expected, strictness: Strictness) -> int:
    return sum(tally.right for tally in count_by_group(cases, expected, Weights(), strictness).values())
