"""What may be expected in answer to a question."""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """What sort of answer a question asks for."""

    FLAG = "flag"  # yes or no; yes means that the flag is present
    DURATION = "duration"  # how long it has lasted
    READBACK = "readback"  # "klopt dat?": is what was heard right
    TOPICS = "topics"  # anything more the patient wants to know

    def __str__(self) -> str:
        return self.value
