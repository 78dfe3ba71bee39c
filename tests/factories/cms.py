"""What a browser sends to the CMS."""

from __future__ import annotations

from django.urls import reverse


def text_of(response):
    """The page as text."""
    return response.content.decode()


def edit_url(page):
    """Where the page is edited."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def stream(name, *blocks):
    """A StreamField as the editor posts it."""
    data = {f"{name}-count": str(len(blocks))}
    for number, (kind, value) in enumerate(blocks):
        data |= {
            f"{name}-{number}-type": kind,
            f"{name}-{number}-id": "",
            f"{name}-{number}-order": str(number),
            f"{name}-{number}-deleted": "",
            f"{name}-{number}-value": value,
        }
    return data


def no_streams():
    """A lesson's fourteen empty StreamFields."""
    data = {}
    for code in ("en", "ar", "fa", "fr", "pt", "so", "es"):
        for field in ("body", "gentle_body"):
            data |= stream(f"{field}_{code}")
    return data
