"""Prints what the learner's pages cost under gunicorn beside the plainest page with the same body.

One server process, asked by one client on loopback, the pages in turn and in small rounds: what disturbs the machine
disturbs them all, so the ratios hold. CPU time is the server process's own, read from the system.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.server import Server

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
#: Requests for one page before the next page has its turn: the system counts CPU time in hundredths of a second.
IN_A_ROW = 10

BARE = "bare Wagtail page"
#: How much each page may cost, as a multiple of the bare Wagtail page.
GOALS = {"lesson": 1.0, "course": 1.0, "quiz question": 1.25}


class Figures:
    """What was measured of one page."""

    def __init__(self, queries: int) -> None:
        self.queries = queries
        self.requests = 0
        self.cpu_seconds = 0.0
        self.seconds = 0.0

    @property
    def milliseconds(self) -> float:
        """CPU time of one request."""
        return self.cpu_seconds / self.requests * 1000

    @property
    def per_second(self) -> float:
        """Requests that one process answers in a second."""
        return self.requests / self.seconds


def measure(server: Server, addresses: dict[str, str], queries: dict[str, int]) -> dict[str, Figures]:
    """Asks for each page in turn, a few times in a row."""
    figures = {name: Figures(queries[name]) for name in addresses}
    for address in addresses.values():
        for _warm in range(5):
            server.get(address)
    for _round in range(ROUNDS):
        for name, address in addresses.items():
            cpu, clock = server.cpu_seconds(), time.perf_counter()
            for _request in range(IN_A_ROW):
                server.get(address)
            figures[name].cpu_seconds += server.cpu_seconds() - cpu
            figures[name].seconds += time.perf_counter() - clock
            figures[name].requests += IN_A_ROW
    return figures


def table(figures: dict[str, Figures]) -> str:
    """The figures as lines, each page beside the bare one and its goal."""
    base = figures[BARE].milliseconds
    lines = [f"{'page':<20}{'CPU ms':>9}{'a second':>10}{'queries':>9}{'of bare Wagtail':>17}{'goal':>8}"]
    for name, each in figures.items():
        goal = f"{GOALS[name]:.2f}x" if name in GOALS else ""
        lines.append(
            f"{name:<20}{each.milliseconds:>9.2f}{each.per_second:>10.1f}{each.queries:>9}"
            f"{each.milliseconds / base:>16.2f}x{goal:>8}"
        )
    return "\n".join(lines)


def count_queries(get: Callable[[str], object], addresses: dict[str, str]) -> dict[str, int]:
    """The queries of each page once everything that is kept is kept."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = {}
    for name, address in addresses.items():
        for _warm in range(2):
            get(address)
        with CaptureQueriesContext(connection) as captured:
            get(address)
        counted[name] = len(captured)
    return counted


def main() -> None:
    """Builds, measures, prints; says nothing of goals missed but prints them, for a person to read."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="tests.bench.settings",
            SECRET_KEY="only-for-the-benchmark" * 3,
            ALLOWED_HOSTS="127.0.0.1",
            VAR_DIR=folder,
        )
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        sys.path.insert(0, str(ROOT / "site"))
        import django

        django.setup()
        from django.db import connections

        from tests.bench.world import prepare

        world = prepare()
        queries = count_queries(world.get, world.addresses)
        connections.close_all()
        with Server(ROOT, folder, cookie=world.cookie) as server:
            figures = measure(server, world.addresses, queries)
    print(table(figures))
    print(f"{ROUNDS * IN_A_ROW} requests a page to one gunicorn process, {IN_A_ROW} in a row in turn")
    if target := os.environ.get("BENCH_JSON"):
        Path(target).write_text(json.dumps({name: each.__dict__ for name, each in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
