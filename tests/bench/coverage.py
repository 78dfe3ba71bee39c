"""Measures coverage of a whole partnership on PostgreSQL beside SQL written by hand for the same table; prints JSON.

Run it by `make bench-coverage`: it fills the database of DATABASE_URL, which must be a throw-away one. PEOPLE,
ORGANISATIONS, MODULES and ROLES change the size. A tenth of all people work in one organisation.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
ORGANISATIONS = int(os.environ.get("ORGANISATIONS", "200"))
MODULES = int(os.environ.get("MODULES", "20"))
ROLES = int(os.environ.get("ROLES", "10"))
#: Modules that each role takes, and completions of each module by those who completed it.
TAKES, TIMES = 4, 5
STARTED_ON = "2021-01-04"
ROUNDS = 5

#: People in set-based SQL, as the rules would leave them: half of what is required was completed, five times, half a
#: year apart, and is valid for two years.
FILL = f"""
INSERT INTO organisations_user (password, is_superuser, key, name, email, language, is_active, created_at,
    has_one_time_password)
SELECT '', false, gen_random_uuid(), 'Person ' || n, 'p' || n || '@own.example', 'en', true, now(), false
FROM generate_series(1, %(people)s) n;
INSERT INTO organisations_membership (person_id, organisation_id, unit_id, role_id, kind, staff_number, work_email,
    started_on, created_at)
SELECT u.id, o.id, (SELECT min(id) + u.n %% 5 FROM organisations_unit WHERE organisation_id = o.id), r.id,
    CASE WHEN u.n %% 7 = 0 THEN 'volunteer' ELSE 'employee' END, '', '', '{STARTED_ON}', now()
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM organisations_user WHERE email LIKE 'p%%@own.example') u
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM organisations_organisation) o
    ON o.n = CASE WHEN u.n %% 10 = 0 THEN 0 ELSE (u.n / 10) %% %(organisations)s END
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM organisations_role) r ON r.n = (u.n / 7) %% %(roles)s;
CREATE TEMP TABLE pair AS
SELECT m.id AS membership_id, m.person_id, m.organisation_id, m.role_id, v.id AS version_id, q.module_key,
    q.module_title, row_number() OVER (ORDER BY m.id, v.id) AS n
FROM organisations_membership m
JOIN records_requirementversion_roles vr ON vr.role_id = m.role_id
JOIN records_requirementversion v ON v.id = vr.requirementversion_id
JOIN records_requirement q ON q.id = v.requirement_id;
CREATE TEMP TABLE done AS
SELECT *, (CURRENT_DATE - (n * 7 %% 800)::int) AS last_on,
    (CURRENT_DATE - (n * 7 %% 800)::int + interval '24 months')::date AS satisfied_to
FROM pair WHERE n %% 2 = 0;
INSERT INTO records_completion (person_id, module_key, title, minutes, lesson_keys, completed_on, source, created_at,
    void_reason)
SELECT person_id, module_key, module_title, 0, '[]', last_on - 180 * (k - 1), 'assessed', now(), ''
FROM done, generate_series(1, {TIMES}) k;
INSERT INTO records_standing (membership_id, requirement_version_id, person_id, organisation_id, role_id, module_key,
    required_from, required_to, due_on, satisfied_from, satisfied_to)
SELECT membership_id, version_id, person_id, organisation_id, role_id, module_key, '{STARTED_ON}'::date, satisfied_to,
    '{STARTED_ON}'::date + 30, last_on - 180 * ({TIMES} - 1), satisfied_to FROM done
UNION ALL SELECT membership_id, version_id, person_id, organisation_id, role_id, module_key, satisfied_to + 1, NULL,
    satisfied_to, NULL, NULL FROM done
UNION ALL SELECT membership_id, version_id, person_id, organisation_id, role_id, module_key, '{STARTED_ON}'::date,
    NULL, '{STARTED_ON}'::date + 30, NULL, NULL FROM pair WHERE n %% 2 = 1;
ANALYZE;
"""

#: The table of a day by hand: states by organisation and module, by module, and of people, from one pass.
BY_HAND = """WITH state AS MATERIALIZED (
    SELECT organisation_id AS o, module_key AS m, person_id AS p, MAX(CASE
        WHEN satisfied_from <= %(day)s AND (satisfied_to IS NULL OR satisfied_to > %(soon)s) THEN 0
        WHEN satisfied_from <= %(day)s AND satisfied_to >= %(day)s THEN 1
        WHEN due_on >= %(day)s THEN 2 ELSE 3 END) AS s
    FROM records_standing
    WHERE required_from <= %(day)s AND (required_to IS NULL OR required_to >= %(day)s)
        AND organisation_id = ANY(%(places)s)
    GROUP BY 1, 2, 3),
in_module AS (SELECT m, p, MAX(s) AS s FROM state GROUP BY 1, 2),
person AS (SELECT p, MAX(s) AS s FROM in_module GROUP BY 1)
SELECT o, m, COUNT(*) FILTER (WHERE s = 0), COUNT(*) FILTER (WHERE s = 1), COUNT(*) FILTER (WHERE s = 2),
    COUNT(*) FILTER (WHERE s = 3) FROM state GROUP BY 1, 2
UNION ALL SELECT NULL, m, COUNT(*) FILTER (WHERE s = 0), COUNT(*) FILTER (WHERE s = 1), COUNT(*) FILTER (WHERE s = 2),
    COUNT(*) FILTER (WHERE s = 3) FROM in_module GROUP BY 2
UNION ALL SELECT NULL, NULL, COUNT(*) FILTER (WHERE s = 0), COUNT(*) FILTER (WHERE s = 1),
    COUNT(*) FILTER (WHERE s = 2), COUNT(*) FILTER (WHERE s = 3) FROM person"""
#: The people who work there, by hand: by organisation, role and kind, and distinct in each organisation.
BY_HAND_REGISTERED = """SELECT organisation_id, role_id, kind, COUNT(DISTINCT person_id) FROM organisations_membership
    WHERE started_on <= %(day)s AND (ended_on IS NULL OR ended_on >= %(day)s) AND organisation_id = ANY(%(places)s)
    GROUP BY GROUPING SETS ((organisation_id, role_id, kind), (organisation_id, kind), (organisation_id))"""


def best(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The best of several runs, in milliseconds."""
    found = []
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return round(min(found), 1)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client, override_settings

    if connection.vendor != "postgresql":
        sys.exit("Run this on PostgreSQL.")
    call_command("migrate", verbosity=0)
    lead = fill()
    override_settings(SECOND_FACTOR_REQUIRED=False, LOGGING_CONFIG=None).enable()
    logging.disable(logging.INFO)
    client = Client()
    client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    told: dict[str, Any] = {**sizes(), **tables(), **responses(client, lead), **people_lists(), **writing()}
    told["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told, indent=2))


def fill() -> Any:
    """Organisations, roles and requirements from the factories, people by SQL; gives the partnership's lead."""
    from django.db import connection, transaction

    from organisations.models import Appointment
    from tests.factories.organisations import (
        AppointmentFactory,
        HeadcountFactory,
        OrganisationFactory,
        PartnershipFactory,
        PartnershipMembershipFactory,
        RoleFactory,
        UnitFactory,
    )
    from tests.factories.records import RequirementVersionFactory

    partnership = PartnershipFactory()
    day = date.fromisoformat(STARTED_ON)
    with transaction.atomic():
        lead = AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=partnership).person
        roles = [RoleFactory(name=f"Role {number}", name_en=f"Role {number}") for number in range(ROLES)]
        for number in range(ORGANISATIONS):
            place = OrganisationFactory(name=f"Organisation {number:04}")
            PartnershipMembershipFactory(partnership=partnership, organisation=place, started_on=day)
            UnitFactory.create_batch(5, organisation=place)
            people = PEOPLE // ORGANISATIONS + (PEOPLE // 10 if number == 0 else 0)
            HeadcountFactory(organisation=place, role=None, people=people + 50, counted_on=day)
        for number in range(MODULES):
            takers = [role for place, role in enumerate(roles) if (number - place * 2) % MODULES < TAKES]
            RequirementVersionFactory(
                requirement__partnership=partnership,
                requirement__module_title=f"Module {number:02}",
                roles=takers,
                effective_from=day,
                valid_for_months=24,
                base="completion",
            )
        with connection.cursor() as cursor:
            cursor.execute(FILL, {"people": PEOPLE, "organisations": ORGANISATIONS, "roles": ROLES})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return lead


def sizes() -> dict[str, int]:
    """What there is to count."""
    from organisations.models import Membership, Organisation
    from records.models import Completion, Requirement, Standing

    return {
        "organisations": Organisation.objects.count(),
        "modules": Requirement.objects.count(),
        "people": Membership.objects.count(),
        "standings": Standing.objects.count(),
        "completions": Completion.objects.count(),
    }


def tables() -> dict[str, Any]:
    """The table of today and of a past day beside SQL by hand, and what is built on it."""
    from django.db import connection

    from organisations.clock import today
    from organisations.models import Organisation, Partnership
    from reporting.filters import EVERYTHING
    from reporting.selectors.counting import counted_on
    from reporting.selectors.coverage import coverage_on
    from reporting.selectors.delivery import Scope
    from reporting.selectors.gaps import gaps_of
    from reporting.selectors.trend import trend_of

    ids = list(Organisation.objects.values_list("pk", flat=True))
    told: dict[str, Any] = {}
    for name, day in (("today", today()), ("past_day", today() - timedelta(days=200))):
        values = {"day": day, "soon": day + timedelta(days=30), "places": ids}

        def by_hand(values: dict[str, Any] = values) -> None:
            with connection.cursor() as cursor:
                cursor.execute(BY_HAND, values)
                cursor.fetchall()
                cursor.execute(BY_HAND_REGISTERED, values)
                cursor.fetchall()

        def ours(day: date = day) -> None:
            counted_on(ids, day, EVERYTHING)

        told[f"{name}_sql_ms"], told[f"{name}_by_hand_ms"] = best(ours), best(by_hand)
        told[f"{name}_over_by_hand"] = round(told[f"{name}_sql_ms"] / told[f"{name}_by_hand_ms"], 2)
    told["whole_table_ms"] = best(lambda: coverage_on(Organisation.objects.all(), today()))
    scope = Scope(frozenset(Partnership.objects.values_list("pk", flat=True)))
    told["year_ms"] = best(lambda: trend_of(scope, today()), 3)
    told["gaps_ms"] = best(lambda: gaps_of(Organisation.objects.all(), today()), 3)
    return told


def responses(client: Any, lead: Any) -> dict[str, Any]:
    """Whole answers of pages, and the file of the people of the largest organisation."""
    from django.urls import reverse

    from organisations.models import Appointment, Organisation
    from tests.factories.organisations import AppointmentFactory

    largest, usual = Organisation.objects.order_by("pk")[:2]
    AppointmentFactory(person=lead, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=largest)
    pages = {
        "coverage_page_ms": reverse("reporting:coverage"),
        "organisation_page_ms": reverse("reporting:organisation", args=[usual.slug]),
        "largest_organisation_page_ms": reverse("reporting:organisation", args=[largest.slug]),
        "people_page_ms": f"{reverse('reporting:organisation_people', args=[largest.slug])}?state=overdue",
        "year_page_ms": reverse("reporting:trend"),
    }

    def opened(address: str) -> None:
        assert client.get(address).status_code == 200

    told: dict[str, Any] = {name: best(lambda address=address: opened(address)) for name, address in pages.items()}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    answer = client.get(reverse("reporting:organisation_people_csv", args=[largest.slug]))
    rows = sum(part.count(b"\n") for part in answer.streaming_content)
    told["csv_rows"] = rows
    told["csv_rows_per_second"] = round(rows / (time.perf_counter() - start))
    told["csv_more_memory_mb"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    return told


def people_lists() -> dict[str, Any]:
    """The first page of a list and pages further down."""
    from organisations.clock import today
    from organisations.models import Organisation
    from reporting.selectors.people import Wanted, ids_listed, page_of_people

    wanted = Wanted(Organisation.objects.order_by("pk")[0], today())
    ids = ids_listed(wanted)
    first = best(lambda: page_of_people(wanted, size=50))
    told: dict[str, Any] = {"people_listed": len(ids), "first_page_of_people_ms": first}
    for name, place in (("middle", len(ids) // 2), ("last", max(len(ids) - 51, 0))):
        told[f"{name}_page_of_people_ms"] = best(lambda after=ids[place]: page_of_people(wanted, after=after, size=50))
        told[f"{name}_page_over_first"] = round(told[f"{name}_page_of_people_ms"] / first, 2)
    return told


def writing() -> dict[str, Any]:
    """What keeping standing adds to a completion."""
    from django.db import transaction

    from organisations.clock import today
    from organisations.models import Membership
    from records.actions.standing import rebuild_standing_of_people
    from records.models import Completion, Standing

    people = list(Membership.objects.order_by("-pk").values_list("person_id", flat=True)[:200])
    keys = dict(Standing.objects.filter(person__in=people).values_list("person_id", "module_key"))
    spent = {False: 0.0, True: 0.0}
    for number, person in enumerate(people):
        is_kept = number % 2 == 0
        start = time.perf_counter()
        with transaction.atomic():
            Completion.objects.create(person_id=person, module_key=keys[person], title="M", completed_on=today())
            if is_kept:
                rebuild_standing_of_people([person])
        spent[is_kept] += time.perf_counter() - start
    each = len(people) / 2 / 1000
    return {
        "completion_ms": round(spent[False] / each, 2),
        "completion_with_standing_ms": round(spent[True] / each, 2),
    }


if __name__ == "__main__":
    main()
