"""Django's settings: one office, one database, Chinese first, nothing secret in the source."""

import os
from functools import partial
from pathlib import Path

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
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "jubao.config",
    "jubao.records",
    "jubao.ledger",
]

# ── The desk ──

ROOT_URLCONF = "jubao.desk.routes"
JUBAO_HTTPS = os.environ.get("JUBAO_HTTPS") == "1"  # people reach the desk by https: cookies travel by nothing else
JUBAO_PROXY = os.environ.get("JUBAO_PROXY") == "1"  # a proxy of ours stands before it and says where people come from
ALLOWED_HOSTS = os.environ.get("JUBAO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if JUBAO_HTTPS else []
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = JUBAO_HTTPS
CSRF_FAILURE_VIEW = "jubao.desk.frame.answers.page_too_old"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if JUBAO_PROXY else None
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_HANDLERS = ["jubao.desk.forms.uploading.ToTray"]
MIDDLEWARE = [
    "jubao.desk.frame.headers.headers",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent.parent / "desk"],
        "OPTIONS": {"builtins": ["jubao.desk.parts.tags", "template_partials.templatetags.partials"]},
    }
]
STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).resolve().parent.parent / "desk" / "static"]
DESK_WORKS_ASIDE = True  # what takes longer than a moment goes on beside the page
WHITENOISE_USE_FINDERS = True  # our own files as they lie in the package; nothing is built
WHITENOISE_MAX_AGE = 365 * 24 * 3600  # their address changes with them

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
