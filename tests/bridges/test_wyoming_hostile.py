"""Wyoming with peers that are hostile or broken: a server of that kind costs an answer, a client of that kind its connection."""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from wyoming.asr import Transcript as Written
from wyoming.audio import AudioChunk, AudioStop
from wyoming.event import Event, write_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize

from tests.bridges.test_wyoming import NOBODY, TONE, ask, gather
from tests.conftest import PROMPTS, load_shipped
from tests.helpers.fake_engines import FakeRecognizer
from tests.helpers.fake_patient import FakeObserver
from tests.helpers.wyoming_server import all_of_it, serving
from tests.kiosk.test_session import hold
from voice.audio.pcm import Audio
from voice.base.errors import ServerError, VoiceError
from voice.bridges.conversation import Consultations
from voice.bridges.text import load_phrases
from voice.bridges.wyoming import client, framing, server, wire
from voice.bridges.wyoming.server import Offer, Service
from voice.consultation import dialogue, unattended
from voice.consultation.script import Finding, Level, Script
from voice.recognize.transcript import Transcript, Vocabulary
from voice.speak.utterance import Utterance
from voice.understand.fusion.hearing import Ears
from voice.understand.meaning import Meaning

Deed = Callable[[socket.socket], None]
NOTHING = Transcript("", 0.0, "x")
PART = {"name": "x", "installed": True, "version": "1", "languages": ["nl"]}
OFFER = Event("info", {"asr": [PART | {"models": [PART]}], "tts": [PART | {"voices": [PART]}]})


# --- a hostile server ------------------------------------------------------------------------------


def send(data: bytes) -> Deed:
    return lambda connection: connection.sendall(data)


def drip(data: bytes) -> Deed:
    """Send a byte every 50 ms, each of which would renew a deadline for a single step."""

    def deed(connection: socket.socket) -> None:
        for byte in data * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return deed


def flood(head: bytes, more: bytes) -> Deed:
    def deed(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(more)

    return deed


@contextmanager
def hostile(deed: Deed) -> Iterator[str]:
    """The address of a server that says what it offers, and answers everything else with the deed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                Thread(target=_be_hostile, args=(connection, deed), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _be_hostile(connection: socket.socket, deed: Deed) -> None:
    with connection, connection.makefile("rwb") as stream:
        try:
            while line := stream.readline():
                header = json.loads(line)
                stream.read(header.get("data_length", 0) + header.get("payload_length", 0))
                if header["type"] == "describe":
                    write_event(OFFER, stream)  # type: ignore[arg-type]
                elif header["type"] in ("audio-stop", "synthesize"):
                    deed(connection)
                    return
        except OSError:
            return


def deep(levels: int) -> bytes:
    return b'{"type": "transcript", "data": {"text": "nee", "context": ' + b"[" * levels + b"]" * levels + b"}}\n"


def replied(**data: Any) -> bytes:
    return json.dumps({"type": "transcript", "data": data}).encode() + b"\n"


HOSTILE = {
    "a list": send(b"[1]\n"),
    "deep": send(deep(20_000)),
    "a number for a text": send(replied(text=7)),
    "a list for data": send(b'{"type": "transcript", "data": [1]}\n'),
    "no text": send(replied()),
    "half a letter": send(replied(text="nee \ud800")),
    "orders to a terminal": send(replied(text="nee \x1b[2J")),
    "a very long text": send(replied(text="nee " * 1000)),
    "a number for a type": send(b'{"type": 7}\n'),
    "a negative length": send(b'{"type": "transcript", "data_length": -1}\n'),
    "a length in words": send(b'{"type": "transcript", "data_length": "ten"}\n'),
    "ten terabytes of sound": flood(b'{"type": "transcript", "payload_length": 10000000000000}\n', bytes(65_536)),
    "ten terabytes of data": flood(b'{"type": "transcript", "data_length": 10000000000000}\n', bytes(65_536)),
    "a line without end": flood(b"", b" " * 65_536),
    "events without end": flood(b"", b'{"type": "ping"}\n' * 4000),
    "a number of five thousand digits": send(b'{"type": "transcript", "data": {"text": ' + b"1" * 5000 + b"}}\n"),
    "a drip": drip(replied(text="nee")),
    "nothing": lambda connection: time.sleep(3),
    "an error of no text": send(b'{"type": "error", "data": {"text": 3}}\n'),
}


@pytest.mark.parametrize("deed", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_server_costs_one_answer_in_time_and_never_makes_a_no(deed: Deed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "HEARING", 1.0)
    with hostile(deed) as uri:
        engine = client.WyomingRecognizer(uri, "x", "x")
        begun = time.monotonic()
        assert engine.transcribe(TONE, Vocabulary()) == NOTHING
        assert time.monotonic() - begun < 10  # the drip alone lasts 25 s, and what is without end for ever


@pytest.mark.parametrize("talk", [dialogue, unattended], ids=["consult", "kiosk"])
@pytest.mark.parametrize("deed", HOSTILE.values(), ids=HOSTILE)
def test_a_visit_with_a_hostile_server_goes_on_to_the_staff(
    deed: Deed, talk: Any, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "HEARING", 0.2)
    seen = FakeObserver()
    with hostile(deed) as uri, ThreadPoolExecutor(1) as executor:
        ears = Ears(client.WyomingRecognizer(uri, "x", "x"))
        outcome, session = hold(script, ["nee"] * 20, talk=talk, ears=ears, observer=seen, executor=executor)
    assert outcome.level is Level.STAFF and not seen.crashes
    assert {turn.answer.meaning for turn in seen.turns} == {Meaning.UNCLEAR}, "asked again, never taken for silence or no"
    assert [line for line in session.mouth.spoken if line.id.startswith("staff")], "and told who helps now"


@pytest.mark.parametrize("deed", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_server_that_speaks_is_told_in_time(deed: Deed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SPEAKING", 1.0)
    with hostile(deed) as uri:
        voice = client.WyomingVoice(uri, "nl-BE")
        begun = time.monotonic()
        with pytest.raises(VoiceError, match="Line x"):
            voice.synthesize(Utterance("x", "Dag."))
        assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (flood(b"", b" " * 65_536), "too long"),
        (flood(b"", b'{"type": "ping"}\n' * 4000), "more events"),
        (flood(b"", b'{"type": "ping", "payload_length": 1000000}\n' + bytes(1_000_000)), "more than any answer"),
        (flood(b'{"type": "ping", "payload_length": 1048577}\n', b" "), "1048576"),
    ],
)
def test_what_is_without_end_is_given_up_long_before_its_deadline(deed: Deed, why: str) -> None:
    begun = time.monotonic()
    with hostile(deed) as uri, pytest.raises(ServerError, match=why):
        client.exchange(uri, None, [AudioStop().event()], 600.0, until=Written.is_type)
    assert time.monotonic() - begun < 300


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ({"rate": 1, "width": 2, "channels": 1}, bytes(100)),
        ({"rate": 10**9, "width": 2, "channels": 1}, bytes(100)),
        ({"rate": 16_000.5, "width": 2, "channels": 1}, bytes(100)),
        ({"rate": 16_000, "width": 2, "channels": 10**6}, bytes(100)),
        ({"rate": 16_000, "width": 2, "channels": True}, bytes(100)),
        ({"rate": 16_000, "width": "2", "channels": 1}, bytes(100)),
        ({"rate": 16_000, "width": 2, "channels": 1}, None),
    ],
)
def test_a_sound_that_claims_what_none_is_is_refused(form: dict[str, Any], payload: bytes | None) -> None:
    with pytest.raises(ValueError):
        gather(Event("audio-chunk", form, payload))


def test_a_sound_that_changes_its_format_is_refused_and_a_long_one_is_cut() -> None:
    with pytest.raises(ValueError, match="format"):
        gather(AudioChunk(8_000, 2, 1, bytes(2)).event(), AudioChunk(48_000, 2, 1, bytes(2)).event())
    assert gather(*[AudioChunk(8_000, 2, 2, bytes(32_000)).event()] * 4, longest=2.5).seconds == 2.5


@pytest.mark.parametrize(
    "ours",
    [
        {"confidence": "1.0"},
        {"confidence": 2},
        {"confidence": float("inf")},
        {"confidence": 10**400},
        {"confidence": True},
        {"confidence": [1]},
        {"openings": 3},
        {"openings": [["ja"]]},
        {"openings": [["ja", 7]]},
        {"openings": [["ja", 0.5]] * 101},
        {"readings": [[3, 0.5]]},
        {"readings": [["nee", float("-inf")]]},
        {"engine": ["x"]},
    ],
)
def test_what_a_trusted_server_tells_beside_the_text_must_be_possible(ours: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        wire.read_reply(Written("nee", context={wire.OURS: ours}).event(), "x")


def test_a_number_that_is_none_is_no_json() -> None:
    """Otherwise a confidence that is no number would be below no limit, and a no that rests on it certain."""
    for number in (b"NaN", b"Infinity", b"-Infinity"):
        with pytest.raises(ValueError, match="no number"):
            framing.load_object(b'{"confidence": ' + number + b"}")


def test_json_is_as_deep_as_allowed_and_no_deeper_whatever_stands_in_its_texts() -> None:
    def nest(levels: int) -> bytes:
        return b'{"a": ' * levels + b'"[[[[[[[[[[[[[[[[[[[[\\"{{"' + b"}" * levels

    assert framing.load_object(nest(framing.MAX_DEPTH))
    with pytest.raises(ValueError, match="deep"):
        framing.load_object(nest(framing.MAX_DEPTH + 1))


@pytest.mark.parametrize("text", [b'"\\' * 300_000, b'"' * 500_000, b'"' + b"\\" * 500_000, b"[" * 500_000, b'{"a":' * 200_000])
def test_no_bytes_take_long_to_refuse(text: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(ValueError):
        framing.load_object(text)
    assert time.process_time() - begun < 10  # minutes if each quote were looked at to the end


def test_what_a_server_says_of_itself_makes_no_answer_certain(script: Script) -> None:
    """In between, a machine declares its trust, and all the evidence that there is for a no."""
    sure = {"confidence": 1.0, "openings": [["nee", 1.0], ["ja", 0.0]], "readings": [["nee", 50.0]], "engine": "whisper"}
    lie = replied(text="nee", context={wire.OURS: sure})
    declared = {"trust": {"x": {"reject": 0.0, "sure": 0.0, "believe": 0.0, "against": 1.0}, "y": {"sure": 0.0}}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(OFFER.data, wire.OURS, declared)
        with hostile(send(lie)) as uri:
            first, *others = client.list_engines(uri)
            heard = Ears(first, tuple(others)).hear(TONE, script.question("koorts").expected, date.today())
            outcome, session = hold(script, ["ja"] * 60, ears=Ears(first, tuple(others)))
    assert (heard.answer.meaning, heard.answer.certain) == (Meaning.NO, False)
    assert not others, "one server is one witness, however many it names"
    assert outcome.level is not Level.REASSURE
    assert [line for line in session.mouth.spoken if line.id.startswith("klopt")], "and the patient heard what it said"


def test_a_short_time_that_an_unmeasured_server_heard_is_asked_for_and_read_back(script: Script) -> None:
    """Otherwise it would count as a no at once."""
    with hostile(send(replied(text="drie dagen"))) as uri:
        heard = Ears(client.WyomingRecognizer(uri, "x", "x")).hear(TONE, script.questions[0].expected, date.today())
    assert heard.answer.meaning is Meaning.DURATION
    step = dialogue.advance(dialogue.begin(script).visit, heard.answer)
    assert step.visit.asked.id == "zes_weken"
    step = dialogue.advance(step.visit, replace(heard.answer, meaning=Meaning.NO))
    assert not step.visit.having(Finding.ABSENT) and "klopt" in step.say[-1].id


KEYS = [
    *("text", "context", "language", "name", "voice", "voices", "models", "asr", "tts", "installed", "languages", "version"),
    *("rate", "width", "channels", "confidence", "openings", "readings", "phrases", "engine", wire.OURS),
]
READERS: dict[str, Callable[[Event], object]] = {
    "reply": lambda event: wire.read_reply(event, "x"),
    "text": wire.read_text,
    "turn": wire.read_turn,
    "request": wire.read_request,
    "voice": wire.read_voice,
    "models": wire.read_models,
    "voices": wire.read_voices,
    "sound": gather,
}


def make_value(chance: random.Random, depth: int) -> Any:
    """Make any JSON value, with the names that are looked for."""
    plain = [None, True, False, 0, 1, 2, -1, 16_000, 10**30, 0.5, float("inf"), "", "nl", "nee", "x" * 3000]
    if depth == 0 or chance.random() < 0.4:
        return chance.choice(plain)
    if chance.random() < 0.4:
        return [make_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return make_data(chance, depth - 1)


def make_data(chance: random.Random, depth: int = 3) -> dict[str, Any]:
    return {name: make_value(chance, depth) for name in chance.sample(KEYS, chance.randrange(8))}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_whatever_stands_where_a_value_is_looked_for_is_read_or_a_value_error(reader: Callable[[Event], object]) -> None:
    chance = random.Random(7)
    for _ in range(2000):
        one, other = make_data(chance), make_data(chance)
        offer = [one | {"models": [other], "voices": [other | {"installed": True}]}]
        data = chance.choice((one, {"text": "nee", "context": {wire.OURS: one}}, {"asr": offer, "tts": offer, "voice": one}))
        with suppress(ValueError):
            reader(Event("x", data, chance.choice((None, b"", b"ab"))))


def test_whatever_bytes_come_are_an_event_or_a_value_error() -> None:
    chance = random.Random(7)
    whole = json.dumps({"type": "x", "data": {"text": 'a"\\', "n": [1, {"b": 0.5}]}, "data_length": 2, "payload_length": 3})
    for _ in range(3000):
        line = bytearray(whole.encode())
        for _ in range(chance.randrange(1, 4)):
            line[chance.randrange(len(line))] = chance.choice(b'[]{}":,\\0129eE.-+ntf\xff\x00')
        parts = framing.receive_event()
        with suppress(ValueError):
            next(parts)
            try:
                wanted = parts.send(bytes(line) + b"\n")
                while True:
                    assert isinstance(wanted, int) and 0 < wanted <= framing.MAX_DATA
                    wanted = parts.send(b"{}" if wanted == 2 else bytes(wanted))
            except StopIteration as done:
                assert isinstance(done.value, Event) and isinstance(done.value.type, str)


# --- a hostile client ------------------------------------------------------------------------------


def connect(uri: str, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(wire.split_address(uri), timeout=10, source_address=(source, 0))


def is_let_go(connection: socket.socket) -> bool:
    """Whether the server ends the connection, whatever it says before."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


@pytest.fixture
def service() -> Service:
    script = load_shipped("nl-BE", "kort")
    held = Consultations({"nl-BE": script}, {"nl-BE": load_phrases(PROMPTS, script)}, "nl-BE")
    return Service(Offer({"fake": (FakeRecognizer(["ja"] * 50),)}, {}, held), find_speech=all_of_it)


@pytest.fixture
def uri(service: Service) -> Iterator[str]:
    with serving(service) as uri:
        yield uri


@pytest.mark.parametrize(
    "rubbish",
    [
        b"[1]\n",
        deep(20_000),
        b'{"type": "audio-chunk", "payload_length": 1000000000000}\n' + bytes(100_000),
        b'{"type": "audio-chunk", "data_length": 1000000000000}\n' + bytes(100_000),
        b'{"type": "audio-chunk", "data_length": -1}\n',
        b" " * 300_000,
        b'{"type": 3}\n',
    ],
)
def test_a_client_that_sends_what_nobody_would_is_let_go_and_told_in_one_line(
    uri: str, rubbish: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with connect(uri) as connection:
        with suppress(ConnectionError):
            connection.sendall(rubbish)
        assert is_let_go(connection)
    assert Pong.is_type(ask(uri, Ping().event()).type)
    (told,) = capfd.readouterr().err.splitlines()
    assert told.startswith("127.0.0.1 is let go: ")


def test_a_client_that_drips_is_let_go(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE", 0.5)
    with connect(uri) as connection:
        connection.settimeout(0.05)
        for byte in b'{"type": "ping"}' + b" " * 400:
            try:
                connection.sendall(bytes([byte]))
                assert connection.recv(1) == b""
                return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("it was heard for 20 s")


def test_a_client_that_asks_nothing_is_let_go_and_one_that_goes_on_asking_is_not(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "IDLE", 2.0)
    with connect(uri) as idle, connect(uri) as busy, busy.makefile("rb") as replies:
        for _ in range(5):
            busy.sendall(b'{"type": "ping"}\n')
            assert b"pong" in replies.readline()
            replies.read(14)  # {"text": null}
            time.sleep(0.5)
        assert is_let_go(idle)


def test_sound_without_an_end_is_no_question(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE", 0.5)
    chunk = json.dumps({"type": "audio-chunk", "data": {"rate": 16_000, "width": 2, "channels": 1}, "payload_length": 2})
    with connect(uri) as connection:
        begun = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - begun < 20:
                connection.sendall(chunk.encode() + b"\n\0\0")
                time.sleep(0.02)


def test_so_many_connections_are_served_and_no_more_until_one_goes(
    uri: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "CONNECTIONS_OF_ONE", 3)
    monkeypatch.setattr(server, "CONNECTIONS", 5)

    def is_served(connection: socket.socket) -> bool:
        with suppress(ConnectionError):
            connection.sendall(b'{"type": "ping"}\n')
            return b"pong" in connection.recv(1000)
        return False

    def read(connection: socket.socket) -> bytes:
        with connection, connection.makefile("rb") as stream:
            return stream.read()

    with ExitStack() as stack:
        one = [stack.enter_context(connect(uri)) for _ in range(3)]
        assert all(map(is_served, one))
        assert b"too many connections" in read(connect(uri))
        other = [stack.enter_context(connect(uri, "127.0.0.2")) for _ in range(2)]
        assert all(map(is_served, other))
        assert b"too many connections" in read(connect(uri, "127.0.0.3"))
        one[0].close()
        deadline = time.monotonic() + 10
        while not is_served(stack.enter_context(connect(uri))):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert "127.0.0.3 is refused: there are too many connections.\n" in capfd.readouterr().err


def test_a_client_that_takes_no_answer_is_let_go(monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
    monkeypatch.setattr(server, "TAKING", 0.5)
    long = Audio(bytes(40_000_000), 16_000)
    spoken = Service(Offer({}, {"nl-BE": ("nl-BE", lambda text: long)}, NOBODY))
    with serving(spoken) as uri, connect(uri) as connection, connection.makefile("wb") as stream:
        write_event(Synthesize("Dag").event(), stream)
        connection.recv(1)  # the answer has begun
        assert spoken.doors.admitted == 1
        deadline = time.monotonic() + 20
        while spoken.doors.admitted:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_another_client_that_knows_the_conversation_reads_nothing_of_it(uri: str) -> None:
    def say(words: str, source: str) -> Event:
        with connect(uri, source) as connection, connection.makefile("rwb") as stream:
            write_event(Written(words, context={"conversation_id": "01A"}, language="nl").event(), stream)  # type: ignore[arg-type]
            header = json.loads(stream.readline())
            return Event(header["type"], json.loads(stream.read(header["data_length"])))

    for words in ("ik heb rugpijn", "drie dagen"):
        own = say(words, "127.0.0.1")
    assert own.data["context"][wire.OURS]["findings"]
    other = say("ja", "127.0.0.2")
    assert NotHandled.is_type(other.type) and not other.data["context"][wire.OURS]
    assert Handled.is_type(say("nee", "127.0.0.1").type), "the first client's consultation goes on"


@pytest.mark.parametrize(
    "context",
    [
        3,
        {"conversation_id": ["01A"]},
        {wire.OURS: 3},
        {wire.OURS: {"script": 3}},
        {wire.OURS: {"script": "nl-BE/kort 2026-11-23", "path": [[1]], "findings": 3}},
    ],
)
def test_a_context_that_holds_no_visit_begins_a_new_one(uri: str, context: Any) -> None:
    event = ask(uri, Event("transcript", {"text": "ik heb rugpijn", "language": ["nl"] * 3, "context": context}))
    assert event.type == "error", "a language is a text"
    event = ask(uri, Event("transcript", {"text": "ik heb rugpijn", "context": context}))
    assert Handled.is_type(event.type)


@pytest.mark.parametrize(
    "ours", [{"phrases": ["ja"] * 1001}, {"phrases": ["j" * 201]}, {"phrases": [3]}, {"phrases": "ja"}, {"context": "x" * 2001}]
)
def test_more_than_any_question_expects_is_refused(uri: str, ours: dict[str, Any]) -> None:
    event = ask(uri, Event("transcribe", {"context": {wire.OURS: ours}}))
    assert event.type == "error"


def test_no_client_is_told_how_far_an_engine_may_be_trusted(uri: str) -> None:
    assert wire.OURS not in ask(uri, Describe().event()).data


def test_an_answer_that_is_given_up_leaves_the_engine_to_others(uri: str) -> None:
    with connect(uri) as connection, connection.makefile("wb") as stream:
        for event in wire.write_audio(TONE):
            if not AudioStop.is_type(event.type):
                write_event(event, stream)
    assert client.list_engines(uri)[0].transcribe(TONE, Vocabulary()).text == "ja"


def test_a_server_that_refuses_is_told_with_its_words() -> None:
    refusal = send(b'{"type": "error", "data": {"text": "there are too many connections"}}\n')
    with hostile(refusal) as uri, pytest.raises(ServerError, match="too many connections"):
        client.exchange(uri, None, [AudioStop().event()], 5.0, until=Written.is_type)


def test_the_page_about_trust_names_the_limits_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "trust.md").read_text(encoding="utf-8")
    sizes = [f"{framing.MAX_LINE >> 10} KiB", f"{framing.MAX_DATA >> 20} MiB", f"{framing.MAX_PAYLOAD >> 20} MiB"]
    for row in (
        f"| {', '.join(sizes)}; {framing.MAX_DEPTH} | the same |",
        f"| {client.HEARING:g} s for an answer, {client.SPEAKING:g} s for a line to be spoken, all steps together "
        f"| {server.IDLE:g} s for a question since the last answer, {server.TAKING:g} s to take an answer |",
        f"| {client.MOST_BYTES // 10**6} MB, {client.MOST_EVENTS:,} | {server.LONGEST:g} s of sound, "
        f"at {wire.LOWEST_RATE // 1000} to {wire.HIGHEST_RATE // 1000} kHz; {wire.MOST_PHRASES:,} phrases; "
        f"texts of {wire.LONGEST_TEXT:,} letters |",
        f"| one an answer | {server.CONNECTIONS}, of one address {server.CONNECTIONS_OF_ONE} |",
    ):
        assert row in page
    assert server.REMEMBERED == 100 and server.FORGOTTEN == 600
