"""The kiosk's screen: a page that shows what is said and heard, and takes a touch for an answer.

    Observer -> paint -> Board -> server -> the browser -> server -> Touches

`paint.py` is pure: what happened in, what the page shows out. `board.py` holds what is shown now, for any thread.
`server.py` serves the page on the loopback address only, behind the rules of `guard.py`.
"""
