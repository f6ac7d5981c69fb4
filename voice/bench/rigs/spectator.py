"""What the kiosk takes for a browser: it reads the page's events, presses buttons, and can hang up."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from voice.base.errors import ServerError
from voice.kiosk.screen.screen_key import show_key

WAITING = 30.0
"""Maximum seconds that a request or a change may take."""


class Spectator:
    """Reads the page's events in a thread of its own. key: of the screen.

    Raises OSError or ServerError if no kiosk answers.
    """

    def __init__(self, address: str, key: str) -> None:
        self._host = urlsplit(address).netloc
        self._key = show_key(key)
        token = re.search(r'name="token" content="([^"]+)"', self._fetch("GET", "/", None, {}))
        if not token:
            raise ServerError(f"{address} shows no page of a kiosk.", "Is another program there?")
        self._token = token[1]
        self._told = threading.Condition()
        self._page: dict[str, Any] = {}
        self._open()

    @property
    def page(self) -> dict[str, Any]:
        """What the page shows now."""
        return self._page

    def until(self, question: str) -> bool:
        """Wait until the question is shown (any for "?", none for ""). Return whether it was in time."""
        with self._told:
            return self._told.wait_for(lambda: self._shows(question), WAITING)

    def find_button(self, turn: int, fits: Callable[[str], bool]) -> str:
        """Wait until the page of that turn has a button that fits, and return it; an empty text if there is none in time."""
        with self._told:
            return self._told.wait_for(lambda: self._find(turn, fits), WAITING) or ""

    def press(self, button: str) -> bool:
        """Touch a button. Return whether it counted."""
        body = json.dumps({"press": button, "turn": self._page["turn"]})
        headers = {"Content-Type": "application/json", "Origin": f"http://{self._host}", "X-Ruggespraak-Token": self._token}
        return bool(json.loads(self._fetch("POST", "/press", body, headers))["taken"])

    def hang_up(self) -> None:
        """Close the page and open it again at once."""
        self.close()
        self._open()

    def close(self) -> None:
        with suppress(OSError):  # the kiosk may have hung up before
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(WAITING)
        self._line.close()

    def _shows(self, question: str) -> bool:
        shown = self._page.get("question")
        return bool(shown) if question == "?" else shown == question

    def _find(self, turn: int, fits: Callable[[str], bool]) -> str | None:
        shown = [button["press"] for button in self._page.get("buttons", ()) if self._page["turn"] == turn]
        return next(filter(fits, shown), None)

    def _fetch(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        line = http.client.HTTPConnection(self._host, timeout=WAITING)
        try:
            line.request(method, path, body, {**self._key, **headers})
            return line.getresponse().read().decode()
        finally:
            line.close()

    def _open(self) -> None:
        self._line = http.client.HTTPConnection(self._host, timeout=WAITING)
        self._line.request("GET", "/events", headers=self._key)
        self._socket = self._line.sock  # which the response takes away from the connection
        self._thread = threading.Thread(target=self._watch, args=(self._line.getresponse(),), daemon=True)
        self._thread.start()

    def _watch(self, events: http.client.HTTPResponse) -> None:
        with events, suppress(OSError, http.client.HTTPException):  # one of the two has hung up
            for line in events:
                if line.startswith(b"data: {"):
                    self._turn_to(json.loads(line[6:]))

    def _turn_to(self, page: dict[str, Any]) -> None:
        with self._told:
            self._page = page
            self._told.notify_all()
