"""`ruggespraak wyoming`: serve this machine's speech to the local network, or see what a server offers."""

from __future__ import annotations

import argparse

from voice.setup.settings import Settings

PARTS = ("ears", "voice", "consultation")
"""What can be served to others."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("serve", "describe"))
    address = "address (default %(default)s); tcp://0.0.0.0:10300 serves the whole local network, unencrypted"
    parser.add_argument("--uri", default="tcp://127.0.0.1:10300", help=address)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="serve: only these (default all)")
    parser.add_argument("--at-once", type=int, default=2, metavar="N", help="serve: answers heard at the same time (default 2)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from voice.cli import wyoming_server  # only now, so that --help needs no extra

    return {"serve": wyoming_server.serve, "describe": wyoming_server.describe}[options.action](options, settings)
