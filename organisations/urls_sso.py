"""Where an organisation's own sign-in begins and comes back to; allauth knows the two last by these names."""

from django.urls import URLPattern, URLResolver, include, path

from organisations.views import sso

urlpatterns: list[URLPattern | URLResolver] = [
    path("cancelled/", sso.cancelled, name="socialaccount_login_cancelled"),
    path("failed/", sso.failed, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
