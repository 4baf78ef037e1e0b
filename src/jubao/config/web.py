"""How gunicorn serves the desk: threads of one process on a file, of two on a server; nothing of a question in its log.

Read by gunicorn itself (``--config python:jubao.config.web``), so its names are gunicorn's.
"""

import os

wsgi_app = "jubao.config.wsgi:application"
bind = os.environ.get("JUBAO_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = 2 if os.environ.get("DATABASE_URL") else 1  # a file has one writer anyway
threads = 8
umask = 0o077
timeout = 60
graceful_timeout = 30  # whoever is being answered gets the answer; then it stops
keepalive = 5
max_requests = 0
control_socket_disable = True  # of newer gunicorns; older ones pass it over
accesslog = "-"
access_log_format = "%(h)s %(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"  # the address without what was asked of it
proc_name = "jubao desk"
certfile = os.environ.get("JUBAO_CERTIFICATE") or None
keyfile = os.environ.get("JUBAO_CERTIFICATE_KEY") or None
limit_request_line = 4094
limit_request_field_size = 8190
