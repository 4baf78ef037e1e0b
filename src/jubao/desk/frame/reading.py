"""A page only reads: one snapshot of the books, and a statement that would write is our own mistake."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from jubao.operations.envelope.view import snapshot
from jubao.records import bulk
from jubao.vocabulary.viewer import Viewer

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|REPLACE|DROP|ALTER|CREATE)\b", re.IGNORECASE)


@contextmanager
def only_reading(viewer: Viewer) -> Iterator[None]:
    """One snapshot in which nothing is written.

    Where a mask is lifted, whom somebody sees is written down first, so the page reads without a snapshot.
    """
    if viewer.lifted:
        yield
        return
    with snapshot(bulk.Together()), connection.execute_wrapper(_read):
        yield


def _read(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    assert not _WRITES.match(sql), f"a page writes nothing: {sql[:80]}"
    return execute(sql, params, many, context)
