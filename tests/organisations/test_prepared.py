"""Queries that are put together once: planned once too, where the database keeps plans."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.bulk import Among, Slot
from organisations.models import Organisation
from organisations.prepared import FEW, Prepared
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@Prepared
def places(numbers: Slot):
    return Organisation.objects.filter(Among("pk", numbers)).order_by("pk").values_list("pk", "slug")


def expected(*found):
    return [(place.pk, place.slug) for place in found]


def test_it_finds_the_same_however_often_and_for_however_many():
    made = sorted(OrganisationFactory.create_batch(3), key=lambda place: place.pk)
    for _time in range(4):
        with CaptureQueriesContext(connection) as queries:
            assert places([made[1].pk]) == expected(made[1])
        assert len(queries) == 1
        assert str(made[1].pk) in queries[0]["sql"]
        assert places([made[1].pk]) == expected(made[1])
        assert places([]) == []
        assert places([made[0].pk, made[2].pk, 10**12]) == expected(made[0], made[2])
        assert places([place.pk for place in made] + [*range(10**6, 10**6 + FEW)]) == expected(*made)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone keeps plans")
class TestPlans:
    def kept(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%organisations_organisation%'"
            )
            return cursor.fetchone()[0]

    def test_of_few_values_it_is_kept(self):
        before = self.kept()
        for number in range(3):
            places([10**6 + number])
        assert self.kept() == before + 1

    def test_of_many_values_it_is_not_kept(self):
        before = self.kept()
        for number in range(3):
            places(range(number, number + FEW + 1))
        assert self.kept() == before

    def test_a_pool_that_keeps_nothing_is_asked_for_nothing(self, monkeypatch):
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", None)
        before = self.kept()
        for number in range(3):
            places([10**6 + number])
        assert self.kept() == before

    @pytest.mark.django_db(transaction=True)
    def test_a_connection_that_was_lost_between_two_requests_is_opened_anew(self):
        places([1])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (number,) = cursor.fetchone()
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [number])
        other.close()
        # Each connection says so anew when it is opened.
        connection.health_check_enabled, connection.close_at = True, None
        # What Django does before each request and each task.
        connection.close_if_unusable_or_obsolete()
        assert places([1]) == []
