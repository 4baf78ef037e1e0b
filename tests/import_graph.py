"""Who imports whom in the package, wherever the import stands: at the top, in a function, for types alone."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.house import ROOMS, modules, tree

Graph = Mapping[str, set[str]]


def import_graph() -> Graph:
    """Every module with the modules it imports."""
    paths = {_name(path): path for path in modules()}
    return {name: set(_imported(path, paths)) - {name} for name, path in paths.items()}


def circle_in(graph: Graph) -> list[str]:
    """A circle of imports, each module imported by the one after it; nothing when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOMS.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """Modules of the package a module names; ``from room import module`` names the module, not the room."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


def uncalled_rules() -> Iterator[str]:
    """Functions of the arithmetic (``module.function``) that nothing outside reaches, directly or through another rule."""
    rules = {path: tree(path) for path in modules() if path.parent == ROOMS / "rules"}
    functions = {
        f"{path.stem}.{node.name}": node
        for path, body in rules.items()
        for node in body.body
        if isinstance(node, ast.FunctionDef)
    }
    reached = {name for path in modules() if path not in rules for name in _rules_named(tree(path))} & set(functions)
    waiting = list(reached)
    while waiting:
        for name in _names_in(functions[waiting.pop()]):
            inner = {key for key in functions if key.partition(".")[2] == name} - reached
            reached |= inner
            waiting += inner
    yield from (name for name in functions if name not in reached and not name.partition(".")[2].startswith("_"))


def _rules_named(body: ast.Module) -> Iterator[str]:
    """Functions of rules a module uses: imported by name, or as ``settlement.settle_termination``."""
    called = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
    known: dict[str, str] = {}
    for node in ast.walk(body):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("jubao.rules"):
            continue
        for alias in node.names:
            name = alias.asname or alias.name
            if node.module == "jubao.rules":
                known[name] = alias.name
            elif name in called:
                yield f"{node.module.rpartition('.')[2]}.{alias.name}"
    for node in ast.walk(body):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield f"{known[node.value.id]}.{node.attr}"


def _names_in(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
