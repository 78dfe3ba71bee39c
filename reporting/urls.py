"""This app's addresses under the language prefix."""

from django.urls import path

from reporting import views

app_name = "reporting"
urlpatterns = [
    path("coverage/", views.coverage, name="coverage"),
    path("coverage/csv/", views.coverage_csv, name="coverage_csv"),
    path("coverage/<slug:slug>/<uuid:module_key>/", views.people, name="people"),
    path("coverage/<slug:slug>/<uuid:module_key>/csv/", views.people_csv, name="people_csv"),
]
