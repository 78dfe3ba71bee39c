"""Addresses in the CMS of what the answers teach."""

from django.urls import path

from records.views import answers as views

app_name = "answers"
urlpatterns = [
    path("quizzes/<int:pk>/answers/", views.quiz_answers, name="quiz"),
    path("quizzes/<int:pk>/answers/csv/", views.quiz_answers_csv, name="quiz_csv"),
    path("quizzes/<int:pk>/answers/<int:version_pk>/", views.question_answers, name="question"),
    path("quizzes/<int:pk>/answers/<int:version_pk>/csv/", views.question_answers_csv, name="question_csv"),
    path("answers/modules/<uuid:module_key>/tags/", views.module_tags, name="tags"),
]
