"""Read a content file (YAML). Every complaint names the file and the line.

Content is edited by people who are not programmers. PyYAML accepts in silence a key that stands twice, and turns `no`
into false; here the first is refused in plain words, and every value stays the text that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

try:  # libyaml's is faster, but not built in everywhere
    from yaml import CSafeLoader as _SafeLoader
except ImportError:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

from voice.base.choices import name_choices
from voice.base.errors import ScriptError


class Section(dict[str, Any]):
    """A mapping of the file, with the line of each of its keys (`lines`) and its own first line (`line`), from 1."""

    lines: Mapping[str, int]
    line: int


def make_empty_section(line: int) -> Section:
    """A mapping without keys that stands on that line."""
    section = Section()
    section.lines, section.line = {}, line
    return section


class _TextLoader(_SafeLoader):
    """Makes Sections, and keeps every scalar as text."""


def _make_section(loader: _SafeLoader, node: yaml.Node) -> Section:
    if not isinstance(node, yaml.MappingNode):
        raise yaml.constructor.ConstructorError(None, None, "named entries were expected here", node.start_mark)
    section, lines = make_empty_section(node.start_mark.line + 1), {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in section:
            raise yaml.constructor.ConstructorError(None, None, f"'{key}' stands here a second time", key_node.start_mark)
        section[key] = loader.construct_object(value_node, deep=True)
        lines[key] = key_node.start_mark.line + 1
    section.lines = lines
    return section


def _make_text(loader: _SafeLoader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


_TextLoader.add_constructor("tag:yaml.org,2002:map", _make_section)


def _make_nothing(loader: _SafeLoader, node: yaml.ScalarNode) -> str:
    """`~` stands for no value in YAML, so it is an empty text, never a name."""
    return ""


for _tag in ("bool", "int", "float", "timestamp"):
    _TextLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _make_text)
_TextLoader.add_constructor("tag:yaml.org,2002:null", _make_nothing)


QUOTED = 60
"""Letters of a text that is quoted whole."""
_QUOTE = re.compile(r"(?<!\w)'([^']*)'(?!\w)")


@dataclass(frozen=True, slots=True)
class Place:
    """A mapping and the file that it stands in. Reads its values; each method raises ScriptError if a value is wrong."""

    path: Path
    section: Section

    def names(self) -> tuple[str, ...]:
        """All keys."""
        return tuple(self.section)

    def holder(self, key: str) -> Place:
        """The place that has the key: this one, unless it is laid over another."""
        return self

    def complain(self, key: str, problem: str, remedy: str) -> ScriptError:
        """Return, not raise, the error that names the file and the line of the key. A long text that it quotes is cut short."""
        place = self.holder(key)
        line = place.section.lines.get(key, place.section.line)
        short = _QUOTE.sub(lambda quote: quote[0] if len(quote[1]) <= QUOTED else f"'{quote[1][:QUOTED]} ...'", problem)
        return ScriptError(f"{place.path}, line {line}: {short}", remedy)

    def text(self, key: str, default: str | None = None) -> str:
        """The text under `key`. Without a default it must be present and not empty."""
        value = self.holder(key).section.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.complain(key, f"'{key}' must be a text.", f"Write {key}: followed by a sentence.")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`; empty if the key is absent."""
        value = self.holder(key).section.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.complain(key, f"'{key}' must be a list of texts.", "Put each on a line of its own after '- '.")
        return tuple(item.strip() for item in value)

    def inside(self, key: str) -> Place:
        """The mapping under `key`; an empty one if the key is absent."""
        value = self.section.get(key, make_empty_section(self.section.line))
        if not isinstance(value, Section):
            remedy = f"Write them indented under {key}:, each as name: value."
            raise self.complain(key, f"'{key}' must hold named entries.", remedy)
        return Place(self.path, value)

    def each(self, key: str) -> Iterable[Place]:
        """The mappings in the list under `key`; none if the key is absent."""
        items = self.section.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, Section) for item in items):
            raise self.complain(key, f"'{key}' must be a list of entries.", "Start each entry with '- id:'.")
        return [Place(self.path, item) for item in items]

    def allow_only(self, allowed: Iterable[str]) -> None:
        """Refuse every other key, so that a misspelt one is noticed."""
        known = sorted(allowed)
        for key in self.section:
            if key not in known:
                raise self.complain(key, f"'{key}' is not known here.", name_choices(key, known))


def list_siblings(folder: Path) -> frozenset[str]:
    """Names of the folders beside this one: the only ones that it may inherit from."""
    return frozenset(other.name for other in folder.parent.iterdir() if other.is_dir()) - {folder.name}


def read_yaml(path: Path, may_be_empty: bool = False) -> Place:
    """Read a content file with a mapping at its top. Raises ScriptError in plain words.

    may_be_empty: a file that holds comments only, or not even those, is a mapping without keys.
    """
    return parse_yaml(read_content(path), path, may_be_empty)


def read_content(path: Path) -> str:
    """Read the text of a content file. Raises ScriptError in plain words."""
    try:
        return path.read_bytes().decode("utf-8-sig")  # read_text would take half a byte order mark for nothing
    except FileNotFoundError as reason:
        raise ScriptError(f"{path} does not exist.", "Check the name.") from reason
    except OSError as reason:
        raise ScriptError(f"{path} cannot be read ({reason.strerror}).", "It must be a file that may be read.") from reason
    except UnicodeDecodeError as reason:
        raise ScriptError(f"{path} is not saved as UTF-8.", "Save it as UTF-8 in your editor.") from reason


def parse_yaml(text: str, path: Path, may_be_empty: bool = False) -> Place:
    """Read the text of the content file `path`, as `read_yaml` does. Raises ScriptError in plain words."""
    try:
        top = yaml.load(text, Loader=_TextLoader)
    except yaml.MarkedYAMLError as reason:
        line = reason.problem_mark.line + 1 if reason.problem_mark else 1
        if "\t" in "".join(text.splitlines()[line - 1 : line]).partition("#")[0]:
            raise ScriptError(f"{path}, line {line}: a tab stands in this line.", "Put spaces in its place.") from reason
        raise ScriptError(f"{path}, line {line}: {reason.problem}.", "Check indents, colons and quotes there.") from reason
    except yaml.YAMLError as reason:
        raise ScriptError(f"{path} cannot be read as YAML.", "Remove unusual characters.") from reason
    except RecursionError as reason:
        raise ScriptError(f"{path} holds brackets inside each other without end.", "Close each bracket.") from reason
    if top is None and may_be_empty:
        return Place(path, make_empty_section(1))
    if not isinstance(top, Section):
        raise ScriptError(f"{path}, line 1: the file holds no named entries.", "Write each on a line of its own, as name: value.")
    return Place(path, top)


def read_parts(path: Path, shared: Iterable[str] = ()) -> tuple[Place, ...]:
    """Read a content file or, if there is a folder of the same name ("answers/" for answers.yaml), every file in it.

    shared: sections that may stand in several files of the folder; their entries may not.
    Raises ScriptError in plain words; also if a section stands in two files, or if both the file and the folder are there.
    """
    folder = path.with_suffix("")
    if not folder.is_dir():
        return (read_yaml(path),)
    if path.exists():
        raise ScriptError(f"{path} and the folder {folder} are both there.", "Keep one of the two.")
    places = tuple(read_yaml(part) for part in sorted(folder.glob("*.yaml")))
    if not places:
        raise ScriptError(f"{folder} holds no .yaml file.", "Copy the files that came with the program.")
    _refuse_repeated(places, shared)
    for key in shared:
        _refuse_repeated([place.inside(key) for place in places])
    return places


def _refuse_repeated(places: Iterable[Place], shared: Iterable[str] = ()) -> None:
    seen: dict[str, Place] = {}
    for place in places:
        for key in (key for key in place.section if key not in shared):
            if key in seen:
                other = f"{seen[key].path}, line {seen[key].section.lines[key]}"
                raise place.complain(key, f"'{key}' stands in {other}, too.", "Keep it in one of the two files.")
            seen[key] = place
