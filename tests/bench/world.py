"""What the benchmark measures: a module of six lessons, a learner in the middle of it, and a bare page beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from home.actions import prepare_site
from records.actions.learning import start_attempt, start_module
from tests.bench.models import BarePage
from tests.factories.courses import lesson_pages, make_module
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory
from tests.factories.quizzes import make_quiz


@dataclass(frozen=True)
class World:
    """The addresses to measure by name, and a browser that is signed in."""

    addresses: dict[str, str]
    cookie: str
    get: Callable[[str], Any]


def section(number: int) -> list[tuple[str, object]]:
    """Blocks as a lesson has them."""
    text = "You do not have to be certain. Write down what you saw and heard, and who was there. " * 3
    return [
        ("heading", f"Part {number}"),
        ("text", f"<p>{text}</p><ul><li>One</li><li>Two</li></ul>"),
        ("key_point", f"<p>{text}</p>"),
    ]


def prepare() -> World:
    """Fills an empty database."""
    call_command("migrate", verbosity=0)
    prepare_site(hostname="127.0.0.1")
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
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(membership.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return World(
        addresses={
            "bare view": "/bare-view/",
            "bare Wagtail page": bare.get_url(),
            "lesson": lessons[1].get_url(),
            "module": module.get_url(),
            "course": module.get_parent().get_url(),
            "quiz question": f"/en/quiz/{draft.key}/1/",
            "My learning": "/en/learn/",
        },
        cookie=f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
        get=client.get,
    )
