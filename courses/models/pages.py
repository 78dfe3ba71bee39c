"""The page tree: courses hold modules, modules hold lessons."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField
from wagtail.url_routing import RouteResult

from courses.addresses import page_address, place_above
from courses.blocks import TEXT_FEATURES, BodyBlock
from courses.gates import lesson_problems, quote_problems, refuse
from courses.panels import course_editor, index_editor, lesson_editor, module_editor
from courses.permissions import ApprovedPagePermissionTester, CatalogueDoorPermissionTester
from courses.translated import TranslatedPage
from guidance.models import Source
from organisations.models import Role
from quizzes.models import Quiz

ONLY_BY_APPROVAL = _("Courses, modules and lessons go live, and out of use, by an approval and in no other way.")


class CourseIndexPage(TranslatedPage):
    """The list of courses."""

    introduction = models.TextField(_("introduction"), blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.CoursePage"]
    max_count = 1
    template = "courses/course_index_page.html"
    edit_handler = index_editor()

    class Meta:
        verbose_name = _("list of courses")

    def permissions_for_user(self, user: Any) -> CatalogueDoorPermissionTester:
        return CatalogueDoorPermissionTester(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses.selectors import course_outlines

        return {**super().get_context(request, *args, **kwargs), "courses": course_outlines(self)}


class ApprovedPage(TranslatedPage):
    """A page that goes live by the approval of a submission, never by a button of the CMS."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> ApprovedPagePermissionTester:
        return ApprovedPagePermissionTester(user, self)

    def publish(self, *args: Any, **kwargs: Any) -> None:
        """Always refuses: each of Wagtail's ways to put a page live ends here: in bulk, by workflow, on a schedule."""
        # The next Wagtail's actions import the page models: not before those are there.
        from wagtail.actions.publish_page_revision import PublishPagePermissionError

        raise PublishPagePermissionError(ONLY_BY_APPROVAL)

    def clean(self) -> None:
        super().clean()
        if self.go_live_at or self.expire_at:
            raise ValidationError(ONLY_BY_APPROVAL)


class CoursePage(ApprovedPage):
    """A course: modules in the order in which they are best taken."""

    introduction = RichTextField(_("introduction"), blank=True, features=TEXT_FEATURES)

    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.ModulePage"]
    template = "courses/course_page.html"
    edit_handler = course_editor()

    class Meta:
        verbose_name = _("course")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from courses.cards import modules_below

        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "modules": modules_below(self.path),
            "catalogue_url": page_address(place_above(self.url_path)),
        }


class InPlaceOfQuiz(models.TextChoices):
    """Whether a briefing, or training elsewhere, completes a module that has a quiz of its own."""

    UNLESS_QUIZ = "", _("Only if the module has no quiz that counts")
    ENOUGH = "enough", _("Yes: no quiz is needed then")
    NEVER = "never", _("No: the module is taken here as well")


class ModulePage(ApprovedPage):
    """A module: what a person takes, completes and may be required to hold. Its key never changes."""

    introduction = RichTextField(_("introduction"), blank=True, features=TEXT_FEATURES)
    provenance = models.TextField(
        _("who wrote and checked it"),
        blank=True,
        help_text=_("Shown at the top of the module: the sources, when they were checked, and what is still to do."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    certificate_months = models.PositiveSmallIntegerField(
        _("certificate valid for, months"),
        null=True,
        blank=True,
        help_text=_("Leave empty for a certificate without an end. What an organisation requires may differ."),
    )
    briefing = models.CharField(
        _("does a briefing complete it?"),
        max_length=10,
        choices=InPlaceOfQuiz.choices,
        default=InPlaceOfQuiz.UNLESS_QUIZ,
        blank=True,
        help_text=_("A briefing is a session in a room, at which a trainer confirms who was there."),
    )
    recognised = models.CharField(
        _("does training elsewhere complete it?"),
        max_length=10,
        choices=InPlaceOfQuiz.choices,
        default=InPlaceOfQuiz.UNLESS_QUIZ,
        blank=True,
        help_text=_("Training elsewhere counts when a lead recognises it and says what shows it."),
    )
    check_quiz = models.ForeignKey(
        Quiz,
        verbose_name=_("questions before and after"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="modules",
        help_text=_(
            "Asked before the first lesson and again at the end, so that learners see what they gained. It never "
            "counts, and everyone may leave it out. Let it draw from the bank: then the end asks other questions "
            "about the same."
        ),
    )
    may_test_out = models.BooleanField(
        _("lessons may be left out by those who know them"),
        default=False,
        help_text=_(
            "Who answers every question about what a lesson teaches rightly beforehand, at least two about each, may "
            "mark it as done. Never a lesson about danger, do no harm, consent, the referral of children or the Duty "
            "to Notify, and never one with a quiz that counts."
        ),
    )
    is_matched_to_roles = models.BooleanField(
        _("the lessons of a role must match"),
        default=False,
        help_text=_(
            "Who completed the module and later works in a role that has lessons of its own is asked for these "
            "lessons, and is not current in that role until they are done. It holds for what is completed from the "
            "edition on with which you switch it on."
        ),
    )
    sources = ParentalManyToManyField(Source, verbose_name=_("sources"), blank=True, related_name="modules")

    matching_translations = ("introduction", "provenance")
    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage"]
    template = "courses/module_page.html"
    edit_handler = module_editor()

    class Meta:
        verbose_name = _("module")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        super().full_clean(*args, **kwargs)
        if self.live and not kwargs.get("exclude") and not args:
            refuse(quote_problems([self]))

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if len(path_components) == 1 and (lesson := self._lesson_once_at(path_components[0])):
            return lesson
        if not path_components and self.first_published_at:
            # Out of use, the address still explains itself.
            return RouteResult(self)
        return super().route(request, path_components)

    @cached_property
    def course(self) -> CoursePage:
        """The course that holds the module."""
        return CoursePage.objects.ancestor_of(self).get()

    @property
    def course_url(self) -> str | None:
        """The address of that course."""
        return page_address(place_above(self.url_path))

    def _lesson_once_at(self, slug: str) -> RouteResult | None:
        """A lesson of any edition under an address that no page has now: renamed, moved or deleted."""
        from courses.models.editions import EditionLesson

        rows = EditionLesson.objects.filter(edition__module_key=self.module_key, slug=slug).defer("content")
        row = rows.select_related("lesson").order_by("-edition__number").first()
        if row is None:
            return None
        return RouteResult(row.lesson) if row.lesson else RouteResult(self, kwargs={"lesson_key": row.lesson_key})

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The module as approved, for everyone; `records` answers people who are signed in before this is asked."""
        from courses.beside import is_english_asked
        from courses.selectors import live_edition_of, module_outline

        if kwargs.get("lesson_key"):
            return redirect(self.get_url(request))
        edition = live_edition_of(self)
        if edition is None:
            return TemplateResponse(request, "courses/module_not_in_use.html", {"page": self}, status=404)
        outline = module_outline(edition, is_english_asked=is_english_asked(request))
        context = {**super().get_context(request), "outline": outline, "page": self}
        return TemplateResponse(request, self.template, context)

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from courses.selectors import module_draft_outline

        return {**super().get_preview_context(request, mode_name), "outline": module_draft_outline(self)}

    @property
    def module_key(self):
        """What records keep of a module: it survives the page."""
        return self.translation_key


class LessonPage(ApprovedPage):
    """A lesson: one or two screens, perhaps for some roles only, with at most one quiz."""

    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=3, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    content_note = models.TextField(
        _("content note"),
        blank=True,
        help_text=_("What may be hard to read, where it is and how long. Empty when nothing is."),
    )
    body = StreamField(
        BodyBlock(required=False),
        verbose_name=_("lesson"),
        blank=True,
        help_text=_("Invented people only: write nothing about a real case or a real person."),
    )
    gentle_body = StreamField(
        BodyBlock(required=False),
        verbose_name=_("gentle version"),
        blank=True,
        help_text=_("Teaches the same point without the detail, and counts the same. Nothing about a real case."),
    )
    roles = ParentalManyToManyField(
        Role,
        verbose_name=_("roles"),
        blank=True,
        related_name="lessons",
        help_text=_("Choose none when the lesson is for everyone."),
    )
    quiz = models.ForeignKey(
        Quiz, verbose_name=_("quiz"), null=True, blank=True, on_delete=models.SET_NULL, related_name="lessons"
    )
    is_counting = models.BooleanField(
        _("the quiz counts"),
        default=True,
        help_text=_("A quiz that counts must be passed to complete the module; otherwise it is practice."),
    )
    teaches = models.CharField(
        _("what it teaches"),
        max_length=255,
        blank=True,
        help_text=_("Tags of the questions about it, with commas between them, such as: indicators, forced labour."),
    )
    sources = ParentalManyToManyField(Source, verbose_name=_("sources"), blank=True, related_name="lessons")

    required_translations: tuple[str, ...] = ("display_title", "body")
    matching_translations = ("content_note", "gentle_body")
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/lesson_page.html"
    edit_handler = lesson_editor()

    class Meta:
        verbose_name = _("lesson")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if not path_components and self.first_published_at:
            # A lesson that left the module still belongs to people who began with it.
            return RouteResult(self)
        return super().route(request, path_components)

    @cached_property
    def module(self) -> ModulePage:
        """The module that holds the lesson."""
        return ModulePage.objects.ancestor_of(self).get()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sends to the module: `records` serves lessons to those who take it, and a draft is never served."""
        return redirect(self.module.get_url(request))

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        super().full_clean(*args, **kwargs)
        # A form leaves fields out and saves a draft; what is saved live is asked for everything.
        if self.live and not kwargs.get("exclude") and not args:
            refuse(lesson_problems(self) + quote_problems([self]))

    @property
    def has_counting_quiz(self) -> bool:
        """Whether it ends with a quiz that must be passed."""
        return self.quiz_id is not None and self.is_counting

    @property
    def lesson_key(self):
        """What records keep of a lesson: it survives the page."""
        return self.translation_key
