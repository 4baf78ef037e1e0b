"""Which tests move which parameter of the law, and the page that tells of every parameter who reads and who moves it.

A test moves a parameter when it gives it other rows: by ``with_rows``, by a fixture it calls with the key, by a helper of
its module that does so. A key that comes from ``parametrize`` counts as well.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache

from jubao.policy import Policy
from tests.house import name_of, place, proofs, tree
from tests.law_reads import reads

HEAD = """# 政策参数由谁读取、由谁检验 · Parameters: who reads them, which test moves them

Every parameter of `src/jubao/policy`, with the modules that decide by it and the tests in which another row gives another
outcome. Values, sources and limits stand in [policy.md](policy.md). `make golden` writes the page, a test keeps it true.
"""


@cache
def moves(keys: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of parameter and test (``file::name``), in order."""
    found = {(key, test) for module in proofs() for key, test in _moved_in(tree(module), place(module), keys)}
    return tuple(sorted(found))


def _moved_in(module: ast.Module, path: str, keys: frozenset[str]) -> Iterator[tuple[str, str]]:
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    by_helper = {one.name: set(_given_rows(one, keys, ())) for one in functions if not one.name.startswith("test_")}
    for test in functions:
        if test.name.startswith("test_"):
            fixtures = [one.arg for one in test.args.args]
            called = {name_of(node.func) for node in ast.walk(test) if isinstance(node, ast.Call)}
            moved = set(_given_rows(test, keys, fixtures))
            moved |= {key for name in called & by_helper.keys() for key in by_helper[name]}
            yield from ((key, f"{path}::{test.name}") for key in moved)


def _given_rows(function: ast.FunctionDef, keys: frozenset[str], fixtures: Iterable[str]) -> Iterator[str]:
    """Keys a function gives other rows: in the call itself, or as one of its parameters."""
    stated = {text for one in function.decorator_list for text in _texts(one)} & keys
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and len(node.args) + len(node.keywords) > 1
            and name_of(node.func) in {"with_rows", *fixtures}
        ):
            match node.args and node.args[0]:
                case ast.Constant(value=str(key)) if key in keys:
                    yield key
                case ast.Name(id=name) if name in {one.arg for one in function.args.args}:
                    yield from stated


def _texts(node: ast.AST) -> Iterator[str]:
    return (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def page() -> str:
    """The page of all parameters, file by file."""
    parameters = Policy.load().parameters
    keys = frozenset(parameters)
    parts = [HEAD]
    for file in sorted({key.partition(".")[0] for key in keys}):
        lines = [
            f"## {file}.yaml",
            "",
            "| 参数 | 名称 | 单位 | 由此决定的模块 | 改变它的检验 |",
            "|---|---|---|---|---|",
        ]
        for key in sorted(key for key in keys if key.partition(".")[0] == file):
            read = [f"`{one.module}`" for one in reads(keys) if one.key == key and one.decides]
            moved = [f"`{test.removeprefix('tests/')}`" for moved_key, test in moves(keys) if moved_key == key]
            told = "、".join(read) or "—", "、".join(moved) or "—"
            lines.append(f"| `{key}` | {parameters[key].term} | {parameters[key].unit} | {told[0]} | {told[1]} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)
