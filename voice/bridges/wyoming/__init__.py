"""Speak Wyoming: speech over the local network, as in Home Assistant (github.com/OHF-Voice/wyoming).

- `client.py`: another machine's ears and voice for this kiosk;
- `server.py`: this machine's ears, voice and consultation for others;
- `wire.py`: our values in Wyoming's events, and back.

Values that Wyoming has no field for travel under the key "ruggespraak". In an event's `context` it holds what is
expected and how sure the engine is; in the service's description how far each engine may be trusted. Other programs
ignore the key. Nothing is encrypted, because Wyoming has no encryption.

Importing this package raises ServerError if its extra is not installed.
"""

from voice.base.errors import ServerError

try:
    import wyoming  # noqa: F401
except ImportError as missing:
    raise ServerError(f"Wyoming needs the package {missing.name}.", "Run `pip install 'ruggespraak[wyoming]'`.") from missing
