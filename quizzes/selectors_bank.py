"""Reads of the bank: which questions there are, and what files hold of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from quizzes.drafts import bank_draft
from quizzes.formats.items import Item
from quizzes.models import Question

#: As many as are in memory at once.
CHUNK = 500


def items_of(questions: QuerySet[Question]) -> Iterator[Item]:
    """Questions of the bank as files hold them, a few queries for each five hundred."""
    for question in questions.prefetch_related("tags").iterator(chunk_size=CHUNK):
        draft = bank_draft(question)
        if draft is not None:
            tags: Any = question.tags.all()
            yield Item(draft.kind, draft.content, question.name, tuple(tag.name for tag in tags), str(question.key))
