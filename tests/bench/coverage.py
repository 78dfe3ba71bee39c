"""Measures coverage of a whole partnership beside SQL written by hand for the same table; prints JSON.

Run it by `make bench-coverage` (PostgreSQL) or `make bench-coverage-sqlite`: it fills the database of DATABASE_URL,
which must be a throw-away one. PEOPLE, ORGANISATIONS, MODULES and ROLES change the size.

Machines differ, so pages and writes are told as ratios too: over the first query by hand, the states by organisation
and module, in the same run.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import sys
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

import django

from tests.bench.clocks import busy_seconds, one_process

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
ORGANISATIONS = int(os.environ.get("ORGANISATIONS", "200"))
MODULES = int(os.environ.get("MODULES", "20"))
ROLES = int(os.environ.get("ROLES", "10"))
#: Modules that each role takes, and completions of each module by those who completed it.
TAKES, TIMES = 4, 5
#: How modules are completed and on which edition, one completion after the other.
WAYS = (
    *(("assessed", edition) for edition in (1, 2, 2, 3, 3, 3, 3)),
    ("attended", 2),
    ("attended", 3),
    ("recognised", 0),
)
NOT_DONE = (None, None, None, "", 0)
STARTED_ON = "2021-01-04"
ROUNDS = 5
#: People written at a time, and how many there are before all of them are copied: whole multiples of these.
BATCH, DRAWN = 5_000, 100_000

#: The table of a day by hand, by somebody who knows that hardly anybody counts twice and leaves it at that: states
#: and what was shown, by organisation and module; people by their worst; who works where.
STATE = """CASE WHEN satisfied_from <= %(day)s AND (satisfied_to IS NULL OR satisfied_to > %(soon)s) THEN 0
    WHEN satisfied_from <= %(day)s AND satisfied_to >= %(day)s THEN 1 WHEN due_on >= %(day)s THEN 2 ELSE 3 END"""
STOOD = """FROM records_standing WHERE required_from <= %(day)s AND (required_to IS NULL OR required_to >= %(day)s)
    AND organisation_id IN {places}"""
#: States alone, the measure of pages and writes.
STATES_BY_HAND = f"SELECT organisation_id, module_key, {STATE}, COUNT(*) {STOOD} GROUP BY 1, 2, 3"
IS_SHOWN = "CASE WHEN shown_on <= %(day)s THEN"
SHOWN = ("edition >= 3", *(f"source = '{way}'" for way in ("assessed", "attended", "recognised")))
CONDITIONS = (*(f"state = {state}" for state in range(4)), *(f"state < 2 AND {each}" for each in SHOWN))
COLUMNS = ", ".join(f"SUM(people) FILTER (WHERE {each})" for each in CONDITIONS)
BY_HAND = (
    f"""SELECT organisation_id, requirement_version_id, {COLUMNS} FROM (
        SELECT organisation_id, requirement_version_id, {STATE} AS state, {IS_SHOWN} shown_source END AS source,
            {IS_SHOWN} shown_edition END AS edition, COUNT(*) AS people {STOOD} GROUP BY 1, 2, 3, 4, 5
    ) AS alike GROUP BY 1, 2""",
    f"SELECT worst, COUNT(*) FROM (SELECT MAX({STATE}) AS worst {STOOD} GROUP BY person_id) AS people GROUP BY 1",
    """SELECT organisation_id, role_id, kind, COUNT(*) FROM organisations_membership WHERE started_on <= %(day)s
    AND (ended_on IS NULL OR ended_on >= %(day)s) AND organisation_id IN {places} GROUP BY 1, 2, 3""",
)


def best(work: Callable[[], Any], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter) -> float:
    """The best of several runs, in milliseconds; by the clock of the process it is its CPU time alone."""
    found = []
    for _round in range(rounds):
        start = clock()
        work()
        found.append((clock() - start) * 1000)
    return round(min(found), 1)


def both(name: str, work: Callable[[], Any], rounds: int = ROUNDS) -> dict[str, float]:
    """The best by the clock, and by what this process and the database's process spent of the processor."""
    by_clock = best(work, rounds)
    with one_process():
        return {f"{name}_ms": by_clock, f"{name}_cpu_ms": best(work, rounds, busy_seconds)}


def over(work: Callable[[], Any], measure: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """What work spends of the processor over what the measure does, in turn: a machine has its slow minutes."""
    spent: dict[Callable[[], Any], list[float]] = {work: [], measure: []}
    with one_process():
        for _round in range(rounds):
            for each, found in spent.items():
                found.append(best(each, 1, busy_seconds))
    return round(min(spent[work]) / min(spent[measure]), 3)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.test import Client, override_settings

    from organisations.models import User

    call_command("migrate", verbosity=0)
    if User.objects.exists():
        sys.exit("There are people in this database. Give a new one.")
    lead = fill()
    # As the server does when it has started.
    gc.freeze()
    override_settings(SECOND_FACTOR_REQUIRED=False, LOGGING_CONFIG=None).enable()
    logging.disable(logging.INFO)
    client = Client()
    client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    told: dict[str, Any] = {**sizes(), **tables(), **responses(client, lead), **people_lists(), **writing()}
    standing = told["standing_of_a_completion_cpu_ms"] / told["states_by_hand_cpu_ms"]
    told["standing_of_a_completion_over_states_by_hand"] = round(standing, 3)
    told["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told, indent=2))


def fill() -> Any:
    """Organisations, roles and requirements from the factories, then their people; gives the partnership's lead."""
    from django.db import connection, transaction

    from organisations.models import Appointment
    from tests.bench.many import multiply
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
    drawn = min(PEOPLE, DRAWN)
    for first in range(0, drawn, BATCH):
        with transaction.atomic():
            fill_people(range(first, min(first + BATCH, drawn)), roles)
    if drawn < PEOPLE:
        multiply(PEOPLE // drawn - 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return lead


def fill_people(numbers: range, roles: list[Any]) -> None:
    """People with what they completed and where they stand, as the rules would leave them.

    A tenth of all people work in one organisation, and one in a hundred in two. Half of what is required was
    completed, some times, half a year apart, and is valid for two years.
    """
    from django.utils import timezone

    from organisations.bulk import add_rows, insert_rows
    from organisations.models import Membership, Organisation, User
    from records.models import Completion, RequirementVersion, Standing
    from records.rules.days import add_months
    from records.selectors.standing_facts import StandingRow

    now, today, began = timezone.now(), timezone.localdate(), date.fromisoformat(STARTED_ON)
    units: dict[int, list[int]] = {}
    for place, unit in Organisation.objects.order_by("pk", "units__pk").values_list("pk", "units__pk"):
        units.setdefault(place, []).append(unit)
    places = list(units)
    taken: dict[int, list[tuple[int, Any, str]]] = {}
    versions = RequirementVersion.objects.order_by("pk").select_related("requirement").prefetch_related("roles")
    for version in versions:
        for role in version.roles.all():
            taken.setdefault(role.pk, []).append(
                (version.pk, version.requirement.module_key, version.requirement.module_title)
            )
    people = insert_rows(
        User,
        ("password", "is_superuser", "key", "name", "email", "language", "is_active", "created_at",
         "has_one_time_password"),
        [("", False, uuid.uuid4(), f"Person {n}", f"p{n}@own.example", "en", True, now, False) for n in numbers],
    )  # fmt: skip
    jobs: list[tuple[Any, ...]] = []
    owners = []
    for n, person in zip(numbers, people, strict=True):
        place = places[0 if n % 10 == 0 else n // 10 % ORGANISATIONS]
        kind = "volunteer" if n % 7 == 0 else "employee"
        owners.append(n)
        jobs.append((person, place, units[place][n % 5], roles[n // 7 % ROLES].pk, kind, "", "", began, now))
        if n % 100 == 1:
            # One in a hundred works in a second place too, with a role of its own.
            other = places[(n // 10 + 7) % ORGANISATIONS]
            jobs.append((person, other, None, roles[(n // 7 + 3) % ROLES].pk, kind, "", "", began, now))
            owners.append(n)
    held = insert_rows(
        Membership,
        ("person_id", "organisation_id", "unit_id", "role_id", "kind", "staff_number", "work_email", "started_on",
         "created_at"),
        jobs,
    )  # fmt: skip
    completions, standing = [], []
    due_on = began + timedelta(days=30)
    for membership, (person, place, _unit, role, *_rest), n in zip(held, jobs, owners, strict=True):
        for number, (version, module, title) in enumerate(taken.get(role, ()), start=n * TAKES):
            whose = (membership, version, person, place, role, module)
            if number % 2:
                standing.append((*whose, began, None, due_on, *NOT_DONE))
                continue
            last_on = today - timedelta(days=number * 7 % 800)
            until = add_months(last_on, 24)
            days = [last_on - timedelta(days=180 * time) for time in range(TIMES)]
            ways = [WAYS[(number * 3 + time) % len(WAYS)] for time in range(TIMES)]
            shown = days[0], ways[0][0], max(edition for _source, edition in ways)
            standing.append((*whose, began, until, due_on, days[-1], until, *shown))
            standing.append((*whose, until + timedelta(days=1), None, until, *NOT_DONE))
            completions += [
                (person, module, title, 0, [], day, source, edition or None, now, "")
                for day, (source, edition) in zip(days, ways, strict=True)
            ]
    add_rows(Standing, StandingRow._fields, standing)
    add_rows(
        Completion,
        ("person_id", "module_key", "title", "minutes", "lesson_keys", "completed_on", "source",
         "edition_number", "created_at", "void_reason"),
        completions,
    )  # fmt: skip


def sizes() -> dict[str, int]:
    """What there is to count."""
    from organisations.models import Membership, Organisation
    from records.models import Completion, Requirement, Standing

    return {
        "organisations": Organisation.objects.count(),
        "modules": Requirement.objects.count(),
        "people": Membership.objects.values("person").distinct().count(),
        "memberships": Membership.objects.count(),
        "standings": Standing.objects.count(),
        "completions": Completion.objects.count(),
    }


def tables() -> dict[str, Any]:
    """The table of today and of a past day beside SQL by hand, and what is built on it."""
    from django.db import connection

    from organisations.clock import today
    from organisations.models import Organisation, Partnership
    from records.models import RequirementVersion
    from reporting.filters import EVERYTHING
    from reporting.selectors.counting import counted_on
    from reporting.selectors.coverage import coverage_on
    from reporting.selectors.delivery import Scope
    from reporting.selectors.gaps import gaps_of
    from reporting.selectors.trend import trend_of

    ids = list(Organisation.objects.values_list("pk", flat=True))
    columns = RequirementVersion.objects.values_list("pk", "requirement__module_key")
    module_of = {version: place for place, (version, _key) in enumerate(columns)}
    told: dict[str, Any] = {}
    placed = f"({', '.join(map(str, ids))})"
    queries = [each.format(places=placed) for each in BY_HAND]
    for name, day in (("today", today()), ("past_day", today() - timedelta(days=200))):
        values = {"day": day, "soon": day + timedelta(days=30)}

        def by_hand(values: dict[str, Any] = values) -> None:
            with connection.cursor() as cursor:
                for query in queries:
                    cursor.execute(query, values)
                    cursor.fetchall()

        def ours(day: date = day) -> None:
            counted_on(ids, day, EVERYTHING, module_of)

        told |= both(f"{name}_sql", ours)
        told |= both(f"{name}_by_hand", by_hand)
        told[f"{name}_over_by_hand"] = over(ours, by_hand)
    told |= both("states_by_hand", states_by_hand)
    told["whole_table_ms"] = best(lambda: coverage_on(Organisation.objects.all(), today()))
    scope = Scope(frozenset(Partnership.objects.values_list("pk", flat=True)))
    told["year_ms"] = best(lambda: trend_of(scope, today()), 3)
    told["gaps_ms"] = best(lambda: gaps_of(Organisation.objects.all(), today()), 3)
    return told


def states_by_hand() -> None:
    """States of today by organisation and module, and nothing else."""
    from django.db import connection

    from organisations.clock import today
    from organisations.models import Organisation

    places = f"({', '.join(map(str, Organisation.objects.values_list('pk', flat=True)))})"
    with connection.cursor() as cursor:
        cursor.execute(STATES_BY_HAND.format(places=places), {"day": today(), "soon": today() + timedelta(days=30)})
        cursor.fetchall()


def responses(client: Any, lead: Any) -> dict[str, Any]:
    """Whole answers of pages, and the file of the people of the largest organisation."""
    from django.urls import reverse

    from organisations.models import Appointment, Organisation
    from tests.factories.organisations import AppointmentFactory

    largest, usual = Organisation.objects.order_by("pk")[:2]
    AppointmentFactory(person=lead, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=largest)
    pages = {
        "coverage_page": reverse("reporting:coverage"),
        "organisation_page": reverse("reporting:organisation", args=[usual.slug]),
        "largest_organisation_page": reverse("reporting:organisation", args=[largest.slug]),
        "people_page": f"{reverse('reporting:organisation_people', args=[largest.slug])}?state=overdue",
        "year_page": reverse("reporting:trend"),
    }

    def opened(address: str) -> None:
        assert client.get(address).status_code == 200

    told: dict[str, Any] = {}
    for name, address in pages.items():
        told |= both(name, lambda address=address: opened(address))
        told[f"{name}_over_states_by_hand"] = over(lambda address=address: opened(address), states_by_hand)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), busy_seconds()
    answer = client.get(reverse("reporting:organisation_people_csv", args=[largest.slug]))
    rows = sum(part.count(b"\n") for part in answer.streaming_content)
    told["csv_rows"] = rows
    told["csv_rows_per_second"] = round(rows / (time.perf_counter() - start))
    told["csv_rows_per_cpu_second"] = round(rows / (busy_seconds() - cpu))
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
    from records.events import completion_recorded
    from records.models import Completion, Standing

    people = list(Membership.objects.order_by("-pk").values_list("person_id", flat=True)[:400])
    keys = dict(Standing.objects.filter(person__in=people).values_list("person_id", "module_key"))
    spent: dict[bool, list[float]] = {False: [], True: []}
    for number, person in enumerate(people):
        is_kept = number % 2 == 0
        start = busy_seconds()
        with transaction.atomic():
            completion = Completion.objects.create(
                person_id=person, module_key=keys[person], title="M", completed_on=today()
            )
            if is_kept:
                completion_recorded.send(sender=Completion, completion=completion)
        spent[is_kept].append((busy_seconds() - start) * 1000)
    plain, kept = median(spent[False]), median(spent[True])
    return {"completion_cpu_ms": round(plain, 2), "standing_of_a_completion_cpu_ms": round(kept - plain, 2)}


if __name__ == "__main__":
    main()
