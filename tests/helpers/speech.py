"""Speech for the tests: human recordings of an installed Debian package, and what espeak-ng says.

The human clips are those of fillets-ng-data-nl (GPL-2.0-only), two men acting in a game; none is kept here.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from voice.audio.pcm import Audio, from_floats, read_audio
from voice.base.errors import ModelError
from voice.setup.models.catalogue import find_models_folder
from voice.setup.models.store import require_model

GAME = Path("/usr/share/games/fillets-ng/sound")


def human(clip: str) -> Audio:
    """Read a clip by level and name: "society/mik-v-tak"."""
    level, name = clip.split("/")
    path = GAME / level / "nl" / f"{name}.ogg"
    if not path.is_file():
        pytest.fail(f"{path} is missing. Run `make test`, or install fillets-ng-data-nl.", pytrace=False)
    return read_audio(path)


def spoken(text: str, folder: Path) -> Audio:
    """Speak `text` with espeak-ng."""
    path = folder / "spoken.wav"
    subprocess.run(["espeak-ng", "-v", "nl", "-s", "135", "-w", str(path), text], check=True)
    return read_audio(path)


def noise(seconds: float, rate: int = 16_000) -> Audio:
    """Make white noise, the same on every run."""
    samples = np.random.default_rng(1).normal(0, 0.05, round(seconds * rate))
    return from_floats(samples.astype(np.float32), rate)


def model(name: str) -> Path:
    """Find the folder of an installed model. If it is missing, the test fails with the command to run."""
    try:
        return require_model(name, find_models_folder())
    except ModelError as reason:
        pytest.fail(str(reason), pytrace=False)
