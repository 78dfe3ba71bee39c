"""What was approved, copied: learners are served editions, never a draft."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from courses.models.pages import LessonPage, ModulePage
from courses.translated import DEFAULT, direction
from organisations.models import Role
from quizzes.models import QuizVersion


class Effect(models.TextChoices):
    """What a new edition means for people who are in the middle of the one before."""

    KEEPS = "keeps", _("They may finish the version they began, or move to this one")
    STEPS_FORWARD = "steps_forward", _("They must move to this one to go on: what was true before is not true now")


def _refresh_steps_forward(days_or_day: str) -> Q:
    """Who has completed the module must learn it again only where nobody can still complete what went before."""
    return Q(**{f"{days_or_day}__isnull": True}) | Q(effect="steps_forward")


class Submission(models.Model):
    """A module with its lessons and quizzes, exactly as a trainer hands it in for review."""

    class State(models.TextChoices):
        """Where the submission stands."""

        OPEN = "open", _("waiting for review")
        SCHEDULED = "scheduled", _("approved, waiting for its day")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")

    module = models.ForeignKey(ModulePage, null=True, on_delete=models.SET_NULL, related_name="submissions")
    module_key = models.UUIDField()
    title = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    what_changed = models.TextField(_("what changed and why"))
    effect = models.CharField(
        _("people in the middle of the module"), max_length=15, choices=Effect.choices, default=Effect.KEEPS
    )
    #: Within how many days after going live people who completed an earlier edition must learn it again; none: never.
    refresh_days = models.PositiveSmallIntegerField(null=True, blank=True)
    #: The roles of these people; none means everyone.
    refresh_roles = models.ManyToManyField(Role, blank=True, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    #: Everyone who wrote in what is submitted: none of them may approve it.
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    #: The module's and each lesson's content and the numbers of the quiz versions.
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    #: When an approved submission goes live, if not at once.
    goes_live_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["module_key"],
                condition=Q(state__in=["open", "scheduled"]),
                name="one_open_submission_per_module",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(goes_live_at__isnull=False, decided_at__isnull=False),
                name="a_scheduled_submission_has_a_time",
            ),
            models.CheckConstraint(
                condition=_refresh_steps_forward("refresh_days"), name="who_is_under_way_learns_what_others_refresh"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display()})"

    @property
    def is_undecided(self) -> bool:
        """Whether it can still be approved, returned or withdrawn: it has not gone live."""
        return self.state in (self.State.OPEN, self.State.SCHEDULED)


class Edition(models.Model):
    """A module as approved: numbered, never changed."""

    module = models.ForeignKey(ModulePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="editions")
    module_key = models.UUIDField()
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    #: The module page's content, copied.
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    #: What is asked before the first lesson and again at the end.
    check_version = models.ForeignKey(
        QuizVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="editions"
    )
    what_changed = models.TextField(blank=True)
    effect = models.CharField(max_length=15, choices=Effect.choices, default=Effect.KEEPS)
    #: The day by which people who completed an earlier edition must have learned this one; none: they need not.
    refresh_on = models.DateField(null=True, blank=True)
    #: The roles of these people; none means everyone.
    refresh_roles = models.ManyToManyField(Role, blank=True, related_name="+")
    #: When it was called off, who did, and why.
    refresh_ended_at = models.DateTimeField(null=True, blank=True)
    refresh_ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    refresh_end_reason = models.TextField(blank=True)
    #: Whether a completion is good for no role whose own lessons were not done; as the module said.
    is_matched_to_roles = models.BooleanField(default=False)
    submission = models.OneToOneField(
        Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="edition"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField()
    is_live = models.BooleanField(default=True)
    #: When the next edition took its place, or when it was taken out of use: then with who and why.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    end_reason = models.TextField(blank=True)
    #: Codes of the languages in which the module and all its lessons are there.
    languages = models.JSONField(default=list, blank=True)
    #: Codes of those, other than English, whose words a reviewer has signed off.
    reviewed_languages = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["module_key", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["module_key", "number"], name="one_edition_per_number"),
            models.UniqueConstraint(
                fields=["module_key"], condition=Q(is_live=True), name="one_live_edition_per_module"
            ),
            models.CheckConstraint(
                condition=Q(is_live=True, ended_at__isnull=True) | Q(is_live=False, ended_at__isnull=False),
                name="an_edition_is_live_until_it_ends",
            ),
            models.CheckConstraint(
                condition=_refresh_steps_forward("refresh_on"), name="an_edition_to_learn_again_steps_forward"
            ),
            models.CheckConstraint(
                condition=Q(refresh_on__isnull=False) | Q(refresh_ended_at__isnull=True),
                name="only_a_refresher_is_called_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, edition {self.number}"

    @property
    def is_refreshing(self) -> bool:
        """Whether people who completed an earlier edition must learn this one."""
        return self.refresh_on is not None and self.refresh_ended_at is None

    def is_reviewed(self, code: str) -> bool:
        """Whether its words in a language can be relied on: English as approved, another once it is signed off."""
        return code == DEFAULT or code in self.reviewed_languages


class TitledInLanguages:
    """Something that has a title in English and perhaps in other languages."""

    #: In English.
    title: Any
    #: By language code, in the languages in which the whole of it is there.
    titles: Any

    @property
    def served_language(self) -> str:
        """The language in which the reader gets it: their own where it is there in it, else English."""
        code = translation.get_language() or DEFAULT
        return code if self.titles.get(code) else DEFAULT

    @property
    def served_direction(self) -> str:
        """The writing direction of that language."""
        return direction(self.served_language)

    @property
    def served_title(self) -> str:
        """The title in that language."""
        return self.titles.get(self.served_language) or self.title


class EditionLesson(TitledInLanguages, models.Model):
    """A lesson as approved: its content, whom it is for and its quiz, copied."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="lessons")
    lesson = models.ForeignKey(LessonPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="editions")
    lesson_key = models.UUIDField()
    slug = models.SlugField(max_length=255, allow_unicode=True)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=255)
    #: The title by language code, for lists that do not load the lesson itself.
    titles = models.JSONField(default=dict, blank=True)
    minutes = models.PositiveSmallIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    #: Slugs of the roles the lesson is for; empty means everyone.
    role_slugs = models.JSONField(default=list, blank=True)
    quiz_version = models.ForeignKey(
        QuizVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="edition_lessons"
    )
    is_counting = models.BooleanField(default=True)
    #: The tags of what it teaches, folded.
    teaches = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("lesson of an edition")
        verbose_name_plural = _("lessons of an edition")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "lesson_key"], name="a_lesson_once_per_edition"),
            models.UniqueConstraint(fields=["edition", "position"], name="one_lesson_per_position"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_for(self, role_slugs: set[str]) -> bool:
        """Whether a person with these roles takes the lesson."""
        return not self.role_slugs or not role_slugs.isdisjoint(self.role_slugs)
