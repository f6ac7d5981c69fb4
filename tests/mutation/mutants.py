"""List the mutants of a module: each is its source with one small change. Pure.

1. A comparison is turned round, and its limit is moved in or out.
2. A condition gets a "not" or loses it. An "and" or an "or" loses one side. That is the finer change: the side turned round
   instead, or "and" for "or", differs from it in more cases.
3. A number is changed: a count by one, a weight to nothing and to four times as much. True and False change places. A text
   that has a name is emptied.
4. "Present" and "absent" change places, so do yes and no; "unknown" becomes "absent".
5. What is returned is something else of the same type: the argument as it came, nothing, the contrary.
6. A tuple, a set or a pattern loses one element, a `replace` one field, a `match` one case.
7. `any` and `all` change places, so do `min` and `max`, plus and minus.

Left alone: annotations, docstrings, texts without a name (the name of a line is known to the loader, and what lacks a line
is found by 6), and the first element of a pair.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

LONGEST = 72
"""Most letters of the code that is shown around a change."""
ANYWHERE = 1_000_000
"""Last line of a module of any length."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TURNED: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Lt: ("<=", ">="),
    ast.LtE: ("<", ">"),
    ast.Gt: (">=", "<="),
    ast.GtE: (">", "<"),
}
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}
_NAMES = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "Finding.PRESENT": "Finding.ABSENT",
    "Finding.ABSENT": "Finding.PRESENT",
    "Finding.UNKNOWN": "Finding.ABSENT",
    "Meaning.YES": "Meaning.NO",
    "Meaning.NO": "Meaning.YES",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file.

    file: its path in the checkout. place: the function or class that is changed, with its class; "" for the module.
    before, after: the code around the change. start, end, text: the bytes of the file that `text` replaces.
    lines: the first and the last line of that place. in_body: whether the change lies in the body of a function, so that
    it can be made in a module that is loaded. number: which of several alike in one place.
    """

    file: str
    place: str
    before: str
    after: str
    start: int
    end: int
    text: str
    lines: tuple[int, int]
    in_body: bool
    number: int = 1

    @property
    def key(self) -> str:
        """Tell it from all others of its file, in words that stay the same while the rest of the file changes."""
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.place or 'module'}: {self.before} -> {self.after}{again}"

    @property
    def module(self) -> str:
        return to_module(self.file)

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]


def to_module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


def list_mutants(file: str, source: bytes) -> list[Mutant]:
    """List all mutants of a file, in the order of the code. No two have the same key."""
    found = _Finder(file, source).find()
    seen: Counter[str] = Counter()
    numbered = []
    for mutant in found:
        seen[mutant.key] += 1
        numbered.append(replace(mutant, number=seen[mutant.key]))
    return numbered


Change = tuple[ast.AST, str]
"""A node, and the code that takes its place."""


class _Finder:
    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source, self.top = file, source, ast.parse(source)
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def find(self) -> Iterator[Mutant]:
        yield from self._visit(self.top, [])

    def _visit(self, node: ast.AST, around: list[ast.AST]) -> Iterator[Mutant]:
        """Visit a node. around: the function, the statement and the expressions that hold it, the innermost last."""
        for change, text in self._list_changes(node, around):
            yield self._make(change, text, [*around, node])
        for child in _list_children(node):
            starts_anew = isinstance(child, ast.stmt)
            yield from self._visit(child, [one for one in (*around, node) if not starts_anew or isinstance(one, FUNCTIONS)])

    def _make(self, node: ast.AST, text: str, held: list[ast.AST]) -> Mutant:
        start, end = self._span(node)
        first, last = start, end
        for outer in reversed(held):
            if not hasattr(outer, "lineno"):
                continue
            one, other = self._span(outer)
            if one > start or other < end:
                continue
            if b"\n" in self.source[one:other] or other - one > LONGEST:
                break
            first, last = one, other
        before = self.source[first:last].decode()
        after = (self.source[first:start] + text.encode() + self.source[end:last]).decode()
        place, lines, in_body = find_place(self.top, node.lineno)  # type: ignore[attr-defined]
        return Mutant(self.file, place, " ".join(before.split()), " ".join(after.split()), start, end, text, lines, in_body)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return (
            self.starts[node.lineno - 1] + node.col_offset,  # type: ignore[attr-defined]
            self.starts[node.end_lineno - 1] + node.end_col_offset,  # type: ignore[attr-defined]
        )

    def _code(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self.source[start:end].decode()

    def _list_changes(self, node: ast.AST, around: list[ast.AST]) -> Iterator[Change]:
        match node:
            case ast.Compare():
                yield from ((node, text) for text in self._turn(node, _is_side(around)))
            case ast.BoolOp():
                yield from ((node, text) for text in self._loosen(node))
            case ast.UnaryOp(op=ast.Not()) if not _is_side(around):
                yield node, f"({self._code(node.operand)})"
            case ast.BinOp() if type(node.op) in _OPERATORS:
                yield node, f"({self._code(node.left)} {_OPERATORS[type(node.op)]} {self._code(node.right)})"
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=float() | int() as value)):
                yield from ((node, text) for text in _change_number(-value))
            case ast.Constant(value=value):
                named = bool(around) and isinstance(around[0], ast.Assign) and not isinstance(around[-1], ast.Attribute)
                yield from ((node, text) for text in _change_constant(value, named))
            case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES:
                yield node, _NAMES[name]
            case ast.Attribute() if self._code(node) in _NAMES and not _is_pattern(around):
                yield node, _NAMES[self._code(node)]
            case ast.Tuple(ctx=ast.Load()) | ast.Set():
                yield from self._drop_element(node)
            case ast.MatchOr():
                for left_out in node.patterns:
                    yield node, " | ".join(self._code(one) for one in node.patterns if one is not left_out)
            case ast.match_case() if not isinstance(node.pattern, ast.MatchAs):
                if not node.guard:
                    yield node.pattern, f"{self._code(node.pattern)} if False"
            case ast.Call(func=ast.Name(id="replace")):
                for keyword in node.keywords:
                    if keyword.arg == "matched":
                        continue
                    kept = [self._code(one) for one in (*node.args, *node.keywords) if one is not keyword]
                    yield node, f"replace({', '.join(kept)})"
            case ast.Return(value=ast.expr() as value):
                yield from ((value, text) for text in self._return_else(value, around))
        for condition in _list_conditions(node):
            if not isinstance(condition, (ast.Compare, ast.BoolOp, ast.Constant)) and not _is_not(condition):
                yield condition, f"(not {self._code(condition)})"

    def _turn(self, node: ast.Compare, is_side: bool) -> Iterator[str]:
        """Turn each comparison round; if it is the side of an "and" or an "or", only move its limit."""
        parts = [node.left, *node.comparators]
        words = [self._code(part) for part in parts]
        gaps = [self._between(one, other) for one, other in pairwise(parts)]
        for at, operator in enumerate(node.ops):
            turned_round = _TURNED[type(operator)]
            for turned in turned_round[:-1] if is_side else turned_round:
                joints = [turned if place == at else gap for place, gap in enumerate(gaps)]
                yield words[0] + "".join(f" {joint} {word}" for joint, word in zip(joints, words[1:], strict=True))

    def _between(self, one: ast.AST, other: ast.AST) -> str:
        return self.source[self._span(one)[1] : self._span(other)[0]].decode().strip(" ()\n")

    def _loosen(self, node: ast.BoolOp) -> Iterator[str]:
        sides = [self._bracket(side) for side in node.values]
        word = "and" if isinstance(node.op, ast.And) else "or"
        for left_out in range(len(sides)):
            yield f"({f' {word} '.join(side for at, side in enumerate(sides) if at != left_out)})"

    def _bracket(self, node: ast.expr) -> str:
        code = self._code(node)
        return f"({code})" if isinstance(node, (ast.BoolOp, ast.IfExp, ast.Lambda)) else code

    def _drop_element(self, node: ast.Tuple | ast.Set) -> Iterator[Change]:
        code = self._code(node)
        if not code.startswith(("(", "{")):
            return
        for left_out in node.elts:
            kept = [self._code(one) for one in node.elts if one is not left_out]
            if isinstance(node, ast.Tuple):
                yield node, f"({', '.join(kept)}{',' if len(kept) == 1 else ''})"
            else:
                yield node, f"{{{', '.join(kept)}}}" if kept else "set()"

    def _return_else(self, value: ast.expr, around: list[ast.AST]) -> Iterator[str]:
        function = next((one for one in reversed(around) if isinstance(one, FUNCTIONS)), None)
        if function is None or function.returns is None or isinstance(value, ast.Constant):
            return
        kind = self._code(function.returns)
        plain = not isinstance(value, (ast.Compare, ast.BoolOp)) and not _is_not(value)
        if kind == "bool" and plain:
            yield f"not ({self._code(value)})"
        for argument in function.args.args:
            same = argument.annotation is not None and self._code(argument.annotation) == kind and kind != "bool"
            if same and self._code(value) != argument.arg:
                yield argument.arg
        if kind.endswith("| None"):
            yield "None"
        if kind.startswith("tuple[") and not kind.endswith("]]") and self._code(value) != "()":
            yield "()"


def find_place(top: ast.Module, line: int) -> tuple[str, tuple[int, int], bool]:
    """Find the function, or method of a class, that holds a line: its name, its lines, and whether the line is in its body.

    A line outside all functions belongs to its class, else to the module ("").
    """
    for node in top.body:
        inner = node.body if isinstance(node, ast.ClassDef) else []
        for one, name in [*((one, f"{node.name}.{one.name}") for one in inner if isinstance(one, FUNCTIONS)), (node, "")]:  # type: ignore[attr-defined]
            first = min([one.lineno, *(mark.lineno for mark in getattr(one, "decorator_list", []))])
            if isinstance(one, (*FUNCTIONS, ast.ClassDef)) and first <= line <= (one.end_lineno or line):
                in_body = isinstance(one, FUNCTIONS) and line >= one.body[0].lineno
                return name or one.name, (first, one.end_lineno or line), in_body
    return "", (0, ANYWHERE), False


def _list_children(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that may be changed: no annotations, no raising, no parts of a text."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (node.args, *node.body)
        case ast.ClassDef():
            yield from node.body
        case ast.AnnAssign():
            yield from [node.value] if node.value else []
        case ast.arguments():
            yield from [one for one in (*node.defaults, *node.kw_defaults) if one]
        case ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom() | ast.JoinedStr():
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return
        case ast.Subscript() if isinstance(node.value, ast.Name) and node.value.id in ("tuple", "frozenset", "dict", "Callable"):
            return
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Subscript(slice=ast.Constant(value=0)):
            yield node.value
        case ast.Call(func=ast.Name(id="zip")):
            yield from node.args
        case _:
            yield from ast.iter_child_nodes(node)


def _list_conditions(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.If() | ast.While() | ast.IfExp():
            return [node.test]
        case ast.comprehension():
            return node.ifs
        case ast.match_case(guard=ast.expr() as guard):
            return [guard]
        case _:
            return []


def _is_not(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _is_pattern(around: list[ast.AST]) -> bool:
    return bool(around) and isinstance(around[-1], ast.MatchValue)


def _is_side(around: list[ast.AST]) -> bool:
    return bool(around) and isinstance(around[-1], ast.BoolOp)


def _change_constant(value: object, named: bool) -> Iterator[str]:
    match value:
        case bool():
            yield str(not value)
        case int() | float():
            yield from _change_number(value)
        case str() if value and named:
            yield '""'


def _change_number(value: float) -> Iterator[str]:
    """A count is changed by one. A weight becomes nothing, and four times as much."""
    if isinstance(value, int):
        yield str(value + 1)
        return
    yield "0.0" if value else "1.0"
    if value:
        yield repr(4 * value)
