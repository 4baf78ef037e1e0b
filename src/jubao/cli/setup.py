"""Opening the office for a command: settings, database, acts; and ending it with a clear word when it is refused."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def open_office(*, migrate: bool = True) -> None:
    """Set Django up, bring the database to the present shape, and declare every act."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.config.settings")
    django.setup()
    from jubao.operations import declare_all

    declare_all()
    if migrate:
        _migrate()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Turn a business refusal into its message and exit code 1; nothing else is swallowed."""
    from jubao.operations.envelope.declaration import Refused

    try:
        yield
    except Refused as refused:
        sys.stderr.write(f"未办理：{refused}\n")
        raise SystemExit(1) from None


def command(function: Callable[P, R]) -> Callable[P, R]:
    """A command of the office: opened first, refusals shown as sentences."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> R:
        open_office()
        with refusals_shown():
            return function(*args, **kwargs)

    return run
