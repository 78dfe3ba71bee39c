"""Measures an import of 50,000 people, then of what each completed elsewhere, on PostgreSQL; prints JSON.

Beside each stands a bare COPY of the same rows, and for people an upsert with the entries of the log; neither compares
anything, takes turns with anybody, keeps standing or could go on after a stop. Times are by the clock; beside them is
what this process and the database's own process spent of the processor, which says more on a busy machine.

Run it by `make bench-import`: it fills the database of DATABASE_URL, which must be a throw-away one.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import date
from typing import NamedTuple

import django

from tests.bench.clocks import busy_seconds

ROWS = int(os.environ.get("ROWS", "50000"))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from organisations.models import Membership, User
    from records.actions.standing import rebuild_standing
    from records.models import Completion
    from tests.factories.courses import make_module
    from tests.factories.organisations import OrganisationFactory, RoleFactory
    from tests.factories.records import RequirementVersionFactory

    if connection.vendor != "postgresql":
        sys.exit("Run this on PostgreSQL.")
    call_command("migrate", verbosity=0)
    organisation, bare = OrganisationFactory(), OrganisationFactory()
    role = RoleFactory(slug="officer", name="Officer", name_en="Officer")
    lines = ["Name,E-mail,Staff number,Role,From"]
    for number in range(ROWS):
        job = "Pilot" if number % 100 == 0 else "Officer"
        lines.append(f"Person {number},p{number}@own.example,S{number},{job},3/4/2026")
    now = timezone.now()
    content, lines = "\n".join(lines).encode(), []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    preview, saving = bring(organisation, "people", content, now)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    made = Membership.objects.filter(organisation=organisation).count()
    plain = timed(lambda: copy_and_upsert(bare.pk, role.pk, now))
    told = {
        "rows": ROWS,
        "saved": made,
        "people": User.objects.count(),
        "preview_seconds": preview.clock,
        "apply_seconds": saving.clock,
        "apply_cpu_seconds": saving.cpu,
        "bare_copy_and_upsert_seconds": plain.clock,
        "bare_copy_and_upsert_cpu_seconds": plain.cpu,
        "apply_over_bare": over(saving, plain),
        "memory_before_mb": before,
        "peak_memory_mb": peak,
    }
    module = make_module(title="Seeing it", slug="seeing-it", recognised="enough")
    RequirementVersionFactory(
        requirement__partnership=None,
        requirement__organisation=organisation,
        requirement__module=module,
        roles=[role],
        valid_for_months=12,
        effective_from=date(2026, 1, 1),
    )
    rebuild_standing()
    lines = ["Employee number,Course,Date completed,Certificate no"]
    for number in range(ROWS):
        lines.append(f"S{number},Seeing it,{number % 28 + 1}/5/2026,{number}")
    preview, saving = bring(organisation, "completions", "\n".join(lines).encode(), now)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    made = Completion.objects.count()
    plain = timed(copy_completions)
    told |= {
        "completions_saved": made,
        "completions_preview_seconds": preview.clock,
        "completions_apply_seconds": saving.clock,
        "bare_copy_of_completions_seconds": plain.clock,
        "completions_apply_over_bare": over(saving, plain),
        "completions_peak_memory_mb": peak,
    }
    print(json.dumps(told, indent=2))


class Spent(NamedTuple):
    """Seconds by the clock, and of the processor in this process and in the database's."""

    clock: float
    cpu: float


def timed(work) -> Spent:
    """How long it takes."""
    start, cpu = time.perf_counter(), busy_seconds()
    work()
    return Spent(round(time.perf_counter() - start, 2), round(busy_seconds() - cpu, 2))


def over(ours: Spent, bare: Spent) -> float:
    """How many times as much of the processor it takes."""
    return round(ours.cpu / bare.cpu, 2)


def bring(organisation, kind: str, content: bytes, now) -> tuple[Spent, Spent]:
    """How long reading the file and saving its good rows take."""
    from organisations import actions
    from organisations.models import ImportRun

    run = actions.bring_file(place=organisation, kind=kind, content=content, file_name="s.csv", by=None, at=now)
    actions.choose_columns(run=run, columns=run.columns, is_queued=False)
    preview = timed(lambda: actions.check_file(run=run, at=now))
    run = ImportRun.objects.get(pk=run.pk)
    actions.start_applying(run=run, mode=ImportRun.Mode.GOOD, by=None, is_queued=False)
    return preview, timed(lambda: actions.apply_import(run=run, at=now))


def copy_completions() -> None:
    """The same completions, where their people worked and what shows them, by COPY out of one table into another."""
    from django.db import transaction

    from records.models import Completion, CompletionMembership, Recognition

    with transaction.atomic():
        for model in (Completion, CompletionMembership, Recognition):
            copied(model)


def copied(model) -> None:
    """Reads all rows of a table and writes them by COPY into another of the same columns, indexes and conditions."""
    from django.db import connection

    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bare_{table} (LIKE {table} INCLUDING ALL) ON COMMIT DROP")
        cursor.execute(f"SELECT * FROM {table}")
        rows = cursor.fetchall()
        with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def copy_and_upsert(organisation: int, role: int, now) -> None:
    """The same people by hand: COPY into a table of its own, then one upsert for each table that the import fills."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction

    from organisations.models import Membership, User

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (name text, email text, number text, start date) ON COMMIT DROP")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for number in range(ROWS):
                copy.write_row((f"Person {number}", f"q{number}@own.example", f"S{number}", "2026-04-03"))
        cursor.execute(
            "INSERT INTO organisations_user (key, name, email, language, is_active, is_superuser, created_at,"
            " has_one_time_password, password) SELECT gen_random_uuid(), name, email, 'en', true, false, %s, false, ''"
            " FROM bare ON CONFLICT DO NOTHING",
            [now],
        )
        cursor.execute(
            'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
            " SELECT u.id, u.email, false, true FROM bare JOIN organisations_user u ON u.email = bare.email"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO organisations_membership (person_id, organisation_id, role_id, kind, staff_number,"
            " work_email, started_on, created_at) SELECT u.id, %s, %s, 'employee', number, u.email, start, %s"
            " FROM bare JOIN organisations_user u ON u.email = bare.email ON CONFLICT DO NOTHING",
            [organisation, role, now],
        )
        for model, action in ((User, "organisations.create"), (Membership, "organisations.start_membership")):
            person = "id" if model is User else "person_id"
            cursor.execute(
                "INSERT INTO wagtailcore_modellogentry (content_type_id, object_id, label, action, data, timestamp,"
                " content_changed, deleted) SELECT %s, made.id, 'row ' || made.id, %s, '{}', %s, false, false"
                f" FROM bare JOIN organisations_user u ON u.email = bare.email"
                f" JOIN {model._meta.db_table} made ON made.{person} = u.id",
                [ContentType.objects.get_for_model(model).pk, action, now],
            )


if __name__ == "__main__":
    main()
