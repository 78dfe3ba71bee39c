"""Prints what the learner's pages cost beside the plainest page with the same body: CPU time and queries.

Everything is asked in one process, in turn, so that the ratios hold on a machine whose speed drifts.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "200"))


def prepare() -> dict[str, str]:
    """A module taken by a learner, and the addresses to measure, by name."""
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone
    from wagtail.models import Site

    call_command("migrate", verbosity=0)
    from home.actions import prepare_site
    from records.actions.learning import start_attempt, start_module
    from tests.bench.models import BarePage
    from tests.factories.courses import lesson_pages, make_module
    from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory
    from tests.factories.quizzes import make_quiz

    prepare_site(hostname="testserver")
    body = [block for number in range(8) for block in section(number)]
    module = make_module(
        title="Measured",
        lessons=[{"body_en": body} for _ in range(5)] + [{"body_en": body, "quiz": make_quiz(questions=10)}],
    )
    membership = MembershipFactory(organisation=OrganisationFactory(partnership=PartnershipFactory()))
    enrolment = start_module(person=membership.person, module=module, at=timezone.now())
    lessons = lesson_pages(module)
    draft = start_attempt(enrolment=enrolment, lesson_key=lessons[-1].translation_key, at=timezone.now())
    bare = Site.objects.get(is_default_site=True).root_page.add_child(
        instance=BarePage(title="Bare", slug="bare", body=body)
    )
    client = Client()
    client.force_login(membership.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    prepare.client = client  # type: ignore[attr-defined]
    return {
        "bare view": "/bare-view/",
        "bare Wagtail page": bare.get_url(),
        "lesson": lessons[1].get_url(),
        "module": module.get_url(),
        "course": module.get_parent().get_url(),
        "quiz question": f"/en/quiz/{draft.key}/1/",
        "My learning": "/en/learn/",
    }


def section(number: int) -> list[tuple[str, object]]:
    """Blocks as a lesson has them."""
    text = "You do not have to be certain. Write down what you saw and heard, and who was there. " * 3
    return [
        ("heading", f"Part {number}"),
        ("text", f"<p>{text}</p><ul><li>One</li><li>Two</li></ul>"),
        ("key_point", f"<p>{text}</p>"),
    ]


def measure(client: object, addresses: dict[str, str]) -> dict[str, tuple[float, int]]:
    """CPU milliseconds (median) and queries of each address, the addresses taken in turn."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times: dict[str, list[float]] = {name: [] for name in addresses}
    queries = {}
    for name, address in addresses.items():
        for _warm in range(3):
            response = client.get(address)  # type: ignore[attr-defined]
            if response.status_code != 200:
                raise SystemExit(f"{name}: {address} answered {response.status_code}")
        with CaptureQueriesContext(connection) as captured:
            client.get(address)  # type: ignore[attr-defined]
        queries[name] = len(captured)
    for _round in range(ROUNDS):
        for name, address in addresses.items():
            before = time.process_time()
            client.get(address)  # type: ignore[attr-defined]
            times[name].append((time.process_time() - before) * 1000)
    return {name: (statistics.median(values), queries[name]) for name, values in times.items()}


def main() -> None:
    """Builds, measures, prints."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="tests.bench.settings",
            DATABASE_URL=f"sqlite:///{folder}/bench.sqlite3",
            SECRET_KEY="only-for-the-benchmark" * 3,
            ALLOWED_HOSTS="testserver",
            VAR_DIR=folder,
        )
        sys.path.insert(0, str(ROOT / "site"))
        import django

        django.setup()
        addresses = prepare()
        figures = measure(prepare.client, addresses)  # type: ignore[attr-defined]
    base = figures["bare Wagtail page"][0]
    print(f"{'page':<20}{'CPU ms':>9}{'queries':>9}{'of bare Wagtail':>17}   ({ROUNDS} rounds, medians)")
    for name, (milliseconds, count) in figures.items():
        print(f"{name:<20}{milliseconds:>9.2f}{count:>9}{milliseconds / base:>16.2f}x")


if __name__ == "__main__":
    main()
