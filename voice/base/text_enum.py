"""Enums of texts."""

from __future__ import annotations

from enum import Enum


class TextEnum(str, Enum):
    """An enum whose members are texts and print as such. Python has one of its own (StrEnum) only from 3.11 on."""

    def __str__(self) -> str:
        return str(self.value)
