"""How gunicorn serves Signpost: `gunicorn -c site/config/gunicorn.py`. Variables of the environment: see the README.

gunicorn's own access log stays off: it would hold addresses and paths. `config.logs` writes one line for a request.
"""

import gc
import os
import re
import sys
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from config import env

SITE = Path(__file__).resolve().parents[1]

wsgi_app = "config.wsgi:application"
pythonpath = str(SITE)
chdir = str(SITE.parent)
bind = env.text("BIND", f"127.0.0.1:{env.text('PORT', '8000')}")

# A request waits for the database more than it computes: threads for the waiting, processes for the cores. More than
# one process needs a cache that they share (`manage.py check --deploy` says so).
worker_class = "gthread"
workers = env.whole_number("WEB_CONCURRENCY", 1)
threads = env.whole_number("WEB_THREADS", 8)
# A spreadsheet of staff takes the longest; after a signal to stop, what has begun is finished.
timeout = 60
graceful_timeout = 30
keepalive = 5
# Memory that libraries keep is given back; not by all processes at one moment.
max_requests = 2000
max_requests_jitter = 400
# A heartbeat file on a slow disk makes healthy workers look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True

accesslog = None
errorlog = "-"
loglevel = env.text("LOG_LEVEL", "INFO").lower()
if env.text("LOG_FORMAT") == "json":
    logconfig_dict = {"formatters": {"generic": {"()": "config.logs.JsonFormatter"}}}


class QuietLogger(Logger):
    """gunicorn's own lines without network addresses and without the address of a request."""

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling a request", ()
        super().exception(msg, *args, **kwargs)

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().warning(re.sub(r"ip=\S+: .*", "a client", str(msg)), *args, **kwargs)

    def debug(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        # Its debug lines name each path.
        return


logger_class = QuietLogger


def post_worker_init(worker: Any) -> None:
    """Renews what error pages show, as another web machine may have changed it; then the process serves."""
    from config.error_pages import renew_quietly

    renew_quietly()
    # What is loaded stays: the collector would walk over all of it, now and then, while somebody waits for a page.
    gc.collect()
    gc.freeze()
