"""Speak Wyoming: speech over the local network, as in Home Assistant (github.com/OHF-Voice/wyoming).

- `client.py`: another machine's ears and voice for this kiosk;
- `server.py`: this machine's ears, voice and consultation for others;
- `wire.py`: our values in Wyoming's events, and back;
- `framing.py`: events out of bytes, each with a limit;
- `key.py`: the key that kiosks and their server share.

Values that Wyoming has no field for travel under the name "ruggespraak" in an event's `context`: what is expected, and how
sure the engine is. Other programs ignore it. Wyoming has no encryption; with a key ours runs inside TLS.

Importing this package raises ServerError if its extra is not installed.
"""

from voice.base.errors import ServerError

try:
    import wyoming  # noqa: F401
except ImportError as missing:
    raise ServerError(f"Wyoming needs the package {missing.name}.", "Run `pip install 'ruggespraak[wyoming]'`.") from missing
