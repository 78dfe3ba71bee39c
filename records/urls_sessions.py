"""The addresses of briefings, for those who plan and deliver them."""

from django.urls import path

from records.views import sessions

urlpatterns = [
    path("", sessions.sessions, name="sessions"),
    path("new/", sessions.session_new, name="session_new"),
    path("requests/<int:pk>/decline/", sessions.request_decline, name="request_decline"),
    path("<uuid:key>/", sessions.session, name="session"),
    path("<uuid:key>/change/", sessions.session_change, name="session_change"),
    path("<uuid:key>/invite/", sessions.session_invite, name="session_invite"),
    path("<uuid:key>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("<uuid:key>/screen/", sessions.session_screen, name="session_screen"),
    path("<uuid:key>/people/", sessions.session_people, name="session_people"),
    path("<uuid:key>/people/confirm/", sessions.session_confirm, name="session_confirm"),
    path("<uuid:key>/people/register/", sessions.session_register, name="session_register"),
    path("<uuid:key>/people/<int:pk>/void/", sessions.session_void, name="session_void"),
]
