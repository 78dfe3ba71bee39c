"""Every address of the site; page addresses come last."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

# Outside the language prefix: what machines call, and links that must never change.
urlpatterns = [
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += i18n_patterns(
    path("account/", include("allauth.account.urls")),
    path("", include("organisations.urls")),
    path("", include("records.urls")),
    path("", include("reporting.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
