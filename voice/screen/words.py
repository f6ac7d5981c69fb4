"""The words on the screen: prompts/<locale>/screen.yaml, refused in plain words where something is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from voice.entries import ENDINGS, whole
from voice.grammar import Grammar
from voice.layers import Layered, read_layered
from voice.meaning import Answer, Days, Meaning
from voice.practice import Details, usual_details
from voice.prompts import AMBULANCE
from voice.templates import expand

PAGE = tuple(
    """title invite notice start_touch start_voice start preparing speaking listening thinking reading private
    question of topics called clearing seconds leaving handover printed no_microphone no_loudspeaker faulty quiet
    connection connection_help""".split()
)
BUTTONS = tuple("yes no unsure decline repeat louder back stop help quiet sound here more done longer no_thanks".split())
UNDERSTOOD = tuple("yes no unsure decline duration unclear silence".split())
OUTCOMES = (*(str(level) for level in ENDINGS), AMBULANCE)


@dataclass(frozen=True, slots=True)
class Headline:
    """What an outcome comes down to, and the one thing to do."""

    heading: str
    action: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A length of time that can be touched."""

    label: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the patient's page says. The keys are those named above; `start` holds what starts a visit, as words."""

    page: Mapping[str, str]
    buttons: Mapping[str, str]
    understood: Mapping[str, str]
    outcomes: Mapping[str, Headline]
    durations: tuple[Choice, ...]
    start: frozenset[tuple[str, ...]]

    def filled(self, practice: str) -> Mapping[str, str]:
        """The words of the page; `practice` is its name, empty where the settings do not tell it."""
        return {**self.page, "practice": practice or self.page["title"]}


def load_words(folder: Path, details: Details, grammar: Grammar) -> Words:
    """Read screen.yaml of a locale's folder, with the practice's details filled in.

    grammar: how the locale's patients spell what they say. Raises ScriptError naming the file, the line and the remedy.
    """
    place = read_layered(folder / "screen.yaml")
    place.only(("page", "buttons", "understood", "durations", "outcomes", "start"))
    details = details.over(usual_details(read_layered(folder / "practice.yaml")))
    return Words(
        page=_texts(place.inside("page"), PAGE, details),
        buttons=_texts(place.inside("buttons"), BUTTONS, details),
        understood=_texts(place.inside("understood"), UNDERSTOOD, details),
        outcomes=_outcomes(place.inside("outcomes"), details),
        durations=_durations(place),
        start=_start(place, grammar),
    )


def _texts(place: Layered, keys: Iterable[str], details: Details) -> Mapping[str, str]:
    place.only(keys)
    return MappingProxyType({key: details.fill(place, key, place.text(key)) for key in keys})


def _outcomes(place: Layered, details: Details) -> Mapping[str, Headline]:
    place.only(OUTCOMES)
    return MappingProxyType({name: _headline(place.inside(name), details) for name in OUTCOMES})


def _headline(place: Layered, details: Details) -> Headline:
    return Headline(**_texts(place, ("heading", "action"), details))


def _durations(place: Layered) -> tuple[Choice, ...]:
    choices = tuple(_choice(entry) for entry in place.each("durations"))
    if not choices:
        raise place.complain("durations", "there is no length of time to touch.", "Write at least two.")
    return choices


def _choice(place: Layered) -> Choice:
    place.only(("id", "label", "low", "high"))
    days = Days(whole(place, "low"), whole(place, "high"))
    if days.high < days.low:
        raise place.complain("high", f"{days.high} days is less than {days.low}.", "Write the longest time under high.")
    return Choice(place.text("label"), Answer(Meaning.DURATION, matched="touched", days=days))


def _start(place: Layered, grammar: Grammar) -> frozenset[tuple[str, ...]]:
    try:
        return frozenset(
            words for template in place.texts("start") for words in expand(template, grammar.rules, grammar.spelling.words)
        )
    except ValueError as reason:
        raise place.complain("start", f"{reason}.", "Look at the brackets.") from reason
