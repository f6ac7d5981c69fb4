"""`ruggespraak bench voice`: measure how well a listener understands each installed voice, and what its lines cost."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

from voice.audio.loudness import measure_gated_loudness
from voice.audio.pcm import Audio, read_audio
from voice.base.console import tell
from voice.base.errors import UsageError
from voice.bench.intelligibility import add_noise, mix_babble, word_error_rate
from voice.bench.listener import WhisperListener
from voice.bench.options import Report, add_every, add_recordings
from voice.bench.reference import Recording, read_recordings
from voice.setup.models.store import require_model
from voice.setup.scripts import load_chosen_script
from voice.setup.settings import Settings
from voice.setup.voices import list_voices, open_phrasebook
from voice.speak.engines.process import Pauses
from voice.speak.engines.pyttsx3 import Pyttsx3
from voice.speak.phrasebook import Phrasebook
from voice.speak.pronounce import Lexicon, load_lexicon, pronounce
from voice.speak.utterance import Utterance

CLEARANCE = 10.0
"""How much louder (dB) a line is than the babble: a full waiting room and a loudspeaker of usual loudness."""
WORST = 10
"""Number of lines that the table shows as understood worst."""
TOO_BAD = 0.4
"""Word error rate above which a line should be reworded."""
SENTENCE = 5
"""Minimum number of words of a recording of people: a listener makes anything of "ja" alone."""

Hear = Callable[[Audio], str]


@dataclass(frozen=True, slots=True)
class HeardLine:
    """One line as a listener understood it. heard: without noise. clean, babble: word error rates without and with noise."""

    id: str
    text: str
    heard: str
    clean: float
    babble: float


@dataclass(frozen=True, slots=True)
class VoiceResult:
    """What was measured of a voice, or of people.

    rendering: seconds of work; 0 for people. speech: seconds of sound. words: number spoken. loudness: dBFS of each line.
    """

    voice: str
    lines: tuple[HeardLine, ...]
    rendering: float
    speech: float
    words: int
    loudness: tuple[float, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recordings(parser, "people to compare with: columns file, label and transcript", required=False)
    add_every(parser)


def run(options: argparse.Namespace, settings: Settings) -> Report:
    """Have a listener hear every line in each voice, and people if recordings of them are given."""
    lines = list(load_chosen_script(settings).utterances())[:: options.every]
    people = load_lexicon(settings.prompts, settings.locale)
    hear = WhisperListener(require_model("whisper-base", settings.models), settings.threads).hear
    with _cold_books(settings) as books:
        measured = [measure(name, book, lines, people, hear) for name, book in books.items()]
    if options.recordings:
        measured.append(measure_people(read_recordings(options.recordings), people, hear))
    return Report(table(measured), [asdict(one) for one in measured])


@contextmanager
def _cold_books(settings: Settings) -> Iterator[dict[str, Phrasebook]]:
    """Make an empty phrasebook for every voice that is present, and one for pyttsx3 as it comes: 200 words a minute, unaided."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="voice-")))
        found = {}
        for name, chosen in list_voices(settings).items():
            found[name] = stack.enter_context(open_phrasebook(replace(chosen, speech=folder / name), warn=tell))
        bare = stack.enter_context(closing(Pyttsx3(settings.locale, 200, Pauses(0, 0))))
        yield {**found, "pyttsx3 as it comes": Phrasebook(bare, folder / "bare")}


def measure(name: str, book: Phrasebook, lines: list[Utterance], people: Lexicon, hear: Hear) -> VoiceResult:
    """Render lines into an empty book and let each be heard twice. people: how people say what is written."""
    begun = time.perf_counter()
    spoken = [book.audio(line) for line in lines]
    rendering = time.perf_counter() - begun
    said = [pronounce(line.text, people) for line in lines]
    return _measure_spoken(name, lines, said, spoken, rendering, people, hear)


def measure_people(recordings: Iterable[Recording], people: Lexicon, hear: Hear) -> VoiceResult:
    """Measure people with the same listener, on the whole sentences among these recordings. Raises UsageError without any."""
    whole = [one for one in recordings if one.kind == "real" and len(one.transcript.split()) >= SENTENCE]
    if not whole:
        remedy = "Give recordings of kind real with their words in `transcript`."
        raise UsageError(f"No recording is a sentence of {SENTENCE} words.", remedy)
    lines = [Utterance(one.file.stem, one.transcript) for one in whole]
    spoken = [read_audio(one.file) for one in whole]
    name, said = f"people ({len(whole)} recordings)", [line.text for line in lines]
    return _measure_spoken(name, lines, said, spoken, 0.0, people, hear)


def _measure_spoken(
    name: str, lines: list[Utterance], said: list[str], spoken: list[Audio], rendering: float, people: Lexicon, hear: Hear
) -> VoiceResult:
    noise = mix_babble(spoken, spoken[0].rate)
    heard = tuple(_measure_line(*each, noise, people, hear) for each in zip(lines, said, spoken, strict=True))
    words = sum(len(text.split()) for text in said)
    return VoiceResult(name, heard, rendering, sum(a.seconds for a in spoken), words, tuple(map(measure_gated_loudness, spoken)))


def _measure_line(line: Utterance, said: str, spoken: Audio, noise: Audio, people: Lexicon, hear: Hear) -> HeardLine:
    heard = hear(spoken)
    through = hear(add_noise(spoken, noise, CLEARANCE))
    clean, babble = (word_error_rate(said, text, people.numbers) for text in (heard, through))
    return HeardLine(line.id, line.text, heard, clean, babble)


def table(measured: list[VoiceResult]) -> Iterator[str]:
    """Show the voices side by side, then the lines of the first voice that were understood worst."""
    yield f"{'':34}word error rate          in babble   words  loudness        rendering"
    yield f"{'voice':34}median  mean  over 40 %   median    a min.  dBFS            seconds  x real time"
    yield from map(_format_row, measured)
    for one in measured[1:]:
        yield f"{measured[0].voice} has {_ratio(measured[0], one):.2f} times the wrong words of {one.voice}"
    yield f"Worst lines of {measured[0].voice}, heard without noise:"
    for line in sorted(measured[0].lines, key=lambda line: -line.clean)[:WORST]:
        yield f"  {line.clean:4.0%}  {line.id}: {line.text}  ->  {line.heard}"


def _format_row(one: VoiceResult) -> str:
    clean, noise = [line.clean for line in one.lines], [line.babble for line in one.lines]
    bad = sum(rate > TOO_BAD for rate in clean)
    loudness = f"{min(one.loudness):.1f} to {max(one.loudness):.1f}"
    return (
        f"{one.voice:34}{median(clean):6.0%}{mean(clean):6.0%}{f'{bad}/{len(clean)}':>11}{median(noise):9.0%}"
        f"{60 * one.words / one.speech:10.0f}  {loudness:14}{one.rendering:9.1f}{one.rendering / one.speech:13.3f}"
    )


def _ratio(one: VoiceResult, other: VoiceResult) -> float:
    return mean(line.clean for line in one.lines) / max(mean(line.clean for line in other.lines), 1e-9)
