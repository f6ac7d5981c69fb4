"""Lets a patient interrupt the kiosk by speaking: it listens while it speaks.

1. Speech of `ONSET_SECONDS` without a gap interrupts; only without doubt, at a probability of `CERTAIN`.
2. Then the line falls silent, and the lines after it are left out.
3. The last `KEPT_SECONDS` before that belong to the answer.
4. A count is interrupted between its words, with any microphone: our own voice is silent there, and its echo has died away.
   Speech that is louder than our own voice interrupts it at any moment, and `STOP_SECONDS` of that are enough: "stop" is no
   longer. A patient who moves must be able to stop at once, so whatever is said ends the count.
5. Any other speech may interrupt only if the microphone cancels the echo of our own voice. Without such a microphone the kiosk
   would interrupt itself, so the settings must declare one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from voice.audio.loudness import measure_loudness
from voice.audio.loudspeaker import Halted
from voice.audio.pcm import LISTENING_RATE
from voice.audio.vad import BLOCK, Activity, count_blocks

ONSET_SECONDS = 0.26
"""Longer than the onset of an answer: what is left of an echo flickers, and a cough is not meant as an interruption."""
STOP_SECONDS = 0.16
"""As long as the vowel of "stop", which half of our test voices speak in less than ONSET_SECONDS."""
CERTAIN = 0.8
KEPT_SECONDS = 1.0
BEFORE = 2
"""Blocks kept from before the first that is not a word of the count."""
SOUNDING = (-0.15, 1.1)
"""Seconds before and after each beat of a count in which the microphone may hear our own word (0.6 s) and its echo."""

IsOver = Callable[[], bool]
"""Whether everything has been said."""


def speak_while_listening(
    say: Callable[[Halted], None], hush: Callable[[], None], listen: Callable[[IsOver], Iterator[bytes] | None]
) -> Iterator[bytes] | None:
    """Speak to the end, or until something is heard. Return what was heard; None if nothing was.

    say: speaks in a thread of its own, and leaves out the rest once it is halted. hush: silences the line that is spoken.
    listen: returns at the first sound that interrupts, and with None at the latest a block after all is over.
    Raises whatever `say` or `listen` raise.
    """
    interrupted = threading.Event()
    with ThreadPoolExecutor(1) as mouth:
        speaking = mouth.submit(say, interrupted.is_set)
        with ExitStack() as halting:  # by an onset, and by whatever is raised
            halting.callback(hush)
            halting.callback(interrupted.set)
            heard = listen(speaking.done)
            if heard is None:
                halting.pop_all()
        speaking.result()
    return heard


def detect_onset(blocks: Iterator[bytes], activity: Activity, is_over: IsOver) -> list[bytes] | None:
    """Return the blocks up to an onset of speech; None if everything has been said before one."""
    kept: deque[bytes] = deque(maxlen=count_blocks(KEPT_SECONDS))
    run = 0
    activity.reset()
    for block in blocks:
        if is_over():
            return None
        kept.append(block)
        run = run + 1 if activity.probability(block) >= CERTAIN else 0
        if run >= count_blocks(ONSET_SECONDS):
            return list(kept)
    return None


def detect_between_words(
    blocks: Iterator[bytes], activity: Activity, is_over: IsOver, beat: float, begun: float, min_level: float
) -> list[bytes] | None:
    """Return the blocks up to an onset of speech in a count; None if all is said before one (rule 4).

    beat: seconds from one word to the next. begun: seconds from the beginning of the count to the first block.
    min_level: level (dBFS) from which a block is not our own voice.
    """
    recent: deque[tuple[bytes, bool]] = deque(maxlen=count_blocks(KEPT_SECONDS))
    run = loud_run = 0
    activity.reset()
    for number, block in enumerate(blocks):
        if is_over():
            return None
        since = (begun + number * BLOCK / LISTENING_RATE - SOUNDING[0]) % beat + SOUNDING[0]
        is_loud = measure_loudness(block) >= min_level
        is_patient = is_loud or since > SOUNDING[1]
        if since < SOUNDING[0] + BLOCK / LISTENING_RATE and not run:
            recent.clear()
        recent.append((block, is_patient))
        speech = activity.probability(block) >= CERTAIN
        run = run + 1 if speech and is_patient else 0
        loud_run = loud_run + 1 if speech and is_loud else 0
        if run >= count_blocks(ONSET_SECONDS) or loud_run >= count_blocks(STOP_SECONDS):
            first = [patient for _, patient in recent].index(True)
            return [block for block, _ in recent][max(0, first - BEFORE) :]
    return None
