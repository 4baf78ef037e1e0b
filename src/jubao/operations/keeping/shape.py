"""The shape of the database beside the one this program works with: opening never migrates books that are there."""

import pkgutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.swapping import finish_swap

SHOWN = 20


class OlderBooks(Refused):
    """The books were written by an earlier version of this program."""


class NewerBooks(Refused):
    """The books were written by a later version of this program, or by another branch of it."""


@dataclass(frozen=True)
class Shape:
    """Migrations of the database that this program does not know, and its own that the database lacks."""

    unknown: tuple[str, ...]
    lacking: tuple[str, ...]
    used: bool
    empty: bool


def open_books() -> str:
    """See that the books have this program's shape; where no act was ever done, make them.

    Returns:
        what was done on the way, to be told; mostly nothing.
    Raises:
        OlderBooks, NewerBooks: another shape; nothing was touched.
        django.db.Error: nothing is there, and nothing can be written.
    """
    told = finish_swap()
    shape = read_shape()
    if shape.unknown:
        raise NewerBooks(
            "账簿由本程序不认识的版本写成，不予打开：请使用写成它的那个版本，或更新的版本", faults=shape.unknown[:SHOWN]
        )
    if not shape.lacking:
        return told
    if shape.used:
        raise OlderBooks(
            f"账簿是较早版本写成的，还差 {len(shape.lacking)} 项结构变更，打开时不会自动变更："
            "请先运行 jubao upgrade（先留副本，再升级，核对通过才生效）",
            faults=shape.lacking[:SHOWN],
        )
    make_tables(shape)
    return told


def make_tables(shape: Shape) -> None:
    """The tables of books in which no act was done yet; what an interrupted making left is completed."""
    from django.core.management import call_command  # a command that opens books does not need these

    from jubao.operations.keeping.making import make_books

    if shape.empty:
        make_books()
    else:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)


def read_shape() -> Shape:
    """Compare what was applied to the database with what this program brings."""
    applied, used = _applied()
    known = known_migrations()
    lacking = known - applied
    if lacking and applied:
        lacking = _planned()  # a squashed migration may stand for applied ones
    return Shape(tuple(sorted(applied - known)), tuple(sorted(lacking)), used, not applied)


def _applied() -> tuple[set[str], bool]:
    """Migrations of the database, and whether an act was ever done in it; one connection, two or three short questions."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if "django_migrations" not in tables:
            return set(), False
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = {f"{app}.{name}" for app, name in cursor.fetchall()}
        if "records_auditevent" not in tables:
            return applied, False
        cursor.execute("SELECT 1 FROM records_auditevent LIMIT 1")
        return applied, cursor.fetchone() is not None


def known_migrations() -> set[str]:
    """What this program brings, by the names of the files: reading them all would take longer than many a command."""
    found: set[str] = set()
    elsewhere = settings.MIGRATION_MODULES
    for app in apps.get_app_configs():
        place: str | None = f"{app.name}.migrations"
        if app.label in elsewhere:
            place = elsewhere[app.label]
        spec = find_spec(place) if place else None
        for folder in (spec.submodule_search_locations or []) if spec else []:
            names = (module.name for module in pkgutil.iter_modules([str(Path(folder))]))
            found |= {f"{app.label}.{name}" for name in names if name[0] not in "_~"}
    return found


def _planned() -> set[str]:
    """What Django itself would still apply."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {f"{migration.app_label}.{migration.name}" for migration, _ in plan}
