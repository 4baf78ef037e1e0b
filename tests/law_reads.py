"""Which parameters of the law the code reads, found in its syntax trees: a mention in a text does not count.

A read is a call that asks the policy by key: ``law.value("benefit.annuity_divisor")``, ``Policy.row``, the deadline of
an act, a method of the policy that gives a table in its shape (``postings``). Keys that are put together
(``f"watch.{name}"``) are followed back to the constants they are made of: constants of a module, loops over them, and
what callers of the function around give for an argument. The module that names the constant is the one that reads.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from tests.house import ROOMS, modules, tree

ASKED = frozenset({"value", "row", "table", "history", "parameter"})
STORE = ROOMS / "policy" / "store.py"
# What only shows a value decides nothing: explanations, printed notices, the export, what people read about an act.
SHOWS = (
    "cli",
    "policy",
    "simulation",
    "reports/explanation",
    "reports/export",
    "reports/statements/recovery_notice.py",
    "operations/envelope/seen/description.py",
    "operations/envelope/seen/proposal.py",
)
DEEP = 6
Scope = tuple[ast.AST, ...]
Found = set[tuple[str, Path]]


@dataclass(frozen=True, order=True)
class Read:
    """One parameter asked for in one module."""

    key: str
    module: str

    @property
    def decides(self) -> bool:
        """Whether the module does anything but show the value."""
        return not any(self.module == shown or self.module.startswith(f"{shown}/") for shown in SHOWS)


@cache
def reads(keys: frozenset[str]) -> tuple[Read, ...]:
    """Every read of one of these parameters in the package, in order."""
    found = {pair for path in modules() for pair in _asked_in(path)}
    return tuple(sorted(Read(key, path.relative_to(ROOMS).as_posix()) for key, path in found if key in keys))


def _asked_in(path: Path) -> Iterator[tuple[str, Path]]:
    """Texts asked for in a module, each with the module that names it."""
    for node, scope in _walk(tree(path), ()):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in ASKED and node.args:
                yield from _texts(node.args[0], scope, path, DEEP)
            if path != STORE:
                yield from ((key, path) for key in _shaped().get(node.func.attr, ()))
        for given in node.keywords:
            if given.arg == "deadline":
                yield from ((text.partition(":")[0], where) for text, where in _texts(given.value, scope, path, DEEP))


@cache
def _shaped() -> dict[str, frozenset[str]]:
    """By method of the policy that gives a table in its shape, the keys it asks for."""
    found = {}
    for body in ast.walk(tree(STORE)):
        if isinstance(body, ast.FunctionDef) and body.name not in ASKED:
            calls = [call for call in ast.walk(body) if isinstance(call, ast.Call) and call.args]
            keys = {text for call in calls for text, _ in _texts(call.args[0], (), STORE, DEEP) if "." in text}
            found[body.name] = frozenset(keys)
    return found


def _walk(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
    """Every node with what encloses it."""
    yield node, scope
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, (*scope, node))


def _texts(node: ast.AST, scope: Scope, path: Path, deep: int) -> Found:
    """Every text an expression may be, as far as constants tell; empty where they do not."""
    found: Found = set()
    match node:
        case _ if deep == 0:
            pass
        case ast.Constant(value=str(text)):
            found = {(text, path)}
        case ast.JoinedStr(values=parts):
            found = _joined([_texts(part, scope, path, deep - 1) for part in parts], path)
        case ast.FormattedValue(value=value):
            found = _texts(value, scope, path, deep)
        case ast.IfExp(body=one, orelse=other):
            found = _texts(one, scope, path, deep) | _texts(other, scope, path, deep)
        case ast.Subscript(value=ast.Name() as table):
            found = _members(table, scope, path, deep, place=1)
        case ast.Name(id=name):
            found = _of_name(name, scope, path, deep)
    return found


def _joined(pieces: list[Found], path: Path) -> Found:
    """Texts put together of pieces; a piece that comes from elsewhere says which module names the key."""
    return {
        ("".join(text for text, _ in choice), next((where for _, where in choice if where != path), path))
        for choice in product(*pieces)
    }


def _of_name(name: str, scope: Scope, path: Path, deep: int) -> Found:
    """What a name may stand for: bound by a loop, an argument, or a constant of the module."""
    for around in reversed(scope):
        for target, source in _loops(around):
            if (place := _place_of(name, target)) is not None:
                return _members(source, scope, path, deep - 1, place=place)
        if isinstance(around, ast.FunctionDef) and name in (listed := _parameters(around)):
            # who calls a method named as the policy's own is found where the call stands
            return set() if around.name in ASKED else _from_calls(around.name, listed.index(name), name, deep - 1)
    constant = _constants(path).get(name)
    return _texts(constant, (), path, deep - 1) if constant is not None else set()


def _loops(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    if isinstance(node, ast.For):
        yield node.target, node.iter
    for one in getattr(node, "generators", ()):
        yield one.target, one.iter


def _place_of(name: str, target: ast.AST) -> int | None:
    """-1 where the target is the name itself, its place where it is one of a tuple, None where it is not there."""
    if isinstance(target, ast.Tuple):
        return next((at for at, one in enumerate(target.elts) if _place_of(name, one) is not None), None)
    return -1 if isinstance(target, ast.Name) and target.id == name else None


def _members(node: ast.AST, scope: Scope, path: Path, deep: int, *, place: int) -> Found:
    """Texts of what is looped over: a tuple's members, a mapping's keys, or its values (place 1)."""
    match node:
        case ast.Call(func=ast.Attribute(value=table, attr="items" | "values" as method)):
            return _members(table, scope, path, deep, place=1 if method == "values" else place)
        case ast.Name(id=name) if name in _constants(path):
            return _members(_constants(path)[name], (), path, deep, place=place)
        case ast.Dict(keys=keys, values=values):
            told = [part for one in (values if place == 1 else keys) for part in _leaves(one)]
        case ast.Tuple(elts=listed) | ast.List(elts=listed) | ast.Set(elts=listed):
            told = [one.elts[place] if place >= 0 and isinstance(one, ast.Tuple) else one for one in listed]
        case _:
            return set()
    return {pair for one in told for pair in _texts(one, scope, path, deep)}


def _leaves(node: ast.AST | None) -> list[ast.expr]:
    if isinstance(node, ast.Tuple):
        return node.elts
    return [node] if isinstance(node, ast.expr) else []


def _parameters(node: ast.FunctionDef) -> list[str]:
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return [one.arg for one in every if one.arg not in {"self", "cls"}]


def _from_calls(function: str, place: int, name: str, deep: int) -> Found:
    """What callers anywhere in the package give for an argument."""
    found: Found = set()
    for path, call, scope in _calls().get(function, ()):
        given = [k.value for k in call.keywords if k.arg == name] or call.args[place : place + 1]
        found |= {pair for one in given for pair in _texts(one, scope, path, deep)}
    return found


@cache
def _calls() -> dict[str, list[tuple[Path, ast.Call, Scope]]]:
    """By a function's name, every call in the package."""
    found: dict[str, list[tuple[Path, ast.Call, Scope]]] = {}
    for path in modules():
        for node, scope in _walk(tree(path), ()):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found.setdefault(called, []).append((path, node, scope))
    return found


@cache
def _constants(path: Path) -> dict[str, ast.expr]:
    """Constants of a module by name."""
    found: dict[str, ast.expr] = {}
    for node in tree(path).body:
        if isinstance(node, ast.Assign):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            found[node.target.id] = node.value
    return found
