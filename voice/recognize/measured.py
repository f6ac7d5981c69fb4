"""How far each engine is trusted that was measured here: calibrated on recordings, the same wherever the engine runs.

The constants stand apart from the engines, so a kiosk whose ears are on another machine has them without the engines'
packages. models/README.md shows the curve of Whisper, models/vosk-nl-ruggespraak/README.md that of our Vosk.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from voice.recognize.transcript import Trust

WHISPER = Trust(reject=0.25, sure=0.35, believe=0.6, against=0.05)
SECOND_VOSK = Trust(reject=0.6, sure=0.8)
"""For our own model beside Whisper."""
OUR_VOSK = Trust(reject=0.5, sure=0.8, believe=0.5, against=0.05)
"""For our own model if it hears first."""
UNMEASURED = Trust(sure=math.inf)
"""For an engine whose mistakes have not been counted: no guess decides, what it hears may stand, and all is read back first."""

BY_NAME: Mapping[str, Trust] = {"whisper": WHISPER, "vosk": SECOND_VOSK}
"""For the engines of another machine that has the same program, in the order in which they are asked. Only measured models
have these names there; others are served under the name of their model."""
