"""The codes that the FHIR resources share, and the names of this project in them."""

from __future__ import annotations

import uuid
from typing import Any

Resource = dict[str, Any]

_YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

YES = {"system": _YES_NO, "code": "Y", "display": "Yes"}
NO = {"system": _YES_NO, "code": "N", "display": "No"}
NOT_KNOWN = {"system": _ABSENT, "code": "asked-unknown", "display": "Asked But Unknown"}
DECLINED = {"system": _ABSENT, "code": "asked-declined", "display": "Asked But Declined"}


def make_urn(name: str) -> str:
    """Return a URN for a name of this project. It is no web address, because the project has none."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'ruggespraak/{name}')}"
