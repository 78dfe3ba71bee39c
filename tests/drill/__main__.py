"""Runs the drill and counts: `make drill`, or ROUNDS=12 SEED=7 make drill."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.drill.database import Database, free_port

ROUNDS, SEED = int(os.environ.get("ROUNDS", "8")), int(os.environ.get("SEED", str(random.randrange(1000))))
LEARNERS = int(os.environ.get("LEARNERS", "6"))
#: Longer than this, once all is prepared, nothing may take, on a busy machine too.
SECONDS = int(os.environ.get("SECONDS", "600"))


def main() -> int:
    """Starts a database of its own, runs the drill in it, and takes everything away."""
    # Whoever ends the drill early ends what it has started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="signpost-drill-files-"))
    database = Database()
    try:
        database.start()
        port = free_port()
        os.environ |= {
            "DATABASE_URL": database.url,
            "SECRET_KEY": "only-for-the-drill",
            "BASE_URL": f"http://127.0.0.1:{port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY", "2"),
            "VAR_DIR": str(folder / "var"),
            "MEDIA_ROOT": str(folder / "media"),
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "DEMO": "1",
            "SECOND_FACTOR_REQUIRED": "1",
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": os.pathsep.join([".", "site"]),
        }
        sys.path.insert(0, "site")
        import django

        django.setup()
        from tests.drill.counting import report
        from tests.drill.drill import Drill

        drill = Drill(database, port, folder, random.Random(SEED))
        print(f"Seed {SEED}, {ROUNDS} rounds. Preparing the database…", flush=True)
        drill.prepare(learners=LEARNERS, rounds=ROUNDS, copy=os.environ.get("COPY", ""))
        drill.run(rounds=ROUNDS, deadline=time.monotonic() + SECONDS)
        return report(drill)
    finally:
        database.remove()
        if os.environ.get("KEEP"):
            print(f"What the processes said: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
