"""Short words for what learners do, through the pages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.test import Client
from django.urls import reverse

from records.models import AttemptDraft
from records.selectors.quizzes import asked_in


def start_module(client: Client, module):
    """Presses Start."""
    return client.post(reverse("records:start_module", args=[module.module_key]))


def lesson_done(client: Client, module, lesson_key):
    """Presses Done, next lesson."""
    return client.post(reverse("records:lesson_done", args=[module.module_key, lesson_key]))


def start_quiz(client: Client, module, lesson_key) -> AttemptDraft:
    """Presses Start quiz."""
    client.post(reverse("records:start_quiz", args=[module.module_key, lesson_key]))
    return AttemptDraft.objects.get(lesson_key=lesson_key, enrolment__person_id=client.session["_auth_user_id"])


def answer(client: Client, draft: AttemptDraft, number: int, choices, seen: Sequence[str] = ()):
    """Chooses and presses Continue."""
    fields = {"answer": choices, "seen": json.dumps(list(seen))}
    return client.post(reverse("records:question", args=[draft.key, number]), fields)


def answer_all(client: Client, draft: AttemptDraft, *, wrongly: int = 0) -> None:
    """Answers every question, the first so many wrongly."""
    for place in asked_in(draft).places:
        right = place.question.right_keys
        wrong = [choice.key for choice in place.question.choices if choice.key not in right]
        answer(client, draft, place.number, wrong[:1] if place.number <= wrongly else sorted(right))


def submit(client: Client, draft: AttemptDraft):
    """Presses Hand in."""
    return client.post(reverse("records:submit_quiz", args=[draft.key]))


def take_quiz(client: Client, module, lesson_key, *, wrongly: int = 0):
    """A whole quiz."""
    draft = start_quiz(client, module, lesson_key)
    answer_all(client, draft, wrongly=wrongly)
    return submit(client, draft)
