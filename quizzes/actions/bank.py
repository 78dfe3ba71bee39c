"""The bank: bringing questions in from files, and keeping what trainers write there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from organisations.models import User
from quizzes.drafts import bank_draft, stored_block
from quizzes.formats.identity import fingerprint
from quizzes.formats.items import Item, Note
from quizzes.kinds.registry import KINDS
from quizzes.leaving import lacking_without, refuse_leaving
from quizzes.models import Question, Tag
from quizzes.pictures import in_files, keep_pictures, new_pictures
from quizzes.questions import folded, lacks, question_from_content

#: As many as every database takes in one query.
CHUNK = 500
Each = TypeVar("Each")


@dataclass
class Plan:
    """What bringing questions in would come to."""

    new: list[tuple[UUID, str, Item]] = field(default_factory=list)
    #: In the bank already.
    unchanged: int = 0
    #: In the bank under the same key with other words: the bank's stay.
    differing: list[Note] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many new ones of each kind."""
        return dict(Counter(item.kind for _key, _hash, item in self.new))


def plan_import(items: Sequence[Item]) -> Plan:
    """What `import_items` would do; writes nothing."""
    keyed = {key: item for item in items if (key := _uuid(item.key))}
    hashes = [fingerprint(item.kind, item.content) for item in items]
    known_hashes = _found(hashes, "source_hash")
    by_key = {
        question.key: question
        for chunk in _chunks(list(keyed))
        for question in Question.objects.filter(key__in=chunk)
        .only("key", "name", "body", "source_hash")
        .prefetch_related("tags")
    }
    changed = [
        by_key[key]
        for item, mark in zip(items, hashes, strict=True)
        if (key := _uuid(item.key)) in by_key and key and by_key[key].source_hash != mark
    ]
    marks_now = _marks_of(changed)
    plan, taken = Plan(), set(by_key)
    for item, mark in zip(items, hashes, strict=True):
        key = _uuid(item.key)
        present = by_key.get(key) if key else None
        if present is not None and mark not in (present.source_hash, marks_now.get(present.key)):
            words = _("It is in the bank with other words. The bank's stay as they are.")
            plan.differing.append(Note(item.name or item.key, words))
        elif present is not None or mark in known_hashes:
            plan.unchanged += 1
        else:
            key = uuid4() if key is None or key in taken else key
            taken.add(key)
            known_hashes.add(mark)
            plan.new.append((key, mark, item))
    return plan


def import_items(*, items: Sequence[Item], by: User | None, at: datetime | None = None, is_dry: bool = False) -> Plan:
    """Bring questions into the bank as drafts, all or none; what is there already stays as it is.

    The same file twice changes nothing: a question is known by its key, or by what it says.
    """
    with new_pictures() as made, transaction.atomic():
        return _import(items, by, at or timezone.now(), is_dry, made)


def _import(items: Sequence[Item], by: User | None, at: datetime, is_dry: bool, pictures: list[Any]) -> Plan:
    if not is_dry:
        # One file after another: two that hold the same question must not bring it twice. SQLite locks the whole file.
        ContentType.objects.select_for_update(no_key=True).get(app_label="quizzes", model="question")
    plan = plan_import(items)
    if is_dry or not plan.new:
        return plan
    tags = _tags({tag for _key, _mark, item in plan.new for tag in item.tags})
    for chunk in _chunks(plan.new):
        contents = keep_pictures([(item.name, item.content) for _key, _mark, item in chunk], by, pictures)
        made = Question.objects.bulk_create(
            [
                _question(key, mark, item, content, at)
                for (key, mark, item), content in zip(chunk, contents, strict=True)
            ]
        )
        Question.tags.through.objects.bulk_create(
            [
                Question.tags.through(question_id=question.pk, tag_id=pk)
                for question, (_key, _mark, item) in zip(made, chunk, strict=True)
                for pk in sorted({tags[folded(tag)] for tag in item.tags})
            ]
        )
        log_each(made, "wagtail.create", by, at)
    return plan


@transaction.atomic
def save_question(
    *, question: Question, by: User | None, tags: Iterable[str] | None = None, at: datetime | None = None
) -> Question:
    """Keep a question of the bank as written, with its history; refuses (ValidationError) one that cannot be asked,
    and one that quizzes could not do without."""
    is_new = question.pk is None
    refuse_leaving(question, question.status, tags, kind=next((child.block_type for child in question.body), ""))
    question.changed_at = at or timezone.now()
    question.body = _with_key(question)
    draft = bank_draft(question)
    if draft is None:
        raise ValidationError(_("Write one question."))
    problems = KINDS[draft.kind].problems(question.body[0].value)
    if problems:
        raise ValidationError([problem.message for problem in problems])
    _describe(question, draft.kind, draft.content)
    question.full_clean()
    question.save()
    if tags is not None:
        found = _tags({tag.strip() for tag in tags if tag.strip()})
        question.tags.set(found.values())
    revision = question.save_revision(user=by, changed=True)
    log(
        instance=question,
        action="wagtail.create" if is_new else "wagtail.edit",
        user=by,
        revision=revision,
        content_changed=True,
        timestamp=question.changed_at,
    )
    return question


@transaction.atomic
def delete_question(*, question: Question, by: User | None) -> None:
    """Remove a question from the bank; what was asked stays on record. Refuses (ValidationError) what a quiz needs."""
    refuse_delete_question(question)
    log(instance=question, action="wagtail.delete", user=by)
    question.delete()


def refuse_delete_question(question: Question) -> None:
    """Raise ValidationError, in words for the person who asked, where a quiz asks a question or draws too few without
    it."""
    if titles := [quiz.title for quiz in question.quizzes.all()]:
        words = _("“%(question)s” is kept, because it is asked here: %(quizzes)s. Take it out there first.")
        raise ValidationError(words % {"question": question, "quizzes": "; ".join(titles)})
    if reasons := lacking_without([question.pk]).get(question.pk):
        raise ValidationError(reasons)


def _question(key: UUID, mark: str, item: Item, content: Mapping[str, Any], at: datetime) -> Question:
    question = Question(key=key, name=item.name, source_hash=mark, changed_at=at)
    question.body = [stored_block(item.kind, content, str(key))]
    _describe(question, item.kind, content)
    return question


def _describe(question: Question, kind: str, content: Mapping[str, Any]) -> None:
    """What lists and filters ask, kept beside the body."""
    asked = question_from_content(str(question.key), None, kind, content)
    question.kind = kind
    question.words = asked.text.get(settings.LANGUAGE_CODE) or next(iter(asked.text.values()), "")
    complete = [
        code
        for code, _name in settings.LANGUAGES
        if asked.text.get(code) and not any(lacks(text, code) for text in asked.texts)
    ]
    question.languages = f" {' '.join(complete)} " if complete else ""


def _with_key(question: Question) -> list[dict[str, Any]]:
    stored = list(question.body.get_prep_value())[:1]
    return [{**block, "id": str(question.key)} for block in stored]


def _marks_of(questions: Sequence[Question]) -> dict[UUID, str]:
    """What tells questions apart, as they are written now, by their keys."""
    marks: dict[UUID, str] = {}
    for chunk in _chunks(questions):
        drafts = [(question.key, draft) for question in chunk if (draft := bank_draft(question)) is not None]
        contents = in_files([draft.content for _key, draft in drafts])
        for (key, draft), content in zip(drafts, contents, strict=True):
            marks[key] = fingerprint(draft.kind, content)
    return marks


def _tags(names: set[str]) -> dict[str, int]:
    """The numbers of tags by their folded names; those that are new are made."""
    names_by_folded = {folded(name): name for name in sorted(names)}
    new = [Tag(name=name, folded=mark) for mark, name in names_by_folded.items()]
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    return {
        tag.folded: tag.pk for chunk in _chunks(list(names_by_folded)) for tag in Tag.objects.filter(folded__in=chunk)
    }


def _found(values: Sequence[str], name: str) -> set[str]:
    wanted = list(dict.fromkeys(values))
    return {
        value
        for chunk in _chunks(wanted)
        for value in Question.objects.filter(**{f"{name}__in": chunk}).values_list(name, flat=True)
    }


def log_each(
    questions: Iterable[Question],
    action: str,
    by: User | None,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """An entry in the history of each question, in one go."""
    content_type = ContentType.objects.get_for_model(Question)
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=content_type,
                object_id=str(question.pk),
                label=capfirst(str(question))[:255],
                action=action,
                user=by,
                timestamp=at,
                data=dict(data or {}),
                content_changed=True,
            )
            for question in questions
        ]
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _chunks(values: Sequence[Each]) -> Iterator[Sequence[Each]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
