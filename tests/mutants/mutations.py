"""Find the one-line mutations of a module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
}
TESTED = (ast.Attribute, ast.Call, ast.Name)
"""Conditions in front of which a `not` is put; comparisons are flipped instead."""

NEVER = (ast.arguments, ast.JoinedStr)
"""What is not mutated: signatures, and f-strings (Python 3.11 gives their parts no columns)."""


@dataclass(frozen=True)
class Mutation:
    """One change of one line; ``statement`` is the first line of the statement it belongs to."""

    path: str
    line: int
    statement: int
    start: int
    end: int
    new: str
    text: str

    @property
    def fragment(self) -> str:
        """The line without its indentation: it stays the same when code moves."""
        return self.text.strip()

    @property
    def mutated(self) -> str:
        """The changed line."""
        return self.text[: self.start] + self.new + self.text[self.end :]

    @property
    def key(self) -> str:
        """What the draw goes by: the line before and after."""
        return f"{self.fragment} -> {self.mutated.strip()}"


def mutations_of(path: str, source: str) -> set[Mutation]:
    """Every mutation within the functions of a module."""
    lines = source.splitlines()
    found: set[Mutation] = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for statement, node in _nodes(function):
                text = lines[node.lineno - 1]
                if node.lineno == node.end_lineno and text.isascii():  # columns count bytes
                    for start, end, new in _changes(node, text):
                        place = (path, node.lineno, statement.lineno)
                        found.add(Mutation(*place, start, end, new, text))
    return found


def _nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[ast.stmt, ast.expr]]:
    """The expressions and returns of a function's body, each with its statement."""
    waiting: list[tuple[ast.stmt, ast.AST]] = [(one, one) for one in function.body]
    while waiting:
        statement, node = waiting.pop()
        if isinstance(node, ast.expr | ast.Return):
            yield statement, node  # type: ignore[misc]  # a return has the same columns
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                reported = name in ("annotation", "returns", "decorator_list")
                if isinstance(child, ast.AST) and not reported and not isinstance(child, NEVER):
                    waiting.append((child if isinstance(child, ast.stmt) else statement, child))


def _changes(node: ast.AST, text: str) -> Iterator[tuple[int, int, str]]:
    """What may be put in place of a part of the line: its start, its end, the new text."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            yield from _between(text, left, right, *COMPARISONS[type(op)])
        case ast.BoolOp(op=op, values=[left, right, *_]):
            words = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
            yield from _between(text, left, right, *words)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            if not any(isinstance(one, ast.JoinedStr | ast.List) for one in (left, right)):
                yield from _between(text, left, right, *ARITHMETIC[type(op)])
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            for new in (value + 1, value - 1):
                yield node.col_offset, node.end_col_offset or 0, repr(new)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node.col_offset, operand.col_offset, ""
        case ast.IfExp(test=test) if isinstance(test, TESTED):
            yield test.col_offset, test.col_offset, "not "
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield node.col_offset, node.end_col_offset or 0, "return None"


def _between(
    text: str, left: ast.expr, right: ast.expr, old: str, new: str
) -> Iterator[tuple[int, int, str]]:
    """The operator between two operands, exchanged."""
    at = text.find(old, left.end_col_offset, right.col_offset)
    if at >= 0:
        yield at, at + len(old), new
