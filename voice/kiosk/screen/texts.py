"""Read the texts on the screen and on paper from prompts/<locale>/screen.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from voice.base.fields import read_distinct, read_whole
from voice.base.inheritance import Layered, read_layered
from voice.base.messages import Messages, read_messages
from voice.consultation.practice import Details, complete_details
from voice.consultation.script import AMBULANCE, ENDINGS
from voice.kiosk.screen.pictures import Picture, read_pictures
from voice.understand.grammar.grammar import Grammar
from voice.understand.meaning import Answer, Days, Meaning, Score, Years
from voice.understand.plans import FITTING, PLANS
from voice.understand.templates import expand

PAGE = tuple(
    """title invite notice start_voice start hearing_loop preparing speaking listening thinking reading private
    question of clearing seconds handover printed card card_printed no_microphone no_loudspeaker faulty quiet
    uncalled called came previous connection connection_help demo refused locked warnings larger usual""".split()
)
BUTTONS = tuple(
    """yes no unsure decline slower too_much repeat louder back stop help quiet sound here more next next_card done longer
    no_thanks came came_sure not_yet code card rows home left middle right both resume""".split()
)
UNDERSTOOD = tuple("yes no unsure decline duration age score side sentence too_much worse unclear silence".split())
STAFF = tuple(
    """title pin enter wrong closed seconds back leave now busy free muted sounding mute unmute restart restart_sure
    day day_visits day_calls day_again day_faults
    alarms no_alarms seen new level_E level_staff level_T
    devices devices_fine no_microphone no_loudspeaker plain_voice uncalled clock reception
    noise noise_unknown
    quiet_room loud_room counts visits ended abandoned calls questions touched unheard not_understood faults
    about version script review lost sheet print""".split()
)
SHEET = tuple(
    """found asked heard caution lasting pijn kant been bang lastigst hoop out_of yes no unsure decline unclear doubtful as_heard
    left middle right years months weeks days or of support plan""".split()
    + [f"plan_{plan}" for plan in (*PLANS, "unclear")]
)
HANDOVER = tuple(
    """title undated script reviewed unreviewed outcome unfinished affirmed denied unknown declined not_put others none
    again""".split()
)
CARD = tuple("found none open advice signs signed trial".split())
WELCOME = {"length": ("questions",)}
SECTIONS = tuple(
    """page welcome buttons understood durations ages plans outcomes start staff handover card sheet pictures
    languages""".split()
)
AGES = {"under": ("limit",), "between": ("low", "high"), "over": ("low",)}
OUTCOMES = (*(str(level) for level in ENDINGS), AMBULANCE)


@dataclass(frozen=True, slots=True)
class Headline:
    """An outcome in a few words, and the one thing to do.

    word: how urgent it is. phone: when to call which number; empty if there is nobody to call. rows: what else to heed.
    """

    word: str
    heading: str
    action: str
    phone: str = ""
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A button for a length of time, or for an age."""

    label: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Language:
    """A language that is not spoken here. id: BCP 47. name: in itself. card: says in it to ask at the desk."""

    id: str
    name: str
    card: str


@dataclass(frozen=True, slots=True)
class ScreenTexts:
    """Everything that is shown and not spoken, under the keys listed above.

    ages: what stands on the buttons for an age. plans: on those for what the patient will do.
    start: phrases that begin a visit, as words.
    welcome: what the start page tells of a visit. languages: of those who do not speak Dutch.
    pictures: what is drawn beside what is said, by the id of its question or topic.
    """

    page: Mapping[str, str]
    buttons: Mapping[str, str]
    understood: Mapping[str, str]
    outcomes: Mapping[str, Headline]
    durations: tuple[Choice, ...]
    ages: Messages
    plans: Mapping[str, str]
    start: frozenset[tuple[str, ...]]
    staff: Mapping[str, str]
    handover: Mapping[str, str]
    card: Mapping[str, str]
    sheet: Mapping[str, str]
    pictures: Mapping[str, Picture]
    welcome: Messages
    languages: tuple[Language, ...]

    def fill_page(
        self, practice: str, diagonal: float, demo: bool, staff: bool = False, questions: int = 0, hearing_loop: bool = False
    ) -> Mapping[str, str]:
        """The texts to fill into the patient's page.

        practice: its name, or empty if the settings do not tell it. diagonal: of the screen, in inches.
        demo: no clinician has signed what is said, and every page says so. staff: there is a page for them.
        questions: how many everybody is asked. hearing_loop: there is one at the kiosk.
        """
        shown = self.page["demo"] if demo else ""
        return {
            **self.page,
            "practice": practice or self.page["title"],
            "diagonal": f"{diagonal:g}",
            "demo": shown,
            "staff": str(staff).lower(),
            "length": self.welcome.fill("length", questions=questions),
            "hearing_loop": self.page["hearing_loop"] if hearing_loop else "",
        }

    @property
    def drawings(self) -> Mapping[str, bytes]:
        """Each drawing, by where the page finds it."""
        return {picture.path: picture.drawing for picture in self.pictures.values()}

    def name_value(self, answer: Answer) -> str:
        """The number or the sides that an answer names, as they are shown; empty for every other answer."""
        if answer.meaning is Meaning.SCORE:
            return name_score(answer.score)
        return " + ".join(self.buttons[str(side)] for side in answer.sides)

    def choose_ages(self, bands: Sequence[Years]) -> tuple[Choice, ...]:
        """Make a button for each of these ages, youngest first."""
        return tuple(Choice(self._name_age(bands, at), _touch_age(years)) for at, years in enumerate(bands))

    def _name_age(self, bands: Sequence[Years], at: int) -> str:
        if at + 1 == len(bands):
            return self.ages.fill("over", low=bands[at].low)
        if not at:
            return self.ages.fill("under", limit=bands[at + 1].low)
        return self.ages.fill("between", low=bands[at].low, high=bands[at].high)


def name_score(score: Score) -> str:
    """Write a score as a number, or as two: "6-7"."""
    return "-".join(f"{value:g}".replace(".", ",") for value in dict.fromkeys((score.low, score.high)))


def _touch_age(years: Years) -> Answer:
    return Answer(Meaning.AGE, matched="touched", years=years)


def load_screen_texts(folder: Path, details: Details, grammar: Grammar) -> ScreenTexts:
    """Read screen.yaml of a locale's folder, and fill in the practice's details.

    grammar: of the locale, to normalise the phrases that begin a visit.
    Raises ScriptError with the file, the line and the remedy if anything is missing or wrong.
    """
    place = read_layered(folder / "screen.yaml")
    place.allow_only(SECTIONS)
    details = complete_details(details, folder)
    return ScreenTexts(
        page=_read_texts(place.inside("page"), PAGE, details),
        buttons=_read_texts(place.inside("buttons"), BUTTONS, details),
        understood=_read_texts(place.inside("understood"), UNDERSTOOD, details),
        outcomes=_read_outcomes(place.inside("outcomes"), details),
        durations=_read_durations(place),
        ages=read_messages(place.inside("ages"), AGES),
        plans=_read_texts(place.inside("plans"), FITTING, details),
        start=_read_start(place, grammar),
        staff=_read_texts(place.inside("staff"), STAFF, details),
        handover=_read_texts(place.inside("handover"), HANDOVER, details),
        card=_read_texts(place.inside("card"), CARD, details),
        sheet=_read_texts(place.inside("sheet"), SHEET, details),
        pictures=read_pictures(place.inside("pictures"), folder),
        welcome=read_messages(place.inside("welcome"), WELCOME),
        languages=tuple(_read_language(entry) for entry in read_distinct(place, "languages")),
    )


def _read_texts(place: Layered, keys: Iterable[str], details: Details) -> Mapping[str, str]:
    place.allow_only(keys)
    return MappingProxyType({key: details.read_text(place, key) for key in keys})


def _read_outcomes(place: Layered, details: Details) -> Mapping[str, Headline]:
    place.allow_only(OUTCOMES)
    return MappingProxyType({name: _read_headline(place.inside(name), details) for name in OUTCOMES})


def _read_headline(place: Layered, details: Details) -> Headline:
    place.allow_only(("word", "heading", "action", "phone", "rows"))
    word, heading, action = (details.read_text(place, key) for key in ("word", "heading", "action"))
    rows = tuple(details.fill(place, "rows", row) for row in (place.texts("rows") if "rows" in place.names() else ()))
    return Headline(word, heading, action, details.read_text(place, "phone", ""), rows)


def _read_durations(place: Layered) -> tuple[Choice, ...]:
    choices = tuple(_read_choice(entry) for entry in place.each("durations"))
    if not choices:
        raise place.complain("durations", "there is no length of time to touch.", "Write at least two.")
    return choices


def _read_choice(place: Layered) -> Choice:
    place.allow_only(("id", "label", "low", "high"))
    days = Days(read_whole(place, "low"), read_whole(place, "high"))
    if days.high < days.low:
        raise place.complain("high", f"{days.high} days is less than {days.low}.", "Write the longest time under high.")
    return Choice(place.text("label"), Answer(Meaning.DURATION, matched="touched", days=days))


def _read_language(place: Layered) -> Language:
    place.allow_only(("id", "name", "card"))
    return Language(place.text("id"), place.text("name"), place.text("card"))


def _read_start(place: Layered, grammar: Grammar) -> frozenset[tuple[str, ...]]:
    try:
        return frozenset(
            words for template in place.texts("start") for words in expand(template, grammar.rules, grammar.spelling.split)
        )
    except ValueError as reason:
        raise place.complain("start", f"{reason}.", "Look at the brackets.") from reason
