"""The kiosk's screen: a page that shows what is said and understood, and takes a touch for an answer.

    Observer -> view -> Board -> server -> the browser -> server -> Presses -> Touches

- `view.py` is pure: what happened in, what the page shows out (`shown_page.py`), with which buttons (`buttons.py`); `texts.py`
  has the words for it.
- `board.py` holds what is shown now, for any thread.
- `server.py` serves the pages on the loopback address only, by the rules of `request_guard.py` and the limits of `handler.py`.
- `presses.py` takes what a patient touches; `staff_page.py` what the staff do, after `staff_login.py` let them in.
- `metrics_page.py` serves the counts, `handover.py` gives the outcome to the physiotherapist, as `sheet.py` writes it.
"""
