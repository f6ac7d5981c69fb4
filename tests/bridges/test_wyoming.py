"""Wyoming: our ears, voice and consultation for others, theirs for us; with the real `wyoming` package on both sides."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe
from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info, TtsProgram, TtsVoice
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeVoice

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.wyoming_server import all_of_it, free_address, serving
from voice.audio.pcm import Audio, from_floats, read_audio, silence
from voice.base.errors import DeviceError, ModelError, ServerError, VoiceError
from voice.bridges.conversation import Consultations
from voice.bridges.text import load_phrases
from voice.bridges.wyoming import client, wire
from voice.bridges.wyoming.server import FORGOTTEN, REMEMBERED, Memory, Offer, Service
from voice.consultation.script import Script
from voice.recognize.measured import UNMEASURED
from voice.recognize.transcript import NEUTRAL, Reading, Transcript, Trust, Vocabulary
from voice.setup import kiosk_parts
from voice.setup.engines import load_ears
from voice.setup.settings import Server, Settings
from voice.setup.voices import load_synthesizer
from voice.speak.utterance import Utterance

TONE = from_floats(0.3 * np.sin(2 * np.pi * 220 * np.arange(16_000) / 16_000), 16_000)
NEE = Path("/usr/share/games/fillets-ng/sound/dump/nl/sm-v-jine2.ogg")
NOBODY = Consultations({}, {}, "nl-BE")
CAREFUL = Trust(reject=0.2, sure=0.4, believe=0.9, against=0.1, negation_within=3)
TRUSTED = {"whisper": CAREFUL, "vosk": NEUTRAL}


class Sure(FakeRecognizer):
    """Hears, and returns everything that an engine can tell beside the text."""

    trust = CAREFUL

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        heard = super().transcribe(audio, vocabulary)
        return replace(heard, confidence=0.75, openings=(("ja", 0.9), ("nee", 0.05)), readings=(Reading("ja ja", 1.5),))


class Slow(FakeRecognizer):
    """Hears after a while, and counts how many it hears at once."""

    most = 0
    now = 0
    lock = threading.Lock()

    def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
        with self.lock:
            Slow.now += 1
            Slow.most = max(Slow.most, Slow.now)
        time.sleep(0.05)
        with self.lock:
            Slow.now -= 1
        return Transcript("nee", 1.0, "slow")


def ask(uri: str, *events: Event, until: Any = lambda kind: True) -> Event:
    """Return the last reply to events that the real client of the `wyoming` package sends."""

    async def asked() -> Event:
        async with AsyncClient.from_uri(uri, connect_timeout=5, read_timeout=10) as connection:
            for event in events:
                await connection.write_event(event)
            while True:
                event = await connection.read_event()
                assert event is not None, "the server closed the connection"
                if until(event.type):
                    return event

    return asyncio.run(asked())


def spoken(text: str) -> Audio:
    return Audio(TONE.pcm[: 2 * 100 * len(text)], TONE.rate)


@pytest.fixture(scope="module")
def consultations() -> Consultations:
    script = load_shipped("nl-BE", "kort")
    return Consultations({"nl-BE": script}, {"nl-BE": load_phrases(PROMPTS, script)}, "nl-BE")


@pytest.fixture(scope="module")
def uri(consultations: Consultations) -> Iterator[str]:
    voices = {"nl-BE": ("nl-BE", spoken), "nl-BE-slow": ("nl-BE", lambda text: spoken(text + text))}
    with serving(
        Service(
            Offer({"whisper": (Sure(["ja"] * 50),), "vosk": (FakeRecognizer(["nee"] * 50),)}, voices, consultations),
            find_speech=all_of_it,
        )
    ) as uri:
        yield uri


# --- ears ------------------------------------------------------------------------------------------


def test_another_machine_hears_as_much_as_the_engine_tells(uri: str) -> None:
    first, second = client.list_engines(uri, trusted=TRUSTED)
    assert (first.name, first.trust, second.name, second.trust) == ("whisper", CAREFUL, "vosk", NEUTRAL)
    heard = first.transcribe(TONE, Vocabulary("Hebt u koorts?", ("ja", "nee")))
    assert heard == Transcript("ja", 0.75, "fake", (("ja", 0.9), ("nee", 0.05)), (Reading("ja ja", 1.5),))
    assert second.transcribe(TONE, Vocabulary()).text == "nee"


def test_the_engine_is_told_what_may_be_expected() -> None:
    engine, vocabulary = FakeRecognizer(["nee"]), Vocabulary("Hebt u koorts?", ("ja", "neen zulle"))
    with serving(Service(Offer({"fake": (engine,)}, {}, NOBODY), find_speech=all_of_it)) as uri:
        client.list_engines(uri)[0].transcribe(TONE, vocabulary)
    assert engine.asked == [vocabulary]


def test_the_settings_choose_other_ears_and_say_where_answers_go(uri: str, capsys: pytest.CaptureFixture[str]) -> None:
    hearing = load_ears(Settings(engine="wyoming", server=Server(ears=uri)))
    assert hearing.moves == (), "shared ears hear an answer once"
    assert hearing.name == "wyoming ruggespraak"
    assert uri in capsys.readouterr().err


def test_a_kiosk_begins_by_touch_while_its_server_is_away_and_hears_when_it_is_there(
    script: Script, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = free_address()
    settings = Settings(engine="wyoming", server=Server(ears=address))
    monkeypatch.setattr(kiosk_parts, "open_microphone", lambda settings: "the microphone")
    with ExitStack() as parts:
        ears, open_microphone = kiosk_parts._open_hearing(parts, settings, script)
        assert f"{address} cannot be reached" in (told := capsys.readouterr().err) and "by reading and touch" in told
        assert not ears.first.trust.is_measured, "only the text of a server that was never asked is taken"
        with pytest.raises(DeviceError, match="cannot be reached"):
            open_microphone()
        assert ears.first.transcribe(TONE, Vocabulary()).text == ""
        with serving(
            Service(Offer({"whisper": (Sure(["nee"]),)}, {}, NOBODY), find_speech=all_of_it), port=wire.split_address(address)[1]
        ):
            assert open_microphone() == "the microphone"
            assert ears.first.transcribe(TONE, Vocabulary()).text == "nee"


def test_without_being_asked_for_no_other_machine_is_used(uri: str, tmp_path: Any) -> None:
    with pytest.raises(ModelError):
        load_ears(Settings(engine="auto", models=tmp_path, server=Server(ears=uri)))


def test_any_client_gets_the_text(uri: str) -> None:
    events = [Transcribe(language="nl").event(), AudioStart(16_000, 2, 1).event(), AudioChunk(16_000, 2, 1, TONE.pcm).event()]
    assert Written.from_event(ask(uri, *events, AudioStop().event())).text == "ja"


def gather(*events: Event, longest: float = 60) -> Audio:
    sound = wire.GatheredSound(longest)
    for event in events:
        sound.add(event)
    return sound.mix()


def test_a_stereo_sound_of_another_rate_is_mixed_down() -> None:
    left, right = TONE.samples, np.zeros_like(TONE.samples)
    pcm = np.stack([left, right], axis=1).astype("<i2").tobytes()
    heard = gather(*(AudioChunk(44_100, 2, 2, part).event() for part in (pcm[:1000], pcm[1000:])))
    assert heard.rate == 44_100
    assert np.abs(heard.samples - left // 2).max() <= 1


def test_a_sound_travels_unchanged() -> None:
    assert gather(*(event for event in wire.write_audio(TONE) if AudioChunk.is_type(event.type))) == TONE


@pytest.mark.parametrize(
    "events",
    [
        [AudioChunk(16_000, 4, 1, TONE.pcm).event()],
        [AudioChunk(0, 2, 1, TONE.pcm).event()],
        [Event("audio-chunk", {}, TONE.pcm)],
        [Event("synthesize", {})],
        [Event("transcript", {})],
    ],
)
def test_what_cannot_be_done_is_answered_with_an_error_that_repeats_nothing(uri: str, events: list[Event]) -> None:
    """One error, and the connection ends: a client that waits for something else waits no longer."""

    async def ask_all() -> list[str]:
        async with AsyncClient.from_uri(uri, connect_timeout=5, read_timeout=10) as connection:
            for event in events:
                await connection.write_event(event)
            kinds = []
            while event := await connection.read_event():
                kinds.append(event.type)
            return kinds

    assert asyncio.run(ask_all()) == ["error"]


@pytest.mark.parametrize("events", [(), (AudioStart(16_000, 2, 1).event(),)])
def test_an_answer_without_a_sound_is_an_empty_transcript(uri: str, events: tuple[Event, ...]) -> None:
    assert Written.from_event(ask(uri, *events, AudioStop().event())).text == ""
    asked = ask(uri, *events, AudioStop().event(), Ping("x").event(), until=Pong.is_type)
    assert Pong.from_event(asked).text == "x"


@pytest.mark.parametrize("text", ["", " ", "...", "?!"])
def test_a_text_without_a_word_is_a_sound_without_length(uri: str, text: str) -> None:
    kinds = []
    ask(uri, Synthesize(text).event(), until=lambda kind: kinds.append(kind) or AudioStop.is_type(kind))
    assert kinds == ["audio-start", "audio-stop"]


def test_a_long_text_is_spoken_whole_part_after_part() -> None:
    spoken_parts: list[str] = []

    def speak(text: str) -> Audio:
        spoken_parts.append(text)
        return TONE

    text = " ".join(f"Dit is zin nummer {number} van een heel lange tekst." for number in range(200))
    kinds: list[str] = []
    with serving(Service(Offer({}, {"nl-BE": ("nl-BE", speak)}, NOBODY))) as uri:
        ask(uri, Synthesize(text).event(), until=lambda kind: kinds.append(kind) or AudioStop.is_type(kind))
    assert " ".join(spoken_parts) == text and len(spoken_parts) > 5
    assert all(part.startswith("Dit") and part.endswith(".") for part in spoken_parts)
    assert (kinds.count("audio-start"), kinds.count("audio-stop")) == (1, 1)


def test_no_engine_makes_words_of_noise_hum_or_silence_but_hears_speech() -> None:
    """An engine that is given noise writes what it likes ("TV Gelderland 2021"); it is given none."""
    chance, at = np.random.default_rng(1), np.arange(3 * 16_000) / 16_000
    engine = FakeRecognizer(["TV Gelderland 2021"] * 9)
    with serving(Service(Offer({"fake": (engine,)}, {}, NOBODY))) as uri:
        ears = client.list_engines(uri)[0]
        for sound in (0.1 * chance.standard_normal(at.size), 0.3 * np.sin(2 * np.pi * 50 * at), np.zeros(at.size)):
            assert ears.transcribe(from_floats(sound.astype(np.float32), 16_000), Vocabulary()).text == ""
        assert ears.transcribe(read_audio(NEE), Vocabulary()).text == "TV Gelderland 2021"


@pytest.mark.parametrize(
    "rubbish", [b"GET / HTTP/1.1\r\n\r\n", b"[]\n", b"{}\n", b'{"type": "transcript", "data_length": 9}\nx', b"\xff\xfe\n"]
)
def test_who_does_not_speak_wyoming_is_let_go_and_others_are_served(uri: str, rubbish: bytes) -> None:
    host, port = uri.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(rubbish)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert Pong.is_type(ask(uri, Ping().event()).type)


def test_a_very_long_answer_is_heard_up_to_a_limit() -> None:
    class Measuring(FakeRecognizer):
        def transcribe(self, audio: Audio, vocabulary: Vocabulary) -> Transcript:
            return Transcript(f"{audio.seconds:.0f}", 1.0, "fake")

    with serving(Service(Offer({"fake": (Measuring([]),)}, {}, NOBODY), find_speech=all_of_it)) as uri:
        heard = client.list_engines(uri)[0].transcribe(silence(40), Vocabulary())
    assert heard.text == "30"


def test_as_many_are_heard_at_once_as_there_are_engines_and_the_others_wait() -> None:
    with serving(Service(Offer({"slow": (Slow([]), Slow([]))}, {}, NOBODY), find_speech=all_of_it)) as uri:
        remote = client.list_engines(uri)[0]
        texts: list[str] = []
        asking = [threading.Thread(target=lambda: texts.append(remote.transcribe(TONE, Vocabulary()).text)) for _ in range(8)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    assert texts == ["nee"] * 8
    assert Slow.most == 2


# --- a server that fails ---------------------------------------------------------------------------


def test_an_answer_that_could_not_be_heard_is_empty_and_never_a_no(uri: str) -> None:
    engine = client.list_engines(uri, trusted=TRUSTED)[0]
    assert replace(engine, uri=free_address()).transcribe(TONE, Vocabulary()) == Transcript("", 0.0, "whisper")


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\n", b'{"type": "error", "data": {"text": "no"}}\n', b'{"type": "transcript", "data": {}}\n']
)
def test_a_server_that_answers_something_else_has_not_heard(uri: str, answer: bytes) -> None:
    engine = client.list_engines(uri)[0]
    with socket.create_server(("127.0.0.1", 0)) as broken:

        def answers() -> None:
            connection, _ = broken.accept()
            with connection, connection.makefile("rb") as stream:
                while b"audio-stop" not in stream.readline():
                    pass
                connection.sendall(answer)

        thread = threading.Thread(target=answers)
        thread.start()
        heard = replace(engine, uri=f"tcp://127.0.0.1:{broken.getsockname()[1]}").transcribe(silence(0.01), Vocabulary())
        thread.join(10)
    assert heard.text == ""


def test_a_server_that_never_answers_is_given_up(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "HEARING", 0.2)
    engine = client.list_engines(uri)[0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        heard = replace(engine, uri=f"tcp://127.0.0.1:{silent.getsockname()[1]}").transcribe(silence(0.01), Vocabulary())
    assert heard.text == "" and time.monotonic() - begun < 5


@pytest.mark.parametrize("address", ["", "192.168.1.2:10300", "tcp://machine", "http://machine:80", "tcp://machine:many"])
def test_an_address_that_is_none_is_told_with_the_form_of_one(address: str) -> None:
    with pytest.raises(ServerError, match="tcp://HOST:PORT"):
        client.describe_server(address)


def test_a_server_that_is_not_there_is_told_with_its_address() -> None:
    gone = free_address()
    with pytest.raises(ServerError, match=gone):
        load_ears(Settings(engine="wyoming", server=Server(ears=gone)))
    with pytest.raises(VoiceError, match=gone):
        load_synthesizer(Settings(voice="wyoming", server=Server(voice=gone)))


# --- servers of others -----------------------------------------------------------------------------


def artifact(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "attribution": Attribution("", ""), "installed": True, "description": None, "version": "2", **more}


def offered(monkeypatch: pytest.MonkeyPatch, info: Info) -> None:
    monkeypatch.setattr(client, "describe_server", lambda uri, key: info.event())


def test_of_another_server_the_first_model_that_hears_dutch_is_taken_and_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [AsrModel(**artifact("english"), languages=["en"]), AsrModel(**artifact("dutch"), languages=["de", "nl_NL"])]
    offered(monkeypatch, Info(asr=[AsrProgram(**artifact("other"), models=models)]))
    (engine,) = client.list_engines("tcp://x:1")
    assert (engine.model, engine.trust) == ("dutch", UNMEASURED)


def test_what_an_unmeasured_engine_heard_counts_only_with_a_read_back() -> None:
    heard = wire.read_reply(Written("nee").event(), "wyoming other")
    assert heard.confidence < UNMEASURED.sure


def test_a_server_without_dutch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, Info(asr=[AsrProgram(**artifact("other"), models=[AsrModel(**artifact("english"), languages=["en"])])]))
    with pytest.raises(ModelError, match="no Dutch"):
        client.list_engines("tcp://x:1")
    with pytest.raises(VoiceError, match="no Dutch voice"):
        client.WyomingVoice("tcp://x:1", "nl-BE")


@pytest.mark.parametrize("asr", [3, [3], [{"models": [{"installed": True, "languages": [3]}]}]])
def test_what_cannot_be_read_of_an_offer_is_told(asr: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "describe_server", lambda uri, key: Event("info", {"asr": asr, "tts": [3]}))
    with pytest.raises(ServerError, match="cannot be read"):
        client.list_engines("tcp://x:1")
    with pytest.raises(VoiceError, match="cannot be read"):
        client.WyomingVoice("tcp://x:1", "nl-BE")


def test_the_voice_of_the_locale_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    voices = [TtsVoice(**artifact(name), languages=[name]) for name in ("en_GB", "nl_NL", "nl_BE")]
    offered(monkeypatch, Info(tts=[TtsProgram(**artifact("piper"), voices=voices)]))
    assert "nl_BE" in client.WyomingVoice("tcp://x:1", "nl-BE").identity
    assert "nl_NL" in client.WyomingVoice("tcp://x:1", "nl-NL").identity
    assert "2" in client.WyomingVoice("tcp://x:1", "nl-NL").identity


# --- voice -----------------------------------------------------------------------------------------


def test_another_machine_speaks_at_both_paces(uri: str) -> None:
    usual, slow = (load_synthesizer(Settings(voice="wyoming", server=Server(voice=uri)), slow) for slow in (False, True))
    line = Utterance("x", "Hebt u koorts gehad?")
    assert usual.synthesize(line) == spoken(line.text)
    assert slow.synthesize(line) == spoken(2 * line.text)
    assert usual.identity != slow.identity


def test_any_client_is_spoken_to(uri: str) -> None:
    event = ask(uri, Synthesize("Dag", voice=SynthesizeVoice(name="unknown")).event(), until=AudioChunk.is_type)
    assert AudioChunk.from_event(event).audio == spoken("Dag").pcm


def test_a_line_that_was_not_spoken_is_told() -> None:
    class Mute:
        def __call__(self, text: str) -> Audio:
            raise VoiceError("broken")

    with serving(Service(Offer({}, {"nl-BE": ("nl-BE", Mute())}, NOBODY))) as uri, pytest.raises(VoiceError, match="Line x"):
        client.WyomingVoice(uri, "nl-BE").synthesize(Utterance("x", "Dag."))


# --- consultation ----------------------------------------------------------------------------------


def test_what_is_offered_is_described_in_wyomings_own_terms(uri: str) -> None:
    info = Info.from_event(ask(uri, Describe().event()))
    assert [model.name for model in info.asr[0].models] == ["whisper", "vosk"]
    assert [voice.name for voice in info.tts[0].voices] == ["nl-BE", "nl-BE-slow"]
    assert info.handle[0].models[0].languages == ["nl-BE", "nl"]


def turn(uri: str, words: str, context: dict[str, Any]) -> Event:
    """Take one turn as Home Assistant does, on a connection of its own."""
    return ask(uri, Written(words, context=context, language="nl").event())


def test_a_consultation_travels_in_the_context(uri: str) -> None:
    context: dict[str, Any] = {"device_id": "kitchen"}
    for words in ("ik heb rugpijn", "drie dagen", "zeventig", "ja", "ja", "ja"):
        handled = Handled.from_event(turn(uri, words, context))
        context = json.loads(json.dumps(handled.context))
    assert (context[wire.OURS]["outcome"]["level"], context["device_id"]) == ("E", "kitchen")


def test_home_assistant_which_does_not_carry_the_context_is_known_by_its_conversation(uri: str) -> None:
    words = ("ik heb rugpijn", "drie dagen", "zeventig", "ja", "ja", "ja")
    replies = [Handled.from_event(turn(uri, spoken_words, {"conversation_id": "01A"})) for spoken_words in words]
    assert replies[-1].context[wire.OURS]["outcome"]["level"] == "E"
    assert NotHandled.is_type(turn(uri, "ja", {"conversation_id": "01A"}).type)


def test_two_conversations_do_not_mix(uri: str) -> None:
    for name in ("A", "B"):
        turn(uri, "ik heb rugpijn", {"conversation_id": name})
    turn(uri, "help", {"conversation_id": "A"})
    handled = Handled.from_event(turn(uri, "drie dagen", {"conversation_id": "B"}))
    assert handled.context[wire.OURS]["findings"] == [["duur", "absent"]]


def test_words_that_begin_nothing_are_not_handled(uri: str) -> None:
    event = turn(uri, "doe het licht aan", {})
    assert NotHandled.is_type(event.type) and "rugcheck" in NotHandled.from_event(event).text


def test_a_conversation_is_forgotten_after_a_while_and_when_there_are_too_many() -> None:
    now = [0.0]
    memory = Memory(lambda: now[0])
    memory.keep("here", "old", {"x": 1})
    now[0] = FORGOTTEN - 1
    assert memory.recall("here", "old") == {"x": 1}
    now[0] = FORGOTTEN
    assert memory.recall("here", "old") == {}
    for number in range(REMEMBERED + 1):
        memory.keep("here", str(number), {"x": number})
    assert memory.recall("here", "0") == {} and memory.recall("here", "1") == {"x": 1}


def test_an_ended_visit_and_one_without_a_name_are_not_kept() -> None:
    memory = Memory(lambda: 0.0)
    memory.keep("here", "", {"x": 1})
    memory.keep("here", "A", {"x": 1})
    memory.keep("here", "A", {"phase": "ended"})
    assert memory.recall("here", "") == {} and memory.recall("here", "A") == {}


@pytest.mark.slow
@pytest.mark.parametrize(("action", "code"), [("--help", 0), ("describe", 10), ("serve", 10)])
def test_without_its_package_the_command_says_what_is_missing_and_still_helps(action: str, code: int) -> None:
    without = "import sys; sys.modules['wyoming'] = None; from voice.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", without, "wyoming", action], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert ("pip install 'ruggespraak[wyoming]'" in done.stderr) == bool(code)
