"""Serve this machine's speech to the local network through Wyoming, or describe what a server offers."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from voice.audio.loudness import level, trim
from voice.audio.pcm import Audio
from voice.base import journal
from voice.base.console import tell
from voice.base.errors import ServerError, UsageError
from voice.bridges.conversation import Consultations
from voice.bridges.text import load_phrases
from voice.bridges.wyoming import client, wire
from voice.bridges.wyoming.key import Key, load_key
from voice.bridges.wyoming.key import make_key as make_file
from voice.bridges.wyoming.server import Offer, Service, start_server
from voice.consultation.loader import locales, scripts
from voice.recognize.measured import BY_NAME
from voice.recognize.transcript import Recognizer
from voice.setup.engines import load_ears
from voice.setup.scripts import load_chosen_script, warn_unreviewed
from voice.setup.settings import Settings
from voice.setup.voices import load_synthesizer, load_voice_lexicon
from voice.speak.engines.synthesizer import Synthesizer
from voice.speak.pronounce import Lexicon, pronounce
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears


def describe(options: argparse.Namespace, settings: Settings) -> int:
    key = _load_key(options, settings)
    for engine in client.list_engines(options.uri, key, BY_NAME if key else client.NONE_TRUSTED):
        print(f"ears   {engine.name}")
    print(f"voice  {client.WyomingVoice(options.uri, settings.locale, key=key).identity}")
    return 0


def make_key(options: argparse.Namespace, settings: Settings) -> int:
    if not options.key:
        raise UsageError("No file is named for the key.", "Write: ruggespraak wyoming key --key FILE")
    make_file(options.key)
    tell(f"The key is in {options.key}. Copy it to every kiosk and to the server, and show it to nobody else.")
    return 0


def serve(options: argparse.Namespace, settings: Settings) -> int:
    journal.keep()
    key = _load_key(options, settings)
    with _load_offer(options, settings) as offer:
        asyncio.run(_run_server(options.uri, Service(offer), key))
    return 0


def _load_key(options: argparse.Namespace, settings: Settings) -> Key | None:
    path = str(options.key or settings.server.key)
    return load_key(path) if path else None


async def _run_server(uri: str, service: Service, key: Key | None) -> None:
    """Serve until a signal ends the program."""
    ended = asyncio.Event()
    with suppress(NotImplementedError):  # Windows has no signal handlers here; there Ctrl-C interrupts
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    asyncio.get_running_loop().set_exception_handler(_tell_fault)
    try:
        server = await start_server(service, *wire.split_address(uri), key.server if key else None)
    except OSError as reason:
        raise ServerError(f"{uri} cannot be served ({reason}).", "Choose another address.") from reason
    served = ", ".join((*service.offer.ears, *service.offer.voices, *service.offer.consultations.scripts))
    tell(f"Serves {served} at {uri}, {'to those who have the key' if key else 'unencrypted and to everybody'}.")
    await ended.wait()
    server.close()


def _tell_fault(loop: asyncio.AbstractEventLoop, fault: dict[str, Any]) -> None:
    """Tell of a fault in one line, without what a client sent."""
    tell(f"A client was let go: {type(fault.get('exception')).__name__} in the server.")


@contextmanager
def _load_offer(options: argparse.Namespace, settings: Settings) -> Iterator[Offer]:
    with ExitStack() as stack:
        heard = _load_ears(settings, options.at_once, stack) if "ears" in options.parts else {}
        spoken = _load_voices(settings, stack) if "voice" in options.parts else {}
        held = locales(settings.prompts) if "consultation" in options.parts else ()
        yield Offer(heard, spoken, _load_consultations(settings, held))


def _load_ears(settings: Settings, number: int, stack: ExitStack) -> dict[str, tuple[Recognizer, ...]]:
    """Load `number` of each engine, by its name; no doubters, which have no weight elsewhere either. A second engine of the same
    name gets a number after it."""
    load = partial(load_ears, doubting=False)
    with ThreadPoolExecutor() as pool:
        alike: list[Ears] = [stack.enter_context(closing(made)) for made in pool.map(load, [settings] * max(1, number))]
    named: dict[str, tuple[Recognizer, ...]] = {}
    for kind in zip(*((one.first, *one.others) for one in alike), strict=True):
        name = kind[0].name
        named[name if name not in named else f"{name}-{len(named)}"] = kind
    return named


def _load_voices(settings: Settings, stack: ExitStack) -> dict[str, tuple[str, Callable[[str], Audio]]]:
    """Load the voice of the settings at both paces."""
    paces = {settings.locale: False, f"{settings.locale}{client.SLOW}": True}
    made = {name: stack.enter_context(closing(load_synthesizer(settings, slow, tell))) for name, slow in paces.items()}
    return {name: (settings.locale, partial(_speak, voice, load_voice_lexicon(settings, voice))) for name, voice in made.items()}


def _speak(voice: Synthesizer, words: Lexicon, text: str) -> Audio:
    return level(trim(voice.synthesize(Utterance("wyoming", pronounce(text, words)))))


def _load_consultations(settings: Settings, held: tuple[str, ...]) -> Consultations:
    """Load the script of the settings in each of these locales that has it."""
    there = [name for name in held if settings.script in scripts(settings.prompts / name)]
    choices = {name: replace(settings, locale=name) for name in there}
    made = {name: load_chosen_script(choice) for name, choice in choices.items()}
    for choice in choices.values():
        warn_unreviewed(choice)
    return Consultations(made, {name: load_phrases(settings.prompts, script) for name, script in made.items()}, settings.locale)
