"""What every template may use."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.chrome import chrome_for, cms_is_demo_for


def chrome(request: HttpRequest) -> dict[str, object]:
    """The frame around the page, worked out only where a template asks for it; the CMS asks for the mark alone."""
    return {
        "chrome": SimpleLazyObject(lambda: chrome_for(request)),
        "cms_is_demo": SimpleLazyObject(lambda: cms_is_demo_for(request.user)),
    }
