"""Pages of the documentation that the program writes itself: kept true by tests marked ``golden``, renewed by ``make golden``."""

import os
from collections.abc import Callable

from tests.house import ROOT

DOCS = ROOT / "docs"


def assert_page(name: str, written: Callable[[str], str]) -> None:
    """A page of docs is what the program makes of it; with JUBAO_GOLDEN=renew it becomes so.

    Args:
        name: the file; written: from the page as it lies there to the page as it should be.
    """
    page = DOCS / name
    standing = page.read_text(encoding="utf-8") if page.exists() else ""
    true = written(standing)
    if os.environ.get("JUBAO_GOLDEN") == "renew":
        page.write_text(true, encoding="utf-8")
    else:
        assert standing == true, f"docs/{name} is not what the program writes: make golden"


def filled(page: str, name: str, text: str) -> str:
    """A page with what stands between its ``<!-- begin: name -->`` and ``<!-- end: name -->`` marks made new."""
    head, tail = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    start, end = page.index(head) + len(head), page.index(tail)
    return f"{page[:start]}\n{text}\n{page[end:]}"
