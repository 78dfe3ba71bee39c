"""What questions of the bank are to quizzes: which ask them, and what would be lacking without them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from quizzes.drafts import READY, Bank, bank_of, draft_lines
from quizzes.kinds.rules import MARKED
from quizzes.models import Question, Quiz
from quizzes.questions import folded

#: Each question by its id, with sentences.
Reasons = dict[int, list[str]]


def asked_by(quizzes: Iterable[Quiz] | None = None) -> Q:
    """Which questions are asked in one of these quizzes, or in any: by name, or because a draw may find them."""
    names = Quiz.bank_questions.through.objects.filter(question=OuterRef("pk"))
    draws = Quiz.drawn_tags.through.objects.filter(tag__questions=OuterRef("pk"))
    if quizzes is not None:
        names, draws = names.filter(quiz__in=quizzes), draws.filter(quiz__in=quizzes)
    return Q(Exists(names)) | Q(Exists(draws), status=READY, kind__in=MARKED)


def places_of(questions: Iterable[Question]) -> dict[int, tuple[list[str], list[str]]]:
    """The titles of the quizzes that ask each question by name, and of those that may draw it; two queries."""
    by_id = {question.pk: question for question in questions}
    named, drawn = defaultdict(set), defaultdict(set)
    names = Quiz.bank_questions.through.objects.filter(question__in=by_id)
    for pk, title in names.values_list("question_id", "quiz__title"):
        named[pk].add(title)
    draws = Quiz.drawn_tags.through.objects.filter(tag__questions__in=by_id)
    for pk, title in draws.values_list("tag__questions", "quiz__title"):
        if by_id[pk].status == READY and by_id[pk].kind in MARKED:
            drawn[pk].add(title)
    return {pk: (sorted(named[pk]), sorted(drawn[pk] - named[pk])) for pk in by_id}


def lacking_without(ids: Collection[int]) -> Reasons:
    """Which of these questions have to stay ready, and why: a quiz asks them, or draws too few without them; the
    same few queries for any number."""
    reasons = defaultdict(list, lacking_unmarked(ids))
    named = defaultdict(list)
    names = Quiz.bank_questions.through.objects.filter(question__in=ids, question__status=READY)
    for pk, title in names.order_by("quiz__title").values_list("question_id", "quiz__title"):
        named[pk].append(title)
    for pk, titles in named.items():
        words = _("It is asked here: %(quizzes)s. Take it out there first.")
        reasons[pk].insert(0, words % {"quizzes": "; ".join(titles)})
    return dict(reasons)


def lacking_without_tag(ids: Collection[int], tag: str) -> Reasons:
    """Which of these questions have to keep a tag, and why: a quiz draws too few without them."""
    return dict(_too_few_without(ids, Quiz.objects.filter(drawn_tags__folded=tag), tag))


def lacking_with_tag(ids: Collection[int], tag: str) -> Reasons:
    """Which of these questions must not get a tag, and why: an earlier draw of a quiz would take them from a later
    one, which then finds too few."""
    quizzes, bank = _drawing(Quiz.objects.filter(drawn_tags__folded=tag))
    return dict(_too_few(quizzes, bank, Bank(bank.by_id, supposed=tag, supposed_of=frozenset(ids))))


def refuse_leaving(question: Question, status: str, tags: Iterable[str] | None = None, kind: str = "") -> None:
    """Raise ValidationError, by field, when quizzes could not be handed in any more because a question stops to be
    ready, loses or gets tags, or becomes of a kind that is never drawn."""
    stored = Question.objects.filter(pk=question.pk, status=READY).first()
    if stored is None:
        return
    pk = stored.pk
    problems: dict[str, list[str]] = {}
    if status != READY and (found := lacking_without([pk])):
        problems["status"] = found[pk]
    elif kind and kind not in MARKED and (found := lacking_unmarked([pk])):
        problems["body"] = found[pk]
    elif tags is not None:
        before, after = set(stored.tags.values_list("folded", flat=True)), set(map(folded, tags))
        reasons = [why for tag in sorted(before - after) for why in lacking_without_tag([pk], tag).get(pk, [])]
        reasons += [why for tag in sorted(after - before) for why in lacking_with_tag([pk], tag).get(pk, [])]
        if reasons:
            problems["tag_names"] = reasons
    if problems:
        raise ValidationError(problems)


def lacking_unmarked(ids: Collection[int]) -> Reasons:
    """Which of these questions have to stay of a kind that is marked, and why: a quiz draws too few without them."""
    return dict(_too_few_without(ids, Quiz.objects.filter(drawn_tags__questions__in=ids)))


def _drawing(quizzes: Iterable[Quiz]) -> tuple[list[Quiz], Bank]:
    """These quizzes, each once, and what they take from the bank."""
    found = list(dict.fromkeys(quizzes))
    return found, bank_of(found)


def _too_few_without(ids: Collection[int], drawing: Iterable[Quiz], tag: str = "") -> defaultdict[int, list[str]]:
    quizzes, bank = _drawing(drawing)
    left = Bank({pk: question for pk, question in bank.by_id.items() if pk not in set(ids)})
    return _too_few(quizzes, bank, left, tag)


def _too_few(quizzes: Iterable[Quiz], bank: Bank, left: Bank, tag: str = "") -> defaultdict[int, list[str]]:
    """The questions that draws lose when the bank is as it would be left, where they then find too few."""
    numbers: Mapping[str, int] = {str(question.key): pk for pk, question in bank.by_id.items()}
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    words = _("“%(quiz)s” draws %(count)s about “%(tag)s”, and only %(left)s would be left. Draw fewer there first.")
    for quiz in quizzes:
        for before, after in zip(draft_lines(quiz, bank), draft_lines(quiz, left), strict=True):
            # Questions that lose a tag are lost for draws about that tag only.
            if before.count is None or (tag and before.tag != tag):
                continue
            if len(after.questions) < before.count <= len(before.questions):
                said = {"quiz": quiz, "count": before.count, "tag": before.tag, "left": len(after.questions)}
                for gone in {each.key for each in before.questions} - {each.key for each in after.questions}:
                    reasons[numbers[gone]].append(words % said)
    return reasons
