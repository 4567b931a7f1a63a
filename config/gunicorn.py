"""How gunicorn serves Steward: `gunicorn -c config/gunicorn.py config.wsgi`."""

import gc
import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
control_socket_disable = True
# The program is read once and shared by the workers. Nothing asks the database before the fork, so the
# connections of a worker are its own.
preload_app = True


def when_ready(server):
    """Keep what was read out of the garbage collector's sight: counting it would copy it to each worker."""
    gc.collect()
    gc.freeze()
