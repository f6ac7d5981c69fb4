"""A sound card made of software: a PulseAudio server of our own with two null sinks, for a measurement or a test.

    kiosk_speaker -> [sink kiosk_out] -> speaker_tap      the kiosk plays, and the measurement listens
    patient_voice -> [sink kiosk_mic] -> kiosk_mic        the patient speaks, and the kiosk listens

sounddevice lists the devices once, when it is imported. So import it after the environment is set and the server runs,
in a process of its own that is started with `VirtualSoundCard.environment`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voice.base.errors import DeviceError

# norewinds: without it a null sink works in blocks of 2 s, and streams stall.
# sine: the hum of a room. A microphone that gives zeros counts as broken.
# loopback: the microphone hears the loudspeaker, a little later and softer.
_SERVER = """
.fail
load-module module-native-protocol-unix
load-module module-null-sink sink_name=kiosk_out rate={rate} channels=1 channel_map=mono norewinds=1
load-module module-null-sink sink_name=kiosk_mic rate={rate} channels=1 channel_map=mono norewinds=1
load-module module-remap-source source_name=mic master=kiosk_mic.monitor
set-default-sink kiosk_out
set-default-source mic
"""
_HUM = """
load-module module-sine sink=kiosk_mic frequency=50
set-sink-input-volume 0 4000
"""
_LEAK = """
load-module module-loopback source=kiosk_out.monitor sink=kiosk_mic latency_msec=60 source_dont_move=true sink_dont_move=true
"""
# The canceller takes what the kiosk plays out of what the microphone hears.
_CANCELLING = """
load-module module-echo-cancel source_master=mic sink_master=kiosk_out source_name=clean sink_name=known aec_method=webrtc
"""
_DEVICES = """
</usr/share/alsa/alsa.conf>
pcm.kiosk_speaker {{ type pulse device "{out}"             hint {{ show on description "loudspeaker of the kiosk" }} }}
pcm.kiosk_mic     {{ type pulse device "{mic}"             hint {{ show on description "microphone of the kiosk" }} }}
pcm.patient_voice {{ type pulse device "kiosk_mic"         hint {{ show on description "mouth of the patient" }} }}
pcm.speaker_tap   {{ type pulse device "kiosk_out.monitor" hint {{ show on description "ear of the test" }} }}
pcm.patient_tap   {{ type pulse device "kiosk_mic.monitor" hint {{ show on description "ear of the test on the patient" }} }}
"""

STARTING = 20.0
"""Maximum seconds that the server takes to start."""


@dataclass(frozen=True, slots=True)
class VirtualSoundCard:
    """A running server: the environment that it needs, its folder, and the names of its devices."""

    environment: dict[str, str]
    folder: Path
    loudspeaker: str = "kiosk_speaker"
    microphone: str = "kiosk_mic"
    patient: str = "patient_voice"
    tap: str = "speaker_tap"

    def pactl(self, *arguments: str) -> str:
        """Give the server an order."""
        done = subprocess.run(["pactl", *arguments], env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    def soften_leak(self) -> None:
        """Make the leak 18 dB softer: half of the slider is a cubic eighth of the amplitude."""
        inputs = self.pactl("list", "short", "sink-inputs").splitlines()
        loopback = next(line.split()[0] for line in inputs if "module-loopback" in line)
        self.pactl("set-sink-input-volume", loopback, "50%")

    @property
    def server(self) -> int:
        """Process id of the server."""
        return int((self.folder / "pulse" / "pid").read_text())

    @contextmanager
    def run_server(self) -> Iterator[None]:
        """Run the server for the duration of a block: the first one, or another after that was killed.

        The kernel ends it if this process is killed. Raises DeviceError if it does not start.
        """
        (self.folder / "pulse" / "pid").unlink(missing_ok=True)  # of one that was killed, and may be a zombie still
        command = ["setpriv", "--pdeathsig", "TERM", "pulseaudio", "-n", "-F", f"{self.folder}/card.pa", "--daemonize=no"]
        command += ["--exit-idle-time=-1", "--use-pid-file=yes", f"--log-target=file:{self.folder}/log"]
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                _wait_for(self, server)
                yield
            finally:
                server.terminate()


@contextmanager
def virtual_sound_card(
    rate: int = 48_000, hum: bool = True, leak: bool = False, cancelling: bool = False
) -> Iterator[VirtualSoundCard]:
    """Make a sound card for the duration of a block. Raises DeviceError if that fails.

    rate: of the card, in Hz. hum: the room is not digitally silent. leak: the microphone hears the loudspeaker, 18 dB softer.
    cancelling: the sound server cancels that echo (module-echo-cancel, WebRTC's canceller).
    """
    if not (shutil.which("pulseaudio") and shutil.which("pactl")):
        raise DeviceError("PulseAudio is not installed.", "Install pulseaudio, pulseaudio-utils and libasound2-plugins.")
    folder = Path(tempfile.mkdtemp(prefix="snd"))  # a short path: a socket's name has at most 107 bytes
    card = VirtualSoundCard(_environment(folder), folder)
    loaded = (_SERVER.format(rate=rate), _HUM * hum, _LEAK * leak, _CANCELLING * cancelling)
    devices = {"out": "known", "mic": "clean"} if cancelling else {"out": "kiosk_out", "mic": "mic"}
    (folder / "card.pa").write_text("".join(loaded))
    (folder / "asound.conf").write_text(_DEVICES.format(**devices))
    try:
        with card.run_server():
            if leak:
                card.soften_leak()
            yield card
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "XDG_RUNTIME_DIR": str(folder),
        "HOME": str(folder),
        "PULSE_SERVER": f"unix:{folder}/pulse/native",
        "PULSE_COOKIE": f"{folder}/cookie",
        "ALSA_CONFIG_PATH": f"{folder}/asound.conf",
    }


def _wait_for(card: VirtualSoundCard, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises DeviceError if it ends or takes too long."""
    late = time.monotonic() + STARTING
    while time.monotonic() < late and server.poll() is None:
        if (
            subprocess.run(["pactl", "info"], env=card.environment, capture_output=True, timeout=STARTING, check=False).returncode
            == 0
        ):
            return
        time.sleep(0.05)
    log = card.folder / "log"
    raise DeviceError(f"PulseAudio did not start. {log.read_text() if log.exists() else ''}")
