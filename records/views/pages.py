"""Courses, modules and lessons under the addresses of their pages."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from wagtail.views import serve as serve_by_tree

from courses.addresses import place_of
from courses.beside import is_english_asked
from courses.models import CoursePage, ModulePage
from organisations.clock import today
from records.selectors.modules import lesson_at
from records.views.guards import PersonRequest
from records.views.modules import serve_module, show_lesson

#: The address of the catalogue, below the language.
CATALOGUE = "courses/"
COURSE, MODULE, LESSON = 1, 2, 3


def below_catalogue(request: HttpRequest, path: str) -> HttpResponse:
    """What is asked for most, found at once by its place in the tree, where Wagtail goes down page by page.

    Everything else is left to Wagtail: visitors' modules and lessons, addresses that have changed, what is not there.
    """
    place = place_of(CATALOGUE + path)
    found = _at(request, place, depth=path.count("/")) if place else None
    return found or serve_by_tree(request, CATALOGUE + path)


def _at(request: HttpRequest, place: str, *, depth: int) -> HttpResponse | None:
    if depth == COURSE and request.method in CoursePage.allowed_http_method_names():
        course = CoursePage.objects.live().filter(url_path=place).first()
        return course.serve(request) if course else None
    if not request.user.is_authenticated:
        return None
    request = cast(PersonRequest, request)
    if depth == MODULE:
        page = ModulePage.objects.filter(url_path=place).first()
        return serve_module(request, page) if page else None
    if depth == LESSON:
        view = lesson_at(request.user, place, today(), is_english_asked=is_english_asked(request))
        return show_lesson(request, view) if view else None
    return None
