"""Empty books are made whole from the models; walking the migrations must lead to the very same tables."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TELL = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from jubao.operations.keeping.making import make_books
make_books() if sys.argv[1] == "models" else call_command("migrate", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2")
    made = cursor.fetchall()
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
    print(json.dumps([made, cursor.fetchall()]))
"""


def made_from(way: str, home: Path) -> tuple[dict[str, object], list[list[str]]]:
    """What stands in a new SQLite file: every table with its columns in any order, every other thing by its text."""
    env = os.environ | {
        "JUBAO_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "jubao.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    env.pop("DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", TELL, way], env=env, capture_output=True, text=True, check=True)
    made, noted = json.loads(done.stdout)
    return {f"{kind} {name}": parts_of(sql) if kind == "table" else sql for kind, name, sql in made}, noted


def parts_of(sql: str) -> list[str]:
    """The columns and rules of a CREATE TABLE, sorted."""
    inside, depth, parts, part = sql[sql.index("(") + 1 : sql.rindex(")")], 0, [], ""
    for sign in inside:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(" ".join(part.split()))
            part = ""
        else:
            part += sign
    return sorted([*parts, " ".join(part.split())])


@pytest.mark.slow
@pytest.mark.sqlite
def test_books_made_from_the_models_are_those_the_migrations_make(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert made_from("models", tmp_path / "a") == made_from("migrations", tmp_path / "b")
