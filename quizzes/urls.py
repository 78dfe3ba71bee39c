"""Addresses of the bank of questions in the CMS."""

from django.urls import path

from quizzes import views_bank as views

app_name = "bank"
urlpatterns = [
    path("bank/", views.bank, name="list"),
    path("bank/bring/", views.bring, name="bring"),
    path("bank/many/", views.many, name="many"),
    *[path(f"bank/{name}/", views.take_away, {"format_name": name}, name=name) for name in views.FILES],
]
