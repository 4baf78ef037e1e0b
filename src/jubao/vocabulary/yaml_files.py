"""The house's own YAML files: plain data, read by the parser in C, which takes a tenth of the time every command waits."""

from typing import Any

import yaml

__all__ = ["SafeLoader", "YAMLError", "read_yaml"]

YAMLError = yaml.YAMLError

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without its C parser reads the same, slowly
    from yaml import SafeLoader  # type: ignore[assignment]


def read_yaml(text: str) -> Any:
    """What a YAML text says: mappings, lists, texts, whole numbers, days; nothing that runs.

    Raises:
        YAMLError: it is no YAML.
    """
    return yaml.load(text, Loader=SafeLoader)
