"""The office's settings for a test run: its own home, its own throw-away database on the engine asked for.

``JUBAO_TEST_ENGINE`` is ``sqlite`` (default) or ``postgres``. The first process of a run starts the server
and names it in ``JUBAO_TEST_DATABASE_URL``; the workers of pytest-xdist inherit that name.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import temporary_cluster
from tests.trial import on_trial

TEST_ENGINE = os.environ.get("JUBAO_TEST_ENGINE", "sqlite")
if TEST_ENGINE not in {"sqlite", "postgres"}:
    message = f"JUBAO_TEST_ENGINE 应为 sqlite 或 postgres，现为 {TEST_ENGINE}"
    raise SystemExit(message)

_home = tempfile.mkdtemp(prefix="jubao-home-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["JUBAO_HOME"] = _home
os.environ["JUBAO_STAFF"] = "D2"  # who runs commands in tests that do not say: the auditor
os.environ.pop("DATABASE_URL", None)  # never the real books

if TEST_ENGINE == "postgres":
    if "JUBAO_TEST_DATABASE_URL" not in os.environ:
        _stack = ExitStack()
        os.environ["JUBAO_TEST_DATABASE_URL"] = _stack.enter_context(temporary_cluster())
        atexit.register(_stack.close)
    os.environ["DATABASE_URL"] = os.environ["JUBAO_TEST_DATABASE_URL"]

from jubao.config.settings import *  # noqa: E402, F403  # the environment above decides what they say
from jubao.config.settings import DATABASES  # noqa: E402

UNSAFE_ENGINE_ALLOWED = True
DESK_WORKS_ASIDE = False  # a test that is rolled back shows its rows to no other thread
on_trial(Path(_home))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nobody real signs in
if TEST_ENGINE == "sqlite":
    # A file, not memory: tests with threads and processes then meet the locks that an office meets.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_home) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
