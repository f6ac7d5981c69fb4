"""Send a call for the staff as an MQTT message in the practice's own network: how urgent, and when.

The level tells of somebody's health. The broker gets it, and nothing else of the visit: no answer, no name, no reason.

1. Every call ends within `SECONDS` as delivered or failed, whatever the broker does. An attempt runs in a thread of its own, for
   looking up a name has no deadline; one that is late stays behind there.
2. Delivered is what the broker has confirmed. MQTT 5 also tells whether the kiosk may send, and whether anybody listens; a
   broker that knows only MQTT 3.1.1 confirms either way.
3. User, password and certificate stand in a file of their own, which is read anew for each attempt: what was mended in it
   counts at once.
"""

from __future__ import annotations

import errno
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from voice.base.certificates import IGNORE_DATES
from voice.base.errors import ScriptError, ServerError, Symptom
from voice.base.private_files import is_private
from voice.base.yamlfile import read_yaml
from voice.kiosk.staff_calls import StaffCall

SECONDS = 10.0
"""Seconds after which a call that is not confirmed has failed."""

SCHEMES = {"mqtt": (False, 1883), "tcp": (False, 1883), "mqtts": (True, 8883), "ssl": (True, 8883)}
"""How an address may begin: whether it is encrypted, and its usual port."""

_STEP = 0.2
"""Seconds between two looks at the clock while the broker is waited for."""
_NOBODY, _WRONG_VERSION = 0x10, 0x84
_LOGIN = frozenset({0x85, 0x86, 0x87, 0x8A, 0x8C})
"""Reason codes of MQTT 5: nobody has subscribed; unknown version; the ways to say that a client is not let in."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker listens, and whether it is spoken to in TLS."""

    host: str
    port: int
    encrypted: bool


def parse_address(text: str, port: int = 1883) -> Address:
    """Read `mqtt://HOST:PORT`, `mqtts://HOST:PORT`, `HOST:PORT` or `HOST`.

    port: of an address that is only a host. Raises ValueError that says what is wrong, without quoting a password.
    """
    scheme, found, rest = text.partition("://")
    if not found:
        if text.count(":") > 1 and not text.startswith("["):  # an address of IPv6
            text = f"[{text}]"
        scheme, rest, usual = "mqtt", text, port
    elif scheme.lower() not in SCHEMES:
        raise ValueError(f"an address of a broker does not begin with {scheme}://")
    else:
        usual = SCHEMES[scheme.lower()][1]
    if "@" in rest:
        raise ValueError("user and password do not belong in the address")
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname or "", parts.port or usual
        host.encode("idna")
    except ValueError as reason:
        raise ValueError("that is no address of a broker") from reason
    if not host or set(host) & set(" _") or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("that is no address of a broker")
    return Address(host, port, SCHEMES[scheme.lower()][0])


@dataclass(frozen=True, slots=True)
class Login:
    """How the kiosk shows who it is. ca: file of the certificate that the broker's is signed with; empty for the system's."""

    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""


def read_login(path: str) -> Login:
    """Read `user`, `password` and `ca` from a file that only its owner may read. No file has no login.

    Raises ServerError without quoting the file, because what is told may be kept in a log.
    """
    if not path:
        return Login()
    file = Path(path).expanduser()
    try:
        private = is_private(file)
        file.open("rb").close()
    except OSError as reason:
        remedy = "It must belong to the user of the kiosk."
        raise _refuse_file(file, f"cannot be read ({reason.strerror})", remedy) from reason
    if not private:
        raise _refuse_file(file, "can be read by others than its owner", f"Run: chmod 600 {file}")
    try:
        place = read_yaml(file)
        place.allow_only(("user", "password", "ca"))
        return Login(place.text("user", ""), place.text("password", ""), place.text("ca", ""))
    except ScriptError as reason:
        raise _refuse_file(file, "cannot be understood", "Write lines with user: , password: and ca: in it.") from reason


def _refuse_file(file: Path, why: str, remedy: str) -> ServerError:
    return ServerError(f"The file {file} {why}.", remedy, Symptom.BROKER_FILE, file.name)


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that passes calls on to TOPIC/call. login: file with user, password and certificate; may be empty."""

    address: Address
    topic: str
    login: str = ""

    def deliver(self, call: StaffCall, seconds: float = SECONDS) -> None:
        """Return once the broker has confirmed the call. Raises ServerError if it has not within so many seconds."""
        self._try(encode_call(call), seconds)

    def connect(self, seconds: float = SECONDS) -> None:
        """Return once the broker has let the kiosk in; nothing is sent. Raises ServerError as `deliver` does."""
        self._try("", seconds)

    def _try(self, message: str, seconds: float) -> None:
        attempt = _Attempt(self, message, time.monotonic() + seconds)
        threading.Thread(target=attempt.run, name="mqtt", daemon=True).start()
        if not attempt.ended.wait(seconds):
            raise attempt.make_late_error()
        if attempt.failure:
            raise attempt.failure


def check_installed() -> None:
    """Raise ServerError if the package for MQTT is missing."""
    try:
        import paho.mqtt.client
    except ImportError as reason:
        raise ServerError("MQTT needs the package paho-mqtt.", "Run `pip install 'ruggespraak[mqtt]'`.") from reason
    assert paho.mqtt.client


def encode_call(alarm: StaffCall) -> str:
    """Return how urgent the call is, and when it was made (local time), as JSON."""
    return json.dumps({"level": str(alarm.level), "time": alarm.at.strftime("%H:%M:%S")})


class _Attempt:
    """One connection to the broker. message: what it sends; empty if it only connects. until: when it must end (monotonic).

    ended: set when it has succeeded or failed. failure: why it failed; None if it has succeeded.
    """

    def __init__(self, broker: Broker, message: str, until: float) -> None:
        self.ended = threading.Event()
        self.failure: ServerError | None = None
        self._broker, self._message, self._until = broker, message, until
        self._connected = self._done = self._outdated = False

    def run(self) -> None:
        try:
            with _name_failures(self._broker.address):
                self._talk()
        except ServerError as reason:
            self.failure = reason
        finally:
            self.ended.set()

    def make_late_error(self) -> ServerError:
        host = self._broker.address.host
        if self._connected:
            return ServerError(f"The MQTT broker {host} does not answer.", "Restart it.", Symptom.BROKER_MUTE, host)
        return _make_away_error(host, "no answer in time")

    def _talk(self) -> None:
        from paho.mqtt.client import MQTTv5, MQTTv311

        login = read_login(self._broker.login)
        self._hold_connection(login, MQTTv5)
        if self._outdated:
            self._hold_connection(login, MQTTv311)

    def _hold_connection(self, login: Login, protocol: Any) -> None:
        from paho.mqtt.client import MQTT_ERR_SUCCESS

        address = self._broker.address
        self._connected = self._outdated = False
        client = self._make_client(login, protocol)
        client.connect(address.host, address.port, keepalive=round(SECONDS))
        self._connected = True
        answers = True
        while answers and not (self._done or self.failure or self._outdated):
            if time.monotonic() > self._until:
                raise self.make_late_error()
            answers = client.loop(_STEP) == MQTT_ERR_SUCCESS
        client.disconnect()
        if self.failure:
            raise self.failure
        if not (self._done or self._outdated):
            problem = f"The MQTT broker {address.host} broke the connection off."
            raise ServerError(
                problem, "Does it expect mqtt:// or mqtts:// on that port? Look at its log.", Symptom.BROKER_CUT, address.host
            )

    def _make_client(self, login: Login, protocol: Any) -> Any:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        client = Client(CallbackAPIVersion.VERSION2, protocol=protocol, reconnect_on_failure=False)
        client.connect_timeout = max(_STEP, self._until - time.monotonic())
        client.on_connect, client.on_publish = self._on_connect, self._on_publish
        if login.user:
            client.username_pw_set(login.user, login.password or None)
        if self._broker.address.encrypted:
            client.tls_set_context(_make_context(login.ca))
        return client

    def _on_connect(self, client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        host = self._broker.address.host
        if code.value == _WRONG_VERSION and not self._outdated:
            self._outdated = True
        elif code.value in _LOGIN:
            self.failure = ServerError(
                f"The MQTT broker {host} does not let the kiosk in ({code}).",
                "Look at user and password in the file that broker_login: names.",
                Symptom.BROKER_LOGIN,
                host,
            )
        elif code.is_failure:
            self.failure = ServerError(f"The MQTT broker {host} refuses ({code}).", "Look at its log.", Symptom.BROKER_MUTE, host)
        elif self._message:
            client.publish(f"{self._broker.topic}/call", self._message, qos=1)
        else:
            self._done = True

    def _on_publish(self, _client: Any, _data: Any, _number: int, code: Any, _properties: Any) -> None:
        host, topic = self._broker.address.host, f"{self._broker.topic}/call"
        if code.is_failure:
            problem = f"The MQTT broker {host} does not take messages for {topic} from the kiosk ({code})."
            self.failure = ServerError(problem, "Let its user write there.", Symptom.BROKER_FORBIDDEN, host)
        elif code.value == _NOBODY:
            problem = f"The MQTT broker {host} has the call, but nobody listens to {topic}."
            self.failure = ServerError(problem, "Start what shows the calls.", Symptom.BROKER_NOBODY, host)
        else:
            self._done = True


def _make_context(ca: str) -> ssl.SSLContext:
    """Return what the broker's certificate is tested with. Raises ServerError if the file cannot be used."""
    if not ca:
        return ssl.create_default_context()
    try:
        context = ssl.create_default_context(cafile=Path(ca).expanduser())
    except (OSError, ValueError) as reason:
        raise _refuse_file(Path(ca), "holds no certificate", "Copy the one that the broker's is signed with.") from reason
    context.verify_flags |= IGNORE_DATES
    return context


@contextmanager
def _name_failures(address: Address) -> Iterator[None]:
    """Raise ServerError for everything that can go wrong in a block that talks to the broker."""
    host = address.host
    try:
        yield
    except ServerError:
        raise
    except socket.gaierror as reason:
        remedy = "Write the broker's address in numbers, or let the network know its name."
        raise ServerError(f"Nobody knows a computer named {host} ({reason}).", remedy, Symptom.BROKER_UNKNOWN, host) from reason
    except ssl.SSLError as reason:
        problem = f"No TLS connection to the MQTT broker {host} ({reason})."
        remedy = "Look at ca: in the file that broker_login: names, at the name in the broker's certificate, and at the port."
        raise ServerError(problem, remedy, Symptom.BROKER_TLS, host) from reason
    except PermissionError as reason:
        remedy = "Run `systemctl edit ruggespraak` and write [Service] and IPAddressAllow=ADDRESS."
        raise ServerError(f"The kiosk may not reach {host}.", remedy, Symptom.BROKER_AWAY, host) from reason
    except OSError as reason:
        if reason.errno in (errno.ECONNRESET, errno.EPIPE):
            problem = f"The MQTT broker {host} broke the connection off ({reason.strerror})."
            raise ServerError(
                problem, "Does it expect mqtt:// or mqtts:// on that port? Look at its log.", Symptom.BROKER_CUT, host
            ) from reason
        raise _make_away_error(host, str(reason)) from reason
    except Exception as reason:  # the library does not say what it makes of what is no MQTT, and a call must not end with it
        problem = f"What answers on port {address.port} of {host} is no MQTT broker ({type(reason).__name__})."
        raise ServerError(problem, "Look at the address.", Symptom.BROKER_MUTE, host) from reason


def _make_away_error(host: str, why: str) -> ServerError:
    problem = f"The MQTT broker {host} cannot be reached ({why})."
    return ServerError(problem, "Is it switched on, and the port right?", Symptom.BROKER_AWAY, host)
