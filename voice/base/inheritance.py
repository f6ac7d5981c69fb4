"""One content file laid over another: a locale that says `inherits: nl-BE` writes only what differs there.

Complaints still name the file in which the wrong line stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voice.base.errors import ScriptError
from voice.base.yamlfile import Place, Section, beside, read


@dataclass(frozen=True, slots=True)
class Layered(Place):
    """A place that falls back, key by key, on the one under it; entries of a list are matched by their id."""

    under: Place

    def names(self) -> tuple[str, ...]:
        """All keys, those of the lower layer first."""
        return tuple(dict.fromkeys((*_keys(self.under), *self.section)))

    def paths(self) -> Iterator[Path]:
        """This file, and those under it."""
        yield self.path
        if isinstance(self.under, Layered):
            yield from self.under.paths()

    def complain(self, key: str, problem: str, remedy: str) -> ScriptError:
        holder = self._holder(key)
        return Place.complain(self, key, problem, remedy) if holder is self else holder.complain(key, problem, remedy)

    def text(self, key: str, default: str | None = None) -> str:
        holder = self._holder(key)
        return Place.text(self, key, default) if holder is self else holder.text(key, default)

    def texts(self, key: str) -> tuple[str, ...]:
        holder = self._holder(key)
        return Place.texts(self, key) if holder is self else holder.texts(key)

    def inside(self, key: str) -> Layered:
        return Layered(self.path, Place.inside(self, key).section, self.under.inside(key))

    def each(self, key: str) -> Iterable[Layered]:
        """The entries under `key`: those of the lower layer with what is laid over them, then the others."""
        own = tuple(Place.each(self, key))
        below = tuple(self.under.each(key))
        laid = {entry.text("id"): entry for entry in own}
        ids = {entry.text("id") for entry in below}
        merged = [_laid_over(laid.get(entry.text("id")), entry) for entry in below]
        return [
            *merged,
            *(Layered(entry.path, entry.section, _nothing(entry.path)) for entry in own if entry.text("id") not in ids),
        ]

    def only(self, allowed: Iterable[str]) -> None:
        known = (*allowed, "inherits")
        Place.only(self, known)
        self.under.only(known)

    def _holder(self, key: str) -> Place:
        return self if key in self.section or key not in _keys(self.under) else self.under


def read_layered(path: Path, above: frozenset[str] = frozenset()) -> Layered:
    """Read a file, and under it the file of the same name in the folder that it inherits from.

    above: names of the folders that inherit from this one; it may not inherit from them in turn.
    Raises ScriptError in plain words, with file and line.
    """
    place = read(path)
    parent = place.text("inherits", "")
    if not parent:
        return Layered(place.path, place.section, _nothing(path))
    lower = path.parent.parent / parent / path.name
    if parent not in beside(path.parent) - above or not lower.is_file():
        problem = f"{parent}/{path.name} is not there, or inherits from this."
        raise place.complain("inherits", problem, "Write inherits: nl-BE, or remove the line.")
    return Layered(place.path, place.section, read_layered(lower, above | {path.parent.name}))


def _keys(place: Place) -> tuple[str, ...]:
    return place.names() if isinstance(place, Layered) else tuple(place.section)


def _laid_over(entry: Place | None, below: Place) -> Layered:
    """The entry on the one below it; `below` alone if there is no such entry."""
    if entry is None and isinstance(below, Layered):
        return below
    own = entry or Place(below.path, _empty(below.section.line))
    return Layered(own.path, own.section, below)


def _nothing(path: Path) -> Place:
    return Place(path, _empty(1))


def _empty(line: int) -> Section:
    section = Section()
    section.lines, section.line = {}, line
    return section
