"""People and a submission that the tests of courses share."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import Submission
from tests.factories.courses import (
    body,
    lesson_pages,
    make_lesson,
    make_module,
    make_reviewer,
    make_trainer,
    write_draft,
)
from tests.factories.organisations import PartnershipFactory

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def partnership(db):
    return PartnershipFactory()


@pytest.fixture
def trainer(partnership):
    return make_trainer(partnership)


@pytest.fixture
def reviewer(partnership):
    return make_reviewer(partnership)


@pytest.fixture
def submission(client, trainer):
    module = make_module(
        title="Seeing it", lessons=[{"title": "One", "body_en": body("Old words stay.")}, {"title": "Two"}]
    )
    one, two = lesson_pages(module)
    write_draft(one, by=trainer, body_en=[("text", "<p>Old words stay.</p><p>New words came.</p>")], minutes=5)
    write_draft(module, by=trainer, provenance_en=f"Checked {EVIL}", display_title_en=f"Seeing it {EVIL}")
    make_lesson(module, title="Three")
    client.force_login(trainer)
    keys = [str(page.lesson_key) for page in lesson_pages(module) if page != two]
    client.post(reverse("courses:hand_in", args=[module.pk]), {"lessons": keys, "what_changed": f"Better {EVIL}"})
    return Submission.objects.get()
