"""A person's work through a module: enrolment, lessons done, answers given, attempts handed in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Edition, ModulePage
from quizzes.models import QuizVersion
from records.querysets import AttemptQuerySet


class Part(models.TextChoices):
    """Where in a module a quiz is asked."""

    LESSON = "lesson", _("in a lesson")
    BEFORE = "before", _("before the first lesson")
    AFTER = "after", _("at the end")


class Enrolment(models.Model):
    """One person working once through one module, on the edition it began with."""

    class State(models.TextChoices):
        """Whether the work goes on."""

        OPEN = "open", _("open")
        COMPLETED = "completed", _("completed")
        CLOSED = "closed", _("closed")

    #: Why work was closed: the same module was begun under both of two that are one person, and the other was further.
    MERGED = "merged"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    module = models.ForeignKey(ModulePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments")
    module_key = models.UUIDField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["person", "module_key"], name="enrolment_person_module")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "module_key"], condition=Q(state="open"), name="one_open_enrolment_per_module"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="enrolment_end_fits_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.module_key}"


class LessonProgress(models.Model):
    """That a lesson is done; nothing about how it was read."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons_done")
    lesson_key = models.UUIDField()
    done_at = models.DateTimeField(default=timezone.now)
    #: Whether it was left out, because the person knew beforehand what it teaches.
    is_tested_out = models.BooleanField(default=False)
    #: The earlier completion in which it was done, where only what that lacks is asked.
    done_in = models.ForeignKey(
        "records.Completion", null=True, blank=True, on_delete=models.SET_NULL, related_name="lessons_taken_over"
    )

    class Meta:
        verbose_name = _("lesson done")
        verbose_name_plural = _("lessons done")
        ordering = ["done_at"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="a_lesson_done_once_per_enrolment")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key}"


class LessonAskedAgain(models.Model):
    """That a lesson changed when the person moved to a newer edition: attempts until then do not finish it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons_asked_again")
    lesson_key = models.UUIDField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("lesson asked again")
        verbose_name_plural = _("lessons asked again")
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="a_lesson_asked_again_since_one_moment")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key}"


class AttemptDraft(models.Model):
    """A quiz being answered: its own order of questions and choices, and the answers saved so far."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="drafts")
    part = models.CharField(max_length=6, choices=Part.choices, default=Part.LESSON)
    #: Before and after, the module's key.
    lesson_key = models.UUIDField()
    quiz_version = models.ForeignKey(QuizVersion, on_delete=models.PROTECT, related_name="drafts")
    #: Becomes the attempt's own, so that handing in twice makes one attempt.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seed = models.PositiveBigIntegerField()
    #: The ids of the question versions that it asks, where its quiz draws some of many; empty: all of them.
    asked_versions = models.JSONField(default=list, blank=True)
    #: Answers by question key, each a list of choice keys.
    answers = models.JSONField(default=dict, blank=True)
    #: Seconds by question key, as `records.rules.seconds` counts them.
    seconds = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    #: When to hand in, with the person's own extra time; none without a limit.
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attempt in progress")
        verbose_name_plural = _("attempts in progress")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key", "part"], name="one_draft_per_enrolment_lesson_and_part"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Attempt(models.Model):
    """A quiz handed in: append-only, with the questions as asked, the answers and the score."""

    class Evidence(models.TextChoices):
        """Who marked it."""

        SERVER = "server", _("marked by Signpost")
        CLIENT = "client", _("self-reported by the activity")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    part = models.CharField(max_length=6, choices=Part.choices, default=Part.LESSON)
    #: Before and after, the module's key.
    lesson_key = models.UUIDField()
    quiz_version = models.ForeignKey(QuizVersion, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    #: Question version ids and choice keys in the order asked, answers, the seconds spent and the score of each.
    questions = models.JSONField()
    #: In which it was asked when it was handed in; blank where that is not known. No lead ever reads it.
    language = models.CharField(max_length=10, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=4)
    #: Share of the score that passes, copied: a later change of the quiz does not touch this row.
    pass_mark = models.DecimalField(max_digits=5, decimal_places=4)
    is_passed = models.BooleanField()
    #: Before and after, how sure the person is that they would know what to do, 1 to 5; None where they did not say.
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    evidence = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.SERVER)
    idempotency_key = models.UUIDField(unique=True)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField()

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key", "number"], name="one_attempt_per_enrolment_lesson_and_number"
            ),
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=1), name="attempt_score_is_a_share"),
            models.UniqueConstraint(
                fields=["enrolment", "part"], condition=~Q(part="lesson"), name="asked_once_before_and_once_after"
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | (~Q(part="lesson") & Q(confidence__range=(1, 5))),
                name="confidence_is_one_of_five_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number}"
