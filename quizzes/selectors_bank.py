"""Reads of the bank: which questions there are, and what files hold of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from quizzes.drafts import bank_draft
from quizzes.formats.items import Item
from quizzes.models import Question
from quizzes.pictures import in_files

#: As many as are in memory at once.
CHUNK = 500


def items_of(questions: QuerySet[Question]) -> Iterator[Item]:
    """Questions of the bank as files hold them, a few queries for each five hundred."""
    rows = questions.prefetch_related("tags").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        drafts = [(question, draft) for question in chunk if (draft := bank_draft(question)) is not None]
        contents = in_files([draft.content for _question, draft in drafts])
        for (question, draft), content in zip(drafts, contents, strict=True):
            tags: Any = question.tags.all()
            yield Item(draft.kind, content, question.name, tuple(tag.name for tag in tags), str(question.key))
