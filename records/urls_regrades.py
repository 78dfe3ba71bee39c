"""Addresses in the CMS of correcting what is right in questions that were asked."""

from django.urls import path

from records.views import regrades as views

app_name = "regrades"
urlpatterns = [
    path("", views.regrades, name="list"),
    path("<int:pk>/", views.regrade, name="regrade"),
    path("quizzes/<int:pk>/", views.quiz, name="quiz"),
    path("versions/<int:pk>/", views.write, name="write"),
]
