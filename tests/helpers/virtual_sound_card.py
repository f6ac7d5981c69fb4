"""The sound card made of software, for tests: the code under test runs in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from voice.bench.rigs.virtual import VirtualSoundCard, virtual_sound_card

__all__ = ["ROOT", "VirtualSoundCard", "run", "virtual_sound_card"]

ROOT = Path(__file__).resolve().parents[2]


def run(card: VirtualSoundCard, *command: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments on that sound card, from the project's root."""
    return subprocess.run(
        [sys.executable, *command], env=card.environment, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
    )
