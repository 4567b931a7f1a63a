"""How gunicorn serves Steward: `gunicorn -c config/gunicorn.py config.wsgi`."""

import ctypes
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

# The C library gives each thread a heap of its own, which keeps what that thread's largest page took. One lock for
# Python is there already, so threads do not wait for a heap that they share.
M_ARENA_MAX = -8


def on_starting(server):
    """Not every C library has such heaps."""
    limit = getattr(ctypes.CDLL(None), "mallopt", None)
    if limit:
        limit(M_ARENA_MAX, 1)


def when_ready(server):
    """Read the whole program before the workers part, and keep it out of the garbage collector's sight:
    counting it would copy it to each of them."""
    _read_pages()
    gc.collect()
    gc.freeze()


def _read_pages():
    """Django reads views and templates when somebody first asks for one, so each worker would on its own."""
    from django.template import engines
    from django.template.loader import get_template
    from django.urls import get_resolver

    get_resolver().reverse_dict  # noqa: B018 - asked for, it reads every address
    for folder in engines["django"].engine.dirs:
        for path in folder.rglob("*.html"):
            get_template(str(path.relative_to(folder)))
