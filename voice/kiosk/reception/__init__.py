"""The page at the reception: whether somebody is asked for, over the practice's own network. Off unless the settings name where.

    StaffCalls -> Bell -> DeskPage -> server -> the browser at the desk

- `bell.py` tells every page that a call was made; `desk_page.py` says what is shown and takes what is touched.
- `day_pass.py` lets a desk in for a working day; the PIN is asked by the rules of `screen/staff_login.py`.
- `server.py` serves it on one address, in TLS where there is a certificate (`certificate.py`), within the limits of
  `screen/handler.py`.

No call waits for it: where it fails, the gong and the broker call as without it.
"""
