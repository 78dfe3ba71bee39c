"""This app's addresses under the language prefix."""

from django.urls import include, path, re_path

from organisations.urls_imports import import_urls
from records.views import (
    before_after,
    certificates,
    completion_files,
    evaluations,
    modules,
    my_learning,
    my_record,
    pages,
    people,
    places,
    quizzes,
    recognition,
    waivers,
)

app_name = "records"
urlpatterns = [
    path("", include("records.urls_requirements")),
    path("sessions/", include("records.urls_sessions")),
    path("organisations/<slug:slug>/briefings/", include("records.urls_sessions_of_leads")),
    path("organisations/<slug:slug>/people/<int:pk>/record/", people.person_record, name="person_record"),
    path("organisations/<slug:slug>/completions/", completion_files.completions, name="completions"),
    path("organisations/<slug:slug>/completions/csv/", completion_files.completions_csv, name="completions_csv"),
    path("organisations/<slug:slug>/completions/xlsx/", completion_files.completions_xlsx, name="completions_xlsx"),
    path(
        "organisations/<slug:slug>/completions/courses/new/",
        completion_files.outside_course_new,
        name="outside_course_new",
    ),
    path(
        "organisations/<slug:slug>/completions/courses/<int:pk>/",
        completion_files.outside_course_remove,
        name="outside_course_remove",
    ),
    *import_urls("completions", "completions"),
    path(
        "organisations/<slug:slug>/people/<int:pk>/record/<int:completion_pk>/",
        people.person_record_strike_out,
        name="person_record_strike_out",
    ),
    path("organisations/<slug:slug>/people/<int:pk>/recognise/", recognition.recognise, name="recognise"),
    path("organisations/<slug:slug>/people/<int:pk>/waive/", waivers.waiver_new, name="waiver_new"),
    path("organisations/<slug:slug>/people/<int:pk>/waive/<int:waiver_pk>/", waivers.waiver_end, name="waiver_end"),
    # The form that Wagtail's own addresses of pages have.
    re_path(rf"^{pages.CATALOGUE}(?P<path>(?:[\w\-]+/)+)$", pages.below_catalogue, name="below_catalogue"),
    path("learn/", my_learning.my_learning, name="my_learning"),
    path("learn/briefings/", places.my_briefings, name="my_briefings"),
    path("learn/briefings/<uuid:key>/take/", places.place_take, name="place_take"),
    path("learn/briefings/<uuid:key>/give-up/", places.place_give_up, name="place_give_up"),
    path("learn/briefings/<uuid:key>/calendar/", places.place_calendar, name="place_calendar"),
    path("learn/record/", my_record.my_record, name="my_record"),
    path("learn/record/pdf/", my_record.my_record_pdf, name="my_record_pdf"),
    path("learn/record/csv/", my_record.my_record_csv, name="my_record_csv"),
    path("learn/evaluations/dismiss/", evaluations.evaluation_dismiss, name="evaluation_dismiss"),
    path("learn/evaluations/<int:pk>/", evaluations.evaluation, name="evaluation"),
    path("learn/modules/<uuid:module_key>/", modules.module, name="module"),
    path("learn/modules/<uuid:module_key>/start/", modules.start, name="start_module"),
    path("learn/modules/<uuid:module_key>/finish/", modules.finish, name="finish_module"),
    path("learn/modules/<uuid:module_key>/move/", modules.move, name="move_module"),
    path("learn/modules/<uuid:module_key>/lessons/<uuid:lesson_key>/", modules.lesson, name="lesson"),
    path("learn/modules/<uuid:module_key>/lessons/<uuid:lesson_key>/done/", modules.lesson_done, name="lesson_done"),
    path(
        "learn/modules/<uuid:module_key>/lessons/<uuid:lesson_key>/left-out/",
        modules.lesson_left_out,
        name="lesson_left_out",
    ),
    path("learn/modules/<uuid:module_key>/lessons/<uuid:lesson_key>/quiz/", quizzes.start_quiz, name="start_quiz"),
    path("learn/modules/<uuid:module_key>/before/", before_after.start_before, name="start_before"),
    path("learn/modules/<uuid:module_key>/after/", before_after.start_after, name="start_after"),
    path("quiz/<uuid:key>/<int:number>/", quizzes.question, name="question"),
    path("quiz/<uuid:key>/check/", quizzes.check_answers, name="check_answers"),
    path("quiz/<uuid:key>/submit/", quizzes.submit, name="submit_quiz"),
    path("quiz/attempts/<int:pk>/", quizzes.result, name="result"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("certificates/<str:code>/pdf/", certificates.certificate_pdf, name="certificate_pdf"),
]
