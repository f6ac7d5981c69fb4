"""Wyoming: speech over the local network, as Home Assistant and others speak it (github.com/OHF-Voice/wyoming).

- `client.py`: another machine's ears and voice for this kiosk;
- `server.py`: this machine's ears, voice and consultation for others;
- `wire.py`: our values in Wyoming's events, and back.

What we know and Wyoming has no field for travels under the key "ruggespraak": in an event's `context` what is expected
and how sure the engine is, beside the service's description how far each engine may be trusted. Programs that do not
know the key pass over it. Nothing is encrypted, as Wyoming has no such thing.

Importing this package raises ServerError if its extra is not installed.
"""

from voice.base.errors import ServerError

try:
    import wyoming  # noqa: F401
except ImportError as missing:
    raise ServerError(f"Wyoming needs the package {missing.name}.", "Run `pip install 'ruggespraak[wyoming]'`.") from missing
