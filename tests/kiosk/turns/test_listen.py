"""Listening to one answer, with recognition that takes as long as the test wants."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest

from voice.audio.pcm import LISTENING_RATE, Audio
from voice.audio.segment import Ending, Limits
from voice.base.errors import ModelError
from voice.bench.rigs.fakes import QUIET, SPEECH, LoudnessActivity
from voice.kiosk.turns import listen
from voice.kiosk.turns.listen import NOBODY, AnswerListener, ImmediateExecutor
from voice.kiosk.turns.touch import Touched
from voice.recognize.transcript import Transcript
from voice.understand.fusion.hearing import Heard
from voice.understand.meaning import Answer, Meaning

LIMITS = Limits(nobody=2.0, decided=0.32, pause=0.96, unfinished=1.92, guess=0.16, longest=6.0, nod=0.64)
BLOCK = 0.032


class Later(Executor):
    """Recognises when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: work(*given, **named)))
        return future

    def work(self) -> None:
        """Do what was not cancelled."""
        waiting, self.waiting = self.waiting, []
        for future, work in waiting:
            if future.set_running_or_notify_cancel():
                future.set_result(work())


class Conversation:
    """A patient and a recogniser; counts the blocks that were listened to and the stretches that were recognised."""

    def __init__(self, *heard: str, limits: Limits = LIMITS) -> None:
        self._heard = iter(heard)
        self._limits = limits
        self.recognised: list[Audio] = []
        self.in_time: list[Callable[[], bool]] = []
        self.in_time_then: list[bool] = []
        self.taken = 0
        self.nods: list[int] = []
        """After how many blocks each nod came."""

    def hear(self, audio: Audio, in_time: Callable[[], bool]) -> Heard:
        self.recognised.append(audio)
        self.in_time.append(in_time)
        self.in_time_then.append(in_time())
        return Heard(Transcript(next(self._heard), 1.0, "x"), Answer(Meaning.NO))

    def patience(self, heard: Heard) -> float:
        return {"nee": LIMITS.decided, "tja": LIMITS.pause, "euh": LIMITS.unfinished}[heard.transcript.text]

    def listen(self, *parts: int, executor: Executor | None = None, at: dict[int, Callable[[], None]] = {}):  # noqa: B006
        """Speech and quiet in turns, in blocks, then quiet without end; `at` does something before a block."""
        sound = chain.from_iterable(repeat(QUIET if i % 2 else SPEECH, part) for i, part in enumerate(parts))
        return self._listener(executor or ImmediateExecutor()).listen(
            self._counted(chain(sound, repeat(QUIET)), at), LoudnessActivity()
        )

    def _listener(self, executor: Executor) -> AnswerListener:
        return AnswerListener(self.hear, self.patience, self._limits, executor, nod=lambda: self.nods.append(self.taken))

    def _counted(self, blocks, at):
        for block in blocks:
            at.get(self.taken, lambda: None)()
            self.taken += 1
            yield block


def quiet_after(conversation: Conversation, speech: int) -> float:
    return (conversation.taken - speech) * BLOCK


@pytest.mark.parametrize(("said", "limit"), [("nee", LIMITS.decided), ("tja", LIMITS.pause), ("euh", LIMITS.unfinished)])
def test_the_pause_that_ends_an_answer_depends_on_what_was_heard(said: str, limit: float) -> None:
    talk = Conversation(said)
    listened = talk.listen(10)
    assert listened.heard.transcript.text == said
    assert listened.ending is Ending.PAUSE
    assert quiet_after(talk, 10) == pytest.approx(limit, abs=BLOCK)


def test_an_answer_that_takes_longer_is_nodded_at_once() -> None:
    talk = Conversation("tja", "tja")
    talk.listen(10, 25, 10)
    assert talk.nods == [20]


def test_an_answer_is_nodded_at_once_it_is_known_to_be_in_doubt() -> None:
    talk, later = Conversation("tja"), Later()
    talk.listen(10, executor=later, at={24: later.work})
    assert talk.nods == [25]


def test_without_a_nod_an_answer_in_doubt_has_none_either() -> None:
    talk = Conversation("tja", limits=replace(LIMITS, nod=2.0))
    talk.listen(10)
    assert talk.nods == []


@pytest.mark.parametrize("said", ["nee", "euh"])
def test_nobody_is_nodded_at_who_gets_the_next_line_sooner_or_looks_for_words(said: str) -> None:
    talk = Conversation(said)
    talk.listen(10)
    assert talk.nods == []


def test_an_engine_that_is_slow_is_bridged_by_a_nod() -> None:
    talk, later = Conversation("nee"), Later()
    talk.listen(10, executor=later, at={40: later.work})
    assert talk.nods == [30]


def test_an_answer_is_recognised_once_where_its_first_pause_is_its_end() -> None:
    talk = Conversation("nee")
    talk.listen(10)
    assert len(talk.recognised) == 1
    assert talk.recognised[0].seconds == pytest.approx(10 * BLOCK + LIMITS.guess, abs=BLOCK)


def test_a_guess_is_outdated_as_soon_as_speech_goes_on() -> None:
    talk = Conversation("euh", "nee")
    listened = talk.listen(10, 30, 10)
    assert listened.heard.transcript.text == "nee"
    assert [round(audio.seconds / BLOCK) for audio in talk.recognised] == [15, 55]
    assert quiet_after(talk, 50) == pytest.approx(LIMITS.decided, abs=BLOCK)


def test_a_decided_answer_that_goes_on_within_its_pause_is_heard_to_its_end() -> None:
    talk = Conversation("nee", "tja")
    assert talk.listen(10, 8, 10).heard.transcript.text == "tja"


def test_hearing_an_answer_again_must_not_outlast_the_pause_that_is_waited_for_anyway() -> None:
    assert in_time(10, at=(30, 50)) == [True, False]


def test_an_answer_that_goes_on_is_not_heard_again_where_it_paused() -> None:
    assert in_time(10, 20, 30, at=(20, 35)) == [True, False]


def in_time(*parts: int, at: tuple[int, ...]) -> list[bool]:
    """Whether what was recognised at the first pause may be heard again, asked before those blocks."""
    talk, later, asked = Conversation("euh", "euh"), Later(), []
    moments = {moment: lambda: asked.append(talk.in_time[0]()) for moment in at}
    talk.listen(*parts, executor=later, at={16: later.work, 70: later.work, **moments})
    return asked


def test_gaps_between_words_are_not_recognised() -> None:
    talk = Conversation("nee")
    talk.listen(10, 4, 10, 4, 10)
    assert len(talk.recognised) == 1


def test_listening_goes_on_while_a_slow_recogniser_works() -> None:
    talk, later = Conversation("nee"), Later()
    listened = talk.listen(10, executor=later, at={40: later.work})
    assert listened.heard.transcript.text == "nee"
    assert talk.taken == 41


def test_a_guess_that_was_never_begun_is_cancelled_when_speech_goes_on() -> None:
    talk, later = Conversation("nee"), Later()
    listened = talk.listen(10, 10, 10, executor=later, at={40: later.work})
    assert listened.heard.transcript.text == "nee"
    assert [round(audio.seconds / BLOCK) for audio in talk.recognised] == [35]


def test_nobody_is_not_recognised() -> None:
    talk = Conversation()
    listened = talk.listen()
    assert (listened.ending, listened.heard) == (Ending.NOBODY, NOBODY)
    assert talk.recognised == []
    assert talk.taken * BLOCK == pytest.approx(LIMITS.nobody, abs=BLOCK)


def test_a_story_without_a_pause_is_recognised_where_it_is_cut() -> None:
    talk = Conversation("tja")
    listened = talk.listen(1000)
    assert listened.ending is Ending.TOO_LONG
    assert talk.recognised[0].seconds == pytest.approx(LIMITS.longest, abs=BLOCK)
    assert talk.in_time_then == [False]


def test_what_interrupts_the_listening_ends_the_recognising() -> None:
    def unplugged() -> None:
        raise OSError("unplugged")

    talk, later = Conversation("euh"), Later()
    with pytest.raises(OSError, match="unplugged"):
        talk.listen(10, executor=later, at={20: later.work, 22: unplugged})
    assert not talk.in_time[0]()


def test_the_blocks_running_out_ends_the_answer() -> None:
    talk = Conversation("nee")
    listened = AnswerListener(talk.hear, talk.patience, LIMITS, ImmediateExecutor()).listen([SPEECH] * 10, LoudnessActivity())
    assert listened.heard.transcript.text == "nee"


def test_an_engine_that_fails_is_not_taken_for_silence() -> None:
    def broken(audio: Audio, in_time: Callable[[], bool]) -> Heard:
        raise RuntimeError(f"cannot hear at {LISTENING_RATE} Hz")

    with pytest.raises(RuntimeError, match="16000"):
        AnswerListener(broken, lambda _: 0.5, LIMITS, ImmediateExecutor()).listen(
            chain([SPEECH] * 10, repeat(QUIET)), LoudnessActivity()
        )


def test_engines_that_never_answer_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_HOLD", "NEXT_HOLD", "HEED_SECONDS"):
        monkeypatch.setattr(listen, name, 0.001)
    asked: list[bool] = []
    talk = Conversation("nee")
    listener = AnswerListener(talk.hear, talk.patience, LIMITS, Later(), hold=lambda: asked.append(True))
    with pytest.raises(ModelError, match="do not answer"):
        listener.listen(chain([SPEECH] * 10, repeat(QUIET)), LoudnessActivity())
    assert len(asked) == listen.HOLDS + 1


def test_a_touch_while_the_engine_is_slow_is_heeded_before_a_moment_is_asked_for() -> None:
    asked: list[bool] = []

    def touch() -> None:
        raise Touched

    talk = Conversation("nee")
    listener = AnswerListener(talk.hear, talk.patience, LIMITS, Later(), hold=lambda: asked.append(True), heed=touch)
    with pytest.raises(Touched):
        listener.listen(chain([SPEECH] * 10, repeat(QUIET)), LoudnessActivity())
    assert asked == []
