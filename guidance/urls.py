"""Addresses inside the CMS."""

from django.urls import path

from guidance import views

app_name = "guidance"
urlpatterns = [
    path("guidance/checks/", views.checks, name="checks"),
    path("guidance/checks/<slug:kind>/<int:pk>/", views.check, name="check"),
]
