"""`ruggespraak wyoming`: serve this machine's speech to the local network, see what a server offers, or make a key."""

from __future__ import annotations

import argparse
from pathlib import Path

from voice.setup.settings import Settings

PARTS = ("ears", "voice", "consultation")
"""What can be served to others."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    about = "key makes the file that the kiosks and their server share"
    parser.add_argument("action", choices=("serve", "describe", "key"), help=about)
    address = "address (default %(default)s); tcp://0.0.0.0:10300 serves the whole local network"
    parser.add_argument("--uri", default="tcp://127.0.0.1:10300", help=address)
    key = "file of the key (default: that of the settings); without one nothing is encrypted, and everybody is served"
    parser.add_argument("--key", type=Path, help=key, metavar="FILE")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="serve: only these (default all)")
    parser.add_argument("--at-once", type=int, default=2, metavar="N", help="serve: answers heard at the same time (default 2)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from voice.cli import wyoming_server  # only now, so that --help needs no extra

    actions = {"serve": wyoming_server.serve, "describe": wyoming_server.describe, "key": wyoming_server.make_key}
    return actions[options.action](options, settings)
