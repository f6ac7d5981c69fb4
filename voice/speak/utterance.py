"""Define a line to be spoken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line to be spoken: its id in the script, and its text.

    beat: seconds from the beginning of one sentence to that of the next, for a count; 0 leaves the pauses to the voice.
    """

    id: str
    text: str
    beat: float = 0.0

    @property
    def beats(self) -> tuple[Utterance, ...]:
        """The sentences of a count, each a line that is rendered by itself; empty for any other line."""
        sentences = self.text.rstrip(".").split(". ") if self.beat else ()
        return tuple(Utterance(f"tel.{word.lower()}", f"{word}.") for word in sentences)
