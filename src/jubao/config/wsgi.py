"""The desk for a web server (WSGI): books opened as every command opens them, what was interrupted settled first."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.config.settings")
application = get_wsgi_application()
