"""Settings of an office that tests start as processes of their own: its tables come from the models, not from migrations."""

import os

from jubao.config.settings import *  # noqa: F403
from jubao.config.settings import DATABASES

UNSAFE_ENGINE_ALLOWED = True
MIGRATION_MODULES = {"records": os.environ.get("JUBAO_TEST_MIGRATIONS_RECORDS"), "ledger": None}
if wait := os.environ.get("JUBAO_TEST_WAIT_SECONDS"):        # how long to wait for another's lock, so that tests need not
    options = DATABASES["default"]["OPTIONS"]
    options |= {"timeout": float(wait)} if "timeout" in options else {"options": f"-c lock_timeout={wait}s"}
