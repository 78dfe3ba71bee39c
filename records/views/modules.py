"""A module and its lessons, as the person who is reading meets them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from courses.beside import english_query, is_english_asked
from courses.models import LessonPage, ModulePage
from organisations.clock import today
from records.access import get_enrolment_for, get_module_to_start
from records.actions.learning import finish_module, mark_lesson_done, start_module
from records.actions.leaving_out import leave_lesson_out
from records.actions.refusals import IsLeftBehind, LessonIsNotYours
from records.actions.stepping import step_forward
from records.models import Completion
from records.selectors.before_after import asks_before
from records.selectors.learning import Learning, learning_after
from records.selectors.modules import LessonView, lesson_for, module_for
from records.views.guards import PersonRequest, button, personal


def serve_module(request: PersonRequest, page: ModulePage) -> HttpResponse | None:
    """The page of a module with the person's own way through it; None when it is not theirs and not in use."""
    view = module_for(
        request.user,
        page.module_key,
        today(),
        is_page_live=page.live,
        is_english_asked=is_english_asked(request),
    )
    if view is None:
        return None
    return _render(request, "records/module.html", {"view": view, "page": page})


@personal
def module(request: PersonRequest, module_key: UUID) -> HttpResponse:
    """The address that a module keeps for those who have worked in it when its page is gone."""
    if page := ModulePage.objects.filter(translation_key=module_key).first():
        return redirect(page.url)
    is_asked = is_english_asked(request)
    view = module_for(request.user, module_key, today(), is_page_live=False, is_english_asked=is_asked)
    if view is None:
        raise Http404
    return _render(request, "records/module.html", {"view": view, "page": None})


def serve_lesson(request: PersonRequest, page: ModulePage | LessonPage, lesson_key: UUID) -> HttpResponse:
    """A lesson under its page's address, or under one it once had below its module: for those who have started."""
    view = lesson_for(request.user, lesson_key, today(), is_english_asked=is_english_asked(request))
    if view is not None:
        return show_lesson(request, view)
    messages.info(request, _("Start this module first. Then you can open its lessons."))
    return redirect(page.url if isinstance(page, ModulePage) else page.module.url)


@personal
def lesson(request: PersonRequest, module_key: UUID, lesson_key: UUID) -> HttpResponse:
    """The address that a lesson keeps, whatever becomes of its page; leads to the page where there is one."""
    view = lesson_for(request.user, lesson_key, today(), is_english_asked=is_english_asked(request))
    if view is None:
        raise Http404
    if isinstance(view, LessonView) and view.url != request.path:
        return redirect(view.url + english_query(request))
    return show_lesson(request, view)


@button("records:module")
def start(request: PersonRequest, module_key: UUID) -> HttpResponse:
    """Starts a module and opens its first lesson."""
    start_module(person=request.user, module=get_module_to_start(module_key), at=timezone.now())
    learning = learning_after(request.user, module_key, today())
    # Questions that come before the first lesson are offered on the module's own page.
    return redirect(learning.url if asks_before(learning) else learning.next_url)


@button("records:module")
def finish(request: PersonRequest, module_key: UUID) -> HttpResponse:
    """The person says that they have finished."""
    completion = finish_module(enrolment=get_enrolment_for(request.user, module_key), at=timezone.now())
    return _completed(request, completion)


@button("records:module")
def move(request: PersonRequest, module_key: UUID) -> HttpResponse:
    """Moves the person's work to the newer edition and opens what is to do next."""
    step, completion = step_forward(enrolment=get_enrolment_for(request.user, module_key), at=timezone.now())
    if completion is not None:
        return _completed(request, completion)
    if step is not None:
        messages.success(request, _("You are on the new version now. Lessons that did not change are still done."))
    return redirect("records:module", module_key=module_key)


@button("records:lesson")
def lesson_done(request: PersonRequest, module_key: UUID, lesson_key: UUID) -> HttpResponse:
    """Marks a lesson done and goes on."""
    enrolment = get_enrolment_for(request.user, module_key)
    completion = mark_lesson_done(enrolment=enrolment, lesson_key=lesson_key, at=timezone.now())
    if completion is not None:
        return _completed(request, completion)
    return redirect(learning_after(request.user, module_key, today()).url_from(lesson_key) + english_query(request))


@button("records:lesson")
def lesson_left_out(request: PersonRequest, module_key: UUID, lesson_key: UUID) -> HttpResponse:
    """Marks a lesson done whose questions were answered beforehand, and goes on."""
    enrolment = get_enrolment_for(request.user, module_key)
    completion = leave_lesson_out(enrolment=enrolment, lesson_key=lesson_key, at=timezone.now())
    if completion is not None:
        return _completed(request, completion)
    return redirect(learning_after(request.user, module_key, today()).url_from(lesson_key))


def _render(request: PersonRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context)
    add_never_cache_headers(response)
    return response


def show_lesson(request: PersonRequest, view: LessonView | Learning) -> HttpResponse:
    """The lesson, or the way back to its module for those whom it is not for."""
    if isinstance(view, Learning):
        messages.info(request, str(LessonIsNotYours()))
        return redirect(view.url)
    if view.learning.is_behind:
        messages.info(request, str(IsLeftBehind()))
        return redirect(view.learning.url)
    return _render(request, "records/lesson.html", {"view": view})


def _completed(request: PersonRequest, completion: Completion) -> HttpResponse:
    messages.success(request, _("You have completed this module. This is your certificate."))
    certificate = completion.certificates.get(superseded_at__isnull=True)
    return redirect("records:certificate", code=certificate.code)
