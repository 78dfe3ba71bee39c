"""What every test may use."""

from __future__ import annotations

import gc
import os
from datetime import date
from unittest.mock import Mock

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from modelsearch import signal_handlers
from wagtail.signal_handlers import disable_reference_index_auto_update

from config.backup import databases
from organisations import sessions
from tests import ready_database, starting_rows

# Thousands of tests and all that they import come to stay: looking for garbage among them finds nothing.
gc.disable()

# A busy machine is no fault of a rule. On the integration server the same cases run each time.
hypothesis_settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
hypothesis_settings.load_profile("suite")

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: The day on which tests happen unless they say otherwise: a Saturday, at noon in London.
TODAY = date(2026, 11, 21)


def pytest_addoption(parser):
    parser.addoption("--asking-a-database", action="store_true", help="leave out what no database has a part in")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--asking-a-database"):
        return
    asking, others = [], []
    for item in items:
        is_asking = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames)
        (asking if is_asking else others).append(item)
    items[:] = asking
    config.hook.pytest_deselected(items=others)


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """The suite begins with a migrated database, unless one is kept in a file."""
    with django_db_blocker.unblock():
        memory = ready_database.provide()
    yield
    if memory is not None:
        memory.close()


@pytest.fixture(scope="session")
def fresh_copy(tmp_path_factory):
    """Where the database lies as the migrations have made it: on PostgreSQL, unless an older one is used again."""
    return tmp_path_factory.mktemp("fresh") / "database.dump"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, django_db_keepdb, fresh_copy, request):
    """The database of this run; its copy is made before any test has touched it, where one asks for it."""
    is_wanted = any("fresh_copy" in getattr(item, "fixturenames", ()) for item in request.session.items)
    with django_db_blocker.unblock():
        if is_wanted and connection.vendor == "postgresql" and not django_db_keepdb:
            databases.dump(fresh_copy)
        starting_rows.keep()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: starting_rows.put_back())
        yield
    starting_rows.close()


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    """No test writes into the installation's own folders."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _cold_cache():
    """What an earlier test kept was read from rows that its end rolled back."""
    cache.clear()


@pytest.fixture
def list_of_uses():
    """For a test that asks Wagtail what is used where."""


@pytest.fixture(autouse=True)
def _list_of_uses_only_when_asked(request):
    """Keeping it takes a tenth of what writes pages, and almost no test reads it."""
    if "list_of_uses" in request.fixturenames:
        yield
        return
    with disable_reference_index_auto_update():
        yield


@pytest.fixture(autouse=True)
def _no_search_index(request, monkeypatch):
    """Keeping it takes a twentieth of what writes pages, and only the browser searches."""
    if request.node.get_closest_marker("browser") is None:
        monkeypatch.setattr(signal_handlers, "insert_or_update_object_task", Mock())


@pytest.fixture(autouse=True)
def _english():
    """The language of a page that an earlier test opened does not stay: names are stored in the active language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _signed_in_whole(monkeypatch):
    """`force_login` stands for a whole sign-in, with a second factor where one is asked for.

    `is_proven=False` stands for one without; tests of signing in use the forms.
    """
    sign_in = Client._login

    def whole(client, user, backend=None):
        sign_in(client, user, backend)
        session = client.session
        session[sessions.PROVEN] = str(user.pk)
        session.save()

    def force_login(client, user, backend=None, *, is_proven=True):
        (whole if is_proven else sign_in)(client, user, backend or BACKEND)

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture
def today():
    """A clock that stands at noon of TODAY; `today.move_to(...)` travels."""
    with time_machine.travel("2026-11-21 12:00 +0000", tick=False) as traveller:
        yield traveller


@pytest.fixture
def site_tree(db):
    """The front page, under which the list of courses stands, as a new installation has them."""
    from home.models import HomePage

    return HomePage.objects.get()


@pytest.fixture
def client_factory():
    """Makes browsers for several people."""
    return Client
