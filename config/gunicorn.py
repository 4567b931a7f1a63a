"""How gunicorn serves Steward: `gunicorn -c config/gunicorn.py config.wsgi`."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
control_socket_disable = True
# The database connections of a worker belong to it alone, so nothing is opened before the fork.
preload_app = False
