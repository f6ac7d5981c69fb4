"""Builds the parts that the settings ask for; with `voices.py` the only module that knows every engine's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from voice.audio import soundcard
from voice.audio.loudspeaker import Loudspeaker, SilentLoudspeaker, SoundCardLoudspeaker
from voice.audio.microphone import SILENCE_SECONDS, Microphone, SoundCardMicrophone
from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.recorder import Room
from voice.audio.segment import Limits
from voice.base.errors import ModelError, Symptom, UsageError
from voice.cli.terminal import Progress, told
from voice.consultation.loader import load_script, scripts
from voice.consultation.script import Level, Question, Script
from voice.kiosk.turns.listen import AtOnce
from voice.kiosk.turns.mouth import Books
from voice.kiosk.turns.ports import Capture, Ear, Unmeasured
from voice.kiosk.turns.recorded_patient import RecordedEar, load_patient
from voice.recognize.transcript import Recognizer
from voice.setup.models.catalogue import Model
from voice.setup.models.store import choices, part
from voice.setup.settings import Settings
from voice.setup.voices import phrasebook, wyoming_client
from voice.speak.phrasebook import Phrasebook, made_ready_beside
from voice.speak.phrasebook import Progress as Rendering
from voice.understand.fusion.hearing import Ears

SHOWN = 3
"""Words that are told when the program starts; the self-test tells all."""


def script_of(settings: Settings) -> Script:
    """The script that the settings name, with the practice's details filled in."""
    return load_script(settings.locale_folder, settings.script, settings.practice)


def every_question(settings: Settings) -> dict[str, Question]:
    """Every question that any script of the locale puts, those of the chosen script first."""
    found: dict[str, Question] = {}
    for name in (settings.script, *scripts(settings.locale_folder)):
        for question in script_of(replace(settings, script=name)).every_question():
            found.setdefault(question.id, question)
    return found


def asked(settings: Settings, name: str | None) -> Question:
    """The question of that id; without an id one that asks for a plain yes or no and expects nothing else.

    Raises UsageError where no script has it.
    """
    if name is None:
        readback = script_of(settings).readback
        return Question(id="", text="", level=Level.T, vocabulary=readback.vocabulary, grammar=readback.grammar)
    questions = every_question(settings)
    if name not in questions:
        raise UsageError(f"There is no question '{name}'.", f"Use one of: {', '.join(questions)}.")
    return questions[name]


def ears(settings: Settings) -> Ears:
    """Every engine that is installed and that the settings allow, the catalogue's first one first.

    Raises ModelError where there is none. With the engine "wyoming" they are those of another machine, and nothing else.
    """
    if settings.engine == "wyoming":
        return _wyoming_ears(settings.server.ears)
    models = choices(settings.engine, settings.models)
    if not models:
        wanted = "No model that hears Dutch" if settings.engine == "auto" else f"No Dutch model for {settings.engine}"
        remedy = "Run `ruggespraak models fetch`, or `models import FILE` without internet."
        raise ModelError(f"{wanted} is installed in {settings.models}.", remedy, Symptom.NO_MODEL)
    with ThreadPoolExecutor() as pool:
        first, *others = pool.map(lambda model: _ENGINES[model.engine](model, settings), models)
    if settings.engine == "auto" and models[0].purpose == "second":
        told(f"Only {models[0].name} is installed, which understands less than Whisper. `ruggespraak models fetch` gets that.")
    return Ears(first, tuple(others))


def tell_strange(hearing: Ears, script: Script) -> None:
    """Tell whoever started the program which engine does not know words of the script; they are heard less well."""
    for engine, words in hearing.strange(script.expected).items():
        told(
            f"{engine} does not know {len(words)} words that are expected ({', '.join(words[:SHOWN])} ...): `ruggespraak check`."
        )


def _whisper(model: Model, settings: Settings) -> Recognizer:
    for package in ("ctranslate2", "tokenizers"):
        if find_spec(package) is None:
            remedy = "Run `pip install 'ruggespraak[whisper]'`."
            raise ModelError(f"Whisper needs the package {package}.", remedy, Symptom.INCOMPLETE, package)
    from voice.recognize.supervised import Guarded

    folder, phones = settings.models / model.name, part("whisper", settings.models)
    return Guarded("voice.recognize.whisper", "Whisper", folder=folder, threads=settings.threads, phones=phones)


def _vosk(model: Model, settings: Settings) -> Recognizer:
    """What is made of a second opinion was chosen without the openings that OURS brings, so only the first has it."""
    from voice.recognize.vosk import GUESSED, OURS, Vosk

    first = choices(settings.engine, settings.models)[0]
    return Vosk(settings.models / model.name, OURS if model == first and model.purpose == "second" else GUESSED)


def _wyoming_ears(uri: str) -> Ears:
    """Those hear an answer once: they are shared, and every request costs time on the network."""
    client = wyoming_client()
    first, *others = (client.WyomingRecognizer(uri, engine) for engine in client.engines(uri))
    told(f"Answers are sent unencrypted to {uri}; whoever listens on that network can hear them.")
    return Ears(first, tuple(others), moves=())


_ENGINES: dict[str, Callable[[Model, Settings], Recognizer]] = {"whisper": _whisper, "vosk": _vosk}


@contextmanager
def books(settings: Settings, script: Script) -> Iterator[Books]:
    """Both paces: the usual one with every line of the script ready, the slower one made ready meanwhile."""
    with phrasebook(settings, warn=told) as usual:
        rendered(usual, script)
        usual.rest()
        slow = phrasebook(settings, slow=True, warn=told)
        with made_ready_beside(slow, script.utterances()) as slower:
            yield Books(usual, slower)


def rendered(book: Phrasebook, script: Script) -> int:
    """Render what is missing, showing progress; returns how many lines that were. A voice that is gone is told."""
    missing = [line for line in script.utterances() if not book.has(line)]
    show = Progress()

    def progress(state: Rendering) -> None:
        show("Rendering speech", state.done, state.total)

    count = book.prepare(missing, progress)
    if book.fault:
        told(f"{book.fault} Until then only what was rendered before is spoken.")
    return count


@dataclass(frozen=True, slots=True)
class MicrophoneEar:
    """Hears whoever stands before the microphone; what sounded before the question had ended is forgotten."""

    microphone: Microphone
    settling: float

    def blocks(self, question: Question) -> Iterator[bytes]:
        self.microphone.drain(self.settling)
        return self.microphone.blocks()


@dataclass(frozen=True, slots=True)
class EarInRoom:
    """Hears through another ear, and writes down in the room what was heard."""

    ear: Ear
    room: Room

    def blocks(self, question: Question) -> Iterator[bytes]:
        return self._written(self.ear.blocks(question))

    def _written(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.room.hear(Audio(block, LISTENING_RATE))
            yield block


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What connects a kiosk with its patient; the parts of that name of a `Kiosk`."""

    loudspeaker: Loudspeaker
    ear: Ear
    executor: Executor
    reopen: Callable[[], None]
    capture: Capture


@contextmanager
def sound_card(settings: Settings) -> Iterator[Surroundings]:
    """A living patient before loudspeaker and microphone. Raises DeviceError where one of them is missing."""
    with ExitStack() as stack:
        loudspeaker = stack.enter_context(closing(SoundCardLoudspeaker(settings.loudspeaker)))
        ours = stack.enter_context(closing(microphone(settings)))
        executor = stack.enter_context(ThreadPoolExecutor(1))
        ear = MicrophoneEar(ours, settings.patience.settling)
        yield Surroundings(loudspeaker, ear, executor, lambda: _reopen(loudspeaker, ours), ours)


def microphone(settings: Settings) -> SoundCardMicrophone:
    """The microphone that the settings name. Raises DeviceError where it is missing or mute."""
    return SoundCardMicrophone(settings.microphone, 0.0 if settings.noise_gate else SILENCE_SECONDS)


def _reopen(loudspeaker: SoundCardLoudspeaker, microphone: SoundCardMicrophone) -> None:
    """The loudspeaker first, so that it can tell where the microphone is still missing. Raises DeviceError."""
    loudspeaker.close()
    microphone.close()
    soundcard.refresh()
    loudspeaker.open()
    microphone.open()


def recorded(settings: Settings, script: Script, path: Path) -> Surroundings:
    """A recorded patient and no loudspeaker: as fast as it can be computed."""
    patient = load_patient(path, script, known=lambda: every_question(settings))
    return Surroundings(SilentLoudspeaker(), RecordedEar(patient), AtOnce(), lambda: None, Unmeasured())


def limits(settings: Settings) -> Limits:
    """How long the kiosk listens, as the settings have it."""
    patience = settings.patience
    return Limits(
        nobody=patience.nobody, wait=patience.wait, decided=patience.decided, pause=patience.pause,
        unfinished=patience.unfinished, longest=patience.longest,
    )  # fmt: skip
