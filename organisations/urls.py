"""This app's addresses under the language prefix."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "organisations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("organisations.urls_people")),
    path("", include("organisations.urls_leads")),
]
