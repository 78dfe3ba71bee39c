"""This app's addresses under the language prefix."""

from django.urls import URLPattern

app_name = "records"
urlpatterns: list[URLPattern] = []
