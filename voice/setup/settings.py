"""The settings of one kiosk: one file, every value with its unit and default.

`Settings` is made of parts (which script, which engines, which voice, which devices). A function takes the part that it
uses. The defaults are the field's: see docs/grounds.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path

from voice.audio.segment import Limits
from voice.base.paths import find_cache, find_shipped, find_user_data
from voice.consultation.loader import Details
from voice.setup.models.catalogue import find_models_folder
from voice.understand.fusion.weighing import Strictness

ENGINES = ("auto", "vosk", "whisper", "wyoming")
VOICES = ("auto", "pyttsx3", "piper", "recorded", "wyoming")
FORMS = ("off", "code", "paper", "both")
PAPERS = ("a5", "receipt")
UNREVIEWED = ("refuse", "demo")
TRUSTS = ("none", "measured")

SMALLEST_SCREEN, LARGEST_SCREEN = 7, 100
"""Inches from corner to corner."""

LONGEST_NAME = 24
"""Letters of a kiosk's name on the page at the desk, which is read from afar."""

STRICTEST = 5.0
"""Largest lead that a practice can ask of an answer: hardly any has more, so everything would be asked again."""


@dataclass(frozen=True, slots=True)
class Server:
    """Speech servers on the local network (Wyoming), as tcp://HOST:PORT; used only if `engine` or `voice` is wyoming.

    ears: receives every answer. voice: receives only the lines of the script, when they are rendered.
    key: a file that the kiosks and the server share (`ruggespraak wyoming key`); empty sends everything unencrypted, to
        whoever answers.
    trust: how what the ears hear counts. none: only the text is taken, and all that would be a no is read back first.
        measured: as for the same engines on this machine; only with a key.
    """

    ears: str = ""
    voice: str = ""
    key: str = ""
    trust: str = "none"


@dataclass(frozen=True, slots=True)
class Screen:
    """The patient's page, served to this machine only.

    diagonal: of the screen, in inches, for buttons of 18 mm. The default is the smallest screen that a kiosk should have:
        on any other the buttons come out larger, not smaller.
    port: of the loopback address. linger: seconds for which an outcome can be read before it is wiped.
    reading: letters a second, for a line that is shown and not spoken; slow readers look for the buttons as well.
    hearing_loop: whether there is one at the kiosk; the start page then says so.
    start_by_voice: whether "hallo" or "start" begins a visit; without it nothing is listened to between visits.
    """

    diagonal: float = 10.0
    port: int = 8321
    linger: int = 90
    reading: int = 11
    start_by_voice: bool = True
    hearing_loop: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    """How the staff are called, and how they reach their page.

    pin: 4 to 12 digits, not one that anybody tries first; without a pin there is no page for the staff.
    chime: whether a call is heard at the kiosk.
    broker: the address of an MQTT broker in the practice that passes calls on, mqtt://HOST, mqtts://HOST:PORT or HOST; without
        one nothing is sent. broker_port: of an address that is only a host.
    broker_login: a file that only the kiosk may read, with `user`, `password` and `ca` (the file of a certificate); may be empty.
    topic: calls go to TOPIC/call.
    """

    pin: str = ""
    chime: bool = True
    broker: str = ""
    broker_port: int = 1883
    broker_login: str = ""
    topic: str = "ruggespraak"


@dataclass(frozen=True, slots=True)
class Reception:
    """A page at the reception's own browser, over the practice's network, that shows a call for the staff. It asks for their pin.

    address: one IPv4 address of this machine, on which the page is served; without one there is no page. port: on it.
    host: a name that browsers may call it by besides; may be empty. kiosk: what the page calls this kiosk.
    certificate: a PEM file, for TLS; without one everybody on the network can read along. key: the file of its key, if that is
        another one.
    """

    address: str = ""
    port: int = 8443
    host: str = ""
    kiosk: str = "kiosk 1"
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class HandOverForm:
    """Six lines for the physiotherapist at the end of a visit: off, code (a QR code on the screen), paper, or both.

    printer: its name in CUPS; empty takes the default.
    """

    form: str = "off"
    printer: str = ""


@dataclass(frozen=True, slots=True)
class TakeHome:
    """A card for the patient at the end of a visit: off, code (a QR code on the screen), paper, or both.

    printer: its name in CUPS; empty takes the default. paper: a5, or receipt (80 mm).
    """

    form: str = "off"
    printer: str = ""
    paper: str = "a5"


@dataclass(frozen=True, slots=True)
class PlaceToMove:
    """What must be so where patients move; only both together switch moving on, and only with a script that is signed.

    staff_in_sight: somebody of the practice always sees the patient. chair_with_arms: he sits on a firm chair with arms.
    """

    staff_in_sight: bool = False
    chair_with_arms: bool = False

    def __bool__(self) -> bool:
        return self.staff_in_sight and self.chair_with_arms


@dataclass(frozen=True, slots=True)
class Chapters:
    """What comes before and after a calm outcome, where the script has it; each makes the visit longer.

    worry: whether the patient is asked before a reassurance what else worries him.
    messages: whether he is asked if the three messages must be said again.
    teach_back: whether he is asked what he will do today.
    movement: what the practice promises of the place where patients move together with the kiosk.
    pain, side, leg, fear, hardest, hope: what the patient is asked for the physiotherapist. The last two take a sentence of his
        own, for the hand-over only; so they need one.
    questionnaire: a file with questions of the practice (docs/questionnaires.md); empty for none.
    """

    worry: bool = False
    messages: bool = False
    teach_back: bool = False
    movement: PlaceToMove = PlaceToMove()
    pain: bool = False
    side: bool = False
    leg: bool = False
    fear: bool = False
    hardest: bool = False
    hope: bool = False
    questionnaire: str = ""

    @property
    def file(self) -> Path | None:
        """The file of the questionnaire; None without."""
        return Path(self.questionnaire).expanduser() if self.questionnaire else None

    @property
    def on(self) -> frozenset[str]:
        """The ids of those that are switched on."""
        return frozenset(item.name for item in fields(self) if getattr(self, item.name))


@dataclass(frozen=True)
class ScriptChoice:
    """Which consultation. prompts: the folder of all locales. practice: the words that it fills in. chapters: see there.

    unreviewed: what the kiosk does with a script that no clinician has signed as it is now. refuse: it does not start.
        demo: it says and shows that this is a trial.
    """

    locale: str = "nl-BE"
    script: str = "kort"
    prompts: Path = field(default_factory=lambda: find_shipped("prompts"))
    practice: Details = Details()
    chapters: Chapters = Chapters()
    unreviewed: str = "refuse"

    @property
    def locale_folder(self) -> Path:
        return self.prompts / self.locale


@dataclass(frozen=True)
class Machine:
    """What engines and voices run with.

    models: the folder of installed models. threads: processor cores that one recognizer or voice may use; one is as fast
    as two on short answers (docs/grounds.md, engines 4).
    """

    models: Path = field(default_factory=find_models_folder)
    threads: int = 1
    server: Server = Server()


@dataclass(frozen=True)
class EngineChoice(Machine):
    """Which engines hear; auto takes every one that is installed.

    model: the model that hears first; empty takes the one that was measured best. One that nobody measured may: all that
        it hears is read back. strictness: what an answer needs in this room beside that.
    """

    engine: str = "auto"
    model: str = ""
    strictness: Strictness = Strictness()


@dataclass(frozen=True)
class VoiceChoice(ScriptChoice, Machine):
    """Which voice speaks, and how.

    voice: auto takes the best present. voice_name: one voice of the engine that is named (nl+f3, nl_BE-rdh-medium); empty
        takes the best.
    lift: more of 1 to 4 kHz, for patients who hear high tones badly: none, gentle or strong. rate: words a minute.
    speech: folder of rendered lines. recordings: folder of lines that the practice spoke itself.
    pronunciation: (written, spoken) pairs of the practice: names of places, people and medicines.
    """

    voice: str = "auto"
    voice_name: str = ""
    lift: str = "none"
    rate: int = 145
    speech: Path = field(default_factory=lambda: find_cache() / "speech")
    recordings: Path = field(default_factory=lambda: find_user_data() / "recordings")
    pronunciation: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DeviceChoice:
    """Which microphone and loudspeaker, by a part of the device's name; empty takes the default.

    echo_cancelling: the microphone cancels the echo of the loudspeaker (a speakerphone, or the sound server does it), so
        patients may interrupt the kiosk by speaking.
    noise_gate: the microphone gives digital silence when nobody speaks, so silence is no sign that it has gone.
    """

    microphone: str = ""
    loudspeaker: str = ""
    echo_cancelling: bool = False
    noise_gate: bool = False


@dataclass(frozen=True)
class Settings(EngineChoice, VoiceChoice, DeviceChoice):
    """Everything that a practice can set.

    patience: how long the kiosk listens; `Limits` gives the reasons.
    """

    patience: Limits = Limits()
    screen: Screen = Screen()
    staff: Staff = Staff()
    reception: Reception = Reception()
    handover: HandOverForm = HandOverForm()
    take_home: TakeHome = TakeHome()
