"""Pages of the documentation that the program writes itself: kept true by tests marked ``golden``, renewed by ``make golden``."""

import os
from collections.abc import Callable

from tests.house import ROOT

DOCS = ROOT / "docs"


def assert_page(name: str, written: Callable[[str], str]) -> None:
    """A page of docs is what the program makes of it; with JUBAO_GOLDEN=renew it is written first.

    Args:
        name: the file; written: from the page as it lies there to the page as it should be.
    """
    page = DOCS / name
    standing = page.read_text(encoding="utf-8") if page.exists() else ""
    if os.environ.get("JUBAO_GOLDEN") == "renew":
        standing = written(standing)
        page.write_text(standing, encoding="utf-8")
    assert standing == written(standing), f"docs/{name} is not what the program writes: make golden"
