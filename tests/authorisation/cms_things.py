"""What the addresses of the CMS are about: one of everything, in place of the 1 that stands for it in the table."""

from __future__ import annotations

import re

from django.core.files.base import ContentFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Site

from courses.models import ModulePage
from quizzes.models import Question, Quiz
from tests.authorisation.addresses import arguments
from tests.authorisation.people import Cast
from tests.factories.courses import lesson_pages, make_course
from tests.factories.guidance import ContactFactory, FactFactory, SourceFactory

CHOOSERS = r"(/cms/snippets/choose/{}/chosen)/1/"
SNIPPETS = r"(/cms/snippets/{}/[a-z-]+)/1/"


def things(cast: Cast) -> list[tuple[re.Pattern[str], str]]:
    """For the beginning of an address, what to write instead; the first that fits holds."""
    given = arguments(cast)
    module = ModulePage.objects.get(pk=given["courses:hand_in"]["pk"])
    lesson = lesson_pages(module)[0]
    revision = lesson.save_revision()
    elsewhere = make_course().pk
    submission, remark = given["courses:review"]["pk"], given["courses:resolve_comment"]["pk"]
    edition, key = given["courses:edition"]["pk"], given["courses:editions"]["module_key"]
    translated, quiz = given["courses:translation"]["pk"], given["quizzes:edit"]["pk"]
    quiz_revision = Quiz.objects.get(pk=quiz).save_revision().pk
    question = Question.objects.get(pk=given["questions:edit"]["pk"])
    picture = get_image_model().objects.create(title="Square", file=get_test_image_file(), description="A square")
    document = get_document_model().objects.create(title="Note", file=ContentFile(b"Words", "note.txt"))
    rows = {
        r"/cms/pages/add/1/1/1/": f"/cms/pages/add/courses/lessonpage/{module.pk}/",
        r"(/cms/pages/usage)/1/1/": r"\1/courses/lessonpage/",
        r"/cms/pages/1/move/1/": f"/cms/pages/{module.pk}/move/{elsewhere}/",
        r"/cms/pages/1/revisions/compare/1\.\.\.1/": f"/cms/pages/{lesson.pk}/revisions/compare/earliest...latest/",
        r"(/cms/pages)/1/revisions/1/": rf"\1/{lesson.pk}/revisions/{revision.pk}/",
        r"(/cms/pages)/1/(add_subpage/|results/|)$": rf"\1/{module.pk}/\2",
        r"(/cms/pages)/1/": rf"\1/{lesson.pk}/",
        r"(/cms/choose-page)/1/": rf"\1/{module.pk}/",
        r"/cms/api/main/pages/1/action/1/": f"/cms/api/main/pages/{lesson.pk}/action/publish/",
        r"(/cms/api/main/pages)/1/": rf"\1/{lesson.pk}/",
        r"(/cms/api/main/images)/1/": rf"\1/{picture.pk}/",
        r"(/cms/api/main/documents)/1/": rf"\1/{document.pk}/",
        r"/cms/images/1/preview/1/": f"/cms/images/{picture.pk}/preview/original/",
        r"(/cms/images(?:|/usage|/chooser|/chooser/chosen|/multiple))/1/": rf"\1/{picture.pk}/",
        r"(/cms/documents/(?:edit|delete|usage|chooser/chosen|multiple))/1/": rf"\1/{document.pk}/",
        r"(/cms/collections)/1/": rf"\1/{Collection.get_first_root_node().add_child(name='Part').pk}/",
        r"(/cms/redirects)/1/": rf"\1/{Redirect.objects.create(old_path='/old').pk}/",
        r"(/cms/sites/[a-z-]+)/1/": rf"\1/{Site.objects.get().pk}/",
        r"(/cms/quizzes/history)/1/revisions/1/": rf"\1/{quiz}/revisions/{quiz_revision}/",
        r"(/cms/quizzes/history)/1/(revisions/compare)/1\.\.\.1/": rf"\1/{quiz}/\2/earliest...latest/",
        r"/cms/answers/modules/1/": f"/cms/answers/modules/{key}/",
        r"/cms/quizzes/1/answers/1/": f"/cms/quizzes/{quiz}/answers/{given['answers:question']['version_pk']}/",
        r"/cms/quizzes/1/answers/": f"/cms/quizzes/{quiz}/answers/",
        r"/cms/regrades/quizzes/1/": f"/cms/regrades/quizzes/{quiz}/",
        r"/cms/regrades/versions/1/": f"/cms/regrades/versions/{given['regrades:write']['pk']}/",
        r"/cms/regrades/1/": f"/cms/regrades/{given['regrades:regrade']['pk']}/",
        r"(/cms/quizzes/[a-z-]+)/1/": rf"\1/{quiz}/",
        CHOOSERS.format("quizzes/quiz"): rf"\1/{quiz}/",
        r"(/cms/questions/history)/1/revisions/1/": rf"\1/{question.pk}/revisions/{question.latest_revision_id}/",
        r"(/cms/questions/history)/1/(revisions/compare)/1\.\.\.1/": rf"\1/{question.pk}/\2/earliest...latest/",
        r"(/cms/questions/[a-z-]+)/1/": rf"\1/{question.pk}/",
        CHOOSERS.format("quizzes/question"): rf"\1/{question.pk}/",
        **{
            pattern.format(f"guidance/{name}"): rf"\1/{thing.pk}/"
            for name, thing in (
                ("contact", ContactFactory()),
                ("fact", FactFactory(value="45")),
                ("source", SourceFactory()),
            )
            for pattern in (CHOOSERS, SNIPPETS)
        },
        r"/cms/guidance/checks/1/1/": f"/cms/guidance/checks/contact/{ContactFactory().pk}/",
        r"/cms/editions/modules/1/": f"/cms/editions/modules/{key}/",
        r"(/cms/editions)/1/": rf"\1/{edition}/",
        r"(/cms/modules)/1/": rf"\1/{module.pk}/",
        r"(/cms/reviews/comments)/1/": rf"\1/{remark}/",
        r"(/cms/reviews)/1/": rf"\1/{submission}/",
        r"/cms/translations/1/1/": f"/cms/translations/{translated}/ar/",
    }
    return [(re.compile(pattern), instead) for pattern, instead in rows.items()]


def about(address: str, found: list[tuple[re.Pattern[str], str]]) -> str:
    """The address about a thing that exists, where there is one."""
    for pattern, instead in found:
        if pattern.match(address):
            return pattern.sub(instead, address, count=1)
    return address
