"""What every template may use."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.chrome import chrome_for


def chrome(request: HttpRequest) -> dict[str, object]:
    """The frame around the page, worked out only where a template asks for it (the CMS never does)."""
    return {"chrome": SimpleLazyObject(lambda: chrome_for(request))}
