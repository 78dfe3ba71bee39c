"""Main journeys with a person whose name, address, number and words are found nowhere else, and the log read after."""

from __future__ import annotations

import logging
import re
from smtplib import SMTPRecipientsRefused
from unittest import mock

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from organisations.models import Invitation, User
from privacy.actions.erasure import ask_for_erasure, carry_out_erasure
from records.models import AttemptDraft
from tests.privacy.conftest import CANARY, NOW, sign_in

LINK = re.compile(r"(?:href|action|src)=\"([^\"]*)\"")


class Ears(logging.Handler):
    """Hears every line at every level, tracebacks included, before anything makes it quiet."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(logging.Formatter("%(name)s %(message)s").format(record))


@pytest.fixture
def log():
    """Everything that any logger says during the test, as with LOG_LEVEL=DEBUG."""
    ears, root = Ears(), logging.getLogger()
    deaf = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    listening = [root, *(each for each in deaf if not each.propagate)]
    level = root.level
    root.setLevel(logging.DEBUG)
    for each in listening:
        each.addHandler(ears)
    yield ears.heard
    root.setLevel(level)
    for each in listening:
        each.removeHandler(ears)


def said(log: list[str]) -> list[str]:
    """The lines that say who the person is."""
    return [line for line in log if CANARY in line.lower()]


def visit(client: Client, *addresses: str) -> None:
    """Opens pages; no address in them carries anything of the person."""
    for address in addresses:
        response = client.get(address)
        assert response.status_code in {200, 302}, address
        text = b"".join(response.streaming_content) if response.streaming else response.content
        for link in LINK.findall(text.decode(errors="replace")):
            assert CANARY not in link.lower(), (address, link)
        assert CANARY not in response.headers.get("Location", "").lower()


def test_two_loggers_never_tell_all():
    """At DEBUG one writes down whole contexts of templates, the other every value sent to the database."""
    for name in ("django.template", "django.db.backends"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.INFO


def test_a_learner_leaves_no_words_in_the_log(somebody, log):
    client = sign_in(somebody.person)
    visit(
        client,
        reverse("records:my_learning"),
        reverse("records:my_record"),
        reverse("organisations:account"),
        reverse("organisations:account_details"),
        reverse("organisations:memberships"),
        reverse("account_email"),
        reverse("privacy:account"),
        reverse("privacy:erase"),
        reverse("records:certificate", args=[somebody.certificate.code]),
        f"/verify/{somebody.certificate.code}/",
    )
    client.post(reverse("organisations:account_details"), {"name": f"Nina {CANARY}", "language": "ar"})
    client.post(reverse("account_email"), {"action_add": "", "email": f"{CANARY}.new@example.org"})
    client.post(reverse("records:submit_quiz", args=[AttemptDraft.objects.get().key]))
    for name in ("export_json", "export_pdf"):
        client.get(reverse(f"privacy:{name}"))
    assert said(log) == []


def test_a_lead_leaves_no_words_in_the_log(somebody, log):
    client = sign_in(somebody.world.lead)
    slug = "riverside"
    visit(
        client,
        reverse("organisations:people", args=[slug]),
        reverse("organisations:person", args=[slug, somebody.membership.pk]),
        reverse("organisations:invitations", args=[slug]),
        reverse("privacy:names_seen", args=[slug]),
        reverse("privacy:names_seen_csv", args=[slug]),
        reverse("reporting:coverage"),
        reverse("reporting:people", args=[slug, somebody.completion.module_key]),
        reverse("reporting:people_csv", args=[slug, somebody.completion.module_key]),
    )
    found = client.post(reverse("organisations:people", args=[slug]), {"name": CANARY}).url
    visit(client, found)
    assert CANARY in client.get(found).content.decode().lower()
    assert CANARY not in found.lower()
    client.post(
        reverse("organisations:invitation_new", args=[slug]),
        {"email": f"{CANARY}.else@example.org", "role": somebody.world.role.pk, "kind": "employee", "language": "en"},
    )
    client.post(reverse("privacy:request_new"), {"known_by": f"{CANARY}@riverside.example"})
    assert said(log) == []


def test_doors_leave_no_words_in_the_log(somebody, log):
    client = Client(raise_request_exception=False)
    email = f"{CANARY}@riverside.example"
    client.post(reverse("account_signup"), {"email": f"{CANARY}.new@example.org", "password1": ""})
    client.post(reverse("account_login"), {"login": email, "password": f"{CANARY} wrong"})
    client.post(reverse("account_request_login_code"), {"email": email})
    client.post(reverse("account_confirm_login_code"), {"code": CANARY})
    client.post(reverse("account_reset_password"), {"email": email})
    client.get(reverse("organisations:invitation", args=[Invitation.objects.first().token]))
    assert mail.outbox
    assert said(log) == []


def test_a_letter_that_does_not_leave_names_nobody(somebody, log, django_capture_on_commit_callbacks):
    refused = SMTPRecipientsRefused({f"{CANARY}.else@example.org": (550, f"{CANARY} unknown".encode())})
    client = sign_in(somebody.world.lead)
    client.raise_request_exception = False
    with (
        mock.patch("django.core.mail.EmailMultiAlternatives.send", side_effect=refused),
        django_capture_on_commit_callbacks(execute=True),
    ):
        client.post(
            reverse("organisations:invitation_new", args=["riverside"]),
            {
                "email": f"{CANARY}.else@example.org",
                "role": somebody.world.role.pk,
                "kind": "employee",
                "language": "en",
            },
        )
    assert Invitation.objects.filter(email=f"{CANARY}.else@example.org").exists()
    assert said(log) == []


def test_a_page_that_fails_names_nobody(somebody, log):
    """A traceback names files and lines; it holds no values of variables, and neither does the error page."""
    client = sign_in(somebody.world.lead)
    client.raise_request_exception = False
    with mock.patch("organisations.views.people.history_of", side_effect=RuntimeError("the database went away")):
        response = client.get(reverse("organisations:person", args=["riverside", somebody.membership.pk]))
    assert response.status_code == 500
    assert CANARY not in response.content.decode().lower()
    assert any("RuntimeError" in line for line in log)
    assert said(log) == []


def test_the_queue_is_given_numbers(somebody, log, settings, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
    from organisations.actions import decide_join_request, invite_person

    asked = somebody.person.join_requests.get()
    with django_capture_on_commit_callbacks(execute=True):
        invite_person(
            organisation=somebody.world.ours,
            email=f"{CANARY}.queue@example.org",
            role=somebody.world.role,
            by=somebody.world.lead,
            at=NOW,
        )
        decide_join_request(join_request=asked, is_approved=True, by=somebody.world.foreign_lead, at=NOW)
    tasks = DBTaskResult.objects.all()
    assert len(tasks) >= 2
    assert CANARY not in str([task.args_kwargs for task in tasks]).lower()
    assert said(log) == []


def test_removing_details_names_nobody(somebody, log):
    request = ask_for_erasure(person=somebody.person, by=somebody.world.lead, at=NOW, is_by_letter=True)
    carry_out_erasure(request=request, by=somebody.world.their_lead, at=NOW)
    assert User.objects.get(pk=somebody.person.pk).name == ""
    assert said(log) == []
