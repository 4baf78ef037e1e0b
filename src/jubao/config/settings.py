"""Django's settings: one office, one database, Chinese first, nothing secret in the source."""

import os
from functools import partial

from django.utils.functional import SimpleLazyObject

from jubao.config.database import choose_database
from jubao.config.home import open_home, session_key
from jubao.config.keys import audit_key, recusal_key

JUBAO_HOME = open_home()
SECRET_KEY = session_key(JUBAO_HOME / "keys" / "session.key")
AUDIT_KEY = SimpleLazyObject(partial(audit_key, JUBAO_HOME / "keys" / "audit.key"))  # asked for when first used
RECUSAL_KEY = SimpleLazyObject(partial(recusal_key, JUBAO_HOME / "keys" / "recusal.key"))  # likewise
ANCHOR_COPY = os.environ.get("JUBAO_ANCHORS") or None  # a second place for the heads of the chain, another device

DEBUG = os.environ.get("JUBAO_DEBUG") == "1"

DATABASES = {"default": choose_database(os.environ.get("DATABASE_URL"), home=JUBAO_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
UNSAFE_ENGINE_ALLOWED = False  # only the tests' throw-away server may run without fsync

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "jubao.config",
    "jubao.records",
    "jubao.ledger",
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
