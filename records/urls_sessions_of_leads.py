"""The addresses of briefings, for the lead of an organisation."""

from django.urls import path

from records.views import sessions_of_leads as views

urlpatterns = [
    path("", views.briefings, name="briefings"),
    path("ask/", views.briefing_ask, name="briefing_ask"),
    path("<int:pk>/answer/", views.briefing_answer, name="briefing_answer"),
    path("<int:pk>/calendar/", views.briefing_calendar, name="briefing_calendar"),
    path("requests/<int:pk>/withdraw/", views.briefing_withdraw, name="briefing_withdraw"),
    path("told/", views.briefing_told, name="briefing_told"),
    path("told/<int:pk>/take-back/", views.briefing_not_told, name="briefing_not_told"),
    path("names/<int:pk>/match/", views.briefing_match, name="briefing_match"),
]
