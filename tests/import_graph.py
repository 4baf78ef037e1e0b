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
