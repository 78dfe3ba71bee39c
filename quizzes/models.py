"""Quizzes as they are written, and the frozen versions that learners are asked."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname as localised
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin, RevisionMixin

from quizzes.blocks import DRAW, QuestionsBlock, QuizLinesBlock
from quizzes.previews import preview_context, question_preview_context
from quizzes.showing import refuse_unshowable


class FrozenError(TypeError):
    """Somebody tried to change what records rest on."""


class FrozenQuerySet(models.QuerySet):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> int:
        """Always refuse."""
        raise FrozenError("A version is never changed; freeze the quiz again to make the next one.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Always refuse."""
        raise FrozenError("A version is never changed; freeze the quiz again to make the next one.")


class Frozen(models.Model):
    """A row that is written once. The one `save` of ours that refuses: attempts are read back through these rows for
    ever, and an action alone would not stop a shell, a data migration or a careless form."""

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FrozenError("A version is never changed; freeze the quiz again to make the next one.")
        super().save(*args, **kwargs)


class PreviewedMixin(PreviewableMixin):
    """For what trainers preview as learners meet it, in each language; `previewed` says what the page needs, with the
    answers that were sent to be marked."""

    if TYPE_CHECKING:

        def previewed(self, code: str, sent: Any) -> dict[str, Any]: ...

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """One preview for each language."""
        return list(settings.LANGUAGES)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "quizzes/cms/preview.html"

    def make_preview_request(self, original_request: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
        # Wagtail draws the page for a request of its own: the answers that somebody tries stand in the first one.
        self.sent = getattr(original_request, "GET", None)
        return super().make_preview_request(original_request, *args, **kwargs)

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        context = super().get_preview_context(request, mode_name)
        return {**context, **self.previewed(mode_name, getattr(self, "sent", None))}

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        code = mode_name if mode_name in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        # Rendered here, while the language is the reader's.
        with translation.override(code):
            return super().serve_preview(request, code).render()


class Feedback(models.TextChoices):
    """When learners read what is right and why."""

    AT_ONCE = "at_once", _("after each question; the answer then stands")
    AT_END = "at_end", _("after handing in")
    AFTER_PASSING = "after_passing", _("after passing; until then only which questions to look at again")


class QuizRules(models.Model):
    """How a quiz is taken; the same in what a trainer writes and in what is frozen."""

    #: Those that an older quiz was frozen without.
    RULES = ("attempts_allowed", "feedback", "minutes_allowed")

    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_(
            "Empty: as many as somebody likes. A number holds each time somebody takes the module. Who has used all "
            "and not passed can be given one more by a lead of their organisation or by a trainer."
        ),
    )
    feedback = models.CharField(
        _("what is right, and why, is read"), max_length=20, choices=Feedback, default=Feedback.AT_END
    )
    minutes_allowed = models.PositiveSmallIntegerField(
        _("time limit, in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(600)],
        help_text=_(
            "Best left empty: a limit shuts people out. Leads and trainers can give a person more time, without "
            "asking why. There is no countdown; the page says when to hand in."
        ),
    )

    class Meta:
        abstract = True

    @property
    def own_rules(self) -> dict[str, Any]:
        """The rules that are not as usual."""
        fields = [each for each in QuizRules._meta.fields if each.name in self.RULES]
        own = {each.name: getattr(self, each.name) for each in fields}
        return {each.name: own[each.name] for each in fields if own[each.name] != each.get_default()}


class Quiz(PreviewedMixin, RevisionMixin, QuizRules):
    """A quiz as its trainer is writing it; learners meet its versions."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, per cent"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How much of the quiz must be right, in per cent."),
    )
    is_shuffled = models.BooleanField(
        _("shuffle"), default=True, help_text=_("Each attempt shows questions and choices in its own order.")
    )
    questions = StreamField(QuizLinesBlock(), verbose_name=_("questions"))
    #: Kept beside the lines by the actions: what a quiz takes from the bank.
    bank_questions: models.ManyToManyField[Question, Any] = models.ManyToManyField(
        "Question", blank=True, editable=False, related_name="quizzes"
    )
    drawn_tags: models.ManyToManyField[Tag, Any] = models.ManyToManyField(
        "Tag", blank=True, editable=False, related_name="quizzes"
    )

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuses an introduction that cannot be shown; the form of a translator holds some languages only."""
        super().clean()
        problems = []
        for code, name in settings.LANGUAGES:
            try:
                refuse_unshowable(getattr(self, localised("introduction", code)) or "")
            except ValidationError as refusal:
                words = _("Introduction (%(language)s): %(problem)s")
                problems += [words % {"language": name, "problem": problem} for problem in refusal.messages]
        if problems:
            raise ValidationError(problems)

    @property
    def question_count(self) -> int:
        """How many questions an attempt asks."""
        lines = self.questions.raw_data
        return sum((line.get("value") or {}).get("count") or 0 if line["type"] == DRAW else 1 for line in lines)

    def previewed(self, code: str, sent: Any) -> dict[str, Any]:
        return preview_context(self, code, sent)


class Tag(models.Model):
    """What a question is about, such as "consent"; written in one way whatever its capital letters."""

    name = models.CharField(_("name"), max_length=60)
    folded = models.CharField(max_length=60, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name


class Question(PreviewedMixin, RevisionMixin, models.Model):
    """A question in the bank, to be asked in any quiz."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready")
        RETIRED = "retired", _("retired")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"), max_length=200, blank=True, help_text=_("For trainers only. Learners never see it.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="questions", verbose_name=_("tags"))
    #: Exactly one question; the block's id is the key.
    body = StreamField(QuestionsBlock(min_num=1, max_num=1), verbose_name=_("question"))
    #: Kept beside the body by the actions, for lists and filters.
    kind = models.CharField(max_length=30, editable=False, db_index=True)
    words = models.TextField(blank=True, editable=False)
    #: The codes of the languages that lack nothing, each between blanks, such as " en ar ".
    languages = models.CharField(max_length=60, blank=True, editable=False)
    #: What it was in the file that it came from: the same file brings it once, also when it was changed since.
    source_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=("draft", "ready", "retired")), name="a_question_has_a_known_status"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.words[:80] or str(self.key)

    def previewed(self, code: str, sent: Any) -> dict[str, Any]:
        return question_preview_context(self, code, sent)


class QuestionVersion(Frozen):
    """A question exactly as it is asked: never changed once made; editing makes the next number."""

    question_key = models.UUIDField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    #: What `quizzes.marking.Question` reads: texts by language, choices with keys, the right ones, feedback.
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of a question")
        ordering = ["question_key", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question_key", "number"], name="one_question_version_per_number"),
            models.UniqueConstraint(fields=["question_key", "content_hash"], name="one_question_version_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.question_key} version {self.number}"


class Correction(Frozen):
    """That whoever was asked a version is marked by another one, because what counted as right was wrong.

    The newest correction of a version holds. It may lead back to the version itself.
    """

    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="corrections")
    corrected = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("correction of a question")
        verbose_name_plural = _("corrections of questions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.corrected_id}"


class QuizVersion(QuizRules, Frozen):
    """A quiz exactly as an edition carries it: its questions in order, its pass mark, its texts."""

    quiz = models.ForeignKey(Quiz, null=True, blank=True, on_delete=models.SET_NULL, related_name="versions")
    quiz_key = models.UUIDField()
    number = models.PositiveIntegerField()
    #: Texts by language code.
    title = models.JSONField()
    introduction = models.JSONField(default=dict, blank=True)
    pass_mark = models.PositiveSmallIntegerField()
    is_shuffled = models.BooleanField(default=True)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version of a quiz")
        verbose_name_plural = _("versions of a quiz")
        ordering = ["quiz_key", "number"]
        constraints = [
            models.UniqueConstraint(fields=["quiz_key", "number"], name="one_quiz_version_per_number"),
            models.UniqueConstraint(fields=["quiz_key", "content_hash"], name="one_quiz_version_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.title.get('en', self.quiz_key)} version {self.number}"


class QuizVersionDraw(Frozen):
    """That a version of a quiz asks some of its questions only: so many of those about a tag."""

    quiz_version = models.ForeignKey(QuizVersion, on_delete=models.CASCADE, related_name="draws")
    #: Its questions come one after the other, from here.
    position = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField()
    #: The tag's name, copied.
    tag = models.CharField(max_length=60)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quiz_version", "position"], name="one_draw_per_place"),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="a_draw_asks_something"),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.tag}"


class QuizVersionQuestion(Frozen):
    """A question's place in a version of a quiz: asked in every attempt, or one of those that a draw asks."""

    quiz_version = models.ForeignKey(QuizVersion, on_delete=models.CASCADE, related_name="places")
    question_version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="places")
    position = models.PositiveSmallIntegerField()
    draw = models.ForeignKey(QuizVersionDraw, null=True, blank=True, on_delete=models.CASCADE, related_name="places")
    #: The names of its tags in the bank, copied.
    tags = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quiz_version", "position"], name="one_question_per_place"),
            models.UniqueConstraint(fields=["quiz_version", "question_version"], name="a_question_once_per_quiz"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"
