"""Measures an import of 50,000 people on PostgreSQL beside a bare COPY and upsert of the same rows; prints JSON.

Run it by `make bench-import`: it fills the database of DATABASE_URL, which must be a throw-away one.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

import django

ROWS = int(os.environ.get("ROWS", "50000"))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from organisations import actions
    from organisations.models import ImportRun, Membership, User
    from tests.factories.organisations import OrganisationFactory, RoleFactory

    if connection.vendor != "postgresql":
        sys.exit("Run this on PostgreSQL.")
    call_command("migrate", verbosity=0)
    organisation, bare = OrganisationFactory(), OrganisationFactory()
    role = RoleFactory(slug="officer", name="Officer", name_en="Officer")
    lines = ["Name,E-mail,Staff number,Role,From"]
    for number in range(ROWS):
        job = "Pilot" if number % 100 == 0 else "Officer"
        lines.append(f"Person {number},p{number}@own.example,S{number},{job},3/4/2026")
    content = "\n".join(lines).encode()

    def timed(work):
        start = time.perf_counter()
        result = work()
        return result, round(time.perf_counter() - start, 2)

    now = timezone.now()
    run = actions.bring_file(
        organisation=organisation, kind="people", content=content, file_name="s.csv", by=None, at=now
    )
    actions.choose_columns(run=run, columns=run.columns, is_queued=False)
    run, preview = timed(lambda: actions.check_file(run=run, at=now))
    actions.start_applying(run=run, mode=ImportRun.Mode.GOOD, by=None, is_queued=False)
    _run, saving = timed(lambda: actions.apply_import(run=run, at=now))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    made = Membership.objects.filter(organisation=organisation).count()
    _none, plain = timed(lambda: copy_and_upsert(bare.pk, role.pk, now))
    told = {
        "rows": ROWS,
        "saved": made,
        "people": User.objects.count(),
        "preview_seconds": preview,
        "apply_seconds": saving,
        "bare_copy_and_upsert_seconds": plain,
        "apply_over_bare": round(saving / plain, 2),
        "peak_memory_mb": peak,
    }
    print(json.dumps(told, indent=2))


def copy_and_upsert(organisation: int, role: int, now) -> None:
    """The same people by hand: COPY into a table of its own, then one upsert for each table."""
    from django.db import connection, transaction

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


if __name__ == "__main__":
    main()
