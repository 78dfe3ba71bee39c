"""Addresses under /cms/ that stand before Wagtail's own; unnamed, so that Wagtail's names lead here."""

from django.urls import path, re_path

from organisations.views import cms

urlpatterns = [
    path("login/", cms.sign_in),
    path("logout/", cms.sign_out),
    re_path(r"^password_reset/(?P<rest>.*)$", cms.reset_password),
    path("account/", cms.settings),
    re_path(r"^(?:users|groups|bulk/organisations/user|bulk/auth)/(?P<rest>.*)$", cms.closed),
]
