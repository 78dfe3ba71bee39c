"""What the processor was busy with for us: other people's work on the same machine is left out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def busy_seconds() -> float:
    """Seconds that this process and the database's process for it have spent, where that runs on this machine."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        # In thousand millionths of a second; Linux alone keeps it.
        spent += int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9
    return spent


@contextmanager
def one_process() -> Iterator[None]:
    """Lets the database answer by one process: what others spend for it is not seen."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        yield
        cursor.execute("RESET max_parallel_workers_per_gather")
