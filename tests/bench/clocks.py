"""What the processor was busy with for us: other people's work on the same machine is left out."""

from __future__ import annotations

import time
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
