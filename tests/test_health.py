"""The probes that an operator's monitoring calls."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from config.health import ready
from config.management.commands.worker import beat
from config.models import WorkerBeat


def test_live_asks_the_database_nothing(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"


def test_only_reading_is_allowed(client, db):
    for address in ("/healthz", "/healthz/ready"):
        assert client.post(address).status_code == 405
        assert client.delete(address).status_code == 405


def test_refusing_needs_no_loop_of_its_own(rf):
    async def in_a_loop():
        return ready(rf.post("/healthz/ready"))

    # A browser's loop may run in this thread.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(in_a_loop())).result().status_code == 405


def ask(client):
    """Asks from a thread of its own: the view is asynchronous, and a browser's loop may run in this one."""

    def get():
        try:
            return client.get("/healthz/ready")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(get).result()


@pytest.mark.django_db(transaction=True)
class TestReady:
    def test_without_a_worker_it_says_so(self, client):
        response = ask(client)
        assert response.status_code == 500
        assert "No worker is running" in response.text

    def test_with_a_living_worker_it_is_ready(self, client):
        beat("one")
        response = ask(client)
        assert response.status_code == 200, response.text

    def test_a_worker_that_fell_silent_is_dead(self, client):
        WorkerBeat.objects.create(worker="one", beat_at=timezone.now() - timedelta(minutes=5))
        assert ask(client).status_code == 500


@pytest.mark.django_db
def test_beats_forget_workers_long_gone():
    WorkerBeat.objects.create(worker="gone", beat_at=timezone.now() - timedelta(days=2))
    beat("one")
    beat("one")
    assert [row.worker for row in WorkerBeat.objects.all()] == ["one"]
