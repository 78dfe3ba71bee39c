"""Where the database is and how it is asked; called by the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

from config import env

SQLITE_OPTIONS = {
    # Readers never wait, writers queue for up to 20 seconds instead of failing.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
#: To translate a question for the processor costs more than it saves, even with a million people. A question that is
#: kept is planned for any values from its second time on, not after it was planned five times for those given.
POSTGRESQL_OPTIONS = "-c jit=off -c plan_cache_mode=force_generic_plan"


def database_settings(folder: Path) -> dict[str, Any]:
    """The database of DATABASE_URL, or an SQLite in the folder."""
    made: dict[str, Any] = dict(
        dj_database_url.parse(
            env.text("DATABASE_URL", f"sqlite:///{folder / 'db.sqlite3'}"), conn_max_age=600, conn_health_checks=True
        )
    )
    if made["ENGINE"].endswith("sqlite3"):
        return {**made, "OPTIONS": SQLITE_OPTIONS}
    options = {"options": POSTGRESQL_OPTIONS, **made.get("OPTIONS", {})}
    if env.flag("DATABASE_KEEPS_PLANS", default=True):
        # Of what organisations.prepared asks: everything else says its values in the text, and is planned each time.
        options.setdefault("prepare_threshold", 1)
    return {**made, "OPTIONS": options}
