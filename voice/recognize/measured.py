"""How far each engine is trusted that was measured here: calibrated on recordings, the same wherever the engine runs.

The constants stand apart from the engines, so a kiosk whose ears are on another machine has them without the engines'
packages. models/README.md shows the curve of Whisper, models/vosk-nl-ruggespraak/README.md that of our Vosk.
"""

from __future__ import annotations

from collections.abc import Mapping

from voice.recognize.transcript import Trust

WHISPER = Trust(reject=0.25, sure=0.35, believe=0.6, against=0.05)
OFFICIAL_VOSK = Trust(reject=0.6, sure=0.8)
"""On the safe side, for the official Dutch model, which has not been measured here."""
OUR_VOSK = Trust(reject=0.5, sure=0.8, believe=0.5, against=0.05)
"""For our own model if it hears first."""

BY_NAME: Mapping[str, Trust] = {"whisper": WHISPER, "vosk": OFFICIAL_VOSK}
"""For the engines of another machine that has the same program and models, in the order in which they are asked. Which model
its Vosk has cannot be seen from here, so the safer one counts."""
