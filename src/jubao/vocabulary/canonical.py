"""The one text of some content: what is hashed, sealed or compared is written the same way everywhere."""

import json
from collections.abc import Callable
from typing import Any


def canonical_json(value: Any, *, plain: Callable[[Any], Any] = str) -> str:
    """JSON with sorted keys and no spaces: the same content gives the same text.

    Args:
        value: what JSON can hold, and what ``plain`` makes of the rest.
        plain: how a value that JSON has no form for is written; by default as it prints (a day as YYYY-MM-DD).

    >>> canonical_json({"b": [1, None], "a": "元"})
    '{"a":"元","b":[1,null]}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain)
