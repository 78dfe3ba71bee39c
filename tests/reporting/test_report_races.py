"""A report while others write: its numbers are of one moment, and it is shared once."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from organisations.models import Organisation, User
from records.models import Standing
from reporting.actions import share_report
from reporting.mail import post_report_letter
from reporting.models import Report
from reporting.selectors.reports import payload_of
from tests.records.test_completions import at_once
from tests.reporting.test_report_letters import NOW, draft  # noqa: F401
from tests.reporting.test_reports import module_of

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs several connections: runs on PostgreSQL"),
]


def test_what_is_written_while_a_report_is_counted_is_not_in_it(draft, scene, monkeypatch):  # noqa: F811
    before = module_of(payload_of(draft, at=NOW, threshold=0))["rows"]

    def write():
        Standing.objects.all().delete()
        Organisation.objects.update(nation="wales")
        User.objects.filter(pk=scene.world.partnership_lead.pk).update(language="fr")

    def counted(*args, **kwargs):
        assert at_once(write) == [None]
        return payload_of(*args, **{**kwargs, "threshold": 0})

    monkeypatch.setattr("reporting.actions.payload_of", counted)
    shared = share_report(report=draft, by=scene.world.partnership_lead, at=NOW)
    assert module_of(shared.payload)["rows"] == before
    assert not Standing.objects.exists()


def test_of_two_who_share_at_once_one_is_told_that_it_is_shared(draft, scene, monkeypatch):  # noqa: F811
    seen, both = [Report.objects.get(pk=draft.pk) for _each in range(2)], threading.Barrier(2)

    def share(report):
        both.wait()
        return share_report(report=report, by=None, at=NOW)

    results = at_once(*(lambda report=report: share(report) for report in seen))
    [refusal] = [each for each in results if isinstance(each, ValidationError)]
    assert "has just been shared" in refusal.messages[0]
    assert draft in results
    assert draft.letters.count() == 2


def test_a_letter_that_leaves_while_its_report_is_shared_anew_stops_neither(draft, scene, monkeypatch, mailoutbox):  # noqa: F811
    with monkeypatch.context() as waits:
        waits.setattr("reporting.actions.queue_report_letter", lambda letter: None)
        shared = share_report(report=draft, by=None, at=NOW)
    letter, posting = shared.letters.get(person=scene.world.lead), []

    def post():
        try:
            post_report_letter.call(letter.pk)
        finally:
            connection.close()

    def counted(*args, **kwargs):
        payload = payload_of(*args, **kwargs)
        posting.append(threading.Thread(target=post))
        posting[0].start()
        # It has gone to the mail server, and waits to say so.
        for _each in range(50):
            if mailoutbox:
                break
            time.sleep(0.1)
        return payload

    monkeypatch.setattr("reporting.actions.payload_of", counted)
    share_report(report=shared, by=None, at=NOW)
    posting[0].join(30)
    letter.refresh_from_db()
    assert (letter.posted_at, len(mailoutbox)) == (NOW, 1)
