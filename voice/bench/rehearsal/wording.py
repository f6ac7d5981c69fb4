"""Read what a rehearsal says, shows and reports: rehearse.yaml of the locale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from voice.base.inheritance import Layered, read_layered
from voice.base.messages import Messages, read_messages
from voice.consultation.loader import find_locale

LABEL_OF = {
    "yes": "yes", "no": "no", "hedged_yes": "yes", "hedged_no": "no", "dialect_yes": "yes", "dialect_no": "no",
    "dont_know": "dont_know", "repeat": "repeat", "help": "help", "stop": "stop", "other": "none",
    "cough": "none", "silence": "none", "page": "none",
}  # fmt: skip
"""The kinds of answers, and the label of `bench answers` that is right for each."""
ORDERS = ("cough", "silence", "page")
"""Kinds that are done, not said: their text is the order itself."""
SIMILAR = 3
"""Sentences that stand beside the right one."""

_BLANKS: dict[str, dict[str, tuple[str, ...]]] = {
    "spoken": {
        "welcome": (), "say": ("answer",), "near": (), "far": (), "noise": (), "volunteer": ("number",), "listen": (), "done": (),
    },
    "shown": {
        "how_many": (), "ready": (), "go_on": (), "quiet": (), "hark": (), "which": (), "choose": (), "unknown_choice": (),
        "heard": ("meaning",), "weighing": (), "keep": (), "kept": ("folder",), "forgotten": (), "write": ("file",),
        "written": ("file",), "unwritten": (), "unwritable": ("file",), "no_file": (), "page": ("file",), "broken": ("told",),
        "yes": (),
    },
    "names": {
        name: ()
        for name in ("all", *LABEL_OF, "near", "far", "noise", "none", "level", "noisy", "again", "louder", "slower")
    },
    "report": {
        "title": (), "made": ("date", "locale", "volunteers", "answers"), "advice": (), "settings": (), "same": (),
        "hearing": (), "rows": (), "understood": (), "share": ("count", "total", "percent", "low", "high"), "again": (),
        "mistaken": (), "interval": (), "sound": (), "floor": ("floor",), "level": ("level", "above"),
        "echo": ("own", "tail"), "own_unheard": (), "time": ("median", "p95"), "yes_to_no": ("count", "total"),
        "no_to_yes": ("count", "total"), "other_taken": ("count", "total"), "engines": (), "engine": ("engine",),
        "together": (), "strict": ("settings",), "folds": (), "listening": (), "right": (), "guessed": (),
        "nobody_listened": (), "warning": (), "audio": (),
    },
    "advice": {
        "fine": (), "deaf": (), "quiet_voice": ("level",), "clipped": (), "loud_room": ("above",), "far": (), "noise": (),
        "echo": ("tail",), "long_echo": ("tail",), "own_unheard": (), "yes_as_no": (), "invented": (), "misheard": (), "slow": (),
        "louder": (), "slower": (), "other_voice": ("voice",), "unclear_voice": (),
    },
}  # fmt: skip
"""Sections of rehearse.yaml, their sentences, and the blanks that each sentence may have."""
_SECTIONS = (*_BLANKS, "answers", "similar")


def format_seconds(seconds: float) -> str:
    """Write seconds as a reader of Dutch expects them: 0,7."""
    return f"{seconds:.1f}".replace(".", ",")


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences by their names in rehearse.yaml.

    answers: by kind, what volunteers are asked to say. similar: by the id of a question, three sentences like it.
    spoken: what the kiosk says. shown: what stands on the terminal and on the page. names, report, advice: of the report.
    """

    answers: Mapping[str, tuple[str, ...]]
    similar: Mapping[str, tuple[str, ...]]
    spoken: Messages
    shown: Messages
    names: Messages
    report: Messages
    advice: Messages


def load_wording(folder: Path) -> Wording:
    """Read rehearse.yaml of a locale's folder. Raises ScriptError naming the file, the line and the remedy."""
    find_locale(folder)
    place = read_layered(folder / "rehearse.yaml")
    place.allow_only(_SECTIONS)
    messages = {name: read_messages(place.inside(name), blanks) for name, blanks in _BLANKS.items()}
    return Wording(_read_answers(place.inside("answers")), _read_similar(place.inside("similar")), **messages)


def _read_answers(place: Layered) -> Mapping[str, tuple[str, ...]]:
    place.allow_only(LABEL_OF)
    for kind in LABEL_OF:
        if not place.texts(kind):
            raise place.complain(kind, f"there is nothing to say for '{kind}'.", 'Write for instance ["Ja hoor."].')
    return {kind: place.texts(kind) for kind in LABEL_OF}


def _read_similar(place: Layered) -> Mapping[str, tuple[str, ...]]:
    for name in place.names():
        if len(set(place.texts(name))) != SIMILAR:
            raise place.complain(name, f"'{name}' needs {SIMILAR} different sentences.", "Write sentences like the question.")
    return {name: place.texts(name) for name in place.names()}
