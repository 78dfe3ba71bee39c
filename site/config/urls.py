"""Every address of the site; page addresses come last."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import health, well_known
from courses.views import deleting_one
from records.views import certificates, check_in

handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.permission_denied"
handler404 = "config.error_pages.page_not_found"
handler500 = "config.error_pages.server_error"

# Outside the language prefix: what machines call, and links that must never change.
urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("healthz/ready", health.ready, name="healthz_ready"),
    path(".well-known/security.txt", well_known.security_txt, name="security_txt"),
    # An organisation's sign-in sends people back to an address that it knows, whatever their language.
    path("sso/", include("organisations.urls_sso")),
    # Wagtail's own doors stay behind ours.
    path("cms/", include("organisations.urls_cms")),
    path("cms/pages/<int:page_id>/delete/", deleting_one.delete),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # A certificate carries this address for ever, in whatever language it is read.
    path("verify/", certificates.verify_form, name="verify"),
    path("verify/<str:code>/", certificates.verify, name="verify_certificate"),
    # A code on a screen or on paper is for everybody in the room, whatever they read.
    path("check-in/", check_in.check_in_code, name="check_in_code"),
    path("check-in/<str:code>/", check_in.check_in_here, name="check_in"),
]
if settings.IS_DEVELOPMENT:
    # In production the web server or the object store hands out uploads.
    urlpatterns += [re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}, name="media")]

urlpatterns += i18n_patterns(
    path("", include("organisations.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-step/", include("allauth.mfa.urls")),
    path("", include("records.urls")),
    path("", include("reporting.urls")),
    path("", include("privacy.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
