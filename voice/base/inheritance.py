"""Lay one content file over another: a locale that says `inherits: nl-BE` writes only what differs there.

Complaints name the file that holds the wrong line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voice.base.yamlfile import Place, list_siblings, make_empty_section, read_yaml


@dataclass(frozen=True, slots=True)
class Layered(Place):
    """A place over another one. A key that is absent here is looked up there; entries of a list are matched by id."""

    under: Place

    def names(self) -> tuple[str, ...]:
        """All keys, those of the lower layer first."""
        return tuple(dict.fromkeys((*self.under.names(), *self.section)))

    def paths(self) -> Iterator[Path]:
        """This file, then those under it."""
        yield self.path
        if isinstance(self.under, Layered):
            yield from self.under.paths()

    def inside(self, key: str) -> Layered:
        return Layered(self.path, Place.inside(self, key).section, self.under.inside(key))

    def each(self, key: str) -> Iterable[Layered]:
        """The entries under `key`: those of the lower layer with what is laid over them, then the others."""
        own = tuple(Place.each(self, key))
        below = tuple(self.under.each(key))
        laid = {entry.text("id"): entry for entry in own}
        ids = {entry.text("id") for entry in below}
        merged = [_lay_over(laid.get(entry.text("id")), entry) for entry in below]
        new = [entry for entry in own if entry.text("id") not in ids]
        return [*merged, *(Layered(entry.path, entry.section, _make_empty(entry.path)) for entry in new)]

    def allow_only(self, allowed: Iterable[str]) -> None:
        known = (*allowed, "inherits")
        Place.allow_only(self, known)
        self.under.allow_only(known)

    def holder(self, key: str) -> Place:
        """The layer that has the key; this one if none has."""
        return self if key in self.section or key not in self.under.names() else self.under.holder(key)


def read_layered(path: Path, above: frozenset[str] = frozenset()) -> Layered:
    """Read a file, and under it the file of the same name in the folder that it inherits from.

    above: names of the folders that inherit from this one; it may not inherit from them in turn.
    Raises ScriptError in plain words, with file and line.
    """
    place = read_yaml(path)
    parent = place.text("inherits", "")
    if not parent:
        return Layered(place.path, place.section, _make_empty(path))
    lower = path.parent.parent / parent / path.name
    if parent not in list_siblings(path.parent) - above or not lower.is_file():
        problem = f"{parent}/{path.name} is not there, or inherits from this."
        raise place.complain("inherits", problem, "Write inherits: nl-BE, or remove the line.")
    return Layered(place.path, place.section, read_layered(lower, above | {path.parent.name}))


def _lay_over(entry: Place | None, below: Place) -> Layered:
    """The entry over the one below it; nothing over it if `entry` is None."""
    own = entry or Place(below.path, make_empty_section(below.section.line))
    return Layered(own.path, own.section, below)


def _make_empty(path: Path) -> Place:
    return Place(path, make_empty_section(1))
