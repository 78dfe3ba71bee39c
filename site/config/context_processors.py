"""What the frame of every page shows."""

from django.http import HttpRequest


def chrome(request: HttpRequest) -> dict[str, object]:
    """The partnership's name, tabs, support contacts, languages and the person signed in."""
    return {"chrome": {}}
