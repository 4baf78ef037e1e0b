"""Reading the house's own files: its modules, their syntax trees, the texts that lie about."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ROOT / "src" / "jubao"
DOORS = frozenset({"desk", "api", "cli", "simulation"})
OTHER_PEOPLES = frozenset(
    {".git", ".venv", ".hypothesis", "__pycache__", "var", "dist", "htmlcov", "migrations", "LICENSE"}
)
SAVES = frozenset({"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"})
QUERY_WRITES = frozenset({"create", "update", "delete"})
TEXTS = frozenset({".py", ".toml", ".yaml", ".yml", ".md", ".txt", ".html", ".css", ".json", ".po", ""})


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the package, migrations apart (Django writes those)."""
    return tuple(sorted(path for path in ROOMS.rglob("*.py") if not OTHER_PEOPLES & set(path.parts)))


@cache
def proofs() -> tuple[Path, ...]:
    """Every module beside the tests."""
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def words_in(path: Path) -> frozenset[str]:
    """Every text written out in a module, docstrings included."""
    nodes = ast.walk(tree(path))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


@cache
def texts() -> tuple[Path, ...]:
    """Every text that is part of the repository."""
    return tuple(sorted(path for path in _walk(ROOT) if path.suffix in TEXTS))


def _walk(directory: Path) -> Iterator[Path]:
    for path in directory.iterdir():
        if path.name in OTHER_PEOPLES or path.name.endswith(("_cache", ".egg-info", ".stamp")):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def room(path: Path) -> str:
    """The room a module stands in; empty for what lies beside the rooms."""
    inside = path.relative_to(ROOMS)
    return inside.parts[0] if len(inside.parts) > 1 else ""


def place(path: Path, node: ast.AST | None = None) -> str:
    """``file:line``, as an editor opens it."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


def name_of(node: ast.AST) -> str:
    """The last word of a name, attribute or call: ``line.amount_fen`` gives ``amount_fen``."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return name_of(func)
        case ast.Subscript(value=value) | ast.UnaryOp(operand=value):
            return name_of(value)
    return ""


def is_money(node: ast.AST) -> bool:
    """Whether a name says that it holds fen."""
    return name_of(node).endswith("_fen") or name_of(node) == "fen"


def is_float(node: ast.AST) -> bool:
    """Whether an expression is a float written out."""
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


@cache
def act_classes() -> tuple[tuple[Path, ast.ClassDef], ...]:
    """Every class declared as an act, with the module it stands in."""
    return tuple(
        (path, node)
        for path in modules()
        if room(path) == "operations"
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and is_decorated(node, "act")
    )


def is_decorated(node: ast.ClassDef | ast.FunctionDef, name: str) -> bool:
    """Whether a class or function bears a decorator of a name."""
    return any(name_of(decorator) == name for decorator in node.decorator_list)


def code_of(node: ast.ClassDef) -> str:
    """The code an act is declared under."""
    [declared] = [each for each in node.decorator_list if name_of(each) == "act"]
    assert isinstance(declared, ast.Call)
    [code] = [each.value for each in declared.args if isinstance(each, ast.Constant)]
    return str(code)


def arguments_of(node: ast.ClassDef) -> dict[str, tuple[str, ...]]:
    """The functions of a class by name, each with the names of what it takes."""
    return {
        each.name: tuple(argument.arg for argument in each.args.args)
        for each in node.body
        if isinstance(each, ast.FunctionDef)
    }


def writes_rows(call: ast.Call) -> bool:
    """A call that writes rows of a model by itself: ``row.save()``, or a query set that creates, updates or deletes."""
    words = _words(call.func)
    return words[-1] in SAVES or (words[-1] in QUERY_WRITES and "objects" in words)


def _words(node: ast.AST) -> list[str]:
    """The names along a chain of attributes and calls: ``A.objects.filter(…).update`` gives A, objects, filter, update."""
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            return [*_words(value), name]
        case ast.Call(func=inner) | ast.Subscript(value=inner):
            return _words(inner)
    return [""]
