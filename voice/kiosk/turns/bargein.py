"""Speaking while listening, so that a patient can silence the kiosk by speaking.

Where the microphone cancels the echo of our own voice, any speech may interrupt (`onset`). Without such a microphone the
kiosk would interrupt itself, so that is used only where the settings declare one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

from voice.audio.loudspeaker import Halted
from voice.audio.pcm import LISTENING_RATE
from voice.audio.vad import BLOCK, Activity

ONSET_SECONDS = 0.26
"""Speech for so long interrupts. Longer than the onset of an answer: what is left of an echo flickers, and a cough
is not meant so."""
CERTAIN = 0.8
"""The probability at which a block is speech without doubt."""
KEPT_SECONDS = 1.0
"""Kept of what was heard, so that nothing of the interrupting answer is lost."""

Over = Callable[[], bool]
"""Whether everything has been said."""
Heard = TypeVar("Heard")


def speak_while_listening(say: Callable[[Halted], None], hush: Callable[[], None], listen: Callable[[Over], Heard]) -> Heard:
    """Speak to the end, or until something is heard; returns that, or the nothing (false) that `listen` returned.

    say: speaks in a thread of its own, and leaves out the rest once it is halted. hush: silences the line that is spoken.
    listen: returns at the first sound that interrupts, and with nothing at the latest a block after all is over.
    Raises whatever `say` or `listen` raise.
    """
    interrupted = threading.Event()
    with ThreadPoolExecutor(1) as mouth:
        speaking = mouth.submit(say, interrupted.is_set)
        with ExitStack() as halting:  # by an onset, and by whatever is raised
            halting.callback(hush)
            halting.callback(interrupted.set)
            heard = listen(speaking.done)
            if not heard:
                halting.pop_all()
        speaking.result()
    return heard


def onset(blocks: Iterator[bytes], activity: Activity, over: Over) -> list[bytes]:
    """The blocks up to an onset of speech; none where it is over before."""
    kept: deque[bytes] = deque(maxlen=_blocks_in(KEPT_SECONDS))
    run = 0
    activity.reset()
    for block in blocks:
        if over():
            return []
        kept.append(block)
        run = run + 1 if activity.probability(block) >= CERTAIN else 0
        if run >= _blocks_in(ONSET_SECONDS):
            return list(kept)
    return []


def _blocks_in(seconds: float) -> int:
    return round(seconds * LISTENING_RATE / BLOCK)
